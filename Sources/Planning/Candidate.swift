package import RobotModel
package import Skills
package import WorldModel

/// A skill that could be meant, and what is known of it.
package struct Candidate: Sendable {
    package var call: SkillCall
    /// Mean log-probability, as the language model sees it.
    package var prior: Double
    /// nil = it was not imagined.
    package var imagination: Imagination?
    /// Why the skill that would have to follow cannot be done.
    package var deadEnd: SkillFailure?

    /// Prior times imagined outcome, both cautious.
    func value(best: Double, _ preference: Preference) -> Double {
        guard let imagination, !imagination.touchesForbidden, deadEnd == nil,
            imagination.success >= Thresholds.leastSuccess, imagination.progress > 0
        else { return 0 }
        return preference.weight(of: prior, best: best) * imagination.cautiousSuccess * imagination.progress
    }

    /// What may have to be moved before it goes well.
    fileprivate func obstacles(from belief: Belief) -> Set<String> {
        imagination.map { Rehearsed.Entry(imagined: $0, deadEnd: deadEnd).obstacles(from: belief) } ?? []
    }
}

/// What is to be decided: everything a policy may know.
package struct Question: Sendable {
    package var goal: Goal
    package var belief: Belief
    /// What was found, in imagination, to be done next.
    package var plan: [PlannedStep]
    /// Which decision of its sentence it is.
    package var step: UInt32
    /// How a person makes the mind forget what it learned: "restart the mind".
    package var remedy: String

    package init(
        goal: Goal, belief: Belief, plan: [PlannedStep] = [], step: UInt32 = 0,
        remedy: String = Conversation.remedy
    ) {
        self.goal = goal
        self.belief = belief
        self.plan = plan
        self.step = step
        self.remedy = remedy
    }

    /// Every skill that could be meant, with what the language model thinks of it; the best first.
    package func candidates(by scorer: any SkillScorer, _ futures: inout Rehearsals) -> [Candidate] {
        let calls = SkillCall.options(from: belief, for: goal, futures.jaw)
        let opinion = futures.opinion {
            scorer.opinion(of: calls, goal: goal, held: belief.held?.name, within: $0)
        }
        futures.say(.candidates(calls, opinion))
        return zip(calls, opinion.scores).map { Candidate(call: $0, prior: $1) }.sorted { $0.prior > $1.prior }
    }

    /// Candidates that are imagined at each decision: more cost seconds, and what comes after is hardly ever meant.
    private static let imagined = 6
    /// Candidates that are imagined even when the first is good: to compare with.
    private static let compared = 3

    /// Runs the most plausible candidates, and what the goal itself speaks of, in imagination.
    ///
    /// - Throws: what the futures throw.
    package func imagine(_ candidates: inout [Candidate], _ futures: inout Rehearsals) throws {
        let order = candidates.indices.sorted { a, b in
            let (x, y) = (goal.isServed(by: candidates[a].call), goal.isServed(by: candidates[b].call))
            return x != y ? x : candidates[a].prior > candidates[b].prior
        }
        var good = 0
        for (place, index) in order.prefix(Self.imagined).enumerated() {
            // something to compare with, but no more than it takes
            if good > 0, place >= Self.compared { break }
            if futures.isOver() { break }
            let call = candidates[index].call
            let entry = try futures.rehearse(
                call, from: belief, goal: goal, ways: goal.isServed(by: call) ? .every : .usual)
            candidates[index].imagination = entry.imagined
            candidates[index].deadEnd = entry.deadEnd
            let (progress, success) = (entry.imagined.progress, entry.imagined.success)
            if entry.deadEnd == nil, progress > Thresholds.good.progress, success > Thresholds.good.success {
                good += 1
            }
        }
    }

    /// What may have to be moved before the candidates that serve the goal go well.
    func obstacles(of candidates: [Candidate]) -> Set<String> {
        candidates.filter { goal.isServed(by: $0.call) }.reduce(into: []) {
            $0.formUnion($1.obstacles(from: belief))
        }
    }
}
