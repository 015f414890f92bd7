internal import Dispatch
internal import Glibc
internal import Synchronization

/// SIGINT and SIGTERM as something to await.
///
/// The handler writes into a pipe: a dispatch source for signals takes effect some time after it was made, and loses what
/// comes before.
public enum Signals {
    private static let writeEnd = Atomic<Int32>(-1)
    private static let readEnd: Int32 = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        writeEnd.store(ends[1], ordering: .releasing)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = write(Signals.writeEnd.load(ordering: .acquiring), &byte, 1)
            }
        }
        return ends[0]
    }()

    /// From now on the two no longer end the program but wait for `wait`.
    public static func prepare() { _ = readEnd }

    /// Whether one of them has come since `prepare`; does not wait.
    public static var hasCome: Bool {
        var state = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) > 0
    }

    /// Returns when one of them has come since `prepare`, or the task is cancelled.
    public static func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let source = DispatchSource.makeReadSource(fileDescriptor: readEnd, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        for await _ in stream { break }
        source.cancel()
    }
}
