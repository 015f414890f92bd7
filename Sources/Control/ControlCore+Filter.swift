internal import Hardware
internal import RobotModel

// The last word on every set-point, whoever it comes from.
extension ControlCore {
    /// How many times its acceleration limit a motion's set-point may change its speed by: motions are planned within the
    /// limit and may start and end briskly. Streams and stops keep to the limit itself.
    public static let briskness = 4.0
    /// A set-point this much behind its wish is told, radians.
    private static var noticeable: Double { 0.02 }

    /// Moves every set-point one cycle towards its wish: finite, within position, speed, acceleration and jerk limits, not
    /// far ahead of where the joint really is. Joints without a wish slow down and hold.
    ///
    /// - Parameters:
    ///   - share: how many times the acceleration limit may be used.
    ///   - cap: rad/s, a lower bound on speed than the joints' own.
    mutating func pursue(_ wishes: Wishes, share: Double, cap: Double = .infinity) {
        if let joint = firstNotFinite(wishes) {
            stop(StopReason(.invalidSetpoint, joint: joint))
            report.change.note(.notFinite, joint: joint, asked: wishes.positions[joint], given: goals[joint])
            return pursue(Wishes(count: joints), share: 1)
        }
        for joint in 0..<joints {
            var path = path(joint)
            let bounds = bounds(joint)
            let limit = limits[joint].acceleration * share
            let jerk: Double
            if wishes.has(joint) {
                let wish = allowed(joint, wishes)
                jerk = path.following(wish, bounds, limit: limit, speedLimit: min(cap, bounds.speed))
            } else {
                jerk = path.braking(bounds, limit: limits[joint].acceleration)
            }
            let isCut = path.advance(jerk, within: bounds)
            take(path, joint)
            if wishes.has(joint) { noteLag(joint, wishes, isCut: isCut) }
        }
    }

    private func firstNotFinite(_ wishes: Wishes) -> Int? {
        for joint in 0..<joints where wishes.has(joint) {
            let sum = wishes.positions[joint] + wishes.speeds[joint] + wishes.accelerations[joint]
            if !sum.isFinite { return joint }
        }
        return nil
    }

    func path(_ joint: Int) -> JointPath {
        JointPath(position: goals[joint], speed: velocities[joint], acceleration: accelerations[joint])
    }

    private mutating func take(_ path: JointPath, _ joint: Int) {
        goals[joint] = path.position
        velocities[joint] = path.speed
        accelerations[joint] = path.acceleration
    }

    /// What holds for a joint just now.
    func bounds(_ joint: Int) -> JointPath.Bounds {
        let limit = limits[joint]
        let position = seen[joint].position
        return JointPath.Bounds(
            lower: max(limit.lower, position - limit.following), upper: min(limit.upper, position + limit.following),
            speed: limit.velocity, acceleration: limit.acceleration * Self.briskness, jerk: limit.jerk, period: period)
    }

    /// A wish within the joint's limits; at one of them it stands still.
    private mutating func allowed(_ joint: Int, _ wishes: Wishes) -> JointPath.Wish {
        let asked = wishes.positions[joint]
        let limit = limits[joint]
        let position = seen[joint].position
        let near = max(position - limit.following, min(position + limit.following, asked))
        // a joint that was armed outside its limits may stay, and come back, but not go further out
        let given = max(min(limit.lower, goals[joint]), min(max(limit.upper, goals[joint]), near))
        if abs(given - asked) > 1e-9 {
            let isLimit = asked < limit.lower || asked > limit.upper
            report.change.note(isLimit ? .limit : .following, joint: joint, asked: asked, given: given)
            return JointPath.Wish(position: given, speed: 0, acceleration: 0)
        }
        let most = limit.acceleration * Self.briskness
        return JointPath.Wish(
            position: given, speed: wishes.speeds[joint],
            acceleration: max(-most, min(most, wishes.accelerations[joint])))
    }

    private mutating func noteLag(_ joint: Int, _ wishes: Wishes, isCut: Bool) {
        let asked = wishes.positions[joint]
        guard abs(goals[joint] - asked) > Self.noticeable else { return }
        let isFast = abs(wishes.speeds[joint]) > limits[joint].velocity * 1.001
        report.change.note(
            isCut ? .limit : isFast ? .speed : .acceleration, joint: joint, asked: asked, given: goals[joint])
    }
}
