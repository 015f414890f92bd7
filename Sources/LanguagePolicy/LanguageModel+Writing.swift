internal import CLlama

/// A text that a model wrote.
public struct WrittenText: Sendable, Equatable {
    public var text: String
    /// Sum of the tokens' log-probabilities, the end's too, nats.
    public var sum: Double
    /// Tokens, the end's too.
    public var tokens: Int
}

extension LanguageModel {
    /// Writes the likeliest texts that may follow a prompt, held to a test as they are written.
    ///
    /// - Parameters:
    ///   - end: what ends a text; one token.
    ///   - count: how many texts are followed at a time; about as many come back, the likeliest first.
    ///   - longest: most tokens of a text.
    ///   - seconds: time allowed; nil = as long as it takes.
    ///   - allows: whether a text may begin so, and whether it may be that and no more.
    /// - Throws: `LanguageModelError.deadline` when time is over, `tooLong` when the prompt does not fit its memory.
    public func write(
        after prompt: String, end: String = "\n\n", count: Int = 3, longest: Int = 96, within seconds: Double? = nil,
        allows: @escaping (_ text: String, _ isWhole: Bool) -> Bool
    ) throws(LanguageModelError) -> [WrittenText] {
        try locked(within: seconds) { () throws(LanguageModelError) in
            let tokens = tokenize(prompt, start: false)
            let ends = tokenize(end, start: false)
            guard let endToken = ends.first, ends.count == 1 else {
                throw LanguageModelError(.engine, "this model has no single token for the end of a text")
            }
            guard tokens.count > 1, tokens.count + longest < Self.promptTokens else {
                throw LanguageModelError(
                    .tooLong, "a prompt of \(tokens.count) tokens is longer than this model is given")
            }
            let writing = ModelContext.Writing(
                width: count, longest: longest, margin: Self.margin, end: endToken, piece: { self.piece($0) },
                allows: allows)
            let context = scoring
            let beams = try context.write(tokens, context.shelf(for: tokens), writing)
            return beams.map {
                WrittenText(text: String(decoding: $0.bytes, as: UTF8.self), sum: $0.sum, tokens: $0.count)
            }
        }
    }

    /// How much less likely than the best a text may become and still be followed, nats: e⁻⁶ is a quarter of a per cent.
    private static let margin = 6.0

    /// The bytes of a token.
    func piece(_ token: llama_token) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 128)
        let count = llama_token_to_piece(vocabulary, token, &buffer, Int32(buffer.count), 0, false)
        return buffer.prefix(Int(max(0, count))).map(UInt8.init(bitPattern:))
    }
}
