/// What handling a thing taught about it: kept in the conversation, and drawn from in imagination.
public struct Experience: Sendable, Hashable, Codable {
    /// Kilograms it weighs, as the servos felt it; nil = it was never lifted.
    public var mass: ClosedRange<Double>?
    /// The trial lift was broken off: `mass` is what the arm could not lift there, and more.
    public var wasTooHeavy = false
    /// It did not give way to a push.
    public var isStuck = false
    /// Whether nothing is won by trying to move it again.
    public var stays: Bool { wasTooHeavy || isStuck }
    /// How often it slipped or fell out of the jaws.
    public var slips = 0
    /// Beside what the camera's noise explains, how unsure its place is, metres: it moved when nobody meant it to.
    public var restless = 0.0

    public init() {}

    // found by trial on the development suite
    /// Share of a surprise that remains as doubt about a place: all of it would make every grasp there a gamble.
    private static let doubtShare = 0.25
    /// Largest doubt about a place that one surprise leaves, metres: more, and no grasp between neighbours goes well.
    private static let largestDoubt = 0.005

    /// It was moved so many metres when nobody meant it to.
    public mutating func wasMoved(by metres: Double) { restless = min(Self.largestDoubt, metres * Self.doubtShare) }

    /// Kilograms that no arm on a table handles.
    private static let implausible = 100.0

    /// Whether an arm on a table can have learned this: false for what came from a damaged file.
    public var isPlausible: Bool {
        let isMass = mass.map { $0.lowerBound > 0 && $0.upperBound < Self.implausible } ?? true
        return isMass && slips >= 0 && (0...Self.largestDoubt).contains(restless)
    }

    /// Kilograms by which a weighing may be wrong: what the arm's own joints are not known to.
    private static let scale = (share: 0.25, constant: 0.03)

    /// Takes in a weighing in the hand, kilograms.
    public mutating func weighed(_ kilograms: Double) {
        let error = Self.scale.share * kilograms + Self.scale.constant
        mass = max(Grip.lightest, kilograms - error)...kilograms + error
        wasTooHeavy = false
    }

    /// What a thing may weigh that could not be lifted, as shares of what the arm lifts there: a little less, for friction
    /// took a part, and up to twice as much, for nothing is known beyond.
    private static let heavier = 0.95...2

    /// Takes in a lift that was broken off although the arm lifts `kilograms` there.
    public mutating func couldNotLift(_ kilograms: Double) {
        mass = Self.heavier.lowerBound * kilograms...Self.heavier.upperBound * kilograms
        wasTooHeavy = true
    }

    /// Friction after no, one and more slips, as a share of what is believed of things in general: one may be the grasp's
    /// fault, two are the thing's.
    private static let gripAfterSlips = [1, 0.7, 0.5]

    /// What its friction is believed to be, as a share of what is believed of things in general.
    public var grip: Double { slips == 0 ? 1 : Self.gripAfterSlips[slips == 1 ? 1 : 2] }
}
