internal import RobotModel
internal import Skills
internal import WorldModel

// Doing, and what is learned from what came of it
extension Errand {
    /// Runs a skill on the body.
    func perform(_ call: SkillCall, _ style: Style) async throws -> Performance {
        belief.start(from: try await executor.requireArmed().joints)
        let view = faculties.policy.view(belief.belief(conversation.experience), for: call)
        let motion = try await faculties.imagination.run { try $0.compiler.compile(call, view, style: style) }
        let setpoints = belief.setpoints
        belief.beginMotion()
        // where a motion is not finished, nobody knows where it left them
        belief.setpoints = nil
        let performance = try await executor.perform(
            motion, holding: belief.held != nil, joints: belief.joints, setpoints: setpoints)
        belief.setpoints = performance.setpoints
        if let joints = performance.joints { belief.joints = joints }
        return performance
    }

    /// Does what was decided, and takes in what came of it.
    ///
    /// - Parameter goal: what it is done for.
    func act(_ act: Act, for goal: Goal) async throws {
        let call = act.call
        let performance = try await perform(call, act.style)
        tally.tried(call, broken: performance.broken?.description)
        if performance.isComplete {
            conversation.moved(by: call)
        } else {
            plan = []
        }
        switch call.skill.hand {
        case .takes(let name): try await took(name, call, performance)
        case .letsGo(let name, _, _):
            if performance.isLost { lost(name) }
            if performance.isComplete || performance.isLost || belief.hasOpened { belief.held = nil }
        case .borrows(let name): try await verifyGrasp(name, performance)
        case .keeps: break
        }
        if let name = call.involves.first, let lesson = performance.lesson(faculties.robot) {
            try await learn(lesson, name, performance, goal)
        }
        let expected = act.expected.map(Expectation.init)
        for surprise in expected?.compare(performance, held: belief.held) ?? [] {
            await narrator.publish(surprise, step: tally.decisions)
        }
        expectation = performance.isComplete ? expected : nil
    }

    private func took(_ name: String, _ call: SkillCall, _ performance: Performance) async throws {
        try await verifyGrasp(name, performance)
        if performance.isComplete, let held = belief.held, held.name == name {
            conversation.learn(name) { $0.weighed(held.mass) }
            // what it was taken up for may fail again and again, the taking up did not
            tally.tries[call] = nil
        }
    }

    /// What a motion that was broken off teaches; gives up where that is the end of it.
    private func learn(_ lesson: Lesson, _ name: String, _ performance: Performance, _ goal: Goal) async throws {
        switch lesson {
        case .tooHeavy:
            let (motion, measured) = (performance.motion, belief.joints)
            let allowed = try? await faculties.imagination.run {
                $0.compiler.liftable(by: motion, measured: measured)
            }
            if let allowed { conversation.learn(name) { $0.couldNotLift(allowed) } }
            try await giveUpLifting(name, goal)
        case .stuck:
            conversation.learn(name) { $0.isStuck = true }
            guard goal.needs(name), let broken = performance.broken else { return }
            // heavier, or more fixed, than was imagined: no push will move it
            throw Ending.impossible(
                .tooHeavy, "The \(name) does not slide: I pushed as hard as I may, then \(broken).")
        }
    }

    /// The servos tell whether something is between the jaws; the camera tells where it is not.
    private func verifyGrasp(_ name: String, _ performance: Performance) async throws {
        let measured = belief.joints
        guard let isGripping = performance.isGripping(measured: measured), let thing = belief.scene.things[name]
        else { return }
        let (motion, correction) = (performance.motion, performance.correction)
        belief.held =
            isGripping
            ? try await faculties.imagination.run {
                $0.compiler.holding(thing, after: motion, measured: measured, correction: correction)
            } : nil
        if belief.held == nil, performance.broken == nil { lost(name) }
    }

    /// Lets go of what is too heavy; where the goal can be reached without it, another way is looked for.
    private func giveUpLifting(_ name: String, _ goal: Goal) async throws {
        var says = "The \(name) is too heavy: when I tried to lift it, the arm could not follow."
        if belief.held != nil {
            if let style = try await foresees(.letGo(name)) {
                let release = try await perform(.letGo(name), style)
                if belief.hasOpened {
                    belief.held = nil
                } else {
                    says += " I still hold it: \(release.broken?.description ?? "the jaw did not open")."
                }
            } else {
                says += " I still hold it: in imagination, letting go of it here does not go well."
            }
        }
        guard belief.held != nil || goal.needs(name) || !faculties.policy.seeksOtherWays else { return }
        throw Ending.impossible(.tooHeavy, says)
    }

    private func lost(_ name: String) {
        tally.drops[name, default: 0] += 1
        conversation.learn(name) { $0.slips += 1 }
    }
}
