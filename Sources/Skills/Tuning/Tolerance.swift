/// How far a motion may stray before its guards break it off.
///
/// Less breaks off motions of joints that only sag under a load; more notices a collision late. Found by trial on the
/// development suite.
enum Tolerance {
    /// Of joints off their path, and off their goal, radians.
    typealias Errors = (path: Double, goal: Double)
    /// Through free space: nothing is near that a lagging joint could touch.
    static let free: Errors = (path: 0.22, goal: 0.05)
    /// Next to things and with closing jaws: a collision shows as a lag.
    static let careful: Errors = (path: 0.13, goal: 0.05)
    /// Against what slides: friction holds the joints back in the end.
    static let pushing: Errors = (path: 0.13, goal: 0.09)
    /// Of the gripper off its path, radians: it lags most, for it closes on things.
    static let gripperPath = 0.35
    /// Of the gripper off its goal, radians, where it moves freely.
    static let gripperGoal = 0.08
    /// Of the gripper off its goal, radians, where it closes on something: how wide that is, is believed only.
    static let gripping = 0.25
    /// Share of a joint's largest effort that may go into a push: a servo that gives more pushes at what does not slide.
    static let pushingEffort = 0.96
}
