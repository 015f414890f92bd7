/// What went wrong on the channels, and what to do.
public struct ChannelError: Error, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Equatable {
        /// The socket belongs to somebody else, or cannot be made.
        case cannotListen
        /// A list of the configuration names what is no user and no group.
        case unknownName
        /// Nobody answers at the socket.
        case cannotConnect
        /// Somebody answers, and does not let this client in.
        case refused
        /// The connection ended.
        case disconnected
        /// No service of that name is offered.
        case notOffered
        /// No answer came in time.
        case timedOut
        /// The service answered with a refusal.
        case callFailed
    }
    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
