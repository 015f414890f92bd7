internal import Glibc

/// What speaks for one meaning of a sentence: the terms of the log-linear join.
public struct Evidence: Sendable, Equatable {
    /// Mean log-probability of a token of the meaning's words after the instruction, nats; 0 without a model.
    public var language = 0.0
    /// How well its things were named, 0 … 1.1 for each, summed over thing and target.
    public var name = 0.0
    /// How much the verb and the preposition speak for this kind of goal; 1 = as usual.
    public var kind = 0.0
    /// Things that were named and that it leaves out.
    public var left = 0.0
    /// 1 for "not a task for this robot".
    public var noTask = 0.0
    /// 1 for "something that is not here".
    public var absent = 0.0
    /// 1 for "harm to somebody or something".
    public var harm = 0.0

    public init(
        language: Double = 0, name: Double = 0, kind: Double = 0, left: Double = 0, noTask: Double = 0,
        absent: Double = 0, harm: Double = 0
    ) {
        (self.language, self.name, self.kind, self.left) = (language, name, kind, left)
        (self.noTask, self.absent, self.harm) = (noTask, absent, harm)
    }

    /// In the order of `GroundingWeights.values`.
    public var values: [Double] { [language, name, kind, left, noTask, absent, harm] }

    /// What the words alone say, leaving the model out.
    var words: Evidence {
        var words = self
        words.language = 0
        return words
    }
}

/// Weights of the log-linear join of the model's opinion with what the words match, and when to ask.
public struct GroundingWeights: Sendable, Equatable {
    /// One for each term of `Evidence`, in its order.
    public var values: [Double]
    /// A meaning at least so probable belongs to the conformal set; more than one goal in it is a question.
    public var leastProbability: Double

    public init(values: [Double], leastProbability: Double) {
        self.values = values
        self.leastProbability = leastProbability
    }

    public static let names = ["language", "name", "kind", "left", "no task", "absent", "harm"]

    /// The weights in force, as `foresight eval SUITE… --fit` found them (docs/grounding.md).
    public static let inForce = GroundingWeights(
        values: [0.52, 3.61, 2.12, -1.85, -1.08, -1.44, -0.43], leastProbability: 0.44)

    /// The same without what the words match.
    static let withoutWords = GroundingWeights(
        values: zip(names, inForce.values).map { ["name", "kind", "left"].contains($0) ? 0 : $1 }, leastProbability: 1)

    /// The weighted sum.
    public func score(_ evidence: Evidence) -> Double {
        zip(values, evidence.values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Each meaning's share of the whole.
    public func probabilities(_ evidence: [Evidence]) -> [Double] {
        let scores = evidence.map(score)
        let best = scores.max() ?? 0
        let odds = scores.map { exp($0 - best) }
        let whole = odds.reduce(0, +)
        return odds.map { $0 / whole }
    }
}
