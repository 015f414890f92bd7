/// Finds packets in a stream of bytes: split anywhere, between junk, after wrong checksums, mixed with echoes.
///
/// A wrong checksum costs one byte, not a packet's length: the search goes on right behind the false start, so a good
/// packet inside or behind a damaged one is found. Nothing here allocates or can trap.
///
/// The reply to a fast read is many devices' blocks in one packet, each with a checksum of its own. Between
/// `beginFastStatus` and its end `nextFastBlock` gives them one by one as they come, so that a silent device does not
/// cost the answers before it.
///
/// ```swift
/// var parser = DynamixelParser()
/// parser.append(received)
/// while let packet = parser.next() { … }
/// ```
public struct DynamixelParser: Sendable {
    private var window = ByteWindow()
    /// Bytes still to come of a fast reply whose header was taken, or 0.
    private var fastLeft = 0
    private var fastCRC = DynamixelCRC()

    /// Packets whose length field says more are junk at once, instead of holding up what is behind them.
    public var longestLength: Int
    /// Bytes so far that belonged to no packet.
    public var junkBytes: Int { window.junk }
    /// Packets so far whose checksum was wrong.
    public private(set) var checksumFailures = 0
    /// The id in the last packet whose checksum was wrong.
    public private(set) var lastFailedID: UInt8?

    /// A parser for packets whose length field is at most `longestLength`.
    public init(longestLength: Int = DynamixelBytes.capacity) { self.longestLength = longestLength }

    /// Bytes that wait for more.
    public var pendingBytes: Int { window.count }

    /// Forgets what waits for more; counts it as junk.
    public mutating func reset() {
        window.reset()
        fastLeft = 0
    }

    /// Takes in `bytes`; if too many wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) { window.append(bytes) }

    /// Takes in one byte.
    public mutating func append(_ byte: UInt8) { window.append(byte) }

    /// The next whole packet, or nil if more bytes are needed.
    public mutating func next() -> DynamixelPacket? { search(abandonIncomplete: false) }

    /// The next whole packet when no more bytes will come: what is incomplete is junk, and the search goes on behind it.
    public mutating func nextAfterSilence() -> DynamixelPacket? { search(abandonIncomplete: true) }

    private mutating func search(abandonIncomplete: Bool) -> DynamixelPacket? {
        fastLeft = 0
        while !window.isEmpty {
            switch candidate() {
            case .packet(let length):
                if let packet = window.lend(0..<length, DynamixelPacket.init(checking:)) {
                    window.take(length)
                    return packet
                }
                checksumFailures += 1
                lastFailedID = window[4]
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

    private func header(at place: Int) -> UInt8 { place == 2 ? 0xFD : place == 3 ? 0 : 0xFF }

    /// What the waiting bytes could be, from the first on.
    private func candidate() -> Candidate {
        let waiting = window.count
        for place in 0..<4 {
            guard waiting > place else { return .incomplete }
            guard window[place] == header(at: place) else { return .junk }
        }
        guard waiting > 4 else { return .incomplete }
        guard window[4] <= DynamixelFrame.largestID || window[4] == DynamixelFrame.broadcastID else {
            return .junk
        }
        guard waiting > 6 else { return .incomplete }
        let length = Int(window[5]) | Int(window[6]) << 8
        guard length >= 3, length <= longestLength else { return .junk }
        return waiting >= length + 7 ? .packet(length: length + 7) : .incomplete
    }
}

// MARK: - Fast replies

extension DynamixelParser {
    /// The next block of a fast reply of `blocks` bytes in all, whose data has `count` bytes; nil if more bytes are
    /// needed, or there is none.
    ///
    /// A block with a wrong checksum ends the reply: what follows it has no known beginning.
    public mutating func nextFastBlock(count length: Int, blocks: Int) -> DynamixelPacket? {
        if fastLeft == 0, !findFastHeader(blocks: blocks) { return nil }
        let block = length + 4
        guard length >= 0, fastLeft >= block, window.count >= block else { return nil }
        var crc = fastCRC
        window.lend(0..<block) { crc.append($0, from: 0, to: block - 2) }
        let said = UInt16(window[block - 2]) | UInt16(window[block - 1]) << 8
        guard crc.value == said else {
            checksumFailures += 1
            lastFailedID = window[1]
            fastLeft = 0
            window.reset()
            return nil
        }
        var packet = DynamixelPacket(
            id: window[1], code: DynamixelInstruction.status.rawValue, error: window[0])
        for index in 0..<length { packet.parameters.append(window[2 + index]) }
        window.lend(0..<block) { crc.append($0, from: block - 2, to: block) }
        fastCRC = crc
        window.take(block)
        fastLeft -= block
        return packet
    }

    /// Takes junk, echoes and the header off; whether the header is gone.
    private mutating func findFastHeader(blocks: Int) -> Bool {
        while !window.isEmpty {
            let waiting = window.count
            guard window[0] == 0xFF else {
                window.drop(1)
                continue
            }
            guard waiting >= 8 else { return false }
            let length = Int(window[5]) | Int(window[6]) << 8
            guard window[1] == 0xFF, window[2] == 0xFD, window[3] == 0,
                window[4] == DynamixelFrame.broadcastID, window[7] == 0x55, length == 1 + blocks
            else {
                window.drop(1)
                continue
            }
            var crc = DynamixelCRC()
            window.lend(0..<8) { crc.append($0, from: 0, to: 8) }
            fastCRC = crc
            window.take(8)
            fastLeft = blocks
            return true
        }
        return false
    }
}
