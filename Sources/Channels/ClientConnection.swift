internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOWebSocket

/// What a client knows of its connection; kept under one lock.
struct ClientState: Sendable {
    /// Where a topic's messages go.
    struct Sink: Sendable {
        var deliver: @Sendable (UInt64, [UInt8]) -> Void
        var finish: @Sendable () -> Void
    }

    enum CallStart {
        case call(service: UInt32, call: UInt32)
        case notOffered
        case closed
    }

    var isClosed = false
    /// The server's clock, as it said when it introduced itself.
    var clock: RealClock?
    var calls: [UInt32: EventLoopPromise<[UInt8]>] = [:]
    /// Why the server ended the connection, if it said so.
    var farewell: String?
    /// Is told what the server refuses.
    var complaints: (@Sendable (String) -> Void)?
    private var channels: [String: Foxglove.Channel] = [:]
    private var services: [String: UInt32] = [:]
    private var sinks: [String: [UInt64: Sink]] = [:]
    /// Topic by subscription id; a subscription's id is its channel's.
    private var subscribed: [UInt32: String] = [:]
    private var latched: [String: (UInt64, [UInt8])] = [:]
    private var publications: [String: UInt32] = [:]
    private var nextSink: UInt64 = 0
    private var nextCall: UInt32 = 0

    /// Why there is no connection any more.
    var reason: String { "the connection to foresightd has ended" + (farewell.map { " (\($0))" } ?? "") }

    mutating func add(_ sink: Sink, topic: String) -> UInt64 {
        nextSink += 1
        guard !isClosed else {
            sink.finish()
            return nextSink
        }
        if let last = latched[topic] { sink.deliver(last.0, last.1) }
        sinks[topic, default: [:]][nextSink] = sink
        return nextSink
    }

    mutating func remove(_ id: UInt64, topic: String) { sinks[topic]?[id] = nil }

    /// The text that subscribes to every wanted and advertised topic not yet subscribed.
    mutating func missingSubscriptions() -> Foxglove.Text? {
        var wishes: [Foxglove.Subscription] = []
        for (topic, channel) in channels where sinks[topic]?.isEmpty == false && subscribed[channel.id] == nil {
            subscribed[channel.id] = topic
            wishes.append(Foxglove.Subscription(id: channel.id, channelId: channel.id))
        }
        guard !wishes.isEmpty else { return nil }
        var text = Foxglove.Text(op: "subscribe")
        text.subscriptions = wishes
        return text
    }

    mutating func publication(_ topic: String) -> (id: UInt32, isNew: Bool) {
        if let id = publications[topic] { return (id, false) }
        let id = UInt32(publications.count + 1)
        publications[topic] = id
        return (id, true)
    }

    mutating func begin(_ service: String, _ promise: EventLoopPromise<[UInt8]>) -> CallStart {
        if isClosed { return .closed }
        guard let id = services[service] else { return .notOffered }
        nextCall &+= 1
        calls[nextCall] = promise
        return .call(service: id, call: nextCall)
    }

    mutating func learn(_ text: Foxglove.Text) {
        for channel in text.channels ?? [] { channels[channel.topic] = channel }
        for service in text.services ?? [] { services[service.name] = service.id }
    }

    /// Channels are gone; one that comes again under the topic's name is subscribed to anew.
    mutating func forget(_ ids: Set<UInt32>) {
        for id in ids { subscribed[id] = nil }
        for (topic, channel) in channels where ids.contains(channel.id) {
            channels[topic] = nil
            latched[topic] = nil
        }
    }

    mutating func deliver(subscription: UInt32, logTime: UInt64, payload: [UInt8]) {
        guard let topic = subscribed[subscription] else { return }
        if channels[topic]?.metadata?["latched"] == "true" { latched[topic] = (logTime, payload) }
        for sink in (sinks[topic] ?? [:]).values { sink.deliver(logTime, payload) }
    }

    /// Marks the connection as over; the caller tells everything that waits, outside the lock (a stream that
    /// finishes calls back to remove itself).
    mutating func close() -> (calls: [EventLoopPromise<[UInt8]>], sinks: [Sink]) {
        isClosed = true
        defer { (calls, sinks) = ([:], [:]) }
        return (Array(calls.values), sinks.values.flatMap(\.values))
    }
}

/// The client's end of one WebSocket.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let state: NIOLockedValueBox<ClientState>
    private let introduced: EventLoopPromise<Void>

    init(state: NIOLockedValueBox<ClientState>, introduced: EventLoopPromise<Void>) {
        self.state = state
        self.introduced = introduced
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: read(text: frame.data, context: context)
        case .binary: read(binary: frame.data)
        case .ping:
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.data)),
                promise: nil)
        case .connectionClose: context.close(promise: nil)
        default: break
        }
    }

    private func read(text buffer: ByteBuffer, context: ChannelHandlerContext) {
        guard let text = try? Foxglove.Text.decode(buffer) else { return }
        switch text.op {
        case "serverInfo":
            let offset = text.metadata?[Foxglove.clockOffset].flatMap { Int64($0) }
            state.withLockedValue { $0.clock = offset.map { RealClock(offset: $0) } }
            introduced.succeed(())
        case "advertise", "advertiseServices":
            state.withLockedValue { $0.learn(text) }
            if let wish = state.withLockedValue({ $0.missingSubscriptions() }) {
                let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: wish.encoded())
                context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
            }
        case "unadvertise": state.withLockedValue { $0.forget(Set(text.channelIds ?? [])) }
        case "status":
            guard text.level == 2, let message = text.message else { return }
            let told = state.withLockedValue { state in
                if message.hasPrefix("disconnected: ") { state.farewell = message }
                return state.complaints
            }
            told?(message)
        case "serviceCallFailure":
            let waiting = state.withLockedValue { $0.calls.removeValue(forKey: text.callId ?? 0) }
            waiting?.fail(ChannelError(.callFailed, text.message ?? "the service failed"))
        default: break
        }
    }

    private func read(binary buffer: ByteBuffer) {
        var body = buffer
        switch body.readInteger(as: UInt8.self) {
        case 1:
            guard let subscription = body.readInteger(endianness: .little, as: UInt32.self),
                let logTime = body.readInteger(endianness: .little, as: UInt64.self)
            else { return }
            let payload = Array(body.readableBytesView)
            state.withLockedValue { $0.deliver(subscription: subscription, logTime: logTime, payload: payload) }
        case 3:
            guard let answer = Foxglove.ServiceFrame(opcode: 3, body: &body) else { return }
            let waiting = state.withLockedValue { $0.calls.removeValue(forKey: answer.call) }
            waiting?.succeed(answer.payload)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        introduced.fail(ChannelError(.cannotConnect, "it closed the connection"))
        let waiting = state.withLockedValue { $0.close() }
        let reason = state.withLockedValue { $0.reason }
        for call in waiting.calls { call.fail(ChannelError(.disconnected, reason)) }
        for sink in waiting.sinks { sink.finish() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
