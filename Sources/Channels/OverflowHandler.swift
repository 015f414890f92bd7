internal import CPlatform
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Refuses in words who connects when this process has no descriptor left: without it they would wait and hear nothing.
final class OverflowHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let hub: Hub
    private var spare = SpareDescriptor()
    /// Refusals in a row: others have their turn as well.
    private static let turn = 32

    init(hub: Hub) { self.hub = hub }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let reason = (error as? IOError)?.errnoCode, reason == EMFILE || reason == ENFILE { refuse(context) }
        // the next handler pauses before it accepts again
        context.fireErrorCaught(error)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let words = "foresightd has no descriptor left for another client. `foresight stop` works all the same."
        let bytes = Array(Farewell.response("503 Service Unavailable", words).readableBytesView)
        let listener = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
        guard let listener else { return }
        for _ in 0..<Self.turn {
            let wasThere: Void? = spare.accept(from: listener) { guest in
                _ = send(guest, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard wasThere != nil else { return }
            hub.counters.refusedConnections += 1
            hub.tell(1, "a client is not connected: no descriptor is left")
        }
    }
}
