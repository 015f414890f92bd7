internal import Planning
internal import RobotModel
internal import WorldModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// One step ahead: will the skill succeed, and does the model find it plausible; what has to follow is not asked.
struct AffordancePolicy: Policy {
    let robot: RobotConfiguration
    let scorer: any SkillScorer

    func decide(_ question: Question, _ futures: inout Rehearsals) throws -> Act {
        var candidates = question.candidates(by: scorer, &futures)
        try question.imagine(&candidates, &futures)
        let best = candidates.map(\.prior).max() ?? 0
        func value(_ candidate: Candidate) -> Double {
            guard let imagined = candidate.imagination, !imagined.touchesForbidden else { return 0 }
            return exp(candidate.prior - best) * imagined.success
        }
        guard let chosen = candidates.max(by: { value($0) < value($1) }), value(chosen) > 0 else {
            try futures.checkTime()
            throw Explanation(question, robot: robot).impossible(candidates)
        }
        return Act(chosen, score: value(chosen), among: candidates)
    }
}
