import Foundation
import NIOCore
import NIOPosix
import Testing

/// A server on a free local port that answers each request with the bytes it is told, right or wrong.
final class TinyServer: Sendable {
    enum Reply: Sendable, CustomTestStringConvertible {
        /// These bytes as they stand, then the end.
        case raw([UInt8])
        /// Nothing, ever.
        case silence

        var testDescription: String {
            if case .raw(let bytes) = self { "\(bytes.count) bytes" } else { "silence" }
        }

        static func json(_ text: String, status: String = "200 OK") -> Reply {
            .raw(
                Array(
                    "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
                        .utf8))
        }
    }

    struct Request: Sendable {
        var head: String
        var body: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]) ?? [:] }
        fileprivate(set) var bytes: [UInt8] = []
        var path: String { String(head.split(separator: " ").dropFirst().first ?? "") }
    }

    private let channel: any Channel
    let url: String

    init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    deinit { channel.close(promise: nil) }

    /// From here on nobody answers.
    func end() throws { try channel.close().wait() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let answer: @Sendable (Request) -> Reply
        private var bytes: [UInt8] = []

        init(_ answer: @escaping @Sendable (Request) -> Reply) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytesView
            guard let request else { return }
            bytes = []
            guard case .raw(let reply) = answer(request) else { return }
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(bytes: reply)))
                .whenComplete { _ in channel.close(promise: nil) }
        }

        /// nil until it is whole.
        private var request: Request? {
            guard let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) else { return nil }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            let length = head.lowercased().components(separatedBy: "content-length: ").last?
                .components(separatedBy: "\r\n").first.flatMap { Int($0) }
            guard bytes.count - end.upperBound >= length ?? 0 else { return nil }
            return Request(head: head, bytes: Array(bytes[end.upperBound...]))
        }
    }
}
