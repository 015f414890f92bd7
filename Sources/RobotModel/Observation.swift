/// What one joint measured, in SI units.
public struct JointObservation: Sendable, Equatable {
    /// Monotonic time of the measurement, nanoseconds; 0 = never.
    public var measuredAtNanoseconds: Int64 = 0
    /// Radians, after calibration.
    public var position: Double = 0
    /// rad/s.
    public var velocity: Double = 0
    /// Estimated from load, N·m.
    public var effort: Double = 0
    /// Amperes.
    public var current: Double = 0
    /// Volts.
    public var voltage: Double = 0
    /// Degrees Celsius.
    public var temperature: Double = 0
    /// The family's fault bits; 0 = none.
    public var faults: UInt16 = 0
    /// Whether the servo says that it holds torque.
    public var torqueOn: Bool = false
    /// Whether it says that it moves.
    public var moving: Bool = false

    public init() {}
}
