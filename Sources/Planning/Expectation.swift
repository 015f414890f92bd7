internal import RobotModel
internal import Skills
internal import WorldModel

/// Something that came out otherwise than in any imagined world.
struct Surprise: Sendable, Equatable {
    enum Quantity: String, Sendable {
        case guardBroke = "guard"
        case mass, place
    }

    var call: SkillCall
    /// Empty if it is about no thing.
    var thing = ""
    var quantity: Quantity
    /// Standard deviations from the imagined mean; 0 where there is none.
    var innovation = 0.0
    var says: String
    /// Metres by which it was off: of a place.
    var distance = 0.0
}

/// What was imagined of a motion, to be held against what came of it.
struct Expectation: Sendable {
    let imagined: Imagination

    /// Standard deviations from the imagined mean above which a measurement is a surprise: few worlds make a poor spread.
    private static let surprising = 4.0
    /// Smallest displacement that is worth a word, metres: more than looks are off by, and as much as hinders a grasp.
    private static let displaced = 0.015
    /// What weighing adds to the spread, kilograms: the servos' friction, as `Experience` counts it.
    private static let weighing = 0.03
    /// What looking adds to the spread, metres: what a mean of several looks is off by.
    private static let looking = 0.002

    /// Compares the body's guards and the servos' weighing.
    ///
    /// - Parameter held: what is in the gripper now.
    func compare(_ performance: Performance, held: HeldThing?) -> [Surprise] {
        guard !imagined.worlds.isEmpty else { return [] }
        let count = imagined.worlds.count
        var surprises: [Surprise] = []
        if let broken = performance.broken, imagined.worlds.allSatisfy({ $0.broken == nil }) {
            surprises.append(
                Surprise(
                    call: imagined.call, quantity: .guardBroke,
                    says: "“\(imagined.call)” was broken off in none of the \(count) worlds, but is now: \(broken)"))
        }
        if case .pick(let name) = imagined.call, let held, let heavy = weight(of: held, name) {
            surprises.append(heavy)
        }
        return surprises
    }

    private func weight(of held: HeldThing, _ name: String) -> Surprise? {
        let masses = imagined.worlds.compactMap(\.after.held?.mass)
        guard masses.count > 1 else { return nil }
        let (mean, spread) = Self.spread(of: masses, floor: Self.weighing)
        let innovation = (held.mass - mean) / spread
        guard abs(innovation) > Self.surprising else { return nil }
        let how = innovation > 0 ? "more" : "less"
        return Surprise(
            call: imagined.call, thing: name, quantity: .mass, innovation: innovation,
            says: "the \(name) weighs about \(grams(held.mass)), \(how) than in any world (\(grams(mean)))")
    }

    /// Compares what the camera sees with where things were imagined to be.
    ///
    /// - Parameter seen: what was seen just now, and is not held.
    func compare(_ seen: [Thing]) -> [Surprise] {
        let good = imagined.worlds.filter(\.isGood)
        guard good.count > 1 else { return [] }
        return seen.compactMap { thing in
            let places = good.compactMap { $0.after.thing(thing.name)?.pose.position }
            guard places.count == good.count else { return nil }
            let (x, spreadX) = Self.spread(of: places.map(\.x), floor: Self.looking)
            let (y, spreadY) = Self.spread(of: places.map(\.y), floor: Self.looking)
            let off = Vector3(thing.pose.position.x - x, thing.pose.position.y - y, 0)
            let (across, along) = (off.x / spreadX, off.y / spreadY)
            let innovation = (across * across + along * along).squareRoot()
            let distance = off.horizontalLength
            guard innovation > Self.surprising, distance > Self.displaced else { return nil }
            return Surprise(
                call: imagined.call, thing: thing.name, quantity: .place, innovation: innovation,
                says:
                    "the \(thing.name) stands \(Int((distance * 1000).rounded())) mm from where I imagined it "
                    + "after “\(imagined.call)”", distance: distance)
        }
    }

    private func grams(_ kilograms: Double) -> String { "\(Int((kilograms * 1000).rounded())) g" }

    /// Mean and standard deviation, the latter with a floor for what measuring adds.
    private static func spread(of values: [Double], floor: Double) -> (mean: Double, deviation: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
        return (mean, (variance + floor * floor).squareRoot())
    }
}
