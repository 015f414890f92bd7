internal import CPlatform
internal import Glibc
internal import Synchronization

/// The queue and the file of a wire log; the log's thread keeps it alive until the file is complete.
final class WireQueue: Sendable {
    private static let capacity = 1 << 20
    /// Time, direction, length.
    private static let headerBytes = 11
    private static let longestChunk = 4096

    private let descriptor: Int32
    nonisolated(unsafe) private let ring: UnsafeMutableRawBufferPointer
    /// Bytes ever put in and ever taken out.
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let producing = Atomic<Bool>(false)
    private let ending = Atomic<Bool>(false)
    private let failureCode = Atomic<Int32>(0)

    /// Takes over `descriptor` and closes it at the end.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        ring = .allocate(byteCount: Self.capacity, alignment: 16)
        // touched now, so that the recording thread meets no page fault
        ring.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        close(descriptor)
        ring.deallocate()
    }

    /// The errno that ended the writing; 0 = none.
    var failure: Int32 { failureCode.load(ordering: .relaxed) }

    /// Lets the thread write what is there and end.
    func end() { ending.store(true, ordering: .releasing) }

    /// Waits, at most a second, until what was recorded is in the file.
    func flush() {
        let target = head.load(ordering: .acquiring)
        for _ in 0..<1000 where tail.load(ordering: .acquiring) < target && failure == 0 { usleep(1000) }
    }

    // MARK: The recording side

    func record(_ direction: WireDirection, _ bytes: Span<UInt8>, atNanoseconds time: Int64) {
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

    /// The writing thread: until the end.
    func run() {
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
        guard failure == 0 else { return }
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
