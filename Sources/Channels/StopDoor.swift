internal import CPlatform
internal import Glibc
public import Messages
internal import NIOConcurrencyHelpers

/// What hears a request to stop: it asks the control loop at once, on the thread that took the request, and must not block.
///
/// What it returns waits for the outcome, elsewhere.
public typealias StopHandler = @Sendable (Caller) -> @Sendable () async -> TriggerResponse

/// A socket beside the body's that knows one request: whoever connects to it stops the robot, and is answered in a line.
///
/// It has a thread of its own and needs nothing that clients of the other socket could use up.
final class StopDoor: Sendable {
    /// Requests that wait for their answer; who comes then stops the robot as well, and is told so at once.
    private static let limit = 64

    private let socket: SocketFile
    private let handler: NIOLockedValueBox<StopHandler?>
    private let waiting = NIOLockedValueBox(0)
    private let isClosed = NIOLockedValueBox(false)

    static func path(beside socket: String) -> String { socket + ".stop" }

    /// Listens at once; a request that comes before `handler` is set is told so.
    ///
    /// - Throws: `ChannelError` when the socket cannot be made.
    init(beside path: String, handler: NIOLockedValueBox<StopHandler?>) throws(ChannelError) {
        self.handler = handler
        // stopping is everybody's who gets to the folder
        socket = try SocketFile(path: Self.path(beside: path), mode: 0o666)
        var thread = pthread_t()
        let own = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<StopDoor>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, own.toOpaque())
        guard failure == 0 else {
            own.release()
            socket.close()
            throw ChannelError(.cannotListen, "no thread for \(socket.path): \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }

    func close() {
        isClosed.withLockedValue { $0 = true }
        SocketFile.remove(socket.path)
    }

    private func run() {
        var spare = SpareDescriptor()
        while !isClosed.withLockedValue({ $0 }) {
            guard cplatform_wait_readable(socket.descriptor, 200_000_000) > 0 else { continue }
            let guest = cplatform_accept(socket.descriptor)
            if guest >= 0 {
                serve(guest)
            } else if guest == -EMFILE || guest == -ENFILE {
                // this process has no descriptor left: the robot is stopped all the same, and its outcome is not waited for
                _ = spare.accept(from: socket.descriptor) { guest in
                    Self.write(ask(guest) == nil ? Self.starting : Self.unheard, to: guest)
                }
            } else {
                usleep(1000)  // not in a circle
            }
        }
        Glibc.close(socket.descriptor)
    }

    private static let starting = "not stopped: foresightd is still starting: nothing moves yet\n"
    private static let unheard =
        "not stopped: it was asked to, but too much is asked of the body to say what came of it\n"

    /// Asks for the stop.
    ///
    /// - Returns: what waits for the outcome; nil while nobody can be asked.
    private func ask(_ guest: Int32) -> (@Sendable () async -> TriggerResponse)? {
        let peer = Peer(descriptor: guest)
        return handler.withLockedValue { $0 }?(
            Caller(connection: 0, role: .stop, name: peer?.name ?? "unknown client"))
    }

    private func serve(_ guest: Int32) {
        guard let outcome = ask(guest) else {
            Self.write(Self.starting, to: guest)
            Glibc.close(guest)
            return
        }
        let mayWait = waiting.withLockedValue { waiting in
            guard waiting < Self.limit else { return false }
            waiting += 1
            return true
        }
        guard mayWait else {
            Self.write(Self.unheard, to: guest)
            Glibc.close(guest)
            return
        }
        Task { [waiting] in
            let answer = await outcome()
            Self.write((answer.success ? "stopped: " : "not stopped: ") + answer.message + "\n", to: guest)
            Glibc.close(guest)
            waiting.withLockedValue { $0 -= 1 }
        }
    }

    private static func write(_ line: String, to descriptor: Int32) {
        let bytes = Array(line.utf8)
        // one small line fits into the socket's buffer; who is gone gets none
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
