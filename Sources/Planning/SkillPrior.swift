internal import LanguagePolicy
internal import RobotModel
internal import Skills

/// The question which skill comes next, as the language model is asked it.
///
/// What changes least stands first, so that most of it is in the model's memory already; the sentence itself is not in it:
/// the goal says what was understood of it. Of 28 forms that were tried (docs/grounding.md) this one is right most often.
public enum SkillQuestion {
    /// - Parameters:
    ///   - goal: in words.
    ///   - held: the thing in the hand, or "nothing".
    public static func prompt(goal: String, held: String) -> String {
        examples + "Holding: \(held)\nGoal: \(goal)\nNext:"
    }

    private static let examples = """
        Holding: nothing
        Goal: cup on shelf
        Next: pick cup

        Holding: cup
        Goal: cup on shelf
        Next: place cup on shelf

        Holding: nothing
        Goal: small box on large box
        Next: pick small box

        Holding: nothing
        Goal: arm at home
        Next: go home

        Holding: pen
        Goal: pen in box
        Next: place pen in box

        Holding: nothing
        Goal: spoon in drawer
        Next: pick spoon

        Holding: nothing
        Goal: key held
        Next: pick key

        Holding: key
        Goal: key on table
        Next: place key on table


        """
}

/// What the language model thinks is the next thing to do.
struct SkillPrior: Sendable {
    let model: (any OptionScorer)?
    /// Seconds the model may take; then all skills count alike.
    static let patience = 5.0

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
    /// - Parameters:
    ///   - onlyBest: of all but the likeliest, the most that it can be will do.
    ///   - seconds: time for the model; 0 = it is not asked.
    func scores(
        _ skills: [SkillCall], goal: Goal, held: String?, onlyBest: Bool, within seconds: Double
    ) -> Opinion {
        guard let model else { return Opinion(scores: skills.map { _ in 0 }) }
        let prompt = SkillQuestion.prompt(goal: goal.description, held: held ?? "nothing")
        let texts = skills.map { " " + $0.description }
        do {
            let scoring =
                onlyBest
                ? try model.choose(prompt, among: texts, within: seconds)
                : try model.score(prompt, texts, within: seconds)
            return Opinion(
                scores: scoring.scores.map(\.mean), prefill: scoring.prefillSeconds, scoring: scoring.scoringSeconds,
                model: scoring.model, note: scoring.note)
        } catch {
            return Opinion(
                scores: skills.map { _ in 0 }, note: "\(error): all skills count alike", isCut: error.kind == .deadline)
        }
    }
}
