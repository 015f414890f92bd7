import Control
import Foundation
import Hardware
import RobotModel
import Safeguards

/// The control core with a virtual clock, in front of joints that follow their set-points.
struct VirtualRobot {
    static let configuration: RobotConfiguration = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config").path
        // swift-format-ignore: the shipped file is known to load
        var configuration = try! RobotConfiguration.load(path: folder + "/so101-virtual.toml")
        // as on real arms
        configuration.safety.silenceSeconds = 0.5
        return configuration
    }()

    static let period: Int64 = 10_000_000
    static let far = Int64.max

    let robot = VirtualRobot.configuration
    var core: ControlCore
    var now: Int64 = 5_000_000_000
    var observed: JointObservations
    var deadline = VirtualRobot.far
    /// Joints that do not move whatever their set-point.
    var blocked: Set<Int> = []
    var lastAction = ControlCore.Action.silent
    var writes = 0
    /// Keeps motions alive, as the service does.
    var motions: [PreparedTrajectory] = []

    /// The lease that holds.
    var lease: UInt64 = 0

    init(at positions: [Double]? = nil, clearance: Clearance? = nil) {
        core = ControlCore(VirtualRobot.configuration, clearance: clearance)
        observed = JointObservations(count: 6)
        let pose = positions ?? VirtualRobot.configuration.home
        for joint in 0..<6 {
            var one = JointObservation()
            one.position = pose[joint]
            one.voltage = 7.4
            one.temperature = 30
            one.torqueOn = true
            one.measuredAtNanoseconds = now
            observed[joint] = one
        }
    }

    var state: ControlCore.State { core.report.state }
    var goals: [Double] { core.goals.array }

    mutating func arm() { core.armed(at: observed, now: now) }

    /// One cycle; measured joints go where the set-points were.
    mutating func cycle(fresh: Bool = true) {
        now += Self.period
        for joint in 0..<6 {
            if fresh { observed[joint].measuredAtNanoseconds = now }
            if core.isHolding, !blocked.contains(joint) { observed[joint].position = core.goals[joint] }
        }
        lastAction = core.step(observed, now: now, leaseDeadline: deadline, lease: lease)
        if case .write = lastAction { writes += 1 }
    }

    mutating func run(seconds: Double, while goesOn: (VirtualRobot) -> Bool = { _ in true }) {
        for _ in 0..<Int(seconds * 100) where goesOn(self) { cycle() }
    }

    @discardableResult
    mutating func begin(_ trajectory: GuardedTrajectory, replaces: Bool = false, lease: UInt64 = 0)
        -> ControlCore.MotionState
    {
        let prepared = PreparedTrajectory(trajectory, replaces: replaces, lease: lease)
        motions.append(prepared)
        core.begin(Unmanaged.passUnretained(prepared), now: now)
        return core.report.motion
    }

    /// From where the set-points are to `offset` beside it in one joint.
    func motion(
        _ joint: Int = 0, by offset: Double, seconds: Double = 1, id: UInt64 = 1, path: Double = .infinity,
        goal: Double = 0.05, effort: Double = .infinity, timeout: Double = 5, startingOff: Double = 0
    ) -> GuardedTrajectory {
        var start = goals
        start[joint] += startingOff
        var end = start
        end[joint] += offset
        let still = [Double](repeating: 0, count: 6)
        return GuardedTrajectory(
            id: id, label: "test",
            points: [
                .init(time: 0, positions: start, velocities: still, compensation: still),
                .init(time: seconds, positions: end, velocities: still, compensation: still),
            ], pathTolerance: .init(repeating: path, count: 6), goalTolerance: .init(repeating: goal, count: 6),
            effortBound: .init(repeating: effort, count: 6), goalTime: 0.3, timeout: timeout)
    }
}
