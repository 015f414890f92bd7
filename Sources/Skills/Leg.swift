import Physics
import RobotModel

/// One stretch of motion before it becomes a guarded trajectory.
struct Leg {
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

    var name: String
    /// Joint positions to pass, the first being the start.
    var via: [[Double]]
    /// Shortest time to take, seconds.
    var seconds: Double
    var care = Care.free
    /// How far the gripper's set-point goes below its intended position, at start and end, radians.
    var squeeze = (from: 0.0, to: 0.0)
    /// Kilograms believed to hang between the pads.
    var carried = 0.0
    /// Whether what the joints miss in the end is made good in the next leg: not what a pushed thing holds them back by.
    var corrects = true
}

/// Turns legs into phases: timing, compensation for sag and lag, guards.
struct PhaseBuilder {
    let kinematics: Kinematics
    let servo: ServoParameters
    let joints: [JointConfiguration]

    /// Time between points, seconds.
    static let interval = 0.04
    /// Time to settle at the end, part of the trajectory, seconds.
    static let dwell = 0.28
    /// Share of a servo's effort that gravity and motion together may take.
    static let usableShare = 0.9

    /// Samples of a path that its time is worked out from.
    private static let samples = 40

    /// Shortest time in which every joint keeps its speed and its servo's torque, seconds; and the largest torque that
    /// each joint needs to hold still on the way, N·m.
    private func limits(of path: JointPath, carrying mass: Double) -> (duration: Double, heaviest: [Double]) {
        var duration = 0.0
        var heaviest = [Double](repeating: 0, count: joints.count)
        for sample in 0...Self.samples {
            let time = Double(sample) / Double(Self.samples)
            let (position, slope) = path.at(MinimumJerk.share(time))
            let holding = kinematics.holdingTorque(joints: position, carrying: mass)
            for (index, joint) in joints.enumerated() {
                heaviest[index] = max(heaviest[index], abs(holding[index]))
                let rate = slope[index] * MinimumJerk.rate(time)
                // gravity helps a joint that gives way to it
                let against = rate * holding[index] > 0 ? abs(holding[index]) : -0.5 * abs(holding[index])
                let free = max(0.3, Self.usableShare * joint.maximumEffort - against)
                let speed = min(joint.maximumVelocity, free / max(servo.damping[index], 1e-3))
                duration = max(duration, abs(rate) / speed)
            }
        }
        return (duration, heaviest)
    }

    func phase(_ leg: Leg, label: String) -> Phase {
        let path = JointPath(through: leg.via)
        let (shortest, heaviest) = limits(of: path, carrying: leg.carried)
        let duration = max(leg.seconds, shortest)
        let steps = max(2, Int((duration / Self.interval).rounded(.up)))
        var points: [GuardedTrajectory.Point] = []
        for step in 0...steps {
            let time = Double(step) / Double(steps)
            let (position, slope) = path.at(MinimumJerk.share(time))
            let velocity = slope.map { $0 * MinimumJerk.rate(time) / duration }
            let holding = kinematics.holdingTorque(joints: position, carrying: leg.carried)
            points.append(
                GuardedTrajectory.Point(
                    time: time * duration, positions: position, velocities: velocity,
                    compensation: compensation(holding, velocity, squeeze: squeeze(leg, at: time))))
        }
        var last = points[steps]
        last.time += Self.dwell
        points.append(last)
        return Phase(
            name: leg.name, trajectory: guarded(points, leg: leg, label: label, heaviest: heaviest),
            corrects: joints.indices.map { $0 != 5 && leg.corrects })
    }

    /// What a proportional servo lacks: torque against gravity, and against its own damping while it moves.
    private func compensation(_ holding: [Double], _ velocity: [Double], squeeze: Double) -> [Double] {
        joints.indices.map { joint in
            let torque = holding[joint] + servo.damping[joint] * velocity[joint]
            return torque / max(servo.stiffness[joint], 1e-3) - (joint == 5 ? squeeze : 0)
        }
    }

    /// The grip builds up in the first two thirds.
    private func squeeze(_ leg: Leg, at time: Double) -> Double {
        leg.squeeze.from + (leg.squeeze.to - leg.squeeze.from) * min(1, 1.5 * time)
    }

    private func guarded(
        _ points: [GuardedTrajectory.Point], leg: Leg, label: String, heaviest: [Double]
    ) -> GuardedTrajectory {
        let arm: (path: Double, goal: Double) =
            switch leg.care {
            case .free: (0.22, 0.05)
            case .careful, .grip: (0.13, 0.05)
            case .pushing: (0.13, 0.09)
            }
        let gripping = leg.care == .grip || leg.squeeze.from + leg.squeeze.to > 0
        let effort = joints.indices.map { joint -> Double in
            if joint == 5 { return .infinity }
            return switch leg.care {
            case .free: .infinity
            case .careful, .grip: heaviest[joint] + 0.95
            // a servo that gives nearly all it may pushes at something that does not slide
            case .pushing: max(heaviest[joint] + 0.95, 0.96 * self.joints[joint].maximumEffort)
            }
        }
        let duration = points.last?.time ?? 0
        return GuardedTrajectory(
            id: 0, label: "\(label): \(leg.name)", points: points,
            pathTolerance: joints.indices.map { $0 == 5 ? 0.35 : arm.path },
            goalTolerance: joints.indices.map { $0 == 5 ? (gripping ? 0.25 : 0.08) : arm.goal },
            effortBound: effort, goalTime: 0.6, timeout: duration + 3)
    }
}
