import Control
import Hardware
import RobotModel
import Testing
import Safeguards

@Suite("Motions and their guards")
struct MotionTests {
    @Test("a motion arrives, smoothly, and is reported as succeeded")
    func succeeds() {
        var robot = VirtualRobot()
        robot.arm()
        let start = robot.goals[0]
        #expect(robot.begin(robot.motion(by: 0.8, id: 7)) == .running)
        #expect(robot.state == .moving)
        var last = start
        var fastest = 0.0
        for _ in 0..<130 {
            robot.cycle()
            fastest = max(fastest, abs(robot.goals[0] - last) / 0.01)
            last = robot.goals[0]
        }
        let report = robot.core.report
        #expect(report.motion == .succeeded && report.motionID == 7 && report.progress == 1)
        #expect(robot.state == .armed && abs(robot.goals[0] - start - 0.8) < 1e-6)
        #expect(fastest > 1.1 && fastest < 1.3, "a cubic peaks at one and a half times its mean speed")
    }

    @Test("a start beside the set-point is blended in; one too far away is refused in words")
    func entry() {
        var robot = VirtualRobot()
        robot.arm()
        #expect(robot.begin(robot.motion(by: 0.5, startingOff: 0.1)) == .running)
        let before = robot.goals[0]
        robot.cycle()
        #expect(abs(robot.goals[0] - before) < 0.01)
        robot.run(seconds: 1.3)
        #expect(robot.core.report.motion == .succeeded && abs(robot.goals[0] - before - 0.6) < 1e-6)

        #expect(robot.begin(robot.motion(by: 0.5, id: 2, startingOff: 0.3)) == .aborted)
        let reason = robot.core.report.motionReason
        #expect(reason.kind == .startTooFar && robot.state == .armed)
        #expect(reason.description(joints: robot.robot.joints).contains("of shoulder_pan"))
    }

    @Test("the lease's lapse stops a motion within one cycle; without any lease nothing moves")
    func lease() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 1))
        robot.deadline = robot.now + 300_000_000
        robot.run(seconds: 0.29)
        #expect(robot.state == .moving)
        robot.run(seconds: 0.02)
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .leaseLapsed)
        #expect(robot.core.report.motion == .aborted)

        var free = VirtualRobot()
        free.arm()
        free.deadline = 0
        free.begin(free.motion(by: 1))
        free.cycle()
        #expect(free.state == .stopped)
    }

    @Test("a motion ends with the lease it was sent under, also when another one holds at once")
    func otherLease() {
        var robot = VirtualRobot()
        robot.arm()
        robot.lease = 7
        robot.begin(robot.motion(by: 1), lease: 7)
        robot.run(seconds: 0.2)
        #expect(robot.state == .moving)
        robot.lease = 8
        robot.cycle()
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .leaseLapsed)
        // one that waited under the old lease does not begin under the new one
        robot.run(seconds: 0.5)
        robot.core.reset()
        robot.arm()
        robot.begin(robot.motion(by: 1, id: 2), lease: 7)
        robot.cycle()
        #expect(robot.state == .stopped && robot.core.report.motion == .aborted && robot.core.report.progress == 0)
    }

    @Test("a lease that lapsed before arming does not stop what is armed later; one that lapses later does")
    func staleLease() {
        var robot = VirtualRobot()
        robot.deadline = robot.now - 1
        robot.arm()
        robot.run(seconds: 0.5)
        #expect(robot.state == .armed)
        robot.deadline = robot.now + 100_000_000
        robot.run(seconds: 0.2)
        #expect(robot.state == .stopped)
    }

    @Test("a blocked joint breaks the path guard, is told with value and bound, and stops pressing")
    func pathGuard() {
        var robot = VirtualRobot()
        robot.arm()
        robot.blocked = [0]
        let place = robot.observed[0].position
        robot.begin(robot.motion(by: 1, path: 0.2))
        robot.run(seconds: 1) { $0.state == .moving }
        let reason = robot.core.report.motionReason
        #expect(robot.state == .armed && robot.core.report.motion == .aborted)
        #expect(reason.kind == .pathTolerance && reason.joint == 0 && reason.value > 0.2 && reason.bound == 0.2)
        robot.run(seconds: 0.5)
        #expect(abs(robot.goals[0] - place) < 0.0601)
    }

    @Test("without a path guard a blocked joint's set-point does not wind up")
    func following() {
        var robot = VirtualRobot()
        robot.arm()
        robot.blocked = [0]
        let place = robot.observed[0].position
        robot.begin(robot.motion(by: 1.5, goal: .infinity))
        for _ in 0..<150 {
            robot.cycle()
            #expect(abs(robot.goals[0] - place) <= robot.robot.control.followingLimit + 1e-9)
        }
        #expect(abs(robot.goals[0] - place) > robot.robot.control.followingLimit - 0.01)
    }

    @Test("the effort guard bears a short peak, not a long one")
    func effortGuard() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 0.8, effort: 0.9))
        robot.run(seconds: 0.1)
        robot.observed[2].effort = -1.1
        robot.run(seconds: 0.03)
        robot.observed[2].effort = 0
        robot.run(seconds: 0.1)
        #expect(robot.state == .moving)
        robot.observed[2].effort = -1.1
        robot.run(seconds: 0.1)
        #expect(robot.core.report.motionReason == StopReason(.effortBound, joint: 2, value: 1.1, bound: 0.9))
    }

    @Test("a joint that does not reach its goal within the goal time fails the motion")
    func goalGuard() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 0.3, goal: 0.05))
        robot.run(seconds: 0.5)
        robot.blocked = [0]
        robot.run(seconds: 0.75)
        #expect(robot.state == .moving)
        robot.run(seconds: 0.1)
        #expect(robot.core.report.motionReason.kind == .goalTolerance && robot.state == .armed)
    }

    @Test("the time-out ends a motion that never settles")
    func timeout() {
        var robot = VirtualRobot()
        robot.arm()
        var trajectory = robot.motion(by: 0.3, goal: 0.05, timeout: 1.2)
        trajectory.goalTime = 9
        robot.begin(trajectory)
        robot.run(seconds: 0.5)
        robot.blocked = [0]
        robot.run(seconds: 0.8)
        #expect(robot.core.report.motionReason.kind == .timeout)
    }

    @Test("guards compare with what was intended, not with the compensated set-point")
    func compensation() {
        var robot = VirtualRobot()
        robot.arm()
        var trajectory = robot.motion(by: 0.4, path: 0.1)
        for index in trajectory.points.indices { trajectory.points[index].compensation[1] = 0.08 }
        robot.blocked = [1]  // a servo that sags by what is compensated: measured stays at the intended position
        let place = robot.observed[1].position
        robot.begin(trajectory)
        robot.run(seconds: 1.3)
        #expect(robot.core.report.motion == .succeeded)
        #expect(abs(robot.goals[1] - place - 0.08) < 1e-6)
    }

    @Test("a second motion does not displace a running one")
    func oneAtATime() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 0.5, id: 1))
        robot.run(seconds: 0.2)
        robot.begin(robot.motion(by: -0.5, id: 2))
        robot.run(seconds: 1.2)
        #expect(robot.core.report.motionID == 1 && robot.core.report.motion == .succeeded)
        #expect(robot.core.report.refusedID == 2, "whoever asked for it is told")
        #expect(robot.core.report.refusal.kind == .busy)
    }

    @Test("a motion that says so takes a running one's place, without a step in position or speed")
    func replaces() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 0.9, id: 1))
        robot.run(seconds: 0.5)
        let before = robot.goals[0]
        #expect(robot.core.velocities[0] > 1)
        robot.begin(robot.motion(by: -0.4, id: 2), replaces: true)
        #expect(robot.core.report.motionID == 2 && robot.core.report.motion == .running)
        var last = before
        var speed = robot.core.velocities[0]
        for _ in 0..<150 {
            robot.cycle()
            let next = (robot.goals[0] - last) / 0.01
            #expect(
                abs(next - speed) <= robot.robot.joints[0].maximumAcceleration * SetpointPath.briskness * 0.01 + 1e-9)
            (last, speed) = (robot.goals[0], next)
        }
        #expect(robot.core.report.motion == .succeeded && abs(robot.goals[0] - before + 0.4) < 1e-6)
    }

    @Test(
        "a motion that is withdrawn is broken off: it slows down and holds, armed; another id's withdrawal is nothing")
    func withdrawn() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 0.9, id: 5))
        robot.run(seconds: 0.3)
        robot.core.withdraw(4)
        robot.cycle()
        #expect(robot.state == .moving)
        robot.core.withdraw(5)
        robot.run(seconds: 0.4)
        #expect(robot.state == .armed && robot.core.report.motionReason.kind == .withdrawn && robot.core.isStanding)
    }
}
