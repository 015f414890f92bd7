internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// Doing, and telling from the servos what came of it
extension Planner {
    /// How far a motion got.
    struct Performance: Sendable {
        /// The motion's phases that were run, the last perhaps not to its end.
        var motion: SkillMotion
        /// Why the last of them was broken off; nil if it was not.
        var broken: BrokenPhase?
        /// What was held got lost on the way.
        var isLost = false
        var isComplete: Bool { broken == nil && !isLost }
    }

    /// A phase of a real motion that was broken off.
    struct BrokenPhase: Sendable, CustomStringConvertible {
        var phase: PhaseKind
        var abort: MotionAbort
        var description: String { "\(phase): \(abort)" }
    }

    /// - Parameters:
    ///   - goal: what it is done for.
    ///   - expected: what was imagined of it; nil if nothing was.
    func act(_ call: SkillCall, for goal: Goal, expected: Imagination? = nil) async throws {
        let performance = try await perform(call)
        tries[call] = ((tries[call]?.count ?? 0) + 1, performance.broken?.description)
        if !performance.isComplete { plan = [] }
        if let seen = await body.observation() { joints = seen.joints }
        switch call {
        case .pick(let name):
            try await verifyGrasp(name, performance)
            learn(name, from: performance)
            // what it was taken up for may fail again and again, the taking up did not
            if performance.isComplete, held?.name == name { tries[call] = nil }
            if isTooHeavy(performance) {
                await learnTooHeavy(name, performance)
                try await giveUpLifting(name, goal)
            }
        case .place(let name, _, _):
            if performance.isLost { lost(name) }
            if performance.isComplete || performance.isLost || hasOpened { held = nil }
        case .letGo: if hasOpened { held = nil }
        case .push(let name, _), .nudge(let name): try giveUpPushing(name, performance, goal)
        case .home, .look: break
        }
        await compare(performance, expected)
        expectation = performance.isComplete ? expected : nil
    }

    /// Whether the jaw stands wider than it held: a motion broken off may have let go already.
    private var hasOpened: Bool { (held?.opening).map { joints[joints.count - 1] > $0 + 0.1 } ?? true }

    /// The careful first centimetres of a lift were broken off by a joint that lifts.
    private func isTooHeavy(_ performance: Performance) -> Bool {
        guard let broken = performance.broken, broken.abort.guardKind != nil else { return false }
        return broken.phase.lifts && robot.carriesWeight(broken.abort.joint)
    }

    /// Lets go of what is too heavy; where the goal can be reached without it, another way is looked for.
    private func giveUpLifting(_ name: String, _ goal: Goal) async throws {
        var says = "The \(name) is too heavy: when I tried to lift it, the arm could not follow."
        if held != nil {
            if try await foresees(.letGo(name)) {
                let release = try await perform(.letGo(name))
                if let seen = await body.observation() { joints = seen.joints }
                if hasOpened {
                    held = nil
                } else {
                    says += " I still hold it: \(release.broken?.description ?? "the jaw did not open")."
                }
            } else {
                says += " I still hold it: in imagination, letting go of it here does not go well."
            }
        }
        guard held != nil || goal.needs(name) || !policy.imagines else { return }
        throw Ending(ending: "impossible", reason: SkillFailure.Reason.tooHeavy.rawValue, says: says)
    }

    /// What does not give way when it is pushed is heavier, or more fixed, than was imagined: no push will move it.
    private func giveUpPushing(_ name: String, _ performance: Performance, _ goal: Goal) throws {
        guard let broken = performance.broken, broken.phase.pushes else { return }
        experience[name, default: Experience()].isStuck = true
        guard goal.needs(name) else { return }
        throw Ending(
            ending: "impossible", reason: SkillFailure.Reason.tooHeavy.rawValue,
            says: "The \(name) does not slide: I pushed as hard as I may, then \(broken).")
    }

    /// The servos tell whether something is between the jaws; the camera tells where it is not.
    private func verifyGrasp(_ name: String, _ performance: Performance) async throws {
        guard performance.motion.phases.contains(where: \.kind.grasps), let thing = memory.things[name] else {
            return
        }
        let (measured, motion, correction) = (joints, performance.motion, lastCorrection)
        held = try await imagination.run { world -> HeldThing? in
            guard world.compiler.isGripping(after: motion, measured: measured) else { return nil }
            return world.compiler.holding(thing, after: motion, measured: measured, correction: correction)
        }
        if held == nil, performance.broken == nil { lost(name) }
    }

    /// Runs a skill on the body, phase by phase, under the lease.
    func perform(_ call: SkillCall) async throws -> Performance {
        try await requireArmed()
        if let seen = await body.observation() { joints = seen.joints }
        // armed anew, the set-points are where the joints are
        if let last = setpoints, zip(last, joints).contains(where: { abs($0 - $1) > 0.35 }) { setpoints = nil }
        let belief = belief
        let (heedless, style) = (!policy.imagines, styles[call] ?? .usual)
        let motion = try await imagination.run {
            try $0.compiler.compile(call, belief, style: style, heedless: heedless)
        }
        do { try await body.begin() } catch {
            throw Ending(ending: "failed", reason: "no-lease", says: "I may not move the robot: \(error).")
        }
        (isClear, isSeen) = (false, false)
        await say("moving", call.description)
        do {
            let performance = try await run(motion)
            await body.end()
            await say("thinking", instruction.text)
            return performance
        } catch {
            await body.end()
            throw error
        }
    }

    private func run(_ motion: SkillMotion) async throws -> Performance {
        var runner = SkillRunner(motion: motion, jointCount: robot.joints.count)
        defer { lastCorrection = runner.correction }
        var done = SkillMotion(call: motion.call, phases: [])
        while runner.next < motion.phases.count {
            let measured = await body.observation()?.joints ?? joints
            let upcoming = motion.phases[runner.next]
            if upcoming.kind.releases, held != nil, !(try await isHolding(done, measured)) {
                return Performance(motion: done, isLost: true)
            }
            guard let next = runner.nextTrajectory(measured: measured) else { break }
            done.phases.append(upcoming)
            switch await body.run(next.trajectory) {
            case .succeeded:
                setpoints = next.trajectory.points.last.map { zip($0.positions, $0.compensation).map(+) }
            case .aborted(let why):
                setpoints = nil
                return Performance(motion: done, broken: BrokenPhase(phase: upcoming.kind, abort: why))
            case .stopped(let why):
                throw Ending(
                    ending: "failed", reason: "stopped",
                    says: "The robot was stopped: \(why). Say `foresight reset`, then `foresight arm`.")
            case .gone(let why):
                throw Ending(ending: "failed", reason: "body-gone", says: "I lost the robot: \(why).")
            }
        }
        return Performance(motion: done)
    }

    /// Whether the jaws still close on something, before it would be let go.
    private func isHolding(_ done: SkillMotion, _ measured: [Double]) async throws -> Bool {
        guard !done.phases.isEmpty else { return true }
        return try await imagination.run { $0.compiler.isGripping(after: done, measured: measured) }
    }

    /// Tells what the mind is doing.
    func say(_ state: String, _ detail: String) async {
        let now = await body.now()
        await voice.publish(
            Topics.mindStatus,
            .with {
                $0.header = Header(nanoseconds: now)
                $0.state = state
                $0.model = modelName
                $0.detail = detail
            })
    }
}
