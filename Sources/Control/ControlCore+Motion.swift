internal import Hardware
internal import RobotModel

extension ControlCore {
    /// Lets what is left of the set-points' velocity run out, within the acceleration limits; joints that gave way, or whose
    /// motion has just ended, go to where they are to rest.
    mutating func settle() {
        var wishes = Wishes(count: joints)
        for joint in 0..<joints where yielding[joint].isFinite {
            wishes.set(joint, yielding[joint], speed: 0, acceleration: 0)
        }
        pursue(wishes, share: Self.briskness, cap: Self.yieldingSpeed)
    }

    /// The set-points of the running motion, and its guards.
    mutating func move(now: Int64) {
        guard let trajectory else {
            report.state = .armed
            return settle()
        }
        // The slow world keeps the trajectory alive until this core has reported another one or its end.
        trajectory._withUnsafeGuaranteedRef { motion in
            let time = Double(now - startedAt) * 1e-9
            segment = motion.segment(at: time, from: segment)
            var wishes = Wishes(count: joints)
            var broken = StopReason.none
            var settled = true
            for joint in 0..<joints {
                let sample = motion.sample(joint, segment: segment, time: time)
                let intended = sample.intended + entry[joint] * fading(time)
                wish(joint, intended + sample.compensation, &wishes)
                let error = abs(seen[joint].position - intended)
                if error > motion.pathTolerance[joint], broken.kind == .none {
                    broken = StopReason(
                        .pathTolerance, joint: joint, value: error, bound: motion.pathTolerance[joint])
                }
                if overEffort(joint, seen[joint].effort, motion.effortBound[joint]), broken.kind == .none {
                    broken = StopReason(
                        .effortBound, joint: joint, value: abs(seen[joint].effort), bound: motion.effortBound[joint])
                }
                if abs(seen[joint].position - motion.end(joint)) > motion.goalTolerance[joint] { settled = false }
            }
            report.progress = min(1, time / max(motion.duration, 1e-6))
            if broken.kind != .none {
                for joint in 0..<joints {
                    let sample = motion.sample(joint, segment: segment, time: time)
                    let error = seen[joint].position - sample.intended - entry[joint] * fading(time)
                    if joint == broken.joint || abs(error) > Self.yieldingLead { giveWay(joint) }
                }
                meet(broken)
                return settle()
            }
            pursue(wishes, share: Self.briskness)
            guard report.motion == .running else { return }
            if time >= motion.duration { conclude(motion, time: time, settled: settled) }
            if time > motion.timeout, report.motion == .running {
                meet(StopReason(.timeout, value: time, bound: motion.timeout))
            }
        }
    }

    /// How much of the distance between set-points and the motion's beginning is left after `time` seconds.
    private func fading(_ time: Double) -> Double {
        let fade = max(0, 1 - time / Self.entrySeconds)
        return fade * fade * (3 - 2 * fade)
    }

    /// A wish whose speed and acceleration follow from the cycles before.
    private mutating func wish(_ joint: Int, _ position: Double, _ wishes: inout Wishes) {
        let before = wantedBefore[joint]
        let isFirst = before.isNaN
        let speed = isFirst ? 0 : (position - before) / period
        let acceleration = isFirst ? 0 : (speed - wantedSpeed[joint]) / period
        wantedBefore[joint] = position
        wantedSpeed[joint] = speed
        wishes.set(joint, position, speed: speed, acceleration: acceleration)
    }

    private mutating func overEffort(_ joint: Int, _ effort: Double, _ bound: Double) -> Bool {
        effortCycles[joint] = abs(effort) > bound ? effortCycles[joint] + 1 : 0
        return effortCycles[joint] >= Double(cycles(Self.effortSeconds))
    }

    private mutating func conclude(
        _ motion: PreparedTrajectory, time: Double, settled: Bool
    ) {
        settledCycles = settled ? settledCycles + 1 : 0
        if settledCycles >= cycles(Self.settleSeconds) {
            // the set-points end where the motion does, not where they are when the joints are near enough
            for joint in 0..<joints { yielding[joint] = wantedBefore[joint] }
            return finish(.succeeded, .none)
        }
        guard time > motion.duration + motion.goalTime else { return }
        for joint in 0..<joints {
            let error = abs(seen[joint].position - motion.end(joint))
            if error > motion.goalTolerance[joint] {
                let reason = StopReason(
                    .goalTolerance, joint: joint, value: error, bound: motion.goalTolerance[joint])
                return meet(reason)
            }
        }
    }

    /// After a broken guard a joint that is not where it should be stops pressing: its set-point goes to where it is, but
    /// for what gravity needs. The others hold, and so does a gripper that holds something.
    mutating func giveWay(_ joint: Int) {
        let lead = goals[joint] - seen[joint].position
        yielding[joint] = seen[joint].position + max(-Self.yieldingLead, min(Self.yieldingLead, lead))
    }

    /// How far a joint that gave way may still press, radians: what gravity needs, about.
    private static var yieldingLead: Double { 0.06 }
    /// rad/s.
    private static var yieldingSpeed: Double { 1.5 }

    /// How near a joint must come to its rest angle before torque may go, radians.
    private static var restTolerance: Double { 0.15 }

    /// Lowers the arm; true when it lies in its rest pose. An arm that does not get there is stopped, and holds.
    mutating func lower(now: Int64) -> Bool {
        let time = Double(now - lowering.startedAt) * 1e-9
        let s = min(1, time / lowering.seconds)
        let share = s * s * s * (10 + s * (6 * s - 15))  // minimum jerk
        var farthest = StopReason(.notLowered, bound: Self.restTolerance)
        var wishes = Wishes(count: joints)
        for joint in 0..<joints where rest[joint].isFinite {
            wish(joint, lowering.from[joint] + (rest[joint] - lowering.from[joint]) * share, &wishes)
            let distance = abs(seen[joint].position - rest[joint])
            if distance > farthest.value { (farthest.joint, farthest.value) = (joint, distance) }
        }
        pursue(wishes, share: 1)
        guard report.state == .lowering else { return false }
        if farthest.value <= Self.restTolerance { return s >= 1 }
        if time > lowering.seconds + 1 { meet(farthest) }
        return false
    }
}
