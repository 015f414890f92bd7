/// Why there is no picture, in words.
public enum RenderingError: Error, Sendable, CustomStringConvertible {
    /// This machine cannot draw; what was tried, and what it said.
    case noGL(String)
    /// The file cannot be written.
    case cannotWrite(String)

    public var description: String {
        switch self {
        case .noGL(let why): "this machine cannot draw in three dimensions: \(why)"
        case .cannotWrite(let why): why
        }
    }
}
