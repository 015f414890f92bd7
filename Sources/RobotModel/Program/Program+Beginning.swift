extension Program {
    /// Whether more text could make a program of it: what a writer may have written so far.
    ///
    /// The parser never looks further than it must, so what it finds wrong before the end cannot be mended by more text. The
    /// last word may be unfinished; then it must begin a word that could stand there.
    public static func canBegin(with text: String) -> Bool {
        guard text.count <= largestText else { return false }
        let tokens: [Token]
        do throws(ProgramError) { tokens = try Token.all(of: text) } catch {
            // a quotation mark may still be closed
            return error.found.isEmpty
        }
        if isBegun(tokens) { return true }
        let isOpen = text.last.map { !$0.isWhitespace } ?? false
        return Token.completions(of: tokens, isOpen: isOpen).contains(where: isBegun)
    }

    /// Whether the parser finds nothing wrong before the end.
    private static func isBegun(_ tokens: [Token]) -> Bool {
        var parser = ProgramParser(tokens, end: Int.max)
        do throws(ProgramError) {
            _ = try parser.program()
            try parser.expectEnd()
            return true
        } catch { return error.position == Int.max }
    }
}

extension Token {
    /// The tokens with the last of them completed to what may be begun there.
    ///
    /// - Parameter isOpen: whether the last word may go on.
    static func completions(of tokens: [Token], isOpen: Bool) -> [[Token]] {
        func replaced(_ count: Int, by words: some Sequence<Substring>) -> [Token] {
            tokens.dropLast(count) + words.map { Token(text: String($0), position: 0) }
        }
        var found: [[Token]] = []
        // "was" may become "washer"
        if isOpen, let last = tokens.last, !last.isQuoted, last.text.last.map({ $0.isLetter }) == true {
            found.append(replaced(1, by: [last.text[...] + "x"]))
        }
        for count in 1...3 where count <= tokens.count && !tokens.suffix(count).contains(where: \.isQuoted) {
            let begun = tokens.suffix(count).map(\.text).joined(separator: " ") + (isOpen ? "" : " ")
            for option in (count == 1 ? all : []) + phrases where option.hasPrefix(begun) && option != begun {
                found.append(replaced(count, by: option.split(separator: " ")))
            }
        }
        return found
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
