internal import CPlatform
internal import Glibc
public import Messages

extension ChannelClient {
    /// Stops the robot by the socket that is kept for it: works whatever other clients do.
    ///
    /// - Parameter timeoutSeconds: how long to wait to be heard, and as long again for the answer.
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

    private static func ask(_ path: String, _ seconds: Double) throws(ChannelError) -> String {
        let nanoseconds = Int64(seconds * 1e9)
        let descriptor = cplatform_connect_unix(path, nanoseconds)
        guard descriptor != -EAGAIN else {
            throw ChannelError(.timedOut, "nobody takes the call on \(path): \(lastResort)")
        }
        guard descriptor >= 0 else {
            throw ChannelError(
                .cannotConnect,
                "nobody answers on \(path): is foresightd running? (\(String(cString: strerror(-descriptor))))")
        }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        guard cplatform_wait_readable(descriptor, nanoseconds) > 0 else {
            throw ChannelError(.timedOut, "the body did not answer in time: \(lastResort)")
        }
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw ChannelError(.disconnected, "the body ended while it was asked to stop") }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }

    private static let lastResort = "switch off the motors' supply"
}
