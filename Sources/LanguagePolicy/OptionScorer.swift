/// What can say how likely given texts follow a prompt; it never writes any.
public protocol OptionScorer: Sendable {
    /// As a person is told it.
    var name: String { get }

    /// Scores each of `texts` as what follows `prompt`, in the order given.
    ///
    /// - Parameter seconds: time allowed; nil = as long as it takes.
    /// - Throws: `LanguageModelError` when there are no scores, or none in time; it may be asked again.
    func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring

    /// Finds the likeliest of `texts`, by mean; of the others it may know only the most their scores can be.
    ///
    /// - Parameter guess: which it will probably be; a wrong guess costs time and changes nothing else.
    /// - Throws: as `score`.
    func choose(
        _ prompt: String, among texts: [String], guess: Int?, within seconds: Double?
    ) throws(LanguageModelError) -> Scoring
}

extension OptionScorer {
    public func choose(
        _ prompt: String, among texts: [String], guess: Int? = nil, within seconds: Double? = nil
    ) throws(LanguageModelError) -> Scoring { try score(prompt, texts, within: seconds) }
}

/// How likely a model finds a text after a prompt.
public struct ScoredText: Sendable, Equatable {
    public var text: String
    /// Sum of the tokens' log-probabilities, nats.
    public var sum: Double
    public var tokens: Int
    /// The sum is of its first tokens only: its whole score is at most this one, and less than the best text's.
    public var isBound = false
    /// Mean log-probability of a token: does not favour short texts.
    public var mean: Double { tokens == 0 ? 0 : sum / Double(tokens) }

    public init(text: String, sum: Double, tokens: Int, isBound: Bool = false) {
        self.text = text
        self.sum = sum
        self.tokens = tokens
        self.isBound = isBound
    }
}

/// Scores with the time they took.
public struct Scoring: Sendable {
    /// Which model scored.
    public var model: String
    /// Why it was not the one that was wanted; empty if it was.
    public var note = ""
    /// In the order the texts were given.
    public var scores: [ScoredText]
    public var prefillSeconds = 0.0
    public var scoringSeconds = 0.0
    /// Prompt tokens that had to be computed, and those that were still in memory; 0 where that is not known.
    public var freshTokens = 0
    public var cachedTokens = 0

    public init(model: String, scores: [ScoredText]) {
        self.model = model
        self.scores = scores
    }
}
