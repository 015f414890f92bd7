import RobotModel
import Testing

@Suite("Goals judged by geometry")
struct GoalTests {
    static let bin = Thing(
        name: "bin", shape: .bin(x: 0.1, y: 0.1, z: 0.06), pose: Pose(position: Vector3(0.2, -0.1, 0.03)))
    static let blue = Thing(
        name: "blue", shape: .box(x: 0.03, y: 0.03, z: 0.03), pose: Pose(position: Vector3(0.2, 0.1, 0.015)))

    static func red(at x: Double, _ y: Double, _ z: Double, yaw: Double = 0) -> Thing {
        Thing(
            name: "red", shape: .box(x: 0.03, y: 0.03, z: 0.03),
            pose: Pose(position: Vector3(x, y, z), orientation: Quaternion(yaw: yaw)))
    }

    static func state(_ red: Thing, held: String? = nil) -> WorldState {
        WorldState(
            things: [red, bin, blue], joints: [0, 0.5], held: held, poses: ["home": [0.02, 0.46], "rest": [1, 1]])
    }

    @Test("in: inside the walls, below the rim, and not in the gripper")
    func inside() {
        let goal = Goal.inside("red", "bin")
        #expect(goal.isTrue(in: Self.state(Self.red(at: 0.21, -0.11, 0.017))))
        #expect(!goal.isTrue(in: Self.state(Self.red(at: 0.21, -0.11, 0.017), held: "red")))
        #expect(!goal.isTrue(in: Self.state(Self.red(at: 0.26, -0.1, 0.017))))
        #expect(!goal.isTrue(in: Self.state(Self.red(at: 0.2, -0.1, 0.09))))
        #expect(!Goal.inside("red", "blue").isTrue(in: Self.state(Self.red(at: 0.2, 0.1, 0.015))))
        #expect(!Goal.inside("nothing", "bin").isTrue(in: Self.state(Self.red(at: 0.2, -0.1, 0.017))))
    }

    @Test("on: within a centimetre of the top and over the footprint, also when it lies on its side")
    func on() {
        let goal = Goal.on("red", "blue")
        #expect(goal.isTrue(in: Self.state(Self.red(at: 0.205, 0.1, 0.045))))
        #expect(goal.isTrue(in: Self.state(Self.red(at: 0.205, 0.1, 0.054))))
        #expect(!goal.isTrue(in: Self.state(Self.red(at: 0.205, 0.1, 0.056))))
        #expect(!goal.isTrue(in: Self.state(Self.red(at: 0.22, 0.1, 0.045))))
        var leaning = Self.red(at: 0.2, 0.1, 0.03 + 0.03 * 2.0.squareRoot() / 2)
        leaning.pose.orientation = Quaternion(axis: Vector3(1, 0, 0), angle: .pi / 4)
        #expect(goal.isTrue(in: Self.state(leaning)))
    }

    @Test("arm at a pose, held, near, and their combinations")
    func others() {
        let lifted = Self.state(Self.red(at: 0.2, 0, 0.06), held: "red")
        #expect(Goal.armAt("home").isTrue(in: lifted))
        #expect(!Goal.armAt("rest").isTrue(in: lifted))
        #expect(Goal.held("red").isTrue(in: lifted))
        #expect(!Goal.held("red").isTrue(in: Self.state(Self.red(at: 0.2, 0, 0.04), held: "red")))
        #expect(Goal.near("red", "blue", 0.08).isTrue(in: lifted))
        #expect(!Goal.near("red", "blue", 0.06).isTrue(in: lifted))
        #expect(!Goal.near("red", "blue", 0.06).isTrue(in: Self.state(Self.red(at: 0.2, 0.1, 0.045))))
        #expect(Goal.all([.held("red"), .not(.armAt("rest"))]).isTrue(in: lifted))
        #expect(Goal.any([.armAt("rest"), .held("red")]).isTrue(in: lifted))
        #expect(!Goal.then([.held("red"), .inside("red", "bin")]).isTrue(in: lifted))
    }

    @Test("a footprint turns with its thing")
    func footprint() {
        let turned = Self.red(at: 0, 0, 0.015, yaw: .pi / 4)
        #expect(turned.footprintContains(Vector3(0.02, 0, 0)))
        #expect(!turned.footprintContains(Vector3(0.014, 0.014, 0)))
        #expect(turned.footprintContains(Vector3(0.0, 0.02, 0), margin: 0))
    }

    @Test("pose transforms invert")
    func poses() {
        let a = Pose(position: Vector3(0.1, -0.2, 0.3), orientation: Quaternion(axis: Vector3(0, 1, 0), angle: 0.7))
        let b = Pose(position: Vector3(-1, 0.5, 2), orientation: Quaternion(yaw: 2))
        let back = a.inverse.transform(a.transform(b))
        #expect((back.position - b.position).length < 1e-12)
        #expect(abs(back.orientation.yaw - 2) < 1e-12)
    }
}

@Suite("Guarded trajectories")
struct GuardedTrajectoryTests {
    static func trajectory(_ change: (inout GuardedTrajectory) -> Void) -> GuardedTrajectory {
        let point = GuardedTrajectory.Point(time: 0, positions: [0, 0], velocities: [0, 0], compensation: [0, 0])
        var later = point
        later.time = 1
        var result = GuardedTrajectory(
            id: 1, label: "test", points: [point, later], pathTolerance: [.infinity, 0.1], goalTolerance: [0.1, 0.1],
            effortBound: [1, .infinity], goalTime: 0.5, timeout: 3)
        change(&result)
        return result
    }

    @Test("a sound trajectory has no problem")
    func sound() { #expect(Self.trajectory { _ in }.problem(jointCount: 2) == nil) }

    @Test("every unsound number is found")
    func unsound() {
        let changes: [(inout GuardedTrajectory) -> Void] = [
            { $0.points.removeLast() }, { $0.points[1].positions[0] = .nan },
            { $0.points[1].velocities[1] = .infinity },
            { $0.points[1].time = 0 }, { $0.points[0].time = 0.1 }, { $0.points[1].compensation = [0] },
            { $0.pathTolerance = [1] }, { $0.goalTolerance[0] = .nan }, { $0.effortBound[0] = -1 },
            { $0.timeout = 0.5 }, { $0.timeout = .infinity }, { $0.goalTime = -1 },
            {
                $0.points = (0...GuardedTrajectory.maximumPoints).map { index in
                    .init(time: Double(index), positions: [0, 0], velocities: [0, 0], compensation: [0, 0])
                }
            },
        ]
        for (index, change) in changes.enumerated() {
            #expect(Self.trajectory(change).problem(jointCount: 2) != nil, "change \(index)")
        }
    }

    @Test("what lies in a bin does not stand on the table, though the bin's middle is above it")
    func inBin() {
        let bin = Thing(name: "bin", shape: .bin(x: 0.1, y: 0.1, z: 0.06), pose: Pose(position: Vector3(0.2, 0, 0.03)))
        var block = Thing(
            name: "block", shape: .box(x: 0.03, y: 0.03, z: 0.03), pose: Pose(position: Vector3(0.2, 0, 0.017)))
        func isOnTable() -> Bool {
            Goal.on("block", Goal.table).isTrue(in: WorldState(things: [bin, block], joints: []))
        }
        #expect(!isOnTable())
        // a camera may see it a little too low
        block.pose.position.z = 0.013
        #expect(!isOnTable())
        block.pose.position = Vector3(0.3, 0, 0.015)
        #expect(isOnTable())
    }

    @Test("what must be touched is what no way to the goal avoids")
    func touched() {
        let some = Goal.any([.inside("red", "bin"), .inside("blue", "bin")])
        #expect(some.touched == ["bin"])
        #expect(Goal.all([some, .near("pen", "cup", 0.05)]).touched == ["bin", "pen"])
        #expect(Goal.any([]).touched.isEmpty && Goal.then([.on("a", "b"), .held("c")]).touched == ["a", "b", "c"])
    }
}
