import RobotModel

/// What a text names of what is here, whatever its grammar.
struct Mentions {
    struct Mention {
        /// Indices of the things that the words fit best.
        var things: [Int]
        var fit: Double
        /// Of the words.
        var range: Range<Int>
    }

    /// Lower case, singular; a comma is a word of its own.
    let words: [String]
    private(set) var all: [Mention] = []
    /// A property stands before a name it does not belong to, or before nothing that is here: "the red banana".
    private(set) var namesAnother = false

    init(_ text: String, things: [Thing]) {
        words = Sentence.split(text)
        let match = NameMatch(things)
        let names = Set(things.flatMap { Sentence.split($0.name) })
        var index = 0
        while index < words.count {
            // "the watering can": no can that is here
            if index > 0, Self.isCompound(words[index - 1], names), Self.isTelling(words[index], names) {
                namesAnother = true
                index += 1
                continue
            }
            guard let mention = Self.longest(words, from: index, match, names) else {
                // "the purple peg" where the pegs are green
                if Lexicon.colors.contains(words[index]) { namesAnother = true }
                index += 1
                continue
            }
            index = mention.range.upperBound
            let isFollowed =
                index < words.count && (Self.isForeign(words[index], names) || Self.isTelling(words[index], names))
            if Self.isProperty(words[mention.range]), isFollowed {
                namesAnother = true
                continue
            }
            all.append(mention)
        }
    }

    /// The longest run of words from there that all belong to one thing.
    private static func longest(
        _ words: [String], from start: Int, _ match: NameMatch, _ names: Set<String>
    ) -> Mention? {
        guard isTelling(words[start], names) else { return nil }
        var found: Mention?
        var end = start
        while end < words.count, end - start < 6, isTelling(words[end], names) || names.contains(words[end]) {
            end += 1
            let phrase = Sentence.Phrase(words: Array(words[start..<end]), role: .subject)
            let fits = match.fits(phrase)
            guard let best = fits.max(), best >= 0.85 else { continue }
            let equal = fits.indices.filter { fits[$0] > best - 1e-6 }
            found = Mention(things: equal, fit: best, range: start..<end)
        }
        return found
    }

    private static func isTelling(_ word: String, _ names: Set<String>) -> Bool {
        names.contains(word) && !Lexicon.isSmall(word) || Lexicon.colors.contains(word) || Lexicon.sizes.contains(word)
            || Lexicon.positions.contains(word) || Lexicon.isNoun(word) && !Lexicon.anything.contains(word)
    }

    private static func isProperty(_ words: ArraySlice<String>) -> Bool {
        words.allSatisfy {
            Lexicon.colors.contains($0) || Lexicon.sizes.contains($0) || Lexicon.positions.contains($0)
                || Kinds.isKind($0)
        }
    }

    private static func isCompound(_ word: String, _ names: Set<String>) -> Bool {
        word.count > 5 && word.hasSuffix("ing") && isForeign(word, names)
    }

    private static func isForeign(_ word: String, _ names: Set<String>) -> Bool {
        word != "," && !names.contains(word) && !Lexicon.isKnown(word)
    }

    /// The one thing that a text names; nil if it names none, or several.
    static func lone(_ text: Substring, _ things: [Thing]) -> Thing? {
        let all = Mentions(String(text), things: things).all
        guard all.count == 1, all[0].things.count == 1 else { return nil }
        return things[all[0].things[0]]
    }

    /// Those that mean one thing, each the first time it is named.
    var distinct: [(thing: Int, mention: Mention)] {
        var seen: Set<Int> = []
        return all.compactMap { mention in
            guard mention.things.count == 1, seen.insert(mention.things[0]).inserted else { return nil }
            return (mention.things[0], mention)
        }
    }
}
