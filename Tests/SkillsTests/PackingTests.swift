import RobotModel
import Skills
import Testing

@Suite("Several things in one tray")
struct PackingTests {
    let compiler: SkillCompiler

    init() throws { compiler = try SkillCompiler(configuration: reference()) }

    private let tray = Thing(
        name: "tray", shape: .tray(x: 0.16, y: 0.13, z: 0.02), pose: Pose(position: Vector3(0.185, -0.15, 0.01)))

    private func things(_ shapes: [Shape]) -> [Thing] {
        shapes.enumerated().map { index, shape in
            Thing(
                name: "thing \(index)", shape: shape,
                pose: Pose(
                    position: Vector3(0.2, 0.16 - 0.06 * Double(index), shape.extent.z / 2), orientation: .identity))
        }
    }

    @Test(
        "there is room for three where there is room for three",
        arguments: [
            [Shape](repeating: .box(x: 0.014, y: 0.11, z: 0.014), count: 3),
            [Shape](repeating: .box(x: 0.045, y: 0.045, z: 0.03), count: 3),
            [
                .box(x: 0.02, y: 0.11, z: 0.015), .box(x: 0.04, y: 0.05, z: 0.025),
                .cylinder(diameter: 0.03, height: 0.04),
            ],
        ])
    func packed(shapes: [Shape]) throws {
        var belief = Belief(things: things(shapes) + [tray], joints: compiler.configuration.home)
        for index in shapes.indices {
            let name = belief.things[index].name
            let pick = try compiler.compile(.pick(name), belief)
            belief.joints = try #require(pick.phases.last?.trajectory.points.last?.positions)
            let held = try #require(compiler.holding(belief.things[index], after: pick, measured: belief.joints))
            belief.held = held
            let place = try compiler.compile(.place(name, .inside, "tray"), belief)
            let open = try #require(place.phases.first { $0.kind == .open }?.trajectory.points.first?.positions)
            let end = compiler.pose(of: held, joints: open)
            belief.joints = try #require(place.phases.last?.trajectory.points.last?.positions)
            belief.held = nil
            belief.things[index].pose = Pose(
                position: Vector3(end.position.x, end.position.y, Shape.wallThickness + shapes[index].extent.z / 2),
                orientation: Quaternion(yaw: end.orientation.yaw))
            // it lies inside with its ends, and on nothing else
            let ends = corners(of: belief.things[index])
            #expect(ends.allSatisfy { abs($0.x - 0.185) < 0.079 && abs($0.y + 0.15) < 0.064 }, "\(name): \(ends)")
        }
        for a in shapes.indices {
            for b in shapes.indices where a < b {
                #expect(
                    !overlap(belief.things[a], belief.things[b]) && !overlap(belief.things[b], belief.things[a]),
                    "\(a) \(b)")
            }
        }
    }

    /// Whether a point of the first one's outline lies in the second.
    private func overlap(_ a: Thing, _ b: Thing) -> Bool {
        let outline = corners(of: a)
        let half = b.shape.extent * 0.5
        return outline.indices.contains { index in
            let (from, to) = (outline[index], outline[(index + 1) % outline.count])
            return (0..<20).contains { step in
                let point = from + (to - from) * (Double(step) / 20)
                let inB = Quaternion(yaw: -b.pose.orientation.yaw).rotate(point - b.pose.position)
                return abs(inB.x) < half.x && abs(inB.y) < half.y
            }
        }
    }

    /// In order around it.
    private func corners(of thing: Thing) -> [Vector3] {
        let half = thing.shape.extent * 0.5
        if case .cylinder(let d, _) = thing.shape {
            return [(1.0, 0.0), (0, 1), (-1, 0), (0, -1)].map {
                thing.pose.position + Vector3($0 * d / 2, $1 * d / 2, 0)
            }
        }
        return [(1.0, 1.0), (1, -1), (-1, -1), (-1, 1)].map {
            thing.pose.transform(Pose(position: Vector3($0 * half.x, $1 * half.y, 0))).position
        }
    }
}
