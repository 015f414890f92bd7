import Control
import Hardware
import RobotModel
import Testing

/// Set-points in front of joints that are always where they should be, at any rate.
private struct IdealLoop {
    let robot: RobotConfiguration
    var core: ControlCore
    var now: Int64 = 5_000_000_000
    private var observed = JointObservations(count: 6)
    private var sequence: UInt64 = 0
    let period: Double

    init(rateHz: Int, _ change: (inout JointConfiguration) -> Void = { _ in }) {
        var robot = VirtualRobot.configuration
        robot.control.rateHz = rateHz
        // so that nothing but the joint's own limits decides how fast it gets
        robot.control.followingLimit = 1000
        for joint in robot.joints.indices { change(&robot.joints[joint]) }
        self.robot = robot
        period = 1 / Double(rateHz)
        core = ControlCore(robot)
        for joint in 0..<6 {
            observed[joint].voltage = 7.4
            observed[joint].temperature = 30
            observed[joint].torqueOn = true
            observed[joint].measuredAtNanoseconds = now
        }
        core.armed(at: observed, now: now)
    }

    /// Where joint 0's set-point is after the next cycle, radians.
    @discardableResult mutating func cycle() -> Double {
        now += Int64(period * 1e9)
        for joint in 0..<6 {
            observed[joint].position = core.goals[joint]
            observed[joint].measuredAtNanoseconds = now
        }
        _ = core.step(observed, now: now, leaseDeadline: .max)
        return core.goals[0]
    }

    /// Streams a wish for joint 0 that is fresh for so long.
    mutating func ask(position: Double? = nil, speed: Double? = nil, seconds: Double = 10) {
        sequence += 1
        var wish = Setpoints()
        wish.sequence = sequence
        wish.joints = 1
        wish.positions = JointValues(count: 6, repeating: .nan)
        wish.velocities = wish.positions
        if let position { wish.positions[0] = position }
        if let speed { wish.velocities[0] = speed }
        wish.cameAt = now
        wish.expiresAt = now + Int64(seconds * 1e9)
        core.take(wish, now: now)
    }
}

@Suite("How closely set-points follow, and how soon they brake")
struct FollowingTests {
    static let rates = [20, 50, 100, 200, 500, 1000]

    @Test("a step overshoots by at most 1.5 % and arrives", arguments: rates)
    func step(rateHz: Int) {
        var worst = 0.0
        for step in [0.01, 0.05, 0.2, 0.35] {
            var loop = IdealLoop(rateHz: rateHz)
            loop.ask(position: step)
            var farthest = 0.0
            for _ in 0..<(3 * rateHz) { farthest = max(farthest, loop.cycle()) }
            worst = max(worst, farthest / step - 1)
            #expect(abs(loop.core.goals[0] - step) < 1e-4, "\(step): \(loop.core.goals[0])")
        }
        print("steps at \(rateHz) Hz overshoot by up to \(worst * 100) %")
        #expect(worst <= 0.015)
    }

    /// A planned motion starts at once with 26 rad/s², which a set-point with a jerk limit cannot: the slower the loop, the
    /// further it lags.
    @Test(
        "a cubic of 0.7 rad in 0.4 s is followed within some milliradians",
        arguments: zip(rates, [0.09, 0.02, 0.01, 0.006, 0.004, 0.0035]))
    func cubic(rateHz: Int, bound: Double) {
        var loop = IdealLoop(rateHz: rateHz)
        let (still, free) = ([Double](repeating: 0, count: 6), [Double](repeating: .infinity, count: 6))
        let (way, seconds) = (0.7, 0.4)
        var end = still
        end[0] = way
        let motion = PreparedTrajectory(
            GuardedTrajectory(
                id: 1, label: "cubic",
                points: [(0, still), (seconds, end)].map {
                    .init(time: $0.0, positions: $0.1, velocities: still, compensation: still)
                }, pathTolerance: free, goalTolerance: free, effortBound: free, goalTime: 1, timeout: 9))
        let began = loop.now
        loop.core.begin(Unmanaged.passUnretained(motion), now: began)
        var worst = 0.0
        for _ in 0..<rateHz {
            let goal = loop.cycle()
            let s = min(1, Double(loop.now - began) * 1e-9 / seconds)
            worst = max(worst, abs(goal - way * s * s * (3 - 2 * s)))
        }
        withExtendedLifetime(motion) {}
        print("a cubic at \(rateHz) Hz is followed within \(worst * 1000) mrad")
        #expect(worst < bound && worst > bound / 2)
    }

    @Test(
        "braking from top speed takes no longer than the configuration was judged by",
        arguments: [(3.0, 20.0, 2000.0), (3, 0.4, 40), (3, 20, 2), (10, 5, 5), (0.5, 20, 2000), (30, 100, 50)],
        [20, 100])
    func braking(joint: (velocity: Double, acceleration: Double, jerk: Double), rateHz: Int) {
        var loop = IdealLoop(rateHz: rateHz) {
            ($0.maximumVelocity, $0.maximumAcceleration, $0.maximumJerk) = joint
            ($0.lower, $0.upper) = (-9000, 9000)
        }
        let judged = loop.robot.joints[0].brakingSeconds
        let top = joint.velocity
        for _ in 0..<(60 * rateHz) where loop.core.velocities[0] < 0.98 * top {
            loop.ask(speed: top)
            loop.cycle()
        }
        #expect(loop.core.velocities[0] >= 0.98 * top)
        loop.core.stop(StopReason(.requested))
        var cycles = 0
        while !loop.core.isStanding, cycles < 5000 {
            loop.cycle()
            cycles += 1
        }
        // what two cycles of jerk can take out is not seen in seconds
        let seconds = Double(cycles) * loop.period
        #expect(seconds <= judged + 8 * loop.period, "\(seconds) of \(judged)")
        #expect(seconds > 0.3 * judged - 4 * loop.period, "\(seconds) of \(judged): judged by something else")
    }
}
