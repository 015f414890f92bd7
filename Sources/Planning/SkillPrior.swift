internal import LanguagePolicy
internal import RobotModel
internal import Skills

/// The question which skill comes next, as the language model is asked it.
///
/// What changes least stands first, so that most of it is in the model's memory already, and little stands behind the goal;
/// the sentence itself is not in it: the goal says what was understood of it. How the form and the examples were chosen:
/// docs/grounding.md.
public enum SkillQuestion {
    /// - Parameters:
    ///   - goal: in words.
    ///   - held: the thing in the hand, or "nothing".
    public static func prompt(goal: String, held: String) -> String {
        examples + "Holding: \(held)\nGoal: \(goal),"
    }

    /// Which of the skills the model will probably find likeliest: it is read first.
    public static func guess(_ skills: [String], goal: String, held: String) -> Int? {
        skills.firstIndex { skill in
            held == "nothing"
                ? skill.hasPrefix("pick ") && goal.hasPrefix(skill.dropFirst(5)) : skill == "place " + goal
        } ?? skills.firstIndex(of: "go home")
    }

    private static let examples = [
        ("nothing", "arm at home", "go home"),
        ("pen", "pen in box", "place pen in box"),
        ("nothing", "cup on shelf", "pick cup"),
        ("cup", "cup on shelf", "place cup on shelf"),
        ("small box", "small box on large box", "place small box on large box"),
        ("rope", "rope on table", "place rope on table"),
        ("nothing", "spoon in drawer", "pick spoon"),
        ("nothing", "grey brush held", "pick grey brush"),
        ("egg", "egg in nest", "place egg in nest"),
        ("nothing", "white candle in tin", "pick white candle"),
        ("nothing", "ball on red plate", "pick ball"),
        ("nothing", "ruler on notebook", "pick ruler"),
        ("nothing", "small box on large box", "pick small box"),
        ("hat", "hat on blue coat", "place hat on blue coat"),
    ].map { held, goal, next in "Holding: \(held)\nGoal: \(goal), \(next)\n\n" }.joined()
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
        let (goal, held, names) = (goal.description, held ?? "nothing", skills.map(\.description))
        let prompt = SkillQuestion.prompt(goal: goal, held: held)
        let texts = names.map { " " + $0 }
        do {
            let scoring =
                onlyBest
                ? try model.choose(
                    prompt, among: texts, guess: SkillQuestion.guess(names, goal: goal, held: held), within: seconds)
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
