/// A wheel on a motor's shaft: inertia, oil and dry friction, nothing else.
struct Flywheel: Sendable {
    /// Radians.
    var angle: Double
    /// rad/s.
    var speed = 0.0

    /// kg·m².
    private static let inertia = 0.004
    /// N·m·s.
    private static let viscous = 0.01
    /// N·m.
    private static let dry = 0.02

    /// Turns it with `torque` N·m for `dt` seconds.
    mutating func push(_ torque: Double, dt: Double) {
        // implicit in the viscous part, so that no step length makes it unstable
        let free = (speed + torque / Self.inertia * dt) / (1 + Self.viscous / Self.inertia * dt)
        let brake = Self.dry / Self.inertia * dt
        speed = abs(free) <= brake ? 0 : free - brake * (free > 0 ? 1 : -1)
        angle += speed * dt
    }
}
