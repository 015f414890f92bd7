/// What a calibration run measured: readings of every joint in one motion after another, with nothing touching the arm and
/// nothing in its hand.
public struct ContactRecording: Sendable {
    /// All joints at one time.
    public struct Moment: Sendable {
        /// Seconds, of any clock.
        public var time: Double
        /// Configuration order; `gravity` is filled in by the fit.
        public var readings: [ContactSignals.Reading]

        public init(time: Double, readings: [ContactSignals.Reading]) {
            self.time = time
            self.readings = readings
        }
    }

    /// Motions; within each, moments follow each other without a gap.
    public var motions: [[Moment]] = []

    public init() {}
}

/// Why a recording gives no contact model.
public struct ContactFitProblem: Error, Sendable, CustomStringConvertible {
    public var description: String
}

/// Fits a contact model to a recording, and takes its largest deviations as the measure of what is usual.
public struct ContactFit {
    private let robot: RobotConfiguration
    private let loads: ContactLoads
    /// Of all joints, at all moments that count.
    private var signals: [[ContactSignals]] = []

    /// Seconds at the start of each motion in which the smoothing settles.
    private static let settling = 0.2
    /// Readings further apart leave a gap, seconds.
    private static let largestGap = 0.15
    /// Moments that a fit needs at least.
    private static let fewest = 300
    /// Gravity that a joint must have felt for its share to be fitted, N·m.
    private static let noticeableGravity = 0.03
    /// Share of a motor's largest effort that the steps of its encoder may hide.
    private static let largestHidden = 0.1

    /// - Parameter chain: nil = gravity is not known.
    public init(robot: RobotConfiguration, chain: KinematicChain?) {
        self.robot = robot
        loads = ContactLoads(robot: robot, chain: chain)
    }

    /// - Parameter unwatched: joints that are meant to touch things, by name.
    /// - Throws: `ContactFitProblem` if there is too little, or what was measured cannot be told from contact.
    public mutating func model(
        of recording: ContactRecording, payload: Double, margin: Double, unwatched: Set<String>
    ) throws(ContactFitProblem) -> ContactModel {
        signals = []
        for motion in recording.motions { smooth(motion) }
        guard signals.count >= Self.fewest else {
            throw ContactFitProblem(
                description: "only \(signals.count) readings without a gap are there; \(Self.fewest) are needed")
        }
        var model = ContactModel(robot: robot.name, payload: payload, margin: margin, joints: [])
        for (index, joint) in robot.joints.enumerated() {
            let isWatched = !joint.isContinuous && !unwatched.contains(joint.name)
            let expectation = expectation(of: index, joint)
            let fitted = ContactJoint(name: joint.name, isWatched: isWatched, expectation: expectation)
            if isWatched, let why = fitted.looseness(margin: margin, of: joint, in: robot.control) {
                throw ContactFitProblem(
                    description: "\(joint.name): with \(margin) times the largest deviation \(why). Something touched "
                        + "the arm, was in its hand, or catches in the joint: free it and calibrate again")
            }
            model.joints.append(fitted)
        }
        return model
    }

    private mutating func smooth(_ motion: [ContactRecording.Moment]) {
        var current: [ContactSignals] = []
        var last = -Double.infinity
        var began = 0.0
        for moment in motion where moment.readings.count == robot.joints.count {
            let readings = withGravity(moment.readings)
            guard readings.allSatisfy(\.isFinite), moment.time > last else { continue }
            let elapsed = moment.time - last
            last = moment.time
            guard elapsed <= Self.largestGap else {
                (current, began) = (readings.map { ContactSignals($0) }, moment.time)
                continue
            }
            for joint in readings.indices { current[joint].step(readings[joint], elapsed: elapsed) }
            if moment.time - began > Self.settling { signals.append(current) }
        }
    }

    private func withGravity(_ readings: [ContactSignals.Reading]) -> [ContactSignals.Reading] {
        var angles = ChainValues(repeating: 0)
        for joint in readings.indices.prefix(KinematicChain.largestJointCount) {
            angles[joint] = readings[joint].position
        }
        let gravity = loads.gravity(angles: angles)
        return readings.enumerated().map { joint, reading in
            var reading = reading
            reading.gravity = joint < KinematicChain.largestJointCount ? gravity[joint] : 0
            return reading
        }
    }

    private func expectation(of joint: Int, _ configuration: JointConfiguration) -> ContactExpectation {
        var fitted = ContactExpectation()
        let all = signals.map { $0[joint] }
        let tellsEffort = all.contains { $0.effort != 0 }
        // two counts of the encoder: what cannot be told from nothing
        let step = 4 * Double.pi / (Double(configuration.countsPerTurn) * configuration.gear)
        let felt = (all.reduce(0) { $0 + $1.gravity * $1.gravity } / Double(all.count)).squareRoot()
        let fitsGravity = felt > Self.noticeableGravity
        if tellsEffort {
            let known = loads.knows(joint) && !fitsGravity ? 1.0 : 0.0
            let found = LinearSystem.fit(
                all.map { [1, $0.sliding, $0.speed, $0.acceleration] + (fitsGravity ? [$0.gravity] : []) },
                all.map { $0.effort - known * $0.gravity })
            (fitted.offset, fitted.coulomb, fitted.viscous, fitted.inertia) = (found[0], found[1], found[2], found[3])
            fitted.gravity = fitsGravity ? found[4] : known
        } else {
            // what the motor gives is not known; what it must give against gravity is, if there is a chain
            fitted.gravity = fitsGravity ? 1 : 0
        }
        let bends = tellsEffort || fitsGravity
        let found = LinearSystem.fit(
            all.map { [1, $0.setpointSpeed, $0.speed] + (bends ? [fitted.effort($0)] : []) }, all.map(\.error))
        (fitted.bias, fitted.lead, fitted.lag) = (found[0], found[1], found[2])
        fitted.compliance = bends ? max(0, found[3]) : 0
        for one in all {
            let effort = fitted.effort(one)
            if tellsEffort { fitted.effortDeviation = max(fitted.effortDeviation, abs(one.effort - effort)) }
            fitted.errorDeviation = max(fitted.errorDeviation, abs(one.error - fitted.error(one, effort: effort)))
        }
        fitted.errorDeviation = max(fitted.errorDeviation, step)
        if tellsEffort, fitted.compliance > 0 {
            // a motor that integrates its error is hardly compliant, and hides no effort behind it
            let hidden = min(step / fitted.compliance, Self.largestHidden * configuration.maximumEffort)
            fitted.effortDeviation = max(fitted.effortDeviation, hidden)
        }
        return fitted
    }
}
