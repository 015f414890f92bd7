import Messages
import Planning
import RobotModel
import Skills
import TestSupport
import Testing

/// Motions on a scripted body: no physics, no language model.
@Suite("Running motions on the body")
struct ExecutorTests {
    private static let gripper = ArmModel.so101.gripper
    private static let jaw = gripper.index
    private static let open = [0, 0, 0, 0, 0, 0.8]
    private static let closed = [0, 0, 0, 0, 0, 0.2]

    /// A phase that ends at a pose; while the jaws hold, their set-point goes below it.
    private static func phase(_ kind: PhaseKind, _ end: [Double], squeeze: Double = 0) -> Phase {
        let points = [0.0, 1].map { time in
            GuardedTrajectory.Point(
                time: time, positions: end, velocities: [0, 0, 0, 0, 0, 0],
                compensation: [0.01, 0, 0, 0, 0, -squeeze])
        }
        let trajectory = GuardedTrajectory(
            id: 0, label: kind.rawValue, points: points, pathTolerance: Array(repeating: 0.1, count: 6),
            goalTolerance: Array(repeating: 0.1, count: 6), effortBound: Array(repeating: 1, count: 6), goalTime: 1,
            timeout: 5)
        return Phase(kind: kind, trajectory: trajectory, corrects: [true, true, true, true, true, false])
    }

    private static let pick = SkillMotion(
        call: .pick("cup"),
        phases: [
            phase(.hover, open), phase(.descend, open), phase(.close, closed, squeeze: 0.05),
            phase(.trial, closed, squeeze: 0.05), phase(.lift, closed, squeeze: 0.05),
        ], gripper: gripper)
    private static let place = SkillMotion(
        call: .place("cup", .on, "table"),
        phases: [
            phase(.over, closed, squeeze: 0.05), phase(.lower, closed, squeeze: 0.05), phase(.open, open),
            phase(.retreat, open),
        ], gripper: gripper)

    private func executor(_ body: ScriptedBody) -> Executor {
        Executor(body: body, narrator: Narrator(voice: body, instruction: Instruction(), model: "none"))
    }

    private func run(
        _ motion: SkillMotion, on body: ScriptedBody, holding: Bool = false
    ) async throws -> Performance {
        try await executor(body).perform(motion, holding: holding, joints: Self.open, setpoints: nil)
    }

    @Test("phases are run in their order under one lease, which is given back")
    func order() async throws {
        let body = ScriptedBody()
        let performance = try await run(Self.pick, on: body)
        #expect(await body.log == ["begin", "hover", "descend", "close", "try", "lift", "end"])
        #expect(performance.isComplete && performance.motion == Self.pick)
        #expect(performance.joints == Self.closed)
        let last = try #require(performance.setpoints)
        #expect(abs(last[Self.jaw] - 0.15) < 1e-9 && abs(last[0] - 0.01) < 1e-9)
    }

    @Test("what is broken off ends there, with the phase and the guard, and nobody knows the set-points")
    func broken() async throws {
        let why = MotionAbort("elbow_flex needed 2 N·m", guardKind: .effort, joint: "elbow_flex")
        let body = ScriptedBody([.descend: .aborted(why)])
        let performance = try await run(Self.pick, on: body)
        #expect(await body.log == ["begin", "hover", "descend", "end"])
        #expect(performance.broken?.phase == .descend && performance.broken?.abort == why)
        #expect(!performance.isComplete && performance.setpoints == nil)
        #expect(performance.isGripping(measured: Self.closed) == nil)
    }

    @Test(
        "too heavy is what a guard of a weight-bearing joint breaks off while it is lifted, and no sentence about one",
        arguments: [
            (PhaseKind.trial, GuardKind.effort, "elbow_flex", true), (.lift, .path, "shoulder_lift", true),
            (.descend, .effort, "elbow_flex", false), (.trial, .effort, "shoulder_pan", false),
            (.trial, nil, "elbow_flex", false),
        ] as [(PhaseKind, GuardKind?, String, Bool)])
    func heavy(_ phase: PhaseKind, _ guardKind: GuardKind?, _ joint: String, _ isHeavy: Bool) async throws {
        let why = MotionAbort("something about elbow_flex", guardKind: guardKind, joint: joint)
        let performance = try await run(Self.pick, on: ScriptedBody([phase: .aborted(why)]))
        #expect(performance.isTooHeavy(try MindTests.robot.get()) == isHeavy)
    }

    @Test(
        "what is broken off while it is pushed does not slide, whatever guard it was",
        arguments: [(PhaseKind.push, Lesson.stuck), (.descend, nil)] as [(PhaseKind, Lesson?)])
    func stuck(_ phase: PhaseKind, _ lesson: Lesson?) async throws {
        let motion = SkillMotion(
            call: .push("box", .nextTo("tray")),
            phases: [Self.phase(.descend, Self.closed), Self.phase(.push, Self.closed)], gripper: Self.gripper)
        let performance = try await run(motion, on: ScriptedBody([phase: .aborted(MotionAbort("time-out"))]))
        #expect(performance.lesson(try MindTests.robot.get()) == lesson)
    }

    @Test("whether the jaws hold something is felt", arguments: [(0.2, true), (0.15, false)])
    func gripping(_ jaw: Double, _ holds: Bool) async throws {
        var end = Self.closed
        end[Self.jaw] = jaw
        let performance = try await run(Self.pick, on: ScriptedBody(ends: [.lift: end]))
        #expect(performance.isGripping(measured: try #require(performance.joints)) == holds)
    }

    @Test("the jaws do not open over a target when nothing is between them any more")
    func lost() async throws {
        var empty = Self.closed
        empty[Self.jaw] = 0.15
        let body = ScriptedBody(ends: [.lower: empty])
        let performance = try await run(Self.place, on: body, holding: true)
        #expect(performance.isLost && !performance.isComplete)
        #expect(await body.log == ["begin", "over", "lower", "end"])
        // what is held is let go
        #expect(try await run(Self.place, on: ScriptedBody(), holding: true).isComplete)
        // and who held nothing has nothing to lose
        #expect(try await run(Self.place, on: ScriptedBody(ends: [.lower: empty])).isComplete)
    }

    @Test("what the joints miss after a phase is corrected in the next ones")
    func corrects() async throws {
        var sagged = Self.open
        sagged[1] = -0.05
        let body = ScriptedBody(ends: [.hover: sagged])
        let performance = try await run(Self.pick, on: body)
        let second = try #require(await body.trajectories.dropFirst().first?.points.last)
        #expect(abs(second.compensation[1] - 0.04) < 1e-9)
        #expect(abs(try #require(performance.correction.dropFirst().first) - 0.04) < 1e-9)
    }

    @Test(
        "a stop or a lost body ends the errand, and the lease is given back",
        arguments: [(MotionResult.stopped("on request"), "stopped"), (.gone("the connection ended"), "body-gone")])
    func stopped(_ result: MotionResult, _ reason: String) async throws {
        let body = ScriptedBody([.close: result])
        let ending = await #expect(throws: Ending.self) { try await run(Self.pick, on: body) }
        #expect(ending?.reason == reason)
        #expect(await body.log == ["begin", "hover", "descend", "close", "end"])
    }

    @Test("without a lease nothing moves")
    func noLease() async throws {
        let body = ScriptedBody(grantsLease: false)
        let ending = await #expect(throws: Ending.self) { try await run(Self.pick, on: body) }
        #expect(ending?.reason == "no-lease")
        #expect(await body.log.isEmpty)
    }

    @Test(
        "only an armed robot may be moved",
        arguments: [
            ("armed", nil), ("stopped", "stopped"), ("moving", "busy"), ("disarmed", "not-armed"),
            ("gone", "body-gone"),
        ] as [(String, String?)])
    func armed(_ state: String, _ reason: String?) async throws {
        let executor = executor(ScriptedBody(state: state))
        do {
            try await executor.requireArmed()
            #expect(reason == nil)
        } catch { #expect(error.reason == reason) }
    }

    @Test("a camera that is late is waited for, one that sends nothing is not waited for for ever")
    func looks() async throws {
        let late = Sighting(stamp: 1_500_000_000, things: [])
        let seen = try await executor(ScriptedBody(looks: [late])).look(seconds: 0.5)
        #expect(seen.map(\.stamp) == [late.stamp])
        let blind = ScriptedBody()
        let ending = await #expect(throws: Ending.self) { try await executor(blind).look(seconds: 0.5) }
        #expect(ending?.reason == "blind")
        #expect(await blind.now() < 5_000_000_000)
    }
}
