/// What the joints of a robot show while nothing touches it, and how far from that they may be: found by a calibration run,
/// kept beside the configuration, and compared with what is measured by the body.
public struct ContactModel: Sendable, Equatable {
    /// The robot it was measured on, by its name in the configuration.
    public var robot: String
    /// The heaviest thing the robot carries without an alarm, kilograms.
    public var payload: Double
    /// How many times the calibration's largest deviation is borne.
    public var margin: Double
    /// In configuration order.
    public var joints: [ContactJoint]

    /// The margin that `foresight calibrate-contact` uses unless it is told another.
    public static let usualMargin = 5.0
    /// The payload that `foresight calibrate-contact` uses unless it is told another, kilograms.
    public static let usualPayload = 0.2

    public init(robot: String, payload: Double, margin: Double, joints: [ContactJoint]) {
        self.robot = robot
        self.payload = payload
        self.margin = margin
        self.joints = joints
    }
}

/// One joint of a contact model.
public struct ContactJoint: Sendable, Equatable {
    /// As the configuration names it.
    public var name: String
    /// Whether contact is looked for in it: not in a gripper, which is meant to close on things.
    public var isWatched: Bool
    public var expectation: ContactExpectation

    public init(name: String, isWatched: Bool, expectation: ContactExpectation) {
        self.name = name
        self.isWatched = isWatched
        self.expectation = expectation
    }
}

/// What one joint's effort and tracking error are expected to be.
///
/// ```
///   effort = gravity · G(q) + offset + coulomb · σ(ω) + viscous · ω + inertia · α
///   error  = lead · ω* + lag · ω + compliance · effort + bias       (set-point − measured)
/// ```
/// with G from the kinematic chain, ω and α the measured speed and acceleration, ω* the set-point's speed and σ a sign that
/// is smooth around zero. A proportional servo is `compliance` radians behind for each N·m it gives.
public struct ContactExpectation: Sendable, Equatable {
    /// Share of the chain's gravity torque that the effort shows.
    public var gravity = 0.0
    /// N·m.
    public var offset = 0.0
    /// Dry friction, N·m.
    public var coulomb = 0.0
    /// N·m·s/rad.
    public var viscous = 0.0
    /// Of the rotor and of all the joint carries, kg·m².
    public var inertia = 0.0
    /// Seconds that the servo answers late.
    public var lead = 0.0
    /// Seconds by which its own speed holds it back.
    public var lag = 0.0
    /// rad/(N·m).
    public var compliance = 0.0
    /// Radians.
    public var bias = 0.0
    /// Largest deviation of the effort in the calibration, N·m; 0 = this motor tells no effort.
    public var effortDeviation = 0.0
    /// Largest deviation of the tracking error in the calibration, radians.
    public var errorDeviation = 0.0

    public init() {}

    /// N·m.
    public func effort(_ signals: ContactSignals) -> Double {
        gravity * signals.gravity + offset + coulomb * signals.sliding + viscous * signals.speed
            + inertia * signals.acceleration
    }

    /// Radians, if the motor gives `effort` N·m.
    public func error(_ signals: ContactSignals, effort: Double) -> Double {
        lead * signals.setpointSpeed + lag * signals.speed + compliance * effort + bias
    }
}
