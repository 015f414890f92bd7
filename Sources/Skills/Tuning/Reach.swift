/// Heights and lengths of ways, metres.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Reach {
    // MARK: over things
    /// Pre-grasp over the grasp, and how high is lifted, best first: high is clear of neighbours, low is within reach.
    static let hovers = [0.055, 0.045, 0.035]
    /// Over a place, of what was grasped from the side, best first: as `hovers`; the level arm reaches less high.
    static let lowerings = [0.05, 0.04, 0.03]
    /// Over a place to come down from, at least: less, the hand sweeps what stands around.
    static let placeHover = 0.05
    /// Over a target's upper face on the way to it: less, what is carried hits it when joints sag; by trial.
    static let overTarget = 0.03
    /// Shares of that height that are tried, best first: lower ones are within reach farther out.
    static let hoverShares = [1, 0.8, 0.6]
    /// Up from what was let go where the hand was: free of it, and no farther than an overloaded arm can go.
    static let letGoRise = 0.05
    /// First guess of the pads' height over what is put down: close enough for four rounds to find the true one.
    static let fitGuess = 0.02
    /// How deep below a bin's rim a thing is let go at most: deeper, jaws touch the walls; higher, it falls and rolls.
    static let dip = 0.02
    /// How high over the rim a thing is let go that nearly fills the container: it may catch on the rim, not in the walls.
    static let overRim = 0.002

    // MARK: where pads close
    /// Pads' middle under the upper face, at least: less, half of the pad closes on nothing.
    static let shallowest = 0.008
    /// Pads' middle under the upper face, at most: deeper is no firmer, and the hand comes down to neighbours.
    static let deepest = 0.03
    /// Along a face from its middle, at most: farther, what is long turns in the jaws.
    static let offMiddle = 0.03
    /// Along a face from its middle, at least: less is no other grasp than the one in the middle.
    static let worthOffset = 0.004

    // MARK: transit
    /// Under what is carried: the height of a bin, and a little.
    static let overhead = 0.075
    /// By how much lower it is carried where that height is out of reach: a block still passes over a block.
    static let lowerOverhead = 0.015
    /// Beyond where the hand is drawn in, where nearer has no solution, best first.
    static let furtherOut = [0, 0.02, 0.04]
    /// Beyond where the hand is drawn in: a hand so near, and high, turns from where it is.
    static let drawnEnough = 0.04
    /// Below where the hand is drawn in: a hand so high passes over what stands on the table; by trial.
    static let raisedBelow = 0.04
    /// Below that, where it is out of reach, best first.
    static let lowerRaises = [0, 0.01, 0.02]
    /// Below where the hand is tucked in: a hand so high need not be tucked in first.
    static let tuckedBelow = 0.01

    // MARK: around the base
    /// In front of the arm's axis: nearer, a thing is put under the arm.
    static let besideBase = 0.02
    /// Behind the arm's axis, at most, where a push may end: farther back the arm cannot take it up again.
    static let pushedBehind = 0.02
    /// From the arm's axis: nearer, a tilted hand's palm is no longer taken for farther inward, it would pass the axis.
    static let axis = 0.05

    // MARK: pushes
    /// Between via points of a push: farther apart, the joints' path bulges from the line.
    static let pushStep = 0.015
    /// Between places of a push that are looked at for what it meets: about the smallest gap between things.
    static let pushLook = 0.01
    /// Back from what was pushed: fingers so far off do not touch it on their way up.
    static let partBack = 0.02
    /// How far the jaws are open to push, at most: two points of contact keep a broad side from turning.
    static let pushOpening = 0.04
    /// Lever beyond which the shoulder pushes with effort: half of its usual reach, about.
    static let freeLever = 0.15
}
