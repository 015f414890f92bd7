import Control
import Foundation
import Hardware
import RobotModel
import Testing

@Suite("The safety filter, under anything")
struct SafetyFilterTests {
    static let odd: [Double] = [
        .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0, -0.0, 40, -3.3, 0.7,
    ]

    @Test(
        "no set-point ever leaves the limits of position, speed, acceleration and jerk, whatever is commanded",
        arguments: 0..<40)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var robot = VirtualRobot()
        robot.arm()
        var watch = SetpointWatch(robot.robot, robot.goals)
        for round in 0..<400 {
            if round % 20 == 0 {
                if robot.state == .stopped, robot.core.isStanding {
                    robot.core.reset()
                    robot.arm()
                }
                robot.begin(wild(robot, id: UInt64(round + 1), &random), replaces: Bool.random(using: &random))
            }
            if Int.random(in: 0..<7, using: &random) == 0 {
                robot.core.take(HostileClient.setpoints(UInt64(round + 1), now: robot.now, &random), now: robot.now)
            }
            if Int.random(in: 0..<30, using: &random) == 0 {
                robot.blocked.formSymmetricDifference([Int.random(in: 0..<6, using: &random)])
            }
            robot.cycle()
            watch.look(robot.goals)
        }
        #expect(watch.worst.isEmpty, "\(watch.worst)")
        #expect(watch.fastest > 1, "nothing moved")
    }

    @Test(
        "a million hostile sequences put no jerk above the limit into the set-points, and every answer is true",
        .enabled(if: ProcessInfo.processInfo.environment["FORESIGHT_SOAK"] == "1"), arguments: 0..<50)
    func million(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 1_000_000)
        var robot = VirtualRobot()
        robot.arm()
        var watch = SetpointWatch(robot.robot, robot.goals)
        for sequence in 1...20_000 {
            if robot.state == .stopped, robot.core.isStanding {
                robot.core.reset()
                robot.arm()
            }
            let id = UInt64(sequence)
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let before = robot.core.report
                let said = robot.begin(wild(robot, id: id, &random), replaces: Bool.random(using: &random))
                let after = robot.core.report
                // accepted: it runs under its id; refused: it has ended, or the other one goes on
                let isTrue =
                    after.motionID == id
                    ? said == after.motion && (said == .running) == (robot.state == .moving)
                    : after.refusedID == id && after.motionID == before.motionID
                #expect(isTrue, "\(before) \(after)")
            case 2: robot.core.withdraw(.random(in: 0...id, using: &random))
            case 3: robot.core.stop(StopReason(.requested))
            default: robot.core.take(HostileClient.setpoints(id, now: robot.now, &random), now: robot.now)
            }
            robot.blocked = Bool.random(using: &random) ? [] : [Int.random(in: 0..<6, using: &random)]
            let odd = Int.random(in: 0..<6, using: &random)
            let seen = robot.observed[odd]
            if sequence % 3 == 0 { robot.observed[odd].position = HostileClient.number(&random) }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                robot.cycle()
                watch.look(robot.goals)
            }
            if sequence % 3 == 0 { robot.observed[odd] = seen }
            robot.motions.removeAll { $0.id + 4 < id && $0.id != robot.core.report.motionID }
        }
        #expect(watch.worst.isEmpty, "\(watch.worst)")
        #expect(watch.fastest > 1, "nothing moved")
    }

    @Test("the same watch sees a set-point that is passed on without the filter")
    func negativeControl() {
        var random = SeededGenerator(seed: 1)
        let robot = VirtualRobot()
        var watch = SetpointWatch(robot.robot, robot.goals)
        for _ in 0..<50 { watch.look(robot.goals.map { $0 + .random(in: -0.3...0.3, using: &random) }) }
        #expect(!watch.worst.isEmpty)
    }

    @Test(
        "measurements that are no numbers neither move a set-point nor reach it; they are silence",
        arguments: odd.prefix(3))
    func oddMeasurement(number: Double) {
        var robot = VirtualRobot()
        robot.arm()
        robot.run(seconds: 0.2)
        let held = robot.goals
        robot.blocked = [1]
        for change in 0..<6 {
            robot.observed[1].position = change == 0 ? number : held[1]
            robot.observed[1].velocity = change == 1 ? number : 0
            robot.observed[1].effort = change == 2 ? number : 0
            robot.observed[1].current = change == 3 ? number : 0
            robot.observed[1].voltage = change == 4 ? number : 7.4
            robot.observed[1].temperature = change == 5 ? number : 30
            robot.run(seconds: 0.05)
        }
        #expect(robot.goals == held && robot.state == .armed)
        robot.observed[1].position = number
        robot.run(seconds: 0.6)
        #expect(robot.goals == held)
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .silence && robot.core.report.stop.joint == 1)
    }

    @Test("what the filter changes is reported, with the reason")
    func changes() {
        var robot = VirtualRobot()
        robot.arm()
        let joint = robot.robot.joints[0]
        var far = Setpoints()
        far.sequence = 1
        far.joints = 1
        far.positions = JointValues(count: 6, repeating: .nan)
        far.positions[0] = joint.upper + 1
        far.velocities = JointValues(count: 6, repeating: .nan)
        far.cameAt = robot.now
        far.expiresAt = robot.now + 3_000_000_000
        robot.core.take(far, now: robot.now)
        robot.run(seconds: 2)
        let change = robot.core.report.change
        #expect(change.reason == .limit && change.joint == 0 && change.asked == joint.upper + 1)
        #expect(abs(robot.goals[0] - joint.upper) < 1e-6)
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
        var trajectory = robot.motion(by: 0.1, seconds: 0.2)
        var end = trajectory.points[1]
        end.time = 0.4
        end.positions[4] = .nan
        trajectory.points.append(end)
        #expect(robot.begin(trajectory) == .running)
        robot.run(seconds: 0.5)
        #expect(robot.state == .stopped)
        #expect(robot.core.report.stop == StopReason(.invalidSetpoint, joint: 4))
        #expect(robot.goals[4] == before[4])
        trajectory.points[1].positions[4] = .nan
        robot.core.reset()
        robot.arm()
        #expect(robot.begin(trajectory) == .aborted, "one that begins with such a number is refused")
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
