/// Little-endian bytes of MCAP records.
struct TraceBytes {
    private(set) var bytes: [UInt8] = []

    mutating func integer<T: FixedWidthInteger>(_ value: T) {
        var rest = value.littleEndian
        for _ in 0..<MemoryLayout<T>.size {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest = rest >> 8
        }
    }

    /// u32 length and UTF-8.
    mutating func string(_ text: String) {
        let utf8 = Array(text.utf8)
        integer(UInt32(utf8.count))
        bytes += utf8
    }

    mutating func raw(_ data: some Sequence<UInt8>) { bytes += data }

    /// A map of strings, its length in bytes first.
    mutating func map(_ values: [(String, String)]) {
        var inner = TraceBytes()
        for (key, value) in values {
            inner.string(key)
            inner.string(value)
        }
        integer(UInt32(inner.bytes.count))
        bytes += inner.bytes
    }

    /// A record: opcode, length, content.
    mutating func record(_ opcode: TraceOpcode, _ content: (inout TraceBytes) -> Void) {
        var inner = TraceBytes()
        content(&inner)
        integer(opcode.rawValue)
        integer(UInt64(inner.bytes.count))
        bytes += inner.bytes
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Record kinds of MCAP. Source: the MCAP specification.
enum TraceOpcode: UInt8 {
    case header = 0x01
    case footer, schema, channel, message, chunk, messageIndex, chunkIndex, attachment, attachmentIndex, statistics
    case metadata, metadataIndex, summaryOffset, dataEnd
}

enum TraceFormat {
    static let magic: [UInt8] = [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A]
    /// Footer record and magic at the end of the file.
    static let footerBytes = 37
}

/// CRC-32 as zlib computes it (polynomial 0xEDB88320): MCAP's checksum.
struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
    }

    private var state: UInt32 = 0xFFFF_FFFF

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = Self.table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
    }

    var value: UInt32 { state ^ 0xFFFF_FFFF }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }
}
