/// Up to 253 bytes inside the value itself: the parameters of one packet, without the heap.
public struct FeetechBytes: Sendable {
    /// The most parameters a packet can carry: its length byte counts two more.
    public static let capacity = 253

    @usableFromInline var storage = InlineArray<253, UInt8>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    /// Keeps at most `capacity` of `bytes`.
    public init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// One byte.
    public init(byte: UInt8) { append(byte) }

    /// One little-endian word.
    public init(word: UInt16) { append(word: word) }

    /// Adds a byte; returns whether there was room.
    @discardableResult
    public mutating func append(_ byte: UInt8) -> Bool {
        guard count < Self.capacity else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// Adds a little-endian word; returns whether there was room.
    @discardableResult
    public mutating func append(word: UInt16) -> Bool {
        guard count + 2 <= Self.capacity else { return false }
        append(UInt8(truncatingIfNeeded: word))
        return append(UInt8(truncatingIfNeeded: word >> 8))
    }

    /// The byte at `index`, or nil beyond the end.
    public func byte(at index: Int) -> UInt8? {
        guard index >= 0, index < count else { return nil }
        return storage[index]
    }

    /// The little-endian word at `index`, or nil if it does not lie wholly inside.
    public func word(at index: Int) -> UInt16? {
        guard index >= 0, index < count - 1 else { return nil }
        return UInt16(storage[index]) | UInt16(storage[index + 1]) << 8
    }

    /// The bytes of `range`, as far as they exist.
    public func slice(_ range: Range<Int>) -> FeetechBytes {
        var slice = FeetechBytes()
        let end = min(range.upperBound, count)
        var index = max(0, range.lowerBound)
        while index < end {
            slice.append(storage[index])
            index += 1
        }
        return slice
    }

    /// The bytes as an array; allocates.
    public var array: [UInt8] { (0..<count).map { storage[$0] } }
}

extension FeetechBytes: Equatable {
    public static func == (a: FeetechBytes, b: FeetechBytes) -> Bool {
        guard a.count == b.count else { return false }
        for index in 0..<a.count where a.storage[index] != b.storage[index] { return false }
        return true
    }
}

extension FeetechBytes: ExpressibleByArrayLiteral {
    public init(arrayLiteral bytes: UInt8...) { self.init(bytes) }
}
