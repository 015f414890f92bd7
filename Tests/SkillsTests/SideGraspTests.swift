import Physics
import RobotModel
import Skills
import Testing

/// Tall things further out than a hanging gripper reaches.
@Suite("Grasping from the side")
struct SideGraspTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    private static let can = Shape.cylinder(diameter: 0.045, height: 0.1)

    private func motion(_ shape: Shape, at x: Double, _ y: Double = 0.03, others: [Thing] = []) throws -> SkillMotion {
        let things = [PushTests.thing("thing", shape, x, y)] + others
        return try compiler.compile(.pick("thing"), Belief(things: things, joints: compiler.configuration.rest))
    }

    @Test("a tall can out there is lifted upright and put down upright", arguments: [UInt64(1), 2, 3])
    func lifts(seed: UInt64) throws {
        var random = Seeded(state: seed &* 331)
        let plate = PushTests.thing("plate", .plate(diameter: 0.14, height: 0.01), 0.24, -0.13)
        let scene = [PushTests.thing("can", Self.can, 0.375, 0.03), plate].map { thing in
            ModelledThing(
                thing, mass: .random(in: 0.03...0.07, using: &random), friction: .random(in: 0.6...1, using: &random),
                fixed: thing.name == "plate")
        }
        let body = try TrialBody(scene, arm: compiler.configuration.rest, differences: .drawn(&random))
        let seen = scene.map { Trial.noisy($0.thing, &random) }
        let pick = try compiler.compile(.pick("can"), Belief(things: seen, joints: body.joints))
        #expect(pick.phases.map(\.kind) == [.hover, .reach, .close, .trial, .lift, .carry])
        #expect(body.run(pick) == nil)
        #expect(body.believable[0].pose.position.z > 0.1 && body.believable[0].pose.orientation.tilt < 0.25)
        let held = compiler.holding(seen[0], after: pick, measured: body.joints, correction: body.correction)
        let belief = Belief(things: seen, joints: body.joints, held: held)
        #expect(body.run(try compiler.compile(.place("can", .on, "plate"), belief)) == nil)
        body.rest(seconds: 0.5)
        let state = WorldState(things: body.believable, joints: body.joints)
        #expect(Goal.on("can", "plate").isTrue(in: state), "\(body.believable)")
        #expect(body.believable[0].pose.orientation.tilt < 0.1)
    }

    @Test("near enough, the same can is grasped from above")
    func fromAbove() throws {
        #expect(try motion(Self.can, at: 0.2).phases.map(\.kind).contains(.descend))
    }

    @Test("what is lower than 5 cm is too low for the level hand, and the sentence says so")
    func low() {
        for height in [0.03, 0.045] {
            let error = #expect(throws: SkillFailure.self) {
                try motion(.cylinder(diameter: 0.045, height: height), at: 0.39)
            }
            #expect(error?.says.contains("too low to be grasped from the side") == true)
        }
        #expect(throws: Never.self) { try motion(.cylinder(diameter: 0.045, height: 0.06), at: 0.39) }
    }

    @Test("something tall before it, where the hand has to pass, forbids it")
    func obstructed() {
        let glass = PushTests.thing("glass", .cylinder(diameter: 0.06, height: 0.12), 0.29, 0.03, forbidden: true)
        #expect(throws: SkillFailure.self) { try motion(Self.can, at: 0.37, others: [glass]) }
    }
}
