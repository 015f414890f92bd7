/// A word, a number or a sign of a program's text.
struct Token: Hashable {
    var text: String
    /// In quotation marks: never a word of the language.
    var isQuoted = false
    /// Characters from the beginning, from 1.
    var position: Int

    private static let signs: Set<Character> = ["{", "}", "(", ")", "[", "]", ";"]

    /// The tokens of a text, in small letters but for what is quoted.
    static func all(of text: String) throws(ProgramError) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(text)[...]
        while let first = rest.first {
            let position = rest.startIndex + 1
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: "\"") else {
                    throw ProgramError(position: position, expected: "a closing quotation mark", found: "")
                }
                tokens.append(Token(text: String(rest[rest.startIndex + 1..<end]), isQuoted: true, position: position))
                rest = rest[(end + 1)...]
            } else if signs.contains(first) {
                tokens.append(Token(text: String(first), position: position))
                rest.removeFirst()
            } else {
                let word = rest.prefix { isOfWord($0) }
                guard !word.isEmpty else {
                    throw ProgramError(position: position, expected: "a word of a program", found: String(first))
                }
                tokens.append(Token(text: String(word).lowercased(), position: position))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    private static func isOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "-'’.,°/&+%".contains(character)
    }

    /// Whether `text` would be read as one word, as it is.
    static func isWord(_ text: String) -> Bool {
        text.first.map { $0.isLetter || $0.isNumber } ?? false && text.allSatisfy(isOfWord) && text == text.lowercased()
            && text.last != ","
    }

    /// Whether a word ends the words of a noun that has begun.
    static func endsNoun(_ word: String) -> Bool { ending.contains(word) }

    static let ending: Set<String> = [
        "that", "and", "or", "then", "else", "otherwise", "except", "in", "on", "next", "left", "right", "behind",
        "away",
        "under", "between", "at", "where", "there", "aside", "out", "off", "to", "toward", "along", "by", "with", "is",
        "was",
        "than", "as", "from", "forward", "backward", "up", "down", "within",
    ]

    static let units: Set<String> = ["cm", "mm", "m"]

    /// Words that end the words of what cannot be done.
    static let joints: Set<String> = ["then", "and", "or", "otherwise", "else"]

    /// Whether `words` may stand behind “cannot” as they are.
    static func isPhrase(_ words: String) -> Bool {
        let all = words.split(separator: " ").map(String.init)
        return !all.isEmpty && all.joined(separator: " ") == words
            && all.allSatisfy { isWord($0) && !joints.contains($0) }
    }

    /// Words that a step or another statement begins with.
    static let verbs: Set<String> = [
        "put", "take", "hold", "release", "move", "push", "stack", "line", "spread", "group", "swap", "turn", "return",
        "ensure", "home", "rest", "stop", "undo", "again", "wait", "cannot", "if", "for", "until", "repeat", "gently",
        "slowly", "{",
    ]

    /// Words that cannot stand first in a noun, since they mean something else there.
    static let headWords = Set(Superlative.allCases.map(\.rawValue)).union([
        "other", "that", "is", "was", "and", "or", "then",
    ])

    /// "2nd" as 2; nil = no ordinal.
    var ordinal: Int? {
        guard !isQuoted, text.count > 2, ["st", "nd", "rd", "th"].contains(String(text.suffix(2))) else { return nil }
        return Int(text.dropLast(2))
    }
}
