internal import CPlatform
internal import SerialLink
internal import ServoProtocols

/// One port with its parser and the frame in work: sends a request, gives the replies one by one.
///
/// An adapter that echoes does no harm: instructions and replies cannot be taken for each other in this protocol.
struct DynamixelLink: ~Copyable {
    private(set) var port: SerialPort?
    var frame = DynamixelFrame()
    private var parser = DynamixelParser()
    /// When what was read last had come, monotonic: a thread that gets no processor for a while finds it later.
    private(set) var arrival: Int64 = 0
    private var incoming = InlineArray<512, UInt8>(repeating: 0)
    private var silent = false
    private var expected: Int?

    var checksumFailures: Int { parser.checksumFailures }
    var lastFailedID: UInt8? { parser.lastFailedID }
    var junkBytes: Int { parser.junkBytes }

    init() {}

    mutating func attach(_ port: SerialPort) {
        self.port = port
        parser = DynamixelParser()
    }

    mutating func detach() { port = nil }

    /// The replies that came since the last exchange: too late.
    mutating func takeLate() throws(SerialError) -> DynamixelPacket? {
        while true {
            if let packet = parser.next() {
                if packet.isStatus, packet.id <= DynamixelFrame.largestID { return packet }
                continue
            }
            guard try fill(deadlineNanoseconds: 0) else {
                parser.reset()
                return nil
            }
        }
    }

    /// Sends `frame`; afterwards only replies with `replyData` bytes of data, and refusals, count (nil = any).
    mutating func send(replyData: Int?, deadlineNanoseconds: Int64) throws(SerialError) {
        guard let port else { return }
        expected = replyData
        // error, checksum and what may be stuffed; our own echo passes too, so that it is no junk
        parser.longestLength = replyData.map { max(frame.count, $0 + $0 / 3 + 8) } ?? DynamixelBytes.capacity
        silent = false
        // the bytes are lent to the port; no copy
        try frame.withBytes { bytes throws(SerialError) in
            try port.write(bytes, deadlineNanoseconds: deadlineNanoseconds)
        }
    }

    /// The next reply, or nil when the deadline has passed.
    mutating func receive(deadlineNanoseconds: Int64) throws(SerialError) -> DynamixelPacket? {
        while true {
            if let packet = silent ? parser.nextAfterSilence() : parser.next() {
                guard packet.isStatus, packet.id <= DynamixelFrame.largestID else { continue }
                let refused = DynamixelError(errorByte: packet.error) != nil
                if let expected, packet.parameters.count != expected, !refused { continue }
                return packet
            }
            if silent { return nil }
            if try !fill(deadlineNanoseconds: deadlineNanoseconds) { silent = true }
        }
    }

    /// The next device's block of the reply to a fast read, or nil when the deadline has passed.
    mutating func receiveBlock(
        count: Int, blocks: Int, deadlineNanoseconds: Int64
    ) throws(SerialError) -> DynamixelPacket? {
        while true {
            if let block = parser.nextFastBlock(count: count, blocks: blocks) { return block }
            guard try fill(deadlineNanoseconds: deadlineNanoseconds) else { return nil }
        }
    }

    private mutating func fill(deadlineNanoseconds: Int64) throws(SerialError) -> Bool {
        guard let port else { return false }
        var buffer = incoming.mutableSpan
        let count = try port.read(into: &buffer, deadlineNanoseconds: deadlineNanoseconds)
        guard count > 0 else { return false }
        arrival = Arrival.latest(deadlineNanoseconds)
        parser.append(incoming.span.extracting(first: count))
        return true
    }
}
