/// How large, tall or thin things are that are handled in one way or another: metres, and shares of metres.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
enum Size {
    // MARK: height
    /// From here on a thing is grasped from the side, m: the level hand hangs 28 mm below its fingertips.
    static let sideHeight = 0.05
    /// From here on a thing on the table reaches into the way of the gripper's body and the forearm, m.
    static let tall = 0.05
    /// Above `tall` by so much, m, it is wholly in the way: it reaches the forearm of a hand drawn in.
    static let whollyTall = 0.05
    /// Flatter things are not pushed, m: the fingers' tips would slide over them.
    static let pushedHeight = 0.02
    /// Higher things are met by the palm when they are pushed, m: it touches them at their top, not at half their height.
    static let palmHeight = 0.05

    // MARK: shape
    /// Depth of a thing in a push's direction, as a share of the height of contact, below which it tips: friction at its
    /// foot against a push up there, with a tenth to spare.
    static let tipping = 0.9
    /// Height as a share of the narrower width above which a thing falls when it is brushed.
    static let unsteady = 2.2
    /// Length as a share of width from which a thing is laid along the edge of a tray: aslant it takes the room of two.
    static let long = 1.5
    /// Half edge of the square that stands for a disc, as a share of its radius: the full square's corners are empty.
    static let disc = 0.9
    /// Distance of two things' middles, as a share of their mean half widths together, within which one stands on the other.
    static let carried = 0.8
    /// Lever of friction's turning moment under an evenly pressed box, as a share of its diagonal: mechanics, no trial.
    static let frictionLever = 0.38
    /// Cosine between push and side that is counted at least: more slanting pushes are not planned, this only bounds them.
    static let leastDirectness = 0.3

    // MARK: room on a target, from its middle to where a thing's middle may still be
    /// From here on a grid of spots is worth it, m; below it only the ends and the middle differ.
    static let gridRoom = 0.02
    /// From here on a tray's corner is better than its middle, m: below it nothing else would fit either way.
    static let cornerRoom = 0.008
    /// From here on a target is wide, m: several things fit on it.
    static let wideRoom = 0.03
    /// Where in a wide tray a thing is best, as a share of the room: near the corner, but not at the wall; by trial.
    static let corner = 0.75
    /// Where on a wide plate a thing is best, as a share of the room: beside the middle, so that more find room; by trial.
    static let ring = 0.6

    // MARK: bearings
    /// Radians beside the arm's way within which something tall is in its way: a forearm's half width near the axis.
    static let swing = 0.6
    /// The table's own thickness, m: none of it is ever touched, only its upper face counts.
    static let table = 0.02
}
