public import RobotModel

extension Goal {
    /// How many skills stand between the state and the goal, at the least: 0 when it is true.
    public func remaining(in state: WorldState) -> Double {
        if case .then(let goals) = self { return goals.map { $0.remaining(in: state) }.reduce(0, +) }
        if isTrue(in: state) { return 0 }
        switch self {
        case .inside(let a, _), .on(let a, _), .near(let a, _, _), .stands(let a, _): return state.held == a ? 1 : 2
        // one more than to bring it somewhere: taken up, it stands nowhere
        case .not(let goal): return goal.subjects.contains { $0 == state.held } ? 1 : 3
        case .held, .armAt, .turned: return 1
        case .all(let goals): return goals.map { $0.remaining(in: state) }.reduce(0, +)
        case .any(let goals): return goals.map { $0.remaining(in: state) }.min() ?? 0
        case .then: return 1
        }
    }
}
