internal import RobotModel

extension Noun {
    /// The noun with its colour and size taken out of its words, wherever they stood among them.
    ///
    /// - Parameter names: words that stay, since things are called with them: a "big green block" is one by its name.
    func sorted(keeping names: Set<String>) -> (noun: Noun, degree: Superlative?) {
        guard words != Self.anything else { return (self, nil) }
        var noun = self
        var degree: Superlative?
        var rest = WordMatch.split(words)
        // a kind stands at the end: "garbage thing" is garbage
        if rest.count > 1, rest.last == Self.anything, !isAdjective(rest[rest.count - 2]) { rest.removeLast() }
        rest = rest.enumerated().filter { index, word in
            guard index < rest.count - 1, !names.contains(word) else { return true }
            if let found = Superlative.degrees[word] {
                degree = found
                return false
            }
            return true
        }.map(\.element)
        if noun.color == nil, let place = rest.dropLast().firstIndex(where: ColorWords.plain.contains) {
            noun.color = rest.remove(at: place)
        }
        noun.words = rest.joined(separator: " ")
        return noun.words == WordMatch.split(words).joined(separator: " ") && degree == nil
            ? (self, nil) : (noun, degree)
    }

    private func isAdjective(_ word: String) -> Bool {
        Superlative.degrees[word] != nil || ColorWords.plain.contains(word)
    }
}
