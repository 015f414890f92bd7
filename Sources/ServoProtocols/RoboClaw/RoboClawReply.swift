/// A reply with a right checksum.
public struct RoboClawReply: Sendable {
    public static let capacity = 48

    private var storage = InlineArray<48, UInt8>(repeating: 0)
    public private(set) var count = 0

    init(_ bytes: Span<UInt8>) {
        count = min(bytes.count, Self.capacity)
        for index in 0..<count { storage[index] = bytes[index] }
    }

    /// The byte at `index`, or nil beyond the end.
    public func byte(at index: Int) -> UInt8? {
        guard index >= 0, index < count else { return nil }
        return storage[index]
    }

    /// The two bytes from `index` on.
    public func word(at index: Int) -> UInt16? {
        guard index >= 0, index + 2 <= count else { return nil }
        return UInt16(storage[index]) << 8 | UInt16(storage[index + 1])
    }

    /// The four bytes from `index` on.
    public func long(at index: Int) -> UInt32? {
        guard let high = word(at: index), let low = word(at: index + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    /// The two bytes from `index` on as a signed number.
    public func signedWord(at index: Int) -> Int? { word(at: index).map { Int(Int16(bitPattern: $0)) } }

    /// The four bytes from `index` on as a signed number.
    public func signedLong(at index: Int) -> Int? { long(at: index).map { Int(Int32(bitPattern: $0)) } }

    /// The text of a version without its end; allocates.
    public var text: String {
        String(decoding: (0..<count).map { storage[$0] }.prefix { $0 != 0 && $0 != 0x0A }, as: UTF8.self)
    }
}

/// Finds the reply to one request in a stream of bytes: split anywhere, between junk and late replies.
///
/// Replies have no header; what is looked for is the first run of bytes whose checksum fits the request. Nothing here
/// allocates or can trap.
public struct RoboClawReplyParser: Sendable {
    private var window = ByteWindow()
    private var address: UInt8 = 0x80
    private var command = RoboClawCommand.version
    /// Bytes so far that belonged to no reply that was asked for.
    public var junkBytes: Int { window.junk }

    /// Whether a reply may stand behind anything but acknowledgements.
    ///
    /// Sixteen bits of checksum let one in 65 536 places of junk through: who can ask again does better without.
    public var searchesJunk: Bool

    public init(searchesJunk: Bool = true) { self.searchesJunk = searchesJunk }

    /// Bytes that wait for more.
    public var pendingBytes: Int { window.count }

    /// Forgets what came so far; from now on the reply to `command` at `address` is looked for.
    public mutating func expect(_ command: RoboClawCommand, address: UInt8) {
        window.reset()
        self.command = command
        self.address = address
    }

    /// Takes in `bytes`; if too many wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) { window.append(bytes) }

    /// The reply, or nil if more bytes are needed.
    public mutating func next() -> RoboClawReply? {
        if command == .version { return nextText() }
        guard let length = command.replyCount else { return nextAcknowledgement() }
        while window.count >= length + 2 {
            if let reply = taken(length) { return reply }
            guard searchesJunk || window[0] == RoboClawFrame.acknowledgement else { return nil }
            window.drop(1)
        }
        return nil
    }

    private mutating func nextAcknowledgement() -> RoboClawReply? {
        while !window.isEmpty {
            if window[0] == RoboClawFrame.acknowledgement {
                let reply = window.lend(0..<1, RoboClawReply.init)
                window.take(1)
                return reply
            }
            window.drop(1)
        }
        return nil
    }

    /// A text ends in 00, which its checksum covers.
    private mutating func nextText() -> RoboClawReply? {
        for first in 0..<window.count {
            let longest = min(window.count, first + RoboClawReply.capacity)
            guard let last = (first..<longest).first(where: { window[$0] == 0 }), last + 3 <= window.count else {
                continue
            }
            if isRight(first...last) {
                window.drop(first)
                return taken(last + 1 - first)
            }
        }
        return nil
    }

    /// The first `count` bytes, if they are the reply.
    private mutating func taken(_ count: Int) -> RoboClawReply? {
        guard count > 0, isRight(0...count - 1) else { return nil }
        let reply = window.lend(0..<count, RoboClawReply.init)
        window.take(count + 2)
        return reply
    }

    private func isRight(_ data: ClosedRange<Int>) -> Bool {
        var crc = CRC16XModem()
        crc.add(address)
        crc.add(command.rawValue)
        for index in data { crc.add(window[index]) }
        let place = data.upperBound + 1
        return window[place] == UInt8(crc.value >> 8) && window[place + 1] == UInt8(crc.value & 0xFF)
    }
}
