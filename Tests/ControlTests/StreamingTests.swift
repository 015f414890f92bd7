import Control
import Foundation
import Hardware
import RobotModel
import Testing

@Suite("Streamed set-points")
struct StreamingTests {
    private func setpoints(
        _ robot: VirtualRobot, _ sequence: UInt64, position: Double? = nil, speed: Double? = nil, joint: Int = 0,
        lasting seconds: Double = 0.5
    ) -> Setpoints {
        var setpoints = Setpoints()
        setpoints.sequence = sequence
        setpoints.joints = 1 << UInt16(joint)
        setpoints.positions = JointValues(count: 6, repeating: .nan)
        setpoints.velocities = setpoints.positions
        if let position { setpoints.positions[joint] = position }
        if let speed { setpoints.velocities[joint] = speed }
        setpoints.cameAt = robot.now
        setpoints.expiresAt = robot.now + Int64(seconds * 1e9)
        return setpoints
    }

    @Test("a moving target sent 50 times a second is followed closely and smoothly")
    func follows() {
        var robot = VirtualRobot()
        robot.arm()
        let start = robot.goals[0]
        var farthest = 0.0
        var speeds: [Double] = []
        for cycle in 0..<300 {
            let time = Double(cycle) * 0.01
            let target = start + 0.4 * sin(2 * .pi * 0.5 * time)
            if cycle % 2 == 0 {
                robot.core.take(setpoints(robot, UInt64(cycle + 1), position: target), now: robot.now)
            }
            robot.cycle()
            if cycle > 50 { farthest = max(farthest, abs(robot.goals[0] - target)) }
            speeds.append(robot.core.velocities[0])
        }
        #expect(robot.state == .moving && robot.core.report.isStreaming && robot.core.report.setpoints == 299)
        #expect(farthest < 0.06, "\(farthest)")
        // a staircase of targets must not become a staircase of speeds
        let jolts = zip(speeds.dropFirst(60), speeds.dropFirst(61)).map { abs($1 - $0) }.max() ?? 1
        #expect(jolts < 0.25, "\(jolts)")
    }

    @Test("once they cease it slows down and holds, armed, and says why")
    func ceases() {
        var robot = VirtualRobot()
        robot.arm()
        robot.core.take(setpoints(robot, 1, speed: 1, lasting: 0.2), now: robot.now)
        robot.run(seconds: 0.19)
        #expect(robot.core.velocities[0] > 0.9)
        robot.run(seconds: 0.4)
        #expect(robot.state == .armed && robot.core.isStanding)
        #expect(robot.core.report.streamEnd.kind == .setpointsCeased && robot.core.report.motionReason.kind == .none)
        let held = robot.goals
        robot.run(seconds: 0.5)
        #expect(robot.goals == held)
    }

    @Test("a joint that is steered by speed stops at its limit")
    func speedAtLimit() {
        var robot = VirtualRobot()
        robot.arm()
        for cycle in 0..<400 {
            robot.core.take(setpoints(robot, UInt64(cycle + 1), speed: 2.5), now: robot.now)
            robot.cycle()
        }
        #expect(abs(robot.goals[0] - robot.robot.joints[0].upper) < 1e-6)
    }

    @Test("older, stale and unarmed ones are passed over; a motion is not disturbed")
    func passedOver() {
        var robot = VirtualRobot()
        robot.core.take(setpoints(robot, 1, speed: 1), now: robot.now)
        robot.run(seconds: 0.1)
        #expect(robot.state == .disarmed && robot.writes == 0)
        robot.arm()
        var stale = setpoints(robot, 2, speed: 1)
        stale.expiresAt = robot.now
        robot.core.take(stale, now: robot.now)
        robot.cycle()
        #expect(robot.state == .armed)
        robot.core.take(setpoints(robot, 9, speed: 1), now: robot.now)
        robot.core.take(setpoints(robot, 8, speed: -1), now: robot.now)
        robot.run(seconds: 0.2)
        #expect(robot.core.velocities[0] > 0.9 && robot.core.report.setpoints == 9)
        robot.run(seconds: 1)
        robot.begin(robot.motion(1, by: 0.3, id: 3))
        robot.core.take(setpoints(robot, 20, speed: 1), now: robot.now)
        robot.run(seconds: 0.3)
        #expect(robot.core.report.motionID == 3 && !robot.core.report.isStreaming)
    }

    @Test("two messages that were held up and come in a bunch are no burst of speed")
    func bunched() {
        var robot = VirtualRobot()
        robot.arm()
        let start = robot.goals[0]
        robot.core.take(setpoints(robot, 1, position: start), now: robot.now)
        var second = setpoints(robot, 2, position: start + 0.02)
        second.cameAt += 2_000_000
        robot.core.take(second, now: robot.now + 2_000_000)
        var farthest = 0.0
        for _ in 0..<40 {
            robot.cycle()
            farthest = max(farthest, robot.goals[0] - start)
        }
        #expect(farthest < 0.1, "\(farthest)")
    }

    @Test("the lease's lapse stops a stream like a motion")
    func lease() {
        var robot = VirtualRobot()
        robot.arm()
        robot.deadline = robot.now + 200_000_000
        robot.core.take(setpoints(robot, 1, speed: 1, lasting: 5), now: robot.now)
        robot.run(seconds: 0.3)
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .leaseLapsed)
        robot.run(seconds: 0.3)
        #expect(robot.core.isStanding)
    }
}
