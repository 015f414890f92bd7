internal import RobotModel
internal import Skills

/// A skill as a search may try it.
struct Move: Sendable, Hashable {
    var call: SkillCall
    var ways: Ways
    /// How little it suggests itself, in nats: no part of what it is.
    var cost: Double

    static func == (a: Move, b: Move) -> Bool { a.call == b.call && a.ways == b.ways }

    func hash(into hasher: inout Hasher) {
        hasher.combine(call)
        hasher.combine(ways)
    }
}

/// What a search has found out so far, and from where it may go on.
struct Frontier: Sendable {
    struct Node: Sendable {
        var plan: Plan
        /// Of the plan so far: steps, risk, and how little the model thinks of them.
        var cost: Double
        var tried: Set<Move> = []
        /// What is worth a try because something failed.
        var resorts: [Move] = []
        /// Nothing is left to be done.
        var isDone = false
        /// Places to put aside what is held; nil before they were looked for.
        var asides: [Vector3]?
    }

    var nodes: [Node]
    /// Names of what was found in the way anywhere: a pile is taken down as it shows itself.
    var obstacles: Set<String>

    init(_ plan: Plan, obstacles: Set<String>) {
        nodes = [Node(plan: plan, cost: 0)]
        self.obstacles = obstacles
    }

    /// The cheapest of the finished plans.
    var bestDone: Plan? { nodes.filter(\.isDone).min { $0.cost < $1.cost }?.plan }

    /// Steps that a plan seems to lack.
    ///
    /// - Parameter own: steps that the goal itself lacks.
    func stepsLeft(_ plan: Plan, _ own: Double) -> Double {
        let moved = Set(plan.calls.flatMap(\.involves))
        return own + Cost.doubt * Cost.stepsAside * Double(obstacles.subtracting(moved).count)
    }
}
