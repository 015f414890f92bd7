public import RobotModel

/// What a program comes to in a scene, as far as can be told before anything moves.
public struct Outcome: Hashable, Sendable {
    /// What is to become true, step by step, or the words of what is answered, said or asked.
    public var parts: [String]
    /// Whether every part of it can be begun: nothing that is spoken of is missing, and nothing is beyond such a robot.
    public var isPossible = true
    /// Whether it would have to be asked which of several things is meant.
    public var isAmbiguous = false
    /// Things that were spoken for by what was wanted so far.
    private var subjects: Set<String> = []

    init(parts: [String], isPossible: Bool = true) {
        self.parts = parts
        self.isPossible = isPossible
    }

    /// What is wanted of different things is the same in any order.
    mutating func add(_ goal: Goal) {
        let atoms = goal.atoms
        let isNew = subjects.isDisjoint(with: atoms.flatMap(\.subjects))
        subjects.formUnion(atoms.flatMap(\.subjects))
        parts += atoms.map(\.description)
        if isNew { parts.sort() }
    }
}

extension Goal {
    /// What it is made of, but for the order in which it comes about.
    fileprivate var atoms: [Goal] {
        switch self {
        case .all(let goals): goals.flatMap(\.atoms)
        case .then(let goals): goals.last?.atoms ?? []
        default: [self]
        }
    }
}

extension Program {
    /// Whether something is to be done.
    public var isOrders: Bool { if case .orders = self { true } else { false } }

    /// Most steps that are looked ahead.
    private static let horizon = 24

    /// What it comes to. Two programs with the same outcome are one reading.
    ///
    /// An approximation: the scene stays as it is while the steps are gone through, so that what a condition or a loop
    /// leads to is what it would lead to now.
    public func outcome(in scene: ResolvedScene, dialogue: Dialogue) -> Outcome {
        guard case .orders(let statement, let rules) = self else { return Outcome(parts: [description]) }
        if let objection = objection(in: scene, dialogue: dialogue) {
            return Outcome(parts: [objection.says], isPossible: false)
        }
        var run = ProgramRun(statement, rules: rules, dialogue: dialogue)
        var outcome = Outcome(parts: ((try? run.untouchable(in: scene)) ?? []).sorted().map { "leave \($0)" })
        outcome.parts += rules.filter(\.isLasting).map(\.description)
        while outcome.parts.count < Self.horizon {
            do throws(Unresolved) {
                switch try run.next(in: scene) {
                case .finished: return outcome
                case .stop: outcome.parts.append("stop")
                case .wait(let seconds): outcome.parts.append("wait \(seconds)")
                case .reach(let whole, _):
                    // what is already so needs no step
                    guard case .then(let goals) = whole, let goal = goals.last, !goal.isTrue(in: scene.state) else {
                        continue
                    }
                    outcome.add(goal)
                }
            } catch {
                if run.fallBack() { continue }
                outcome.parts.append(error.says)
                if case .ambiguous = error { outcome.isAmbiguous = true } else { outcome.isPossible = false }
                return outcome
            }
        }
        return outcome
    }
}

/// The readings of a sentence that come to the same.
public struct MergedReading: Sendable {
    /// The likeliest of them.
    public var reading: ProgramReading
    public var outcome: Outcome
    /// The shares of all of them together, less where the scene speaks against them; all merged readings sum to 1.
    public var weight: Double
}

extension [ProgramReading] {
    /// What is left of the weight of a reading that cannot be carried out here, or not without a question, where another can.
    private static let unfit = 0.5

    /// One for each outcome, the weightiest first.
    public func merged(in scene: ResolvedScene, dialogue: Dialogue) -> [MergedReading] {
        var merged: [MergedReading] = []
        for reading in self {
            let outcome = reading.program.outcome(in: scene, dialogue: dialogue)
            let weight = reading.probability * (outcome.isPossible && !outcome.isAmbiguous ? 1 : Self.unfit)
            if let same = merged.firstIndex(where: { $0.outcome == outcome }) {
                merged[same].weight += weight
            } else {
                merged.append(MergedReading(reading: reading, outcome: outcome, weight: weight))
            }
        }
        let sum = merged.map(\.weight).reduce(0, +)
        for index in merged.indices where sum > 0 { merged[index].weight /= sum }
        return merged.sorted { $0.weight > $1.weight }
    }
}

extension [MergedReading] {
    /// From which share of the readings on harm has the last word, whatever the scene says of the others. Of 36 harmful and 68
    /// harmless sentences of people that nothing was tuned on, 29 and 1 are above it; above a half 27 and none.
    private static let harmful = 0.25

    /// Whether harm may be meant.
    public var mayHarm: Bool {
        contains { $0.reading.program == .harm && $0.reading.probability >= Self.harmful }
    }

    /// The one whose own words an answer repeats; nil = it does not tell.
    public func chosen(by answer: String) -> MergedReading? {
        let said = Set(WordMatch.split(answer))
        let words = map { Set(WordMatch.split($0.reading.program.description)) }
        let own = indices.map { index in
            let others = indices.filter { $0 != index }.map { words[$0] }.reduce(Set()) { $0.union($1) }
            return said.intersection(words[index].subtracting(others)).count
        }
        guard let most = own.max(), most > 0, own.count(where: { $0 == most }) == 1 else { return nil }
        return own.firstIndex(of: most).map { self[$0] }
    }
}
