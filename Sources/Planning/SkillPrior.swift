package import LanguagePolicy
package import RobotModel
package import Skills

/// The question which skill comes next, as the language model is asked it.
///
/// What changes least stands first, so that most of it is in the model's memory already, and little stands behind the goal;
/// the sentence itself is not in it: the goal says what was understood of it. How the form and the examples were chosen:
/// docs/understanding.md.
public enum SkillQuestion {
    /// - Parameters:
    ///   - goal: in words.
    ///   - held: the thing in the hand, or "nothing".
    public static func prompt(goal: String, held: String) -> String {
        examples + "Holding: \(held)\nGoal: \(goal),"
    }

    /// What the prompt says of an empty hand.
    package static let nothing = "nothing"

    /// Which of the skills the model will probably find likeliest: it is read first.
    public static func guess(_ skills: [String], goal: String, held: String) -> Int? {
        skills.firstIndex { skill in
            held == nothing
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

/// What a language model said of skills.
package struct SkillOpinion: Sendable {
    /// Mean log-probability of each skill; all 0 when the model said nothing.
    package var scores: [Double]
    var prefill = 0.0
    var scoring = 0.0
    var model = ""
    /// Why it is not the wanted model's opinion; empty if it is.
    var note = ""
    /// There was no time for the model.
    var isCut = false

    /// As if nobody had been asked: all skills count alike.
    package init(alike count: Int) { scores = Array(repeating: 0, count: count) }

    package init(_ scoring: Scoring) {
        scores = scoring.scores.map(\.mean)
        prefill = scoring.prefillSeconds
        self.scoring = scoring.scoringSeconds
        model = scoring.model
        note = scoring.note
    }

    package init(_ error: LanguageModelError, skills count: Int) {
        self.init(alike: count)
        note = "\(error): all skills count alike"
        isCut = error.kind == .deadline
    }
}

/// Who says how plausible each skill is as the next one.
package protocol SkillScorer: Sendable {
    /// - Parameters:
    ///   - held: the thing in the hand.
    ///   - seconds: time for it; 0 = it is not asked.
    func opinion(of skills: [SkillCall], goal: Goal, held: String?, within seconds: Double) -> SkillOpinion
}

/// What the language model thinks is the next thing to do.
package struct SkillPrior: SkillScorer {
    let model: (any OptionScorer)?

    package init(model: (any OptionScorer)?) { self.model = model }

    package func opinion(
        of skills: [SkillCall], goal: Goal, held: String?, within seconds: Double
    ) -> SkillOpinion {
        guard let model else { return SkillOpinion(alike: skills.count) }
        let prompt = SkillQuestion.prompt(goal: goal.description, held: held ?? SkillQuestion.nothing)
        do {
            return SkillOpinion(try model.score(prompt, skills.map { " \($0)" }, within: seconds))
        } catch { return SkillOpinion(error, skills: skills.count) }
    }
}
