internal import LanguagePolicy
internal import RobotModel
internal import Skills

/// What the language model thinks is the next thing to do.
struct SkillPrior: Sendable {
    let model: LanguageModel?
    /// Seconds the model may take; then all skills count alike.
    static let patience = 5.0

    static let examples = """
        Task: put the cup on the shelf
        Holding: nothing
        Next: pick cup

        Task: put the cup on the shelf
        Holding: cup
        Next: place cup on shelf

        Task: drop the pen into the box
        Holding: pen
        Next: place pen in box

        Task: go to your home position
        Holding: nothing
        Next: go home


        """

    /// Mean log-probability of each skill as the next one.
    func scores(
        _ skills: [SkillCall], instruction: String, goal: Goal, held: String?
    ) -> (scores: [Double], prefill: Double, scoring: Double) {
        let prompt =
            Self.examples + "Task: \(instruction)\nGoal: \(goal.description)\nHolding: \(held ?? "nothing")\nNext:"
        let texts = skills.map { " " + $0.description }
        guard let scoring = try? model?.score(prompt, texts, within: Self.patience) else {
            return (skills.map { _ in 0 }, 0, 0)
        }
        return (scoring.scores.map(\.mean), scoring.prefillSeconds, scoring.scoringSeconds)
    }
}
