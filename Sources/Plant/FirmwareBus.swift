internal import RobotModel
internal import ServoProtocols

/// All servos of one half-duplex line: takes in bytes, says which bytes come back and when.
public struct FirmwareBus: EmulatedBus {
    /// Bytes on the line, and when their last bit has passed, nanoseconds.
    public struct Reply: Sendable, Equatable {
        public var bytes: [UInt8]
        public var endsAt: Int64
    }

    public internal(set) var servos: [ServoFirmware]
    private var parser = FeetechParser()
    private var lastByteAt: Int64 = 0
    /// When the last bit of what was sent and answered so far has passed: a half-duplex line carries one thing at a time.
    private var lineFreeAt: Int64 = 0
    private var random: any RandomNumberGenerator & Sendable
    /// Largest random delay added before a reply, nanoseconds.
    public var jitterNanoseconds: Int64
    public var clientBaud: Int?

    public init(
        servos: [ServoFirmware], jitterNanoseconds: Int64 = 0, random: any RandomNumberGenerator & Sendable
    ) {
        self.servos = servos
        self.jitterNanoseconds = jitterNanoseconds
        self.random = random
    }

    /// Bits per second of the line: as the first servo is set.
    public var baud: Int { servos.first?.baud ?? 1_000_000 }
    /// Nanoseconds `count` bytes take on the wire: ten bits each.
    public func wireTime(_ count: Int) -> Int64 { Int64(count) * 10_000_000_000 / Int64(baud) }

    /// Takes in bytes that came at `now`; returns what the servos answer.
    public mutating func receive(_ bytes: [UInt8], at now: Int64) -> [Reply] {
        // real firmware forgets half a packet when the line has been silent
        if now - lastByteAt > 20_000_000, parser.pendingBytes > 0 { parser.reset() }
        lastByteAt = now
        parser.append(bytes.span)
        var replies: [Reply] = []
        let arrived = max(now, lineFreeAt) + wireTime(bytes.count)
        while let packet = parser.next() { replies += handle(packet, at: arrived) }
        lineFreeAt = max(arrived, replies.map(\.endsAt).max() ?? 0)
        return replies
    }

    private mutating func handle(_ packet: FeetechPacket, at now: Int64) -> [Reply] {
        guard let request = FeetechRequest(packet) else { return [] }
        let isSync = packet.code == FeetechInstruction.syncRead.rawValue
        let isRead = isSync || packet.code == FeetechInstruction.read.rawValue
        // what real firmware drops
        if isRead, packet.parameters.count + 2 > 0x80 { return [] }
        var replies: [Reply] = []
        var free = now
        for index in order(request) {
            guard servos[index].isListening(at: now), clientBaud ?? servos[index].baud == servos[index].baud else {
                continue
            }
            let mine = packet.id == servos[index].id
            let all = packet.id == FeetechFrame.broadcastID
            guard mine || all, request.syncReadIndex(of: servos[index].id) != nil || !isSync else { continue }
            let id = servos[index].id
            let delay = servos[index].returnDelayNanoseconds + 20_000
            let data = perform(request, index, at: now)
            guard servos[index].answers(request), mine || isSync || request == .ping else { continue }
            var frame = FeetechFrame()
            frame.encodeStatus(id: id, error: servos[index].faults, data: FeetechBytes(data))
            let jitter = jitterNanoseconds > 0 ? Int64.random(in: 0...jitterNanoseconds, using: &random) : 0
            let ends = max(free, now) + delay + jitter + wireTime(frame.count)
            free = ends
            replies.append(Reply(bytes: frame.array, endsAt: ends))
        }
        return replies
    }

    /// Servos in the order they answer.
    private func order(_ request: FeetechRequest) -> [Int] {
        guard case .syncRead(_, _, let ids) = request else { return Array(servos.indices) }
        return ids.array.compactMap { id in servos.firstIndex { $0.id == id } }
    }

    private mutating func perform(_ request: FeetechRequest, _ index: Int, at now: Int64) -> [UInt8] {
        switch request {
        case .ping, .backup: return []
        case .read(let address, let count), .syncRead(let address, let count, _):
            return servos[index].read(address, count)
        case .write(let address, let data): servos[index].write(address, data.array)
        case .registeredWrite(let address, let data): servos[index].registeredWrite(address, data.array)
        case .action: servos[index].action()
        case .syncWrite(let address, _, _):
            if let data = request.syncWriteData(for: servos[index].id) { servos[index].write(address, data.array) }
        case .resetParameters, .reset: servos[index].resetParameters()
        case .reboot: servos[index].reboot(at: now)
        case .calibratePosition(let counts): servos[index].calibrate(counts: Int(counts))
        }
        return []
    }
}

// As physics and mishaps meet it.
extension FirmwareBus {
    init(
        joints: [JointConfiguration], baud: Int, jitterNanoseconds: Int64,
        random: any RandomNumberGenerator & Sendable
    ) {
        let index = UInt8(FeetechBaud.index(rate: baud) ?? 0)
        self.init(
            servos: joints.map { ServoFirmware(id: UInt8($0.id), baudIndex: index) },
            jitterNanoseconds: jitterNanoseconds, random: random)
    }

    public mutating func drive(
        _ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        servos[index].torque(
            rawCounts: shaft * ServoFirmware.countsPerRadian, speed: speed, supply: supply, dt: dt, delay: delay)
    }

    public mutating func powerOn(_ index: Int, shaft: Double, supply: Double) {
        servos[index].powerOn(rawCounts: shaft * ServoFirmware.countsPerRadian, supply: supply)
    }

    public func supplyCurrent(_ index: Int) -> Double { servos[index].supplyCurrent }

    public mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64) {
        switch trouble {
        case .overload: servos[index].protect()
        case .reboot: servos[index].reboot(at: now)
        }
    }

    public func setpoint(_ index: Int) -> DeviceSetpoint? {
        servos[index].torqueMode == 1 ? .angle(Double(servos[index].goalCounts) / ServoFirmware.countsPerRadian) : nil
    }

    public func readdressed(_ reply: [UInt8]) -> [UInt8]? {
        guard let packet = FeetechPacket(checking: reply.span) else { return nil }
        let other = servos.first { $0.id != packet.id }?.id ?? packet.id ^ 1
        var frame = FeetechFrame()
        frame.encodeStatus(id: other, error: packet.code, data: packet.parameters)
        return frame.array
    }
}
