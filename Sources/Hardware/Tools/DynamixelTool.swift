internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The tool for DYNAMIXEL X-series motors.
public final class DynamixelTool: MotorTool {
    public let port: SerialPort
    public var family: MotorFamily { .dynamixel }
    private var link = DynamixelLink()

    public init(_ port: SerialPort) {
        self.port = port
        link.attach(port)
    }

    public var bauds: [Int] { DynamixelBaud.rates }
    public var ids: ClosedRange<Int> { 0...Int(DynamixelFrame.largestID) }
    public func baudIndex(_ rate: Int) -> Int? { DynamixelBaud.index(rate: rate) }
    public var registers: [MotorRegister] { Self.registers }

    static let registers: [MotorRegister] = DynamixelRegister.xSeries.map { register in
        MotorRegister(
            name: register.name, address: Int(register.address), width: register.width,
            sign: register.isSigned ? .twos : .unsigned, isReadOnly: register.access == .readOnly,
            isEEPROM: register.memory == .eeprom, scale: register.scale, unit: register.unit,
            isMotion: [64, 100, 102, 104, 116].contains(register.address))
    }

    public func ping(_ id: Int) throws(MotorToolError) -> Bool {
        link.frame.encodePing(id: UInt8(id))
        return try exchange(id, data: 3, tries: 2) != nil
    }

    public func read(_ id: Int, _ register: MotorRegister) throws(MotorToolError) -> Int {
        link.frame.encodeRead(id: UInt8(id), address: UInt16(register.address), count: UInt16(register.width))
        guard let reply = try exchange(id, data: register.width, tries: 4) else { throw noAnswer(id) }
        try accept(reply, id)
        guard let raw = reply.parameters.unsigned(at: 0, width: register.width) else { throw noAnswer(id) }
        return register.number(raw: UInt32(truncatingIfNeeded: raw))
    }

    public func write(_ id: Int, _ register: MotorRegister, _ number: Int) throws(MotorToolError) {
        link.frame.encodeWrite(id: UInt8(id), address: UInt16(register.address), number: number, width: register.width)
        // whether it answers depends on its status return level: what counts is what it says afterwards
        if let reply = try exchange(id, data: 0, tries: 1) { try accept(reply, id) }
        let found = try read(id, register)
        guard found == number else {
            throw .refused(id: id, name: register.name, wanted: number, found: found)
        }
    }

    /// These have no lock beside torque.
    public func isLocked(_ id: Int) throws(MotorToolError) -> Bool { false }
    public func setLock(_ id: Int, _ locked: Bool) throws(MotorToolError) {}
    public func isTorqueOn(_ id: Int) throws(MotorToolError) -> Bool {
        try read(id, try register("torque enable")) != 0
    }

    public func reboot(_ id: Int) throws(MotorToolError) {
        guard try ping(id) else { throw noAnswer(id) }
        link.frame.encodeReboot(id: UInt8(id))
        if let reply = try exchange(id, data: 0, tries: 1) { try accept(reply, id) }
        let limit = cplatform_monotonic_nanoseconds() + 3_000_000_000
        _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 300_000_000)
        while cplatform_monotonic_nanoseconds() < limit {
            if try ping(id) { return }
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 50_000_000)
        }
        throw .rejected(id: id, why: "it did not come back within three seconds after the restart")
    }

    public func hearsAnybody() throws(MotorToolError) -> Bool {
        link.frame.encodePing(id: DynamixelFrame.broadcastID)
        try send(data: 3)
        // each answers in its turn, by id
        let bytes = Int64(14 * 253) * 10_000_000_000 / Int64(port.baud)
        return try receive(within: min(bytes + 30_000_000, 400_000_000)) != nil || link.junkBytes > 0
    }

    // MARK: One exchange

    /// A refusal in words.
    private func accept(_ reply: DynamixelPacket, _ id: Int) throws(MotorToolError) {
        guard let error = DynamixelError(errorByte: reply.error) else { return }
        throw .rejected(id: id, why: error.words)
    }

    private func exchange(_ id: Int, data: Int, tries: Int) throws(MotorToolError) -> DynamixelPacket? {
        let request = link.frame
        for _ in 0..<tries {
            link.frame = request
            try send(data: data)
            let bytes = Int64(request.count + data + 11)
            let wait = bytes * 10_000_000_000 / Int64(port.baud) + (port.hasLowLatency ? 5_000_000 : 25_000_000)
            let until = cplatform_monotonic_nanoseconds() + wait
            while let reply = try receive(within: max(0, until - cplatform_monotonic_nanoseconds())) {
                if Int(reply.id) == id { return reply }
            }
        }
        return nil
    }

    private func send(data: Int?) throws(MotorToolError) {
        do throws(SerialError) {
            while try link.takeLate() != nil {}
            try link.send(
                replyData: data, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 100_000_000)
        } catch { throw .serial(error) }
    }

    private func receive(within nanoseconds: Int64) throws(MotorToolError) -> DynamixelPacket? {
        do throws(SerialError) {
            return try link.receive(deadlineNanoseconds: cplatform_monotonic_nanoseconds() + nanoseconds)
        } catch { throw .serial(error) }
    }
}
