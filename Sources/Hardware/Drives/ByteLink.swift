internal import SerialLink
internal import ServoProtocols

/// What takes in the bytes of a port.
protocol ByteParser {
    mutating func append(_ bytes: Span<UInt8>)
}

extension ODriveParser: ByteParser {}
extension VescParser: ByteParser {}
extension RoboClawReplyParser: ByteParser {}

/// One port and the bytes that come from it.
struct ByteLink {
    private(set) var port: SerialPort?
    /// When what was read last had come, monotonic: a thread that gets no processor for a while finds it later.
    private(set) var arrival: Int64 = 0
    private var incoming = InlineArray<512, UInt8>(repeating: 0)

    mutating func attach(_ port: SerialPort) { self.port = port }
    mutating func detach() { port = nil }

    func send(_ bytes: Span<UInt8>, deadlineNanoseconds: Int64) throws(SerialError) {
        try port?.write(bytes, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Waits for bytes and gives them to `parser`; false when the deadline passed (0: only what is there already).
    mutating func fill(_ parser: inout some ByteParser, deadlineNanoseconds: Int64) throws(SerialError) -> Bool {
        guard let port else { return false }
        var buffer = incoming.mutableSpan
        let count = try port.read(into: &buffer, deadlineNanoseconds: deadlineNanoseconds)
        guard count > 0 else { return false }
        arrival = Arrival.latest(deadlineNanoseconds)
        parser.append(incoming.span.extracting(first: count))
        return true
    }
}
