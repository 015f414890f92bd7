public import LanguagePolicy
internal import Synchronization

/// The language model says whether a name belongs to a kind, or is another word for it.
public final class ModelKindJudge: KindJudge {
    private let model: any OptionScorer
    /// What was asked before: the same words are asked about at every step.
    private let known = Mutex<[String: Double]>([:])
    /// By how much "yes" must be likelier than "no", nats: of 150 questions about kinds that no pair has 41 of 75 members and 8 of
    /// 75 others are above the first, 60 and 16 above the second.
    private static let sure = 1.5
    private static let likely = 0.5
    /// Seconds for one question.
    private static let patience = 5.0
    /// Questions whose answers are kept.
    private static let remembered = 4096

    public init(_ model: any OptionScorer) { self.model = model }

    public func members(of kind: String, among names: [String], isSet: Bool) -> [String] {
        let threshold = isSet ? Self.likely : Self.sure
        return names.filter { name in
            [
                "Is \(Self.withArticle(name)) a kind of \(kind)?",
                "Is \(Self.withArticle(name)) the same as \(Self.withArticle(kind))?",
            ].contains { odds($0) > threshold }
        }
    }

    /// By how much "yes" is likelier, nats.
    private func odds(_ question: String) -> Double {
        if let odds = known.withLock({ $0[question] }) { return odds }
        let prompt = "Write what is said as a program.\nQuestion: \(question)\nAnswer:"
        // what could not be asked is not known, and may be asked again
        guard let scores = try? model.score(prompt, [" yes", " no"], within: Self.patience).scores else {
            return -.infinity
        }
        let odds = scores[0].sum - scores[1].sum
        known.withLock {
            if $0.count >= Self.remembered { $0 = [:] }
            $0[question] = odds
        }
        return odds
    }

    private static func withArticle(_ word: String) -> String {
        (word.lowercased().first.map("aeiou".contains) ?? false ? "an " : "a ") + word
    }
}
