import RobotModel
internal import Safeguards

/// The body's safety filter as far as it can be known beforehand: position, speed, acceleration and jerk of every set-point.
///
/// How far a set-point may run ahead of its joint depends on what is measured: the guards of a motion are narrower. What the
/// arm must not come near to is looked at by `Rehearsal`, with the body's `Clearance`.
struct ImaginedFilter {
    private let joints: [JointConfiguration]
    private let period: Double

    /// - Parameter period: of the control cycle, seconds.
    init(_ joints: [JointConfiguration], period: Double) {
        self.joints = joints
        self.period = period
    }

    /// The set-points of each cycle of a motion, radians by cycle and joint.
    ///
    /// - Parameter setpoints: in force when it begins.
    func goals(of sampler: TrajectorySampler, from setpoints: [Double], cycles: Int) -> [[Double]] {
        var paths = setpoints.map { SetpointPath(position: $0) }
        var wanted = setpoints.map { _ in (position: Double.nan, speed: 0.0) }
        return (0..<cycles).map { cycle in
            for joint in joints.indices {
                let wish = SetpointPath.Wish(
                    position: sampler.setpoint(joint, at: Double(cycle) * period), after: wanted[joint].position,
                    speed: wanted[joint].speed, period: period)
                wanted[joint] = (wish.position, wish.speed)
                follow(wish, &paths[joint], joints[joint])
            }
            return paths.map(\.position)
        }
    }

    private func follow(_ asked: SetpointPath.Wish, _ path: inout SetpointPath, _ joint: JointConfiguration) {
        let most = joint.maximumAcceleration * SetpointPath.briskness
        let bounds = SetpointPath.Bounds(
            lower: joint.lower, upper: joint.upper, speed: joint.maximumVelocity, acceleration: most,
            jerk: joint.maximumJerk, period: period)
        let wish = path.admitted(
            asked, measured: path.position, following: .infinity, lower: joint.lower, upper: joint.upper,
            acceleration: most)
        _ = path.advance(path.following(wish, bounds, limit: most, speedLimit: bounds.speed), within: bounds)
    }
}
