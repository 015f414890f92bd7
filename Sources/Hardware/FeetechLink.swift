internal import CPlatform
internal import SerialLink
internal import ServoProtocols

/// One port with its parser and the frame in work: sends a request, gives the replies one by one.
struct FeetechLink: ~Copyable {
    private(set) var port: SerialPort?
    var frame = FeetechFrame()
    private var parser = FeetechParser()
    /// When what was read last had come, monotonic: a thread that gets no processor for a while finds it later.
    private(set) var arrival: Int64 = 0
    private var incoming = InlineArray<512, UInt8>(repeating: 0)
    private enum Echo { case unknown, present, absent }

    /// Whether the adapter gives back what we send; learnt from the first exchanges.
    private var echo = Echo.unknown
    private var echoAwaited = false
    /// A reply that might be our own request coming back: the two can be the same bytes.
    private var doubtful: FeetechPacket?
    /// Whether the last reply given out may as well have been an echo.
    private(set) var gaveDoubtful = false
    private var silent = false

    var checksumFailures: Int { parser.checksumFailures }
    var lastFailedID: UInt8? { parser.lastFailedID }
    var junkBytes: Int { parser.junkBytes }
    private(set) var bytesReceived = 0

    init() {}

    mutating func attach(_ port: SerialPort) {
        self.port = port
        parser = FeetechParser()
        echo = .unknown
        doubtful = nil
    }

    mutating func detach() { port = nil }

    /// The bytes that came since the last exchange: replies too late, echoes of writes.
    mutating func takeLate() throws(SerialError) -> FeetechPacket? {
        while true {
            if let packet = parser.next() {
                if packet.id <= FeetechFrame.largestID { return packet }
                continue
            }
            guard try fill(deadlineNanoseconds: 0) else {
                parser.reset()
                return nil
            }
        }
    }

    /// Sends `frame`; afterwards only replies with `replyParameters` parameters count (nil = any).
    mutating func send(replyParameters: Int?, deadlineNanoseconds: Int64) throws(SerialError) {
        guard let port else { return }
        parser.expectedLength = replyParameters.map { UInt8(truncatingIfNeeded: $0 + 2) }
        parser.echoLength = frame.byte(at: 3)
        doubtful = nil
        gaveDoubtful = false
        echoAwaited = true
        silent = false
        // the bytes are lent to the port; no copy
        try frame.withBytes { bytes throws(SerialError) in
            try port.write(bytes, deadlineNanoseconds: deadlineNanoseconds)
        }
    }

    /// The next packet from a servo, or nil when the deadline has passed.
    mutating func receive(deadlineNanoseconds: Int64) throws(SerialError) -> FeetechPacket? {
        while true {
            if let packet = silent ? parser.nextAfterSilence() : parser.next() {
                if let reply = sift(packet) { return reply }
                continue
            }
            if silent {
                let last = echo == .present ? nil : doubtful
                doubtful = nil
                gaveDoubtful = last != nil
                return last
            }
            if try !fill(deadlineNanoseconds: deadlineNanoseconds) { silent = true }
        }
    }

    /// Takes out what we sent ourselves, and what cannot be the reply.
    private mutating func sift(_ packet: FeetechPacket) -> FeetechPacket? {
        guard packet.id <= FeetechFrame.largestID else {
            if packet.isEcho(of: frame) { echo = .present }
            return nil
        }
        let fits = parser.expectedLength.map { Int($0) == packet.parameters.count + 2 } ?? true
        if echoAwaited, echo != .absent, packet.isEcho(of: frame) {
            echoAwaited = false
            if fits { doubtful = packet } else { echo = .present }
            return nil
        }
        guard fits else { return nil }
        if doubtful != nil {
            echo = .present
            doubtful = nil
        } else if echoAwaited, echo == .unknown {
            echo = .absent
        }
        return packet
    }

    private mutating func fill(deadlineNanoseconds: Int64) throws(SerialError) -> Bool {
        guard let port else { return false }
        var buffer = incoming.mutableSpan
        let count = try port.read(into: &buffer, deadlineNanoseconds: deadlineNanoseconds)
        guard count > 0 else { return false }
        arrival = Arrival.latest(deadlineNanoseconds)
        bytesReceived += count
        parser.append(incoming.span.extracting(first: count))
        return true
    }
}
