package import Skills
package import Understanding

/// What lasts from one sentence to the next: what was said, what was learned of things, and where things were put.
///
/// The mind owns it and keeps it when the body restarts; `ConversationFile` keeps it when the mind does.
public struct Conversation: Sendable, Equatable, Codable {
    /// A sentence and how it ended.
    public struct Turn: Sendable, Equatable, Codable {
        public var sentence: String
        /// What it meant, in the notation of programs; nil or empty = nothing was written down.
        public var program: String?
        /// done, imagined, impossible, refused, ask or failed.
        public var ending: String
        /// What the mind answered.
        public var says: String

        public init(sentence: String, program: String = "", ending: String, says: String) {
            self.sentence = sentence
            self.program = program
            self.ending = ending
            self.says = says
        }
    }

    /// Where a thing was put: "in", "on" or "next to" something.
    public struct Placement: Sendable, Equatable, Codable {
        public var relation: String
        public var target: String
    }

    /// The last sentences, the newest last.
    public private(set) var turns: [Turn] = []
    /// What was learned of things by handling them, by name.
    package var experience: [String: Experience] = [:]
    /// Where things were put that were put somewhere and not taken up since, by name.
    public private(set) var placements: [String: Placement] = [:]
    /// What a next sentence may lean on.
    package var dialogue = Dialogue()

    /// Sentences that are kept: a person refers to no earlier ones, and a file stays small.
    private static let remembered = 50
    /// How a person makes a mind forget that keeps nothing when it ends.
    package static let remedy = "restart the mind"

    public init() {}

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        turns = try values.decode([Turn].self, forKey: .turns)
        experience = try values.decode([String: Experience].self, forKey: .experience)
        placements = try values.decode([String: Placement].self, forKey: .placements)
        // files of before there were programs have none
        dialogue = try values.decodeIfPresent(Dialogue.self, forKey: .dialogue) ?? Dialogue()
    }

    mutating func add(_ turn: Turn) {
        turns.append(turn)
        if turns.count > Self.remembered { turns.removeFirst(turns.count - Self.remembered) }
    }

    /// A finished skill moved a thing.
    mutating func moved(by call: SkillCall) {
        guard let name = call.involves.first else { return }
        placements[name] = nil
        if case .letsGo(_, let relation?, let target?) = call.skill.hand {
            placements[name] = Placement(relation: relation.rawValue, target: target)
        }
    }

    mutating func learn(_ name: String, _ change: (inout Experience) -> Void) {
        change(&experience[name, default: Experience()])
    }
}
