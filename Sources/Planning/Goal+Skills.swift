package import RobotModel
package import Skills

// Which skills serve a goal
extension Goal {
    /// Whether a skill is about the goal itself.
    package func isServed(by call: SkillCall) -> Bool { call.skill.serves(self) }

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
    /// What is so, as far as is believed.
    ///
    /// - Parameter poses: of the arm, by name.
    package func state(poses: [String: [Double]]) -> WorldState {
        WorldState(things: things, joints: joints, held: held?.name, poses: poses)
    }
}
