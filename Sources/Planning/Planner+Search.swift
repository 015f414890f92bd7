internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// Looking several steps ahead: what must be moved before the goal itself can be worked on
extension Planner {
    /// Most skills that are imagined in one search.
    static let largestSearch = 24
    /// Longest plan.
    static let largestDepth = 6
    /// What a step costs beside the chance that it fails: short plans first.
    static let stepCost = 0.2

    /// Skills in order, and what imagination says of all of them together.
    struct Plan: Sendable {
        var calls: [SkillCall]
        /// Product of the shares of worlds in which each step went well.
        var success: Double
        /// Seconds.
        var duration: Double
        /// What is believed to be so afterwards.
        var belief: Belief
        /// Each skill as it was imagined.
        var steps: [PlannedStep] = []
    }

    private struct Node {
        var plan: Plan
        var cost: Double
        /// What to do from there; nil = whatever makes sense.
        var calls: [SkillCall]?
    }

    /// Best-first search over skills, each run in imagination from where the one before left the world.
    ///
    /// - Parameters:
    ///   - obstacles: what is known to be in the way; more is learned from what fails.
    ///   - whole: until the goal is true; otherwise until it is one step closer.
    ///   - done: what is imagined to be done before.
    /// - Returns: nil if nothing is found within the budget.
    func search(
        _ goal: Goal, from belief: Belief, obstacles: Set<String>, whole: Bool, after done: [SkillCall] = []
    ) async throws -> Plan? {
        var obstacles = obstacles
        var open = [Node(plan: Plan(calls: [], success: 1, duration: 0, belief: belief), cost: 0)]
        let start = remaining(goal, belief)
        var imagined = 0
        // what is worth a try only when nothing else is left
        var resorts: [Node] = []
        while true {
            if open.isEmpty { open = resorts.isEmpty ? [] : [resorts.removeFirst()] }
            guard let best = open.indices.min(by: { open[$0].cost < open[$1].cost }) else { return nil }
            let node = open.remove(at: best)
            guard node.plan.calls.count < Self.largestDepth else { continue }
            for call in node.calls ?? moves(goal, node.plan, obstacles) {
                guard imagined < Self.largestSearch, !time.isOver() else { return nil }
                imagined += 1
                let (belief, seed, limit) = (node.plan.belief, seed &+ UInt64(imagined), time.limit)
                let (result, deadEnd) = try await imagination.run { world in
                    let result = try world.imagine(
                        call, from: belief, goal: goal, seed: seed, styles: Style.all, limit: limit)
                    return (result, Self.deadEnd(after: result, goal: goal, world))
                }
                time.count(result)
                await publish(result, after: done + node.plan.calls)
                obstacles.formUnion(result.failure?.obstacles ?? [])
                obstacles.formUnion(deadEnd?.obstacles ?? [])
                if let failure = result.failure ?? deadEnd, concerns(call, Set(goal.things), goal) {
                    searchFailure = searchFailure ?? failure
                }
                let step = PlannedStep(imagined: result, belief: belief, seed: seed)
                if result.success < Self.leastSuccess, result.motion != nil { failedStep = failedStep ?? step }
                guard !result.touchesForbidden, result.success >= Self.leastSuccess,
                    let after = result.worlds.first(where: \.isGood)?.after
                else {
                    if let last = lastResort(for: result, goal) {
                        resorts.append(Node(plan: node.plan, cost: node.cost, calls: last))
                    }
                    continue
                }
                var plan = node.plan
                plan.calls.append(call)
                plan.steps.append(step)
                plan.success *= result.success
                plan.duration += result.duration
                plan.belief = after
                let left = remaining(goal, after)
                if deadEnd == nil, whole ? left == 0 : left < start { return plan }
                let risk = -logarithm(result.cautiousSuccess) + Self.stepCost
                // a dead end leads on only by way of something else
                let detour = deadEnd == nil ? 0 : 2.0
                open.append(Node(plan: plan, cost: node.cost + risk + detour + (whole ? Self.stepCost * left : 0)))
            }
        }
    }

    /// What may help when a thing cannot be picked: to push it aside if it is in the way, to nudge it if it is wanted.
    private func lastResort(for failed: Imagination, _ goal: Goal) -> [SkillCall]? {
        guard case .pick(let name) = failed.call else { return nil }
        let isBlocked = failed.failure?.reason == .blocked
        if concerns(failed.call, Set(goal.things), goal) { return isBlocked ? [.nudge(name)] : nil }
        return isBlocked || failed.failure == nil ? Self.aside(name, goal) : nil
    }

    /// Pushes that get a thing out of the way of what the goal wants moved.
    private static func aside(_ name: String, _ goal: Goal) -> [SkillCall] {
        goal.touched.filter { $0 != name && $0 != Goal.table }.prefix(1).map { .push(name, .aside(of: $0)) }
    }

    func publish(_ plan: Plan) async {
        let step = decisions
        await voice.publish(
            Topics.mindPlan,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skills = plan.calls.map(\.description)
                $0.success = plan.success
                $0.duration = plan.duration
            })
    }

    private func remaining(_ goal: Goal, _ belief: Belief) -> Double {
        let state = WorldState(
            things: belief.things, joints: belief.joints, held: belief.held?.name, poses: robot.poses)
        return goal.remaining(in: state)
    }

    /// What makes sense from there: the goal's own skills, and putting obstacles aside.
    private func moves(_ goal: Goal, _ plan: Plan, _ obstacles: Set<String>) -> [SkillCall] {
        if let held = plan.belief.held {
            return Self.placings(held.name, goal) + [.place(held.name, .on, Goal.table)]
        }
        if case .armAt("home") = goal { return [.home] }
        let movable = plan.belief.things.filter { !$0.holdsOthers && !$0.forbidden }
        let own = movable.filter { !Self.placings($0.name, goal).isEmpty || goal == .held($0.name) }
        // what was put aside stays there; what was nudged was nudged to be grasped
        let moved = Set(
            plan.calls.flatMap { call -> [String] in if case .nudge = call { [] } else { call.involves } })
        let others = movable.filter { thing in obstacles.contains(thing.name) && !own.contains(thing) }
        return own.filter { !moved.contains($0.name) }.flatMap { Self.beginnings($0, goal) }
            + others.filter { !moved.contains($0.name) }.flatMap { thing in
                thing.isNarrow ? [.pick(thing.name)] : Self.aside(thing.name, goal)
            }
    }

    static func obstacles(of candidates: [Candidate]) -> Set<String> {
        var names: Set<String> = []
        for candidate in candidates {
            names.formUnion(candidate.imagination?.failure?.obstacles ?? [])
            names.formUnion(candidate.deadEnd?.obstacles ?? [])
            for world in candidate.imagination?.worlds ?? [] { names.formUnion(world.disturbed) }
        }
        return names
    }
}

// Only imagining
extension Planner {
    /// What would be done for goals in order, and what would come of it; nothing moves.
    func imagined(_ goals: [Goal]) async throws -> Ending {
        var whole = Plan(calls: [], success: 1, duration: 0, belief: belief)
        for goal in goals where remaining(goal, whole.belief) > 0 {
            searchFailure = nil
            failedStep = nil
            time = DecisionTime(limit, step: 0)
            guard
                let plan = try await search(
                    goal, from: whole.belief, obstacles: [], whole: true, after: whole.calls)
            else {
                await publishFilm(of: failedStep.map { whole.steps + [$0] } ?? [])
                try checkTime()
                if searchFailure == nil, let failed = failedStep { throw goesWrong(failed.imagined, Set(goal.things)) }
                let why = searchFailure.map { ": \($0.says)" } ?? ""
                throw Ending(
                    ending: "impossible", reason: searchFailure?.reason.rawValue ?? "blocked",
                    says: "I find no way to “\(goal.description)”\(why).")
            }
            whole.calls += plan.calls
            whole.steps += plan.steps
            whole.success *= plan.success
            whole.duration += plan.duration
            whole.belief = plan.belief
        }
        guard !whole.calls.isEmpty else {
            return Ending(ending: "imagined", reason: "", says: "There is nothing to do: it is so already.")
        }
        await publish(whole)
        await publishFilm(of: whole.steps)
        let steps = whole.calls.map(\.description).joined(separator: ", then ")
        return Ending(
            ending: "imagined", reason: "",
            says:
                "I would \(steps): all goes well in about \(Int((whole.success * 100).rounded())) % of what I imagined, "
                + "in \(Int(whole.duration.rounded())) s.")
    }
}
