internal import Hardware
internal import RobotModel
internal import Safeguards

extension ControlCore {
    /// Lets what is left of the set-points' velocity run out, within the acceleration limits; joints that gave way, or whose
    /// motion has just ended, go to where they are to rest.
    mutating func settle() {
        var wishes = Wishes(count: joints)
        for joint in 0..<joints where yielding[joint].isFinite {
            wishes.set(joint, yielding[joint], speed: 0, acceleration: 0)
        }
        pursue(wishes, share: SetpointPath.briskness, cap: Self.yieldingSpeed)
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
                let intended = sample.intended + entry[joint] * GuardWatch.fading(time)
                wish(joint, intended + sample.compensation, &wishes)
                let found = guards.look(
                    at: joint, error: seen[joint].position - intended, path: motion.pathTolerance[joint],
                    effort: seen[joint].effort, bound: motion.effortBound[joint])
                if let found, broken.kind == .none { broken = StopReason(found) }
                if miss(joint, motion) != nil { settled = false }
            }
            report.progress = min(1, time / max(motion.duration, 1e-6))
            if broken.kind != .none {
                for joint in 0..<joints {
                    let sample = motion.sample(joint, segment: segment, time: time)
                    let error = seen[joint].position - sample.intended - entry[joint] * GuardWatch.fading(time)
                    if joint == broken.joint || abs(error) > Self.yieldingLead { giveWay(joint) }
                }
                meet(broken)
                return settle()
            }
            pursue(wishes, share: SetpointPath.briskness)
            guard report.motion == .running else { return }
            if time >= motion.duration { conclude(motion, time: time, settled: settled) }
            if time > motion.timeout, report.motion == .running {
                meet(StopReason(.timeout, value: time, bound: motion.timeout))
            }
        }
    }

    private func miss(_ joint: Int, _ motion: PreparedTrajectory) -> GuardBreak? {
        GuardWatch.miss(
            of: joint, error: seen[joint].position - motion.end(joint), goal: motion.goalTolerance[joint])
    }

    /// A wish whose speed and acceleration follow from the cycles before.
    private mutating func wish(_ joint: Int, _ position: Double, _ wishes: inout Wishes) {
        let wish = SetpointPath.Wish(
            position: position, after: wantedBefore[joint], speed: wantedSpeed[joint], period: period)
        wantedBefore[joint] = position
        wantedSpeed[joint] = wish.speed
        wishes.set(joint, position, speed: wish.speed, acceleration: wish.acceleration)
    }

    private mutating func conclude(
        _ motion: PreparedTrajectory, time: Double, settled: Bool
    ) {
        settledCycles = settled ? settledCycles + 1 : 0
        if settledCycles >= cycles(GuardWatch.settleSeconds) {
            // the set-points end where the motion does, not where they are when the joints are near enough
            for joint in 0..<joints { yielding[joint] = wantedBefore[joint] }
            return finish(.succeeded, .none)
        }
        guard time > motion.duration + motion.goalTime else { return }
        for joint in 0..<joints {
            if let found = miss(joint, motion) { return meet(StopReason(found)) }
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
