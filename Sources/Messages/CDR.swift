/// What is wrong with encoded bytes.
public struct CDRError: Error, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Writes values as CDR, little-endian, XCDR1: the encoding of ROS 2 messages.
///
/// Source: the 4-byte header 00 01 00 00; each number is aligned to its own size, counted from after the header.
public struct CDRWriter: Sendable {
    public private(set) var bytes: [UInt8] = [0, 1, 0, 0]

    public init(reserving capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    private mutating func align(_ size: Int) {
        while (bytes.count - 4) % size != 0 { bytes.append(0) }
    }

    /// Any whole number, aligned to its width.
    public mutating func write<T: FixedWidthInteger>(_ value: T) {
        align(MemoryLayout<T>.size)
        var rest = value.littleEndian
        for _ in 0..<MemoryLayout<T>.size {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest = rest >> 8
        }
    }

    public mutating func write(_ value: Double) { write(value.bitPattern) }
    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Length with the terminating zero, UTF-8, zero.
    public mutating func write(_ value: String) {
        let text = Array(value.utf8).filter { $0 != 0 }
        write(UInt32(text.count + 1))
        bytes.append(contentsOf: text)
        bytes.append(0)
    }
}

/// Reads CDR, bounds-checked: bad bytes throw, they never trap and never allocate more than they hold.
public struct CDRReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int

    /// - Throws: `CDRError` unless the header says little-endian CDR.
    public init(_ bytes: ArraySlice<UInt8>) throws(CDRError) {
        guard bytes.count >= 4, bytes[bytes.startIndex] == 0, bytes[bytes.startIndex + 1] == 1 else {
            throw CDRError("not little-endian CDR (header 00 01 00 00)")
        }
        self.bytes = bytes
        offset = bytes.startIndex + 4
    }

    private var remaining: Int { bytes.endIndex - offset }

    private mutating func take(_ count: Int) throws(CDRError) -> ArraySlice<UInt8> {
        guard count >= 0, remaining >= count else {
            throw CDRError("the message ends after \(bytes.count) bytes, \(count - remaining) too early")
        }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    public mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(CDRError) -> T {
        let size = MemoryLayout<T>.size
        let misaligned = (offset - bytes.startIndex - 4) % size
        if misaligned != 0 { _ = try take(size - misaligned) }
        var value: T = 0
        for (index, byte) in try take(size).enumerated() { value |= T(truncatingIfNeeded: byte) << (8 * index) }
        return value
    }

    public mutating func read(_ type: Double.Type = Double.self) throws(CDRError) -> Double {
        Double(bitPattern: try read(UInt64.self))
    }

    public mutating func read(_ type: Bool.Type = Bool.self) throws(CDRError) -> Bool {
        try take(1).first == 1
    }

    public mutating func read(_ type: String.Type = String.self) throws(CDRError) -> String {
        let length = Int(try read(UInt32.self))
        guard length > 0 else { return "" }
        let text = try take(length)
        guard text.last == 0 else { throw CDRError("a string is not terminated") }
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    /// The count of a sequence; refused when even elements of one byte would not fit.
    public mutating func readCount() throws(CDRError) -> Int {
        let count = Int(try read(UInt32.self))
        guard count <= remaining else { throw CDRError("a sequence claims \(count) elements, more than fit") }
        return count
    }
}
