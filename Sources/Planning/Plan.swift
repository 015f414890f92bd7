package import Skills
package import WorldModel

/// One step of a plan with everything that it takes to see it again.
package struct PlannedStep: Sendable {
    package var imagined: Imagination
    package var belief: Belief
    package var seed: UInt64
}

/// Skills in order, and what imagination says of all of them together.
package struct Plan: Sendable {
    package var calls: [SkillCall] = []
    /// That all steps go well.
    ///
    /// An approximation: the product of the shares of worlds in which each step went well, as if steps failed
    /// independently of each other. What makes one step fail (a heavy thing, a place wrongly seen) may fail the next.
    /// Over 30 plans in worlds drawn to be hard it makes the share 1.7 ± 0.7 points too small, in usual ones nothing
    /// (`foresight-bench approximations`).
    package var success = 1.0
    /// Seconds.
    package var duration = 0.0
    /// What is believed to be so afterwards.
    package var belief: Belief
    /// Each skill as it was imagined.
    package var steps: [PlannedStep] = []

    init(from belief: Belief) { self.belief = belief }

    /// What the worlds of the whole plan really promise.
    var cautiousSuccess: Double { Self.cautious(success, worlds: steps.map(\.imagined.worlds.count).min() ?? 0) }

    /// Lower confidence bound of a share of so many worlds.
    static func cautious(_ success: Double, worlds: Int) -> Double {
        wilsonLower(successes: Int((success * Double(worlds)).rounded()), of: worlds)
    }

    func followed(by entry: Rehearsed.Entry, seed: UInt64, leadingTo after: Belief) -> Plan {
        var plan = self
        plan.calls.append(entry.imagined.call)
        plan.steps.append(PlannedStep(imagined: entry.imagined, belief: belief, seed: seed))
        plan.success *= entry.imagined.success
        plan.duration += entry.imagined.duration
        plan.belief = after
        return plan
    }

    /// The plan, and then the other one.
    func followed(by other: Plan) -> Plan {
        var plan = self
        plan.calls += other.calls
        plan.steps += other.steps
        plan.success *= other.success
        plan.duration += other.duration
        plan.belief = other.belief
        return plan
    }
}
