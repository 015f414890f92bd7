package import Plant
package import RobotModel

/// Watches the plant itself: what became true, and what was touched that must not be.
package struct Judge {
    package struct Verdict: Sendable {
        /// The goal held all through the last second; nil if the task has none.
        package var goalTrue: Bool?
        package var forbiddenContacts: Int
    }

    private let goal: Goal?
    private let poses: [String: [Double]]
    private let forbidden: Set<String>
    /// Of a sequence: how many parts became true, in order.
    private var reached = 0
    private var heldTrue = true
    private var isLastSecond = false
    private var nextLook = Int64.min
    private var touched: Set<String> = []

    /// Nanoseconds between two looks at the goal.
    private static let period: Int64 = 100_000_000

    package init(_ task: SuiteTask, robot: RobotConfiguration) {
        goal = task.goal
        poses = robot.poses
        forbidden = Set(task.scene.entries.filter(\.thing.forbidden).map(\.thing.name))
    }

    mutating func watch(_ plant: PlantRobot, time: Int64) {
        let looks = time >= nextLook && goal != nil
        guard looks || !forbidden.isEmpty else { return }
        watch(looks ? plant.things : [], joints: plant.jointAngles, touches: plant.touches, time: time)
    }

    /// - Parameter things: where they really are; not used between two looks at the goal.
    package mutating func watch(_ things: [Thing], joints: [Double], touches: [Touch], time: Int64) {
        watchForbidden(touches)
        guard time >= nextLook else { return }
        nextLook = time + Self.period
        guard let goal else { return }
        let state = WorldState(things: things, joints: joints, held: held(things, touches), poses: poses)
        if case .then(let parts) = goal, reached < parts.count, isTrue(parts[reached], state) { reached += 1 }
        if isLastSecond { heldTrue = heldTrue && isTrueAtTheEnd(goal, state) }
    }

    package mutating func beginLastSecond() {
        isLastSecond = true
        heldTrue = true
    }

    package var verdict: Verdict { Verdict(goalTrue: goal.map { _ in heldTrue }, forbiddenContacts: touched.count) }

    private func isTrueAtTheEnd(_ goal: Goal, _ state: WorldState) -> Bool {
        guard case .then(let parts) = goal else { return isTrue(goal, state) }
        return reached == parts.count && (parts.last.map { isTrue($0, state) } ?? true)
    }

    private func isTrue(_ goal: Goal, _ state: WorldState) -> Bool {
        // "with nothing held", unless the goal is to hold something
        if case .held = goal { return goal.isTrue(in: state) }
        if state.held != nil, case .not = goal { return goal.isTrue(in: state) }
        return state.held == nil && goal.isTrue(in: state)
    }

    private func held(_ things: [Thing], _ touches: [Touch]) -> String? {
        var held: String?
        for way in touches.flatMap(\.ways) {
            guard way.toucher == .arm, case .thing(let name) = way.touched,
                let thing = things.first(where: { $0.name == name }), thing.lowestPoint > 0.02
            else { continue }
            held = name
        }
        // what lies on something may touch an open jaw: held is what nothing but the arm carries
        guard let name = held else { return nil }
        let isCarriedByOthers = touches.flatMap(\.ways).contains { way in
            if case .thing = way.touched { way.toucher == .thing(name) } else { false }
        }
        return isCarriedByOthers ? nil : name
    }

    /// The arm, or what the arm touches, against what must not be touched.
    private mutating func watchForbidden(_ touches: [Touch]) {
        guard !forbidden.isEmpty else { return }
        let ways = touches.flatMap(\.ways)
        let carried = Set(ways.filter { $0.toucher == .arm }.map(\.touched))
        for way in ways {
            guard case .thing(let name) = way.touched, forbidden.contains(name) else { continue }
            if case .thing(let mover) = way.toucher, forbidden.contains(mover) { continue }
            if way.toucher == .arm || (way.toucher != .table && carried.contains(way.toucher)) { touched.insert(name) }
        }
    }
}
