/// What of an arm stands over its fingertips, seen along the fingers, in boxes; metres.
///
/// Across: `behind` the fixed pad's inner face, `beyond` the moving one's. `half` is half the thickness the other way.
public struct HandShape: Sendable, Equatable {
    public struct Part: Sendable, Equatable {
        public let behind: Double
        public let beyond: Double
        public let half: Double
        /// How high above the fingertips it begins.
        public let above: Double
    }

    /// Each of the two fingers.
    public let fingers: Part
    /// What joins them.
    public let knuckles: Part
    public let palm: Part
    /// How far above the fingertips the palm's middle is, by which it stands behind them when the fingers lean.
    public let middle: Double
    /// Seen from the side: how far the fingers reach back from the pads' middle, and half their thickness.
    public let level: (fingers: Double, half: Double)
    /// And the palm behind them: how far back, half its breadth, half its thickness.
    public let levelPalm: (back: Double, breadth: Double, half: Double)

    public static func == (a: HandShape, b: HandShape) -> Bool {
        a.fingers == b.fingers && a.knuckles == b.knuckles && a.palm == b.palm && a.middle == b.middle
            && a.level == b.level && a.levelPalm == b.levelPalm
    }
}

/// Where an arm works with ease; distances from the pan axis and heights of the pads over the table, metres.
public struct Workspace: Sendable, Equatable {
    /// Where hand and distance are at their best.
    public var usual: Double { places[0] }
    /// Distances at which things are put down on the table, best first.
    public let places: [Double]
    /// Within it no place is worse than another.
    public let comfortable: ClosedRange<Double>
    /// Nearer things are under the arm.
    public let nearest: Double
    /// How far it reaches down to the table, about.
    public let grasped: Double
    /// Beyond it nothing is tried.
    public let farthest: Double
    /// Where a pushed thing may end: where the arm can still do something with it.
    public let pushed: ClosedRange<Double>
    /// Nearer than this along x even the folded arm may hide a thing from the camera.
    public let hidden: Double
    /// Nearer than this to the pan axis the hand counts as folded.
    public let folded: Double
    /// Where the hand is drawn in before it turns to another bearing.
    public let drawnIn: Place
    /// As high and near as the arm goes with its gripper still leaning, best first.
    public let tucked: [Place]
    /// Where something grasped from the side is carried, best first.
    public let carried: [Place]

    public struct Place: Sendable, Equatable {
        public let distance: Double
        public let height: Double
    }
}
