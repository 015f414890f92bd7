// What is said of a thing behind its name: relative clauses, appositions, headings.
extension Wording {
    static func tells(_ word: String) -> Bool {
        let word = Lexicon.stem(word)
        return Lexicon.colors.contains(word) || Lexicon.sizes.contains(word) || Lexicon.positions.contains(word)
            || Lexicon.shapely.contains(word)
    }

    /// "the block that is red", "whichever jar is rightmost", "the one that is not red", "everything that is a ball".
    func relatives(_ tokens: [String]) -> [String] {
        var tokens = tokens
        while let copula = tokens.indices.first(where: { isRelative(tokens, $0) }) {
            guard let head = headBegins(tokens, before: copula) else { return tokens }
            var end = copula + 1
            let isNot = end < tokens.count && tokens[end] == "not"
            if isNot { end += 1 }
            let hasArticle = end < tokens.count && Lexicon.determiners.contains(Lexicon.stem(tokens[end]))
            if hasArticle { end += 1 }
            let first = end
            while end < tokens.count, Self.tells(tokens[end]) || hasArticle && isNoun(tokens[end]) { end += 1 }
            let telling = Array(tokens[first..<end])
            guard !telling.isEmpty else { return tokens }
            var named = tokens[head..<copula].filter { !["that", "which", "who"].contains($0) }
            if named.isEmpty { named = ["one"] }
            let isEvery = named.count == 1 && Lexicon.everyThing.contains(named[0])
            var rest: [String]
            if isNot {
                rest = ["the"] + named + [",", "not", "the"] + telling + ["one", ","]
            } else if isEvery {
                rest = ["every"] + telling + (hasArticle ? [] : ["thing"])
            } else {
                rest = ["the"] + telling + named
            }
            let begin = head > 0 && isDeterminer(tokens[head - 1]) ? head - 1 : head
            if begin < head, Lexicon.every.contains(tokens[begin]) { rest[0] = tokens[begin] }
            tokens.replaceSubrange(begin..<end, with: rest)
        }
        return tokens
    }

    /// Whether at `index` stands the "is" of a clause that tells which thing is meant.
    func isRelative(_ tokens: [String], _ index: Int) -> Bool {
        guard ["is", "are", "sits", "stands", "lies"].contains(tokens[index]), index > 0, index + 1 < tokens.count
        else { return false }
        var next = index + 1
        if tokens[next] == "not" { next += 1 }
        if next < tokens.count, Lexicon.determiners.contains(Lexicon.stem(tokens[next])) { next += 1 }
        guard next < tokens.count, Self.tells(tokens[next]) || next > index + 1 && isNoun(tokens[next]) else {
            return false
        }
        if ["that", "which"].contains(tokens[index - 1]) { return index > 1 }
        return tokens[..<index].suffix(4).contains { ["whichever", "whatever"].contains($0) }
    }

    func isNoun(_ word: String) -> Bool {
        let word = Lexicon.stem(word)
        return names.contains(word) || Lexicon.isNoun(word)
    }

    func isDeterminer(_ word: String) -> Bool {
        Lexicon.determiners.contains(word) || Lexicon.every.contains(word) || ["whichever", "which"].contains(word)
    }

    /// Where the words of the name before a relative clause begin.
    func headBegins(_ tokens: [String], before copula: Int) -> Int? {
        var index = copula - 1
        if ["that", "which", "who"].contains(tokens[index]) { index -= 1 }
        var begin: Int?
        while index >= 0, copula - index < 7, !Self.isMark(tokens[index]) {
            if isDeterminer(tokens[index]), !Lexicon.everyThing.contains(tokens[index]) { break }
            let word = Lexicon.stem(tokens[index])
            if Lexicon.isAction(word) || Lexicon.toward.contains(word) { break }
            begin = index
            if Lexicon.everyThing.contains(word) { break }
            index -= 1
        }
        return begin
    }

    /// "the pot, the large one, …" is "the large pot, …".
    func apposition(_ tokens: [String]) -> [String] {
        for comma in tokens.indices where tokens[comma] == "," && comma + 3 < tokens.count && comma > 0 {
            let isTelling = { (word: String) in
                Self.tells(word) || names.contains(Lexicon.stem(word)) && word != "one"
            }
            guard tokens[comma + 1] == "the", isTelling(tokens[comma + 2]) else { continue }
            var end = comma + 2
            while end < tokens.count, isTelling(tokens[end]) { end += 1 }
            guard end < tokens.count, tokens[end] == "one", end + 1 == tokens.count || Self.isMark(tokens[end + 1]),
                let head = headBegins(tokens, before: comma), tokens[head..<comma].contains(where: isNoun),
                !tokens[head..<comma].contains(where: { Self.tells($0) && !Lexicon.positions.contains($0) })
            else { continue }
            var told = Array(tokens[..<head])
            told += tokens[(comma + 2)..<end]
            told += tokens[head..<comma]
            return told + tokens[(end + 1)...]
        }
        return tokens
    }

    /// "Sort them by colour: the red ones in the tray …": what follows says it all.
    func withoutHeading(_ tokens: [String]) -> [String] {
        guard let colon = tokens.firstIndex(of: ":"), saysWhere(tokens[colon...]), !saysWhere(tokens[..<colon]),
            tokens[..<colon].contains(where: { Lexicon.isAction($0) && !names.contains($0) })
                || !names(Array(tokens[..<colon]))
        else { return tokens }
        // "get it away from there: it goes in the bin"
        // "the brown thing over there: bring it here"
        let following = tokens[(colon + 1)...].prefix { !Self.isMark($0) }
        let isNamed = tokens[..<colon].contains { Lexicon.determiners.contains($0) }
        let pointsBack =
            following.first.map { ["it", "they", "them"].contains($0) } ?? false
            || isNamed && following.contains { ["it", "them"].contains($0) }
        return pointsBack ? tokens[..<colon] + ["."] + tokens[(colon + 1)...] : Array(tokens[(colon + 1)...])
    }

    /// A place is named, with what leads up to it.
    func saysWhere(_ tokens: ArraySlice<String>) -> Bool {
        guard let link = tokens.firstIndex(where: { Lexicon.toward.contains($0) }) else { return false }
        return tokens[link...].prefix(5).contains { names.contains(Lexicon.stem($0)) }
    }
}
