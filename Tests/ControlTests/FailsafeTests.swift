import Control
import RobotModel
import Testing

@Suite("What is done about everything that can be the matter")
struct FailsafeTests {
    private static let kinds = StopReason.Kind.allCases.filter { $0 != .none }

    @Test("of all pairs and triples of conditions the most severe action wins, whatever their order")
    func matrix() {
        var tried = 0
        for a in Self.kinds {
            for b in Self.kinds {
                for c in Self.kinds {
                    let conditions: Failsafe.Conditions = [.init(a), .init(b), .init(c)]
                    let decision = Failsafe.decide(conditions)
                    let most = [a, b, c].map { Failsafe.rule($0).action }.max()
                    #expect(decision.action == most)
                    #expect([a, b, c].contains(decision.kind) && Failsafe.rule(decision.kind).action == most)
                    tried += 1
                }
            }
        }
        #expect(tried == Self.kinds.count * Self.kinds.count * Self.kinds.count)
        #expect(Failsafe.decide([]).action == .nothing)
    }

    @Test("every condition in every state ends as the table says, on a virtual clock", arguments: kinds)
    func everyState(kind: StopReason.Kind) {
        for state in [ControlCore.State.disarmed, .armed, .moving, .lowering, .stopped] {
            var robot = Self.robot(in: state)
            let before = robot.core.report
            robot.core.meet(StopReason(kind))
            let expected = Failsafe.state(after: Failsafe.rule(kind).action, in: state)
            #expect(robot.state == expected, "\(kind) in \(state): \(robot.state)")
            guard Failsafe.rule(kind).action >= .stop else { continue }
            let first = state == .stopped && kind != .requestedAgain ? before.stop.kind : kind
            #expect(robot.core.report.stop.kind == first, "the first reason stays, but for what takes torque off")
            // latched: neither time nor a motion lifts it
            robot.run(seconds: 0.5)
            robot.begin(robot.motion(by: 0.1, id: 77))
            robot.run(seconds: 0.2)
            #expect(robot.state == .stopped)
            robot.core.reset()
            #expect(robot.state == .disarmed, "reset leaves it disarmed")
        }
    }

    @Test("what befalls a motion only leaves the robot armed and standing")
    func aborts() {
        for kind in Self.kinds where Failsafe.rule(kind).action == .abort {
            var robot = Self.robot(in: .moving)
            robot.core.meet(StopReason(kind))
            robot.run(seconds: 0.4)
            #expect(robot.state == .armed && robot.core.isStanding && robot.core.report.motion == .aborted)
            #expect(Failsafe.rule(kind).clearing == .nextMotion)
        }
    }

    @Test("every line of the table has words, and only a second request cuts torque")
    func words() {
        for kind in Self.kinds {
            let rule = Failsafe.rule(kind)
            #expect(!rule.words.isEmpty && rule.kind == kind && rule.action != .nothing)
            #expect((rule.action == .cut) == (kind == .requestedAgain))
            #expect((rule.clearing == .reset) == (rule.action >= .stop))
            #expect(!StopReason(kind, joint: 0).description(joints: VirtualRobot.configuration.joints).isEmpty)
        }
    }

    private static func robot(in state: ControlCore.State) -> VirtualRobot {
        var robot = VirtualRobot()
        guard state != .disarmed else { return robot }
        robot.arm()
        robot.cycle()
        switch state {
        case .moving:
            robot.begin(robot.motion(by: 0.8))
            robot.run(seconds: 0.3)
        case .lowering:
            robot.core.beginLowering(now: robot.now)
            robot.run(seconds: 0.3)
        case .stopped: robot.core.stop(StopReason(.requested))
        default: break
        }
        #expect(robot.state == state)
        return robot
    }
}
