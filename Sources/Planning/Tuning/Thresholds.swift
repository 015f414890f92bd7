/// What the mind takes for good enough: shares of imagined worlds that end well.
///
/// Where a reason says “by trial”, the value was found by trial on the development suite.
package enum Thresholds {
    /// Below it a skill is not tried: three worlds in four would go wrong.
    package static let leastSuccess = 0.25
    /// From it no other way is looked for: a search costs seconds, and seldom finds more; by trial.
    static let sure = 0.75
    /// How much more a plan must promise than acting now: it takes time, and moves more.
    static let muchMore = 0.15
    /// From it, with nearly a whole step of progress, a candidate is good: the others are imagined to compare with only.
    static let good = (success: 0.9, progress: 0.8)
}
