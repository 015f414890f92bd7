package import RobotModel
package import Skills
internal import WorldModel

/// Looks several steps ahead: best-first search over skills, each run in imagination from where the one before left the
/// world.
///
/// A value without a body, a model or a clock: the same belief, goal, constraints, budget and futures give the same
/// result. Two approximations are made, where they stand: `Imagination.successor` and `Plan.success`.
package struct Search: Sendable {
    /// What a plan has to keep to.
    package struct Constraints: Sendable {
        /// Names of what is known to be in the way; more is learned from what fails.
        package var obstacles: Set<String>
        /// Until the goal is true; otherwise until one thing more is where it belongs.
        package var whole: Bool
        /// What is imagined to be done before.
        package var done: [SkillCall]
        package var preference: Preference

        package init(
            obstacles: Set<String> = [], whole: Bool = true, after done: [SkillCall] = [],
            preference: Preference = Preference()
        ) {
            self.obstacles = obstacles
            self.whole = whole
            self.done = done
            self.preference = preference
        }
    }

    /// What it may cost.
    package struct Budget: Sendable {
        /// Most futures: skills that are imagined from one belief each, in all its worlds.
        package var futures: Int
        /// Longest plan.
        package var depth: Int

        /// Two things put aside, then three skills of the goal's own; 32 futures of 8 worlds take some seconds.
        package static let usual = Budget(futures: 32, depth: 8)

        package init(futures: Int, depth: Int) {
            self.futures = futures
            self.depth = depth
        }
    }

    /// Why there is no plan.
    package struct Reasons: Sendable {
        /// Why the goal itself could not be worked on.
        package var failure: SkillFailure?
        /// The first motion that did not go well, and from what was imagined before it.
        package var failedStep: PlannedStep?
    }

    package enum Result: Sendable {
        /// The best plan, or the best found within the budget.
        case plan(Plan)
        case reasons(Reasons)
    }

    let goal: Goal
    let constraints: Constraints
    let budget: Budget
    /// Of the arm, by name.
    let poses: [String: [Double]]

    package init(_ goal: Goal, _ constraints: Constraints, budget: Budget = .usual, poses: [String: [Double]] = [:]) {
        self.goal = goal
        self.constraints = constraints
        self.budget = budget
        self.poses = poses
    }

    /// - Throws: what the futures throw.
    package func plan(from belief: Belief, in futures: inout Rehearsals) throws -> Result {
        var frontier = Frontier(Plan(from: belief), obstacles: constraints.obstacles)
        var reasons = Reasons()
        let start = remaining(belief)
        var imagined = 0
        while let (place, move) = nextMove(&frontier, futures) {
            // a plan is the best when nothing that is not finished promises more
            guard let move else { return .plan(frontier.nodes[place].plan) }
            guard imagined < budget.futures, !futures.isOver() else { break }
            let plan = frontier.nodes[place].plan
            let depth = plan.calls.count
            let entry = try futures.rehearse(
                move.call, from: plan.belief, goal: goal, ways: move.ways, depth: depth,
                after: constraints.done + plan.calls)
            let seed = futures.seed(atDepth: depth)
            // what has no motion costs nothing to find out
            if entry.imagined.failure == nil { imagined += 1 }
            frontier.obstacles.formUnion(entry.obstacles(from: plan.belief))
            reasons.learn(from: entry, isOwn: goal.isServed(by: move.call), after: plan, seed: seed)
            guard !entry.imagined.touchesForbidden, entry.imagined.success >= Thresholds.leastSuccess,
                let after = entry.imagined.successor
            else {
                frontier.nodes[place].resorts += lastResort(for: entry.imagined, from: plan.belief)
                continue
            }
            let longer = plan.followed(by: entry, seed: seed, leadingTo: after)
            let cost = frontier.nodes[place].cost + move.cost + Cost.step + Self.risk(of: entry.imagined)
            var node = Frontier.Node(plan: longer, cost: cost + (entry.deadEnd == nil ? 0 : Cost.detour))
            node.isDone = isDone(after, start: start) && entry.deadEnd == nil
            frontier.nodes.append(node)
        }
        return frontier.bestDone.map(Result.plan) ?? .reasons(reasons)
    }

    /// What it costs that a step may fail, nats above what a sure one of so many worlds costs.
    private static func risk(of imagined: Imagination) -> Double {
        logarithm(Plan.cautious(1, worlds: imagined.worlds.count)) - logarithm(imagined.cautiousSuccess)
    }

    private func isDone(_ after: Belief, start: Double) -> Bool {
        let left = remaining(after)
        return constraints.whole ? left == 0 : left < start && (after.held == nil || goal.wantsHeld)
    }

    func remaining(_ belief: Belief) -> Double { goal.remaining(in: belief.state(poses: poses)) }

    /// Where to go on and with which move that was not tried yet, or a finished plan; nil when there is nothing left.
    private func nextMove(_ frontier: inout Frontier, _ futures: Rehearsals) -> (Int, Move?)? {
        var best: (place: Int, move: Move?, value: Double)?
        // of equals the deepest goes on
        for place in frontier.nodes.indices.reversed() {
            let node = frontier.nodes[place]
            let lacking = node.isDone ? 0 : frontier.stepsLeft(node.plan, remaining(node.plan.belief))
            let estimate = node.cost + Cost.step * lacking
            if let best, estimate >= best.value { continue }
            if node.isDone { best = (place, nil, estimate) }
            guard !node.isDone, node.plan.calls.count < budget.depth else { continue }
            if node.asides == nil {
                frontier.nodes[place].asides = futures.asides(
                    from: node.plan, goal, obstacles: frontier.obstacles)
            }
            let calls = moves(node.plan, frontier.obstacles, futures.jaw)
            for move in tries(calls, frontier.nodes[place].asides ?? []) + node.resorts {
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
}

extension Search.Reasons {
    /// What one imagination tells of the whole search.
    ///
    /// - Parameter isOwn: whether the skill is about the goal itself.
    fileprivate mutating func learn(from entry: Rehearsed.Entry, isOwn: Bool, after plan: Plan, seed: UInt64) {
        if isOwn { failure = failure ?? entry.imagined.failure ?? entry.deadEnd }
        if failedStep == nil, entry.imagined.success < Thresholds.leastSuccess, entry.imagined.motion != nil {
            failedStep = PlannedStep(imagined: entry.imagined, belief: plan.belief, seed: seed)
        }
    }
}
