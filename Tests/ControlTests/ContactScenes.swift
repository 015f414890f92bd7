import Foundation
import Physics
import RobotModel
import TestSupport

/// Poses and motions of the arm that touch nothing, and obstacles in the way of others.
final class ContactScenes {
    private var random: SeededGenerator
    private let simulation: Simulation
    private let loaded: Simulation
    private let payload: Double

    /// - Parameter payload: what the motors have to be able to carry, kilograms.
    init(seed: UInt64, payload: Double) throws {
        self.payload = payload
        random = SeededGenerator(seed: seed)
        let drive = Drive.torque(ArmModel.so101.torqueDrive)
        simulation = try Simulation(PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: drive)))
        loaded = try Simulation(PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: drive, payload: payload)))
    }

    private func set(_ simulation: Simulation, _ pose: [Double]) {
        for joint in 0..<6 { simulation[qpos: joint] = pose[joint] }
    }

    private func isFree(_ pose: [Double]) -> Bool {
        set(simulation, pose)
        simulation.collide()
        return simulation.touches.isEmpty
    }

    /// Whether the arm is free there and wherever it lags or overshoots a little.
    private func isFreeAround(_ pose: [Double]) -> Bool {
        guard isFree(pose) else { return false }
        for joint in 0..<4 {
            for offset in [-0.12, 0.12] {
                var other = pose
                other[joint] += offset
                if !isFree(other) { return false }
            }
        }
        return true
    }

    /// Whether the motors have the torque to hold the payload there, and to move it at `accelerations` (rad/s²).
    ///
    /// The weakest drawn motor gives 1.08 N·m, of which the stiffest gears take 0.08.
    private func isHeld(_ pose: [Double], accelerations: [Double] = [0, 0, 0, 0, 0, 0]) -> Bool {
        set(loaded, pose)
        loaded.forward()
        // the inertia of the stretched arm, and of the payload at its end
        let inertia = 0.05 + payload * 0.16
        return (0..<6).allSatisfy {
            let weight = abs(loaded.bias(dof: $0))
            return weight <= 0.75 && weight + inertia * abs(accelerations[$0]) <= 0.95
        }
    }

    func pose() -> [Double] {
        while true {
            let pose = ArmModel.so101.ranges.map { random.uniform(($0.lowerBound + 0.1)...($0.upperBound - 0.1)) }
            if isFreeAround(pose), isHeld(pose) { return pose }
        }
    }

    /// A motion from `start` that touches nothing and needs no more than the motors have, at up to `speed` rad/s.
    func freeMotion(from start: [Double], speed: ClosedRange<Double>, acceleration: Double) -> ContactMotion {
        while true {
            let end = pose()
            let motion = ContactMotion(
                from: start, to: end, speed: random.uniform(speed), acceleration: acceleration)
            let isGood = (0...30).allSatisfy {
                let pose = motion.pose(share: Double($0) / 30)
                return isFreeAround(pose) && isHeld(pose, accelerations: motion.largestAccelerations)
            }
            if isGood { return motion }
        }
    }

    /// A motion of some way at `speed` rad/s, and a fixed box that the arm meets in the middle of it.
    func obstructedMotion(speed: Double) throws -> (motion: ContactMotion, scene: SceneFile) {
        let links = ["finger", "fixed_pad", "gripper", "wrist", "lower_arm"]
        while true {
            let motion = freeMotion(from: pose(), speed: speed...speed, acceleration: 20)
            guard zip(motion.from, motion.to).prefix(4).contains(where: { abs($0 - $1) > 1.0 }) else { continue }
            let link = links[Int(random.next() % UInt64(links.count))]
            set(simulation, motion.pose(share: random.uniform(0.35...0.65)))
            simulation.kinematics()
            guard let geom = simulation.model.geom(SceneModel.armPrefix + link) else { continue }
            let place = simulation.pose(geom: geom).position
            let thing = Thing(
                name: "obstacle", shape: .box(x: 0.06, y: 0.06, z: 0.06),
                pose: Pose(position: place, orientation: Quaternion(yaw: random.uniform(0...1.5))))
            let scene = SceneFile(entries: [.init(thing: thing, mass: 1, friction: 0.8, fixed: true)])
            if try isMetOnTheWay(motion, scene) { return (motion, scene) }
        }
    }

    /// Whether the arm is clear of the scene at first, and in it for a good part of the way's end.
    private func isMetOnTheWay(_ motion: ContactMotion, _ scene: SceneFile) throws -> Bool {
        let things = scene.entries.map { ModelledThing($0) }
        let trial = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: things, drive: .torque(ArmModel.so101.torqueDrive))))
        let met = (0...20).filter { step in
            set(trial, motion.pose(share: Double(step) / 20))
            trial.collide()
            return !trial.touches.isEmpty
        }
        guard let first = met.first else { return false }
        return first >= 5 && met.count >= 4
    }
}
