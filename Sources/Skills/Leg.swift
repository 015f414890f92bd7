import Physics
import RobotModel

/// One stretch of motion before it becomes a guarded trajectory.
package struct Leg {
    /// How closely the motion is watched.
    enum Care {
        /// Through free space.
        case free
        /// Next to things: a collision shows as effort or lag.
        case careful
        /// The gripper closes on something or lets go of it.
        case grip
        /// Against something that slides: as hard as the joints may, but not further than it gives way.
        case pushing
    }

    var kind: PhaseKind
    /// Joint positions to pass, the first being the start.
    var via: [[Double]]
    /// Shortest time to take, seconds.
    var seconds: Double
    var care = Care.free
    /// How far the gripper's set-point goes beyond its intended position, at start and end, radians.
    var squeeze = (from: 0.0, to: 0.0)
    /// Kilograms believed to hang between the pads.
    var carried = 0.0
    /// Whether what the joints miss in the end is made good in the next leg: not what a pushed thing holds them back by.
    var corrects = true
    /// Whether it ends against something that is not to be pressed on.
    var yields = false
    /// Time to come to rest at the end, part of the trajectory, seconds.
    var settling = Pace.settled
}

/// Turns legs into phases: timing, compensation for sag and lag, guards.
struct PhaseBuilder {
    let kinematics: Kinematics
    let servo: ServoParameters
    let joints: [JointConfiguration]
    private var jaw: Jaw { kinematics.arm.jaw }
    private var gripper: Int { kinematics.arm.roles.gripper }

    // where no other reason stands, values were found by trial on the development suite
    /// Time between points, seconds: longer, sag is compensated in steps; shorter is more to send.
    static let interval = 0.04
    /// Share of a servo's effort that gravity and motion together may take: the rest corrects what the model lacks.
    static let usableShare = 0.9
    /// Share of a joint's top speed that is planned with: what corrects on the way needs some, too.
    static let speedShare = 0.8
    /// Share of a joint's largest acceleration that is planned with: more makes the arm swing.
    static let accelerationShare = 0.4
    /// Share of the supply that is there under load: with more, fast joints fall behind.
    static let supplyShare = 0.8
    /// Share of a joint's effort beyond gravity's that means contact: less is friction, more is what a joint may not give.
    static let contactShare = 0.95 / 1.2
    /// What is counted on for speed at least, N·m: a joint that gravity leaves nothing must still come to an end.
    static let leastDrive = 0.3
    /// What is counted on for acceleration at least, N·m: as above.
    static let leastThrust = 0.2
    /// Share of gravity's help that is counted on: it may be less than modelled.
    static let help = 0.5
    /// How fast the grip builds up, shares of it per share of the leg: in two thirds, so that the last third shows it.
    static let gripRise = 1.5
    /// What a joint turns beside its own rotor, kg·m²: about the stretched arm's at its shoulder, too much for all others.
    static let linkInertia = 0.025

    /// Seconds to reach top speed: sharper ramps make the arm swing.
    static let ramp = 0.45

    /// Samples of a path that its time is worked out from: fewer miss bends, more are time.
    private static let samples = 60
    /// Samples over which an acceleration is taken: servos smooth out what is shorter.
    private static let blur = 3

    /// How to run along a path, how much longer than that everything must take, and the largest torque that each joint
    /// needs to hold still on the way, N·m.
    private struct Timing {
        var law: TimeLaw
        var stretch: Double
        var heaviest: [Double]
    }

    private func timing(of path: JointPath, carrying mass: Double) -> Timing {
        var heaviest = [Double](repeating: 0, count: joints.count)
        var slowness: [Double] = []
        var slopes: [[Double]] = []
        for sample in 0...Self.samples {
            let (position, slope) = path.at(Double(sample) / Double(Self.samples))
            let holding = kinematics.holdingTorque(joints: position, carrying: mass)
            slopes.append(slope)
            let before = slopes[max(0, sample - Self.blur)]
            var slowest = 0.0
            for index in joints.indices {
                heaviest[index] = max(heaviest[index], abs(holding[index]))
                slowest = max(slowest, abs(slope[index]) / topSpeed(index, slope[index], holding[index]))
                // a bend in the path needs acceleration at any speed
                let bend = (slope[index] - before[index]) * Double(Self.samples) / Double(Self.blur)
                slowest = max(slowest, (abs(bend) / topAcceleration(index, bend, holding[index])).squareRoot())
            }
            slowness.append(slowest)
        }
        let law = TimeLaw(slowness: slowness, ramp: Self.ramp)
        return Timing(law: law, stretch: stretch(law, path, mass), heaviest: heaviest)
    }

    /// By how much the law must be slowed down so that every joint keeps its speed, its acceleration and its servo's torque.
    private func stretch(_ law: TimeLaw, _ path: JointPath, _ mass: Double) -> Double {
        var stretch = 1.0
        var passed: [[Double]] = []
        let step = law.duration / Double(Self.samples)
        for sample in 0...Self.samples {
            let (share, rate) = law.at(Double(sample) * step)
            let (position, slope) = path.at(share)
            let holding = kinematics.holdingTorque(joints: position, carrying: mass)
            let speeds = slope.map { $0 * rate }
            passed.append(speeds)
            let before = passed[max(0, sample - Self.blur)]
            for index in joints.indices {
                stretch = max(stretch, abs(speeds[index]) / topSpeed(index, speeds[index], holding[index]))
                // speeds shrink with the duration, accelerations with its square
                let change = (speeds[index] - before[index]) / max(Double(Self.blur) * step, 1e-6)
                let briskest = topAcceleration(index, change, holding[index])
                stretch = max(stretch, (abs(change) / briskest).squareRoot())
            }
        }
        return stretch
    }

    /// How fast a joint may turn in the direction of `rate` while gravity asks for `holding` N·m, rad/s.
    private func topSpeed(_ index: Int, _ rate: Double, _ holding: Double) -> Double {
        let against = Self.load(of: holding, along: rate)
        let friction = max(servo.damping[index], 1e-3)
        let byTorque = max(Self.leastDrive, Self.usableShare * joints[index].maximumEffort - against) / friction
        let bySupply = (Self.supplyShare * servo.stallTorque[index] - against) / (friction + servo.backEMF[index])
        return min(Self.speedShare * joints[index].maximumVelocity, byTorque, bySupply)
    }

    /// How sharply a joint may change its speed while gravity asks for `holding` N·m, rad/s².
    private func topAcceleration(_ index: Int, _ change: Double, _ holding: Double) -> Double {
        let against = Self.load(of: holding, along: change)
        let inertia = servo.armature[index] + Self.linkInertia
        let byTorque = max(Self.leastThrust, Self.usableShare * joints[index].maximumEffort - against) / inertia
        return min(Self.accelerationShare * joints[index].maximumAcceleration, byTorque)
    }

    /// What gravity takes from a servo that pushes in a direction, N·m: it helps, but is not counted on, the other way.
    private static func load(of holding: Double, along direction: Double) -> Double {
        direction * holding > 0 ? abs(holding) : -Self.help * abs(holding)
    }

    func phase(_ leg: Leg, label: String) -> Phase {
        let path = JointPath(through: leg.via)
        let timing = timing(of: path, carrying: leg.carried)
        let law = timing.law
        let duration = max(leg.seconds, timing.stretch * law.duration)
        let steps = max(2, Int((duration / Self.interval).rounded(.up)))
        var points: [GuardedTrajectory.Point] = []
        for step in 0...steps {
            let time = Double(step) / Double(steps)
            let (share, rate) = law.at(time * law.duration)
            let (position, slope) = path.at(share)
            let velocity = slope.map { $0 * rate * law.duration / duration }
            let holding = kinematics.holdingTorque(joints: position, carrying: leg.carried)
            points.append(
                GuardedTrajectory.Point(
                    time: time * duration, positions: position, velocities: velocity,
                    compensation: compensation(holding, velocity, squeeze: squeeze(leg, at: time))))
        }
        var last = points[steps]
        last.time += leg.settling
        points.append(last)
        return Phase(
            kind: leg.kind, trajectory: guarded(points, leg: leg, label: label, heaviest: timing.heaviest),
            // where a leg ends that is only passed tells nothing of where the joints would stay
            corrects: joints.indices.map { $0 != gripper && leg.corrects && leg.settling >= Pace.settled },
            yields: leg.yields)
    }

    /// What a proportional servo lacks: torque against gravity, and against friction and back EMF while it moves.
    private func compensation(_ holding: [Double], _ velocity: [Double], squeeze: Double) -> [Double] {
        joints.indices.map { joint in
            let torque = holding[joint] + (servo.damping[joint] + servo.backEMF[joint]) * velocity[joint]
            return torque / max(servo.stiffness[joint], 1e-3) - (joint == gripper ? jaw.sense * squeeze : 0)
        }
    }

    /// The grip builds up from the leg's beginning.
    private func squeeze(_ leg: Leg, at time: Double) -> Double {
        leg.squeeze.from + (leg.squeeze.to - leg.squeeze.from) * min(1, Self.gripRise * time)
    }

    private func guarded(
        _ points: [GuardedTrajectory.Point], leg: Leg, label: String, heaviest: [Double]
    ) -> GuardedTrajectory {
        let arm =
            switch leg.care {
            case .free: Tolerance.free
            case .careful, .grip: Tolerance.careful
            case .pushing: Tolerance.pushing
            }
        let gripping = leg.care == .grip || leg.squeeze.from + leg.squeeze.to > 0
        let gripperGoal = gripping ? Tolerance.gripping : Tolerance.gripperGoal
        let effort = joints.indices.map { joint -> Double in
            if joint == gripper { return .infinity }
            let most = joints[joint].maximumEffort
            return switch leg.care {
            case .free: .infinity
            case .careful, .grip: heaviest[joint] + Self.contactShare * most
            // a servo that gives nearly all it may pushes at something that does not slide
            case .pushing: max(heaviest[joint] + Self.contactShare * most, Tolerance.pushingEffort * most)
            }
        }
        let duration = points.last?.time ?? 0
        return GuardedTrajectory(
            id: 0, label: "\(label): \(leg.kind)", points: points,
            pathTolerance: joints.indices.map { $0 == gripper ? Tolerance.gripperPath : arm.path },
            goalTolerance: joints.indices.map { $0 == gripper ? gripperGoal : arm.goal },
            effortBound: effort, goalTime: Pace.goal, timeout: duration + Pace.timeout)
    }
}
