internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOWebSocket

/// A connection from its first byte: admits it, gives it so long to become a WebSocket, and counts what it sends.
final class Visitor: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hub: Hub
    private let caller: Caller
    private var connection: ServerConnection?
    private var requestBytes = 0
    private var deadline: Scheduled<Void>?

    private init(hub: Hub, caller: Caller) {
        self.hub = hub
        self.caller = caller
    }

    /// Sets up a new connection, or one that only hears why it is refused.
    ///
    /// - Parameter roles: nil on the TCP port, where nobody is known and everybody only looks on.
    static func receive(_ channel: any Channel, hub: Hub, gate: Gate, roles: Roles?) throws {
        let number = hub.lobby.number()
        var (peer, caller): (Peer?, Caller) = (
            nil, Caller(connection: number, role: .observe, name: "TCP client \(number)")
        )
        if let roles {
            let found = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self
            ) { Peer(descriptor: $0) }
            // the peer is gone already, or the kernel does not say who it is
            peer = (found ?? nil) ?? Peer(process: 0, user: .max, groups: [])
            caller = Caller(connection: number, role: roles.role(of: peer!), name: peer!.name)
        }
        if let reason = hub.lobby.enter(peer, hub.limits) {
            hub.counters.refusedConnections += 1
            hub.tell(1, "\(caller.name) is not connected: \(reason)")
            try channel.pipeline.syncOperations.addHandler(Farewell(hub: hub, reason))
            return
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in hub.lobby.exit(peer) }
        let visitor = Visitor(hub: hub, caller: caller)
        try channel.pipeline.syncOperations.addHandler(visitor)
        try visitor.prepare(channel, gate: gate, readOnly: roles == nil)
    }

    private func prepare(_ channel: any Channel, gate: Gate, readOnly: Bool) throws {
        let box = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let (hub, caller) = (hub, caller)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: hub.limits.message, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let welcome = gate.refusal(head) == nil ? Gate.subprotocol(head) : nil
                return channel.eventLoop.makeSucceededFuture(
                    welcome.map { HTTPHeaders([("Sec-WebSocket-Protocol", $0)]) })
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ServerConnection(hub: hub, caller: caller, readOnly: readOnly)
                    box.value.become(connection)
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            })
        let refuser = RefuseRequests(hub: hub, gate: gate, name: caller.name)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader], completionHandler: { $0.pipeline.syncOperations.removeRefuser() }
            ))
        try channel.pipeline.syncOperations.addHandler(refuser)
        let seconds = hub.limits.handshakeSeconds
        deadline = hub.loop.assumeIsolated().scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) { [weak self] in
            self?.refuse(channel, "no WebSocket within \(seconds) s")
        }
        channel.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.deadline?.cancel() }
    }

    private func become(_ connection: ServerConnection) {
        deadline?.cancel()
        deadline = nil
        self.connection = connection
    }

    private func refuse(_ channel: any Channel, _ reason: String) {
        guard connection == nil, channel.isActive else { return }
        hub.counters.refusedConnections += 1
        hub.tell(1, "\(caller.name) is disconnected: \(reason)")
        // the head of the pipeline: bytes, whatever stands behind it
        channel.pipeline.syncOperations.writeBytes(Farewell.response("408 Request Timeout", reason))
        channel.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data).readableBytes
        if let connection {
            connection.received(bytes)
        } else {
            requestBytes += bytes
            if requestBytes > ChannelLimits.handshake {
                return refuse(context.channel, "a request of more than \(ChannelLimits.handshake) bytes")
            }
        }
        context.fireChannelRead(data)
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Writes past every handler but the first.
    fileprivate func writeBytes(_ buffer: ByteBuffer) {
        guard let context = try? context(handlerType: Visitor.self) else { return }
        context.writeAndFlush(NIOAny(buffer), promise: nil)
    }

    /// Once upgraded, no more HTTP comes.
    fileprivate func removeRefuser() {
        if let context = try? context(handlerType: RefuseRequests.self) {
            removeHandler(context: context, promise: nil)
        }
    }
}

/// Tells a connection that is one too many why, and ends it.
final class Farewell: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    /// Refused connections that may linger until they have read why; the rest are closed at once.
    private static let limit = 32

    private let hub: Hub
    private let reason: String

    init(hub: Hub, _ reason: String) {
        self.hub = hub
        self.reason = reason
    }

    static func response(_ status: String, _ sentence: String) -> ByteBuffer {
        let body = sentence + "\n"
        return ByteBuffer(
            string: "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(Self.response("503 Service Unavailable", reason)), promise: nil)
        guard hub.lobby.farewells < Self.limit else { return context.close(promise: nil) }
        // closed at once, with its request unread, it would lose the answer
        hub.lobby.farewells += 1
        let (hub, channel) = (hub, context.channel)
        context.channel.closeFuture.assumeIsolated().whenComplete { _ in hub.lobby.farewells -= 1 }
        context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Answers requests that are not an upgrade to the protocol, or not welcome.
private final class RefuseRequests: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let hub: Hub
    private let gate: Gate
    private let name: String
    private var hasAnswered = false

    init(hub: Hub, gate: Gate, name: String) {
        self.hub = hub
        self.gate = gate
        self.name = name
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let request) = unwrapInboundIn(data), !hasAnswered else { return }
        hasAnswered = true
        let refusal =
            gate.refusal(request)
            ?? Gate.Refusal(status: .badRequest, sentence: "This is a WebSocket server: ask for an upgrade.")
        hub.counters.refusedConnections += 1
        hub.tell(1, "\(name) is refused: \(refusal.sentence)")
        let body = ByteBuffer(string: refusal.sentence + "\n")
        var head = HTTPResponseHead(version: .http1_1, status: refusal.status)
        head.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        head.headers.add(name: "Connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // an upgrade that is not welcome comes by as a request, and gets its answer
        if error is NIOWebSocketUpgradeError { return }
        context.close(promise: nil)
    }
}
