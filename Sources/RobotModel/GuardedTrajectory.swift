/// A motion with its guards: what the body is asked to do, and when it must stop by itself.
///
/// The body's set-point is *intended + compensation*; guards compare the measured joints with what was *intended*.
public struct GuardedTrajectory: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        /// Seconds after the start.
        public var time: Double
        /// Intended joint positions, radians, configuration order.
        public var positions: [Double]
        /// Intended joint velocities, rad/s.
        public var velocities: [Double]
        /// Added to the intended position to make the set-point, radians: what a proportional servo will sag.
        public var compensation: [Double]

        public init(time: Double, positions: [Double], velocities: [Double], compensation: [Double]) {
            self.time = time
            self.positions = positions
            self.velocities = velocities
            self.compensation = compensation
        }
    }

    /// Chosen by the sender; comes back in the control state.
    public var id: UInt64
    /// What a person reads: "pick red block: descend".
    public var label: String
    /// At least two, times strictly rising from 0.
    public var points: [Point]
    /// Largest distance of measured from intended on the way, radians per joint; infinite = not guarded.
    public var pathTolerance: [Double]
    /// Largest distance at the end, radians per joint; infinite = not guarded.
    public var goalTolerance: [Double]
    /// Largest effort, N·m per joint; infinite = not guarded.
    public var effortBound: [Double]
    /// Seconds allowed after the last point to come within the goal tolerance.
    public var goalTime: Double
    /// Seconds after the start when the motion must be over.
    public var timeout: Double

    public init(
        id: UInt64, label: String, points: [Point], pathTolerance: [Double], goalTolerance: [Double],
        effortBound: [Double], goalTime: Double, timeout: Double
    ) {
        self.id = id
        self.label = label
        self.points = points
        self.pathTolerance = pathTolerance
        self.goalTolerance = goalTolerance
        self.effortBound = effortBound
        self.goalTime = goalTime
        self.timeout = timeout
    }

    /// Seconds from the first to the last point.
    public var duration: Double { points.last?.time ?? 0 }
}

extension GuardedTrajectory {
    /// Most points a body accepts in one trajectory.
    public static let maximumPoints = 1024

    /// What is wrong with its numbers for a robot of `jointCount` joints, in words; nil if nothing.
    public func problem(jointCount: Int) -> String? {
        guard points.count >= 2 else { return "a trajectory needs at least two points, this one has \(points.count)" }
        guard points.count <= Self.maximumPoints else {
            return "\(points.count) points are more than the \(Self.maximumPoints) a trajectory may have"
        }
        var last = -1.0
        for (index, point) in points.enumerated() {
            guard point.positions.count == jointCount, point.velocities.count == jointCount,
                point.compensation.count == jointCount
            else { return "point \(index) does not have \(jointCount) joints" }
            guard point.time.isFinite, point.time > last, index > 0 || point.time == 0 else {
                return "times must rise from 0; point \(index) is at \(point.time) s"
            }
            guard (point.positions + point.velocities + point.compensation).allSatisfy(\.isFinite) else {
                return "point \(index) holds a number that is not finite"
            }
            last = point.time
        }
        for (name, bounds) in [
            ("path tolerance", pathTolerance), ("goal tolerance", goalTolerance), ("effort bound", effortBound),
        ] where bounds.count != jointCount || bounds.contains(where: { $0.isNaN || $0 <= 0 }) {
            return "the \(name) needs \(jointCount) positive numbers"
        }
        guard goalTime.isFinite, goalTime >= 0, timeout.isFinite, timeout >= duration else {
            return "the time-out (\(timeout) s) must be finite and not shorter than the motion (\(duration) s)"
        }
        return nil
    }
}
