import Foundation
import Physics
import RobotModel
import Skills
import TestSupport
import Testing

/// An arm whose base is turned, whose joints count the other way, whose fingers point along −x and whose jaw opens downward:
/// the link lengths of the Koch v1.1 arm as its public description gives them, in boxes.
@Suite("An arm that counts its angles otherwise")
struct OtherArmTests {
    private let arm: ArmModel

    init() throws {
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let chain = try PhysicsModel(mjcf: Self.mjcf).chain(named: "koch")
        try chain.text(heading: KinematicChain.heading(source: "koch.xml"))
            .write(toFile: folder + "/koch.chain.toml", atomically: false, encoding: .utf8)
        arm = try ArmModel.parse(Self.roles, file: folder + "/koch.arm.toml")
    }

    private static let mjcf = """
        <mujoco><compiler angle="radian"/><worldbody>
        <body name="base"><body name="mount" pos="0.012 0 0" quat="0 0 0 1">
        <geom name="base" type="box" size="0.03 0.03 0.018" pos="0.012 0 0.018"/>
        <body name="shoulder" pos="0.012 0 0.0409"><joint name="pan" axis="0 0 -1" range="-2.2 2.2"/>
        <inertial pos="0 0 0.013" mass="0.05" diaginertia="1e-5 1e-5 1e-5"/>
        <body name="upper" pos="0 -0.0209 0.0154"><joint name="lift" axis="0 1 0" range="-1.57 1.2"/>
        <inertial pos="0 0.02 0.07" mass="0.05" diaginertia="3e-5 3e-5 1e-5"/>
        <geom name="upper" type="box" size="0.01 0.015 0.045" pos="0 0.02 0.06" mass="0"/>
        <body name="fore" pos="-0.0148 0.0065 0.1083"><joint name="elbow" axis="0 -1 0" range="-1.57 2"/>
        <inertial pos="-0.05 0.0145 0.003" mass="0.064" diaginertia="1e-5 2e-5 2e-5"/>
        <geom name="fore" type="box" size="0.035 0.012 0.012" pos="-0.055 0.0145 0.003" mass="0"/>
        <body name="wrist" pos="-0.10048 0.00005 0.0027"><joint name="flex" axis="0 1 0" range="-2 2"/>
        <inertial pos="-0.026 0.019 0" mass="0.02" diaginertia="1e-6 3e-6 3e-6"/>
        <body name="hand" pos="-0.045 0.013097 0"><joint name="roll" axis="1 0 0" range="-3.1 3.1"/>
        <inertial pos="-0.019 0.005 0" mass="0.03" diaginertia="3e-6 7e-6 8e-6"/>
        <geom name="fixed" type="box" size="0.006 0.005 0.002" pos="-0.0648 0.0105 0.0005"
         quat="0 0 0.70710678118 -0.70710678118" mass="0"/>
        <body name="finger" pos="-0.01315 -0.0075 0.0145"><joint name="jaw" axis="0 0 -1" range="-1.6 0.032"/>
        <inertial pos="-0.025 0.001 -0.014" mass="0.013" diaginertia="1e-6 2e-6 3e-6"/>
        <geom name="moving" type="box" size="0.006 0.005 0.002" pos="-0.0517 0.0113 -0.0140"
         quat="0 0 0.70710678118 -0.70710678118" mass="0"/>
        </body></body></body></body></body></body></body></body></worldbody></mujoco>
        """

    private static let roles = """
        name = "koch"
        chain = "koch.chain.toml"
        [roles]
        pan = "pan"
        lifting = ["lift", "elbow", "flex"]
        roll = "roll"
        gripper = "jaw"
        starts = [[-0.4, 0.6], [-0.8, 0.9], [0.3, 1.2]]
        [jaw]
        fixed_pad = "fixed"
        moving_pad = "moving"
        widest = 0.05
        squeeze = 0.05
        held = 0.02
        [hand]
        fingers = [0.01, 0.01, 0.01]
        knuckles = [0.01, 0.01, 0.01, 0.02]
        palm = [0.02, 0.02, 0.02, 0.04]
        middle = 0.05
        level_fingers = [0.03, 0.01]
        level_palm = [0.1, 0.02, 0.02]
        [workspace]
        places = [0.16, 0.18]
        comfortable = [0.12, 0.18]
        nearest = 0.1
        grasped = 0.2
        farthest = 0.3
        pushed = [0.1, 0.25]
        hidden = 0.06
        folded = 0.07
        drawn_in = [0.12, 0.12]
        tucked = [[0.1, 0.17]]
        carried = [[0.18, 0.13]]
        [poses]
        rest = [0, 0, 0, 0, 0, 0]
        home = [0, 0, 0, 0, 0, 0]
        look = [0, 0, 0, 0, 0, 0]
        [servo]
        torque_constant = [1.2, 1.2, 0.5, 0.5, 0.5, 0.5]
        resistance = 3
        supply = 12
        gain = 5
        armature = 0.01
        friction = 0.05
        viscous = 0.05
        effort_limit = [1.4, 1.4, 0.5, 0.5, 0.5, 0.5]
        """

    private func simulation() throws -> Simulation {
        try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(arm, things: [], drive: .torque(arm.torqueDrive))))
    }

    @Test("which way its angles count is read off the chain: bearing, tilt and roll as MuJoCo turns the hand")
    func senses() throws {
        let simulation = try simulation()
        let site = try #require(simulation.model.site(SceneModel.fingertipSite))
        var random = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let joints = arm.ranges.map { random.uniform(max(-1, $0.lowerBound)...min(1, $0.upperBound)) }
            for (index, angle) in joints.enumerated() { simulation[qpos: index] = angle }
            simulation.kinematics()
            let hand = simulation.pose(site: site)
            let fingers = hand.orientation.rotate(Vector3(1, 0, 0))
            let bearing = arm.bearing(joints)
            let outward = Vector3(cos(bearing), sin(bearing), 0)
            #expect(abs(sin((atan2(fingers.dot(outward), -fingers.z) - arm.tilt(joints)) / 2)) < 1e-6)
            #expect(abs(arm.pan(bearing: bearing) - joints[arm.roles.pan]) < 1e-9)
            // fingers straight down: the jaws open where the roll says
            var down = joints
            let last = arm.roles.lifting[2]
            down[last] += (0 - arm.tilt(joints)) * arm.tiltRate(last)
            for (index, angle) in down.enumerated() { simulation[qpos: index] = angle }
            simulation.kinematics()
            let jaws = simulation.pose(site: site).orientation.rotate(Vector3(0, 0, 1))
            let turn = atan2(jaws.y, jaws.x) - bearing
            #expect(abs(sin((arm.roll(turn: turn) - down[arm.roles.roll]) / 2)) < 1e-6)
        }
    }

    @Test("its jaws are as far apart as the model's pads")
    func jaw() throws {
        let simulation = try simulation()
        let fixed = try #require(simulation.model.geom("arm:fixed"))
        let moving = try #require(simulation.model.geom("arm:moving"))
        for opening in [0.005, 0.02, 0.04] {
            let angle = arm.jaw.angle(forOpening: opening)
            #expect(angle < 0, "it opens the other way")
            simulation[qpos: arm.roles.gripper] = angle
            simulation.kinematics()
            let pads = [fixed, moving].map { simulation.pose(geom: $0) }
            let face = pads[0].transform(Pose(position: Vector3(0, 0, 0.002)))
            let other = pads[1].transform(Pose(position: Vector3(0, 0, -0.002)))
            #expect(abs(face.inverse.transform(other).position.z - opening) < 1e-6)
            #expect(abs(arm.jaw.opening(atAngle: angle) - opening) < 1e-9)
        }
    }

    @Test("inverse kinematics find joints for wherever its own joints lead, and none beyond its reach")
    func reach() throws {
        let kinematics = try Kinematics(arm)
        var random = SeededGenerator(seed: 8)
        for _ in 0..<30 {
            // bent forward and downward
            let posture = [random.uniform(-0.6 ... -0.2), random.uniform(-0.4...0.4)]
            let joints = arm.joints(
                bearing: random.uniform(-1...1), lifting: posture + [0], tilt: random.uniform(0.05...0.6),
                turn: random.uniform(-1...2), opening: 0.02)
            let wanted = kinematics.state(joints: joints, opening: 0.02)
            let target = GripperTarget(
                point: wanted.point, yaw: wanted.yaw, opening: 0.02, tilt: wanted.tilt...wanted.tilt)
            let found = try #require(kinematics.solve(target), "\(joints) \(wanted)")
            let state = kinematics.state(joints: found.joints, opening: 0.02)
            #expect((state.point - wanted.point).length < 5e-4 && abs(sin((state.yaw - wanted.yaw) / 2)) < 0.01)
        }
        let far = GripperTarget(point: Vector3(0.5, 0, 0.05), yaw: 0, opening: 0.02, tilt: 0...1.0)
        #expect(kinematics.solve(far) == nil)
    }

    @Test("an arm's file that fits no arm is refused with the place and the reason")
    func refused() throws {
        let folder = Places.root + "/Config/arms/other.arm.toml"
        let text = try String(contentsOfFile: Places.root + "/Config/arms/so101.arm.toml", encoding: .utf8)
        for (from, to, words) in [
            ("roll = \"wrist_roll\"", "roll = \"elbow_flex\"", "a joint has two roles"),
            ("pan = \"shoulder_pan\"", "pan = \"waist\"", "no joint “waist”"),
            ("moving_pad = \"moving_pad\"", "moving_pad = \"finger\"", "gripper's joint"),
            ("fixed_pad = \"fixed_pad\"", "fixed_pad = \"thumb\"", "no box named “thumb”"),
            ("supply = 7.4", "supply = 0", "above 0"), ("pushed = [0.10, ", "pushed = [0.50, ", "not below"),
            ("squeeze = 0.045", "squeeze = 0.001", "held"), ("home = [0.0, ", "home = [", "expected 6 numbers"),
        ] {
            #expect(text.contains(from))
            #expect {
                try ArmModel.parse(text.replacingOccurrences(of: from, with: to), file: folder)
            } throws: {
                "\($0)".contains(words) && "\($0)".contains("other.arm.toml")
            }
        }
    }
}
