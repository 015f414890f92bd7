/// Numbers of the inverse kinematics: damped least squares for position, yaw and tilt.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Solver {
    // MARK: what is found good enough
    /// Position, metres: well below what cameras and servos are off by.
    static let position = 3e-4
    /// Yaw, radians: well below what cameras are off by.
    static let yaw = 0.01
    /// Tilt, radians: a fraction of what `tiltStep` is refined to.
    static let tilt = 0.005
    /// By how much finer than `position` it must be to stop early.
    static let finer = 10.0
    /// Yaw and tilt to stop early, radians.
    static let fineAngle = 1e-3

    // MARK: how it is looked for
    /// Grid on which the smallest tilt is looked for, radians: coarser finds postures that lean more than they must.
    static let tiltStep = 2.5.radians
    /// End of the grid, radians: what rounding adds to the last tilt.
    static let tiltEnd = 1e-9
    /// Halvings of that grid: to a third of a degree.
    static let refinements = 3
    /// Rounds, at most: more are spent on what is out of reach; by trial.
    static let rounds = 40
    /// Rounds after which too little progress ends it: before, the way may bend; by trial.
    static let patientRounds = 12
    /// Error as a share of the least before, above which a round was no progress: joints are stuck at a stop; by trial.
    static let progress = 0.98
    /// Metres that a radian of yaw or tilt counts as: about the length of a hand that turns.
    static let lever = 0.1
    /// Radians of yaw that are corrected in one round, at most: more leaves where the Jacobian holds; by trial.
    static let yawStep = 0.4
    /// Radians by which a joint moves in one round, at most: as above.
    static let jointStep = 0.3
    /// Damping, metres²: less swings near stretched postures, more is slow; by trial.
    static let damping = 1e-6
    /// Least square of the jaw's level part, of 1: jaws that point up have no yaw.
    static let leastLevel = 1e-4
    /// Kept from a joint's stop, radians: correction for sag needs some, too.
    static let stop = 0.01
}
