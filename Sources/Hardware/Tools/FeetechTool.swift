internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The tool for Feetech STS and SMS servos.
public final class FeetechTool: MotorTool {
    public let port: SerialPort
    public var family: MotorFamily { .feetech }
    private var link = FeetechLink()
    /// Whether in the last exchange something came that may be the reply, or the request's echo.
    private var sawDoubtful = false

    public init(_ port: SerialPort) {
        self.port = port
        link.attach(port)
    }

    public var bauds: [Int] { FeetechBaud.rates }
    public var ids: ClosedRange<Int> { 0...253 }
    public func baudIndex(_ rate: Int) -> Int? { FeetechBaud.index(rate: rate) }

    public var registers: [MotorRegister] { Self.registers }

    static let registers: [MotorRegister] = FeetechRegister.sts3215.map { register in
        MotorRegister(
            name: register.name, address: Int(register.address), width: register.width,
            sign: register.signBit.map { .bit($0) } ?? .unsigned, isReadOnly: register.access == .readOnly,
            isEEPROM: register.memory == .eeprom, scale: register.scale, unit: register.unit,
            // writing a goal switches torque on, and time and speed lie in one block with it
            isMotion: [40, 42, 44, 46].contains(register.address))
    }

    public func ping(_ id: Int) throws(MotorToolError) -> Bool {
        link.frame.encodePing(id: UInt8(id))
        if try exchange(id, parameters: 0, tries: 2) != nil { return true }
        // a servo that reports a voltage fault answers a ping with the very bytes of the ping: a read tells it from an echo
        guard sawDoubtful else { return false }
        link.frame.encodeRead(id: UInt8(id), address: FeetechAddress.id, count: 1)
        return try exchange(id, parameters: 1, tries: 2) != nil
    }

    public func read(_ id: Int, _ register: MotorRegister) throws(MotorToolError) -> Int {
        link.frame.encodeRead(id: UInt8(id), address: UInt8(register.address), count: UInt8(register.width))
        guard let reply = try exchange(id, parameters: register.width, tries: 4) else { throw noAnswer(id) }
        var raw: UInt32 = 0
        for index in 0..<register.width { raw |= UInt32(reply.parameters.byte(at: index) ?? 0) << UInt32(8 * index) }
        return register.number(raw: raw)
    }

    public func write(_ id: Int, _ register: MotorRegister, _ number: Int) throws(MotorToolError) {
        guard let raw = register.raw(number) else {
            throw .outOfRange(name: register.name, number: number, range: register.range)
        }
        var data = FeetechBytes()
        for index in 0..<register.width { data.append(UInt8(truncatingIfNeeded: raw >> UInt32(8 * index))) }
        link.frame.encodeWrite(id: UInt8(id), address: UInt8(register.address), data: data)
        // whether it answers depends on its response level: what counts is what it says afterwards
        _ = try exchange(id, parameters: 0, tries: 1)
        let found = try read(id, register)
        guard found == number else {
            throw .refused(id: id, name: register.name, wanted: number, found: found)
        }
    }

    public func isLocked(_ id: Int) throws(MotorToolError) -> Bool { try read(id, try register("lock")) != 0 }
    public func isTorqueOn(_ id: Int) throws(MotorToolError) -> Bool {
        try read(id, try register("torque enable")) == 1
    }
    public func setLock(_ id: Int, _ locked: Bool) throws(MotorToolError) {
        try write(id, try register("lock"), locked ? 1 : 0)
    }

    public func reboot(_ id: Int) throws(MotorToolError) {
        guard try ping(id) else { throw noAnswer(id) }
        link.frame.encodeReboot(id: UInt8(id))
        try send(parameters: nil)
        let limit = cplatform_monotonic_nanoseconds() + 3_000_000_000
        _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 500_000_000)
        while cplatform_monotonic_nanoseconds() < limit {
            if try ping(id) { return }
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 50_000_000)
        }
        throw .rejected(id: id, why: "it did not come back within three seconds after the restart")
    }

    public func hearsAnybody() throws(MotorToolError) -> Bool {
        link.frame.encodePing(id: FeetechFrame.broadcastID)
        try send(parameters: 0)
        return try receive(within: 120_000_000) != nil || link.junkBytes > 0
    }

    // MARK: One exchange

    private func exchange(_ id: Int, parameters: Int, tries: Int) throws(MotorToolError) -> FeetechPacket? {
        let request = link.frame
        sawDoubtful = false
        for _ in 0..<tries {
            link.frame = request
            try send(parameters: parameters)
            let bytes = Int64(request.count + parameters + 6)
            let wait = bytes * 10_000_000_000 / Int64(port.baud) + (port.hasLowLatency ? 5_000_000 : 25_000_000)
            let until = cplatform_monotonic_nanoseconds() + wait
            while let reply = try receive(within: max(0, until - cplatform_monotonic_nanoseconds())) {
                guard Int(reply.id) == id else { continue }
                if !link.gaveDoubtful { return reply }
                sawDoubtful = true
            }
        }
        return nil
    }

    private func send(parameters: Int?) throws(MotorToolError) {
        do throws(SerialError) {
            while try link.takeLate() != nil {}
            try link.send(
                replyParameters: parameters, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 100_000_000)
        } catch { throw .serial(error) }
    }

    private func receive(within nanoseconds: Int64) throws(MotorToolError) -> FeetechPacket? {
        do throws(SerialError) {
            return try link.receive(deadlineNanoseconds: cplatform_monotonic_nanoseconds() + nanoseconds)
        } catch { throw .serial(error) }
    }
}
