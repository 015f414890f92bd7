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

    private struct Node {
        var belief: Belief
        var path: [SkillCall]
        var cost: Double
    }

    /// Best-first search over skills, each run in imagination from where the one before left the world.
    ///
    /// - Returns: skills after which the goal is closer, or nil if none are found within the budget.
    func search(_ goal: Goal, after candidates: [Candidate]) async throws -> [SkillCall]? {
        var obstacles = Self.obstacles(of: candidates.filter { concerns($0.call, Set(goal.things), goal) })
        guard !obstacles.isEmpty || held != nil else { return nil }
        var open = [Node(belief: belief, path: [], cost: 0)]
        let start = remaining(goal, belief)
        var imagined = 0
        while let best = open.indices.min(by: { open[$0].cost < open[$1].cost }) {
            let node = open.remove(at: best)
            guard node.path.count < Self.largestDepth else { continue }
            for call in moves(goal, node, obstacles) {
                guard imagined < Self.largestSearch else { return nil }
                imagined += 1
                let (belief, seed) = (node.belief, seed &+ UInt64(imagined))
                let (result, deadEnd) = try await imagination.run { world in
                    let result = try world.imagine(call, from: belief, goal: goal, seed: seed)
                    return (result, Self.deadEnd(after: result, goal: goal, world))
                }
                await publish(result)
                obstacles.formUnion(result.failure?.obstacles ?? [])
                obstacles.formUnion(deadEnd?.obstacles ?? [])
                guard !result.touchesForbidden, result.success >= Self.leastSuccess,
                    let after = result.worlds.first(where: \.isGood)?.after
                else { continue }
                let path = node.path + [call]
                if deadEnd == nil, remaining(goal, after) < start { return path }
                let cost = node.cost - logarithm(result.cautiousSuccess) + Self.stepCost
                open.append(Node(belief: after, path: path, cost: cost))
            }
        }
        return nil
    }

    private func remaining(_ goal: Goal, _ belief: Belief) -> Double {
        goal.remaining(
            in: WorldState(
                things: belief.things, joints: belief.joints, held: belief.held?.name, poses: robot.poses))
    }

    /// What makes sense from there: the goal's own skills, and putting obstacles aside.
    private func moves(_ goal: Goal, _ node: Node, _ obstacles: Set<String>) -> [SkillCall] {
        if let held = node.belief.held {
            return Self.placings(held.name, goal) + [.place(held.name, .on, Goal.table)]
        }
        let movable = node.belief.things.filter { !$0.holdsOthers && !$0.forbidden }.map(\.name)
        let own = movable.filter { !Self.placings($0, goal).isEmpty || goal == .held($0) }
        // what was put aside stays there
        let moved = Set(node.path.flatMap(\.involves))
        return (own + movable.filter { obstacles.contains($0) && !own.contains($0) })
            .filter { !moved.contains($0) }.map { .pick($0) }
    }

    private static func obstacles(of candidates: [Candidate]) -> Set<String> {
        var names: Set<String> = []
        for candidate in candidates {
            names.formUnion(candidate.imagination?.failure?.obstacles ?? [])
            names.formUnion(candidate.deadEnd?.obstacles ?? [])
            for world in candidate.imagination?.worlds ?? [] { names.formUnion(world.disturbed) }
        }
        return names
    }
}
