/// A wire log that cannot be written.
public struct WireLogError: Error, CustomStringConvertible, Sendable {
    public var path: String
    var code: Int32

    public var description: String {
        "The wire log \(path) cannot be written: \(SerialError.words(code)). Choose another file with --wire-log."
    }
}
