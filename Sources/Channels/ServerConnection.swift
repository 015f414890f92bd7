internal import NIOCore
internal import NIOWebSocket

/// One client of the server: what it subscribed to, what waits for it, and what it takes up.
final class ServerConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    let hub: Hub
    let readOnly: Bool
    /// Who it is.
    let caller: Caller
    private(set) var channel: (any Channel)?
    /// Subscription ids by channel id.
    var subscriptions: [UInt32: UInt32] = [:]
    /// Server channel ids by the client's own.
    var published: [UInt32: UInt32] = [:]
    /// Calls that wait for their answer: how many, their requests' bytes, and how many more of the service that stops.
    var calls = (count: 0, bytes: 0, stops: 0)
    /// Complaints about the text that is being read.
    var complaints = 0
    /// The last channel it was told of.
    private(set) var announced: UInt32 = 0
    private var outbox = Outbox()
    private var assembler = Assembler()
    /// Bytes received that are no complete frame yet.
    private var unread = 0
    /// What it takes up, bytes.
    private(set) var bytes = 0
    private var isFlushing = false
    private var isPaused = false
    private(set) var isLeaving = false
    /// Frames handed to the system so far, and how that and what the system holds stood a second ago.
    private var written = 0
    private var before = (written: 0, buffered: 0)
    private var stalledSeconds = 0.0
    private var dropped = (messages: 0, told: 0)
    private var secondsSinceTold = 10

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
        info.sessionId = hub.session
        info.metadata = [Foxglove.clockOffset: "\(hub.clock.offset)"]
        send(info)
        channelsChanged()
        if !readOnly { announce(hub.offers.map(\.service)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }
    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        channel = nil
        isLeaving = true
        outbox.removeAll()
        assembler = Assembler()
        unread = 0
        subscriptions = [:]
        published = [:]
        recount()
        hub.leave(self)
    }

    func close() { channel?.close(promise: nil) }

    /// Ends the connection because the client broke a limit: tells it, /events and the log.
    func drop(_ code: WebSocketErrorCode, _ reason: String) {
        guard !isLeaving, let channel else { return }
        hub.counters.droppedClients += 1
        outbox.removeAll()
        var status = Foxglove.Text(op: "status")
        status.level = 2
        status.message = "disconnected: \(reason)"
        channel.write(WebSocketFrame(fin: true, opcode: .text, data: status.encoded()), promise: nil)
        end(code, reason)
        hub.tell(1, "\(caller.name) is disconnected: \(reason)")
    }

    /// Says goodbye, forgets what the client left, and closes: after a second also if nobody reads.
    private func end(_ code: WebSocketErrorCode, _ reason: String) {
        guard let channel else { return }
        var data = ByteBuffer()
        data.write(webSocketErrorCode: code)
        // a control frame carries at most 125 bytes
        data.writeString(String(decoding: reason.utf8.prefix(120), as: UTF8.self))
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)).whenComplete { _ in
            channel.close(promise: nil)
        }
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        leave()
    }

    // MARK: towards the client

    /// Tells the client of new channels, as far as it reads.
    func channelsChanged() {
        while outbox.answerBytes < ChannelLimits.answers.high, !isLeaving,
            let (last, text) = hub.advertisement(after: announced, limit: ChannelLimits.answers.low)
        {
            announced = last
            send(WebSocketFrame(fin: true, opcode: .text, data: text))
        }
    }

    /// A channel is gone.
    func withdraw(_ id: UInt32) {
        guard id <= announced else { return }
        subscriptions[id] = nil
        var text = Foxglove.Text(op: "unadvertise")
        text.channelIds = [id]
        send(text)
    }

    /// The channel that it publishes on is the server's own from now on.
    func lose(_ id: UInt32, _ topic: String) {
        published = published.filter { $0.value != id }
        complain("“\(topic)” belongs to the body from now on: your channel is closed")
    }

    func announce(_ services: [Foxglove.Service]) {
        guard !services.isEmpty, !readOnly else { return }
        var text = Foxglove.Text(op: "advertiseServices")
        text.services = services
        send(text)
    }

    func deliver(_ id: UInt32, logTime: UInt64, payload: [UInt8]) {
        guard let subscription = subscriptions[id], !isLeaving else { return }
        let lost = outbox.add(
            Outbox.Data(subscription: subscription, logTime: logTime, payload: payload), limit: hub.limits.outbox)
        dropped.messages += lost
        hub.counters.droppedMessages += lost
        flush()
    }

    func send(_ text: Foxglove.Text) { send(WebSocketFrame(fin: true, opcode: .text, data: text.encoded())) }

    func send(_ frame: WebSocketFrame) {
        guard !isLeaving else { return }
        outbox.add(frame)
        flush()
        if outbox.answerBytes >= ChannelLimits.answers.high { pause(true) }
        if outbox.answerBytes > hub.limits.outbox { drop(.policyViolation, "you do not read the answers you ask for") }
    }

    func complain(_ message: String, level: Int = 2) {
        if level == 2 { hub.counters.refusedRequests += 1 }
        complaints += 1
        guard complaints <= ChannelLimits.complaints else { return }
        var status = Foxglove.Text(op: "status")
        status.level = level
        status.message = message
        send(status)
    }

    /// Hands over what waits as far as the system takes it.
    private func flush() {
        guard !isFlushing, let channel, !isLeaving else { return }
        isFlushing = true
        var any = false
        while channel.isWritable, let frame = outbox.next() {
            channel.write(frame, promise: nil)
            written += 1
            any = true
        }
        if any { channel.flush() }
        isFlushing = false
        recount()
        if isPaused, outbox.answerBytes < ChannelLimits.answers.low {
            pause(false)
            channelsChanged()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        flush()
        context.fireChannelWritabilityChanged()
    }

    /// Whether further requests are left unread: their answers would pile up.
    private func pause(_ pausing: Bool) {
        guard pausing != isPaused else { return }
        isPaused = pausing
        try? channel?.syncOptions?.setOption(.autoRead, value: !pausing)
    }

    private var buffered: Int { (try? channel?.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    func recount() {
        let now = isLeaving ? 0 : unread + assembler.bytes + outbox.bytes + buffered + calls.bytes
        hub.charge(now - bytes)
        bytes = now
    }

    /// Once a second: drops a client that has read nothing of what waits for it, and warns one that is too slow.
    func tick() {
        guard !isLeaving, let channel else { return }
        let now = (written: written, buffered: buffered)
        stalledSeconds = channel.isWritable || now != before ? 0 : stalledSeconds + 1
        before = now
        if stalledSeconds >= hub.limits.stallSeconds {
            return drop(
                .policyViolation, "you have read nothing for \(hub.limits.stallSeconds) s of what waits for you")
        }
        secondsSinceTold += 1
        guard dropped.messages > dropped.told, secondsSinceTold > 10 else { return }
        let lost = dropped.messages - dropped.told
        dropped.told = dropped.messages
        secondsSinceTold = 0
        hub.tell(1, "\(caller.name) reads too slowly: \(lost) messages for it were dropped")
        complain("you read too slowly: \(lost) messages were dropped", level: 1)
    }

    // MARK: from the client

    /// Bytes came, before they are frames.
    func received(_ count: Int) {
        unread += count
        recount()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLeaving else { return }
        let frame = unwrapInboundIn(data)
        unread = max(0, unread - frame.wireBytes)
        switch frame.opcode {
        case .text, .binary, .continuation:
            do {
                if let message = try assembler.take(frame, limit: hub.limits.message) {
                    read(message.opcode, message.data)
                }
            } catch is Assembler.TooLong {
                return tooLong()
            } catch {
                return drop(.protocolError, "a fragment that belongs to no message")
            }
        case .ping: send(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
        case .connectionClose:
            var data = frame.unmaskedData
            end(data.readWebSocketErrorCode() ?? .normalClosure, "")
            return
        default: break
        }
        recount()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: tooLong()
        case .some: drop(.protocolError, "not a frame of the WebSocket protocol")
        default: context.close(promise: nil)
        }
    }

    private func tooLong() {
        drop(.messageTooLarge, "a message of more than \(hub.limits.message) bytes")
    }
}
