/// What an instruction packet asks a servo to do; the servo's side of the protocol.
public enum FeetechRequest: Sendable, Equatable {
    case ping
    case read(address: UInt8, count: UInt8)
    case write(address: UInt8, data: FeetechBytes)
    case registeredWrite(address: UInt8, data: FeetechBytes)
    case action
    case resetParameters
    case reboot
    case backup
    case reset
    /// Counts the present position shall read as.
    case calibratePosition(counts: UInt16)
    /// `ids` in the order they shall reply.
    case syncRead(address: UInt8, count: UInt8, ids: FeetechBytes)
    /// `entries` is a run of (id, `width` bytes).
    case syncWrite(address: UInt8, width: UInt8, entries: FeetechBytes)

    /// Reads the request in `packet`; nil if the instruction is unknown or its parameters do not fit it.
    public init?(_ packet: FeetechPacket) {
        let parameters = packet.parameters
        switch FeetechInstruction(rawValue: packet.code) {
        case .ping: self = .ping
        case .action: self = .action
        case .resetParameters: self = .resetParameters
        case .reboot: self = .reboot
        case .backup: self = .backup
        case .reset: self = .reset
        case .calibratePosition: self = .calibratePosition(counts: parameters.word(at: 0) ?? 2048)
        case .read:
            guard parameters.count == 2, let address = parameters.byte(at: 0), let count = parameters.byte(at: 1) else {
                return nil
            }
            self = .read(address: address, count: count)
        case .write:
            guard parameters.count >= 2, let address = parameters.byte(at: 0) else { return nil }
            self = .write(address: address, data: parameters.slice(1..<parameters.count))
        case .registeredWrite:
            guard parameters.count >= 2, let address = parameters.byte(at: 0) else { return nil }
            self = .registeredWrite(address: address, data: parameters.slice(1..<parameters.count))
        case .syncRead:
            guard let address = parameters.byte(at: 0), let count = parameters.byte(at: 1) else { return nil }
            self = .syncRead(address: address, count: count, ids: parameters.slice(2..<parameters.count))
        case .syncWrite:
            guard let address = parameters.byte(at: 0), let width = parameters.byte(at: 1), width > 0,
                (parameters.count - 2) % (Int(width) + 1) == 0
            else { return nil }
            self = .syncWrite(address: address, width: width, entries: parameters.slice(2..<parameters.count))
        case nil: return nil
        }
    }

    /// What a sync write holds for servo `id`, or nil.
    public func syncWriteData(for id: UInt8) -> FeetechBytes? {
        guard case .syncWrite(_, let width, let entries) = self else { return nil }
        var index = 0
        while let candidate = entries.byte(at: index) {
            if candidate == id { return entries.slice(index + 1..<index + 1 + Int(width)) }
            index += Int(width) + 1
        }
        return nil
    }

    /// The place of servo `id` in the order of replies to a sync read, or nil.
    public func syncReadIndex(of id: UInt8) -> Int? {
        guard case .syncRead(_, _, let ids) = self else { return nil }
        return (0..<ids.count).first { ids.byte(at: $0) == id }
    }
}
