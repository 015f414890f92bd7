#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What is known of one joint, each signal smoothed alike, so that they stay comparable.
///
/// The acceleration is the rate at which the smoothed speed changes: exactly what the smoothing makes of the joint's own.
/// Nothing here allocates.
public struct ContactSignals: Sendable, Equatable {
    /// N·m.
    public private(set) var effort = 0.0
    /// Set-point minus measured, radians.
    public private(set) var error = 0.0
    /// rad/s.
    public private(set) var speed = 0.0
    /// rad/s².
    public private(set) var acceleration = 0.0
    /// The sign of the speed, smooth around zero.
    public private(set) var sliding = 0.0
    /// rad/s.
    public private(set) var setpointSpeed = 0.0
    /// Gravity torque of the kinematic chain, N·m.
    public private(set) var gravity = 0.0

    /// Time constant of the smoothing, seconds.
    public static let smoothing = 0.03
    /// Speed at which dry friction is nearly whole, rad/s.
    private static let slidingSpeed = 0.05

    /// One measurement of a joint, and the set-point it had meanwhile.
    public struct Reading: Sendable {
        /// Radians.
        public var position: Double
        /// rad/s.
        public var speed: Double
        /// N·m.
        public var effort: Double
        /// Radians.
        public var setpoint: Double
        /// rad/s.
        public var setpointSpeed: Double
        /// Gravity torque of the kinematic chain, N·m.
        public var gravity: Double

        public init(
            position: Double, speed: Double, effort: Double, setpoint: Double, setpointSpeed: Double, gravity: Double
        ) {
            self.position = position
            self.speed = speed
            self.effort = effort
            self.setpoint = setpoint
            self.setpointSpeed = setpointSpeed
            self.gravity = gravity
        }

        /// Whether all its numbers are.
        public var isFinite: Bool {
            position.isFinite && speed.isFinite && effort.isFinite && setpoint.isFinite && setpointSpeed.isFinite
                && gravity.isFinite
        }
    }

    public init() {}

    /// The first reading: nothing is known of what was before.
    public init(_ reading: Reading) { follow(reading, share: 1) }

    /// Takes in a reading that came `elapsed` seconds after the one before.
    public mutating func step(_ reading: Reading, elapsed: Double) {
        let share = 1 - exp(-elapsed / Self.smoothing)
        acceleration = (reading.speed - speed) * share / elapsed
        follow(reading, share: share)
    }

    private mutating func follow(_ reading: Reading, share: Double) {
        effort += share * (reading.effort - effort)
        error += share * (reading.setpoint - reading.position - error)
        sliding += share * (tanh(reading.speed / Self.slidingSpeed) - sliding)
        speed += share * (reading.speed - speed)
        setpointSpeed += share * (reading.setpointSpeed - setpointSpeed)
        gravity += share * (reading.gravity - gravity)
    }
}
