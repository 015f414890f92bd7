/// From when on something counts as having happened in an imagined world, and how closely it is looked at.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Judgement {
    // MARK: what has happened
    /// Metres by which a thing is raised that is in the hand: well below any lift, and well above a thing that is dragged.
    static let lifted = 0.025
    /// Metres from which a thing counts as moved: less is what brushing costs, and what cameras hardly tell.
    static let displaced = 0.012
    /// Metres and radians up to which a thing has not stirred: what is set down by physics at the start of a world settles by less.
    static let stirred = 0.003
    static let stirredTurn = 0.05
    /// Radians from which a thing counts as tipped: what leans less still stands.
    static let tipped = 0.3
    /// Metres by which what carries a thing is lower than the thing: side by side neither carries the other.
    static let below = 0.005
    /// Metres between two things that touch to begin with: poses are off by some millimetres; by trial.
    static let touching = 0.005

    // MARK: how closely it is looked at
    /// Seconds between two looks at what is touched: careful lines are 6 mm long in one.
    static let look = 0.1
    /// How many times oftener where something must not be touched, or would fall.
    static let closerLooks = 5

    // MARK: what promises how much
    /// Standard deviations on either side of the mean that hold 95 % of a normal distribution.
    static let deviations95 = 1.96
}
