public import RobotModel

/// What a program comes to in a scene, as far as can be told before anything moves.
public struct Outcome: Hashable, Sendable {
    /// What is to become true, step by step, or the words of what is answered, said or asked.
    public var parts: [String]
    /// Whether every part of it can be begun: nothing that is spoken of is missing, and nothing is beyond such a robot.
    public var isPossible = true
}

extension Program {
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
                    outcome.parts.append(goal.description)
                }
            } catch {
                if run.fallBack() { continue }
                outcome.parts.append(error.says)
                if case .ambiguous = error {} else { outcome.isPossible = false }
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
    /// What is left of the weight of a reading that cannot be carried out here, where another can.
    private static let impossible = 0.5

    /// One for each outcome, the weightiest first.
    public func merged(in scene: ResolvedScene, dialogue: Dialogue) -> [MergedReading] {
        var merged: [MergedReading] = []
        for reading in self {
            let outcome = reading.program.outcome(in: scene, dialogue: dialogue)
            let weight = reading.probability * (outcome.isPossible ? 1 : Self.impossible)
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
