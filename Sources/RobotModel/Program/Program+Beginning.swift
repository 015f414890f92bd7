extension Program {
    /// Whether more text could make a program of it: what a writer may have written so far.
    ///
    /// The parser never looks further than it must, so what it finds wrong before the end cannot be mended by more text. The
    /// last word may be unfinished; then it must begin a word that could stand there.
    public static func canBegin(with text: String) -> Bool {
        guard let problem = problem(with: text) else { return true }
        if problem.found.isEmpty { return true }
        guard text.count <= largestText else { return false }
        return Token.completions(of: text).contains { completed in
            Self.problem(with: completed).map { $0.found.isEmpty } ?? true
        }
    }

    /// Why it is no program; nil = it is one. Nothing found = it ends too early.
    private static func problem(with text: String) -> ProgramError? {
        do throws(ProgramError) {
            _ = try Program(parsing: text)
            return nil
        } catch { return error }
    }
}

extension Token {
    /// The text with its last words completed to what may be begun there.
    static func completions(of text: String) -> [String] {
        // the last words, one to three, the last perhaps unfinished
        var starts: [String.Index] = []
        var start = text.endIndex
        while starts.count < 3, start > text.startIndex {
            let before = text[..<start].lastIndex { !$0.isWhitespace && $0 != ";" } ?? text.startIndex
            start =
                text[..<before].lastIndex { $0.isWhitespace || $0 == ";" }.map(text.index(after:)) ?? text.startIndex
            starts.append(start)
        }
        // "was" may become "washer"
        let longer = text.last.map { $0.isLetter } == true ? [text + "x"] : []
        return longer
            + starts.enumerated().flatMap { count, start in
                let begun = text[start...].lowercased()
                let options = count == 0 ? all + phrases : phrases
                return options.filter { $0.hasPrefix(begun) && $0 != begun }.map { String(text[..<start]) + $0 }
            }
    }

    /// Where more than one word is read at once.
    private static let phrases: [String] =
        [
            "that is", "that was", "and the", "and half the", "and at least 2", "and at most 2", "and put", "or put",
            "half the", "the other",
        ]
        + Relation.allCases.map(\.rawValue).filter { $0.contains(" ") } + [
            "at the", "at least", "at most", "out of", "away from", "do not touch", "do not move", "line up", "as many",
            "move gently", "move slowly", "about robot", "nearest to", "farthest from",
        ]

    /// Every word that means something in a program.
    private static let all: [String] =
        verbs.filter { $0 != "{" } + joints + ending
        + Superlative.allCases.map(\.rawValue) + Comparative.allCases.map(\.rawValue)
        + Property.allCases.map(\.rawValue)
        + Region.allCases.map(\.rawValue) + Direction.allCases.map(\.rawValue) + Pronoun.allCases.map(\.rawValue)
        + State.Condition.allCases.map(\.rawValue) + Manner.allCases.map(\.rawValue)
        + ColorWords.plain + ColorWords.shades + [
            "harm", "unclear", "nothing", "ask", "forget", "call", "do", "not", "touch", "keep", "always", "what",
            "count",
            "whether", "can", "why", "about", "robot", "only", "many", "more", "fewer", "the", "half", "least", "most",
            "each", "every", "all", "both", "no", "a", "an", "any", "another", "other", "of", "to", "front", "cm", "mm",
            "m",
            "degrees", "seconds", "holding", "nearest", "farthest", "same", "else",
        ] + (1...20).map(Number.ordinal)
}
