import Control
import Hardware
import RobotModel
import Testing

@Suite("The safety filter, under anything")
struct SafetyFilterTests {
    static let odd: [Double] = [
        .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0, -0.0, 40, -3.3, 0.7,
    ]

    @Test("no set-point ever leaves the joints' limits, whatever is commanded", arguments: 0..<40)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var robot = VirtualRobot()
        robot.arm()
        var last = robot.goals
        var speeds = [Double](repeating: 0, count: 6)
        for round in 0..<400 {
            if round % 20 == 0 {
                if robot.state == .stopped {
                    robot.core.reset()
                    robot.arm()
                    speeds = .init(repeating: 0, count: 6)
                }
                robot.begin(wild(robot, id: UInt64(round + 1), &random))
            }
            if Int.random(in: 0..<30, using: &random) == 0 {
                robot.blocked.formSymmetricDifference([Int.random(in: 0..<6, using: &random)])
            }
            robot.cycle()
            check(robot, last, &speeds)
            last = robot.goals
        }
    }

    private func check(_ robot: VirtualRobot, _ last: [Double], _ speeds: inout [Double]) {
        for (joint, limit) in robot.robot.joints.enumerated() {
            let goal = robot.goals[joint]
            let speed = (goal - last[joint]) / 0.01
            #expect(goal.isFinite && goal >= limit.lower - 1e-9 && goal <= limit.upper + 1e-9)
            #expect(abs(speed) <= limit.maximumVelocity + 1e-6)
            let change = limit.maximumAcceleration * ControlCore.briskness * 0.01 + 1e-6
            let atStop =
                abs(goal - robot.observed[joint].position) > robot.robot.control.followingLimit - 1e-6
                || goal < limit.lower + 1e-6 || goal > limit.upper - 1e-6
            #expect(abs(speed - speeds[joint]) <= change || atStop, "only limits may stop it more sharply")
            #expect(abs(goal - robot.observed[joint].position) <= robot.robot.control.followingLimit + 0.0301)
            speeds[joint] = speed
        }
    }

    /// Starts where the robot is, then anything.
    private func wild(_ robot: VirtualRobot, id: UInt64, _ random: inout SeededGenerator) -> GuardedTrajectory {
        func number() -> Double {
            Int.random(in: 0..<5, using: &random) == 0
                ? Self.odd[Int.random(in: 0..<Self.odd.count, using: &random)] : .random(in: -4...4, using: &random)
        }
        var trajectory = robot.motion(by: 0, id: id, goal: .infinity, timeout: 1e6)
        trajectory.points[0].velocities = (0..<6).map { _ in number() }
        var time = 0.0
        for _ in 0..<5 {
            time += .random(in: 0.001...0.1, using: &random)
            trajectory.points.append(
                .init(
                    time: time, positions: (0..<6).map { _ in number() }, velocities: (0..<6).map { _ in number() },
                    compensation: (0..<6).map { _ in number() }))
        }
        trajectory.points.remove(at: 1)
        return trajectory
    }

    @Test("a set-point that is no number stops the robot, naming the joint")
    func notANumber() {
        var robot = VirtualRobot()
        robot.arm()
        let before = robot.goals
        var trajectory = robot.motion(by: 0.1)
        trajectory.points[1].positions[4] = .nan
        robot.begin(trajectory)
        robot.run(seconds: 0.5)
        #expect(robot.state == .stopped)
        #expect(robot.core.report.stop == StopReason(.invalidSetpoint, joint: 4))
        #expect(robot.goals[4] == before[4])
    }

    @Test("a joint armed outside its limits stays, may come back, and does not go further out")
    func outside() {
        let limit = VirtualRobot.configuration.joints[0].upper
        var pose = VirtualRobot.configuration.home
        pose[0] = limit + 0.1
        var robot = VirtualRobot(at: pose)
        robot.arm()
        robot.run(seconds: 0.2)
        #expect(robot.goals[0] == limit + 0.1)
        robot.begin(robot.motion(by: 0.3, goal: .infinity))
        robot.run(seconds: 1.5)
        #expect(robot.goals[0] == limit + 0.1)
        robot.begin(robot.motion(by: -0.3, id: 2))
        robot.run(seconds: 1.5)
        #expect(robot.core.report.motion == .succeeded && robot.goals[0] < limit)
    }
}
