package import Skills

/// How much the language model's opinion weighs beside what would happen: never above it, and small margins are ties.
package struct Preference: Sendable {
    /// Weight of what the model finds least plausible; 1 = its opinion does not count.
    package var floor: Double
    /// Mean log-probability of each skill; empty if the model was not asked.
    package var plausibility: [SkillCall: Double]

    /// Even what the model finds absurd keeps half its weight: it knows words, not this table.
    package static let usualFloor = 0.5
    /// Margin of mean log-probabilities below which two skills are equally plausible, nats.
    static let tie = 0.3

    package init(floor: Double = usualFloor, plausibility: [SkillCall: Double] = [:]) {
        self.floor = floor
        self.plausibility = plausibility
    }

    /// - Parameters:
    ///   - prior: mean log-probability.
    ///   - best: the largest of all.
    func weight(of prior: Double, best: Double) -> Double {
        floor + (1 - floor) * exponential(min(0, prior - best + Self.tie))
    }

    /// What it costs a plan to take a skill, nats.
    func cost(of call: SkillCall, among calls: [SkillCall]) -> Double {
        guard let own = plausibility[call] else { return 0 }
        let best = calls.compactMap { plausibility[$0] }.max() ?? own
        return -logarithm(weight(of: own, best: best))
    }
}
