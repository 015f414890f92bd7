internal import CPlatform
internal import Glibc
public import Messages
internal import NIOConcurrencyHelpers

/// A socket beside the body's that knows one request: whoever connects to it stops the robot, and is answered in a line.
///
/// It has a thread of its own and needs nothing that clients of the other socket could use up.
final class StopDoor: Sendable {
    typealias Handler = @Sendable (Caller) async -> TriggerResponse

    /// Requests that wait for their answer; with more, the robot is being stopped anyway.
    private static let limit = 64

    private let path: String
    private let descriptor: Int32
    private let handler: NIOLockedValueBox<Handler?>
    private let waiting = NIOLockedValueBox(0)
    private let isClosed = NIOLockedValueBox(false)

    static func path(beside socket: String) -> String { socket + ".stop" }

    /// Listens at once; a request that comes before `handler` is set is told so.
    ///
    /// - Throws: `ChannelError` when the socket cannot be made.
    init(beside socket: String, handler: NIOLockedValueBox<Handler?>) throws(ChannelError) {
        path = Self.path(beside: socket)
        self.handler = handler
        unlink(path)
        // stopping is everybody's who gets to the folder
        descriptor = cplatform_listen_unix(path, 0o666)
        guard descriptor >= 0 else {
            throw ChannelError(.cannotListen, "cannot listen on \(path): \(String(cString: strerror(-descriptor)))")
        }
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
            throw ChannelError(.cannotListen, "no thread for \(path): \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }

    func close() {
        isClosed.withLockedValue { $0 = true }
        unlink(path)
    }

    private func run() {
        while !isClosed.withLockedValue({ $0 }) {
            guard cplatform_wait_readable(descriptor, 200_000_000) > 0 else { continue }
            let guest = cplatform_accept(descriptor)
            guard guest >= 0 else {
                usleep(1000)  // out of descriptors, say: not in a circle
                continue
            }
            serve(guest)
        }
        Glibc.close(descriptor)
    }

    private func serve(_ guest: Int32) {
        let isWelcome = waiting.withLockedValue { waiting in
            guard waiting < Self.limit else { return false }
            waiting += 1
            return true
        }
        guard isWelcome else {
            Self.write("not stopped: \(Self.limit) others ask for it just now, ask again\n", to: guest)
            Glibc.close(guest)
            return
        }
        let caller = Caller(connection: 0, role: .stop, name: Peer(descriptor: guest)?.number ?? "unknown client")
        let handler = handler.withLockedValue { $0 }
        Task { [waiting] in
            let answer =
                await handler?(caller) ?? .with { $0.message = "foresightd is still starting: nothing moves yet" }
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

extension ChannelClient {
    /// Stops the robot by the socket that is kept for it: works whatever other clients do.
    ///
    /// - Throws: `ChannelError` when nobody answers there.
    public static func stop(
        socketPath: String = SocketPath.standard, timeoutSeconds: Double = 5
    ) async throws(ChannelError) -> TriggerResponse {
        let line: String
        do {
            line = try await Task.detached { try Self.ask(StopDoor.path(beside: socketPath), timeoutSeconds) }.value
        } catch {
            throw error as? ChannelError ?? ChannelError(.cannotConnect, "\(error)")
        }
        return .with {
            $0.success = line.hasPrefix("stopped: ")
            $0.message = String(line.trimmingPrefix($0.success ? "stopped: " : "not stopped: "))
        }
    }

    private static func ask(_ path: String, _ seconds: Double) throws -> String {
        let descriptor = cplatform_connect_unix(path)
        guard descriptor >= 0 else {
            throw ChannelError(
                .cannotConnect,
                "nobody answers on \(path): is foresightd running? (\(String(cString: strerror(-descriptor))))")
        }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        guard cplatform_wait_readable(descriptor, Int64(seconds * 1e9)) > 0 else {
            throw ChannelError(.callFailed, "the body did not answer in time: switch off the motors' supply")
        }
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw ChannelError(.disconnected, "the body ended while it was asked to stop") }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }
}
