public import Messages
internal import WorldModel

/// What one decision may cost.
public enum DecisionLimit: Sendable, Equatable {
    case none
    /// Seconds from having looked to having chosen, and as many for understanding the sentence.
    case seconds(Double)
    /// Decisions that were cut short before, by their step: they are cut at the same place again.
    case cuts([UInt32: DecisionCut])

    /// - Parameter seconds: 0 = none.
    public init(seconds: Double) { self = seconds > 0 ? .seconds(seconds) : .none }
}

/// Where a decision was cut short.
public struct DecisionCut: Sendable, Equatable {
    /// Worlds that were run to their end.
    public var worlds: Int
    /// The language model was not ready in time: all skills counted alike.
    public var language: Bool

    public init(worlds: Int, language: Bool) {
        self.worlds = worlds
        self.language = language
    }

    /// As it stands in a trace; nil when nothing was cut.
    public init?(_ decision: MindDecision) {
        guard decision.cut || decision.languageCut else { return nil }
        self.init(worlds: Int(decision.worlds), language: decision.languageCut)
    }
}

/// The time of one decision: what is left of it, and what was left off for want of it.
package struct DecisionTime: Sendable {
    /// Of the time, what the language model may take at most: imagination must have its part.
    private static let languageShare = 0.4

    private let seconds: Double?
    private let ends: ContinuousClock.Instant?
    private let cut: DecisionCut?
    /// Worlds run to their end.
    package private(set) var worlds = 0
    /// Something was not imagined, or in fewer worlds than wanted.
    package private(set) var isCut = false
    /// There was no time for the language model.
    package var isLanguageCut = false

    package init() { self.init(.none, step: 0) }

    package init(_ limit: DecisionLimit, step: UInt32) {
        if case .seconds(let seconds) = limit { self.seconds = seconds } else { seconds = nil }
        if case .cuts(let cuts) = limit { cut = cuts[step] } else { cut = nil }
        ends = seconds.map { ContinuousClock.now + .nanoseconds(Int64($0 * 1e9)) }
    }

    /// Seconds the language model may take; 0 = it is not asked.
    func languageSeconds(patience: Double) -> Double {
        if cut?.language == true { return 0 }
        return seconds.map { min(patience, $0 * Self.languageShare) } ?? patience
    }

    /// What may still be imagined.
    var limit: ImaginationLimit { ImaginationLimit(ends: ends, worlds: cut.map { max(0, $0.worlds - worlds) }) }

    /// Whether nothing more may be imagined; asked only when something would be.
    mutating func isOver() -> Bool {
        let isOver = ends.map { ContinuousClock.now >= $0 } ?? false || cut.map { worlds >= $0.worlds } ?? false
        if isOver { isCut = true }
        return isOver
    }

    mutating func count(_ imagined: Imagination) {
        worlds += imagined.worldsRun
        if imagined.isCut { isCut = true }
    }
}
