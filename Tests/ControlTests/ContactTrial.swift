import Control
import Foundation
import Hardware
import Physics
import Plant
import RobotModel
import TestSupport

/// The emulated arm behind its bytes on a virtual clock, driven by set-points, 100 cycles a second.
final class ContactTrial {
    static let period = 0.01
    private static let busTime: Int64 = 1_500_000

    let robot = VirtualRobot.configuration
    let plant: PlantRobot
    private var cycle: FeetechCycle
    private(set) var time: Int64 = 1_000_000_000
    private(set) var observed: JointObservations
    /// The set-points that the servos were sent last.
    private(set) var goals: JointValues
    private(set) var velocities: JointValues
    private(set) var accelerations: JointValues
    /// Whether its motors tell what they give: some families do not.
    private let tellsEffort: Bool
    /// Whether the arm touched anything, itself included, in the last cycle; nothing else in these scenes can move.
    private(set) var touched = false

    /// Armed where it stands.
    init(
        _ parameters: PlantParameters, scene: SceneFile = SceneFile(entries: []), seed: UInt64 = 1, pose: [Double],
        tellsEffort: Bool = true
    ) throws {
        self.tellsEffort = tellsEffort
        plant = try PlantRobot(
            robot: robot, scene: scene, parameters: parameters, seed: seed, startingAt: time, pose: pose)
        cycle = FeetechCycle(joints: robot.joints)
        observed = JointObservations(count: robot.joints.count)
        goals = JointValues(pose)
        velocities = JointValues(count: pose.count)
        accelerations = velocities
        read()
        for request in cycle.armRequests(observed) { _ = plant.receive(request, at: time) }
        read()
        for joint in 0..<goals.count { goals[joint] = observed[joint].position }
        // armed in mid-air an arm sags until its servos lag enough to carry it
        for _ in 0..<60 { step { _ in pose } }
    }

    private func read() {
        let replies = plant.receive(cycle.readRequest, at: time)
        _ = cycle.decode(replies.flatMap(\.bytes), into: &observed, time: time)
        for joint in 0..<observed.count where !tellsEffort { observed[joint].effort = 0 }
    }

    /// One cycle: reads, asks `next` for the set-points, writes them.
    func step(_ next: (JointObservations) -> [Double]) {
        time += 10_000_000
        read()
        let wanted = next(observed)
        for joint in 0..<goals.count {
            let velocity = (wanted[joint] - goals[joint]) / Self.period
            accelerations[joint] = (velocity - velocities[joint]) / Self.period
            velocities[joint] = velocity
            goals[joint] = wanted[joint]
        }
        _ = plant.receive(cycle.goalRequest(goals), at: time + Self.busTime)
        touched = false
        for part: Int64 in 1...4 {
            plant.advance(to: time + part * 2_000_000)
            if !plant.simulation.touchingBodies.isEmpty { touched = true }
        }
    }

    /// Whether a motor of the arm gives all the torque that it has.
    var isSaturated: Bool {
        (0..<5).contains { joint in
            let most = ArmModel.so101.servo.effortLimit[0] * plant.parameters.gainScale[joint]
            return abs(plant.simulation.actuatorForce(joint)) > 0.999 * min(most, ArmModel.so101.servo.effortLimit[0])
        }
    }
    /// Whether a servo's overload protection has tripped.
    var isOverloaded: Bool { (0..<observed.count).contains { observed[$0].faults & 0x20 != 0 } }
}

/// A straight line between two poses with minimum jerk.
struct ContactMotion {
    var from: [Double]
    var to: [Double]
    /// Seconds.
    var duration: Double

    /// At its fastest, `speed` rad/s in the joint that goes farthest, and never above `acceleration` rad/s².
    init(from: [Double], to: [Double], speed: Double, acceleration: Double = .infinity) {
        let way = zip(from, to).map { abs($0 - $1) }.max() ?? 0
        (self.from, self.to) = (from, to)
        duration = max(0.1, 1.875 * way / speed, (5.7735 * way / acceleration).squareRoot())
    }

    /// rad/s² by joint.
    var largestAccelerations: [Double] { zip(from, to).map { 5.7735 * abs($0 - $1) / (duration * duration) } }

    func pose(at time: Double) -> [Double] { pose(share: share(time / duration)) }
    func pose(share: Double) -> [Double] { zip(from, to).map { $0 + ($1 - $0) * share } }

    private func share(_ s: Double) -> Double {
        let s = max(0, min(1, s))
        return s * s * s * (10 + s * (6 * s - 15))
    }
}

extension ContactTrial {
    /// What a calibration over the channels sees of this robot: joint states at half the rate, set-points as it sent them.
    static func calibration(
        seed: UInt64, scene: SceneFile = SceneFile(entries: []), seconds: Double = 60, tellsEffort: Bool = true,
        margin: Double = ContactModel.usualMargin
    ) throws -> ContactModel {
        let recording = try recording(seed: seed, scene: scene, seconds: seconds, tellsEffort: tellsEffort)
        var fit = ContactFit(robot: VirtualRobot.configuration, chain: try chain())
        return try fit.model(
            of: recording, payload: ContactModel.usualPayload, margin: margin, unwatched: ["gripper"])
    }

    /// The tour of a calibration as it is measured over the channels.
    static func recording(
        seed: UInt64, scene: SceneFile = SceneFile(entries: []), seconds: Double = 60, tellsEffort: Bool = true
    ) throws -> ContactRecording {
        let robot = VirtualRobot.configuration
        let trial = try ContactTrial(
            .draw(seed: seed, joints: 6), scene: scene, seed: seed, pose: robot.home, tellsEffort: tellsEffort)
        var recording = ContactRecording()
        let start = (0..<6).map { trial.observed[$0].position }
        for motion in ContactExcursions(robot: robot).motions(from: start, seconds: seconds).dropFirst() {
            var moments: [ContactRecording.Moment] = []
            for k in 0..<Int((motion.duration + ContactExcursions.rest) * 100) {
                let time = Double(k) * period
                trial.step { _ in (0..<6).map { motion.sample($0, at: time).position } }
                guard k % 2 == 0 else { continue }
                let readings = (0..<6).map { joint in
                    let (one, sent) = (trial.observed[joint], motion.sample(joint, at: time - period))
                    return ContactSignals.Reading(
                        position: one.position, speed: one.velocity, effort: one.effort, setpoint: sent.position,
                        setpointSpeed: sent.speed, gravity: 0)
                }
                moments.append(.init(time: time, readings: readings))
            }
            recording.motions.append(moments)
        }
        return recording
    }

    static func chain() throws -> KinematicChain {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config/arms").path
        return try KinematicChain.load(path: folder + "/so101.chain.toml")
    }
}

/// What came of a motion.
struct ContactOutcome {
    /// Seconds after the start of the motion; nil = never.
    var touchedAt: Double?
    var foundAt: Double?
    var finding: ContactFinding?
    var overloadedAt: Double?
    /// Largest effort in any joint but the gripper's, N·m.
    var peakEffort = 0.0
    /// Largest effort in the last 0.2 s.
    var lastEffort = 0.0
    /// Largest pressure that the monitor saw, as a share of the bound.
    var peakPressure = 0.0
    /// When a motor gave all that it has: the motion asks for more than the arm can do.
    var saturatedAt: Double?
}

extension ContactTrial {
    /// Every joint but the gripper.
    static let arm: UInt16 = 0b01_1111

    /// Moves, and stops and backs off at the first finding, as the body does; goes on for `holding` seconds after the motion,
    /// or after the finding.
    func run(
        _ motion: ContactMotion, holding: Double, monitor: inout ContactMonitor, watching mask: UInt16 = arm
    ) -> ContactOutcome {
        var outcome = ContactOutcome()
        var retreats: [Int: Double] = [:]
        var end = motion.duration + holding
        var k = -1
        while Double(k + 1) * Self.period < end {
            k += 1
            let now = Double(k) * Self.period
            step { observed in
                let finding = monitor.step(
                    observed, goals: goals, velocities: velocities, accelerations: accelerations, watching: mask,
                    period: Self.period)
                if let finding {
                    if outcome.finding == nil {
                        (outcome.finding, outcome.foundAt, end) = (finding, now, now + holding)
                    }
                    if retreats[finding.joint] == nil {
                        retreats[finding.joint] = monitor.retreat(finding, observed)
                    }
                }
                return outcome.finding == nil ? motion.pose(at: now) : braked(retreats)
            }
            watch(&outcome, now: now, isLast: now > end - 0.2)
            for joint in 0..<5 { outcome.peakPressure = max(outcome.peakPressure, abs(monitor.pressure(joint))) }
        }
        return outcome
    }

    private func watch(_ outcome: inout ContactOutcome, now: Double, isLast: Bool) {
        if outcome.touchedAt == nil, touched { outcome.touchedAt = now }
        if outcome.overloadedAt == nil, isOverloaded { outcome.overloadedAt = now }
        if outcome.saturatedAt == nil, isSaturated { outcome.saturatedAt = now }
        for joint in 0..<5 {
            outcome.peakEffort = max(outcome.peakEffort, abs(observed[joint].effort))
            if isLast { outcome.lastEffort = max(outcome.lastEffort, abs(observed[joint].effort)) }
        }
    }

    /// Set-points that come to rest within the acceleration limits, or go where their joints retreat to.
    private func braked(_ retreats: [Int: Double]) -> [Double] {
        (0..<goals.count).map { joint in
            let change = robot.joints[joint].maximumAcceleration * Self.period
            let wanted = retreats[joint].map { max(-1, min(1, ($0 - goals[joint]) / 0.05)) } ?? 0
            let speed = max(velocities[joint] - change, min(velocities[joint] + change, wanted))
            return goals[joint] + speed * Self.period
        }
    }
}
