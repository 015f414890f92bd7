/// A request as a device understands it; for emulated devices.
public struct RoboClawRequest: Sendable {
    public let address: UInt8
    public let command: RoboClawCommand
    /// What stands behind the command, without checksum.
    public let data: RoboClawReply
}

/// Finds requests in a stream of bytes; unknown commands, other addresses and wrong checksums cost one byte.
public struct RoboClawRequestParser: Sendable {
    private var storage = InlineArray<256, UInt8>(repeating: 0)
    private var start = 0
    private var end = 0

    public init() {}

    public var pendingBytes: Int { end - start }

    public mutating func reset() { (start, end) = (0, 0) }

    public mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            if end == 256 { makeRoom() }
            storage[end] = bytes[index]
            end += 1
        }
    }

    private mutating func makeRoom() {
        if start == 0 { start = 1 }
        for index in start..<end { storage[index - start] = storage[index] }
        end -= start
        start = 0
    }

    /// The next whole request, or nil if more bytes are needed.
    public mutating func next() -> RoboClawRequest? {
        while start < end {
            guard RoboClawFrame.addresses.contains(storage[start]) else {
                start += 1
                continue
            }
            guard end - start >= 2 else { return nil }
            guard let command = RoboClawCommand(rawValue: storage[start + 1]) else {
                start += 1
                continue
            }
            let length = 2 + command.parameterCount + (command.isRead ? 0 : 2)
            guard end - start >= length else { return nil }
            guard command.isRead || isRight(start..<start + length - 2) else {
                start += 1
                continue
            }
            let data = RoboClawReply(storage.span.extracting(start + 2..<start + 2 + command.parameterCount))
            let request = RoboClawRequest(address: storage[start], command: command, data: data)
            start += length
            return request
        }
        (start, end) = (0, 0)
        return nil
    }

    private func isRight(_ range: Range<Int>) -> Bool {
        let crc = CRC16XModem(of: storage.span.extracting(range)).value
        return storage[range.upperBound] == UInt8(crc >> 8) && storage[range.upperBound + 1] == UInt8(crc & 0xFF)
    }
}
