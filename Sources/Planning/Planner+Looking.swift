internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// Looking
extension Planner {
    /// Seconds to look where nothing depends on a millimetre, or once more.
    private static let glance = 0.35
    /// Seconds after which a look is no longer fresh although the arm has not moved.
    private static let fresh = 2.0

    /// Whether what is believed was seen just now, and the arm has not moved since.
    private func isFresh() async -> Bool {
        let now = await body.now()
        return isSeen && Double(now - lookedAt) * 1e-9 < Self.fresh
    }

    /// Waits for a few fresh looks and takes them in.
    func look(seconds: Double = 0.55) async throws {
        guard let seen = await body.observation() else {
            throw Ending(
                ending: "failed", reason: "body-gone", says: "The body does not answer: is foresightd running?")
        }
        joints = seen.joints
        // a jaw that has moved since holds nothing any more
        if let grip = held, let jaw = joints.last, abs(jaw - grip.opening) > Self.lostGrip { held = nil }
        let since = await body.now()
        await body.wait(seconds: seconds)
        var sightings = await body.sightings(after: since)
        for _ in 0..<20 where sightings.isEmpty {
            await body.wait(seconds: 0.1)
            sightings = await body.sightings(after: since)
        }
        guard !sightings.isEmpty else {
            throw Ending(
                ending: "failed", reason: "blind",
                says: "No camera sends detections: I do not know what is on the table.")
        }
        memory.fuse(sightings)
        lookedAt = sightings[sightings.count - 1].stamp
        isSeen = true
        if let held, let pose = await heldPose(held) { memory.move(held.name, to: pose) }
        await compareScene()
    }

    private func heldPose(_ held: HeldThing) async -> Pose? {
        let joints = joints
        return try? await imagination.run { $0.compiler.pose(of: held, joints: joints) }
    }

    /// Things of the goal that the camera does not show just now (and that are not in the gripper).
    func hidden(_ goal: Goal) -> [String] { goal.things.filter(isHidden) }

    private func isHidden(_ name: String) -> Bool {
        name != held?.name && (memory.seenAt[name] ?? 0) < lookedAt - 600_000_000
    }

    /// Whether the goal is true by what is measured now: seen twice, the last goal of a sentence with the arm out of the
    /// camera's way.
    func isReached(_ goal: Goal, isLast: Bool) async throws -> Bool {
        if !(await isFresh()) { try await look(seconds: held == nil ? 0.55 : Self.glance) }
        if case .armAt = goal { return goal.isTrue(in: state) }
        if case .held(let name) = goal { return held?.name == name && goal.isTrue(in: state) }
        guard held == nil, goal.isTrue(in: state) else { return false }
        if (isLast && decisions > 0) || !hidden(goal).isEmpty { try await clearView() }
        // on the way out of the camera's view time has passed, too
        try await look(seconds: !isLast ? Self.glance : isSeen ? 1.05 : 0.55)
        guard goal.isTrue(in: state), hidden(goal).isEmpty else { return false }
        if isLast { try await look(seconds: Self.glance) }
        return goal.isTrue(in: state) && hidden(goal).isEmpty
    }

    /// Moves the arm out of the camera's way, unless it is, or there is no way there that goes well in imagination.
    func clearView() async throws {
        guard !isClear else { return }
        try await requireArmed()
        guard try await foresees(.look) else { return }
        _ = try await perform(.look)
        isClear = true
    }

    /// Whether a motion that no goal asks for goes well in imagination; the way that does is kept for it.
    ///
    /// No decision waits for it, and none of its time is spent on it: the answer takes a few hundredths of a second.
    func foresees(_ call: SkillCall) async throws -> Bool {
        guard policy.imagines else { return true }
        let (belief, seed) = (belief, seed)
        let imagined = try await imagination.run {
            try $0.imagine(call, from: belief, goal: .all([]), seed: seed, styles: [.usual, Style(isHigh: true)])
        }
        await publish(imagined)
        styles[call] = imagined.style
        return imagined.failure == nil && !imagined.touchesForbidden && imagined.success >= Self.leastSuccess
    }

    /// What the goal is about must be in view before anything is decided about it.
    func find(_ goal: Goal) async throws {
        let letGo = putDown.flatMap { memory.seenAt[$0] == nil ? nil : $0 }
        let lacks = { [self] in !hidden(goal).isEmpty || letGo.map(isHidden) ?? false }
        guard lacks() else { return }
        try await clearView()
        try await look()
        // a camera that is late is waited for
        for _ in 0..<2 where lacks() { try await look(seconds: 1.05) }
        if let letGo, isHidden(letGo) { memory.forget(letGo) }
        for name in hidden(goal) {
            memory.forget(name)
            let why = isClear ? "" : " The arm may hide it: I found no safe way to take it out of the camera's view."
            throw Ending(ending: "failed", reason: "no-such-thing", says: "I no longer see the \(name).\(why)")
        }
    }
}
