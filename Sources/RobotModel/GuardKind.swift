/// Which guard of a trajectory broke; `rawValue` is its name on the wire and in traces.
public enum GuardKind: String, Sendable, Hashable, CaseIterable {
    /// The joint was too far from where it should have been.
    case path
    /// The joint needed too much torque for too long.
    case effort
    /// The joint did not end where it should.
    case goal
    /// Parts of the arm, or the arm and what it keeps out of, would have come too near to each other.
    case clearance
}
