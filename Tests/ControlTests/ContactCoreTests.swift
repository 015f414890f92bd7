import Control
import Foundation
import Hardware
import Plant
import RobotModel
import Testing

/// The same obstacles, driven by the control core: its filter, its stop and its backing off.
@Suite("Contact, through the control core")
struct ContactCoreTests {
    private struct Outcome {
        var stop = StopReason.none
        var isOverloaded = false
        /// N·m after the stop, the largest of the arm's joints.
        var pressing = 0.0
        var isStanding = false
    }

    private static func run(_ motion: ContactMotion, _ scene: SceneFile, seed: Int, watching: Bool) throws -> Outcome {
        let trial = try ContactTrial(ContactTests.parameters(seed), scene: scene, seed: UInt64(seed), pose: motion.from)
        let monitor = try ContactTests.monitor(watching ? ContactTests.model : nil)
        var core = ControlCore(VirtualRobot.configuration, contact: watching ? monitor : nil)
        core.armed(at: trial.observed, now: trial.time)
        let prepared = PreparedTrajectory(trajectory(motion, from: core.goals.array))
        var outcome = Outcome()
        for cycle in 0..<Int((motion.duration + 3) * 100) {
            trial.step { observed in
                if cycle == 0 { core.begin(Unmanaged.passUnretained(prepared), now: trial.time) }
                _ = core.step(observed, now: trial.time, leaseDeadline: .max)
                return core.goals.array
            }
            outcome.isOverloaded = outcome.isOverloaded || trial.isOverloaded
        }
        withExtendedLifetime(prepared) {}
        outcome.stop = core.report.stop
        outcome.isStanding = core.isStanding
        outcome.pressing = (0..<5).map { abs(trial.observed[$0].effort) }.max() ?? 0
        return outcome
    }

    /// The motion as a client sends it; the arm has sagged a little from where the motion begins.
    private static func trajectory(_ motion: ContactMotion, from start: [Double]) -> GuardedTrajectory {
        let free = [Double](repeating: .infinity, count: 6)
        let zeros = [Double](repeating: 0, count: 6)
        let step = 0.05
        let offset = zip(start, motion.from).map { $0 - $1 }
        let points = (0...Int((motion.duration / step).rounded(.up))).map { index in
            let time = Double(index) * step
            let (before, after) = (motion.pose(at: max(0, time - 1e-4)), motion.pose(at: time + 1e-4))
            return GuardedTrajectory.Point(
                time: time, positions: zip(motion.pose(at: time), offset).map(+),
                velocities: zip(before, after).map { time == 0 ? 0 : ($1 - $0) / 2e-4 }, compensation: zeros)
        }
        return GuardedTrajectory(
            id: 1, label: "contact", points: points, pathTolerance: free, goalTolerance: free, effortBound: free,
            goalTime: 1, timeout: motion.duration + 10)
    }

    @Test(
        "a calibration tour goes on under a model that no longer fits, and is broken off where it meets something",
        arguments: [true, false])
    func tour(obstructed: Bool) throws {
        let robot = VirtualRobot.configuration
        var stale = ContactTests.model
        // as of motors with other gears: nothing at rest, everything in motion
        for joint in 0..<6 { stale.joints[joint].expectation.viscous = -3 }
        let post = Thing(
            name: "post", shape: .box(x: 0.3, y: 0.04, z: 0.6), pose: Pose(position: Vector3(0.25, -0.07, 0.3)))
        let trial = try ContactTrial(
            PlantParameters(joints: 6),
            scene: SceneFile(entries: obstructed ? [.init(thing: post, mass: 1, fixed: true)] : []), pose: robot.home)
        var core = ControlCore(robot, contact: try ContactTests.monitor(stale))
        core.armed(at: trial.observed, now: trial.time)
        var kept: [PreparedTrajectory] = []
        for motion in ContactExcursions(robot: robot).motions(from: core.goals.array, seconds: 15) {
            let prepared = PreparedTrajectory(motion)
            kept.append(prepared)
            core.begin(Unmanaged.passUnretained(prepared), now: trial.time)
            for _ in 0..<600 where core.report.motion == .running {
                trial.step { observed in
                    _ = core.step(observed, now: trial.time, leaseDeadline: .max)
                    return core.goals.array
                }
            }
            guard core.report.motion == .succeeded else { break }
        }
        withExtendedLifetime(kept) {}
        let report = core.report
        #expect(report.stop.kind == .none, "\(report)")
        if obstructed {
            #expect([.effortBound, .pathTolerance].contains(report.motionReason.kind), "\(report)")
        } else {
            #expect(report.motion == .succeeded && kept.count > 5, "\(kept.count): \(report)")
        }
    }

    @Test(
        "an obstacle stops the arm, latched, before a servo protects itself, and it presses no more",
        arguments: [10, 11, 12])
    func obstacles(seed: Int) throws {
        let scenes = try ContactScenes(seed: UInt64(seed), payload: ContactTests.parameters(seed).payload)
        var overloads = 0
        for place in 0..<5 {
            let (motion, scene) = try scenes.obstructedMotion(speed: 1.5)
            let met = try Self.run(motion, scene, seed: seed, watching: true)
            #expect(met.stop.kind == .contact && !met.isOverloaded, "seed \(seed) place \(place): \(met)")
            #expect(met.isStanding, "\(met)")
            let free = try Self.run(motion, SceneFile(entries: []), seed: seed, watching: true)
            #expect(free.stop.kind == .none, "without the obstacle, seed \(seed) place \(place): \(free)")
            if try Self.run(motion, scene, seed: seed, watching: false).isOverloaded { overloads += 1 }
        }
        // the obstacles are obstacles; the following limit alone does not keep a servo from its protection
        #expect(overloads >= 1)
    }
}
