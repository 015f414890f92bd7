import Control
import Hardware
import RobotModel
import Testing
import Safeguards

@Suite("The filter keeps the arm clear, whoever moves it")
struct ClearanceFilterTests {
    private static let still = [Double](repeating: 0, count: 6)
    private static let free = [Double](repeating: .infinity, count: 6)

    /// Armed at home, with a wall in front of the fingers' way down and forward.
    private func robot(walled: Bool) throws -> (robot: VirtualRobot, arm: Clearance) {
        let arm = try ClearanceTests.arm([Self.wall])
        var robot = VirtualRobot(clearance: walled ? arm : nil)
        robot.arm()
        return (robot, arm)
    }

    /// Where the fingers get to when the arm is stretched out low; home and rest are clear of it.
    private static let wall = KeepOut(
        name: "wall", volume: .box(pose: Pose(position: Vector3(0.42, 0, 0.1)), half: Vector3(0.03, 0.4, 0.2)))

    private func stretch(_ robot: VirtualRobot) -> GuardedTrajectory {
        GuardedTrajectory(
            id: 1, label: "stretch",
            points: [(0.0, robot.goals), (1.5, ClearanceTests.stretched.array)].map {
                .init(time: $0.0, positions: $0.1, velocities: Self.still, compensation: Self.still)
            }, pathTolerance: Self.free, goalTolerance: Self.free, effortBound: Self.free, goalTime: 1, timeout: 9)
    }

    @Test(
        "a motion into a keep-out volume is broken off outside it, with the two that would meet",
        arguments: [true, false])
    func motion(walled: Bool) throws {
        var (robot, arm) = try robot(walled: walled)
        robot.begin(stretch(robot))
        var nearest = Double.infinity
        for _ in 0..<300 {
            robot.cycle()
            nearest = min(nearest, arm.clearance(robot.core.goals).reserve)
        }
        guard walled else { return #expect(nearest < 0, "the wall is in nobody's way, so nothing was tried") }
        #expect(nearest >= 0, "\(nearest)")
        #expect(robot.state == .armed && robot.core.report.motionReason.kind == .clearance && robot.core.isStanding)
        #expect(arm.words(pair: robot.core.report.motionReason.joint).contains("wall"))
        // and away from it it may go
        robot.begin(robot.motion(1, by: -0.3, id: 2))
        robot.run(seconds: 1.5)
        #expect(robot.core.report.motion == .succeeded)
    }

    @Test("streamed set-points that press on are held outside, and told") func stream() throws {
        var (robot, arm) = try robot(walled: true)
        var nearest = Double.infinity
        var changes: Set<FilterChange.Reason> = []
        for sequence in 1...300 {
            var wanted = Setpoints()
            wanted.sequence = UInt64(sequence)
            wanted.joints = 0b11_1111
            wanted.positions = ClearanceTests.stretched
            wanted.velocities = JointValues(count: 6, repeating: .nan)
            wanted.cameAt = robot.now
            wanted.expiresAt = robot.now + 500_000_000
            robot.core.take(wanted, now: robot.now)
            robot.cycle()
            nearest = min(nearest, arm.clearance(robot.core.goals).reserve)
            changes.insert(robot.core.report.change.reason)
        }
        #expect(nearest >= 0, "\(nearest)")
        #expect(changes.contains(.clearance), "\(changes)")
        #expect(robot.core.report.isStreaming)
    }

    @Test("lowering that would lead through a keep-out volume stops and holds") func lowering() throws {
        // stretched out above a bar that lies across the way to rest
        let bar = KeepOut(
            name: "bar", volume: .box(pose: Pose(position: Vector3(0.2, 0, 0.33)), half: Vector3(0.02, 0.4, 0.02)))
        let arm = try ClearanceTests.arm([bar])
        var robot = VirtualRobot(at: ClearanceTests.stretched.array, clearance: arm)
        try #require(arm.clearance(ClearanceTests.stretched).isClear)
        robot.arm()
        robot.core.beginLowering(now: robot.now)
        var released = false
        var nearest = Double.infinity
        for _ in 0..<1500 {
            robot.cycle()
            if case .release = robot.lastAction { released = true }
            nearest = min(nearest, arm.clearance(robot.core.goals).reserve)
        }
        #expect(!released && robot.state == .stopped && robot.core.isHolding && nearest >= 0)
        #expect(robot.core.report.stop.kind == .clearance)
    }
}
