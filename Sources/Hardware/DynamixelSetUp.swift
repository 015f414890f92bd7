internal import ServoProtocols

/// What one device is set to and how it is, all that arming depends on: its registers 0…63 and 64…146 as just read.
struct DynamixelSetUp {
    static var lastingAddress: UInt16 { DynamixelAddress.model }
    static var lastingCount: Int { 64 }
    static var freshAddress: UInt16 { DynamixelAddress.torqueEnable }
    static var freshCount: Int { 83 }

    var model: UInt16
    var returnDelay: UInt8
    var driveMode: UInt8
    var mode: UInt8
    var secondaryID: Int
    var homingOffset: Int
    var leastVolts: Int
    var mostVolts: Int
    var pwmLimit: Int
    var currentLimit: Int
    var velocityLimit: Int
    var lowest: Int
    var highest: Int
    var startUp: UInt8
    var isTorqueOn: Bool
    var statusReturnLevel: UInt8
    var isWritePending: Bool
    var hardwareError: UInt8
    var positionGain: Int
    var watchdog: UInt8
    var state: DynamixelState

    /// Reads the two replies; nil if one is a refusal or too short.
    init?(lasting: DynamixelPacket, fresh: DynamixelPacket) {
        guard DynamixelError(errorByte: lasting.error) == nil, DynamixelError(errorByte: fresh.error) == nil,
            lasting.parameters.count >= Self.lastingCount,
            let state = DynamixelState(
                fresh.parameters.slice(Int(DynamixelState.address - Self.freshAddress)..<Self.freshCount),
                error: fresh.error)
        else { return nil }
        func kept(_ address: UInt16, _ width: Int) -> Int {
            lasting.parameters.signed(at: Int(address - Self.lastingAddress), width: width) ?? 0
        }
        func byte(_ address: UInt16) -> UInt8 { lasting.parameters.byte(at: Int(address - Self.lastingAddress)) ?? 0 }
        func now(_ address: UInt16) -> UInt8 { fresh.parameters.byte(at: Int(address - Self.freshAddress)) ?? 0 }
        model = UInt16(truncatingIfNeeded: kept(DynamixelAddress.model, 2))
        returnDelay = byte(DynamixelAddress.returnDelay)
        driveMode = byte(DynamixelAddress.driveMode)
        mode = byte(DynamixelAddress.operatingMode)
        secondaryID = Int(byte(DynamixelAddress.secondaryID))
        homingOffset = kept(DynamixelAddress.homingOffset, 4)
        mostVolts = kept(DynamixelAddress.maximumVoltage, 2)
        leastVolts = kept(DynamixelAddress.minimumVoltage, 2)
        pwmLimit = kept(DynamixelAddress.pwmLimit, 2)
        currentLimit = kept(DynamixelAddress.currentLimit, 2)
        velocityLimit = kept(DynamixelAddress.velocityLimit, 4)
        highest = kept(DynamixelAddress.maximumPosition, 4)
        lowest = kept(DynamixelAddress.minimumPosition, 4)
        startUp = byte(DynamixelAddress.startUp)
        isTorqueOn = now(DynamixelAddress.torqueEnable) != 0
        statusReturnLevel = now(DynamixelAddress.statusReturnLevel)
        isWritePending = now(DynamixelAddress.registered) != 0
        hardwareError = now(DynamixelAddress.hardwareError)
        positionGain =
            fresh.parameters.unsigned(at: Int(DynamixelAddress.positionP - Self.freshAddress), width: 2) ?? 0
        watchdog = now(DynamixelAddress.busWatchdog)
        self.state = state
    }

    /// Whether registers 48 and 52 bound its goals.
    var isBounded: Bool { mode == DynamixelMode.position.rawValue }
}
