internal import Hardware
internal import RobotModel
internal import Safeguards

// The last word on every set-point, whoever it comes from.
extension ControlCore {
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
        var next = InlineArray<16, SetpointPath>(repeating: SetpointPath())
        var isCut = InlineArray<16, Bool>(repeating: false)
        for joint in 0..<joints {
            next[joint] = path(joint)
            let bounds = bounds(joint)
            let jerk: Double
            if wishes.has(joint) {
                let limit = limits[joint].acceleration * share
                let wish = allowed(joint, wishes)
                jerk = next[joint].following(wish, bounds, limit: limit, speedLimit: min(cap, bounds.speed))
            } else {
                jerk = next[joint].braking(bounds, limit: limits[joint].acceleration)
            }
            isCut[joint] = next[joint].advance(jerk, within: bounds)
        }
        if let found = closing(next) { return brake(before: found, wishes) }
        for joint in 0..<joints {
            take(next[joint], joint)
            if wishes.has(joint) { noteLag(joint, wishes, isCut: isCut[joint]) }
        }
    }

    // MARK: Clearance

    /// What would come too near in the next cycle, or when the robot brakes from there on; nil if nothing does.
    ///
    /// A robot that is too near already may go where it is no worse.
    private mutating func closing(_ next: borrowing InlineArray<16, SetpointPath>) -> Clearance.Finding? {
        guard clearance != nil else { return nil }
        var moves = false
        var soon = goals
        var rest = goals
        var between = goals
        for joint in 0..<joints where isInChain & (1 << UInt16(joint)) != 0 {
            // what neither moves nor has moved in this cycle is where it was
            if next[joint].isAtRest, next[joint].position == goals[joint] { continue }
            moves = true
            soon[joint] = next[joint].position
            rest[joint] = next[joint].brakingSpan(bounds(joint)).rest
            between[joint] = (soon[joint] + rest[joint]) / 2
        }
        guard moves, let here = nearest ?? clearance?.clearance(goals), let now = clearance?.clearance(soon) else {
            return nil
        }
        for pose in 0..<3 {
            let found = pose == 0 ? now : clearance?.clearance(pose == 1 ? rest : between) ?? now
            guard here.allows(found) else {
                nearest = here
                return found
            }
        }
        nearest = now
        return nil
    }

    /// Stops all joints as hard as they may: that this leads nowhere too near was seen a cycle ago.
    private mutating func brake(before found: Clearance.Finding, _ wishes: Wishes) {
        let asked = farthest(wishes)
        defer {
            // whatever else would have been changed, this is why the arm stands
            report.change = FilterChange()
            report.change.note(
                .clearance, joint: asked, asked: wishes.has(asked) ? wishes.positions[asked] : goals[asked],
                given: goals[asked])
        }
        for joint in 0..<joints {
            var path = path(joint)
            let bounds = bounds(joint)
            _ = path.advance(path.braking(bounds, limit: bounds.acceleration), within: bounds)
            take(path, joint)
        }
        nearest = nil
        // a stream is only held: its next set-points may lead away again
        if report.isStreaming { return }
        meet(StopReason(.clearance, joint: found.pair, value: found.metres, bound: found.metres - found.reserve))
    }

    /// The joint that is farthest from what is wished of it.
    private func farthest(_ wishes: Wishes) -> Int {
        var farthest = (joint: 0, way: 0.0)
        for joint in 0..<joints where wishes.has(joint) {
            let way = abs(wishes.positions[joint] - goals[joint])
            if way > farthest.way { farthest = (joint, way) }
        }
        return farthest.joint
    }

    private func firstNotFinite(_ wishes: Wishes) -> Int? {
        for joint in 0..<joints where wishes.has(joint) {
            let sum = wishes.positions[joint] + wishes.speeds[joint] + wishes.accelerations[joint]
            if !sum.isFinite { return joint }
        }
        return nil
    }

    func path(_ joint: Int) -> SetpointPath {
        SetpointPath(position: goals[joint], speed: velocities[joint], acceleration: accelerations[joint])
    }

    private mutating func take(_ path: SetpointPath, _ joint: Int) {
        goals[joint] = path.position
        velocities[joint] = path.speed
        accelerations[joint] = path.acceleration
    }

    /// What holds for a joint just now.
    func bounds(_ joint: Int) -> SetpointPath.Bounds {
        let limit = limits[joint]
        let position = seen[joint].position
        return SetpointPath.Bounds(
            lower: max(limit.lower, position - limit.following), upper: min(limit.upper, position + limit.following),
            speed: limit.velocity, acceleration: limit.acceleration * SetpointPath.briskness, jerk: limit.jerk,
            period: period)
    }

    /// What is admitted of a wish; told where that is less than was asked.
    private mutating func allowed(_ joint: Int, _ wishes: Wishes) -> SetpointPath.Wish {
        let asked = wishes.positions[joint]
        let limit = limits[joint]
        let wish = path(joint).admitted(
            SetpointPath.Wish(
                position: asked, speed: wishes.speeds[joint], acceleration: wishes.accelerations[joint]),
            measured: seen[joint].position, following: limit.following, lower: limit.lower, upper: limit.upper,
            acceleration: limit.acceleration * SetpointPath.briskness)
        if abs(wish.position - asked) > 1e-9 {
            let isLimit = asked < limit.lower || asked > limit.upper
            report.change.note(isLimit ? .limit : .following, joint: joint, asked: asked, given: wish.position)
        }
        return wish
    }

    private mutating func noteLag(_ joint: Int, _ wishes: Wishes, isCut: Bool) {
        let asked = wishes.positions[joint]
        guard abs(goals[joint] - asked) > Self.noticeable else { return }
        let isFast = abs(wishes.speeds[joint]) > limits[joint].velocity * 1.001
        report.change.note(
            isCut ? .limit : isFast ? .speed : .acceleration, joint: joint, asked: asked, given: goals[joint])
    }
}
