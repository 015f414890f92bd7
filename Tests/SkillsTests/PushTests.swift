import Physics
import RobotModel
import Skills
import Testing

/// Pushes by contact and friction, on bodies that differ from what the skills believe.
@Suite("Pushing and nudging")
struct PushTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    static func thing(
        _ name: String, _ shape: Shape, _ x: Double, _ y: Double, yaw: Double = 0, forbidden: Bool = false
    ) -> Thing {
        let place = Vector3(x, y, shape.extent.z / 2)
        return Thing(
            name: name, shape: shape, pose: Pose(position: place, orientation: Quaternion(yaw: yaw)),
            forbidden: forbidden)
    }

    static let box = Shape.box(x: 0.12, y: 0.12, z: 0.05)
    static let bar = Shape.box(x: 0.03, y: 0.11, z: 0.03)
    static let tray = thing("tray", .tray(x: 0.14, y: 0.11, z: 0.02), 0.17, -0.13)

    /// What a drawn body makes of a skill that was compiled from a noisy look at the things.
    private func result(_ call: SkillCall, _ things: [Thing], seed: UInt64) throws -> [Thing] {
        var random = Seeded(state: seed &* 977)
        let scene = things.map { thing in
            ModelledThing(
                thing, mass: .random(in: 0.05...0.3, using: &random), friction: .random(in: 0.5...0.9, using: &random),
                fixed: thing.shape.isContainer)
        }
        let body = try TrialBody(scene, arm: compiler.configuration.rest, differences: .drawn(&random))
        let seen = things.map { Trial.noisy($0, &random) }
        let motion = try compiler.compile(call, Belief(things: seen, joints: body.joints))
        #expect(body.run(motion) == nil)
        body.rest(seconds: 0.5)
        return body.believable
    }

    private func failure(_ call: SkillCall, _ things: [Thing]) -> SkillFailure? {
        do {
            _ = try compiler.compile(call, Belief(things: things, joints: compiler.configuration.rest))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "what is too wide to be grasped slides to where it was meant to, and stays upright",
        arguments: [box, .cylinder(diameter: 0.11, height: 0.05)], [UInt64(1), 2, 3])
    func slides(shape: Shape, seed: UInt64) throws {
        let things = [Self.thing("box", shape, 0.2, 0.12, yaw: 0.1), Self.tray]
        let after = try result(.push("box", .nextTo("tray")), things, seed: seed)
        #expect(!Goal.near("box", "tray", 0.05).isTrue(in: WorldState(things: things, joints: [])))
        #expect(Goal.near("box", "tray", 0.05).isTrue(in: WorldState(things: after, joints: [])), "\(after)")
        #expect(after[0].pose.orientation.tilt < 0.1)
    }

    @Test(
        "an obstacle that is too wide is wiped aside, and then there is room for the jaws", arguments: [UInt64(1), 2])
    func wipesAside(seed: UInt64) throws {
        let things = [Self.thing("case", Self.bar, 0.17, 0), Self.thing("carton", Self.box, 0.252, 0)]
        let before = failure(.pick("case"), things)
        #expect(before?.reason == .blocked && before?.obstacles == ["carton"])
        let after = try result(.push("carton", .aside(of: "case")), things, seed: seed)
        #expect(failure(.pick("case"), after) == nil, "\(after)")
        #expect((after[0].pose.position - things[0].pose.position).length < 0.01)
    }

    @Test("a bar between two trays is nudged to where it can be grasped", arguments: [UInt64(1), 2])
    func nudges(seed: UInt64) throws {
        let low = Shape.tray(x: 0.1, y: 0.1, z: 0.022)
        let things = [
            Self.thing("bar", Self.bar, 0.2, 0), Self.thing("tray", low, 0.127, 0), Self.thing("pan", low, 0.273, 0),
        ]
        #expect(failure(.pick("bar"), things)?.reason == .blocked)
        let after = try result(.nudge("bar"), things, seed: seed)
        #expect(failure(.pick("bar"), after) == nil, "\(after)")
    }

    @Test("what a push would tip, roll, drop or break is not pushed, and the sentence says why")
    func refuses() {
        let cases: [(Thing, String)] = [
            (Self.thing("thing", .sphere(diameter: 0.05), 0.2, 0.1), "roll"),
            (Self.thing("thing", .box(x: 0.12, y: 0.12, z: 0.01), 0.2, 0.1), "too flat"),
            (Self.thing("thing", .cylinder(diameter: 0.03, height: 0.12), 0.2, 0.1), "fall over"),
            (Self.thing("thing", Self.box, 0.2, 0.1, forbidden: true), "must not be touched"),
            (Self.thing("thing", .bin(x: 0.1, y: 0.1, z: 0.06), 0.2, 0.1), "do not push"),
            (Self.thing("thing", Self.box, 0.6, 0.1), "no straight push"),
        ]
        for (thing, word) in cases {
            let failure = failure(.push("thing", .nextTo("tray")), [thing, Self.tray])
            #expect(failure?.says.contains(word) == true, "\(word): \(failure?.says ?? "no failure")")
        }
        var above = Self.thing("cap", .box(x: 0.03, y: 0.03, z: 0.03), 0.2, 0.1)
        above.pose.position.z = 0.065
        let loaded = failure(.push("box", .nextTo("tray")), [Self.thing("box", Self.box, 0.2, 0.1), above, Self.tray])
        #expect(loaded?.obstacles == ["cap"])
    }

    @Test("a row of glasses in the way forbids it, and is named")
    func fenced() {
        let glass = Shape.cylinder(diameter: 0.06, height: 0.1)
        let fence = [0.13, 0.2, 0.27].map { Self.thing("glass at \($0)", glass, $0, -0.02, forbidden: true) }
        let tray = Self.thing("tray", .tray(x: 0.14, y: 0.11, z: 0.02), 0.13, -0.19)
        let things = [Self.thing("box", Self.box, 0.2, 0.13), tray] + fence
        let failure = failure(.push("box", .nextTo("tray")), things)
        #expect(failure?.reason == .blocked && failure?.says.contains("glass") == true, "\(failure?.says ?? "none")")
    }

    @Test("a thing that can be grasped as it stands needs no nudge, and one too wide is not helped by it")
    func needless() {
        #expect(failure(.nudge("bar"), [Self.thing("bar", Self.bar, 0.2, 0)])?.says.contains("as it stands") == true)
        #expect(failure(.nudge("box"), [Self.thing("box", Self.box, 0.2, 0)])?.reason == .tooWide)
    }
}
