internal import ServoProtocols

/// Emulated firmware of one X-series device: its control table and what instructions do to it.
///
/// No clock and no I/O: time is told. What its motor does is in the other file. Source: facts, section 3.1.
public struct DynamixelFirmware: Sendable {
    var memory: DynamixelMemory
    var motor = DynamixelMotor()
    private var held: (address: Int, data: [UInt8])?
    private var silentUntil: Int64 = 0
    private var fedAt: Int64 = 0

    /// Silence after a restart, nanoseconds.
    static let bootNanoseconds: Int64 = 400_000_000

    /// A device as delivered, but for its id and baud rate.
    ///
    /// - Parameter model: as on the label; an unknown one becomes an XL430-W250.
    public init(model: String, id: UInt8, baudIndex: UInt8, firmware: UInt8 = 48) {
        let known = DynamixelModel.named(model) ?? DynamixelModel.known[0]
        memory = DynamixelMemory(model: known, firmware: firmware, id: id, baudIndex: baudIndex)
    }

    public var id: UInt8 { UInt8(truncatingIfNeeded: memory[7]) }
    /// The id it obeys too, in silence; nil if it has none (e-Manual, secondary id).
    var secondaryID: UInt8? { memory[12] <= 252 && memory[12] != memory[7] ? UInt8(memory[12]) : nil }
    public var baud: Int { DynamixelBaud.rate(index: memory[8]) ?? 57_600 }
    /// Nanoseconds between request and reply.
    public var returnDelayNanoseconds: Int64 { Int64(memory[9]) * 2000 }
    public var isTorqueOn: Bool { memory.isTorqueOn }
    /// Register 70.
    public var hardwareError: UInt8 { UInt8(truncatingIfNeeded: memory[70]) }
    public var watchdogTripped: Bool { memory.watchdogTripped }
    /// Whether it answers at all just now (not restarting).
    public func isListening(at now: Int64) -> Bool { now >= silentUntil }
    var answersFastReads: Bool { memory.firmware >= memory.model.fastReadVersion }

    /// The number in the register at `address`, as a person with the manual would read it.
    public func register(_ address: Int) -> Int { memory[address] }

    /// A reply's error byte: why it refuses, and whether a hardware error is latched.
    func errorByte(_ error: DynamixelError?) -> UInt8 {
        (error?.rawValue ?? 0) | (memory[70] != 0 ? DynamixelError.alertBit : 0)
    }

    /// An instruction packet passed on the line.
    mutating func feed(at now: Int64) { fedAt = now }

    /// The bus watchdog: with torque on, silence for too long stops the motor and locks the goals.
    mutating func tick(at now: Int64) {
        guard memory.isTorqueOn, memory[98] > 0 else { return }
        guard now - fedAt > Int64(memory[98]) * DynamixelWatchdog.unitNanoseconds else { return }
        memory[98] = -1
        motor.stop(memory)
    }

    /// Whether the status return level lets it answer: 0 pings only, 1 reads too, 2 everything.
    func answers(_ request: DynamixelRequest) -> Bool {
        switch request {
        case .ping: true
        case .read, .syncRead, .bulkRead: memory[68] >= 1
        case .syncWrite, .bulkWrite: false
        default: memory[68] >= 2
        }
    }

    // MARK: Instructions

    var pingData: [UInt8] { [memory.bytes[0], memory.bytes[1], memory.bytes[6]] }

    mutating func write(_ address: Int, _ data: [UInt8]) -> DynamixelError? {
        let before = memory
        if let refusal = memory.write(address, data) { return refusal }
        // bit 3 of the drive mode: a goal is torque on
        let goals = [100..<104, 104..<108, 116..<120]
        if memory[10] & 8 != 0, !memory.isTorqueOn, !memory.isShutDown,
            goals.contains(where: { $0.overlaps(address..<address + data.count) })
        {
            memory[64] = 1
        }
        if memory.isTorqueOn != before.isTorqueOn {
            // in position mode the count of turns is forgotten with torque on (e-Manual, present position)
            if memory.isTorqueOn, memory.mode == .position { motor.forgetTurns() }
            motor.begin(memory)
        }
        if memory.mode != before.mode {
            if memory.mode == .position { motor.forgetTurns() }
            memory[100] = memory[36]
            memory[104] = 0
            motor.begin(memory)
        }
        if before.watchdogTripped, !memory.watchdogTripped { motor.resume() }
        return nil
    }

    /// A write that came under the secondary id: only RAM obeys it, and nobody answers.
    mutating func writeAsSecondary(_ address: Int, _ data: [UInt8]) {
        guard address >= 64 else { return }
        _ = write(address, data)
    }

    mutating func registeredWrite(_ address: Int, _ data: [UInt8]) -> DynamixelError? {
        // checked now, carried out on `action`
        var rehearsal = memory
        if let refusal = rehearsal.write(address, data) { return refusal }
        held = (address, data)
        memory[69] = 1
        return nil
    }

    mutating func action() -> DynamixelError? {
        guard let pending = held else { return .resultFailed }
        held = nil
        memory[69] = 0
        return write(pending.address, pending.data)
    }

    mutating func reboot(at now: Int64) {
        silentUntil = now + Self.bootNanoseconds
        memory.restart()
        held = nil
        start()
        // bit 0 of the start-up configuration
        if memory[60] & 1 != 0, !memory.isShutDown {
            memory[64] = 1
            motor.begin(memory)
        }
    }

    /// Full turns are not known, and the goal is where it stands.
    private mutating func start() {
        motor.forgetTurns()
        motor.begin(memory)
        motor.sense(&memory)
        memory[116] = memory[132]
    }

    mutating func factoryReset(_ kept: DynamixelFrame.Kept, at now: Int64) {
        memory.resetToFactory(kept)
        reboot(at: now)
    }

    mutating func clearTurns() -> DynamixelError? {
        guard memory[122] == 0 else { return .resultFailed }
        motor.forgetTurns()
        motor.begin(memory)
        motor.sense(&memory)
        return nil
    }

    mutating func backup(restoring: Bool, at now: Int64) -> DynamixelError? {
        guard !memory.isTorqueOn else { return .access }
        guard restoring else {
            memory.store()
            return nil
        }
        guard memory.restore() else { return .resultFailed }
        reboot(at: now)
        return nil
    }

    // MARK: Physics

    /// The motor's torque in the next `dt` seconds, N·m; see `EmulatedBus.drive`.
    mutating func drive(shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double) -> Double {
        let torque = motor.drive(&memory, shaft: shaft, speed: speed, supply: supply, dt: dt, delay: delay)
        motor.sense(&memory)
        protect(motor.troubles(memory, dt: dt))
        return torque
    }

    public mutating func powerOn(shaft: Double, supply: Double) {
        motor.place(shaft: shaft, supply: supply)
        start()
    }

    /// Latches hardware errors; those that register 63 names take torque away.
    mutating func protect(_ faults: DynamixelFaults) {
        guard !faults.isEmpty else { return }
        memory[70] |= Int(faults.rawValue)
        if memory.isShutDown { memory[64] = 0 }
    }

    var supplyCurrent: Double { motor.supplyCurrent }

    /// What its goal registers ask of the shaft; nil if it is free, or pursues torque only.
    var setpoint: DeviceSetpoint? {
        guard memory.isTorqueOn, memory[10] & 2 == 0 else { return nil }
        if memory.mode.followsPosition { return .angle(motor.shaft(Double(memory[116]), memory)) }
        guard memory.mode == .velocity else { return nil }
        return .speed((memory[10] & 1 != 0 ? -1 : 1) * Double(memory[104]) * DynamixelModel.velocityUnit)
    }
}
