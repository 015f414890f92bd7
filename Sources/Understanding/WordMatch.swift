internal import RobotModel

/// How the words of a description fit what the camera calls things.
struct WordMatch {
    /// How well words fit, the best first; only the best that fits anything counts.
    private enum Fit: Int, Comparable {
        case name, words, spelling, bare
        static func < (a: Fit, b: Fit) -> Bool { a.rawValue < b.rawValue }
    }

    let things: [Thing]
    let given: [String: String]
    let judge: (any KindJudge)?

    /// The things that words and colour fit.
    ///
    /// - Parameter isSet: whether all of a kind are meant: then a thing that is called exactly so is no better than others.
    func things(called words: String, color: String?, isSet: Bool) -> [Thing] {
        if words == Noun.anything { return things.filter { color == nil || $0.hasColor(color ?? "") } }
        let phrase = color.map { "\($0) \(words)" } ?? words
        if let name = given[phrase] ?? given[words] { return things.filter { $0.name == name } }
        let fits = things.compactMap { thing in fit(of: words, color, to: thing).map { (thing, $0) } }
        if let best = fits.map(\.1).min() {
            let last = isSet && best == .name ? Fit.words : best
            return fits.filter { $0.1 <= last }.map(\.0)
        }
        return judged(words, color, isSet)
    }

    private func fit(of words: String, _ color: String?, to thing: Thing) -> Fit? {
        let name = Self.split(thing.name)
        let wanted = Self.split(words)
        guard let head = wanted.last else { return nil }
        if (color.map { Self.split($0) } ?? []) + wanted == name { return .name }
        if let color, !thing.hasColor(color), !Self.holds(name, Self.split(color)) { return nil }
        let colors = Set(Self.split(thing.color))
        let hasAll = wanted.allSatisfy { name.contains($0) || colors.contains($0) }
        if hasAll, name.contains(head) || colors.contains(head) {
            return color == nil && wanted == name ? .name : .words
        }
        if Self.isSlip(wanted, of: name) { return .spelling }
        // what else is said of it cannot be seen: "the old cup" where a cup stands, but not where a "new cup" does
        if name.last == head || thing.shape.name == head {
            let others = name.dropLast().filter { !wanted.contains($0) && color?.contains($0) != true }
            let unknown = wanted.dropLast().filter { !name.contains($0) && !colors.contains($0) }
            let isColor = unknown.contains { ColorWords.plain.contains($0) }
            let contradicts = !unknown.isEmpty && !others.allSatisfy { ColorWords.plain.contains($0) }
            return isColor || contradicts ? nil : .bare
        }
        return nil
    }

    /// What belongs to a kind whose word no name has.
    private func judged(_ words: String, _ color: String?, _ isSet: Bool) -> [Thing] {
        guard let judge else { return [] }
        let candidates = things.filter { thing in
            color.map { thing.hasColor($0) || Self.holds(Self.split(thing.name), Self.split($0)) } ?? true
        }
        let members = Set(judge.members(of: words, among: candidates.map(\.name), isSet: isSet))
        return candidates.filter { members.contains($0.name) }
    }

    /// Small words of a phrase, each in the singular.
    static func split(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "'") }.map { singular(String($0)) }
    }

    /// English plurals are written with s; the rest is the language model's business, which writes lemmas.
    static func singular(_ word: String) -> String {
        guard word.count > 3, word.hasSuffix("s"), !word.hasSuffix("ss"), !word.hasSuffix("us") else { return word }
        for ending in ["ches", "shes", "xes", "sses"] where word.hasSuffix(ending) { return String(word.dropLast(2)) }
        return String(word.dropLast())
    }

    private static func holds(_ name: [String], _ words: [String]) -> Bool { words.allSatisfy(name.contains) }

    /// Whether the words are the name with one slip of the fingers in it.
    private static func isSlip(_ words: [String], of name: [String]) -> Bool {
        let pairs = words.filter { !name.contains($0) }.map { word in
            name.filter { !words.contains($0) }.contains { distance(word, $0) <= (word.count > 7 ? 2 : 1) }
                && word.count > 3 && word.count < 40
        }
        return pairs.count == 1 && pairs[0] && words.count <= name.count
    }

    /// Letters to change, add, leave out or exchange (Damerau's distance, adjacent exchanges only).
    static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one), Array(other))
        var rows = [Array(0...b.count)]
        for i in 1...max(1, a.count) where !a.isEmpty {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...max(1, b.count) where !b.isEmpty {
                row[j] = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], rows[i - 2][j - 2] + 1)
                }
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}

extension Thing {
    /// Whether people call its colour so; "blue" fits what is light blue too.
    func hasColor(_ color: String) -> Bool {
        let wanted = WordMatch.split(color)
        let own = Set(WordMatch.split(self.color)).union(Colors.words(near: self.color)).union(WordMatch.split(name))
        return wanted.allSatisfy { own.contains($0 == "gray" ? "grey" : $0) || (own.contains("gray") && $0 == "grey") }
    }

    /// Whether no description could tell the two apart, but for where they are.
    func isLike(_ other: Thing) -> Bool {
        func bare(_ name: String) -> Substring {
            var rest = name[...]
            while let last = rest.last, last.isNumber || last == " " { rest.removeLast() }
            return rest
        }
        return shape == other.shape && color == other.color && bare(name) == bare(other.name)
    }
}
