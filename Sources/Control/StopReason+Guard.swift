public import RobotModel

extension StopReason {
    /// Which of a trajectory's guards broke; nil if none did.
    public var guardKind: GuardKind? {
        switch kind {
        case .pathTolerance: .path
        case .effortBound: .effort
        case .goalTolerance: .goal
        default: nil
        }
    }

    /// The joint whose guard broke; empty if none did.
    public func guardedJoint(of joints: [JointConfiguration]) -> String {
        guardKind != nil && joints.indices.contains(joint) ? joints[joint].name : ""
    }
}
