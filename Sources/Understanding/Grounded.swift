public import RobotModel

/// How a sentence was understood.
public enum Grounded: Sendable, Equatable {
    case goal(Goal)
    /// The words fit several things equally.
    case ambiguous(question: String, choices: [String])
    /// Something is named that is not here.
    case noSuchThing(String)
    case notUnderstood(String)
    /// What is meant itself harms, or touches what must not be touched; why, in words.
    case refused(String)
}

/// A grounding with what it was chosen from.
public struct Grounding: Sendable {
    public var result: Grounded
    /// The best candidates in words with their scores, best first.
    public var candidates: [(text: String, score: Double)]
    /// Things that the sentence says to leave alone.
    public var avoid: [String] = []
    /// Why the model that was wanted did not score; empty if it did.
    public var note = ""
    /// Of each clause that left something to weigh: every meaning, with what speaks for it.
    public var weighed: [[(goal: Goal?, evidence: Evidence)]] = []
    var marks: Marks = []
    /// What it speaks of without asking for anything: a following "it" or "them" may mean that.
    var topics: [String] = []
    /// What is to be done when that turns out to be impossible, in words; nil if nothing was said of it.
    public var otherwise: String?
    /// What it speaks of although it is not here.
    var stranger: String?

    /// What is to be known of a clause's grounding beside its result.
    struct Marks: OptionSet {
        let rawValue: UInt8
        /// Something was to be done with what is here: not to be passed over when the rest is understood.
        static let task = Marks(rawValue: 1)
        /// It names nothing that is here and no deed: small talk, if something else is asked for.
        static let talk = Marks(rawValue: 2)
        /// It was understood, and cannot be: no other reading is looked for.
        static let final = Marks(rawValue: 4)
        /// "It" was taken for the only thing there is to take.
        static let guess = Marks(rawValue: 8)
    }
}
