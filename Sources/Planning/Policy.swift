internal import RobotModel
package import Skills
package import WorldModel

/// A skill that was chosen.
package struct Act: Sendable {
    package var call: SkillCall
    package var style = Style.usual
    /// What was imagined of it; nil if nothing was.
    package var expected: Imagination?
    package var score = 0.0
    /// In words.
    package var why: String
    /// What is to be done after it.
    package var rest: [PlannedStep] = []
    /// Skills that were chosen before it and have no motion, each with the reason.
    package var refused: [(call: SkillCall, says: String)] = []

    package init(_ call: SkillCall, why: String) {
        self.call = call
        self.why = why
    }

    /// The best of candidates that were imagined.
    package init(_ chosen: Candidate, score: Double, among candidates: [Candidate]) {
        call = chosen.call
        style = chosen.imagination?.style ?? .usual
        expected = chosen.imagination
        self.score = score
        let success = Int(((chosen.imagination?.success ?? 0) * 100).rounded())
        let others = candidates.count { $0.call != chosen.call && $0.imagination != nil }
        why = "went well in \(success) % of worlds and brings the goal closer; best of \(others + 1) imagined"
    }
}

/// Who chooses the next skill. It runs on imagination's thread, and knows nothing but the question and the futures.
package protocol Policy: Sendable {
    /// The next skill.
    ///
    /// - Throws: `Ending` when there is none, and what the futures throw.
    func decide(_ question: Question, _ futures: inout Rehearsals) throws -> Act

    /// What comes of a motion that no goal asks for, as looking; nil = it is done without asking.
    func foresee(_ call: SkillCall, from belief: Belief, seed: UInt64, _ futures: any Futures) throws -> Imagination?

    /// What a skill's motion is compiled from.
    func view(_ belief: Belief, for call: SkillCall) -> Belief

    /// Whether another way is looked for when what was taken up proves too heavy.
    var seeksOtherWays: Bool { get }
}

extension Policy {
    package func foresee(
        _ call: SkillCall, from belief: Belief, seed: UInt64, _ futures: any Futures
    ) throws -> Imagination? {
        try futures.imagine(
            call, from: belief, goal: .all([]), seed: seed, styles: [.usual, Style(isHigh: true)],
            limit: ImaginationLimit())
    }

    package func view(_ belief: Belief, for call: SkillCall) -> Belief { belief }

    package var seeksOtherWays: Bool { true }
}
