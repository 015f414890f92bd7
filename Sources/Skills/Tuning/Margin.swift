/// Gaps and clearances between faces and outlines, metres.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
package enum Margin {
    // MARK: what stands around the hand
    /// From the hand to a thing that may be touched: more would forbid grasps between neighbours; by trial.
    static let thing = 0.001
    /// From the hand to what must not be touched: more than the 12 mm inside which imagination rejects a motion.
    static let forbidden = 0.015
    /// From the hand to what must not be touched, where there is a choice: `forbidden`, with the sway of what is carried.
    static let wary = 0.027
    /// A part of the hand that much above a thing still counts as beside it: faces are believed to a millimetre.
    static let above = 0.001
    /// How much wider than a thing the jaws are opened to name what leaves no room: the 6 mm beside each pad that jaws
    /// mostly need.
    static let blocking = 0.012
    /// From the pads' middle to what the thing stands on: lower, the tips of the fingers scrape over it; by trial.
    static let floor = 0.0095
    /// From the level palm to what the thing stands on: lower, the palm scrapes when joints sag; by trial.
    static let levelPalm = 0.0055
    /// Beyond the length of level fingers, where a reach from the side begins: less, the tips push the thing away.
    static let reachIn = 0.006
    /// What level fingers reach beyond the pads' middle: half a pad's length, and a little.
    static let beyondPads = 0.008
    /// From the pads' middle, of a grasp from the side, to the thing's upper face: less, the pads grasp over it.
    static let sideTop = 0.012

    // MARK: where pads close
    /// From a pad's middle to the end of a face: nearer, half of the pad closes on nothing.
    static let faceEnd = 0.007
    /// From half the height up to the pads' middle: lower, hand and neighbours come near each other; by trial.
    static let overHalf = 0.015
    /// Between the moving jaw's leaning body and the thing's upper edge: touched, that edge turns the thing in the hand.
    static let jawBody = 0.001

    // MARK: what is put down
    /// Under a thing when it is let go: lower, it is pressed down; higher, it falls and rolls; by trial.
    static let underfoot = 0.003
    /// From a container's rim up to the fingertips: lower, opening jaws catch its wall.
    static let rim = 0.006
    /// From a container's rim up to what is let go from the side: the level hand stays clear of the walls.
    static let sideRim = 0.012
    /// Beside each pad to let go, best first: opened less, the jaws take along what they touch; more, they meet neighbours.
    static let release = [0.010, 0.006]
    /// From a container's wall to a thing that nearly fills it: nearer, it hangs aslant and is let go over the rim.
    static let filling = 0.015
    /// From a container's wall to where a thing's outline is planned: poses in the hand are off by some millimetres.
    static let wall = 0.010
    /// From a tray's wall to a thing's outline when it is let go: half of `wall` is kept for what the grasp turned out.
    static let releasedAtWall = 0.005
    /// What a thing too large to keep from the walls may be off the middle: without it nothing large would fit at all.
    static let centred = 0.002
    /// Between outlines where a thing is planned to lie beside another: the cameras are off by a millimetre or two.
    static let companion = 0.003
    /// The same between something round and anything: by its narrower width alone, the outline is known less well.
    static let roundCompanion = 0.004
    /// Between outlines when the thing is let go: what `companion` leaves when the grasp turned out a little aslant.
    static let released = 0.002
    /// Around what comes down past something that lies across the target: less, it would catch on it; by trial.
    static let pastCover = 0.004
    /// Nearer companions in a bin count as a crowd: what is dropped there lands on them; by trial.
    static let company = 0.06
    /// For the jaws around a thing on the table: a finger's thickness, and room to open.
    static let jawsOnTable = 0.025
    /// For the jaws around a thing next to a target: the least of `jawsOnTable` that does, room there is scarce; by trial.
    static let jawsBeside = 0.022
    /// What is added to it for what must not be touched.
    static let forbiddenOnTable = 0.03
    /// Between outlines next to a target, best first: near enough to count, and far enough for a pose that is off; by trial.
    static let beside = [0.035, 0.045, 0.028]
    /// The least of it for a thing's half diagonal: corners stand out of the mean outline.
    static let cornerBeside = 0.004
    /// Around a spot next to a target: what stands in it is named as leaving no room; a little more than jaws need.
    static let crowding = 0.04

    // MARK: what rests on what
    /// How far a thing's foot may be believed off what it rests on: cameras are off by some millimetres, and a step
    /// that is meant is seldom lower.
    package static let resting = 0.012
    /// How far below its target a thing in it may be believed: as `resting`, but of faces that are seen together.
    static let sunk = 0.004
    /// From the target's lower face to the upper face of what is over it: flatter things are no obstacle.
    static let risen = 0.012
    /// How far below its target's upper face a thing on it may be believed: less than any thing is high.
    static let onTop = 0.008

    // MARK: pushes
    /// From the palm's lower face down: what reaches so high is pushed by the palm; it sags a little.
    static let palm = 0.003
    /// What begins this little below a thing's upper face is passed under it.
    static let passedUnder = 0.002
    /// From a pushed thing's outline to others', best first: what stands nearer to begin with must not come nearer.
    static let pushedPast = [0.005, 0.002, 0, -0.003]
    /// The same to what must not be touched: the first is what imagination asks for, with a push's error.
    static let pushedPastForbidden = [0.026, 0.018, 0.010, 0.004]
    /// How much farther than meant a push next to something may end: farther, it no longer counts as there.
    static let pushedNear = 0.008
    /// How much more room is enough where a thing left room already: a finger on each side, and a little.
    static let madeWay = 0.05
    /// From the ends of a side to fingers that push it: nearer, one of them slips off; by trial.
    static let sideEnds = 0.035

    // MARK: what counts as left where it was
    /// How much a thing's height may change that was only to slide or turn: more, it has climbed or fallen.
    static let keptHeight = 0.01
}
