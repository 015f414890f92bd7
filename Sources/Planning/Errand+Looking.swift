internal import RobotModel
internal import Skills
internal import WorldModel

// Looking, and whether the goal is reached
extension Errand {
    /// Whether what is believed was seen just now, and the arm has not moved since.
    private func isFresh() async -> Bool {
        let now = await executor.now()
        return belief.isSeen && Double(now - belief.scene.lookedAt) * 1e-9 < Wait.fresh
    }

    /// Waits for a few fresh looks and takes them in.
    func look(seconds: Double = Wait.usualLook) async throws {
        belief.feel(try await executor.observe().joints)
        belief.see(try await executor.look(seconds: seconds))
        if let held = belief.held, let pose = await pose(of: held) { belief.scene.move(held.name, to: pose) }
        await compareScene()
    }

    private func pose(of held: HeldThing) async -> Pose? {
        let joints = belief.joints
        return try? await faculties.imagination.run { $0.compiler.pose(of: held, joints: joints) }
    }

    /// Compares what the camera sees with where things were imagined to be after the last motion.
    private func compareScene() async {
        guard let expected = expectation else { return }
        expectation = nil
        let seen = belief.scene.all.filter { belief.wasJustSeen($0.name) && $0.name != belief.held?.name }
        for surprise in expected.compare(seen) {
            plan = []
            if !expected.imagined.call.involves.contains(surprise.thing) {
                conversation.learn(surprise.thing) { $0.wasMoved(by: surprise.distance) }
            }
            await narrator.publish(surprise, step: tally.decisions)
        }
    }

    private func isTrue(_ goal: Goal) -> Bool { goal.isTrue(in: belief.state(poses: faculties.robot.poses)) }

    /// Whether the goal is true by what is measured now: seen twice, the last goal of a sentence with the arm out of the
    /// camera's way.
    func isReached(_ goal: Goal, isLast: Bool) async throws -> Bool {
        if !(await isFresh()) { try await look(seconds: belief.held == nil ? Wait.usualLook : Wait.glance) }
        if case .armAt = goal { return isTrue(goal) }
        if case .held(let name) = goal { return belief.held?.name == name && isTrue(goal) }
        guard belief.held == nil, isTrue(goal) else { return false }
        if (isLast && tally.decisions > 0) || !belief.hidden(goal).isEmpty { try await clearView() }
        // on the way out of the camera's view time has passed, too
        try await look(seconds: !isLast ? Wait.glance : belief.isSeen ? Wait.longLook : Wait.usualLook)
        guard isTrue(goal), belief.hidden(goal).isEmpty else { return false }
        if isLast { try await look(seconds: Wait.glance) }
        return isTrue(goal) && belief.hidden(goal).isEmpty
    }

    /// Whether nothing is held and the goal is true: what the arm had hidden may lie where it should.
    func liesThere(_ goal: Goal) -> Bool { belief.held == nil && isTrue(goal) }

    /// Moves the arm out of the camera's way, unless it is, or there is no way there that goes well in imagination.
    func clearView() async throws {
        guard !belief.isClear else { return }
        try await executor.requireArmed()
        guard let style = try await foresees(.look) else { return }
        _ = try await perform(.look, style)
        belief.isClear = true
    }

    /// What the goal is about must be in view before anything is decided about it.
    func find(_ goal: Goal) async throws {
        let letGo = belief.putDown.flatMap { belief.scene.seenAt[$0] == nil ? nil : $0 }
        let lacks = { [self] in !belief.hidden(goal).isEmpty || letGo.map(belief.isHidden) ?? false }
        guard lacks() else { return }
        try await clearView()
        try await look()
        // a camera that is late is waited for
        for _ in 0..<Wait.moreLooks where lacks() { try await look(seconds: Wait.longLook) }
        if let letGo, belief.isHidden(letGo) { belief.scene.forget(letGo) }
        for name in belief.hidden(goal) {
            belief.scene.forget(name)
            let why =
                belief.isClear ? "" : " The arm may hide it: I found no safe way to take it out of the camera's view."
            throw Ending(ending: "failed", reason: "no-such-thing", says: "I no longer see the \(name).\(why)")
        }
    }
}
