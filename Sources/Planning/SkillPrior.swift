internal import LanguagePolicy
internal import RobotModel
internal import Skills

/// The question which skill comes next, as the language model is asked it.
public enum SkillQuestion {
    /// - Parameters:
    ///   - goal: in words.
    ///   - held: the thing in the hand, or "nothing".
    public static func prompt(instruction: String, goal: String, held: String) -> String {
        SkillPrior.examples + "Task: \(instruction)\nGoal: \(goal)\nHolding: \(held)\nNext:"
    }
}

/// What the language model thinks is the next thing to do.
struct SkillPrior: Sendable {
    let model: (any OptionScorer)?
    /// Seconds the model may take; then all skills count alike.
    static let patience = 5.0

    static let examples = """
        Task: put the cup on the shelf
        Goal: cup on shelf
        Holding: nothing
        Next: pick cup

        Task: put the cup on the shelf
        Goal: cup on shelf
        Holding: cup
        Next: place cup on shelf

        Task: stack the small box on the large box
        Goal: small box on large box
        Holding: nothing
        Next: pick small box

        Task: go to your home position
        Goal: arm at home
        Holding: nothing
        Next: go home

        Task: drop the pen into the box
        Goal: pen in box
        Holding: pen
        Next: place pen in box

        Task: please move the spoon to the drawer
        Goal: spoon in drawer
        Holding: nothing
        Next: pick spoon


        """

    /// What the model said.
    struct Opinion: Sendable {
        /// Mean log-probability of each skill; all 0 when the model said nothing.
        var scores: [Double]
        var prefill = 0.0
        var scoring = 0.0
        var model = ""
        /// Why it is not the wanted model's opinion; empty if it is.
        var note = ""
        /// There was no time for the model.
        var isCut = false
    }

    /// Mean log-probability of each skill as the next one.
    ///
    /// - Parameter seconds: time for the model; 0 = it is not asked.
    func scores(
        _ skills: [SkillCall], instruction: String, goal: Goal, held: String?, within seconds: Double
    ) -> Opinion {
        guard let model else { return Opinion(scores: skills.map { _ in 0 }) }
        let prompt = SkillQuestion.prompt(instruction: instruction, goal: goal.description, held: held ?? "nothing")
        let texts = skills.map { " " + $0.description }
        do {
            let scoring = try model.score(prompt, texts, within: seconds)
            return Opinion(
                scores: scoring.scores.map(\.mean), prefill: scoring.prefillSeconds, scoring: scoring.scoringSeconds,
                model: scoring.model, note: scoring.note)
        } catch {
            return Opinion(
                scores: skills.map { _ in 0 }, note: "\(error): all skills count alike", isCut: error.kind == .deadline)
        }
    }
}
