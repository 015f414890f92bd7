/// How far the gripper, or a thing, leans from upright, and how far it is turned: radians.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Lean {
    // MARK: the gripper, outward from straight down
    /// Taken for the hand's before joints are known: a little, for few hang quite straight down; by trial.
    static let hand = 0.1
    /// In lifts and drops: with more, pads close aslant and things turn in them; by trial.
    static let any = 0...35.0.radians
    /// Drawn in: the range in which joints are found there; with more a held thing swings out; by trial.
    static let drawnIn = 28.0.radians...50.0.radians
    /// Tucked in high: as high and near as the arm goes it leans more than drawn in; by trial.
    static let tucked = 40.0.radians...72.0.radians
    /// From here on the arm counts as folded: it may turn where it is.
    static let folded = 75.0.radians
    /// For grasps from the side, those first that leave most room below the hand.
    static let side = [60, 65, 70, 55, 75, 50, 45].map { Double($0).radians }
    /// What was grasped with more was grasped from the side: between `any` and the least of `side`.
    static let fromTheSide = 40.0.radians
    /// How far a face may be turned against jaws from the side: more, they close on its edges; by trial.
    static let askew = 12.0.radians
    /// Least cosine of a lean that shifts the hand: a level hand would otherwise be infinitely far off.
    static let leastCosine = 0.1

    // MARK: things
    /// What leans more is not grasped from the side: level jaws would close on edges.
    static let sideUpright = 0.1
    /// What leans less in the hand stood upright, and will again: hands lean by up to `tucked`.
    static let held = 0.9
    /// What leans less does not count as lying: in the hand things lean with it, and slip by some degrees.
    static let upright = 0.75
    /// What leans less may fall when it is brushed: what leans more lies already.
    static let unsteady = 0.3
    /// How much a thing that was only to slide or turn may lean more than before: more, it is falling.
    static let kept = 0.2
    /// Vertical part of the axis, of 1, from which a cylinder stands: below it, it lies (45° is 0.71).
    static let standingAxis = 0.7
}
