public import RobotModel

/// A guard of a motion that a joint has broken.
public struct GuardBreak: Sendable, Equatable {
    public var kind: GuardKind
    public var joint: Int
    /// What was measured: N·m of an effort, otherwise radians.
    public var value: Double
    /// What is allowed, in the same unit.
    public var bound: Double

    public init(_ kind: GuardKind, joint: Int, value: Double, bound: Double) {
        self.kind = kind
        self.joint = joint
        self.value = value
        self.bound = bound
    }
}

/// Holds joints to the guards of a motion, cycle by cycle: the control core real ones, the world model imagined ones.
///
/// Allocates nothing.
public struct GuardWatch: Sendable {
    /// Seconds an effort must stay above its bound before the motion is broken off.
    public static let effortSeconds = 0.06
    /// Seconds a motion must stay within its goal tolerance.
    public static let settleSeconds = 0.04
    /// Seconds in which a motion's first step is smoothed.
    public static let entrySeconds = 0.4

    private let longest: Int
    /// Cycles in a row above the effort's bound, and the largest effort in them.
    private var over = InlineArray<16, Int>(repeating: 0)
    private var worst = InlineArray<16, Double>(repeating: 0)

    /// - Parameter period: between two looks, seconds.
    public init(period: Double) { longest = Self.cycles(Self.effortSeconds, period: period) }

    /// Whole cycles of a duration, one at least.
    public static func cycles(_ seconds: Double, period: Double) -> Int {
        max(1, Int((seconds / period).rounded()))
    }

    /// How much of the distance between set-points and the motion's beginning is left after `time` seconds.
    public static func fading(_ time: Double) -> Double {
        let fade = max(0, 1 - time / entrySeconds)
        return fade * fade * (3 - 2 * fade)
    }

    /// What a joint breaks in this cycle; nil if nothing. Every joint is to be looked at once in every cycle.
    ///
    /// - Parameters:
    ///   - error: between where it is and where the motion wants it, radians.
    ///   - path: what is allowed of that.
    ///   - effort: N·m.
    ///   - bound: what is allowed of that.
    public mutating func look(
        at joint: Int, error: Double, path: Double, effort: Double, bound: Double
    ) -> GuardBreak? {
        let (error, effort) = (abs(error), abs(effort))
        let isOver = effort > bound
        over[joint] = isOver ? over[joint] + 1 : 0
        worst[joint] = isOver ? max(worst[joint], effort) : 0
        if error > path { return GuardBreak(.path, joint: joint, value: error, bound: path) }
        if over[joint] >= longest { return GuardBreak(.effort, joint: joint, value: worst[joint], bound: bound) }
        return nil
    }

    /// Whether a joint that should be at the motion's end is not.
    public static func miss(of joint: Int, error: Double, goal: Double) -> GuardBreak? {
        abs(error) > goal ? GuardBreak(.goal, joint: joint, value: abs(error), bound: goal) : nil
    }
}
