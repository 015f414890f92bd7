public import LanguagePolicy

/// The language model says whether a name belongs to a kind, or is another word for it.
public struct ModelKindJudge: KindJudge {
    private let model: any OptionScorer
    /// By how much "yes" must be likelier than "no", nats.
    private static let threshold = 0.5
    /// Seconds for one question.
    private static let patience = 5.0

    public init(_ model: any OptionScorer) { self.model = model }

    public func members(of kind: String, among names: [String]) -> [String] {
        names.filter { name in
            [
                "Is \(Self.withArticle(name)) a kind of \(kind)?",
                "Is \(Self.withArticle(name)) the same as \(Self.withArticle(kind))?",
            ].contains { isYes($0) }
        }
    }

    private func isYes(_ question: String) -> Bool {
        let prompt = "Write what is said as a program.\nQuestion: \(question)\nAnswer:"
        guard let scores = try? model.score(prompt, [" yes", " no"], within: Self.patience).scores else { return false }
        return scores[0].sum - scores[1].sum > Self.threshold
    }

    private static func withArticle(_ word: String) -> String {
        (word.lowercased().first.map("aeiou".contains) ?? false ? "an " : "a ") + word
    }
}
