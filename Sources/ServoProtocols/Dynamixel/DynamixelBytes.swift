/// Up to 512 bytes inside the value itself: the parameters of one packet, without the heap.
public struct DynamixelBytes: Sendable {
    public static let capacity = 512

    @usableFromInline var storage = InlineArray<512, UInt8>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    /// Keeps at most `capacity` of `bytes`.
    public init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// The lowest `width` bytes of `number`, the lowest first.
    public init(_ number: Int, width: Int) { append(number, width: width) }

    /// Adds a byte; returns whether there was room.
    @discardableResult
    public mutating func append(_ byte: UInt8) -> Bool {
        guard count < Self.capacity else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// Adds the lowest `width` bytes of `number`, the lowest first; returns whether there was room.
    @discardableResult
    public mutating func append(_ number: Int, width: Int) -> Bool {
        guard width >= 0, width <= 8, count + width <= Self.capacity else { return false }
        for index in 0..<width { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
        return true
    }

    /// The byte at `index`, or nil beyond the end.
    public func byte(at index: Int) -> UInt8? {
        guard index >= 0, index < count else { return nil }
        return storage[index]
    }

    /// The unsigned number of `width` ≤ 4 bytes at `index`, or nil if it does not lie wholly inside.
    public func unsigned(at index: Int, width: Int) -> Int? {
        guard index >= 0, width > 0, width <= 4, index <= count - width else { return nil }
        var number = 0
        for place in 0..<width { number |= Int(storage[index + place]) << (8 * place) }
        return number
    }

    /// The two's complement number of `width` ≤ 4 bytes at `index`, or nil if it does not lie wholly inside.
    public func signed(at index: Int, width: Int) -> Int? {
        guard let number = unsigned(at: index, width: width) else { return nil }
        let half = 1 << (8 * width - 1)
        return number >= half ? number - 2 * half : number
    }

    /// The bytes of `range`, as far as they exist.
    public func slice(_ range: Range<Int>) -> DynamixelBytes {
        var slice = DynamixelBytes()
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

extension DynamixelBytes: Equatable {
    public static func == (a: DynamixelBytes, b: DynamixelBytes) -> Bool {
        guard a.count == b.count else { return false }
        for index in 0..<a.count where a.storage[index] != b.storage[index] { return false }
        return true
    }
}

extension DynamixelBytes: ExpressibleByArrayLiteral {
    public init(arrayLiteral bytes: UInt8...) { self.init(bytes) }
}
