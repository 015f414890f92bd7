public import LanguagePolicy

/// The language model says whether a name belongs to a kind, or is another word for it.
public struct ModelKindJudge: KindJudge {
    private let model: any OptionScorer
    /// By how much "yes" must be likelier than "no", nats: of 150 questions about other kinds 31 of 75 members and 3 of 75
    /// others are above the first, 57 and 16 above the second.
    private static let sure = 0.5
    private static let likely = -0.25
    /// Seconds for one question.
    private static let patience = 5.0

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
        let prompt = "Write what is said as a program.\nQuestion: \(question)\nAnswer:"
        guard let scores = try? model.score(prompt, [" yes", " no"], within: Self.patience).scores else {
            return -.infinity
        }
        return scores[0].sum - scores[1].sum
    }

    private static func withArticle(_ word: String) -> String {
        (word.lowercased().first.map("aeiou".contains) ?? false ? "an " : "a ") + word
    }
}
