/// The checksum of VESC and RoboClaw packets: CRC-16 with polynomial 0x1021, starting at 0 ("123456789" gives 0x31C3).
///
/// ```swift
/// var crc = CRC16XModem()
/// crc.add(0x04)
/// crc.value      // 0x4084
/// ```
public struct CRC16XModem: Sendable, Equatable {
    public private(set) var value: UInt16 = 0

    public init() {}

    /// The checksum of `bytes`.
    public init(of bytes: Span<UInt8>) {
        for index in bytes.indices { add(bytes[index]) }
    }

    /// Takes in one byte; without a table, so that nothing is set up on first use.
    public mutating func add(_ byte: UInt8) {
        var crc = value << 8 | value >> 8
        crc ^= UInt16(byte)
        crc ^= (crc & 0xFF) >> 4
        crc ^= crc << 12
        crc ^= (crc & 0xFF) << 5
        value = crc
    }
}
