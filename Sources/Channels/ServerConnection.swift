internal import CPlatform
internal import NIOCore
internal import NIOWebSocket

/// One client of the server.
///
/// Data for a slow client waits in a bounded outbox that drops the oldest; control messages are never dropped.
final class ServerConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Data messages that may wait for a slow client.
    static let outboxLimit = 1024

    private let hub: Hub
    private let readOnly: Bool
    /// Who it is.
    let caller: Caller
    private var channel: (any Channel)?
    /// Subscription ids by channel id.
    private var subscriptions: [UInt32: UInt32] = [:]
    /// Server channel ids by the client's own.
    private var published: [UInt32: UInt32] = [:]
    private var outbox: [WebSocketFrame] = []
    private var outboxStart = 0

    init(hub: Hub, caller: Caller, readOnly: Bool) {
        self.hub = hub
        self.caller = caller
        self.readOnly = readOnly
    }

    func handlerAdded(context: ChannelHandlerContext) {
        channel = context.channel
        hub.join(self)
        var info = Foxglove.Text(op: "serverInfo")
        info.name = hub.name
        info.capabilities = readOnly ? [] : ["clientPublish", "services"]
        info.supportedEncodings = ["cdr"]
        info.sessionId = String(cplatform_realtime_nanoseconds())
        send(info)
        announce(hub.channels)
        if !readOnly { announce(hub.offers.map(\.service)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }
    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        channel = nil
        hub.leave(self)
    }

    func close() { channel?.close(promise: nil) }

    // MARK: towards the client

    func announce(_ channels: [Foxglove.Channel]) {
        guard !channels.isEmpty else { return }
        var text = Foxglove.Text(op: "advertise")
        text.channels = channels
        send(text)
    }

    func announce(_ services: [Foxglove.Service]) {
        guard !services.isEmpty, !readOnly else { return }
        var text = Foxglove.Text(op: "advertiseServices")
        text.services = services
        send(text)
    }

    /// A channel is gone.
    func withdraw(_ id: UInt32) {
        subscriptions[id] = nil
        var text = Foxglove.Text(op: "unadvertise")
        text.channelIds = [id]
        send(text)
    }

    func deliver(_ id: UInt32, logTime: UInt64, payload: [UInt8]) {
        guard let subscription = subscriptions[id], let channel else { return }
        let buffer = Foxglove.messageData(subscription: subscription, logTime: logTime, payload: payload)
        let frame = WebSocketFrame(fin: true, opcode: .binary, data: buffer)
        if channel.isWritable, outbox.isEmpty {
            channel.writeAndFlush(frame, promise: nil)
            return
        }
        outbox.append(frame)
        if outbox.count - outboxStart > Self.outboxLimit {
            outboxStart += 1
            hub.dropped += 1
            if outboxStart >= Self.outboxLimit {
                outbox.removeFirst(outboxStart)
                outboxStart = 0
            }
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        while context.channel.isWritable, outboxStart < outbox.count {
            context.writeAndFlush(wrapOutboundOut(outbox[outboxStart]), promise: nil)
            outboxStart += 1
        }
        if outboxStart == outbox.count {
            outbox.removeAll()
            outboxStart = 0
        }
        context.fireChannelWritabilityChanged()
    }

    private func send(_ text: Foxglove.Text) {
        channel?.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: text.encoded()), promise: nil)
    }

    private func complain(_ message: String) {
        var status = Foxglove.Text(op: "status")
        status.level = 2
        status.message = message
        send(status)
    }

    // MARK: from the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text: read(text: frame.unmaskedData)
        case .binary: read(binary: frame.unmaskedData)
        case .ping:
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)), promise: nil)
        case .connectionClose:
            let channel = context.channel
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData))
            ).whenComplete { _ in channel.close(promise: nil) }
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func read(text buffer: ByteBuffer) {
        guard let text = try? Foxglove.Text.decode(buffer) else {
            return complain("not a JSON message of the protocol")
        }
        switch text.op {
        case "subscribe": for wish in text.subscriptions ?? [] { subscribe(wish) }
        case "unsubscribe":
            let ids = Set(text.subscriptionIds ?? [])
            subscriptions = subscriptions.filter { !ids.contains($0.value) }
        case "advertise": for wish in text.channels ?? [] { advertise(wish) }
        case "unadvertise":
            for id in text.channelIds ?? [] {
                if let channel = published.removeValue(forKey: id) { hub.withdraw(channel, by: caller.connection) }
            }
        default: complain("unknown operation “\(text.op)”")
        }
    }

    private func subscribe(_ wish: Foxglove.Subscription) {
        guard caller.role >= .observe else {
            return complain(caller.role.refusal("to subscribe", needs: .observe))
        }
        guard let entry = hub.entry(wish.channelId) else { return complain("there is no channel \(wish.channelId)") }
        subscriptions[wish.channelId] = wish.id
        if entry.latched, let last = entry.last {
            deliver(wish.channelId, logTime: last.logTime, payload: last.payload)
        }
    }

    private func advertise(_ wish: Foxglove.Channel) {
        guard !readOnly else { return complain("this port is read-only") }
        guard wish.encoding == "cdr" else { return complain("“\(wish.topic)”: only the encoding cdr is spoken here") }
        let known = hub.entry(topic: wish.topic)
        guard let needs = known == nil ? .publish : known?.openTo else {
            return complain("“\(wish.topic)” belongs to the body and cannot be published by a client")
        }
        guard caller.role >= needs else {
            return complain(caller.role.refusal("to publish on \(wish.topic)", needs: needs))
        }
        guard
            let id = hub.advertise(
                topic: wish.topic, schemaName: wish.schemaName, schema: wish.schema ?? "",
                latched: wish.metadata?["latched"] == "true", by: caller.connection)
        else { return complain("“\(wish.topic)” exists with another schema") }
        published[wish.id] = id
    }

    private func read(binary buffer: ByteBuffer) {
        var body = buffer
        switch body.readInteger(as: UInt8.self) {
        case 1:
            guard let id = body.readInteger(endianness: .little, as: UInt32.self), let channel = published[id] else {
                return complain("a message on a channel that was not advertised")
            }
            hub.relay(
                channel, from: caller, logTime: UInt64(cplatform_realtime_nanoseconds()),
                payload: Array(body.readableBytesView))
        case 2: call(&body)
        default: complain("unknown binary message")
        }
    }

    private func call(_ body: inout ByteBuffer) {
        guard !readOnly else { return complain("this port is read-only") }
        guard let request = Foxglove.ServiceFrame(opcode: 2, body: &body) else {
            return complain("a service call that is cut short or not encoded as cdr")
        }
        guard let offer = hub.offer(request.service) else {
            return fail(request, "there is no service \(request.service)")
        }
        guard caller.role >= offer.needs else {
            return fail(request, caller.role.refusal("to call \(offer.service.name)", needs: offer.needs))
        }
        let (loop, caller, handler) = (hub.loop, caller, offer.handler)
        Task { [self] in
            do {
                let payload = try await handler(caller, request.payload)
                loop.execute { [self] in answer(request, payload) }
            } catch {
                let reason = "\(error)"
                loop.execute { [self] in fail(request, reason) }
            }
        }
    }

    private func answer(_ request: Foxglove.ServiceFrame, _ payload: [UInt8]) {
        let response = Foxglove.ServiceFrame(
            opcode: 3, service: request.service, call: request.call, payload: payload)
        channel?.writeAndFlush(WebSocketFrame(fin: true, opcode: .binary, data: response.encoded()), promise: nil)
    }

    private func fail(_ request: Foxglove.ServiceFrame, _ reason: String) {
        var text = Foxglove.Text(op: "serviceCallFailure")
        text.serviceId = request.service
        text.callId = request.call
        text.message = reason
        send(text)
    }
}
