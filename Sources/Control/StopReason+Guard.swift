public import RobotModel
internal import Safeguards

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

    init(_ broken: GuardBreak) {
        let kind: Kind =
            switch broken.kind {
            case .path: .pathTolerance
            case .effort: .effortBound
            case .goal: .goalTolerance
            case .clearance: .clearance
            }
        self.init(kind, joint: broken.joint, value: broken.value, bound: broken.bound)
    }

    /// The joint whose guard broke; empty if none did.
    public func guardedJoint(of joints: [JointConfiguration]) -> String {
        guardKind != nil && joints.indices.contains(joint) ? joints[joint].name : ""
    }
}
