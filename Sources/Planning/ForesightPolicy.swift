package import RobotModel
internal import Skills
internal import WorldModel

/// The model's opinion, and what imagination says comes of it; several steps ahead where one does not do.
package struct ForesightPolicy: Policy {
    let robot: RobotConfiguration
    let scorer: any SkillScorer
    /// `Preference.floor`.
    let floor: Double

    package init(robot: RobotConfiguration, scorer: any SkillScorer, floor: Double = Preference.usualFloor) {
        self.robot = robot
        self.scorer = scorer
        self.floor = floor
    }

    package func decide(_ question: Question, _ futures: inout Rehearsals) throws -> Act {
        var candidates = question.candidates(by: scorer, &futures)
        let preference = preference(candidates)
        if let act = try follow(question.plan, question, &futures) { return act }
        try question.imagine(&candidates, &futures)
        let best = candidates.map(\.prior).max() ?? 0
        let chosen = candidates.max { $0.value(best: best, preference) < $1.value(best: best, preference) }
        let score = chosen?.value(best: best, preference) ?? 0
        guard let chosen, score > 0 else {
            if let act = try searched(question, candidates, preference, &futures) { return act }
            try futures.checkTime()
            throw explanation(question).impossible(candidates)
        }
        if let act = try makeWay(insteadOf: chosen, question, preference, &futures) { return act }
        return Act(chosen, score: score, among: candidates)
    }

    private func preference(_ candidates: [Candidate]) -> Preference {
        Preference(
            floor: floor, plausibility: Dictionary(candidates.map { ($0.call, $0.prior) }) { first, _ in first })
    }

    func explanation(_ question: Question) -> Explanation { Explanation(question, robot: robot) }

    /// A plan for the whole goal, from nothing but a belief.
    ///
    /// - Parameter done: what is imagined to be done before.
    func plan(
        _ question: Question, from belief: Belief, after done: [SkillCall], _ futures: inout Rehearsals
    ) throws -> Search.Result {
        let preference = preference(question.candidates(by: scorer, &futures))
        let constraints = Search.Constraints(after: done, preference: preference)
        return try Search(question.goal, constraints, poses: robot.poses).plan(from: belief, in: &futures)
    }

    /// The first step of a plan that brings one thing where it belongs.
    private func searched(
        _ question: Question, _ candidates: [Candidate], _ preference: Preference, _ futures: inout Rehearsals
    ) throws -> Act? {
        let obstacles = question.obstacles(of: candidates)
        guard !obstacles.isEmpty || question.belief.held != nil,
            let plan = try search(question, obstacles, preference, &futures)
        else { return nil }
        futures.say(.plan(plan))
        return try follow(plan.steps, question, &futures)
    }

    func search(
        _ question: Question, _ obstacles: Set<String>, _ preference: Preference, _ futures: inout Rehearsals
    ) throws -> Plan? {
        let constraints = Search.Constraints(obstacles: obstacles, whole: false, preference: preference)
        let search = Search(question.goal, constraints, poses: robot.poses)
        guard case .plan(let plan) = try search.plan(from: question.belief, in: &futures) else { return nil }
        return plan
    }

    /// The next step of a plan, if there is one and it still goes well in imagination.
    func follow(_ plan: [PlannedStep], _ question: Question, _ futures: inout Rehearsals) throws -> Act? {
        guard let first = plan.first, !futures.isOver() else { return nil }
        let (next, rest) = (first.imagined.call, Array(plan.dropFirst()))
        let imagined = try futures.rehearse(
            next, from: question.belief, goal: question.goal, ways: Self.ways(of: first)
        ).imagined
        guard !imagined.touchesForbidden, imagined.success >= Thresholds.leastSuccess else { return nil }
        let why =
            question.goal.isServed(by: next)
            ? "it is the next step of what went well when it was imagined" : "it makes way for the goal"
        let then = rest.isEmpty ? "" : "; then \(rest.map(\.imagined.call.description).joined(separator: ", "))"
        var act = Act(next, why: why + then)
        act.style = imagined.style
        act.expected = imagined
        act.score = imagined.cautiousSuccess
        act.rest = rest
        return act
    }

    /// How a planned step may be done: a place to put something aside was chosen with what comes next in mind, and there
    /// is no other than that.
    private static func ways(of step: PlannedStep) -> Ways {
        step.imagined.style.spot.map(Ways.at) ?? .every
    }
}
