internal import Messages
package import RobotModel
package import Skills

/// How far a motion got, as the servos tell it.
package struct Performance: Sendable {
    /// A phase that was broken off.
    package struct BrokenPhase: Sendable, CustomStringConvertible {
        package var phase: PhaseKind
        package var abort: MotionAbort
        package var description: String { "\(phase): \(abort)" }
    }

    /// The motion's phases that were run, the last perhaps not to its end.
    package var motion: SkillMotion
    /// Why the last of them was broken off; nil if it was not.
    package var broken: BrokenPhase?
    /// What was held got lost on the way.
    package var isLost = false
    /// Where the motion left the set-points, radians; nil where that is not known.
    package var setpoints: [Double]?
    /// What the runner had added to the set-points, radians.
    package var correction: [Double] = []
    /// Measured afterwards, radians; nil when the body did not answer.
    package var joints: [Double]?

    package var isComplete: Bool { broken == nil && !isLost }

    /// Whether the jaws close on something; nil if they were not told to, or to let go again.
    package func isGripping(measured: [Double]) -> Bool? {
        let last = motion.phases.last { $0.kind.grasps || $0.kind.releases }
        return last?.kind.grasps == true ? motion.isGripping(measured: measured) : nil
    }

    /// Whether a lift was broken off by a joint that the weight is on.
    package func isTooHeavy(_ robot: RobotConfiguration) -> Bool {
        lesson(robot) == .tooHeavy
    }

    /// What a guard that broke teaches of the thing; nil if none did, or nothing.
    package func lesson(_ robot: RobotConfiguration) -> Lesson? {
        guard let broken else { return nil }
        let isWeight = broken.abort.guardKind != nil && robot.carriesWeight(broken.abort.joint)
        return motion.call.skill.lesson(from: broken.phase, isWeight: isWeight)
    }
}

/// Runs motions on the body, watches them, and says what came of them. Nothing else talks to the body.
package struct Executor: Sendable {
    private let body: any BodyClient
    private let narrator: Narrator

    package init(body: any BodyClient, narrator: Narrator) {
        self.body = body
        self.narrator = narrator
    }

    /// Nanoseconds of real time.
    func now() async -> Int64 { await body.now() }

    /// Lets time pass; nothing moves.
    func wait(seconds: Double) async { await body.wait(seconds: seconds) }

    func observation() async -> BodyObservation? { await body.observation() }

    /// - Throws: `Ending` when the robot may not be moved just now.
    @discardableResult package func requireArmed() async throws(Ending) -> BodyObservation {
        let seen = try await observe()
        switch seen.state {
        case "armed": return seen
        case "stopped":
            throw Self.failed(
                "stopped", "The robot is stopped (\(seen.reason)). Say `foresight reset`, then `foresight arm`.")
        case "moving": throw Self.failed("busy", "The robot is moving for somebody else.")
        default:
            throw Self.failed(
                "not-armed",
                "The robot is not armed\(seen.reason.isEmpty ? "" : " (\(seen.reason))"). Say `foresight arm`.")
        }
    }

    /// - Throws: `Ending` when nothing is heard of the body.
    func observe() async throws(Ending) -> BodyObservation {
        guard let seen = await body.observation() else {
            throw Self.failed("body-gone", "The body does not answer: is foresightd running?")
        }
        return seen
    }

    /// Looks made from now on, the last one last: at least one.
    ///
    /// - Parameter seconds: how long is looked.
    /// - Throws: `Ending` when no camera shows anything.
    package func look(seconds: Double) async throws(Ending) -> [Sighting] {
        let since = await body.now()
        await body.wait(seconds: seconds)
        var sightings = await body.sightings(after: since)
        for _ in 0..<Wait.pictures where sightings.isEmpty {
            await body.wait(seconds: Wait.picture)
            sightings = await body.sightings(after: since)
        }
        guard !sightings.isEmpty else {
            throw Self.failed("blind", "No camera sends detections: I do not know what is on the table.")
        }
        return sightings
    }

    /// Runs a motion phase by phase, under the lease.
    ///
    /// - Parameters:
    ///   - holding: whether something is in the gripper: then it is felt for before the jaws open.
    ///   - joints: where they were measured last, radians.
    ///   - setpoints: in force, radians.
    /// - Throws: `Ending` when there is no lease, or the robot was stopped or is gone.
    package func perform(
        _ motion: SkillMotion, holding: Bool, joints: [Double], setpoints: [Double]?
    ) async throws(Ending) -> Performance {
        do { try await body.begin() } catch {
            throw Self.failed("no-lease", "I may not move the robot: \(error).")
        }
        await narrator.say("moving", motion.call.description, at: body.now())
        do throws(Ending) {
            var performance = try await run(motion, holding: holding, joints: joints, setpoints: setpoints)
            await body.end()
            await narrator.sayThinking(at: body.now())
            performance.joints = await body.observation()?.joints
            return performance
        } catch {
            await body.end()
            throw error
        }
    }

    private func run(
        _ motion: SkillMotion, holding: Bool, joints: [Double], setpoints: [Double]?
    ) async throws(Ending) -> Performance {
        var runner = SkillRunner(motion: motion, jointCount: joints.count)
        var performance = Performance(motion: motion.unbegun, setpoints: setpoints)
        while runner.next < motion.phases.count {
            let measured = await body.observation()?.joints ?? joints
            let upcoming = motion.phases[runner.next]
            let done = performance.motion
            if upcoming.kind.releases, holding, !done.phases.isEmpty, !done.isGripping(measured: measured) {
                performance.isLost = true
                break
            }
            guard let next = runner.nextTrajectory(measured: measured) else { break }
            performance.motion.phases.append(upcoming)
            performance.correction = runner.correction
            switch await body.run(next.trajectory) {
            case .succeeded:
                performance.setpoints = next.trajectory.points.last.map { zip($0.positions, $0.compensation).map(+) }
            case .aborted(let why):
                performance.setpoints = nil
                performance.broken = Performance.BrokenPhase(phase: upcoming.kind, abort: why)
                return performance
            case .stopped(let why):
                throw Self.failed(
                    "stopped", "The robot was stopped: \(why). Say `foresight reset`, then `foresight arm`.")
            case .gone(let why): throw Self.failed("body-gone", "I lost the robot: \(why).")
            }
        }
        return performance
    }

    private static func failed(_ reason: String, _ says: String) -> Ending {
        Ending(ending: "failed", reason: reason, says: says)
    }
}
