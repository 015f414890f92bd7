internal import Glibc
internal import Synchronization

/// Records messages from any thread into one file, on a thread of its own; the caller never waits for the disk.
///
/// Chunks are closed at least once a second. When the disk is slower than the robot, messages are dropped and counted.
public final class TraceRecorder: Sendable {
    private struct Entry {
        var topic: String
        var schemaName: String
        var schema: String
        var latched: Bool
        var logTime: UInt64
        var payload: [UInt8]

        /// With what keeping it takes: a flood of tiny messages takes memory too.
        var bytes: Int { payload.count + 192 }
    }

    private struct Queue {
        var entries: [Entry] = []
        var bytes = 0
        var dropped = 0
        var isClosing = false
        var isDone = false
        var failure: String?
    }

    /// Most bytes that may wait for the disk, with what is being written.
    static let queueBytes = 32 << 20

    public let path: String
    private let queue = Mutex(Queue())
    private let report: @Sendable (String) -> Void

    /// Creates the file and starts the thread; `report` is called once when recording fails.
    ///
    /// - Throws: `TraceError` when the file exists or cannot be made.
    public init(path: String, library: String, report: @escaping @Sendable (String) -> Void) throws(TraceError) {
        self.path = path
        self.report = report
        let writer = try TraceWriter(path: path, library: library)
        let context = Unmanaged.passRetained(Start(recorder: self, writer: writer))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                // so that a person can tell it from the body's other threads
                if let name = fopen("/proc/thread-self/comm", "w") {
                    fputs("trace", name)
                    fclose(name)
                }
                start.recorder.run(start.writer)
                return nil
            }, context.toOpaque())
        guard failure == 0 else {
            context.release()
            throw TraceError(path: path, problem: "no thread to record with: \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }

    private final class Start {
        let recorder: TraceRecorder
        let writer: TraceWriter
        init(recorder: TraceRecorder, writer: TraceWriter) {
            self.recorder = recorder
            self.writer = writer
        }
    }

    /// Messages that were dropped because the disk was too slow, or after recording had failed.
    public var droppedMessages: Int { queue.withLock { $0.dropped } }

    /// Queues a message; times in nanoseconds of real time.
    public func record(
        topic: String, schemaName: String, schema: String, latched: Bool, logTime: UInt64, payload: [UInt8]
    ) {
        let entry = Entry(
            topic: topic, schemaName: schemaName, schema: schema, latched: latched, logTime: logTime, payload: payload)
        queue.withLock { queue in
            guard queue.failure == nil, !queue.isClosing, queue.bytes + entry.bytes <= Self.queueBytes else {
                queue.dropped += 1
                return
            }
            queue.bytes += entry.bytes
            queue.entries.append(entry)
        }
    }

    /// Ends the recording and waits for the file's end.
    ///
    /// - Returns: what went wrong, if anything.
    public func close() -> String? {
        queue.withLock { $0.isClosing = true }
        while true {
            let (done, failure) = queue.withLock { ($0.isDone, $0.failure) }
            if done { return failure }
            usleep(5_000)
        }
    }

    private func run(_ writer: TraceWriter) {
        var lastChunk = time(nil)
        while true {
            var (entries, closing) = queue.withLock { queue in
                defer { queue.entries = [] }
                return (queue.entries, queue.isClosing)
            }
            entries.reverse()
            do {
                while let entry = entries.popLast() {
                    defer { queue.withLock { $0.bytes -= entry.bytes } }
                    let channel = writer.channel(
                        topic: entry.topic, schemaName: entry.schemaName, schema: entry.schema, latched: entry.latched)
                    try writer.write(
                        channel: channel, logTime: entry.logTime, publishTime: entry.logTime, payload: entry.payload)
                }
                if time(nil) != lastChunk {
                    lastChunk = time(nil)
                    try writer.closeChunk()
                }
                if closing { try writer.close() }
            } catch {
                queue.withLock { $0.failure = error.description }
                report(error.description)
            }
            let failed = queue.withLock { $0.failure != nil }
            if closing || failed {
                queue.withLock { $0.isDone = true }
                return
            }
            usleep(50_000)
        }
    }
}
