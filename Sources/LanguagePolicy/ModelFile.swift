internal import Glibc

/// What is wrong with a language model, and what to do.
public struct LanguageModelError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable { case file, engine, tooLong, deadline, endpoint }
    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Looks at a model file before the engine does: the engine may print or abort on what is not a model.
enum ModelFile {
    static func check(_ path: String) throws(LanguageModelError) {
        guard let file = fopen(path, "rbe") else {
            throw LanguageModelError(
                .file,
                "the language model \(path) cannot be read: \(String(cString: strerror(errno))). "
                    + "`make setup` fetches the default one.")
        }
        defer { fclose(file) }
        var head = [UInt8](repeating: 0, count: 24)
        let count = fread(&head, 1, head.count, file)
        guard count == 24, head[0..<4].elementsEqual("GGUF".utf8) else {
            throw LanguageModelError(.file, "\(path) is not a GGUF file: name another with --model or in [mind]")
        }
        let version = UInt32(head[4]) | UInt32(head[5]) << 8
        guard (2...3).contains(version) else {
            throw LanguageModelError(.file, "\(path) is GGUF version \(version); versions 2 and 3 can be read")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 1 << 20 else {
            throw LanguageModelError(.file, "\(path) is cut short: \(status.st_size) bytes are no language model")
        }
    }
}
