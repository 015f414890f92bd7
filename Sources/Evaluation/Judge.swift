internal import Physics
internal import Plant
internal import RobotModel

/// Watches the plant itself: what became true, and what was touched that must not be.
struct Judge {
    struct Verdict: Sendable {
        /// The goal held all through the last second; nil if the task has none.
        var goalTrue: Bool?
        var forbiddenContacts: Int
    }

    private let goal: Goal?
    private let poses: [String: [Double]]
    private let forbidden: [Int: String]
    private let armBodies: Set<Int>
    private let thingBodies: [Int: String]
    private let names: [String]
    /// Of a sequence: how many parts became true, in order.
    private var reached = 0
    private var heldTrue = true
    private var isLastSecond = false
    private var nextLook: Int64 = 0
    private var touched: Set<String> = []

    init(_ task: SuiteTask, robot: RobotConfiguration, plant: PlantRobot) {
        goal = task.goal
        poses = robot.poses
        let model = plant.simulation.model
        var things: [Int: String] = [:]
        for entry in task.scene.entries {
            if let body = model.body(SceneModel.bodyName(ofThing: entry.thing.name)) { things[body] = entry.thing.name }
        }
        thingBodies = things
        let tabu = Set(task.scene.entries.filter(\.thing.forbidden).map(\.thing.name))
        forbidden = things.filter { tabu.contains($0.value) }
        armBodies = Set((0..<model.bodyCount).filter { (model.bodyName($0) ?? "").hasPrefix(SceneModel.armPrefix) })
        names = task.scene.entries.map(\.thing.name)
    }

    mutating func watch(_ plant: PlantRobot, time: Int64) {
        if !forbidden.isEmpty { watchForbidden(plant.simulation) }
        guard time >= nextLook else { return }
        nextLook = time + 100_000_000
        guard let goal else { return }
        let state = state(of: plant)
        if case .then(let parts) = goal, reached < parts.count, isTrue(parts[reached], state) { reached += 1 }
        if isLastSecond { heldTrue = heldTrue && isTrueAtTheEnd(goal, state) }
    }

    mutating func beginLastSecond() {
        isLastSecond = true
        heldTrue = true
    }

    var verdict: Verdict { Verdict(goalTrue: goal.map { _ in heldTrue }, forbiddenContacts: touched.count) }

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

    private func state(of plant: PlantRobot) -> WorldState {
        var held: String?
        for (a, b) in plant.simulation.touchingBodies {
            for (mover, other) in [(a, b), (b, a)] {
                guard armBodies.contains(mover), let name = thingBodies[other],
                    let thing = plant.things.first(where: { $0.name == name }), thing.lowestPoint > 0.02
                else { continue }
                held = name
            }
        }
        // what lies on something may touch an open jaw: held is what nothing but the arm carries
        if let name = held, isCarriedByOthers(name, plant.simulation) { held = nil }
        return WorldState(things: plant.things, joints: plant.jointAngles, held: held, poses: poses)
    }

    private func isCarriedByOthers(_ name: String, _ simulation: Simulation) -> Bool {
        simulation.touchingBodies.contains { a, b in
            let pair = [(a, b), (b, a)]
            return pair.contains { thingBodies[$0.0] == name && thingBodies[$0.1] != nil }
        }
    }

    /// The arm, or what the arm touches, against what must not be touched.
    private mutating func watchForbidden(_ simulation: Simulation) {
        let contacts = simulation.touchingBodies
        var carried: Set<Int> = []
        for (a, b) in contacts {
            if armBodies.contains(a), thingBodies[b] != nil { carried.insert(b) }
            if armBodies.contains(b), thingBodies[a] != nil { carried.insert(a) }
        }
        for (a, b) in contacts {
            for (mover, other) in [(a, b), (b, a)] {
                guard let name = forbidden[other],
                    armBodies.contains(mover) || (carried.contains(mover) && forbidden[mover] == nil)
                else { continue }
                touched.insert(name)
            }
        }
    }
}
