import Control
import Hardware
import RobotModel
import Testing

@Suite("The control core's states")
struct StateTests {
    @Test("writes nothing before it is armed")
    func silentBeforeArm() {
        var robot = VirtualRobot()
        robot.run(seconds: 1)
        #expect(robot.writes == 0 && robot.state == .disarmed)
        #expect(robot.begin(robot.motion(by: 0.3)) == .aborted)
        #expect(robot.core.report.motionReason.kind == .notArmed)
        robot.run(seconds: 1)
        #expect(robot.writes == 0)
    }

    @Test("arming holds exactly where the joints are")
    func armHolds() {
        var robot = VirtualRobot(at: [0.3, -0.4, 0.5, 0.6, -0.7, 0.2])
        robot.arm()
        robot.run(seconds: 1)
        #expect(robot.state == .armed && robot.writes == 100)
        #expect(robot.goals == [0.3, -0.4, 0.5, 0.6, -0.7, 0.2])
    }

    @Test("what is wrong keeps it from being armed, in words")
    func armingProblems() {
        var robot = VirtualRobot()
        #expect(robot.core.armingProblem(robot.observed, now: robot.now) == nil)
        func problem(_ change: (inout JointObservation) -> Void) -> String {
            var observed = robot.observed
            change(&observed[2])
            return robot.core.armingProblem(observed, now: robot.now)?.description(joints: robot.robot.joints) ?? ""
        }
        #expect(problem { $0.voltage = 4.9 } == "elbow_flex has 4.9 V, at least 6.0 V are needed")
        #expect(problem { $0.voltage = 12 } == "elbow_flex has 12.0 V, at most 8.6 V are allowed")
        #expect(problem { $0.temperature = 71 }.contains("elbow_flex has 71.0 °C"))
        #expect(problem { $0.faults = 0b10_0000 }.contains("elbow_flex reports overload"))
        #expect(problem { $0.measuredAtNanoseconds -= 600_000_000 }.contains("no good answer for 0.6 s"))
        robot.observed[2].measuredAtNanoseconds = 0
        #expect(robot.core.armingProblem(robot.observed, now: robot.now)?.kind == .silence)
    }

    @Test("a stop is latched, keeps its first reason and holds the arm", arguments: [false, true])
    func stopLatches(moving: Bool) {
        var robot = VirtualRobot()
        robot.arm()
        if moving { robot.begin(robot.motion(by: 1)) }
        robot.run(seconds: 0.4)
        robot.core.stop(StopReason(.requested))
        robot.core.stop(StopReason(.leaseLapsed))
        robot.run(seconds: 0.3)
        let held = robot.goals
        robot.run(seconds: 1)
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .requested)
        #expect(robot.goals == held && robot.core.isHolding)
        if case .write = robot.lastAction {} else { Issue.record("a stopped robot must go on holding") }
        #expect(robot.core.report.motion == (moving ? .aborted : .none))
        #expect(robot.begin(robot.motion(by: 0.1, id: 9)) == .aborted)
        #expect(robot.state == .stopped)
    }

    @Test("a stop slows down within the acceleration limit")
    func stopDecelerates() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 1.2))
        robot.run(seconds: 0.5)
        robot.core.stop(StopReason(.requested))
        var last = robot.goals[0]
        robot.cycle()
        var speed = (robot.goals[0] - last) / 0.01
        #expect(speed > 1)
        let largest = robot.robot.joints[0].maximumAcceleration * 0.01 + 1e-9
        for _ in 0..<30 {
            last = robot.goals[0]
            robot.cycle()
            let next = (robot.goals[0] - last) / 0.01
            #expect(abs(next - speed) <= largest)
            speed = next
        }
        #expect(speed == 0)
    }

    @Test("a stop also latches before anything was armed, and reset lifts it")
    func stopWhileDisarmed() {
        var robot = VirtualRobot()
        robot.core.stop(StopReason(.requested))
        robot.run(seconds: 0.2)
        #expect(robot.state == .stopped && robot.writes == 0)
        robot.core.reset()
        #expect(robot.state == .disarmed)
    }

    @Test("reset leaves it disarmed: held by the servos, and nothing written before arm")
    func resetKeepsTorque() {
        var robot = VirtualRobot()
        robot.arm()
        robot.run(seconds: 0.1)
        robot.core.stop(StopReason(.requested))
        robot.run(seconds: 0.1)
        robot.core.reset()
        let writes = robot.writes
        robot.run(seconds: 1)
        #expect(robot.state == .disarmed && robot.core.isHolding && robot.writes == writes)
        #expect(robot.begin(robot.motion(by: 0.2)) == .aborted)
        #expect(robot.writes == writes)
        // armed again it goes on holding the same set-points, even where the joints sag below them
        robot.observed[1].position -= 0.03
        robot.blocked = [1]
        let held = robot.goals
        robot.arm()
        robot.run(seconds: 0.2)
        #expect(robot.goals == held && robot.state == .armed)
    }

    @Test("disarming lowers the arm to its rest pose before torque goes", arguments: [false, true])
    func disarmLowers(afterReset: Bool) {
        var robot = VirtualRobot()
        robot.arm()
        if afterReset {
            robot.core.stop(StopReason(.requested))
            robot.core.reset()
        }
        robot.core.beginLowering(now: robot.now)
        #expect(robot.state == .lowering)
        var released = false
        for _ in 0..<2000 where !released {
            robot.cycle()
            if case .release = robot.lastAction { released = true }
        }
        #expect(released)
        for (joint, angle) in robot.robot.rest.enumerated() {
            #expect(abs(robot.observed[joint].position - angle) < 0.01)
        }
        robot.core.disarmed()
        #expect(robot.state == .disarmed && !robot.core.isHolding)
    }

    @Test("a stop while it is lowered stops it")
    func stopWhileLowering() {
        var robot = VirtualRobot()
        robot.arm()
        robot.core.beginLowering(now: robot.now)
        robot.run(seconds: 1)
        robot.core.stop(StopReason(.requested))
        robot.run(seconds: 0.3)
        let held = robot.goals
        robot.run(seconds: 1)
        #expect(robot.state == .stopped && robot.goals == held)
        robot.core.beginLowering(now: robot.now)
        #expect(robot.state == .stopped)
    }

    @Test("a port that vanishes leaves it stopped; nothing is written when it comes back")
    func portLost() {
        var robot = VirtualRobot()
        robot.arm()
        robot.begin(robot.motion(by: 1))
        robot.run(seconds: 0.3)
        robot.core.portLost()
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .portLost)
        let writes = robot.writes
        robot.run(seconds: 1)
        robot.core.reset()
        robot.run(seconds: 1)
        #expect(robot.writes == writes && robot.state == .disarmed)
        robot.observed[0].position = -0.5
        robot.arm()
        robot.cycle()
        #expect(robot.goals[0] == -0.5, "after a loss the goal is the present position again")
        var idle = VirtualRobot()
        idle.core.portLost()
        #expect(idle.state == .disarmed)
    }

    @Test("silence, faults, voltage and temperature stop it, with joint, value and bound")
    func hazards() {
        func stopped(_ change: (inout JointObservation) -> Void, after cycles: Int = 20) -> StopReason {
            var robot = VirtualRobot()
            robot.arm()
            robot.begin(robot.motion(by: 0.5))
            robot.run(seconds: 0.1)
            change(&robot.observed[3])
            for _ in 0..<cycles { robot.cycle() }
            return robot.core.report.stop
        }
        #expect(stopped { $0.faults = 1 << 2 }.kind == .fault)
        #expect(stopped { $0.voltage = 5 } == StopReason(.undervoltage, joint: 3, value: 5, bound: 6))
        #expect(stopped { $0.voltage = 9 }.kind == .overvoltage)
        #expect(stopped { $0.temperature = 80 }.kind == .overheated)
        #expect(stopped({ $0.voltage = 5 }, after: 5).kind == .none, "one odd reading is no fact")
        var robot = VirtualRobot()
        robot.arm()
        for _ in 0..<49 { robot.cycle(fresh: false) }
        #expect(robot.state == .armed)
        for _ in 0..<3 { robot.cycle(fresh: false) }
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .silence)
    }

    @Test("an arm that does not get down to rest is not let go of: it stops and holds, and says who was in the way")
    func blockedLowering() {
        var robot = VirtualRobot()
        robot.arm()
        robot.blocked = [1]
        robot.core.beginLowering(now: robot.now)
        var released = false
        for _ in 0..<1500 {
            robot.cycle()
            if case .release = robot.lastAction { released = true }
        }
        #expect(!released && robot.state == .stopped && robot.core.isHolding)
        #expect(robot.core.report.stop.kind == .notLowered && robot.core.report.stop.joint == 1)
    }

    @Test(
        "after a stall the set-points are where the monitor left the motors: nothing steps forward",
        arguments: [false, true])
    func halted(moving: Bool) {
        var robot = VirtualRobot()
        robot.arm()
        if moving {
            robot.begin(robot.motion(by: 1.2))
            robot.run(seconds: 0.5)
        }
        // the joints lag behind
        robot.blocked = [0, 1, 2, 3, 4, 5]
        if moving { robot.observed[0].position -= 0.1 }
        let place = robot.observed[0].position
        robot.now += 300_000_000
        robot.core.halted(StopReason(.loopStalled, value: 0.3, bound: 0.2), at: robot.observed)
        for _ in 0..<50 {
            robot.cycle()
            #expect(abs(robot.goals[0] - place) < 1e-9)
        }
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .loopStalled)
    }

    @Test("what the filter changed once is not told for ever")
    func changeEnds() {
        var robot = VirtualRobot()
        robot.arm()
        robot.blocked = [0]
        robot.begin(robot.motion(by: 1.5, goal: .infinity))
        robot.run(seconds: 1)
        #expect(robot.core.report.change.reason != .none)
        robot.core.disarmed()
        robot.cycle()
        #expect(robot.core.report.change.reason == .none)
    }

    @Test("a second stop is latched as what it is, and torque is the bus's to take")
    func secondStop() {
        var robot = VirtualRobot()
        robot.arm()
        robot.core.stop(StopReason(.requested))
        robot.core.meet(StopReason(.requestedAgain))
        #expect(robot.state == .stopped && robot.core.report.stop.kind == .requestedAgain)
    }
}
