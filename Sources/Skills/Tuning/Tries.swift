/// How many are looked at: counts, and the steps of what is searched through. Fewer miss what there is, more cost time.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Tries {
    /// Shares of the way from a face's middle to its ends where is grasped: halfway and outermost, once the middle is blocked.
    static let faceShares = [0.0, 0.5, 1]
    /// Directions of the jaws on something round against its bearing, degrees: across the radius first, every 15°.
    static let jawTurns: [Double] = [90, 75, 105, 60, 120, 45, 135, 30, 150, 15, 165, 0]
    /// Spots that the arm is asked for, of those that are free, best first: the ones after are worse placed; by trial.
    static let spots = 24
    /// Rounds to find the gripper that holds a thing over a spot: fewer leave a miss, more are time; by trial.
    static let fits = 4
    /// Miss that needs no further round, metres: about what the inverse kinematics leaves, too.
    static let fitted = 5e-4
    /// Steps from the middle of a target to where a thing still fits on it, each way.
    static let spotSteps = 4
    /// Directions around a target where something is put next to it, and degrees between them.
    static let ring = (count: 24, degrees: 15)
    /// Bearings on the table on either side of straight ahead, and degrees between them: the arm turns little farther.
    static let bearings = (count: 8, degrees: 10)
    /// Places to put something aside that are held against what comes next: for each, all of that is compiled; by trial.
    static let asides = 24
    /// Places that keep a distance from others: each is imagined with all its ways, which takes seconds.
    static let clearings = 4
    /// Directions in which something round is pushed, all around: finer than friction's cone.
    static let roundSides = 16
    /// Via points of a straight line: fewer, the joints' path bulges from it; by trial.
    static let line = 6
    /// Via points of a push, at least.
    static let pushLine = 4
    /// Via points of the way back from what was pushed: it is short.
    static let partLine = 2
}
