internal import Hardware
internal import RobotModel

extension ControlCore {
    /// Lets what is left of the set-points' velocity run out, within the acceleration limits; joints that gave way go to
    /// where they gave way to.
    mutating func settle(_ wanted: inout JointValues) {
        for joint in 0..<joints {
            if yielding[joint].isFinite {
                let step = Self.yieldingSpeed * period
                wanted[joint] = goals[joint] + max(-step, min(step, yielding[joint] - goals[joint]))
                continue
            }
            let change = limits[joint].acceleration * period
            let v = velocities[joint]
            let slower = v > 0 ? max(0, v - change) : min(0, v + change)
            wanted[joint] = goals[joint] + slower * period
        }
    }

    /// The set-points of the running motion, and its guards.
    mutating func move(_ wanted: inout JointValues, _ observed: JointObservations, now: Int64) {
        guard let trajectory else {
            report.state = .armed
            return settle(&wanted)
        }
        // The slow world keeps the trajectory alive until this core has reported another one or its end.
        trajectory._withUnsafeGuaranteedRef { motion in
            let time = Double(now - startedAt) * 1e-9
            segment = motion.segment(at: time, from: segment)
            let fade = max(0, 1 - time / Self.entrySeconds)
            let smooth = fade * fade * (3 - 2 * fade)
            var broken = StopReason.none
            var settled = true
            for joint in 0..<joints {
                let sample = motion.sample(joint, segment: segment, time: time)
                let intended = sample.intended + entry[joint] * smooth
                wanted[joint] = intended + sample.compensation
                let error = abs(observed[joint].position - intended)
                if error > motion.pathTolerance[joint], broken.kind == .none {
                    broken = StopReason(
                        .pathTolerance, joint: joint, value: error, bound: motion.pathTolerance[joint])
                }
                if overEffort(joint, observed[joint].effort, motion.effortBound[joint]), broken.kind == .none {
                    broken = StopReason(
                        .effortBound, joint: joint, value: abs(observed[joint].effort), bound: motion.effortBound[joint]
                    )
                }
                if abs(observed[joint].position - motion.end(joint)) > motion.goalTolerance[joint] { settled = false }
            }
            report.progress = min(1, time / max(motion.duration, 1e-6))
            if broken.kind != .none {
                for joint in 0..<joints {
                    let sample = motion.sample(joint, segment: segment, time: time)
                    let error = observed[joint].position - sample.intended - entry[joint] * smooth
                    if joint == broken.joint || abs(error) > Self.yieldingLead { giveWay(joint, observed) }
                }
                finish(.aborted, broken)
                return settle(&wanted)
            }
            if time >= motion.duration { conclude(motion, observed, time: time, settled: settled) }
            if time > motion.timeout, report.motion == .running {
                finish(.aborted, StopReason(.timeout, value: time, bound: motion.timeout))
            }
        }
    }

    private mutating func overEffort(_ joint: Int, _ effort: Double, _ bound: Double) -> Bool {
        effortCycles[joint] = abs(effort) > bound ? effortCycles[joint] + 1 : 0
        return effortCycles[joint] >= Self.effortDebounce
    }

    private mutating func conclude(
        _ motion: PreparedTrajectory, _ observed: JointObservations, time: Double, settled: Bool
    ) {
        settledCycles = settled ? settledCycles + 1 : 0
        if settledCycles >= Self.settleCycles { return finish(.succeeded, .none) }
        guard time > motion.duration + motion.goalTime else { return }
        for joint in 0..<joints {
            let error = abs(observed[joint].position - motion.end(joint))
            if error > motion.goalTolerance[joint] {
                let reason = StopReason(
                    .goalTolerance, joint: joint, value: error, bound: motion.goalTolerance[joint])
                return finish(.aborted, reason)
            }
        }
    }

    /// After a broken guard a joint that is not where it should be stops pressing: its set-point goes to where it is, but
    /// for what gravity needs. The others hold, and so does a gripper that holds something.
    private mutating func giveWay(_ joint: Int, _ observed: JointObservations) {
        let lead = goals[joint] - observed[joint].position
        yielding[joint] =
            observed[joint].position + max(-Self.yieldingLead, min(Self.yieldingLead, lead))
    }

    /// How far a joint that gave way may still press, radians: what gravity needs, about.
    private static var yieldingLead: Double { 0.06 }
    /// rad/s.
    private static var yieldingSpeed: Double { 1.5 }

    /// Lowers the arm; true when it lies in its rest pose (or has had time enough).
    mutating func lower(_ wanted: inout JointValues, _ observed: JointObservations, now: Int64) -> Bool {
        let time = Double(now - lowering.startedAt) * 1e-9
        let s = min(1, time / lowering.seconds)
        let share = s * s * s * (10 + s * (6 * s - 15))  // minimum jerk
        var there = true
        for joint in 0..<joints where rest[joint].isFinite {
            wanted[joint] = lowering.from[joint] + (rest[joint] - lowering.from[joint]) * share
            if abs(observed[joint].position - rest[joint]) > 0.15 { there = false }
        }
        return (s >= 1 && there) || time > lowering.seconds + 1
    }
}
