package import RobotModel
package import Skills

// Which skills serve a goal
extension Goal {
    /// The skills that put the thing where the goal wants it.
    package func placings(of name: String) -> [SkillCall] {
        switch self {
        case .inside(name, let target): [.place(name, .inside, target)]
        case .on(name, let target): [.place(name, .on, target)]
        case .near(name, let target, _): [.place(name, .beside, target)]
        case .all(let goals), .any(let goals): goals.flatMap { $0.placings(of: name) }
        default: []
        }
    }

    /// The pushes that bring the thing where the goal wants it.
    func pushings(of name: String) -> [SkillCall] {
        switch self {
        case .near(name, let target, _): [.push(name, .nextTo(target))]
        case .all(let goals), .any(let goals): goals.flatMap { $0.pushings(of: name) }
        default: []
        }
    }

    /// What handling a thing begins with: to grasp it, or to push it where that is all the goal needs of something too
    /// wide.
    func beginnings(with thing: Thing) -> [SkillCall] {
        let pushes = thing.isNarrow ? [] : pushings(of: thing.name)
        return pushes.isEmpty ? [.pick(thing.name)] : pushes
    }

    /// Whether a skill is about the goal itself.
    package func isServed(by call: SkillCall) -> Bool {
        switch call {
        case .pick(let name):
            if case .held = self { things.contains(name) } else { !placings(of: name).isEmpty }
        case .place(let name, _, _): placings(of: name).contains(call)
        case .push(let name, _): pushings(of: name).contains(call)
        case .home: if case .armAt = self { true } else { false }
        case .look, .letGo, .nudge: false
        }
    }

    /// Pushes that get a thing out of the way of what the goal wants moved.
    func pushesAside(_ name: String) -> [SkillCall] {
        touched.filter { $0 != name && $0 != Goal.table }.prefix(1).map { .push(name, .aside(of: $0)) }
    }

    /// Whether a skill puts something on the table that the goal does not want there.
    func isAside(_ call: SkillCall) -> Bool {
        guard case .place(let name, .on, Goal.table) = call else { return false }
        return !placings(of: name).contains(call)
    }

    /// Whether it is true with something in the gripper.
    var wantsHeld: Bool {
        switch self {
        case .held: true
        case .all(let goals), .any(let goals): goals.contains(where: \.wantsHeld)
        default: false
        }
    }

    /// What is pursued one after another: each time with what was reached before, as far as it is not taken up again.
    var parts: [Goal] {
        guard case .then(let goals) = self else { return [self] }
        return goals.indices.map { index in
            if goals[index].things.isEmpty || goals[index].isOfTheHand { return goals[index] }
            let kept = goals[..<index].enumerated().filter { earlier, goal in
                !goal.isOfTheHand && !goal.things.isEmpty
                    && goals[(earlier + 1)...index].allSatisfy { Set($0.subjects).isDisjoint(with: goal.things) }
            }.map(\.element)
            return kept.isEmpty ? goals[index] : .all(kept + [goals[index]])
        }
    }

    /// Whether it is about the gripper alone: it ends when something else is done.
    private var isOfTheHand: Bool { if case .held = self { true } else { false } }
}

extension Belief {
    /// Every skill that could be meant: made of things that exist.
    package func skills(for goal: Goal) -> [SkillCall] {
        if let held {
            let wanted = goal.placings(of: held.name)
            let targets = things.filter { $0.name != held.name }
            let places = targets.compactMap { target -> SkillCall? in
                if target.shape.isContainer { return .place(held.name, .inside, target.name) }
                if case .sphere = target.shape { return nil }
                return .place(held.name, .on, target.name)
            }
            return wanted + places.filter { !wanted.contains($0) } + [.home, .look]
        }
        let movable = things.filter { !$0.holdsOthers || goal.things.first == $0.name }
        return movable.flatMap { goal.beginnings(with: $0) } + [.home, .look]
    }

    /// What is so, as far as is believed.
    ///
    /// - Parameter poses: of the arm, by name.
    package func state(poses: [String: [Double]]) -> WorldState {
        WorldState(things: things, joints: joints, held: held?.name, poses: poses)
    }
}
