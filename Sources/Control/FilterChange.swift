/// What the safety filter made of a set-point, and why; plain values, so that the control thread can make them.
public struct FilterChange: Sendable, Equatable {
    public enum Reason: UInt8, Sendable {
        case none
        /// The joint's position limits.
        case limit
        /// A set-point may lead the measured joint by only so much.
        case following
        case speed
        /// Acceleration or jerk: the set-point gets there a little later.
        case acceleration
        /// Parts of the robot, or it and a keep-out volume, would come too close.
        case clearance
        case notFinite

        /// In words.
        public var words: String {
            switch self {
            case .none: ""
            case .limit: "the joint's position limits"
            case .following: "how far a set-point may lead the joint"
            case .speed: "the joint's top speed"
            case .acceleration: "the joint's acceleration and jerk limits"
            case .clearance: "the clearance between parts"
            case .notFinite: "it was not a number"
            }
        }
    }

    public var reason = Reason.none
    /// Index of the joint that was changed most, or -1.
    public var joint = -1
    /// Radians: what the source wanted, and what it got.
    public var asked = 0.0
    public var given = 0.0

    public init() {}

    /// Keeps whichever change is the larger.
    mutating func note(_ other: Reason, joint: Int, asked: Double, given: Double) {
        guard reason == .none || abs(asked - given) > abs(self.asked - self.given) || !asked.isFinite else { return }
        (reason, self.joint, self.asked, self.given) = (other, joint, asked, given)
    }
}
