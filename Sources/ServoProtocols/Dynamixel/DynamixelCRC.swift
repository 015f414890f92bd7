/// The checksum of DYNAMIXEL Protocol 2.0: polynomial 0x8005, start 0, highest bit first, nothing inverted.
///
/// The 256 entries of the manufacturer's table have a closed form, `2x ⊕ 4x ⊕ (0x8003 if x has odd parity)`, so there is
/// no table to initialize lazily. "123456789" gives 0xFEE8.
public struct DynamixelCRC: Sendable, Equatable {
    public private(set) var value: UInt16 = 0

    public init() {}

    /// Takes in one byte.
    public mutating func append(_ byte: UInt8) {
        value = value << 8 ^ Self.entry(UInt8(truncatingIfNeeded: value >> 8) ^ byte)
    }

    /// Takes in `bytes[start..<end]`.
    public mutating func append(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        var index = start
        while index < end {
            append(bytes[index])
            index += 1
        }
    }

    /// The table's entry for `byte`.
    private static func entry(_ byte: UInt8) -> UInt16 {
        let wide = UInt16(byte)
        let odd = UInt16(0x6996) >> UInt16((byte ^ byte >> 4) & 15) & 1
        return wide << 1 ^ wide << 2 ^ (0 &- odd) & 0x8003
    }
}
