/// The payload of one packet with a right checksum.
public struct VescPacket: Sendable {
    private var storage = InlineArray<512, UInt8>(repeating: 0)
    public private(set) var count = 0

    init(_ payload: Span<UInt8>) {
        count = min(payload.count, 512)
        for index in 0..<count { storage[index] = payload[index] }
    }

    /// The byte at `index`, or nil beyond the end.
    public func byte(at index: Int) -> UInt8? {
        guard index >= 0, index < count else { return nil }
        return storage[index]
    }

    /// The two bytes from `index` on as a signed number.
    public func word(at index: Int) -> Int16? {
        guard index >= 0, index + 2 <= count else { return nil }
        return Int16(bitPattern: UInt16(storage[index]) << 8 | UInt16(storage[index + 1]))
    }

    /// The four bytes from `index` on as a signed number.
    public func long(at index: Int) -> Int32? {
        guard let high = word(at: index), let low = word(at: index + 2) else { return nil }
        return Int32(high) << 16 | Int32(UInt16(bitPattern: low))
    }

    /// What the payload is, if it is a command known here.
    public var command: VescCommand? { byte(at: 0).flatMap(VescCommand.init(rawValue:)) }

    /// The payload without what forwards it, and the CAN id it is for.
    public var forwarded: (can: UInt8, packet: VescPacket)? {
        guard command == .forwardCAN, let can = byte(at: 1), count > 2 else { return nil }
        return (can, VescPacket(storage.span.extracting(2..<count)))
    }

    /// The ids of the controllers that are on the CAN bus, in answer to `VescCommand.pingCAN`; nil for any other packet.
    public var canIDs: [UInt8]? { command == .pingCAN ? Array(array.dropFirst()) : nil }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (0..<count).map { storage[$0] } }
}

/// Finds packets in a stream of bytes: split anywhere, between junk, after wrong checksums.
///
/// A wrong checksum costs one byte: the search goes on right behind the false start. Nothing here allocates or can trap.
public struct VescParser: Sendable {
    private var window = ByteWindow()

    /// Packets that claim to be longer are junk at once, instead of holding up what is behind them.
    public var longestPayload: Int
    /// Bytes so far that belonged to no packet.
    public var junkBytes: Int { window.junk }
    /// Packets so far whose checksum or last byte was wrong.
    public private(set) var checksumFailures = 0

    public init(longestPayload: Int = VescFrame.longestPayload) {
        self.longestPayload = min(longestPayload, VescFrame.longestPayload)
    }

    /// Bytes that wait for more.
    public var pendingBytes: Int { window.count }

    /// Forgets what waits for more; counts it as junk.
    public mutating func reset() { window.reset() }

    /// Takes in `bytes`; if too many wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) { window.append(bytes) }

    /// The next whole packet, or nil if more bytes are needed.
    public mutating func next() -> VescPacket? { search(abandonIncomplete: false) }

    /// The next whole packet when no more bytes will come: what is incomplete is junk.
    public mutating func nextAfterSilence() -> VescPacket? { search(abandonIncomplete: true) }

    private mutating func search(abandonIncomplete: Bool) -> VescPacket? {
        while !window.isEmpty {
            switch candidate() {
            case .packet(let header, let length):
                let payload = header..<header + length
                if isRight(payload) {
                    let packet = window.lend(payload, VescPacket.init)
                    window.take(payload.upperBound + 3)
                    return packet
                }
                checksumFailures += 1
            case .junk: break
            case .incomplete: guard abandonIncomplete else { return nil }
            }
            window.drop(1)
        }
        return nil
    }

    private enum Candidate {
        case packet(header: Int, length: Int)
        case incomplete
        case junk
    }

    /// What the waiting bytes could be, from the first on.
    private func candidate() -> Candidate {
        let waiting = window.count
        let header = Int(window[0])
        guard header == 2 || header == 3 else { return .junk }
        guard waiting >= header else { return .incomplete }
        var length = Int(window[1])
        if header == 3 { length = length << 8 | Int(window[2]) }
        // firmware refuses the long form for what fits the short one
        guard length > 0, length <= longestPayload, header == 2 || length >= 255 else { return .junk }
        return waiting >= header + length + 3 ? .packet(header: header, length: length) : .incomplete
    }

    private func isRight(_ payload: Range<Int>) -> Bool {
        let crc = window.lend(payload) { CRC16XModem(of: $0).value }
        return window[payload.upperBound] == UInt8(crc >> 8)
            && window[payload.upperBound + 1] == UInt8(crc & 0xFF) && window[payload.upperBound + 2] == 0x03
    }
}
