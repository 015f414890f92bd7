internal import Glibc
internal import Understanding

/// Weights of a log-linear choice, from choices that are known.
enum LogLinearFit {
    /// How strongly weights are drawn to zero: what separates perfectly must not grow for ever.
    private static let pull = 0.002
    private static let rounds = 4000
    private static let pace = 0.3

    /// Conditional logit by gradient ascent: the likelihood of each right meaning among its rivals (McFadden 1974).
    static func weights(_ cases: [(evidence: [Evidence], right: Int)]) -> [Double] {
        let rows = cases.map { (values: $0.evidence.map(\.values), right: $0.right) }
        var weights = [Double](repeating: 0, count: GroundingWeights.names.count)
        guard !rows.isEmpty else { return weights }
        for _ in 0..<rounds {
            var slope = weights.map { -pull * $0 }
            for row in rows {
                let scores = row.values.map { values in zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
                let best = scores.max() ?? 0
                let odds = scores.map { exp($0 - best) }
                let whole = odds.reduce(0, +)
                for term in weights.indices {
                    let expected = zip(odds, row.values).reduce(0) { $0 + $1.0 * $1.1[term] } / whole
                    slope[term] += (row.values[row.right][term] - expected) / Double(rows.count)
                }
            }
            for term in weights.indices { weights[term] += pace * slope[term] }
        }
        return weights
    }

    /// The share that the right meaning reaches in `coverage` of all cases like these: split conformal prediction
    /// (Vovk 2005; for asking back: KnowNo, Ren 2023).
    static func conformalThreshold(_ shares: [Double], coverage: Double) -> Double {
        let sorted = shares.sorted()
        let missed = Int(((1 - coverage) * Double(shares.count + 1)).rounded(.down))
        return missed > 0 && missed <= sorted.count ? sorted[missed - 1] : 0
    }
}
