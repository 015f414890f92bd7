/// A wire log that cannot be written.
public struct WireLogError: Error, CustomStringConvertible, Sendable {
    public var path: String
    var code: Int32
    /// Why, in words.
    public var reason: String { SerialError.words(code) }

    public var description: String {
        "The wire log \(path) cannot be written: \(reason). Choose another file with --wire-log."
    }
}
