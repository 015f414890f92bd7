import Physics
import RobotModel

/// Turns a skill and a belief into a motion with guards, or says why there is none.
///
/// One instance serves one thread. The same motion drives the imagined robot and the real one.
public final class SkillCompiler {
    public let configuration: RobotConfiguration
    public let kinematics: Kinematics
    public var arm: ArmModel { kinematics.arm }
    let builder: PhaseBuilder

    /// - Parameter servo: what the joints are believed to do, from which follows the sag that is compensated; nil = as the
    ///   arm's file says.
    /// - Throws: `PhysicsError` if the configuration names no arm, or MuJoCo does not accept it.
    public init(configuration: RobotConfiguration, servo: ServoParameters? = nil) throws(PhysicsError) {
        self.configuration = configuration
        let arm = try ArmModel(of: configuration)
        let ranges = zip(arm.ranges, configuration.joints).map { model, joint in
            max(model.lowerBound, joint.lower)...min(model.upperBound, joint.upper)
        }
        kinematics = try Kinematics(arm, ranges: ranges)
        builder = PhaseBuilder(
            kinematics: kinematics, servo: servo ?? arm.positionServo, joints: configuration.joints)
    }

    /// The motion of `call`, starting from where the belief says that the arm is.
    ///
    /// - Parameter style: which of several ways; a style that there is none of fails.
    /// - Throws: `SkillFailure` with the reason and a sentence for a person.
    public func compile(
        _ call: SkillCall, _ belief: Belief, style: Style = .usual
    ) throws(SkillFailure) -> SkillMotion {
        let legs = try call.skill.legs(belief, style, by: self)
        return SkillMotion(
            call: call, phases: legs.map { builder.phase($0, label: call.description) }, gripper: arm.gripper)
    }

    /// The thing a finished pick holds, from where it was believed to stand; nil if the motion does not take hold of it.
    ///
    /// - Parameters:
    ///   - measured: joints after the motion, radians.
    ///   - correction: what the runner had added to the set-points: with it, the thing's mass is worked out.
    public func holding(
        _ thing: Thing, after motion: SkillMotion, measured: [Double], correction: [Double]? = nil
    ) -> HeldThing? {
        guard motion.call.involves.first == thing.name, let close = motion.phases.first(where: { $0.kind == .close }),
            let joints = close.trajectory.points.last?.positions
        else { return nil }
        let opening = arm.jaw.opening(atAngle: joints[arm.roles.gripper])
        let state = kinematics.state(joints: joints, opening: opening)
        var grasp = state.fingertip.inverse.transform(thing.pose)
        // closing centres the thing between the pads
        grasp.position.z = opening / 2
        var held = HeldThing(
            name: thing.name, grasp: grasp, gripper: arm.gripper, opening: measured[arm.roles.gripper],
            mass: Grip.assumedMass, lean: state.tilt)
        if let correction { held.mass = weigh(after: motion, measured: measured, correction: correction) }
        return held
    }

    /// Kilograms between the pads: the torque that the servos give beyond what the empty arm needs.
    private func weigh(after motion: SkillMotion, measured: [Double], correction: [Double]) -> Double {
        guard let last = motion.phases.last?.trajectory.points.last else { return Grip.assumedMass }
        let empty = kinematics.holdingTorque(joints: measured)
        let loaded = kinematics.holdingTorque(joints: measured, carrying: 1)
        var (known, unknown) = (0.0, 0.0)
        for joint in arm.roles.lifting {
            let lead = last.positions[joint] + last.compensation[joint] + correction[joint] - measured[joint]
            let lever = loaded[joint] - empty[joint]
            known += lever * lever
            unknown += lever * (builder.servo.stiffness[joint] * lead - empty[joint])
        }
        return known > 0 ? (unknown / known).clamped(to: Grip.weighed) : Grip.assumedMass
    }

    /// Kilograms that the guards of a motion's last phase allow between the pads, at joints in radians.
    public func liftable(by motion: SkillMotion, measured: [Double]) -> Double {
        guard let bounds = motion.phases.last?.trajectory.effortBound else { return Grip.assumedMass }
        let empty = kinematics.holdingTorque(joints: measured)
        let loaded = kinematics.holdingTorque(joints: measured, carrying: 1)
        let allowed = arm.roles.lifting.compactMap { joint -> Double? in
            let lever = abs(loaded[joint] - empty[joint])
            let bound = min(bounds[joint], configuration.joints[joint].maximumEffort)
            return lever > Grip.leastLever ? (bound - abs(empty[joint])) / lever : nil
        }
        return max(Grip.assumedMass, allowed.min() ?? Grip.assumedMass)
    }

    /// Where a held thing is, given the measured joints.
    public func pose(of held: HeldThing, joints: [Double]) -> Pose {
        kinematics.state(joints: joints, opening: Grip.opening).fingertip.transform(held.grasp)
    }
}

extension SkillMotion {
    /// Whether something keeps the gripper from reaching its last set-point, radians measured.
    public func isGripping(measured: [Double]) -> Bool {
        guard let last = phases.last?.trajectory.points.last else { return false }
        let target = last.positions[gripper.index] + last.compensation[gripper.index]
        return gripper.widening(of: measured, from: target) > gripper.held
    }
}
