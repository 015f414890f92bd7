extension JointConfiguration {
    /// Seconds that braking may take: what takes longer is no stop.
    static let longestBraking = 10.0
    /// Cycles that braking may take: the control loop looks ahead over all of them in every cycle.
    static let mostBrakingCycles = 1000.0

    /// Seconds from top speed to rest within the limits of acceleration and jerk, at most: also while the joint still
    /// gathers speed.
    public var brakingSeconds: Double {
        let (v, a, j) = (maximumVelocity, maximumAcceleration, maximumJerk)
        // what runs out may be four times the limit (planned motions), and adds no speed beyond the top one
        let runOut = min(4 * a / j, (2 * v / j).squareRoot())
        // acceleration as a trapezoid, or as a triangle that does not reach its limit
        return runOut + (v * j >= a * a ? v / a + a / j : 2 * (v / j).squareRoot())
    }

    /// Why the joint cannot brake soon enough, in words; nil if it can.
    func brakingProblem(rateHz: Int) -> String? {
        let cycles = brakingSeconds * Double(rateHz)
        guard brakingSeconds > Self.longestBraking || cycles > Self.mostBrakingCycles else { return nil }
        return "from \(maximumVelocity) rad/s the joint would brake for \((brakingSeconds * 100).rounded() / 100) s or "
            + "\(Int(cycles)) cycles; at most \(Int(Self.longestBraking)) s and \(Int(Self.mostBrakingCycles)) cycles are "
            + "allowed. Raise max_acceleration or max_jerk, or lower max_velocity"
    }
}
