import Physics
import RobotModel
import Skills
import TestSupport
import Testing

@Suite("Turning a thing where it stands")
struct RotateTests {
    private let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: RobotConfiguration.load(path: Places.config)) }

    /// The first thing after the call was carried out in the plant.
    private func after(_ call: SkillCall, _ things: [Thing]) throws -> Thing {
        let start = compiler.configuration.rest
        let body = try TrialBody(
            things.map { ModelledThing($0) }, arm: start, differences: Differences())
        let motion = try compiler.compile(call, Belief(things: things, joints: start))
        let broken = body.run(motion)
        #expect(broken == nil, "\(broken ?? "")")
        body.rest(seconds: 1)
        return body.believable[0]
    }

    private func box(
        _ yaw: Double, x: Double = 0.05, y: Double = 0.03, at place: Vector3 = Vector3(0.2, 0.03, 0.015)
    ) -> Thing {
        Thing(
            name: "box", shape: .box(x: x, y: y, z: 0.03),
            pose: Pose(position: place, orientation: Quaternion(yaw: yaw)))
    }

    @Test(
        "the plant's box stands as it was asked to, where it stood",
        arguments: [(0.2, 60), (-0.4, -90), (1.1, 20), (0.0, 45)])
    func turned(_ yaw: Double, _ degrees: Int) throws {
        let thing = box(yaw)
        let after = try after(.rotate("box", .at(degrees)), [thing])
        let left = try #require(after.turn(to: Double(degrees) * .pi / 180))
        #expect(abs(left) < Goal.turned, "\(left) rad are left")
        #expect((after.pose.position - thing.pose.position).horizontalLength < 0.012)
        #expect(Goal.turned("box", .at(degrees)).isTrue(in: WorldState(things: [after], joints: [])))
    }

    @Test("along another thing: the shortest way, edges beside edges")
    func aligned() throws {
        let ruler = Thing(
            name: "ruler", shape: .box(x: 0.1, y: 0.02, z: 0.01),
            pose: Pose(position: Vector3(0.24, -0.1, 0.005), orientation: Quaternion(yaw: 0.5)))
        // a quarter turn off along is along, too
        #expect(abs(try #require(box(0.5 + .pi / 2).turn(along: ruler))) < 1e-9)
        let after = try after(.rotate("box", .along("ruler")), [box(0.1), ruler])
        #expect(abs(try #require(after.turn(along: ruler))) < Goal.turned)
    }

    @Test("what cannot be turned is refused with the reason")
    func refused() throws {
        let ball = Thing(
            name: "ball", shape: .sphere(diameter: 0.04), pose: Pose(position: Vector3(0.2, 0.05, 0.02)))
        let far = box(0, at: Vector3(0.6, 0, 0.015))
        func reason(_ call: SkillCall, _ things: [Thing]) -> SkillFailure? {
            do {
                _ = try compiler.compile(call, Belief(things: things, joints: compiler.configuration.rest))
                return nil
            } catch { return error }
        }
        #expect(reason(.rotate("ball", .at(30)), [ball])?.description.contains("round") == true)
        let aimless = reason(.rotate("box", .along("ball")), [box(0), ball])
        #expect(aimless?.description.contains("nothing lies along") == true)
        #expect(reason(.rotate("box", .along("tray")), [box(0)])?.reason == .noSuchThing)
        #expect(reason(.rotate("box", .at(30)), [far])?.reason == .unreachable)
        #expect(reason(.rotate("box", .at(30)), [box(0, x: 0.1, y: 0.1)])?.reason == .tooWide)
    }
}
