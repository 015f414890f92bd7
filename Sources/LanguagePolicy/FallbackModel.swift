internal import Synchronization

/// A wanted model with another that takes over when it is slow, gone or talks nonsense.
///
/// After a failure the wanted one is left alone for a while, so that not every decision waits for it in vain.
public final class FallbackModel: OptionScorer {
    /// Of a limited time, what the wanted model may take: the other must have its part.
    private static let share = 0.6

    private struct Health {
        var failures = 0
        var retry: ContinuousClock.Instant?
        var reason = ""
    }

    private let wanted: any OptionScorer
    private let other: (any OptionScorer)?
    private let rest: Duration
    private let report: @Sendable (String) -> Void
    private let health = Mutex(Health())

    /// - Parameters:
    ///   - other: nil = none; then a failure is one.
    ///   - restSeconds: how long the wanted one is left alone after a failure; doubled by each further one, at most 16
    ///     times as long.
    ///   - report: is told in one line when the other takes over, and when the wanted one is back.
    public init(
        _ wanted: any OptionScorer, otherwise other: (any OptionScorer)?, restSeconds: Double = 5,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.wanted = wanted
        self.other = other
        rest = .nanoseconds(Int64(restSeconds * 1e9))
        self.report = report
    }

    public var name: String { wanted.name + (other.map { ", else \($0.name)" } ?? "") }

    public func score(
        _ prompt: String, _ texts: [String], within seconds: Double? = nil
    ) throws(LanguageModelError) -> Scoring {
        let began = ContinuousClock.now
        let resting = health.withLock { health in health.retry.map { began < $0 } ?? false ? health.reason : nil }
        if let resting { return try fallBack(prompt, texts, seconds, because: resting) }
        do {
            let scoring = try wanted.score(prompt, texts, within: seconds.map { $0 * (other == nil ? 1 : Self.share) })
            recovered()
            return scoring
        } catch {
            failed(error)
            let taken = began.duration(to: .now) / .seconds(1)
            return try fallBack(prompt, texts, seconds.map { max(0, $0 - taken) }, because: error.description)
        }
    }

    private func fallBack(
        _ prompt: String, _ texts: [String], _ seconds: Double?, because reason: String
    ) throws(LanguageModelError) -> Scoring {
        guard let other else { throw LanguageModelError(.endpoint, reason) }
        var scoring = try other.score(prompt, texts, within: seconds)
        scoring.note = "\(reason); \(other.name) scored instead"
        return scoring
    }

    private func failed(_ error: LanguageModelError) {
        let isNew = health.withLock { health in
            defer {
                health.retry = .now + rest * (1 << min(4, health.failures))
                health.failures += 1
                health.reason = error.description
            }
            return health.failures == 0 || health.reason != error.description
        }
        if isNew { report("\(error)" + (other.map { "; going on with \($0.name)" } ?? "")) }
    }

    private func recovered() {
        let wasFailing = health.withLock { health in
            defer { health = Health() }
            return health.failures > 0
        }
        if wasFailing { report("\(wanted.name) is back") }
    }
}
