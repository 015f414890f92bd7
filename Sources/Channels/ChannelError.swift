/// What went wrong on the channels, and what to do.
public struct ChannelError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The socket belongs to somebody else, or cannot be made.
        case cannotListen
        /// Nobody answers at the socket.
        case cannotConnect
        /// The connection ended.
        case disconnected
        /// The service answered with a refusal, or not in time.
        case callFailed
    }
    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
