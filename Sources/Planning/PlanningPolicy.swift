/// Who chooses the next skill: the arms of the comparison.
///
/// Grounding, skills, inverse kinematics and guards are the same for all.
public enum PlanningPolicy: String, Sendable, CaseIterable {
    /// Any skill that exists, whatever comes of it.
    case random
    /// What the language model finds most plausible, without imagination.
    case languageOnly = "language-only"
    /// The model's prior times the chance that the skill itself succeeds, one step ahead.
    case languageAffordance = "language-affordance"
    /// The model's prior and what imagination says comes of it.
    case foresight
    /// Imagination without the model's prior.
    case noLanguage = "no-language"
    /// Imagination that knows the plant's true parameters.
    case oracle

    /// Whether several steps are looked ahead.
    var searches: Bool { self == .foresight || self == .noLanguage || self == .oracle }

    /// Whether skills are rehearsed before one is chosen.
    var imagines: Bool { self != .random && self != .languageOnly }

    /// Whether only the likeliest skill counts: the others are next in the order of the most they can be.
    var isGreedy: Bool { self == .languageOnly }
}
