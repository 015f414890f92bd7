public import Hardware
public import RobotModel

/// A joint that presses against something.
public struct ContactFinding: Sendable, Equatable {
    /// Index in configuration order.
    public var joint: Int
    /// How far effort and tracking error together are from what free motion explains, as effort: N·m; as an angle, radians,
    /// for a motor that tells no effort.
    public var residual: Double
    /// What is borne, in the same unit.
    public var bound: Double
    /// Whether both are angles.
    public var isAngle = false
    /// The sign of the motion that presses: back off against it.
    public var direction: Double
}

/// Notices contact without a sensor: compares what every joint measures with what the calibrated model expects.
///
/// Two deviations, of the effort and of the tracking error, each divided by its bound (margin × the largest of the
/// calibration), are averaged with their signs: an obstacle moves both the same way. Two things are no deviation: what a
/// thing of the model's payload does to a joint as it hangs and as it is accelerated, and what the motor does not press
/// with itself: an arm that lies on the table is carried by it, and presses on nothing.
/// The average runs into a sum in each direction (CUSUM: only what exceeds 1 adds to it, what falls short takes from it),
/// and a sum that reaches `patience` is a finding.
///
/// A pure value: no clock, no allocation. One step for each cycle, after reading.
public struct ContactMonitor: Sendable {
    /// How far a joint is taken back from what it met, radians.
    public static let backOff = 0.05
    /// Seconds for which the average must exceed its bound by one bound.
    public static let patience = 0.03
    /// What counts of the average at most: with less than two new readings nothing is found.
    private static let largestShare = 3.0

    private let count: Int
    private let margin: Double
    private let payload: Double
    private let loads: ContactLoads
    private var watched: UInt16 = 0
    private var expectations = InlineArray<16, ContactExpectation>(repeating: ContactExpectation())
    private var signals = InlineArray<16, ContactSignals>(repeating: ContactSignals())
    /// When each joint was measured that the signals hold, monotonic nanoseconds; 0 = nothing is known of it.
    private var measuredAt = InlineArray<16, Int64>(repeating: 0)
    /// Seconds, upwards and downwards.
    private var rising = InlineArray<16, Double>(repeating: 0)
    private var falling = InlineArray<16, Double>(repeating: 0)
    private var shares = InlineArray<16, Double>(repeating: 0)

    /// - Parameters:
    ///   - model: nil = there is no calibration: nothing is watched. Joints that it does not fit are not watched.
    ///   - chain: the robot's; nil = gravity is taken for what the model's offsets say.
    public init(model: ContactModel?, robot: RobotConfiguration, chain: KinematicChain?) {
        count = min(robot.joints.count, largestJointCount)
        loads = ContactLoads(robot: robot, chain: chain)
        margin = model?.margin ?? 1
        payload = model?.payload ?? 0
        guard let model = model?.fitted(to: robot).model else { return }
        for (index, joint) in model.joints.prefix(count).enumerated() {
            expectations[index] = joint.expectation
            if joint.isWatched { watched |= 1 << UInt16(index) }
        }
    }

    /// Whether it watches any joint at all.
    public var isWatching: Bool { watched != 0 }

    /// What is borne of a joint: N·m beside what free motion explains, nil if its motor tells no effort, and radians; nil if
    /// it is not watched.
    public func bound(_ joint: Int) -> (effort: Double?, error: Double)? {
        guard joint >= 0, joint < count, watched & bit(joint) != 0 else { return nil }
        let model = expectations[joint]
        return (
            model.effortDeviation > 0 ? margin * model.effortDeviation : nil, margin * model.errorDeviation
        )
    }

    /// Forgets what was measured: after arming, and whenever the set-points jumped.
    public mutating func reset() {
        for joint in 0..<count { forget(joint) }
    }

    /// One cycle.
    ///
    /// - Parameters:
    ///   - goals: the set-points that the motors have had since the cycle before, radians.
    ///   - velocities: how fast those move, rad/s.
    ///   - accelerations: how fast that changes, rad/s²; how heavy a thing in the hand is felt depends on it.
    ///   - mask: the joints that may not meet anything now, bit by joint; those that are meant to touch things are left out.
    ///   - period: seconds of one cycle.
    /// - Returns: the joint that presses hardest, when one does.
    public mutating func step(
        _ observed: JointObservations, goals: JointValues, velocities: JointValues, accelerations: JointValues,
        watching mask: UInt16, period: Double
    ) -> ContactFinding? {
        guard watched != 0 else { return nil }
        let torques = torques(observed, accelerations)
        var found: ContactFinding?
        var largest = Self.patience
        for joint in 0..<count where watched & bit(joint) != 0 {
            guard
                let elapsed = follow(
                    joint, observed[joint], setpoint: goals[joint], speed: velocities[joint],
                    gravity: torques.gravity[joint], period: period)
            else { continue }
            let share = share(joint, least: payload * torques.least[joint], most: payload * torques.most[joint])
            shares[joint] = share
            guard mask & bit(joint) != 0 else {
                (rising[joint], falling[joint]) = (0, 0)
                continue
            }
            let counted = max(-Self.largestShare, min(Self.largestShare, share))
            rising[joint] = max(0, rising[joint] + (counted - 1) * elapsed)
            falling[joint] = max(0, falling[joint] + (-counted - 1) * elapsed)
            let sum = max(rising[joint], falling[joint])
            guard sum >= largest else { continue }
            largest = sum
            found = finding(joint, share: abs(share), direction: rising[joint] > falling[joint] ? 1 : -1)
        }
        // the others that press have their turn in the next cycles
        if let found { (rising[found.joint], falling[found.joint]) = (0, 0) }
        return found
    }

    /// How hard a joint presses now, as a share of what is borne, with its sign: ±1 is the bound; 0 where nothing is watched.
    public func pressure(_ joint: Int) -> Double { joint >= 0 && joint < count ? shares[joint] : 0 }

    /// Where the set-point of a joint must go for it to come to rest `backOff` away from what it met: back from where it is,
    /// by the way and by what gravity makes the servo lag; radians.
    public func retreat(_ finding: ContactFinding, _ observed: JointObservations) -> Double {
        let model = expectations[finding.joint]
        let holding = model.gravity * signals[finding.joint].gravity + model.offset
        return observed[finding.joint].position - finding.direction * Self.backOff + model.compliance * holding
            + model.bias
    }

    private func bit(_ joint: Int) -> UInt16 { 1 << UInt16(truncatingIfNeeded: joint) }

    private mutating func forget(_ joint: Int) {
        measuredAt[joint] = 0
        shares[joint] = 0
        (rising[joint], falling[joint]) = (0, 0)
    }

    private func torques(
        _ observed: JointObservations, _ accelerations: JointValues
    ) -> (gravity: ChainValues, least: ChainValues, most: ChainValues) {
        var angles = ChainValues(repeating: 0)
        var (intended, measured) = (angles, angles)
        for joint in 0..<count {
            let (angle, change) = (observed[joint].position, accelerations[joint])
            angles[joint] = angle.isFinite ? angle : 0
            intended[joint] = change.isFinite ? change : 0
            measured[joint] = measuredAt[joint] > 0 ? signals[joint].acceleration : 0
        }
        return loads.torques(angles: angles, intended: intended, measured: measured)
    }

    /// Takes in what a joint measured; returns the seconds since it did before, nil if there is nothing new to judge.
    private mutating func follow(
        _ joint: Int, _ one: JointObservation, setpoint: Double, speed: Double, gravity: Double, period: Double
    ) -> Double? {
        let reading = ContactSignals.Reading(
            position: one.position, speed: one.velocity, effort: one.effort, setpoint: setpoint, setpointSpeed: speed,
            gravity: gravity)
        guard one.torqueOn, one.measuredAtNanoseconds > 0, reading.isFinite else {
            forget(joint)
            return nil
        }
        let elapsed = Double(one.measuredAtNanoseconds - measuredAt[joint]) * 1e-9
        guard measuredAt[joint] > 0, elapsed < max(0.1, 5 * period) else {
            forget(joint)
            signals[joint] = ContactSignals(reading)
            measuredAt[joint] = one.measuredAtNanoseconds
            return nil
        }
        guard elapsed > 0 else { return nil }
        signals[joint].step(reading, elapsed: elapsed)
        measuredAt[joint] = one.measuredAtNanoseconds
        return elapsed
    }

    /// The deviations of effort and tracking error, as a share of what is borne; a thing in the hand adds `least` … `most` N·m.
    private func share(_ joint: Int, least: Double, most: Double) -> Double {
        let (model, one) = (expectations[joint], signals[joint])
        let effort = model.effort(one)
        let error = model.error(one, effort: effort)
        let errorShare =
            Self.pressing(one.error, error + least * model.compliance, error + most * model.compliance)
            / (margin * model.errorDeviation)
        guard model.effortDeviation > 0 else { return errorShare }
        let effortShare = Self.pressing(one.effort, effort + least, effort + most) / (margin * model.effortDeviation)
        return (effortShare + errorShare) / 2
    }

    /// How far `measured` lies beyond what is expected at least or at most, as far as the motor itself pushes that way.
    private static func pressing(_ measured: Double, _ least: Double, _ most: Double) -> Double {
        if measured > most { return max(0, min(measured - most, measured)) }
        if measured < least { return min(0, max(measured - least, measured)) }
        return 0
    }

    private func finding(_ joint: Int, share: Double, direction: Double) -> ContactFinding {
        let model = expectations[joint]
        let isAngle = !(model.effortDeviation > 0)
        let bound = margin * (isAngle ? model.errorDeviation : model.effortDeviation)
        return ContactFinding(
            joint: joint, residual: share * bound, bound: bound, isAngle: isAngle, direction: direction)
    }
}
