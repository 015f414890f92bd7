#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The motions of a contact calibration: around the home pose, all joints at once, at several speeds.
public struct ContactExcursions: Sendable {
    private let robot: RobotConfiguration
    /// How far each joint goes from home, radians.
    private let reach: Double

    /// Shares of each joint's top speed, one motion after the other.
    private static let speeds = [0.15, 0.5, 0.3, 0.8]
    /// Share of each joint's acceleration limit that is used.
    private static let briskness = 0.4
    /// Share of each motor's largest effort that breaks the tour off: nothing else notices what the arm meets, since a
    /// contact model of before may no longer fit.
    static let effortShare = 0.8
    /// Distance kept from the joints' limits, radians.
    private static let clearance = 0.1
    /// Seconds a pose is held.
    public static let rest = 0.3
    /// How far each joint goes from home unless a person says otherwise, radians.
    public static let usualReach = 0.45

    public init(robot: RobotConfiguration, reach: Double = Self.usualReach) {
        self.robot = robot
        self.reach = reach
    }

    /// Pose number `index` of the tour, wheels where `start` has them: every joint within `reach` of home, evenly spread.
    public func pose(_ index: Int, start: [Double]) -> [Double] {
        let home = robot.spread(robot.home)
        return robot.joints.enumerated().map { joint, limits in
            guard home[joint].isFinite else { return start[joint] }
            // multiples of the square roots of primes fill the cube evenly, whatever their number
            let share = (Double(index) * Self.irrational(joint)).truncatingRemainder(dividingBy: 1)
            let wanted = home[joint] + reach * (2 * share - 1)
            return max(limits.lower + Self.clearance, min(limits.upper - Self.clearance, wanted))
        }
    }

    private static func irrational(_ joint: Int) -> Double {
        let primes = [2.0, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
        return primes[joint % primes.count].squareRoot()
    }

    /// From `start` slowly to home, then a tour of about `seconds`, then home again.
    public func motions(from start: [Double], seconds: Double) -> [GuardedTrajectory] {
        let home = zip(robot.spread(robot.home), start).map { $0.isFinite ? $0 : $1 }
        var motions = [motion(from: start, to: home, speed: 0.15, label: "calibrate contact: to home")]
        var last = home
        var left = seconds
        for index in 1...1000 where left > 0 {
            let next = pose(index, start: start)
            let speed = Self.speeds[index % Self.speeds.count]
            motions.append(motion(from: last, to: next, speed: speed, label: "calibrate contact: \(index)"))
            left -= motions[index].duration + Self.rest
            last = next
        }
        motions.append(motion(from: last, to: home, speed: 0.3, label: "calibrate contact: home"))
        return motions
    }

    /// With minimum jerk, at its fastest `speed` times what the joints may.
    private func motion(from: [Double], to: [Double], speed: Double, label: String) -> GuardedTrajectory {
        var duration = 0.4
        for (joint, limits) in robot.joints.enumerated() {
            let way = abs(to[joint] - from[joint])
            duration = max(duration, 1.875 * way / (speed * limits.maximumVelocity))
            duration = max(duration, sqrt(5.7735 * way / (Self.briskness * limits.maximumAcceleration)))
        }
        let count = 24
        let points = (0...count).map { step in
            let s = Double(step) / Double(count)
            let share = s * s * s * (10 + s * (6 * s - 15))
            let rate = 30 * s * s * (1 - s) * (1 - s) / duration
            return GuardedTrajectory.Point(
                time: s * duration, positions: zip(from, to).map { $0 + ($1 - $0) * share },
                velocities: zip(from, to).map { ($1 - $0) * rate }, compensation: from.map { _ in 0 })
        }
        return GuardedTrajectory(
            id: 0, label: label, points: points, pathTolerance: from.map { _ in 0.5 },
            goalTolerance: from.map { _ in 0.3 },
            effortBound: robot.joints.map { $0.isContinuous ? .infinity : Self.effortShare * $0.maximumEffort },
            goalTime: Self.rest, timeout: duration + 3)
    }
}

extension GuardedTrajectory {
    /// The intended position and speed of a joint `time` seconds after the start, as the body computes them: radians, rad/s.
    public func sample(_ joint: Int, at time: Double) -> (position: Double, speed: Double) {
        guard let first = points.first, let last = points.last, time > 0 else {
            return (points.first?.positions[joint] ?? 0, 0)
        }
        guard time < last.time else { return (last.positions[joint], 0) }
        let next = points.firstIndex { $0.time > time } ?? points.count - 1
        let (a, b) = (next > 0 ? points[next - 1] : first, points[next])
        let width = b.time - a.time
        let s = (time - a.time) / width
        let (p0, p1) = (a.positions[joint], b.positions[joint])
        let (m0, m1) = (a.velocities[joint] * width, b.velocities[joint] * width)
        let slope = (6 * s * s - 6 * s) * (p0 - p1) + (3 * s * s - 4 * s + 1) * m0 + (3 * s * s - 2 * s) * m1
        return (hermite(p0, m0, p1, m1, s), slope / width)
    }
}
