/// How fast the arm goes: least durations of phases, seconds, and mean speeds along lines, metres per second.
///
/// A phase takes longer where a joint needs it (`PhaseBuilder`). Where a reason says “by trial”, the value was found by
/// trial on the development suite.
enum Pace {
    // MARK: speeds
    /// Along a careful line, m/s: faster, a touch is noticed late and things are pushed over; by trial.
    static let careful = 0.06
    /// Of a push, m/s: at twice that the servos' own damping takes a fifth of the torque that the thing needs.
    static let push = 0.03

    // MARK: through free space
    /// Of any leg through free space, s: shorter legs would begin and end with a jerk; by trial.
    static let shortest = 0.5
    /// Hover before a push or a grasp from the side, s: the arm arrives stretched out, and swings longer; by trial.
    static let hover = 0.8
    /// Retreat straight up with an empty hand, s: there is no descent whose time it could share; by trial.
    static let retreat = 0.8
    /// Withdrawal after a push, s: it begins stretched out; by trial.
    static let withdraw = 0.8
    /// Withdrawal after a placing from the side, s: it begins level and farther out than any other; by trial.
    static let sideWithdraw = 1.0
    /// Carry and transit with what was grasped from the side, s: it is held at one height only, and sways; by trial.
    static let sideCarry = 1.2

    // MARK: at things
    /// Jaws close from above, s: faster, the jaw that comes first pushes the thing away; by trial.
    static let close = 0.6
    /// Jaws close from the side, s: what is tall tips where what is low only slides; by trial.
    static let sideClose = 0.8
    /// Jaws open above what was put down, s: faster, they take the thing along; by trial.
    static let open = 0.6
    /// Jaws open beside what was put down from the side, s: what is tall tips sooner; by trial.
    static let sideOpen = 0.8
    /// Jaws open on what is let go where it is, s: whatever overloads the joints has to go soon; by trial.
    static let letGo = 0.5
    /// Trial lift, s: the effort has to rise slowly enough to be told from that of starting; by trial.
    static let trial = 0.9
    /// First centimetres away from what was pushed, s: faster, fingers that cling to it take it back; by trial.
    static let part = 0.6
    /// Lift after the trial, as a share of a careful line's time: most of it is clear of neighbours; by trial.
    static let liftShare = 0.8
    /// Retreat after a release, as a share of a careful line's time: the hand is empty; by trial.
    static let retreatShare = 0.8

    // MARK: ends
    /// To come to rest, part of the phase, s: after it, what is measured tells where the joints stay; by trial.
    static let settled = 0.28
    /// To end a phase whose next one need not know exactly where it begins, s: longer is only waiting; by trial.
    static let passing = 0.08
    /// To reach the goal after the last point, s: a loaded joint creeps the last hundredths of a radian; by trial.
    static let goal = 0.6
    /// After a phase's own time until it is given up, s: well beyond `goal`, it ends only what hangs.
    static let timeout = 3.0
}
