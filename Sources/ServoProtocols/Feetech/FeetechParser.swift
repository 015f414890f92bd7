/// Finds packets in a stream of bytes: split anywhere, between junk, after wrong checksums, mixed with echoes.
///
/// A wrong checksum costs one byte, not a packet's length: the search goes on right behind the false start, so a good
/// packet inside or behind a damaged one is found. Nothing here allocates or can trap.
///
/// ```swift
/// var parser = FeetechParser()
/// parser.append(received)
/// while let packet = parser.next() { … }
/// ```
public struct FeetechParser: Sendable {
    private var window = ByteWindow()

    /// Packets that claim to be longer are junk at once, instead of holding up what is behind them.
    public var longestLength: UInt8
    /// The one length byte a packet of a single servo can have, if known; others are junk at once.
    ///
    /// Worth setting: the checksum does not protect its own place. A length byte that is one too large takes in the
    /// true checksum as data, and the sum then asks for FF, which is how the next packet begins.
    public var expectedLength: UInt8?
    /// A second length to let through: that of the request, where the line may echo it.
    public var echoLength: UInt8?
    /// Bytes so far that belonged to no packet.
    public var junkBytes: Int { window.junk }
    /// Packets so far whose checksum was wrong.
    public private(set) var checksumFailures = 0
    /// The id in the last packet whose checksum was wrong.
    public private(set) var lastFailedID: UInt8?

    /// A parser for packets whose length byte is at most `longestLength`.
    public init(longestLength: UInt8 = 255) { self.longestLength = longestLength }

    /// Bytes that wait for more.
    public var pendingBytes: Int { window.count }

    /// Forgets what waits for more; counts it as junk.
    public mutating func reset() { window.reset() }

    /// Takes in `bytes`; if too many wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) { window.append(bytes) }

    /// Takes in one byte.
    public mutating func append(_ byte: UInt8) { window.append(byte) }

    /// The next whole packet, or nil if more bytes are needed.
    public mutating func next() -> FeetechPacket? { search(abandonIncomplete: false) }

    /// The next whole packet when no more bytes will come: what is incomplete is junk, and the search goes on behind it.
    public mutating func nextAfterSilence() -> FeetechPacket? { search(abandonIncomplete: true) }

    private mutating func search(abandonIncomplete: Bool) -> FeetechPacket? {
        while !window.isEmpty {
            switch candidate() {
            case .packet(let length):
                if let packet = window.lend(0..<length, FeetechPacket.init(checking:)) {
                    window.take(length)
                    return packet
                }
                checksumFailures += 1
                lastFailedID = window[2]
            case .junk: break
            case .incomplete: guard abandonIncomplete else { return nil }
            }
            window.drop(1)
        }
        return nil
    }

    private enum Candidate {
        case packet(length: Int)
        case incomplete
        case junk
    }

    /// What the waiting bytes could be, from the first on.
    private func candidate() -> Candidate {
        let waiting = window.count
        guard window[0] == 0xFF else { return .junk }
        guard waiting > 1 else { return .incomplete }
        guard window[1] == 0xFF else { return .junk }
        guard waiting > 2 else { return .incomplete }
        // a third FF belongs to a header one byte later: no servo has that id
        guard window[2] != 0xFF else { return .junk }
        guard waiting > 3 else { return .incomplete }
        let length = window[3]
        guard length >= 2, length <= longestLength else { return .junk }
        if let expectedLength, window[2] <= FeetechFrame.largestID, length != expectedLength,
            length != echoLength
        {
            return .junk
        }
        return waiting >= Int(length) + 4 ? .packet(length: Int(length) + 4) : .incomplete
    }
}
