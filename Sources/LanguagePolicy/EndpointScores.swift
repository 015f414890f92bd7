/// Reads scores of given texts out of echoed log-probabilities.
enum LikelihoodReader {
    /// nil unless every text came back whole, with a number for each of its tokens.
    static func scores(
        _ response: EndpointShapes.EchoResponse, prompt: String, texts: [String]
    ) -> [ScoredText]? {
        guard response.choices.count == texts.count else { return nil }
        var scores = [ScoredText?](repeating: nil, count: texts.count)
        for choice in response.choices {
            guard texts.indices.contains(choice.index), let logprobs = choice.logprobs,
                logprobs.tokens.count == logprobs.token_logprobs.count
            else { return nil }
            let text = texts[choice.index]
            // counted from the end: a mark of the beginning may stand before the prompt
            let echo = logprobs.tokens.joined()
            guard echo.hasSuffix(prompt.suffix(1) + text) else { return nil }
            let start = echo.utf8.count - text.utf8.count
            var score = ScoredText(text: text, sum: 0, tokens: 0)
            var place = 0
            for (token, logprob) in zip(logprobs.tokens, logprobs.token_logprobs) {
                let next = place + token.utf8.count
                // a token that begins in the prompt and ends in the text belongs to the text
                if next > start {
                    guard let logprob, logprob.isFinite else { return nil }
                    score.sum += logprob
                    score.tokens += 1
                }
                place = next
            }
            guard score.tokens > 0 else { return nil }
            scores[choice.index] = score
        }
        let whole = scores.compactMap { $0 }
        return whole.count == texts.count ? whole : nil
    }
}

/// Grades texts by a choice among them: how much less likely each was where it parts from the chosen one.
enum ChoiceGrades {
    /// Of a text that was not chosen by a server that says no more: one in fifty, as a log-probability.
    static let unsaid = -4.0
    /// Lowest grade.
    static let lowest = -12.0

    /// The chosen text has 0, all others less.
    static func margins(
        of texts: [String], chosen: String, content: String, tokens: [EndpointShapes.ChoiceResponse.Token]
    ) -> [String: Double] {
        var margins = Dictionary(uniqueKeysWithValues: texts.map { ($0, unsaid) })
        // bytes, as a token may end in the middle of a letter
        let whole = Array(content.utf8)
        let spelled = escaped(chosen)
        if tokens.flatMap({ Array($0.token.utf8) }).starts(with: whole), let start = place(of: spelled, in: whole) {
            for text in texts where text != chosen {
                let alternative = whole[..<start] + escaped(text) + [UInt8(ascii: "\"")]
                margins[text] = margin(Array(alternative), whole, tokens)
            }
        }
        margins[chosen] = 0
        return margins
    }

    private static func margin(
        _ text: [UInt8], _ chosen: [UInt8], _ tokens: [EndpointShapes.ChoiceResponse.Token]
    ) -> Double {
        var place = 0
        for token in tokens {
            let bytes = Array(token.token.utf8)
            let rest = text[min(place, text.count)...]
            guard rest.starts(with: bytes) else {
                let others = token.top_logprobs ?? []
                guard !others.isEmpty else { return unsaid }
                // the longest token that the text goes on with
                let fitting = others.filter { !$0.token.isEmpty && rest.starts(with: Array($0.token.utf8)) }
                    .max { $0.token.utf8.count < $1.token.utf8.count }
                let logprob = fitting?.logprob ?? (others.map(\.logprob).min() ?? 0) - 1
                return max(lowest, min(-0.01, logprob - token.logprob))
            }
            place += bytes.count
        }
        return unsaid
    }

    /// As it stands between quotes in JSON.
    private static func escaped(_ text: String) -> [UInt8] {
        text.utf8.flatMap { byte -> [UInt8] in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
        }
    }

    /// Where the chosen text begins in the answer: it ends before the last quote.
    private static func place(of text: [UInt8], in answer: [UInt8]) -> Int? {
        guard let quote = answer.lastIndex(of: UInt8(ascii: "\"")), quote >= text.count,
            answer[(quote - text.count)..<quote].elementsEqual(text)
        else { return nil }
        return quote - text.count
    }
}
