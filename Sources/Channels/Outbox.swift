internal import NIOCore
internal import NIOWebSocket
internal import RobotModel

/// What waits for one client, in bytes: answers, which are never dropped and go first, and data, of which the oldest goes.
struct Outbox {
    struct Data {
        var subscription: UInt32
        var logTime: UInt64
        /// Shared with every other client's outbox.
        var payload: [UInt8]

        /// With what keeping it takes.
        var bytes: Int { payload.count + Outbox.overhead }
    }

    /// What keeping a message takes beside its payload, bytes.
    static let overhead = ChannelsConfiguration.messageOverhead

    private var answers = CircularBuffer<WebSocketFrame>()
    private var data = CircularBuffer<Data>()
    private(set) var answerBytes = 0
    private(set) var dataBytes = 0

    var bytes: Int { answerBytes + dataBytes }
    var isEmpty: Bool { answers.isEmpty && data.isEmpty }

    mutating func add(_ frame: WebSocketFrame) {
        answers.append(frame)
        answerBytes += frame.data.readableBytes + Self.overhead
    }

    /// Adds data and drops the oldest beyond `limit` bytes; the newest always stays.
    ///
    /// - Returns: how many messages were dropped.
    mutating func add(_ message: Data, limit: Int) -> Int {
        data.append(message)
        dataBytes += message.bytes
        var dropped = 0
        while dataBytes > limit, data.count > 1, let oldest = data.popFirst() {
            dataBytes -= oldest.bytes
            dropped += 1
        }
        return dropped
    }

    mutating func next() -> WebSocketFrame? {
        if let frame = answers.popFirst() {
            answerBytes -= frame.data.readableBytes + Self.overhead
            return frame
        }
        guard let message = data.popFirst() else { return nil }
        dataBytes -= message.bytes
        return WebSocketFrame(
            fin: true, opcode: .binary,
            data: Foxglove.messageData(
                subscription: message.subscription, logTime: message.logTime, payload: message.payload))
    }

    mutating func removeAll() { self = Outbox() }
}

/// Puts a client's message together from its fragments.
struct Assembler {
    struct TooLong: Error {}
    struct OutOfOrder: Error {}

    private var opcode: WebSocketOpcode?
    private var buffer = ByteBuffer()

    /// Bytes of a message that is not complete.
    var bytes: Int { opcode == nil ? 0 : buffer.readableBytes }

    /// Takes a data frame; the message it completes.
    ///
    /// - Throws: `TooLong` beyond `limit` bytes, `OutOfOrder` for a fragment that belongs to nothing.
    mutating func take(_ frame: WebSocketFrame, limit: Int) throws -> (opcode: WebSocketOpcode, data: ByteBuffer)? {
        var data = frame.unmaskedData
        guard data.readableBytes + bytes <= limit else { throw TooLong() }
        if frame.opcode != .continuation {
            guard opcode == nil else { throw OutOfOrder() }
            if frame.fin { return (frame.opcode, data) }
            (opcode, buffer) = (frame.opcode, data)
            return nil
        }
        guard let opcode else { throw OutOfOrder() }
        buffer.writeBuffer(&data)
        guard frame.fin else { return nil }
        defer { (self.opcode, buffer) = (nil, ByteBuffer()) }
        return (opcode, buffer)
    }
}

extension WebSocketFrame {
    /// Bytes the frame took on the wire.
    var wireBytes: Int {
        let header = length < 126 ? 2 : length < 65536 ? 4 : 10
        return header + (maskKey == nil ? 0 : 4) + length
    }
}
