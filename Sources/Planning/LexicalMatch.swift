import RobotModel

/// How well the words of a sentence name the things that were seen.
struct LexicalMatch {
    private let sentence: Sentence
    private let things: [Thing]
    private let weights: [String: Double]

    init(_ sentence: Sentence, _ things: [Thing]) {
        self.sentence = sentence
        self.things = things
        var counts: [String: Double] = [:]
        for thing in things {
            for word in Set(Self.words(of: thing)) { counts[word, default: 0] += 1 }
        }
        let total = Double(things.count)
        // a word that many things share says little
        weights = counts.mapValues { 0.2 + max(0, 1 - ($0 - 1) / max(1, total)) }
    }

    static func words(of thing: Thing) -> [String] { Sentence(thing.name).words }

    /// What a person may say besides the name: colour and shape.
    static func extras(of thing: Thing) -> [String] { Sentence(thing.color).words + [thing.shape.name] }

    /// Share of the name that the sentence holds, by how much each word says; 0 … 1, above 1 if a colour fits too.
    func mention(_ thing: Thing) -> Double {
        let words = Self.words(of: thing)
        let whole = words.map { weights[$0] ?? 1 }.reduce(0, +)
        let found = words.filter(sentence.contains).map { weights[$0] ?? 1 }.reduce(0, +)
        let extra = Self.extras(of: thing).contains { sentence.contains($0) && !words.contains($0) }
        return (whole > 0 ? found / whole : 0) + (extra ? 0.3 : 0)
    }

    /// Where the thing's words begin in the sentence.
    func place(_ thing: Thing) -> Int? {
        let names = Set(Self.words(of: thing))
        // the most telling word decides: "block" may come twice
        return sentence.words.indices.filter { names.contains(sentence.words[$0]) }.max {
            ((weights[sentence.words[$0]] ?? 0), -$0) < ((weights[sentence.words[$1]] ?? 0), -$1)
        }
    }

    /// Whether a preposition leads up to the thing.
    func isTarget(_ thing: Thing) -> Bool {
        guard let place = place(thing) else { return false }
        return sentence.words[max(0, place - 4)..<place].reversed().prefix { word in
            Sentence.prepositions.contains(word) || ["the", "a", "an", "of"].contains(word)
                || Self.words(of: thing).contains(word) || Self.extras(of: thing).contains(word)
        }.contains { Sentence.prepositions.contains($0) }
    }

    /// Words that name nothing that is here.
    var unknown: [String] {
        let known = Set(things.flatMap { Self.words(of: $0) + Self.extras(of: $0) })
        return sentence.words.filter { !known.contains($0) && !Sentence.common.contains($0) && Int($0) == nil }
    }
}
