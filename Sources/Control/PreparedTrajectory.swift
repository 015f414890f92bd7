internal import Hardware
public import RobotModel

/// A trajectory laid out for the control thread: flat memory made by the slow world, read without allocating.
///
/// Unchecked `Sendable`: nothing writes after `init`.
public final class PreparedTrajectory: @unchecked Sendable {
    public let id: UInt64
    /// Whether it takes the place of a motion that runs.
    let replaces: Bool
    /// The lease under which it came.
    let lease: UInt64
    let joints: Int
    let count: Int
    let goalTime: Double
    let timeout: Double
    let pathTolerance: JointValues
    let goalTolerance: JointValues
    let effortBound: JointValues
    private let times: UnsafeMutablePointer<Double>
    // points × joints each; raw memory because an array would be reference-counted on the control thread
    private let positions: UnsafeMutablePointer<Double>
    private let velocities: UnsafeMutablePointer<Double>
    private let compensation: UnsafeMutablePointer<Double>

    /// - Precondition: `trajectory.problem(jointCount:)` is nil.
    public init(_ trajectory: GuardedTrajectory, replaces: Bool = false, lease: UInt64 = 0) {
        self.replaces = replaces
        self.lease = lease
        id = trajectory.id
        count = trajectory.points.count
        joints = trajectory.points[0].positions.count
        goalTime = trajectory.goalTime
        timeout = trajectory.timeout
        pathTolerance = JointValues(trajectory.pathTolerance)
        goalTolerance = JointValues(trajectory.goalTolerance)
        effortBound = JointValues(trajectory.effortBound)
        times = .allocate(capacity: count)
        positions = .allocate(capacity: count * joints)
        velocities = .allocate(capacity: count * joints)
        compensation = .allocate(capacity: count * joints)
        for (index, point) in trajectory.points.enumerated() {
            times[index] = point.time
            for joint in 0..<joints {
                positions[index * joints + joint] = point.positions[joint]
                velocities[index * joints + joint] = point.velocities[joint]
                compensation[index * joints + joint] = point.compensation[joint]
            }
        }
    }

    deinit {
        times.deallocate()
        positions.deallocate()
        velocities.deallocate()
        compensation.deallocate()
    }

    /// Seconds.
    public var duration: Double { times[count - 1] }

    /// Intended position and compensation of a joint at the end.
    func end(_ joint: Int) -> Double { positions[(count - 1) * joints + joint] }

    /// The index of the segment that holds `time`, searched onward from `hint`.
    func segment(at time: Double, from hint: Int) -> Int {
        var index = max(0, min(hint, count - 2))
        while index < count - 2, times[index + 1] <= time { index += 1 }
        return index
    }

    /// Intended position and compensation of `joint` at `time` seconds: cubic Hermite through positions and velocities,
    /// compensation linear; held before the first and after the last point.
    func sample(_ joint: Int, segment: Int, time: Double) -> (intended: Double, compensation: Double) {
        let a = segment * joints + joint
        let b = a + joints
        let width = times[segment + 1] - times[segment]
        let s = max(0, min(1, (time - times[segment]) / width))
        return (
            hermite(positions[a], velocities[a] * width, positions[b], velocities[b] * width, s),
            compensation[a] + (compensation[b] - compensation[a]) * s
        )
    }
}
