import RobotModel
import Skills
import Testing

@Suite("Places to put something aside")
struct AsideTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    private let bar = Thing(
        name: "bar", shape: .box(x: 0.12, y: 0.038, z: 0.022),
        pose: Pose(position: Vector3(0.186, 0.107, 0.011), orientation: Quaternion(yaw: 1.05)))
    private let bottle = Thing(
        name: "bottle", shape: .cylinder(diameter: 0.04, height: 0.11),
        pose: Pose(position: Vector3(0.145, 0.131, 0.055)))
    private let cushion = Thing(
        name: "cushion", shape: .box(x: 0.14, y: 0.12, z: 0.02), pose: Pose(position: Vector3(0.152, -0.152, 0.01)))

    /// With the bottle in the hand.
    private func holding() throws -> Belief {
        var belief = Belief(things: [bar, bottle, cushion], joints: compiler.configuration.home)
        let pick = try compiler.compile(.pick("bottle"), belief)
        belief.joints = try #require(pick.phases.last?.trajectory.points.last?.positions)
        belief.held = compiler.holding(bottle, after: pick, measured: belief.joints)
        return belief
    }

    @Test("past a tall thing put aside, what it stood beside can be grasped and carried away")
    func passable() throws {
        let belief = try holding()
        let held = try #require(belief.held)
        let next: [[SkillCall]] = [[.pick("bar"), .place("bar", .on, "cushion")]]
        let places = compiler.asides(for: held, belief, before: next, count: 3)
        #expect(places.count == 3)
        for place in places {
            var after = belief
            after.held = nil
            after.things = [bar, cushion, bottle]
            after.things[2].pose.position = Vector3(place.x, place.y, 0.055)
            let pick = try compiler.compile(.pick("bar"), after)
            after.joints = try #require(pick.phases.last?.trajectory.points.last?.positions)
            after.held = compiler.holding(bar, after: pick, measured: after.joints)
            #expect(throws: Never.self) { try compiler.compile(.place("bar", .on, "cushion"), after) }
        }
        // they are places to choose from, not one beside the other
        #expect((places[0] - places[1]).horizontalLength > 0.029 && (places[1] - places[2]).horizontalLength > 0.029)
    }

    @Test("a place that is asked for is the place where it is put")
    func asked() throws {
        let belief = try holding()
        let spot = Vector3(0.17, -0.02, 0)
        let motion = try compiler.compile(.place("bottle", .on, Goal.table), belief, style: Style(spot: spot))
        let open = try #require(motion.phases.first { $0.kind == .open }?.trajectory.points.first?.positions)
        let held = try #require(belief.held)
        #expect((compiler.pose(of: held, joints: open).position - spot).horizontalLength < 0.005)
    }
}
