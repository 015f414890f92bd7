internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One question over HTTP/1.1 and its answer, within a deadline and a size.
enum HTTPExchange {
    /// Bytes of an answer that are taken; scores of two hundred texts fit many times.
    static let largestBody = 16 << 20

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
    }

    /// Posts `body` as JSON; blocks until the answer is whole, or time is over.
    ///
    /// - Throws: `LanguageModelError` of kind `.deadline` or `.endpoint`.
    static func post(
        _ body: [UInt8], to endpoint: Endpoint, path: String, within seconds: Double
    ) throws(LanguageModelError) -> Answer {
        let nanoseconds = Int64(max(0, min(seconds, 3600)) * 1e9)
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let promise = loop.makePromise(of: Answer.self)
        // whatever happens below, the promise is kept by then
        let late = loop.scheduleTask(in: .nanoseconds(nanoseconds)) {
            promise.fail(
                LanguageModelError(.deadline, "\(endpoint.address) did not answer within \(Self.shown(seconds)) s"))
        }
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(nanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        Asker(endpoint: endpoint, path: path, body: body, promise: promise))
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
        connected.whenFailure { error in
            let why = (error as? IOError).map { Self.reason($0.errnoCode) } ?? Self.reason(error)
            promise.fail(LanguageModelError(.endpoint, "\(endpoint.address) cannot be reached: \(why)"))
        }
        promise.futureResult.whenComplete { _ in
            late.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
        }
        do { return try promise.futureResult.wait() } catch let error as LanguageModelError { throw error } catch {
            throw LanguageModelError(.endpoint, "\(endpoint.address): \(Self.reason(error))")
        }
    }

    private static func shown(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths == 0 ? "0.1" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func reason(_ code: CInt) -> String { String(cString: strerror(code)) }

    /// In one line, without what NIO wraps around.
    static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            if let code = error.connectionErrors.compactMap({ $0.error as? IOError }).first?.errnoCode {
                return reason(code)
            }
            return error.dnsAError != nil || error.dnsAAAAError != nil ? "no such host" : "nobody answers"
        }
        return "\(error)"
    }
}

/// Sends one request and gathers its answer.
private final class Asker: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let endpoint: Endpoint
    private let path: String
    private let body: [UInt8]
    private let promise: EventLoopPromise<HTTPExchange.Answer>
    private var answer = HTTPExchange.Answer(status: 0, body: [])

    init(endpoint: Endpoint, path: String, body: [UInt8], promise: EventLoopPromise<HTTPExchange.Answer>) {
        self.endpoint = endpoint
        self.path = path
        self.body = body
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let name = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        var headers = HTTPHeaders([
            ("Host", "\(name):\(endpoint.port)"), ("Content-Type", "application/json"),
            ("Accept", "application/json"), ("Content-Length", "\(body.count)"), ("Connection", "close"),
        ])
        if !endpoint.key.isEmpty { headers.add(name: "Authorization", value: "Bearer \(endpoint.key)") }
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: endpoint.path + path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): answer.status = Int(head.status.code)
        case .body(let part):
            guard answer.body.count + part.readableBytes <= HTTPExchange.largestBody else {
                fail(context, "sent more than \(HTTPExchange.largestBody >> 20) MiB")
                return
            }
            answer.body += part.readableBytesView
        case .end: promise.succeed(answer)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { fail(context, "broke off in the middle of its answer") }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case HTTPParserError.invalidEOFState? = error as? HTTPParserError {
            return channelInactive(context: context)
        }
        fail(context, "does not speak HTTP as expected (\(HTTPExchange.reason(error)))")
    }

    /// Has no effect once the answer is whole.
    private func fail(_ context: ChannelHandlerContext, _ what: String) {
        promise.fail(LanguageModelError(.endpoint, "\(endpoint.address) \(what)"))
        context.close(promise: nil)
    }
}
