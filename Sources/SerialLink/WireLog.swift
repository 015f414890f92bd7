internal import CPlatform
internal import Glibc

/// Which way bytes went, seen from the program that logs.
public enum WireDirection: UInt8, Sendable {
    case transmitted = 0x3E
    case received = 0x3C
}

/// A file of every byte on a wire, one chunk a line: monotonic nanoseconds, `>` sent or `<` received, bytes in hex.
///
/// ```
/// 81234567890 > FF FF 01 02 01 FB
/// 81234789012 < FF FF 01 02 00 FC
/// ```
/// `record` only copies into a bounded queue, so a real-time thread may call it; a thread of the log's own writes the
/// file. What finds the queue full is dropped, and a line `# N chunks lost` says so.
public final class WireLog: Sendable {
    public let path: String
    private let queue: WireQueue
    private let thread: UInt

    /// Creates or empties the file at `path` and starts the writer.
    ///
    /// - Throws: `WireLogError` if the file cannot be written.
    public init(path: String) throws(WireLogError) {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WireLogError(path: path, code: errno) }
        queue = WireQueue(descriptor: descriptor)
        let retained = Unmanaged.passRetained(queue)
        var granted = false
        var thread: UInt = 0
        let failure = cplatform_start_realtime_thread(
            "wire-log", 0, { Unmanaged<WireQueue>.fromOpaque($0!).takeRetainedValue().run() }, retained.toOpaque(),
            &granted, &thread)
        guard failure == 0 else {
            retained.release()
            throw WireLogError(path: path, code: failure)
        }
        self.thread = thread
    }

    /// Writes what is left, then closes the file.
    deinit {
        queue.end()
        cplatform_join_thread(thread)
    }

    /// Notes `bytes` that were sent or received now. Does not wait, allocate or touch the file.
    public func record(_ direction: WireDirection, _ bytes: Span<UInt8>) {
        record(direction, bytes, atNanoseconds: cplatform_monotonic_nanoseconds())
    }

    /// Notes `bytes` that were sent or received at a monotonic time.
    public func record(_ direction: WireDirection, _ bytes: Span<UInt8>, atNanoseconds time: Int64) {
        queue.record(direction, bytes, atNanoseconds: time)
    }

    /// Waits, at most a second, until what was recorded is in the file.
    public func flush() { queue.flush() }

    /// What keeps the file from being written, in words; nil if all is well.
    public var failure: String? { queue.failure == 0 ? nil : WireLogError(path: path, code: queue.failure).description }
}
