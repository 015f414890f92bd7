/// The bytes of a stream in which a packet is looked for, the oldest first. Nothing here allocates.
struct ByteWindow: Sendable {
    static let capacity = 2048

    private var storage = InlineArray<2048, UInt8>(repeating: 0)
    private var start = 0
    private var end = 0
    /// Bytes so far that were dropped because they belonged to no packet.
    private(set) var junk = 0

    var count: Int { end - start }
    var isEmpty: Bool { start == end }

    /// The byte that came `index` bytes after the first that waits; `index` is less than `count`.
    subscript(index: Int) -> UInt8 { storage[start + index] }

    /// Takes in `bytes`; if more than `capacity` wait, the oldest are dropped as junk.
    mutating func append(_ bytes: Span<UInt8>) {
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Takes in one byte.
    mutating func append(_ byte: UInt8) {
        if end == Self.capacity { makeRoom() }
        storage[end] = byte
        end += 1
    }

    private mutating func makeRoom() {
        if start == 0 { drop(1) }
        var index = start
        while index < end {
            storage[index - start] = storage[index]
            index += 1
        }
        end -= start
        start = 0
    }

    /// Takes the first `count` bytes off: they were a packet.
    mutating func take(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    /// Takes the first `count` bytes off: they belonged to no packet.
    mutating func drop(_ count: Int) {
        junk += count
        take(count)
    }

    /// Drops all that waits.
    mutating func reset() { drop(count) }

    /// Lends some of the bytes, counted from the first that waits.
    func lend<R>(_ range: Range<Int>, _ body: (Span<UInt8>) -> R) -> R {
        body(storage.span.extracting(start + range.lowerBound..<start + range.upperBound))
    }
}
