public import RobotModel
public import Skills
internal import Safeguards

/// A guard that would have stopped the body in an imagined world.
public struct BrokenGuard: Sendable, Equatable, CustomStringConvertible {
    public var kind: GuardKind
    /// Of the motion.
    public var phase: PhaseKind
    /// Of a clearance the two parts: "the wrist and the lower arm".
    public var joint: String
    /// What was measured: N·m of an effort, metres of a clearance, otherwise radians.
    public var value: Double
    /// What is allowed, in the same unit.
    public var bound: Double

    public init(_ kind: GuardKind, phase: PhaseKind, joint: String, value: Double, bound: Double) {
        (self.kind, self.phase, self.joint) = (kind, phase, joint)
        (self.value, self.bound) = (value, bound)
    }

    init(_ broken: GuardBreak, phase: PhaseKind, joint: String) {
        self.init(broken.kind, phase: phase, joint: joint, value: broken.value, bound: broken.bound)
    }

    /// Whether it is the same guard, whatever was measured.
    func isSame(as other: BrokenGuard) -> Bool {
        kind == other.kind && phase == other.phase && joint == other.joint
    }

    /// "lift: shoulder_lift needs 1.31 N·m, bound 1.20 (0.11 over)"
    public var description: String {
        // torques are known to hundredths, angles to thousandths
        let digits = kind == .effort ? 2 : 3
        let (measured, allowed) = (decimals(value, digits), decimals(bound, digits))
        let over = decimals(value - bound, digits)
        return switch kind {
        case .effort: "\(phase): \(joint) needs \(measured) N·m, bound \(allowed) (\(over) over)"
        case .path: "\(phase): \(joint) is \(measured) rad off its path, bound \(allowed) (\(over) over)"
        case .clearance:
            "\(phase): \(joint) would come within \(decimals(value * 1000, 1)) mm, \(decimals(bound * 1000, 1)) mm are kept"
        case .goal: "\(phase): \(joint) ends \(measured) rad off its goal, bound \(allowed) (\(over) over)"
        }
    }
}
