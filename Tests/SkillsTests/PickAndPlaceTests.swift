import Foundation
import Physics
import RobotModel
import Skills
import TestSupport
import Testing

@Suite("Pick and place")
struct PickAndPlaceTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    @Test(
        "a block ends where it was meant to, by contact and friction alone",
        arguments: Trial.Kind.allCases, [UInt64(1), 2])
    func reachesGoal(kind: Trial.Kind, seed: UInt64) throws {
        let trial = Trial(kind, seed: seed)
        #expect(try trial.run(compiler) == nil)
    }

    @Test(
        "cylinders, balls and long boxes are grasped too",
        arguments: [
            Shape.cylinder(diameter: 0.04, height: 0.05), .sphere(diameter: 0.035), .box(x: 0.05, y: 0.02, z: 0.03),
        ])
    func shapes(shape: Shape) throws {
        let trial = Trial(.bin, seed: 3, shape: shape)
        #expect(try trial.run(compiler) == nil)
    }

    @Test("a pick lifts the block, and says where in the gripper it is")
    func lifts() throws {
        let block = Thing(
            name: "block", shape: .box(x: 0.03, y: 0.03, z: 0.03), pose: Pose(position: Vector3(0.2, 0.05, 0.015)))
        let body = try TrialBody([ModelledThing(block, mass: 0.15)], arm: compiler.configuration.rest)
        let motion = try compiler.compile(.pick("block"), Belief(things: [block], joints: body.joints))
        #expect(body.run(motion) == nil)
        #expect(motion.isGripping(measured: body.joints))
        let held = try #require(
            compiler.holding(block, after: motion, measured: body.joints, correction: body.correction))
        let truth = body.believable[0].pose.position
        #expect(truth.z > 0.08)
        #expect((compiler.pose(of: held, joints: body.joints).position - truth).length < 0.008)
        #expect(abs(held.mass - 0.15) < 0.05, "\(held.mass) kg")
    }

    @Test(
        "what is too heavy stays on the table, the try breaks a guard, and the jaws let go of it",
        arguments: [0.24, 0.2])
    func tooHeavy(distance: Double) throws {
        let block = Thing(
            name: "block", shape: .box(x: 0.04, y: 0.04, z: 0.06), pose: Pose(position: Vector3(distance, 0.02, 0.03)))
        let body = try TrialBody([ModelledThing(block, mass: 1.5)], arm: compiler.configuration.rest)
        let motion = try compiler.compile(.pick("block"), Belief(things: [block], joints: body.joints))
        #expect(body.run(motion)?.hasPrefix("try") == true)
        #expect(body.believable[0].pose.position.z < 0.04)
        let held = try #require(compiler.holding(block, after: motion, measured: body.joints))
        let belief = Belief(things: body.believable, joints: body.joints, held: held)
        let release = try compiler.compile(.letGo("block"), belief)
        // the joints that could not lift it are as loaded as before: no bound may end what frees them
        #expect(release.phases.first?.trajectory.effortBound.allSatisfy(\.isInfinite) == true)
        body.rest(seconds: 0.3)
        #expect(body.run(release) == nil)
        #expect(ArmModel.so101.jaw.opening(atAngle: body.joints[5]) > 0.05 && abs(body.efforts[1]) < 1)
        #expect(body.believable[0].pose.position.z < 0.035)
    }

    @Test("what is tall and thin stands upright where it was put down", arguments: [0.09, 0.11])
    func upright(height: Double) throws {
        let bottle = Thing(
            name: "bottle", shape: .cylinder(diameter: 0.04, height: height),
            pose: Pose(position: Vector3(0.145, 0.131, height / 2)))
        let body = try TrialBody([ModelledThing(bottle, mass: 0.13)], arm: compiler.configuration.home)
        let pick = try compiler.compile(.pick("bottle"), Belief(things: [bottle], joints: body.joints))
        #expect(body.run(pick) == nil)
        let held = compiler.holding(bottle, after: pick, measured: body.joints, correction: body.correction)
        let place = try compiler.compile(
            .place("bottle", .on, Goal.table), Belief(things: body.believable, joints: body.joints, held: held))
        #expect(body.run(place) == nil)
        body.rest(seconds: 1)
        let end = body.believable[0].pose
        #expect(end.orientation.tilt < 0.1 && abs(end.position.z - height / 2) < 0.005, "\(end)")
    }

    @Test("what is long is grasped beside its middle where that has no room, and is put down where it should lie")
    func besideTheMiddle() throws {
        let things = [
            Thing(
                name: "ruler", shape: .box(x: 0.11, y: 0.03, z: 0.02), pose: Pose(position: Vector3(0.2, 0.05, 0.01))),
            Thing(
                name: "rubber", shape: .box(x: 0.02, y: 0.02, z: 0.03),
                pose: Pose(position: Vector3(0.215, 0.08, 0.015))),
            Thing(
                name: "pad", shape: .plate(diameter: 0.14, height: 0.01),
                pose: Pose(position: Vector3(0.2, -0.1, 0.005))),
        ]
        let body = try TrialBody(
            things.map { ModelledThing($0, mass: 0.05, fixed: $0.name == "pad") }, arm: compiler.configuration.rest)
        let pick = try compiler.compile(.pick("ruler"), Belief(things: things, joints: body.joints))
        #expect(body.run(pick) == nil)
        let held = try #require(
            compiler.holding(things[0], after: pick, measured: body.joints, correction: body.correction))
        #expect((body.believable[1].pose.position - things[1].pose.position).length < 0.002, "the rubber was moved")
        #expect(abs(held.grasp.position.y) > 0.01, "grasped in its middle")
        let place = try compiler.compile(
            .place("ruler", .on, "pad"), Belief(things: body.believable, joints: body.joints, held: held))
        #expect(body.run(place) == nil)
        body.rest(seconds: 1)
        let end = body.believable[0].pose.position
        #expect((end - things[2].pose.position).horizontalLength < 0.015, "\(end)")
    }

    @Test("closing on nothing is noticed")
    func missed() throws {
        let block = Thing(
            name: "block", shape: .box(x: 0.03, y: 0.03, z: 0.03), pose: Pose(position: Vector3(0.2, 0.05, 0.015)))
        let body = try TrialBody([], arm: compiler.configuration.rest)
        let motion = try compiler.compile(.pick("block"), Belief(things: [block], joints: body.joints))
        #expect(body.run(motion) == nil)
        #expect(!motion.isGripping(measured: body.joints))
    }

    @Test("home is reached from anywhere and measured there")
    func home() throws {
        let body = try TrialBody([], arm: compiler.configuration.rest)
        let motion = try compiler.compile(.home, Belief(things: [], joints: body.joints))
        #expect(body.run(motion) == nil)
        let poses = compiler.configuration.poses
        #expect(Goal.armAt("home").isTrue(in: WorldState(things: [], joints: body.joints, poses: poses)))
    }

    @Test("a thing is carried over the table in less than sixteen seconds", arguments: [UInt64(1), 2, 3])
    func brisk(seed: UInt64) throws {
        let trial = Trial(.tray, seed: seed)
        var belief = Belief(things: trial.seen, joints: compiler.configuration.rest)
        let pick = try compiler.compile(trial.calls[0], belief)
        belief.joints = try #require(pick.phases.last?.trajectory.points.last?.positions)
        belief.held = compiler.holding(trial.seen[0], after: pick, measured: belief.joints)
        let place = try compiler.compile(trial.calls[1], belief)
        #expect(pick.duration + place.duration < 16, "\(pick.duration) s and \(place.duration) s")
    }

    @Test("every trajectory is one the body accepts, starts where the arm is and keeps the limits")
    func wellFormed() throws {
        let trial = Trial(.stack, seed: 5)
        let start = compiler.configuration.rest
        let motion = try compiler.compile(trial.calls[0], Belief(things: trial.seen, joints: start))
        #expect(motion.phases.map(\.kind) == [.hover, .descend, .close, .trial, .lift, .carry])
        var end = start
        for phase in motion.phases {
            #expect(phase.trajectory.problem(jointCount: 6) == nil)
            #expect(zip(phase.trajectory.points[0].positions, end).allSatisfy { abs($0 - $1) < 1e-6 })
            end = phase.trajectory.points.last?.positions ?? []
            for point in phase.trajectory.points {
                for (joint, limits) in compiler.configuration.joints.enumerated() {
                    #expect(point.positions[joint] >= limits.lower - 1e-9)
                    #expect(point.positions[joint] <= limits.upper + 1e-9)
                    #expect(abs(point.velocities[joint]) <= limits.maximumVelocity + 1e-6)
                }
            }
        }
    }
}

/// The reference configuration of the repository.
func reference() throws -> RobotConfiguration {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try RobotConfiguration.load(path: root.appending(path: "Config/so101.toml").path)
}
