/// What an instruction packet asks a device to do; the device's side of the protocol.
public enum DynamixelRequest: Sendable, Equatable {
    case ping
    case read(address: Int, count: Int)
    case write(address: Int, data: DynamixelBytes)
    case registeredWrite(address: Int, data: DynamixelBytes)
    case action
    case factoryReset(DynamixelFrame.Kept)
    case reboot
    /// Takes full turns off the present position.
    case clearTurns
    case backup(restoring: Bool)
    /// `ids` in the order they shall reply.
    case syncRead(address: Int, count: Int, ids: DynamixelBytes, fast: Bool)
    /// `entries` is a run of (id, `width` bytes).
    case syncWrite(address: Int, width: Int, entries: DynamixelBytes)
    /// `entries` is a run of (id, address, count), five bytes each.
    case bulkRead(entries: DynamixelBytes, fast: Bool)
    /// `entries` is a run of (id, address, count, data).
    case bulkWrite(entries: DynamixelBytes)

    /// Reads the request in `packet`; nil if the instruction is unknown or its parameters do not fit it.
    public init?(_ packet: DynamixelPacket) {
        let parameters = packet.parameters
        guard let instruction = DynamixelInstruction(rawValue: packet.code) else { return nil }
        switch instruction {
        case .ping: self = .ping
        case .action: self = .action
        case .reboot: self = .reboot
        case .status: return nil
        case .read, .write, .registeredWrite:
            guard let address = parameters.unsigned(at: 0, width: 2) else { return nil }
            self.init(instruction, address, parameters)
        case .factoryReset:
            guard let kept = parameters.byte(at: 0).flatMap(DynamixelFrame.Kept.init) else { return nil }
            self = .factoryReset(kept)
        case .clear:
            guard parameters == [0x01, 0x44, 0x58, 0x4C, 0x22] else { return nil }
            self = .clearTurns
        case .controlTableBackup:
            guard parameters.slice(1..<5) == [0x43, 0x54, 0x52, 0x4C], let what = parameters.byte(at: 0), 1...2 ~= what
            else { return nil }
            self = .backup(restoring: what == 2)
        case .syncRead, .fastSyncRead, .syncWrite: self.init(together: instruction, parameters)
        case .bulkRead, .fastBulkRead:
            guard parameters.count % 5 == 0 else { return nil }
            self = .bulkRead(entries: parameters, fast: instruction == .fastBulkRead)
        case .bulkWrite: self = .bulkWrite(entries: parameters)
        }
    }

    private init?(_ instruction: DynamixelInstruction, _ address: Int, _ parameters: DynamixelBytes) {
        if instruction == .read {
            guard parameters.count == 4, let count = parameters.unsigned(at: 2, width: 2) else { return nil }
            self = .read(address: address, count: count)
            return
        }
        guard parameters.count > 2 else { return nil }
        let data = parameters.slice(2..<parameters.count)
        self =
            instruction == .write
            ? .write(address: address, data: data) : .registeredWrite(address: address, data: data)
    }

    private init?(together instruction: DynamixelInstruction, _ parameters: DynamixelBytes) {
        guard let address = parameters.unsigned(at: 0, width: 2), let width = parameters.unsigned(at: 2, width: 2)
        else {
            return nil
        }
        let rest = parameters.slice(4..<parameters.count)
        if instruction == .syncWrite {
            guard width > 0, rest.count % (width + 1) == 0 else { return nil }
            self = .syncWrite(address: address, width: width, entries: rest)
        } else {
            self = .syncRead(address: address, count: width, ids: rest, fast: instruction == .fastSyncRead)
        }
    }

    /// What a sync or bulk write holds for device `id`, or nil.
    public func writeData(for id: UInt8) -> (address: Int, data: DynamixelBytes)? {
        switch self {
        case .syncWrite(let address, let width, let entries):
            var index = 0
            while let candidate = entries.byte(at: index) {
                if candidate == id { return (address, entries.slice(index + 1..<index + 1 + width)) }
                index += width + 1
            }
        case .bulkWrite(let entries):
            var index = 0
            while let candidate = entries.byte(at: index) {
                guard let address = entries.unsigned(at: index + 1, width: 2),
                    let count = entries.unsigned(at: index + 3, width: 2), index + 5 + count <= entries.count
                else { return nil }
                if candidate == id { return (address, entries.slice(index + 5..<index + 5 + count)) }
                index += 5 + count
            }
        default: break
        }
        return nil
    }

    /// Who shall answer a sync or bulk read with what, in order; empty for other requests.
    public var reads: [(id: UInt8, address: Int, count: Int)] {
        switch self {
        case .syncRead(let address, let count, let ids, _): ids.array.map { ($0, address, count) }
        case .bulkRead(let entries, _):
            stride(from: 0, to: entries.count, by: 5).compactMap { index in
                guard let id = entries.byte(at: index), let address = entries.unsigned(at: index + 1, width: 2),
                    let count = entries.unsigned(at: index + 3, width: 2)
                else { return nil }
                return (id, address, count)
            }
        default: []
        }
    }
}
