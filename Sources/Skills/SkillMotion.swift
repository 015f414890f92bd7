import RobotModel

/// One leg of a skill's motion: a guarded trajectory that ends settled.
public struct Phase: Sendable, Equatable {
    public var kind: PhaseKind
    /// Compiled from belief; its `compensation` holds the modelled sag.
    public var trajectory: GuardedTrajectory
    /// Joints whose settled error is carried over as a correction into the next phases (not a gripper that closes on something).
    public var corrects: [Bool]
    /// Whether it ends against something: what then keeps the joints from where they should be is not pressed on, the next
    /// phase begins where they are.
    public var yields: Bool

    public init(kind: PhaseKind, trajectory: GuardedTrajectory, corrects: [Bool], yields: Bool = false) {
        self.kind = kind
        self.trajectory = trajectory
        self.corrects = corrects
        self.yields = yields
    }
}

/// A skill compiled against a belief: its phases in order.
public struct SkillMotion: Sendable, Equatable {
    public var call: SkillCall
    public var phases: [Phase]
    public var gripper: GripperJoint

    public init(call: SkillCall, phases: [Phase], gripper: GripperJoint) {
        self.call = call
        self.phases = phases
        self.gripper = gripper
    }

    /// The same with nothing done yet.
    public var unbegun: SkillMotion { SkillMotion(call: call, phases: [], gripper: gripper) }
    /// Seconds from first to last set-point.
    public var duration: Double { phases.reduce(0) { $0 + $1.trajectory.duration } }
}

/// Hands out a motion's phases one by one, correcting each by what the joints measured after the last.
///
/// The same runner drives the imagined robot and the real one: imagination asks it with simulated joints.
public struct SkillRunner: Sendable {
    public let motion: SkillMotion
    /// Set-point correction learned so far, radians per joint.
    public private(set) var correction: [Double]
    public private(set) var next = 0

    // found by trial on the development suite
    /// Share of a settled error that is corrected at once: all of it overshoots where a part was friction.
    public static let gain = 0.8
    /// Largest correction, radians: what is off by more is stopped by something.
    public static let limit = 0.12
    /// How fast a new correction fades in, shares of it per share of a phase: within the first third, before anything is touched.
    private static let fading = 3.0

    public init(motion: SkillMotion, jointCount: Int) {
        self.motion = motion
        correction = Array(repeating: 0, count: jointCount)
    }

    /// The next phase's trajectory, given where the joints settled after the last one; nil when the motion is over.
    ///
    /// The first point starts at the correction that was in force, so set-points never jump.
    public mutating func nextTrajectory(measured: [Double]) -> (phase: PhaseKind, trajectory: GuardedTrajectory)? {
        guard next < motion.phases.count else { return nil }
        let before = correction
        if next > 0 { learn(from: motion.phases[next - 1], measured: measured) }
        let phase = motion.phases[next]
        next += 1
        var trajectory = phase.trajectory
        let duration = max(trajectory.duration, 1e-9)
        for index in trajectory.points.indices {
            let share = min(1, Self.fading * trajectory.points[index].time / duration)
            for joint in correction.indices {
                trajectory.points[index].compensation[joint] +=
                    before[joint] + (correction[joint] - before[joint]) * share
            }
        }
        return (phase.kind, trajectory)
    }

    private mutating func learn(from phase: Phase, measured: [Double]) {
        guard let intended = phase.trajectory.points.last?.positions, measured.count == correction.count else { return }
        for joint in correction.indices where phase.corrects[joint] && measured[joint].isFinite {
            let error = intended[joint] - measured[joint]
            let change = phase.yields ? -error : Self.gain * error
            correction[joint] = max(-Self.limit, min(Self.limit, correction[joint] + change))
        }
    }
}
