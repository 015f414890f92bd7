internal import FoundationEssentials
internal import Glibc
public import Messages
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOWebSocket

/// A message with the time it was published.
public struct Received<M: Message>: Sendable {
    /// Real time, nanoseconds.
    public var logTime: UInt64
    public var message: M
}

/// A client of the body's channels, over its Unix socket.
public final class ChannelClient: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let state: NIOLockedValueBox<ClientState>
    private let path: String
    /// The body's time, which all its stamps bear: what a client stamps should bear the same. This machine's own where the
    /// server does not tell.
    public let clock: RealClock

    private init(
        group: MultiThreadedEventLoopGroup, channel: any Channel, state: NIOLockedValueBox<ClientState>, path: String
    ) {
        self.group = group
        self.channel = channel
        self.state = state
        self.path = path
        clock = state.withLockedValue { $0.clock } ?? RealClock()
    }

    /// Connects and waits until the server has introduced itself.
    ///
    /// - Throws: `ChannelError` when nobody answers there within `timeoutSeconds`.
    public static func connect(
        socketPath: String = SocketPath.standard, timeoutSeconds: Double = 5
    ) async throws(ChannelError) -> ChannelClient {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let state = NIOLockedValueBox(ClientState())
        do {
            let introduced = group.next().makePromise(of: Void.self)
            group.next().scheduleTask(in: .nanoseconds(Int64(timeoutSeconds * 1e9))) {
                introduced.fail(ChannelError(.timedOut, "it did not introduce itself in time"))
            }
            let channel: any Channel
            do {
                channel = try await bootstrap(group, state: state, introduced: introduced)
                    .connect(unixDomainSocketPath: socketPath).get()
            } catch {
                introduced.fail(error)
                throw error
            }
            try await introduced.futureResult.get()
            return ChannelClient(group: group, channel: channel, state: state, path: socketPath)
        } catch {
            try? await group.shutdownGracefully()
            let kind = (error as? ChannelError)?.kind ?? .cannotConnect
            if kind == .refused {
                throw ChannelError(.refused, "foresightd on \(socketPath) does not let us in: \(error)")
            }
            throw ChannelError(
                kind, "nobody answers on \(socketPath): is foresightd running? (\(Self.reason(error)))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return "\(error)"
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, state: NIOLockedValueBox<ClientState>, introduced: EventLoopPromise<Void>
    ) -> ClientBootstrap {
        ClientBootstrap(group: group).channelInitializer { channel in
            let upgrader = NIOWebSocketClientUpgrader(
                maxFrameSize: Foxglove.maximumFrameBytes,
                upgradePipelineHandler: { channel, _ in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOWebSocketFrameAggregator(
                                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1024,
                                maxAccumulatedFrameSize: Foxglove.maximumFrameBytes))
                        try channel.pipeline.syncOperations.addHandler(
                            ClientConnection(state: state, introduced: introduced))
                    }
                })
            return channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers(
                    leftOverBytesStrategy: .forwardBytes,
                    withClientUpgrade: (
                        upgraders: [upgrader],
                        completionHandler: { context in context.pipeline.syncOperations.removeAsker() }
                    ))
                try channel.pipeline.syncOperations.addHandler(AskForUpgrade(introduced: introduced))
            }
        }
    }

    /// Whether the connection still stands.
    public var isConnected: Bool { state.withLockedValue { !$0.isClosed } }

    /// Messages of a topic from now on, also if it is advertised only later; the last one at once if it is latched.
    ///
    /// The newest `buffering` messages wait for a slow reader. The stream ends with the connection.
    public func subscribe<M: Message>(_ topic: Topic<M>, buffering: Int = 64) -> AsyncStream<Received<M>> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Received<M>.self, bufferingPolicy: .bufferingNewest(buffering))
        let sink = ClientState.Sink(
            deliver: { logTime, payload in
                if let message = try? M(serialized: payload) {
                    continuation.yield(Received(logTime: logTime, message: message))
                }
            }, finish: { continuation.finish() })
        let id = state.withLockedValue { $0.add(sink, topic: topic.name) }
        continuation.onTermination = { [state] _ in state.withLockedValue { $0.remove(id, topic: topic.name) } }
        channel.eventLoop.execute { [state, channel] in
            if let text = state.withLockedValue({ $0.missingSubscriptions() }) { channel.sendText(text) }
        }
        return stream
    }

    /// Calls `body` with every message of a topic, on the connection's own thread: what comes on several topics keeps its
    /// order. `body` must not block; `ended` is called when the connection ends.
    public func follow<M: Message>(
        _ topic: Topic<M>, ended: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable (M) -> Void
    ) {
        let sink = ClientState.Sink(
            deliver: { _, payload in if let message = try? M(serialized: payload) { body(message) } }, finish: ended)
        _ = state.withLockedValue { $0.add(sink, topic: topic.name) }
        channel.eventLoop.execute { [state, channel] in
            if let text = state.withLockedValue({ $0.missingSubscriptions() }) { channel.sendText(text) }
        }
    }

    /// Calls `body` with what the server refuses from now on, in words, on the connection's own thread.
    public func onComplaint(_ body: @escaping @Sendable (String) -> Void) {
        state.withLockedValue { $0.complaints = body }
    }

    /// Publishes on a topic, advertising it first if needed.
    public func publish<M: Message>(_ topic: Topic<M>, _ message: M, latched: Bool = false) {
        let payload = message.serialized()
        let (name, type, schema) = (topic.name, M.typeName, M.schema)
        channel.eventLoop.execute { [state, channel] in
            let (id, isNew) = state.withLockedValue { $0.publication(name) }
            if isNew {
                var text = Foxglove.Text(op: "advertise")
                text.channels = [
                    Foxglove.Channel(
                        id: id, topic: name, encoding: "cdr", schemaName: type, schema: schema,
                        schemaEncoding: "ros2msg", metadata: latched ? ["latched": "true"] : nil)
                ]
                channel.sendText(text)
            }
            channel.sendBinary(Foxglove.clientMessage(channel: id, payload: payload))
        }
    }

    /// Calls a service and waits for its answer.
    ///
    /// - Throws: `ChannelError` when the service is not offered, fails, does not answer in time, or the connection ends.
    public func call<S: Service>(
        _ service: ServiceName<S>, _ request: S.Request, timeoutSeconds: Double = 5
    ) async throws(ChannelError) -> S.Response {
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        let payload = request.serialized()
        let deadline = NIODeadline.now() + .nanoseconds(Int64(timeoutSeconds * 1e9))
        channel.eventLoop.execute { [state, channel] in
            Self.send(service.name, payload, promise, deadline, state: state, channel: channel)
        }
        do {
            return try S.Response(serialized: try await promise.futureResult.get())
        } catch let error as ChannelError {
            throw error
        } catch {
            throw ChannelError(.callFailed, "\(service.name): \(error)")
        }
    }

    /// Sends the call once its service is offered: services are advertised just after the introduction.
    private static func send(
        _ name: String, _ payload: [UInt8], _ promise: EventLoopPromise<[UInt8]>, _ deadline: NIODeadline,
        state: NIOLockedValueBox<ClientState>, channel: any Channel
    ) {
        let late = NIODeadline.now() >= deadline
        switch state.withLockedValue({ $0.begin(name, promise) }) {
        case .call(let service, let call):
            let frame = Foxglove.ServiceFrame(opcode: 2, service: service, call: call, payload: payload)
            channel.sendBinary(frame.encoded())
            channel.eventLoop.scheduleTask(deadline: deadline) {
                let waiting = state.withLockedValue { $0.calls.removeValue(forKey: call) }
                waiting?.fail(ChannelError(.timedOut, "\(name) did not answer in time"))
            }
        case .closed: promise.fail(ChannelError(.disconnected, state.withLockedValue { $0.reason }))
        case .notOffered where late: promise.fail(ChannelError(.notOffered, "no service is named \(name)"))
        case .notOffered:
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) {
                send(name, payload, promise, deadline, state: state, channel: channel)
            }
        }
    }

    /// Waits until what was published so far has been handed to the system.
    public func flush() async {
        try? await channel.eventLoop.submit {}.get()
    }

    /// Ends the connection and its streams.
    public func close() async {
        try? await channel.close().get()
        try? await group.shutdownGracefully()
    }
}

extension Channel {
    fileprivate func sendText(_ text: Foxglove.Text) {
        writeAndFlush(
            WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: text.encoded()), promise: nil)
    }

    fileprivate func sendBinary(_ buffer: ByteBuffer) {
        writeAndFlush(WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: buffer), promise: nil)
    }
}

extension ChannelPipeline.SynchronousOperations {
    fileprivate func removeAsker() {
        if let context = try? context(handlerType: AskForUpgrade.self) { removeHandler(context: context, promise: nil) }
    }
}

/// Sends the HTTP request that asks for the protocol, and notices a refusal.
private final class AskForUpgrade: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart
    private let introduced: EventLoopPromise<Void>
    private var status = HTTPResponseStatus.ok
    private var words = ""

    init(introduced: EventLoopPromise<Void>) { self.introduced = introduced }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/",
            headers: ["Host": "localhost", "Sec-WebSocket-Protocol": Foxglove.subprotocols[0]])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(var body): words += body.readString(length: min(body.readableBytes, 1000)) ?? ""
        case .end:
            let reason = words.split(separator: "\n").first.map(String.init)
            introduced.fail(
                ChannelError(
                    reason == nil ? .cannotConnect : .refused,
                    reason.map { "it refuses: \($0)" }
                        ?? "it does not speak the Foxglove WebSocket protocol (\(status))"))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        introduced.fail(ChannelError(.cannotConnect, "it closed the connection"))
    }
}
