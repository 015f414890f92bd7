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
    public static let capacity = 2048

    private var storage = InlineArray<2048, UInt8>(repeating: 0)
    private var start = 0
    private var end = 0
    /// Bytes still to come of a fast reply whose header was taken, or 0.
    private var fastLeft = 0
    private var fastCRC = DynamixelCRC()

    /// Packets whose length field says more are junk at once, instead of holding up what is behind them.
    public var longestLength: Int
    /// Bytes so far that belonged to no packet.
    public private(set) var junkBytes = 0
    /// Packets so far whose checksum was wrong.
    public private(set) var checksumFailures = 0
    /// The id in the last packet whose checksum was wrong.
    public private(set) var lastFailedID: UInt8?

    /// A parser for packets whose length field is at most `longestLength`.
    public init(longestLength: Int = DynamixelBytes.capacity) { self.longestLength = longestLength }

    /// Bytes that wait for more.
    public var pendingBytes: Int { end - start }

    /// Forgets what waits for more; counts it as junk.
    public mutating func reset() {
        junkBytes += end - start
        start = 0
        end = 0
        fastLeft = 0
    }

    /// Takes in `bytes`; if more than `capacity` wait, the oldest are dropped as junk.
    public mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Takes in one byte.
    public mutating func append(_ byte: UInt8) {
        if end == Self.capacity { makeRoom() }
        storage[end] = byte
        end += 1
    }

    private mutating func makeRoom() {
        if start == 0 { skip(1) }
        var index = start
        while index < end {
            storage[index - start] = storage[index]
            index += 1
        }
        end -= start
        start = 0
    }

    private mutating func skip(_ count: Int) {
        start += count
        junkBytes += count
    }

    /// The next whole packet, or nil if more bytes are needed.
    public mutating func next() -> DynamixelPacket? { search(abandonIncomplete: false) }

    /// The next whole packet when no more bytes will come: what is incomplete is junk, and the search goes on behind it.
    public mutating func nextAfterSilence() -> DynamixelPacket? { search(abandonIncomplete: true) }

    private mutating func search(abandonIncomplete: Bool) -> DynamixelPacket? {
        fastLeft = 0
        while start < end {
            switch candidate() {
            case .packet(let length):
                let packet = DynamixelPacket(checking: storage.span.extracting(start..<start + length))
                if packet != nil {
                    start += length
                    if start == end { (start, end) = (0, 0) }
                    return packet
                }
                checksumFailures += 1
                lastFailedID = storage[start + 4]
                skip(1)
            case .junk: skip(1)
            case .incomplete:
                guard abandonIncomplete else { return nil }
                skip(1)
            }
        }
        (start, end) = (0, 0)
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
        let waiting = end - start
        for place in 0..<4 {
            guard waiting > place else { return .incomplete }
            guard storage[start + place] == header(at: place) else { return .junk }
        }
        guard waiting > 4 else { return .incomplete }
        guard storage[start + 4] <= DynamixelFrame.largestID || storage[start + 4] == DynamixelFrame.broadcastID else {
            return .junk
        }
        guard waiting > 6 else { return .incomplete }
        let length = Int(storage[start + 5]) | Int(storage[start + 6]) << 8
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
        guard length >= 0, fastLeft >= block, end - start >= block else { return nil }
        var crc = fastCRC
        crc.append(storage.span, from: start, to: start + block - 2)
        let said = UInt16(storage[start + block - 2]) | UInt16(storage[start + block - 1]) << 8
        guard crc.value == said else {
            checksumFailures += 1
            lastFailedID = storage[start + 1]
            fastLeft = 0
            skip(end - start)
            (start, end) = (0, 0)
            return nil
        }
        var packet = DynamixelPacket(
            id: storage[start + 1], code: DynamixelInstruction.status.rawValue, error: storage[start])
        for index in 0..<length { packet.parameters.append(storage[start + 2 + index]) }
        crc.append(storage.span, from: start + block - 2, to: start + block)
        fastCRC = crc
        start += block
        fastLeft -= block
        if start == end { (start, end) = (0, 0) }
        return packet
    }

    /// Takes junk, echoes and the header off; whether the header is gone.
    private mutating func findFastHeader(blocks: Int) -> Bool {
        while start < end {
            let waiting = end - start
            guard storage[start] == 0xFF else {
                skip(1)
                continue
            }
            guard waiting >= 8 else { return false }
            let length = Int(storage[start + 5]) | Int(storage[start + 6]) << 8
            guard storage[start + 1] == 0xFF, storage[start + 2] == 0xFD, storage[start + 3] == 0,
                storage[start + 4] == DynamixelFrame.broadcastID, storage[start + 7] == 0x55, length == 1 + blocks
            else {
                skip(1)
                continue
            }
            fastCRC = DynamixelCRC()
            fastCRC.append(storage.span, from: start, to: start + 8)
            start += 8
            fastLeft = blocks
            return true
        }
        (start, end) = (0, 0)
        return false
    }
}
