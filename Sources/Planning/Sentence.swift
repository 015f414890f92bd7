import RobotModel

/// One clause as words and noun phrases with their roles.
struct Sentence {
    enum Role: Sendable { case subject, target, source }

    /// Words that together name something.
    struct Phrase {
        var words: [String]
        var role: Role
        /// Where it begins.
        var place: Int
        /// "all the blocks".
        var isEvery = false

        var isPronoun: Bool { words.allSatisfy(Lexicon.pronouns.contains) }
        /// Words that tell which thing is meant.
        var telling: [String] { words.filter { !Lexicon.pronouns.contains($0) && !Lexicon.anything.contains($0) } }
        var text: String { words.joined(separator: " ") }
    }

    /// Lower case, singular; a comma is a word of its own.
    let words: [String]
    private(set) var phrases: [Phrase] = []
    /// Words that the scene's names are made of.
    private let names: Set<String>

    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func close() {
            if !word.isEmpty { words.append(Lexicon.stem(word)) }
            word = ""
        }
        for character in text.lowercased() {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else if character == "'" || character == "’" {
                close()
            } else {
                close()
                if ",;:.!".contains(character) { words.append(",") }
            }
        }
        close()
        return words
    }

    init(_ text: String, things: [Thing]) {
        words = Self.split(text)
        names = Set(things.flatMap { Self.split($0.name) })
        phrases = parse()
    }

    func contains(_ words: Set<String>) -> Bool { self.words.contains { words.contains($0) } }
    var real: [String] { words.filter { $0 != "," } }
    var hasRelation: Bool { phrases.contains { $0.role == .target } }
    func phrases(_ role: Role) -> [Phrase] { phrases.filter { $0.role == role } }

    /// Share of words that are known, be it from the scene or from the language.
    var knownShare: Double {
        let real = real
        return real.isEmpty ? 0 : Double(real.count { names.contains($0) || Lexicon.isKnown($0) }) / Double(real.count)
    }

    /// Whether the word at `index` belongs to a name although it is a small word elsewhere.
    private func isName(_ index: Int, inPhrase: Bool) -> Bool {
        let word = words[index]
        guard names.contains(word) else { return false }
        guard Lexicon.isSmall(word) else { return true }
        let afterDeterminer = index > 0 && Lexicon.determiners.contains(words[index - 1])
        let beforeName = index + 1 < words.count && names.contains(words[index + 1])
        return afterDeterminer || inPhrase || (beforeName && index > 0)
    }

    private func parse() -> [Phrase] {
        var found: [Phrase] = []
        var current = Phrase(words: [], role: .subject, place: 0)
        func close(_ role: Role? = nil) {
            if !current.words.isEmpty { found.append(current) }
            current = Phrase(words: [], role: role ?? current.role, place: 0)
        }
        for (index, word) in words.enumerated() {
            let isPlainName = isName(index, inPhrase: !current.words.isEmpty)
            if !isPlainName {
                if Lexicon.toward.contains(word) { close(.target); continue }
                if Lexicon.source.contains(word) { close(.source); continue }
                if word == "of" { continue }
                if Lexicon.every.contains(word), word != "everything" { close(); current.isEvery = true; continue }
                if Lexicon.pronouns.contains(word), !isDemonstrative(index) {
                    close()
                    current.words = [word]
                    current.place = index
                    close()
                    continue
                }
                if Lexicon.determiners.contains(word) {
                    if !current.words.isEmpty { close() }
                    continue
                }
                if word == "," || Lexicon.fillers.contains(word) || Lexicon.robot.contains(word) { close(); continue }
                if Lexicon.placing.contains(word) || Lexicon.lifting.contains(word) || Lexicon.going.contains(word) {
                    close(.subject)
                    continue
                }
                // "carefully", "quickly": how, not what
                if word.count > 4, word.hasSuffix("ly"), !names.contains(word) { continue }
            }
            if current.words.isEmpty { current.place = index }
            if word == "everything" { current.isEvery = true }
            current.words.append(word)
        }
        close()
        return found
    }

    /// "that block" points at a block; "that" alone stands for what was spoken of.
    private func isDemonstrative(_ index: Int) -> Bool {
        guard ["this", "that"].contains(words[index]), index + 1 < words.count else { return false }
        let next = words[index + 1]
        return names.contains(next) || !Lexicon.isSmall(next) || Lexicon.anything.contains(next)
    }

    /// Parts that each say one thing to do, in order.
    static func clauses(of text: String) -> [String] {
        var parts = [text.lowercased()]
        for separator in [
            ", and then ", " and then ", ", then ", "; then ", " then ", "; ", ". ", ", afterwards ",
            " and afterwards ",
        ] {
            parts = parts.flatMap { $0.split(separator: separator).map(String.init) }
        }
        return parts.filter { split($0).contains { $0 != "first" && $0 != "," } }
    }
}
