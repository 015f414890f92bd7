import Foundation
import Physics
import RobotModel
import Skills
import TestSupport
import Testing

@Suite("Kinematics")
struct KinematicsTests {
    let kinematics: Kinematics

    init() throws { kinematics = try Kinematics(.so101) }

    private func near(_ a: Vector3, _ b: Vector3, within tolerance: Double) -> Bool { (a - b).length < tolerance }

    private func degrees(_ angle: Double) -> Double { angle * .pi / 180 }

    /// Whether a gripper with its jaws across the radius reaches this point at this tilt.
    private func reaches(_ distance: Double, _ height: Double, tilt: Double) -> Bool {
        // the table of the facts speaks of the fingertip, 7 mm beyond the middle of the pads
        let along = Vector3(sin(degrees(tilt)), 0, -cos(degrees(tilt))) * 0.0009
        let target = GripperTarget(
            point: Vector3(distance, 0, height) - along, yaw: .pi / 2, opening: 0.003,
            tilt: degrees(tilt)...degrees(tilt))
        return kinematics.solve(target) != nil
    }

    @Test("at zero angles the joints stand where the public description puts them")
    func zeroAngles() throws {
        let simulation = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive))))
        let expected: [(joint: String, x: Double, z: Double)] = [
            ("shoulder_lift", 0.030, 0.117), ("elbow_flex", 0.058, 0.229), ("wrist_flex", 0.193, 0.234),
        ]
        for (joint, x, z) in expected {
            let name = try #require(SceneModel.bodyName(ofJoint: joint, in: .so101))
            let place = simulation.pose(body: try #require(simulation.model.body(name))).position
            #expect(abs(place.x - x) < 0.001 && abs(place.z - z) < 0.001, "\(joint) at \(place)")
        }
        let hand = try #require(SceneModel.bodyName(ofJoint: "wrist_roll", in: .so101))
        let gripper = simulation.pose(body: try #require(simulation.model.body(hand)))
        let tip = gripper.transform(Pose(position: Vector3(0.0981, 0, -0.0079))).position
        #expect(near(tip, Vector3(0.353, 0, 0.226), within: 0.001), "tip at \(tip)")
    }

    @Test(
        "the jaw opens as measured on the public model",
        arguments: [(0.46, 0.040), (0.80, 0.062), (1.00, 0.074), (1.20, 0.086)])
    func jaw(angle: Double, opening: Double) {
        #expect(abs(ArmModel.so101.jaw.opening(atAngle: angle) - opening) < 0.002)
        #expect(abs(ArmModel.so101.jaw.angle(forOpening: ArmModel.so101.jaw.opening(atAngle: angle)) - angle) < 1e-6)
    }

    @Test(
        "the moving jaw leaves less room above its pad the wider the thing, until the pads open like a funnel",
        arguments: [(0.03, 0.0204), (0.04, 0.0133), (0.05, 0.0131), (0.06, 0.0178)])
    func room(opening: Double, room: Double) {
        #expect(abs(ArmModel.so101.jaw.room(atOpening: opening) - room) < 0.0012)
        #expect(ArmModel.so101.jaw.room(atOpening: 0.02) > 0.03)
    }

    @Test(
        "reach ends where the table of the facts says, within a centimetre",
        arguments: [
            (0.0, 0.02, 0.264), (0, 0.05, 0.245), (0, 0.07, 0.224), (10, 0.02, 0.293), (10, 0.07, 0.270),
            (10, 0.10, 0.237), (20, 0.05, 0.314), (20, 0.10, 0.288), (20, 0.12, 0.267), (30, 0.10, 0.321),
            (30, 0.15, 0.280),
        ])
    func reach(tilt: Double, height: Double, distance: Double) {
        #expect(reaches(distance - 0.005, height, tilt: tilt))
        #expect(!reaches(distance + 0.012, height, tilt: tilt))
    }

    @Test("a vertical gripper cannot be lifted above ten centimetres, a tilted one can")
    func lifting() {
        for distance in stride(from: 0.06, through: 0.30, by: 0.01) { #expect(!reaches(distance, 0.10, tilt: 0)) }
        #expect(reaches(0.20, 0.15, tilt: 30))
    }

    @Test("a solution puts the gripper where it was asked to be, as upright as it can")
    func solutions() throws {
        for (x, y, z, yaw) in [(0.2, 0.1, 0.03, 0.4), (0.24, -0.05, 0.08, 1.9), (0.15, -0.18, 0.05, -2.0)] {
            let target = GripperTarget(
                point: Vector3(x, y, z), yaw: yaw, opening: 0.045, tilt: 0...degrees(35))
            let found = try #require(kinematics.solve(target))
            let state = kinematics.state(joints: found.joints, opening: 0.045)
            #expect(near(state.point, target.point, within: 5e-4))
            #expect(abs((state.yaw - yaw).remainder(dividingBy: 2 * .pi)) < 0.01)
            #expect(abs(state.tilt - found.tilt) < 0.01)
            for (angle, range) in zip(found.joints, kinematics.ranges) { #expect(range.contains(angle)) }
            if found.tilt > 0.02 {
                var upright = target
                upright.tilt = 0...(found.tilt - 0.015)
                #expect(kinematics.solve(upright) == nil)
            }
        }
    }

    @Test("weight in the gripper adds its lever to the shoulder's torque")
    func payload() throws {
        let target = GripperTarget(
            point: Vector3(0.25, 0, 0.05), yaw: .pi / 2, opening: 0.03, tilt: 0...degrees(35))
        let joints = try #require(kinematics.solve(target)).joints
        let empty = kinematics.holdingTorque(joints: joints)
        let loaded = kinematics.holdingTorque(joints: joints, carrying: 0.25)
        #expect(abs(abs(loaded[1] - empty[1]) - 0.25 * 9.81 * (0.25 - 0.0304)) < 0.01)
        // the facts: a quarter of a kilogram at 0.25 m takes 1.2 N·m
        #expect(abs(abs(loaded[1]) - 1.2) < 0.15, "\(loaded[1])")
    }

    @Test("what every trial asks of its set-points: the arm's own poses are clear, a hand in the base is not")
    func clearance() {
        for pose in [ArmModel.so101.rest, ArmModel.so101.home, ArmModel.so101.look] {
            #expect(TrialBody.tooNear(pose) == nil)
        }
        #expect(TrialBody.tooNear([0, 0.6, 1.6, 1.6, 0, 0.1])?.contains("inside the") == true)
    }

    @Test("the folded arm stays where it is without torque")
    func rest() throws {
        let simulation = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive))))
        for (joint, angle) in ArmModel.so101.rest.enumerated() { simulation[qpos: joint] = angle }
        simulation.step(3000)
        for (joint, angle) in ArmModel.so101.rest.enumerated() {
            #expect(abs(simulation[qpos: joint] - angle) < 0.04, "\(ArmModel.so101.jointNames[joint])")
        }
    }
}
