internal import LanguagePolicy
internal import Synchronization

/// A model that has so much time for all it is asked about one sentence, and that remembers why it said nothing.
final class TimedScorer: OptionScorer {
    private let model: any OptionScorer
    private let ends: ContinuousClock.Instant?
    private let remark = Mutex("")

    /// - Parameter seconds: for all calls together, from now on; nil = as each call says.
    init(_ model: any OptionScorer, seconds: Double?) {
        self.model = model
        ends = seconds.map { ContinuousClock.now + .nanoseconds(Int64($0 * 1e9)) }
    }

    var name: String { model.name }
    /// Why the wanted model did not score; empty if it always did.
    var note: String { remark.withLock { $0 } }

    func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring {
        var allowed = seconds
        if let ends {
            let left = ContinuousClock.now.duration(to: ends) / .seconds(1)
            allowed = min(seconds ?? left, max(0, left))
        }
        do {
            let scoring = try model.score(prompt, texts, within: allowed)
            if !scoring.note.isEmpty { remark.withLock { $0 = scoring.note } }
            return scoring
        } catch {
            remark.withLock { $0 = "\(error): the words alone decided" }
            throw error
        }
    }
}
