internal import CPlatform
internal import Glibc
internal import Synchronization

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
    private static let capacity = 1 << 20
    /// Time, direction, length.
    private static let headerBytes = 11
    private static let longestChunk = 4096

    public let path: String
    private let descriptor: Int32
    nonisolated(unsafe) private let ring: UnsafeMutableRawBufferPointer
    /// Bytes ever put in and ever taken out.
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let producing = Atomic<Bool>(false)
    private let ending = Atomic<Bool>(false)
    private let failureCode = Atomic<Int32>(0)
    private let writer = Atomic<UInt>(0)

    /// Creates or empties the file at `path` and starts the writer.
    ///
    /// - Throws: `WireLogError` if the file cannot be written.
    public init(path: String) throws(WireLogError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WireLogError(path: path, code: errno) }
        ring = .allocate(byteCount: Self.capacity, alignment: 16)
        ring.initializeMemory(as: UInt8.self, repeating: 0)
        try startWriter()
    }

    private func startWriter() throws(WireLogError) {
        var granted = false
        var thread: UInt = 0
        // unretained: `deinit` joins the thread before anything goes away
        let failure = cplatform_start_realtime_thread(
            "wire-log", 0, { Unmanaged<WireLog>.fromOpaque($0!).takeUnretainedValue().run() },
            Unmanaged.passUnretained(self).toOpaque(), &granted, &thread)
        guard failure == 0 else { throw WireLogError(path: path, code: failure) }
        writer.store(thread, ordering: .releasing)
    }

    deinit {
        ending.store(true, ordering: .releasing)
        let thread = writer.load(ordering: .acquiring)
        if thread != 0 { cplatform_join_thread(thread) }
        close(descriptor)
        ring.deallocate()
    }

    /// Notes `bytes` that were sent or received now. Does not wait, allocate or touch the file.
    public func record(_ direction: WireDirection, _ bytes: Span<UInt8>) {
        record(direction, bytes, atNanoseconds: cplatform_monotonic_nanoseconds())
    }

    /// Notes `bytes` that were sent or received at a monotonic time.
    public func record(_ direction: WireDirection, _ bytes: Span<UInt8>, atNanoseconds time: Int64) {
        guard take() else {
            lost.add(1, ordering: .relaxed)
            return
        }
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.longestChunk, bytes.count)
            put(direction, bytes.extracting(start..<end), time)
            start = end
        }
        producing.store(false, ordering: .releasing)
    }

    /// Waits, at most a second, until what was recorded is in the file.
    public func flush() {
        let target = head.load(ordering: .acquiring)
        for _ in 0..<1000 where tail.load(ordering: .acquiring) < target && failureCode.load(ordering: .relaxed) == 0 {
            usleep(1000)
        }
    }

    /// What the file could not take, in words; nil if all is well.
    public var failure: String? {
        let code = failureCode.load(ordering: .relaxed)
        return code == 0 ? nil : WireLogError(path: path, code: code).description
    }

    // MARK: The recording side

    /// Two buses may share a log: whoever finds it taken for long gives up rather than wait.
    private func take() -> Bool {
        for _ in 0..<1000 {
            if !producing.exchange(true, ordering: .acquiring) { return true }
        }
        return false
    }

    private func put(_ direction: WireDirection, _ bytes: Span<UInt8>, _ time: Int64) {
        var position = head.load(ordering: .relaxed)
        let free = Self.capacity - (position - tail.load(ordering: .acquiring))
        guard free >= Self.headerBytes + bytes.count else {
            lost.add(1, ordering: .relaxed)
            return
        }
        for shift in stride(from: 0, to: 64, by: 8) { put(UInt8(truncatingIfNeeded: time >> Int64(shift)), &position) }
        put(direction.rawValue, &position)
        put(UInt8(truncatingIfNeeded: bytes.count), &position)
        put(UInt8(truncatingIfNeeded: bytes.count >> 8), &position)
        for index in bytes.indices { put(bytes[index], &position) }
        head.store(position, ordering: .releasing)
    }

    private func put(_ byte: UInt8, _ position: inout Int) {
        ring[position & (Self.capacity - 1)] = byte
        position += 1
    }

    // MARK: The writing side

    private func run() {
        var text: [UInt8] = []
        while true {
            let last = ending.load(ordering: .acquiring)
            drain(into: &text)
            if last { return }
            // polling keeps the recording side free of any wake-up call
            cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 20_000_000)
        }
    }

    private func drain(into text: inout [UInt8]) {
        let end = head.load(ordering: .acquiring)
        var position = tail.load(ordering: .relaxed)
        while position < end {
            text.removeAll(keepingCapacity: true)
            while position < end, text.count < 1 << 16 { appendLine(to: &text, &position) }
            save(text)
            tail.store(position, ordering: .releasing)
        }
        let count = lost.exchange(0, ordering: .relaxed)
        if count > 0 { save(Array("# \(count) chunks lost\n".utf8)) }
    }

    private func take(_ position: inout Int) -> UInt8 {
        defer { position += 1 }
        return ring[position & (Self.capacity - 1)]
    }

    private func appendLine(to text: inout [UInt8], _ position: inout Int) {
        var time: Int64 = 0
        for shift in stride(from: 0, to: 64, by: 8) { time |= Int64(take(&position)) << Int64(shift) }
        text.append(contentsOf: String(time).utf8)
        text.append(0x20)
        text.append(take(&position))
        let count = Int(take(&position)) | Int(take(&position)) << 8
        for _ in 0..<count {
            let byte = take(&position)
            text.append(0x20)
            text.append(Self.digit(byte >> 4))
            text.append(Self.digit(byte & 15))
        }
        text.append(0x0A)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    private func save(_ text: [UInt8]) {
        guard failureCode.load(ordering: .relaxed) == 0 else { return }
        var sent = 0
        while sent < text.count {
            let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if written >= 0 {
                sent += written
            } else if errno != EINTR {
                failureCode.store(errno, ordering: .relaxed)
                return
            }
        }
    }
}

/// A wire log that cannot be written.
public struct WireLogError: Error, CustomStringConvertible, Sendable {
    public var path: String
    var code: Int32

    public var description: String {
        "The wire log \(path) cannot be written: \(SerialError.words(code)). Choose another file with --wire-log."
    }
}
