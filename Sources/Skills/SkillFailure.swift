/// Why a skill has no motion, in the words of the task suites and in a sentence for a person.
public struct SkillFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable {
        case unreachable
        case tooWide = "too-wide"
        case tooHeavy = "too-heavy"
        case blocked
        case noSuchThing = "no-such-thing"
        case forbidden
        case notHeld = "not-held"
    }

    public var reason: Reason
    /// With numbers: "the green block is 0.63 m away, the arm reaches 0.40 m".
    public var says: String
    /// Names of the things that stand in the way, if moving them might help.
    public var obstacles: [String]

    public init(_ reason: Reason, _ says: String, obstacles: [String] = []) {
        self.reason = reason
        self.says = says
        self.obstacles = obstacles
    }

    public var description: String { says }
}
