import Control
import Foundation
import Hardware
import Physics
import RobotModel
import Skills
import TestSupport
import Safeguards

/// How a simulated body differs from what the skills believe.
struct Differences: Sendable {
    var delaySeconds = 0.02
    var backlash = 0.0
    var gains = [Double](repeating: 1, count: 6)
    var timestep = 0.002

    static func drawn(_ random: inout some RandomNumberGenerator) -> Differences {
        Differences(
            delaySeconds: .random(in: 0.01...0.04, using: &random),
            backlash: Double.random(in: 0.5...1, using: &random) * .pi / 180,
            gains: (0..<6).map { _ in .random(in: 0.85...1.15, using: &random) })
    }
}

/// An arm with emulated servos in a simulated scene: runs motions with their guards, at 100 Hz.
final class TrialBody {
    let simulation: Simulation
    let differences: Differences
    private let servo = ArmModel.so101.positionServo
    private var measuredAngles: [Double]
    private var pipeline: [[Double]] = []
    private var setpoint: [Double]
    /// What the last runner had added to the set-points.
    private(set) var correction = [Double](repeating: 0, count: 6)
    private(set) var efforts = [Double](repeating: 0, count: 6)
    private(set) var things: [String: Int] = [:]
    private let scene: [ModelledThing]

    /// What the body's safety filter asks of every set-point.
    static let clearance: Clearance? = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config").path
        // swift-format-ignore: the shipped file is known to load
        return try! Clearance(.load(path: folder + "/so101-virtual.toml"))
    }()

    /// What would be too near at a set-point, in words; nil if all is clear.
    static func tooNear(_ target: [Double]) -> String? {
        guard let clearance else { return "the configuration names no chain" }
        let finding = clearance.clearance(JointValues(target))
        return finding.isClear ? nil : clearance.words(finding)
    }

    init(_ scene: [ModelledThing], arm: [Double], differences: Differences = Differences()) throws {
        self.scene = scene
        self.differences = differences
        var options = SceneOptions()
        options.timestep = differences.timestep
        let model = try PhysicsModel(
            mjcf: SceneModel.mjcf(.so101, things: scene, drive: .torque(ArmModel.so101.torqueDrive), options: options))
        simulation = try Simulation(model)
        for (index, angle) in arm.enumerated() { simulation[qpos: index] = angle }
        simulation.forward()
        measuredAngles = arm
        setpoint = arm
        for thing in scene { things[thing.thing.name] = model.body(SceneModel.bodyName(ofThing: thing.thing.name)) }
    }

    var joints: [Double] { measuredAngles }

    /// True poses of everything.
    var believable: [Thing] {
        scene.map { modelled in
            var thing = modelled.thing
            if let body = things[thing.name] { thing.pose = simulation.pose(body: body) }
            return thing
        }
    }

    /// 10 ms with a set-point.
    func cycle(_ target: [Double]) {
        let lag = Int((differences.delaySeconds / 0.01).rounded())
        pipeline.append(target)
        if pipeline.count > lag { setpoint = pipeline.removeFirst() }
        while pipeline.count > lag { setpoint = pipeline.removeFirst() }
        for _ in 0..<Int((0.01 / differences.timestep).rounded()) {
            for joint in 0..<6 {
                let angle = simulation[qpos: joint]
                let half = differences.backlash / 2
                measuredAngles[joint] = min(angle + half, max(angle - half, measuredAngles[joint]))
                let torque =
                    differences.gains[joint] * servo.stiffness[joint] * (setpoint[joint] - measuredAngles[joint])
                    - ArmModel.so101.positionServo.backEMF[joint] * simulation[qvel: joint]
                efforts[joint] = min(
                    ArmModel.so101.servo.effortLimit[0], max(-ArmModel.so101.servo.effortLimit[0], torque))
                simulation[ctrl: joint] = efforts[joint]
            }
            simulation.step()
        }
    }

    /// Runs a motion; returns what broke a guard, or nil.
    func run(_ motion: SkillMotion, note: ((String) -> Void)? = nil) -> String? {
        var runner = SkillRunner(motion: motion, jointCount: 6)
        while let (phase, trajectory) = runner.nextTrajectory(measured: joints) {
            if let broken = follow(trajectory) { return "\(phase): \(broken); touching: \(touching)" }
            if let last = trajectory.points.last, let note {
                let errors = zip(last.positions, joints).map { (($0 - $1) * 1000).rounded() / 1000 }
                note(
                    "\(phase) \(trajectory.duration) s, errors \(errors), efforts \(efforts.map { ($0 * 100).rounded() / 100 })"
                )
            }
        }
        correction = runner.correction
        return nil
    }

    /// Pairs of solids in contact, one of them the arm's.
    var touching: String {
        let pairs = simulation.contacts.map { contact in
            [contact.geoms.0, contact.geoms.1].map { simulation.model.geomName($0) ?? "?" }
        }
        return Set(
            pairs.filter { $0.contains { $0.hasPrefix(SceneModel.armPrefix) } }.map { $0.joined(separator: "–") }
        )
        .sorted().joined(separator: ", ")
    }

    private func follow(_ trajectory: GuardedTrajectory) -> String? {
        if let problem = trajectory.problem(jointCount: 6) { return problem }
        let cycles = Int((trajectory.duration / 0.01).rounded(.up))
        var index = 0
        for cycle in 0...cycles {
            let time = min(Double(cycle) * 0.01, trajectory.duration)
            while index < trajectory.points.count - 2, time > trajectory.points[index + 1].time { index += 1 }
            let (a, b) = (trajectory.points[index], trajectory.points[index + 1])
            let share = (time - a.time) / (b.time - a.time)
            let intended = (0..<6).map { a.positions[$0] + (b.positions[$0] - a.positions[$0]) * share }
            let target = (0..<6).map {
                intended[$0] + a.compensation[$0] + (b.compensation[$0] - a.compensation[$0]) * share
            }
            if let problem = Self.tooNear(target) { return problem }
            self.cycle(target)
            for joint in 0..<6 {
                let miss = abs(measuredAngles[joint] - intended[joint])
                if miss > trajectory.pathTolerance[joint] { return "joint \(joint) is \(miss) rad off its path" }
                if abs(efforts[joint]) > trajectory.effortBound[joint] {
                    return "joint \(joint) needs \(efforts[joint]) N·m, bound \(trajectory.effortBound[joint])"
                }
            }
        }
        guard let last = trajectory.points.last else { return nil }
        for joint in 0..<6 {
            let miss = abs(measuredAngles[joint] - last.positions[joint])
            if miss > trajectory.goalTolerance[joint] { return "joint \(joint) ends \(miss) rad off" }
        }
        return nil
    }

    /// Seconds pass at the last set-point.
    func rest(seconds: Double) {
        for _ in 0..<Int(seconds * 100) { cycle(pipeline.last ?? setpoint) }
    }
}

/// SplitMix64: the same trials everywhere.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A normal deviate, sum of twelve.
    mutating func normal(_ deviation: Double) -> Double {
        deviation * ((0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &self) })
    }
}
