internal import ServoProtocols

/// What one servo is set to and how it is, all that arming depends on: its registers 3…39 and 40…70 as just read.
struct FeetechSetUp {
    static var lastingAddress: UInt8 { FeetechAddress.model }
    static var lastingCount: Int { 37 }
    static var freshAddress: UInt8 { FeetechAddress.torqueEnable }
    static var freshCount: Int { 31 }

    var model: UInt16
    /// Unit 2 µs.
    var returnDelay: UInt8
    var responseLevel: UInt8
    /// 0.1 V.
    var mostVolts: UInt8
    var leastVolts: UInt8
    var lowest: Int
    var highest: Int
    var phase: UInt8
    var proportionalGain: UInt8
    var startForce: Int
    var homingOffset: Int
    var mode: UInt8
    /// Register 40: 0 free, 1 torque, 2 braking.
    var torque: UInt8
    var torqueLimit: Int
    var isWritePending: Bool
    var state: FeetechState

    /// Reads the two replies; nil if one is too short.
    init?(lasting: FeetechPacket, fresh: FeetechPacket) {
        func byte(_ address: UInt8) -> UInt8? { lasting.parameters.byte(at: Int(address - Self.lastingAddress)) }
        func word(_ address: UInt8) -> UInt16? { lasting.parameters.word(at: Int(address - Self.lastingAddress)) }
        func place(_ address: UInt8) -> Int { Int(address - Self.freshAddress) }
        guard let model = word(FeetechAddress.model), let returnDelay = byte(FeetechAddress.returnDelay),
            let responseLevel = byte(FeetechAddress.responseLevel),
            let mostVolts = byte(FeetechAddress.maximumVoltage),
            let leastVolts = byte(FeetechAddress.minimumVoltage), let lowest = word(FeetechAddress.minimumPosition),
            let highest = word(FeetechAddress.maximumPosition),
            let phase = byte(FeetechAddress.phase), let gain = byte(FeetechAddress.proportionalGain),
            let force = word(FeetechAddress.minimumStartForce), let offset = word(FeetechAddress.homingOffset),
            let mode = byte(FeetechAddress.operatingMode),
            let torque = fresh.parameters.byte(at: place(FeetechAddress.torqueEnable)),
            let limit = fresh.parameters.word(at: place(FeetechAddress.torqueLimit)),
            let waiting = fresh.parameters.byte(at: place(FeetechAddress.asynchronousWrite)),
            let state = FeetechState(
                fresh.parameters.slice(place(FeetechState.address)..<Self.freshCount), code: fresh.code)
        else { return nil }
        self.model = model
        (self.returnDelay, self.responseLevel, self.torque) = (returnDelay, responseLevel, torque)
        (self.mostVolts, self.leastVolts) = (mostVolts, leastVolts)
        (self.lowest, self.highest) = (Int(lowest), Int(highest))
        (self.phase, self.mode, proportionalGain) = (phase, mode, gain)
        startForce = Int(force)
        homingOffset = SignMagnitude.decode(offset, signBit: 11)
        torqueLimit = Int(limit)
        isWritePending = waiting != 0
        self.state = state
    }

    /// Register 18: bit 0 turns the motor round, bit 7 the encoder; with one of them the servo runs away from its goal.
    var driveIsReversed: Bool { phase & 0x01 != 0 }
    var encoderIsReversed: Bool { phase & 0x80 != 0 }
    /// Bit 2: one count a second is the unit of speeds, as delivered; without it fifty are.
    var hasFineSpeed: Bool { phase & 0x04 != 0 }
    /// Bit 4 of register 18, or both limits zero: positions count whole turns, which power off forgets.
    var countsTurns: Bool { phase & 0x10 != 0 || (lowest == 0 && highest == 0) }

    /// The goal that holds it where it is.
    var holdingGoal: Int { ArmingChecklist.holdingGoal(state.position, lowest, highest) }
}
