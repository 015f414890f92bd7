public import RobotModel

/// What a client that steers the robot by hand wants of its joints just now; plain values for the control thread.
public struct Setpoints: Sendable {
    /// The lease under which they came.
    public var lease: UInt64 = 0
    /// Strictly rising within one lease; 0 = none.
    public var sequence: UInt64 = 0
    /// Which joints are meant, one bit each; the others slow down and hold.
    public var joints: UInt16 = 0
    /// Radians; NaN where a joint is steered by its speed.
    public var positions = JointValues(count: 0)
    /// rad/s; of a joint steered by its position, how fast that position moves (NaN = not said).
    public var velocities = JointValues(count: 0)
    /// Monotonic nanoseconds when they came, and after which nobody answers for them any more.
    public var cameAt: Int64 = 0
    public var expiresAt: Int64 = 0

    public init() {}

    func names(_ joint: Int) -> Bool { joints & (1 << UInt16(joint)) != 0 }
}
