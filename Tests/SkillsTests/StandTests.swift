import Physics
import RobotModel
import Skills
import TestSupport
import Testing

@Suite("Putting a thing at a place on the table")
struct StandTests {
    private let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    private static let things = [
        Scenes.thing("block", .box(x: 0.03, y: 0.03, z: 0.03), 0.2, 0.03, "red"),
        Scenes.thing("can", .cylinder(diameter: 0.04, height: 0.05), 0.2, -0.09, "grey"),
        Scenes.thing("cup", .cylinder(diameter: 0.04, height: 0.05), 0.2, 0.14, "white"),
    ]

    /// What holds the block, and the table around it.
    private func held() throws -> (TrialBody, Belief) {
        let body = try TrialBody(Self.things.map { ModelledThing($0) }, arm: compiler.configuration.rest)
        let pick = try compiler.compile(.pick("block"), Belief(things: Self.things, joints: body.joints))
        #expect(body.run(pick) == nil)
        let held = try #require(
            compiler.holding(Self.things[0], after: pick, measured: body.joints, correction: body.correction))
        return (body, Belief(things: body.believable, joints: body.joints, held: held))
    }

    @Test(
        "the block ends there, by contact and friction alone",
        arguments: [
            Spot.side(.left, of: "can"), .side(.behind, of: "can"), .side(.right, of: "cup"), .between("can", "cup"),
            .region(.back), .region(.left), .point(x: 0.17, y: 0.05, within: 0.03),
        ])
    func stands(spot: Spot) throws {
        let (body, belief) = try held()
        let broken = body.run(try compiler.compile(.stand("block", spot), belief))
        #expect(broken == nil, "\(broken ?? "")")
        body.rest(seconds: 1)
        #expect(Goal.stands("block", spot).isTrue(in: WorldState(things: body.believable, joints: [])))
    }

    @Test("where there is no room, or no reach, the reason says so")
    func refused() throws {
        let (_, belief) = try held()
        func reason(_ spot: Spot) -> SkillFailure.Reason? {
            do throws(SkillFailure) {
                _ = try compiler.compile(.stand("block", spot), belief)
                return nil
            } catch { return error.reason }
        }
        #expect(reason(.point(x: 0.2, y: 0.14, within: 0.01)) == .blocked)
        #expect(reason(.point(x: 0.6, y: 0.0, within: 0.03)) == .unreachable)
        #expect(reason(.side(.left, of: "spoon")) == .noSuchThing)
    }

    @Test(
        "sides, regions and points are where the task suites say",
        arguments: [
            (Spot.side(.left, of: "can"), 0.2, -0.04, true), (.side(.left, of: "can"), 0.2, -0.14, false),
            (.side(.front, of: "can"), 0.15, -0.09, true), (.side(.left, of: "can"), 0.2, 0.2, false),
            (.between("can", "cup"), 0.21, 0.02, true), (.between("can", "cup"), 0.26, 0.02, false),
            (.between("can", "cup"), 0.2, 0.13, false), (.region(.left), 0.2, 0.09, true),
            (.region(.left), 0.2, 0.07, false),
            (.region(.front), 0.15, 0.0, true), (.region(.back), 0.24, 0.0, true), (.region(.middle), 0.2, -0.07, true),
        ])
    func spots(spot: Spot, x: Double, y: Double, isThere: Bool) {
        var things = Self.things
        things[0].pose.position = Vector3(x, y, 0.015)
        #expect(Goal.stands("block", spot).isTrue(in: WorldState(things: things, joints: [])) == isThere)
    }
}
