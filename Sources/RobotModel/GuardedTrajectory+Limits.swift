extension GuardedTrajectory {
    /// How far outside a joint's limits a point may lie, radians.
    private static let positionMargin = 0.02
    /// How many times its top speed a joint may be asked for.
    private static let speedMargin = 1.1

    /// Which point asks a joint for more than its limits allow, in words; nil if none does. The control loop would cut it.
    public func problem(within joints: [JointConfiguration]) -> String? {
        for (index, point) in points.enumerated() {
            for (joint, limit) in joints.enumerated() {
                let angle = point.positions[joint]
                if angle < limit.lower - Self.positionMargin || angle > limit.upper + Self.positionMargin {
                    return
                        "point \(index) wants \(limit.name) at \(angle) rad; its limits are \(limit.lower) … \(limit.upper)"
                }
                var speed = abs(point.velocities[joint])
                if index > 0 {
                    let last = points[index - 1]
                    speed = max(speed, abs(angle - last.positions[joint]) / (point.time - last.time))
                }
                if speed > limit.maximumVelocity * Self.speedMargin {
                    return
                        "point \(index) wants \(limit.name) at \(speed) rad/s; its limit is \(limit.maximumVelocity) rad/s"
                }
            }
        }
        return nil
    }
}
