import RobotModel

/// What a text means by words that point back: "it", "the rook" after "the black rook".
struct Anaphora {
    private let things: [Thing]
    private let names: Set<String>

    init(_ things: [Thing]) {
        self.things = things
        names = Set(things.flatMap { Sentence.split($0.name) })
    }

    /// Text with the names of what was spoken of before in the place of nouns that alone would fit several things.
    func plain(_ text: String) -> String {
        let kinds = alike { $0.last }.reduce(text) { told($0, $1.word, $1.things) }
        // "put the soap bar in the soap dish and the coin on the soap": what was taken, not where it went
        return alike { $0.first }.filter { !Self.isProperty($0.word) }.reduce(kinds) {
            told($0, $1.word, $1.things.filter { !$0.holdsOthers })
        }
    }

    /// Things whose names share a word, several to a word; what is called so and no more is meant by its name.
    private func alike(_ word: ([Substring]) -> Substring?) -> [(word: String, things: [Thing])] {
        var groups: [String: [Thing]] = [:]
        for thing in things {
            guard let shared = word(thing.name.lowercased().split(separator: " ")) else { continue }
            groups[String(shared), default: []].append(thing)
        }
        let shared = groups.keys.sorted().filter { key in
            groups[key]!.count > 1 && !things.contains { $0.name.lowercased() == key }
        }
        return shared.map { (word: $0, things: groups[$0]!) }
    }

    private static func isProperty(_ word: String) -> Bool {
        Lexicon.colors.contains(word) || Lexicon.sizes.contains(word) || Lexicon.positions.contains(word)
    }

    private func told(_ text: String, _ noun: String, _ alike: [Thing]) -> String {
        var told = ""
        var rest = text[...]
        while let found = rest.firstMatch(of: /\bthe ([a-z]+)\b/) {
            told += rest[..<found.range.lowerBound]
            let said = String(found.output.0)
            rest = rest[found.range.upperBound...]
            let mentioned = alike.filter { told.contains($0.name.lowercased()) }
            // "the chalk tub" is no chalk
            let next = Sentence.split(String(rest.prefix { !",.;:!?".contains($0) })).first ?? ""
            let pointsBack = found.output.1 == noun && mentioned.count == 1 && !names.contains(next)
            told += pointsBack ? "the \(mentioned[0].name.lowercased())" : said
        }
        return told + rest
    }

    /// What "it" in a clause stands for, by what the text says before it: of the last sentence that names something to be
    /// taken, what it names first.
    func topic(before clause: String, in text: String) -> String? {
        let own = clause.prefix(upTo: clause.firstRange(of: /\b(it|them|that|this)\b/)?.lowerBound ?? clause.startIndex)
        let isNamed = Mentions(String(own), things: things).all.contains { mention in
            mention.things.contains { !things[$0].holdsOthers }
        }
        // "put the fudge on it" speaks of something before, "pick the cork up and put it there" of the cork
        let isPlace =
            Sentence.split(String(own)).last.map {
                Lexicon.toward.contains($0) || Lexicon.source.contains($0)
            } ?? false
        guard isPlace || !isNamed, let range = text.firstRange(of: clause.drop { $0 == " " }) else { return nil }
        let before = text[..<range.lowerBound]
        for sentence in before.split(whereSeparator: { ".;!?".contains($0) }).reversed() {
            let named = Mentions(String(sentence), things: things).all.first { mention in
                mention.things.count == 1 && !things[mention.things[0]].holdsOthers
            }
            if let named { return things[named.things[0]].name }
        }
        return nil
    }
}
