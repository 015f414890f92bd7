/// What a client may do; each role includes those before it.
public enum Role: UInt8, Sendable, Comparable, CaseIterable {
    /// Stop the robot, and nothing else: whoever can connect may.
    case stop
    /// Subscribe to everything.
    case observe
    /// Publish what sensors see, and topics of its own.
    case publish
    /// Lease, arm, move, instruct and answer.
    case operate

    public static func < (one: Role, other: Role) -> Bool { one.rawValue < other.rawValue }

    /// How the role is named to people.
    public var word: String {
        switch self {
        case .stop: "stop"
        case .observe: "observe"
        case .publish: "publish"
        case .operate: "operate"
        }
    }

    /// The configuration's list that grants it.
    var list: String {
        switch self {
        case .stop: ""
        case .observe: "observers"
        case .publish: "publishers"
        case .operate: "operators"
        }
    }

    /// The sentence for somebody whose role does not reach.
    func refusal(_ what: String, needs: Role) -> String {
        "refused: \(what) needs the role “\(needs.word)”, and yours is “\(word)”. Whoever runs foresightd can put your user or "
            + "one of your groups into \(needs.list) under [channels] in its configuration (docs/security.md)."
    }
}

/// The client behind a call or a message.
public struct Caller: Sendable {
    /// Number of its connection; never used again while the server runs.
    public let connection: UInt64
    public let role: Role
    /// User, process id and program, for the log: "ada/4711 (foresight)".
    public let name: String

    public init(connection: UInt64, role: Role, name: String) {
        self.connection = connection
        self.role = role
        self.name = name
    }
}
