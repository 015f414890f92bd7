internal import LanguagePolicy
internal import Planning
internal import RobotModel
internal import Skills
internal import WorldModel

/// Without imagination: the first skill that can be done at all.
struct BlindPolicy: Policy {
    let robot: RobotConfiguration
    let jaw: Jaw
    let scorer: any SkillScorer
    /// In any order; otherwise the most plausible first.
    let isRandom: Bool

    func decide(_ question: Question, _ futures: inout Rehearsals) throws -> Act {
        let candidates = question.candidates(by: scorer, &futures)
        var random = SeededGenerator(seed: UInt64(robot.mind.seed) &* 7919 &+ UInt64(question.step))
        var refused: [(call: SkillCall, says: String)] = []
        for candidate in isRandom ? candidates.shuffled(using: &random) : candidates {
            let view = view(question.belief, for: candidate.call)
            guard let failure = futures.failure(of: candidate.call, from: view) else {
                var act = Act(candidate, score: 0, among: [candidate])
                act.refused = refused
                return act
            }
            if question.goal.isServed(by: candidate.call) { throw failure }
            refused.append((candidate.call, failure.says))
        }
        throw Explanation(question, robot: robot).impossible(candidates)
    }

    func foresee(
        _ call: SkillCall, from belief: Belief, seed: UInt64, _ futures: any Futures
    ) throws -> Imagination? { nil }

    func view(_ belief: Belief, for call: SkillCall) -> Belief { belief.seenHeedlessly(for: call, jaw: jaw) }

    var seeksOtherWays: Bool { false }
}

/// Only the likeliest skill counts: the others follow in the order of the most they can be.
struct LikeliestSkill: SkillScorer {
    let model: (any OptionScorer)?

    func opinion(of skills: [SkillCall], goal: Goal, held: String?, within seconds: Double) -> SkillOpinion {
        guard let model else { return SkillOpinion(alike: skills.count) }
        let (goal, held, names) = (goal.description, held ?? SkillQuestion.nothing, skills.map(\.description))
        let guess = SkillQuestion.guess(names, goal: goal, held: held)
        do {
            return SkillOpinion(
                try model.choose(
                    SkillQuestion.prompt(goal: goal, held: held), among: names.map { " " + $0 }, guess: guess,
                    within: seconds))
        } catch { return SkillOpinion(error, skills: skills.count) }
    }
}
