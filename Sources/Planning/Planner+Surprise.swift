internal import Messages
internal import RobotModel
internal import Skills
internal import WorldModel

// What came of a motion beside what was imagined of it, and what is learned from the difference
extension Planner {
    /// Standard deviations from the imagined mean above which a measurement is a surprise.
    private static let surprising = 4.0
    /// Smallest displacement that is worth a word, metres.
    private static let displaced = 0.015
    /// Largest doubt about a place that one surprise leaves, metres.
    private static let largestDoubt = 0.005

    /// Compares the body's guards and the servos' weighing with the worlds that were imagined.
    func compare(_ performance: Performance, _ expected: Imagination?) async {
        guard let expected, !expected.worlds.isEmpty else { return }
        let count = expected.worlds.count
        if let broken = performance.broken, expected.worlds.allSatisfy({ $0.broken == nil }) {
            await surprise(
                expected.call, "", "guard", 0,
                "“\(expected.call)” was broken off in none of the \(count) worlds, but is now: \(broken)")
        }
        guard case .pick(let name) = expected.call, let held else { return }
        let masses = expected.worlds.compactMap(\.after.held?.mass)
        guard masses.count > 1 else { return }
        // the weighing itself is uncertain by about 30 g
        let (mean, spread) = Self.spread(of: masses, floor: 0.03)
        let innovation = (held.mass - mean) / spread
        guard abs(innovation) > Self.surprising else { return }
        await surprise(
            expected.call, name, "mass", innovation,
            "the \(name) weighs about \(grams(held.mass)), \(innovation > 0 ? "more" : "less") than in any world (\(grams(mean)))"
        )
    }

    /// Compares what the camera sees with where things were imagined to be after the last motion.
    func compareScene() async {
        guard let expected = expectation else { return }
        expectation = nil
        let good = expected.worlds.filter(\.isGood)
        guard good.count > 1 else { return }
        let meant = Set(expected.call.involves)
        for thing in memory.all where (memory.seenAt[thing.name] ?? 0) >= lookedAt - 600_000_000 {
            guard thing.name != held?.name else { continue }
            let places = good.compactMap { $0.after.thing(thing.name)?.pose.position }
            guard places.count == good.count else { continue }
            let (x, spreadX) = Self.spread(of: places.map(\.x), floor: 0.002)
            let (y, spreadY) = Self.spread(of: places.map(\.y), floor: 0.002)
            let off = Vector3(thing.pose.position.x - x, thing.pose.position.y - y, 0)
            let (across, along) = (off.x / spreadX, off.y / spreadY)
            let innovation = (across * across + along * along).squareRoot()
            guard innovation > Self.surprising, off.horizontalLength > Self.displaced else { continue }
            plan = []
            if !meant.contains(thing.name) {
                let doubt = min(Self.largestDoubt, off.horizontalLength / 4)
                experience[thing.name, default: Experience()].restless = doubt
            }
            await surprise(
                expected.call, thing.name, "place", innovation,
                "the \(thing.name) stands \(Int((off.horizontalLength * 1000).rounded())) mm from where I imagined it "
                    + "after “\(expected.call)”")
        }
    }

    /// What a finished or broken grasp and lift taught of a thing.
    func learn(_ name: String, from performance: Performance) {
        guard performance.isComplete, let held, held.name == name, lastCorrection != nil else { return }
        experience[name, default: Experience()].weighed(held.mass)
    }

    /// The arm could not lift it: more than its joints allow there.
    func learnTooHeavy(_ name: String, _ performance: Performance) async {
        let (motion, measured) = (performance.motion, joints)
        let allowed = try? await imagination.run { $0.compiler.liftable(by: motion, measured: measured) }
        if let allowed { experience[name, default: Experience()].couldNotLift(allowed) }
    }

    func lost(_ name: String) {
        drops[name, default: 0] += 1
        experience[name, default: Experience()].slips += 1
    }

    private func surprise(
        _ call: SkillCall, _ thing: String, _ quantity: String, _ innovation: Double, _ says: String
    ) async {
        let step = decisions
        await voice.publish(
            Topics.mindSurprise,
            .with {
                $0.instructionID = instruction.id
                $0.step = step
                $0.skill = call.description
                $0.thing = thing
                $0.quantity = quantity
                $0.innovation = innovation
                $0.says = "Surprise: \(says)."
            })
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
