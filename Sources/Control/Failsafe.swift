/// What the body does about everything that can be the matter: a table, and the pure function that reads it.
///
/// The most severe action of all that holds just now is taken. Nothing here knows time, motors or messages, so that the
/// whole matrix can be tried in a test, and printed for a person (`foresight safety explain`).
public enum Failsafe {
    /// In order of severity.
    public enum Action: UInt8, Sendable, Comparable, CaseIterable {
        case nothing
        /// The motion is refused or broken off; the robot slows down within its limits and holds, armed.
        case abort
        /// Stop category 1: it slows down within its limits and holds with torque on; latched.
        case stop
        /// Stop category 0: torque is taken off at once, wherever the arm is; latched.
        case cut

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

        /// In words.
        public var words: String {
            switch self {
            case .nothing: "nothing"
            case .abort: "breaks the motion off, slows down and holds; stays armed"
            case .stop: "slows down and holds with torque on (category 1); latched"
            case .cut: "takes torque off at once (category 0); latched"
            }
        }
    }

    /// What ends the action.
    public enum Clearing: UInt8, Sendable {
        /// The next motion may be asked for at once.
        case nextMotion
        /// A person's `reset`; then `arm`.
        case reset
    }

    /// One line of the table.
    public struct Rule: Sendable {
        public let kind: StopReason.Kind
        public let action: Action
        public let clearing: Clearing
        /// The condition, for a person.
        public let words: String
    }

    /// What is done about a condition.
    public static func rule(_ kind: StopReason.Kind) -> Rule {
        switch kind {
        case .none: Rule(kind: kind, action: .nothing, clearing: .nextMotion, words: "nothing is the matter")
        case .requested: stop(kind, "somebody asks for a stop")
        case .requestedAgain:
            Rule(kind: kind, action: .cut, clearing: .reset, words: "somebody asks for a stop a second time")
        case .leaseLapsed: stop(kind, "whoever moves the robot lets the lease lapse or gives it back")
        case .silence: stop(kind, "a motor gives no good answer, or numbers that are none")
        case .fault: stop(kind, "a motor reports a fault")
        case .undervoltage: stop(kind, "the supply is too low")
        case .overvoltage: stop(kind, "the supply is too high")
        case .overheated: stop(kind, "a motor is too hot")
        case .invalidSetpoint: stop(kind, "a set-point is not a number")
        case .portLost: stop(kind, "a serial port vanishes")
        case .torqueLost: stop(kind, "a motor no longer holds torque")
        case .portFailing: stop(kind, "a serial port takes no more bytes")
        case .loopStalled: stop(kind, "the control loop stands still")
        case .contact: stop(kind, "a joint meets something that was not to be met")
        case .notLowered: stop(kind, "the arm does not get down to its rest pose when it is disarmed")
        case .overrun: stop(kind, "too many control cycles in a row take longer than their period")
        case .pathTolerance: abort(kind, "a joint is too far from where the motion wants it")
        case .goalTolerance: abort(kind, "a joint does not come near enough to the goal")
        case .effortBound: abort(kind, "a joint needs more effort than the motion allows")
        case .timeout: abort(kind, "the motion takes too long")
        case .startTooFar: abort(kind, "the motion begins too far from where the robot is")
        case .notArmed: abort(kind, "a motion is asked for while the robot is not armed")
        case .busy: abort(kind, "a motion is asked for while another runs")
        case .withdrawn: abort(kind, "the motion is withdrawn")
        case .replaced: abort(kind, "another motion takes its place")
        case .setpointsCeased: abort(kind, "streamed set-points are too old")
        case .clearance: abort(kind, "two parts of the robot, or it and a keep-out volume, would come too close")
        }
    }

    private static func stop(_ kind: StopReason.Kind, _ words: String) -> Rule {
        Rule(kind: kind, action: .stop, clearing: .reset, words: words)
    }

    private static func abort(_ kind: StopReason.Kind, _ words: String) -> Rule {
        Rule(kind: kind, action: .abort, clearing: .nextMotion, words: words)
    }

    /// A set of conditions: one bit each.
    public struct Conditions: OptionSet, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }
        public init(_ kind: StopReason.Kind) { rawValue = kind == .none ? 0 : 1 << UInt64(kind.rawValue) }

        public func contains(_ kind: StopReason.Kind) -> Bool { rawValue & Conditions(kind).rawValue != 0 }
    }

    /// The most severe action among `conditions`, and the first of them that asks for it.
    public static func decide(_ conditions: Conditions) -> (action: Action, kind: StopReason.Kind) {
        var worst = (action: Action.nothing, kind: StopReason.Kind.none)
        var rest = conditions.rawValue
        while rest != 0 {
            let bit = UInt8(rest.trailingZeroBitCount)
            rest &= rest - 1
            guard let kind = StopReason.Kind(rawValue: bit) else { continue }
            let action = rule(kind).action
            if action > worst.action { worst = (action, kind) }
        }
        return worst
    }

    /// The state after `action` befell a robot in `state`: what is latched stays, what is not armed is not stopped by
    /// what concerns motions only. Lowering is a motion that nobody could take up again: what breaks it off is latched.
    public static func state(after action: Action, in state: ControlCore.State) -> ControlCore.State {
        switch action {
        case .nothing: state
        case .abort: state == .moving ? .armed : state == .lowering ? .stopped : state
        case .stop, .cut: .stopped
        }
    }
}
