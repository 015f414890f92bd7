internal import CLlama
internal import Glibc

/// What an adapter says of the model that it was tuned for (scripts/tuning/adapter.py).
enum AdapterFile {
    /// Blocks that are looked at, of 4096 bytes, spread over the whole file.
    private static let blocks = 1024

    /// Refuses an adapter that was tuned for another model; one that says nothing of its base is taken.
    static func check(_ adapter: OpaquePointer, _ path: String, for base: String) throws(LanguageModelError) {
        var text = [CChar](repeating: 0, count: 64)
        guard llama_adapter_meta_val_str(adapter, "foresight.base.sample", &text, text.count) > 0 else { return }
        let wanted = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard sample(base) != wanted else { return }
        throw LanguageModelError(
            .file, "\(path) was tuned for another model than \(base). `make setup` fetches the one it is for.")
    }

    /// A sum over a sample of a file, in hexadecimal digits: any other model differs in it, and it takes milliseconds.
    static func sample(_ path: String) -> String? {
        guard let file = fopen(path, "rbe") else { return nil }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_size >= 4096 else { return nil }
        var sum = UInt64(status.st_size)
        var words = [UInt64](repeating: 0, count: 512)
        for block in 0..<blocks {
            let offset = (status.st_size - 4096) * block / (blocks - 1) / 8 * 8
            guard fseek(file, offset, SEEK_SET) == 0, fread(&words, 8, 512, file) == 512 else { return nil }
            for (index, word) in words.enumerated() {
                sum &+= UInt64(littleEndian: word) &* UInt64(2 * (block * 512 + index) + 1)
            }
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
