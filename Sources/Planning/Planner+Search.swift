internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// Looking several steps ahead: what must be moved before the goal itself can be worked on
extension Planner {
    /// Most skills that are imagined in one search.
    static let largestSearch = 32
    /// Longest plan: two things put aside, then three skills of the goal's own.
    static let largestDepth = 8
    /// What a step costs beside the chance that it fails: short plans first.
    static let stepCost = 0.2
    /// What it costs to go on from where the goal's own next skill cannot be done: only by way of something else.
    static let detour = 2.0
    /// What it costs to try what is worth a try only when hardly anything else is left.
    static let resort = 3.0

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

        /// What the worlds of the whole plan really promise.
        var cautiousSuccess: Double {
            Planner.cautious(success, worlds: steps.map(\.imagined.worlds.count).min() ?? 0)
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
    }

    /// Best-first search over skills, each run in imagination from where the one before left the world.
    ///
    /// - Parameters:
    ///   - obstacles: what is known to be in the way; more is learned from what fails.
    ///   - whole: until the goal is true; otherwise until one thing more is where it belongs.
    ///   - done: what is imagined to be done before.
    /// - Returns: the best plan, or the best found within the budget; nil if none is.
    func search(
        _ goal: Goal, from belief: Belief, obstacles: Set<String>, whole: Bool, after done: [SkillCall] = []
    ) async throws -> Plan? {
        var frontier = Frontier(Plan(calls: [], success: 1, duration: 0, belief: belief), obstacles: obstacles)
        let start = remaining(goal, belief)
        var imagined = 0
        while let (place, move) = try await nextMove(&frontier, goal) {
            // a plan is the best when nothing that is not finished promises more
            guard let move else { return frontier.nodes[place].plan }
            guard imagined < Self.largestSearch, !time.isOver() else { break }
            let plan = frontier.nodes[place].plan
            let depth = plan.calls.count
            let entry = try await rehearse(
                move.call, from: plan.belief, goal: goal, ways: move.ways, depth: depth,
                after: done + plan.calls)
            let result = entry.imagined
            // what has no motion costs nothing to find out
            if result.failure == nil { imagined += 1 }
            learn(from: entry, move.call, goal, plan, &frontier)
            guard !result.touchesForbidden, result.success >= Self.leastSuccess,
                let after = result.worlds.first(where: \.isGood)?.after
            else {
                frontier.nodes[place].resorts += lastResort(for: result, goal)
                continue
            }
            let longer = plan.followed(by: entry, seed: seed &+ UInt64(depth), leadingTo: after)
            let left = remaining(goal, after)
            let isDone = whole ? left == 0 : left < start && (after.held == nil || goal.wantsHeld)
            let risk = logarithm(Self.cautious(1, worlds: result.worlds.count)) - logarithm(result.cautiousSuccess)
            let cost = frontier.nodes[place].cost + move.cost + Self.stepCost + risk
            var node = Frontier.Node(plan: longer, cost: cost + (entry.deadEnd == nil ? 0 : Self.detour))
            node.isDone = isDone && entry.deadEnd == nil
            frontier.nodes.append(node)
        }
        return frontier.bestDone
    }

    /// Lower confidence bound of a share of so many worlds.
    static func cautious(_ success: Double, worlds: Int) -> Double {
        wilsonLower(successes: Int((success * Double(worlds)).rounded()), of: worlds)
    }

    /// What one imagination tells about the whole search: what else is in the way, and why the goal's own skill fails.
    private func learn(
        from entry: Rehearsed.Entry, _ call: SkillCall, _ goal: Goal, _ plan: Plan, _ frontier: inout Frontier
    ) {
        frontier.obstacles.formUnion(Self.obstacles(to: entry, from: plan.belief))
        let isOwn = concerns(call, Set(goal.things), goal)
        if let failure = entry.imagined.failure ?? entry.deadEnd, isOwn { searchFailure = searchFailure ?? failure }
        if entry.imagined.success < Self.leastSuccess, entry.imagined.motion != nil {
            failedStep =
                failedStep
                ?? PlannedStep(
                    imagined: entry.imagined, belief: plan.belief, seed: seed &+ UInt64(plan.calls.count))
        }
    }

    /// Where to go on and with which move that was not tried yet, or a finished plan; nil when there is nothing left.
    private func nextMove(_ frontier: inout Frontier, _ goal: Goal) async throws -> (Int, Move?)? {
        var best: (place: Int, move: Move?, value: Double)?
        // of equals the deepest goes on
        for place in frontier.nodes.indices.reversed() {
            let node = frontier.nodes[place]
            let lacking = node.isDone ? 0 : frontier.stepsLeft(node.plan, remaining(goal, node.plan.belief))
            let estimate = node.cost + Self.stepCost * lacking
            if let best, estimate >= best.value { continue }
            if node.isDone { best = (place, nil, estimate) }
            guard !node.isDone, node.plan.calls.count < Self.largestDepth else { continue }
            if node.asides == nil { frontier.nodes[place].asides = try await asides(from: node.plan, goal, frontier) }
            let calls = moves(goal, node.plan, frontier.obstacles)
            for move in tries(calls, goal, frontier.nodes[place].asides ?? []) + node.resorts {
                guard !node.tried.contains(move) else { continue }
                if best.map({ estimate + move.cost < $0.value }) ?? true {
                    best = (place, move, estimate + move.cost)
                }
            }
        }
        guard let best else { return nil }
        if let move = best.move { frontier.nodes[best.place].tried.insert(move) }
        return (best.place, best.move)
    }

    /// The calls as they may be tried: putting aside in several places.
    private func tries(_ calls: [SkillCall], _ goal: Goal, _ asides: [Vector3]) -> [Move] {
        calls.flatMap { call -> [Move] in
            let cost = implausibility(of: call, among: calls)
            guard isAside(call, goal), !asides.isEmpty else {
                return [Move(call: call, ways: .every, cost: cost)]
            }
            return asides.enumerated().map { rank, spot in
                Move(call: call, ways: .at(spot), cost: cost + 0.1 * Double(rank))
            }
        }
    }

    /// Whether it puts something on the table that the goal does not want there.
    private func isAside(_ call: SkillCall, _ goal: Goal) -> Bool {
        guard case .place(let name, .on, Goal.table) = call else { return false }
        return !Self.placings(name, goal).contains(call)
    }

    /// Places to put aside what is held at the end of a plan, past which the goal and the other obstacles can be reached.
    private func asides(from plan: Plan, _ goal: Goal, _ frontier: Frontier) async throws -> [Vector3] {
        guard let held = plan.belief.held else { return [] }
        let moved = Set(plan.calls.flatMap(\.involves))
        var next = plan.belief.things.flatMap { thing in
            Self.placings(thing.name, goal).map { [SkillCall.pick(thing.name), $0] }
        }
        next += frontier.obstacles.subtracting(moved).sorted().map { [.pick($0)] }
        let (belief, wanted) = (plan.belief, next.filter { !$0.contains(.pick(held.name)) })
        return try await imagination.run { world in
            world.compiler.asides(for: held, belief, before: wanted, count: Self.asides)
        }
    }

    /// Places to put something aside that are imagined.
    private static let asides = 3

    /// What the language model's opinion costs: as it weighs in a single decision, and small margins are ties.
    private func implausibility(of call: SkillCall, among calls: [SkillCall]) -> Double {
        guard policy != .noLanguage, let own = plausibility[call] else { return 0 }
        let best = calls.compactMap { plausibility[$0] }.max() ?? own
        return -logarithm(Self.weight(of: own, best: best))
    }

    /// What may help when a thing cannot be picked: to push it aside if it is in the way, to nudge it if it is wanted.
    private func lastResort(for failed: Imagination, _ goal: Goal) -> [Move] {
        guard case .pick(let name) = failed.call else { return [] }
        let isBlocked = failed.failure?.reason == .blocked
        let isOwn = concerns(failed.call, Set(goal.things), goal)
        let calls = isOwn ? (isBlocked ? [.nudge(name)] : []) : isStuck(name) ? [] : Self.aside(name, goal)
        guard isOwn || isBlocked || failed.failure == nil else { return [] }
        return calls.map { Move(call: $0, ways: .every, cost: Self.resort) }
    }

    private func isStuck(_ name: String) -> Bool { experience[name]?.isStuck ?? false }

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
        let others = movable.filter { thing in
            obstacles.contains(thing.name) && !own.contains(thing) && !isStuck(thing.name)
        }
        return own.filter { !moved.contains($0.name) || mayReturn($0.name, plan, goal) }
            .flatMap { Self.beginnings($0, goal) }
            + others.filter { !moved.contains($0.name) }.flatMap { thing in
                thing.isNarrow ? [.pick(thing.name)] : Self.aside(thing.name, goal)
            }
    }

    /// Whether a thing of the goal that was put aside may be taken up again: something else was moved since.
    private func mayReturn(_ name: String, _ plan: Plan, _ goal: Goal) -> Bool {
        guard let last = plan.calls.lastIndex(where: { $0.involves.contains(name) }) else { return true }
        return isAside(plan.calls[last], goal) && last < plan.calls.count - 1
    }

    static func obstacles(of candidates: [Candidate], from belief: Belief) -> Set<String> {
        candidates.reduce(into: []) { names, candidate in
            guard let imagined = candidate.imagination else { return }
            let entry = Rehearsed.Entry(imagined: imagined, deadEnd: candidate.deadEnd)
            names.formUnion(obstacles(to: entry, from: belief))
        }
    }

    /// What may have to be moved before a skill goes well: what its compiler names, what it touches or moves in worlds
    /// that end badly, and what stands on or lies over its target.
    static func obstacles(to entry: Rehearsed.Entry, from belief: Belief) -> Set<String> {
        let imagined = entry.imagined
        var names = Set((imagined.failure?.obstacles ?? []) + (entry.deadEnd?.obstacles ?? []))
        guard imagined.failure == nil, imagined.success < Self.sure else { return names }
        for world in imagined.worlds where !world.isGood { names.formUnion(world.disturbed + world.touched) }
        return names.union(SkillCompiler.over(imagined.call, belief))
    }
}

extension Goal {
    /// Whether it is true with something in the gripper.
    var wantsHeld: Bool {
        switch self {
        case .held: true
        case .all(let goals), .any(let goals): goals.contains(where: \.wantsHeld)
        default: false
        }
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
            try await ask(aboutSkillsFor: goal)
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
