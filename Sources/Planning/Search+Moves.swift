internal import RobotModel
internal import Skills
internal import WorldModel

// What makes sense next
extension Search {
    /// From the end of a plan: the goal's own skills, and putting obstacles aside.
    func moves(_ plan: Plan, _ obstacles: Set<String>, _ jaw: Jaw) -> [SkillCall] {
        if let held = plan.belief.held {
            return goal.placings(of: held.name) + [.place(held.name, .on, Goal.table)]
        }
        if case .armAt("home") = goal { return [.home] }
        let movable = plan.belief.things.filter { !$0.holdsOthers && !$0.forbidden }
        let own = movable.filter { !goal.placings(of: $0.name).isEmpty || goal == .held($0.name) }
        // what was put aside stays there; what was nudged was nudged to be grasped
        let moved = Set(
            plan.calls.flatMap { call -> [String] in if case .nudge = call { [] } else { call.involves } })
        let others = movable.filter { thing in
            obstacles.contains(thing.name) && !own.contains(thing) && !plan.belief.isStuck(thing.name)
        }
        return own.filter { !moved.contains($0.name) || mayReturn($0.name, plan) }
            .flatMap { SkillCall.options(with: $0, for: goal, jaw) }
            + others.filter { !moved.contains($0.name) }.flatMap { thing in
                jaw.spans(thing) ? [.pick(thing.name)] : goal.pushesAside(thing.name)
            }
    }

    /// Whether a thing of the goal that was put aside may be taken up again: something else was moved since.
    private func mayReturn(_ name: String, _ plan: Plan) -> Bool {
        guard let last = plan.calls.lastIndex(where: { $0.involves.contains(name) }) else { return true }
        return goal.isAside(plan.calls[last]) && last < plan.calls.count - 1
    }

    /// The calls as they may be tried: putting aside in several places.
    func tries(_ calls: [SkillCall], _ asides: [Vector3]) -> [Move] {
        calls.flatMap { call -> [Move] in
            let cost = constraints.preference.cost(of: call, among: calls)
            guard goal.isAside(call), !asides.isEmpty else {
                return [Move(call: call, ways: .every, cost: cost)]
            }
            return asides.enumerated().map { rank, spot in
                Move(call: call, ways: .at(spot), cost: cost + Cost.laterPlace * Double(rank))
            }
        }
    }

    /// What may help when a thing cannot be picked: to push it aside if it is in the way, to nudge it if it is wanted.
    func lastResort(for failed: Imagination, from belief: Belief) -> [Move] {
        guard case .pick(let name) = failed.call else { return [] }
        let isBlocked = failed.failure?.reason == .blocked
        let isOwn = goal.isServed(by: failed.call)
        let calls =
            isOwn ? (isBlocked ? [.nudge(name)] : []) : belief.isStuck(name) ? [] : goal.pushesAside(name)
        guard isOwn || isBlocked || failed.failure == nil else { return [] }
        return calls.map { Move(call: $0, ways: .every, cost: Cost.resort) }
    }
}

extension Belief {
    /// Whether a thing did not give way to a push.
    fileprivate func isStuck(_ name: String) -> Bool { experience[name]?.isStuck ?? false }
}
