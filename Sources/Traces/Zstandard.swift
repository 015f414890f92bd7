internal import CZstd

/// Compression of chunks.
enum Zstandard {
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        let bound = ZSTD_compressBound(bytes.count)
        var failed = false
        let result = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let size = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 1)
            failed = ZSTD_isError(size) != 0
            count = failed ? 0 : size
        }
        return failed ? nil : result
    }

    /// nil unless the bytes decompress to exactly `size`.
    static func decompress(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        guard size >= 0, size <= 1 << 30 else { return nil }
        var good = false
        let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let written = ZSTD_decompress(buffer.baseAddress, size, bytes, bytes.count)
            good = ZSTD_isError(written) == 0 && written == size
            count = good ? size : 0
        }
        return good ? result : nil
    }
}
