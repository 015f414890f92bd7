internal import RobotModel
internal import ServoProtocols

/// All DYNAMIXEL devices of one half-duplex line: takes in bytes, says which bytes come back and when.
public struct DynamixelLine: EmulatedBus {
    public internal(set) var devices: [DynamixelFirmware]
    private var parser = DynamixelParser()
    private var lastByteAt: Int64 = 0
    /// When the last bit of what was sent and answered so far has passed: a half-duplex line carries one thing at a time.
    private var lineFreeAt: Int64 = 0
    private var random: any RandomNumberGenerator & Sendable
    /// Largest random delay added before a reply, nanoseconds.
    public var jitterNanoseconds: Int64
    public var clientBaud: Int?

    /// Nanoseconds a device needs to understand a packet, before its return delay.
    private static let thinking: Int64 = 20_000

    public init(
        devices: [DynamixelFirmware], jitterNanoseconds: Int64 = 0, random: any RandomNumberGenerator & Sendable
    ) {
        self.devices = devices
        self.jitterNanoseconds = jitterNanoseconds
        self.random = random
    }

    /// Devices as `joints` name them: model and id.
    init(
        joints: [JointConfiguration], baud: Int, jitterNanoseconds: Int64,
        random: any RandomNumberGenerator & Sendable
    ) {
        let index = UInt8(DynamixelBaud.index(rate: baud) ?? 1)
        let devices = joints.map { joint in
            var device = DynamixelFirmware(
                model: joint.servo, id: UInt8(truncatingIfNeeded: joint.id), baudIndex: index)
            // as a person sets it up for its joint
            let mode: DynamixelMode = joint.isContinuous ? .velocity : joint.gear == 1 ? .position : .extendedPosition
            device.memory[11] = Int(mode.rawValue)
            return device
        }
        self.init(devices: devices, jitterNanoseconds: jitterNanoseconds, random: random)
    }

    /// Bits per second of the line: as the first device is set.
    public var baud: Int { devices.first?.baud ?? 57_600 }
    /// Nanoseconds `count` bytes take on the wire: ten bits each.
    public func wireTime(_ count: Int) -> Int64 { Int64(count) * 10_000_000_000 / Int64(baud) }

    /// Takes in bytes that came at `now`; returns what the devices answer.
    public mutating func receive(_ bytes: [UInt8], at now: Int64) -> [FirmwareBus.Reply] {
        // real firmware forgets half a packet when the line has been silent
        if now - lastByteAt > 20_000_000, parser.pendingBytes > 0 { parser.reset() }
        lastByteAt = now
        parser.append(bytes.span)
        var replies: [FirmwareBus.Reply] = []
        let arrived = max(now, lineFreeAt) + wireTime(bytes.count)
        while let packet = parser.next() {
            guard !packet.isStatus else { continue }
            for index in devices.indices where hears(index, at: now) { devices[index].feed(at: now) }
            replies += handle(packet, at: arrived)
        }
        lineFreeAt = max(arrived, replies.map(\.endsAt).max() ?? 0)
        return replies
    }

    private mutating func handle(_ packet: DynamixelPacket, at now: Int64) -> [FirmwareBus.Reply] {
        guard let request = DynamixelRequest(packet) else { return refuse(packet, at: now) }
        let reads = request.reads
        if case .syncRead(_, _, _, true) = request { return answerFast(reads, at: now) }
        if case .bulkRead(_, true) = request { return answerFast(reads, at: now) }
        var replies: [FirmwareBus.Reply] = []
        var free = now
        if !reads.isEmpty {
            for read in reads {
                guard let index = listener(read.id, at: now), devices[index].answers(request) else { continue }
                let (error, data) = self.read(index, read.address, read.count)
                replies.append(reply(index, error, data, after: &free))
            }
            return replies
        }
        for index in devices.indices.sorted(by: { devices[$0].id < devices[$1].id }) {
            let id = devices[index].id
            obeySecondary(request, packet.id, index, at: now)
            guard packet.id == id || packet.id == DynamixelFrame.broadcastID, hears(index, at: now)
            else { continue }
            let speaks = packet.id == id || request == .ping
            let answers = speaks && devices[index].answers(request)
            let before = devices[index]
            let (error, data) = perform(request, index, at: now)
            guard answers else { continue }
            // a factory reset answers under the old id
            var frame = DynamixelFrame()
            frame.encodeStatus(id: id, error: before.errorByte(error), data: DynamixelBytes(data))
            replies.append(put(frame.array, delay: before.returnDelayNanoseconds, after: &free))
        }
        return replies
    }

    /// What is written to a device's second id.
    private mutating func obeySecondary(_ request: DynamixelRequest, _ id: UInt8, _ index: Int, at now: Int64) {
        guard let second = devices[index].secondaryID, hears(index, at: now) else { return }
        if case .write(let address, let data) = request, id == second {
            devices[index].writeAsSecondary(address, data.array)
        }
        // in a packet for many it takes the first part that is for either id
        guard case .syncWrite(let address, let width, let entries) = request,
            first(of: request, for: index) == second
        else { return }
        var place = 0
        while let id = entries.byte(at: place), id != second { place += width + 1 }
        devices[index].writeAsSecondary(address, entries.slice(place + 1..<place + 1 + width).array)
    }

    /// The first id in a sync write that a device obeys.
    private func first(of request: DynamixelRequest, for index: Int) -> UInt8 {
        guard case .syncWrite(_, let width, let entries) = request, let second = devices[index].secondaryID else {
            return devices[index].id
        }
        var place = 0
        while let id = entries.byte(at: place) {
            if id == devices[index].id || id == second { return id }
            place += width + 1
        }
        return devices[index].id
    }

    private func listener(_ id: UInt8, at now: Int64) -> Int? {
        devices.indices.first { devices[$0].id == id && hears($0, at: now) }
    }

    private func hears(_ index: Int, at now: Int64) -> Bool {
        devices[index].isListening(at: now) && clientBaud ?? devices[index].baud == devices[index].baud
    }

    /// Instructions that nobody knows, or whose parameters are short.
    private mutating func refuse(_ packet: DynamixelPacket, at now: Int64) -> [FirmwareBus.Reply] {
        guard let index = listener(packet.id, at: now), devices[index].memory[68] >= 2 else { return [] }
        var free = now
        let known = DynamixelInstruction(rawValue: packet.code) != nil
        return [reply(index, known ? .dataLength : .unknownInstruction, [], after: &free)]
    }

    private func read(_ index: Int, _ address: Int, _ count: Int) -> (DynamixelError?, [UInt8]) {
        guard let data = devices[index].memory.read(address, count) else { return (.dataLength, []) }
        return (nil, data)
    }

    private mutating func reply(
        _ index: Int, _ error: DynamixelError?, _ data: [UInt8], after free: inout Int64
    ) -> FirmwareBus.Reply {
        var frame = DynamixelFrame()
        frame.encodeStatus(
            id: devices[index].id, error: devices[index].errorByte(error), data: DynamixelBytes(data))
        return put(frame.array, delay: devices[index].returnDelayNanoseconds, after: &free)
    }

    private mutating func put(_ bytes: [UInt8], delay: Int64, after free: inout Int64) -> FirmwareBus.Reply {
        let jitter = jitterNanoseconds > 0 ? Int64.random(in: 0...jitterNanoseconds, using: &random) : 0
        free += delay + Self.thinking + jitter + wireTime(bytes.count)
        return FirmwareBus.Reply(bytes: bytes, endsAt: free)
    }

    /// One packet of all; it breaks off where a device does not speak.
    private mutating func answerFast(
        _ reads: [(id: UInt8, address: Int, count: Int)], at now: Int64
    ) -> [FirmwareBus.Reply] {
        var frame = DynamixelFrame()
        frame.beginFastStatus(blocks: reads.reduce(0) { $0 + $1.count + 4 })
        var delay: Int64?
        for read in reads {
            guard let index = listener(read.id, at: now), devices[index].answersFastReads,
                devices[index].memory[68] >= 1
            else { break }
            delay = delay ?? devices[index].returnDelayNanoseconds
            let (error, data) = self.read(index, read.address, read.count)
            frame.addFastStatus(
                id: read.id, error: devices[index].errorByte(error),
                data: DynamixelBytes(error == nil ? data : Array(repeating: 0, count: read.count)))
        }
        guard let delay, !frame.isEmpty else { return [] }
        var free = now
        return [put(frame.array, delay: delay, after: &free)]
    }

    private mutating func perform(
        _ request: DynamixelRequest, _ index: Int, at now: Int64
    ) -> (DynamixelError?, [UInt8]) {
        switch request {
        case .ping: return (nil, devices[index].pingData)
        case .read(let address, let count): return read(index, address, count)
        case .write(let address, let data): return (devices[index].write(address, data.array), [])
        case .registeredWrite(let address, let data):
            return (devices[index].registeredWrite(address, data.array), [])
        case .action: return (devices[index].action(), [])
        case .reboot: devices[index].reboot(at: now)
        case .factoryReset(let kept): devices[index].factoryReset(kept, at: now)
        case .clearTurns: return (devices[index].clearTurns(), [])
        case .backup(let restoring): return (devices[index].backup(restoring: restoring, at: now), [])
        case .syncWrite, .bulkWrite:
            if first(of: request, for: index) == devices[index].id,
                let mine = request.writeData(for: devices[index].id)
            {
                return (devices[index].write(mine.address, mine.data.array), [])
            }
        case .syncRead, .bulkRead: break
        }
        return (nil, [])
    }
}

// As physics and mishaps meet it.
extension DynamixelLine {
    public mutating func drive(
        _ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        devices[index].drive(shaft: shaft, speed: speed, supply: supply, dt: dt, delay: delay)
    }

    public mutating func powerOn(_ index: Int, shaft: Double, supply: Double) {
        devices[index].powerOn(shaft: shaft, supply: supply)
    }

    public func supplyCurrent(_ index: Int) -> Double { devices[index].supplyCurrent }

    public mutating func tick(at now: Int64) {
        for index in devices.indices { devices[index].tick(at: now) }
    }

    public mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64) {
        switch trouble {
        case .overload: devices[index].protect(.overload)
        case .reboot: devices[index].reboot(at: now)
        }
    }

    public func setpoint(_ index: Int) -> DeviceSetpoint? { devices[index].setpoint }

    public func readdressed(_ reply: [UInt8]) -> [UInt8]? {
        guard let packet = DynamixelPacket(checking: reply.span), packet.id != DynamixelFrame.broadcastID else {
            return nil
        }
        let other = devices.first { $0.id != packet.id }?.id ?? packet.id ^ 1
        var frame = DynamixelFrame()
        frame.encodeStatus(id: other, error: packet.error, data: packet.parameters)
        return frame.array
    }
}
