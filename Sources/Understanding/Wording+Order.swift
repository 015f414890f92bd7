import RobotModel

// The order of words
extension Wording {
    static func replace(_ phrase: String, with words: [String], in tokens: inout [String]) {
        let wanted = phrase.split(separator: " ").map(String.init)
        var index = 0
        while index + wanted.count <= tokens.count {
            if Array(tokens[index..<(index + wanted.count)]) == wanted {
                tokens.replaceSubrange(index..<(index + wanted.count), with: words)
            }
            index += 1
        }
    }

    // MARK: order of words

    /// "take off whatever is on top of the block" is "clear the block".
    func removals(_ tokens: [String]) -> [String] {
        // "clear the whole table into the crate"
        if let clear = tokens.firstIndex(where: { ["clear", "empty"].contains($0) }),
            let table = tokens[clear...].firstIndex(where: { Lexicon.table.contains($0) }), table - clear < 4,
            table + 1 < tokens.count, Lexicon.toward.contains(tokens[table + 1])
        {
            return tokens[..<clear] + ["put", "everything"] + tokens[(table + 1)...]
        }
        if let verb = tokens.firstIndex(where: { ["free", "clear", "empty", "rid", "relieve"].contains($0) }),
            let of = tokens[verb...].firstIndex(of: "of"), of + 1 < tokens.count,
            ["whatever", "what", "anything", "everything", "all"].contains(tokens[of + 1])
        {
            let end = tokens[of...].firstIndex(where: Self.isMark) ?? tokens.count
            return tokens[..<verb] + ["clear"] + tokens[(verb + 1)..<of] + tokens[end...]
        }
        guard let what = tokens.firstIndex(where: { ["whatever", "what", "anything", "everything"].contains($0) }),
            let verb = tokens[..<what].lastIndex(where: {
                ["take", "move", "get", "lift", "remove", "put"].contains($0)
            }),
            tokens[verb..<what].dropFirst().allSatisfy({ ["off", "away", "down", "out"].contains($0) })
        else { return tokens }
        var place = what + 1
        while place < tokens.count, ["that", "is", "there"].contains(tokens[place]) { place += 1 }
        let links = [["on", "top", "of"], ["on"], ["in"], ["inside"]]
        guard let link = links.first(where: { tokens[place...].starts(with: $0) }) else { return tokens }
        let begin = place + link.count
        var end = begin
        while end < tokens.count, !Self.isMark(tokens[end]), tokens[end] != "and" {
            // it goes somewhere: what is meant is told by where it is
            if Lexicon.toward.contains(tokens[end]) { return tokens }
            end += 1
        }
        let named = tokens[begin..<end].filter { !["off", "away"].contains($0) }
        let isSaidGone = tokens[verb] != "put" || tokens[verb..<what].contains("away")
        guard isSaidGone, !named.isEmpty else { return tokens }
        return Array(tokens[..<verb]) + ["clear"] + named + Array(tokens[end...])
    }

    /// "into the tray with it" is "put it into the tray"; "top it off with the red one" is "put the red one on it".
    func inverted(_ tokens: [String]) -> [String] {
        guard let with = tokens.firstIndex(of: "with"), with + 1 < tokens.count else { return tokens }
        let end = tokens[with...].firstIndex(where: Self.isMark) ?? tokens.count
        let carried = tokens[(with + 1)..<end]
        if let first = tokens.first, ["in", "into", "on", "onto"].contains(first), with > 1 {
            return ["put"] + carried + tokens[..<with] + tokens[end...]
        }
        if let verb = tokens[..<with].firstIndex(where: { ["top", "crown", "cap", "cover"].contains($0) }),
            !tokens[..<verb].contains(where: { isNoun($0) || isDeterminer($0) })
        {
            let under = tokens[(verb + 1)..<with].filter { $0 != "off" && $0 != "up" }
            if !under.isEmpty { return tokens[..<verb] + ["put"] + carried + ["on"] + under + tokens[end...] }
        }
        return tokens
    }

    // MARK: what says nothing

    /// "rubber duck: bathtub" is "rubber duck to bathtub", where nothing else says what to do.
    func colon(_ tokens: [String]) -> [String] {
        guard let colon = tokens.firstIndex(of: ":"), tokens.count(where: { $0 == ":" }) == 1, colon > 0 else {
            return tokens
        }
        let isPlain = !tokens.contains { token in
            let word = Lexicon.stem(token)
            return !names.contains(word) && (Lexicon.isAction(word) || Lexicon.toward.contains(word) || token == ",")
        }
        // "eraser, ruler, chalk: all three go in the case"
        if let listed = listed(tokens, colon) { return listed }
        guard isPlain, tokens[..<colon].contains(where: isNoun), tokens[colon...].contains(where: isNoun) else {
            return tokens
        }
        // "bin: cork"
        let holds = { (part: ArraySlice<String>) in part.contains { holders.contains(Lexicon.stem($0)) } }
        if holds(tokens[..<colon]), !holds(tokens[colon...]) {
            let end = tokens[colon...].lastIndex { !Self.isMark($0) } ?? tokens.count - 1
            return tokens[(colon + 1)...end] + ["to"] + tokens[..<colon] + tokens[(end + 1)...]
        }
        return tokens[..<colon] + ["to"] + tokens[(colon + 1)...]
    }

    func listed(_ tokens: [String], _ colon: Int) -> [String]? {
        let (list, rest) = (tokens[..<colon], tokens[(colon + 1)...])
        let isList = list.allSatisfy { $0 == "," || $0 == "and" || isDeterminer($0) || isNoun($0) }
        let points = rest.prefix {
            ["all", "both", "they", "these", "those", "everything", "it", "of", "them", "two", "three", "four"]
                .contains($0)
        }
        guard isList, !points.isEmpty, list.contains(where: isNoun) else { return nil }
        return list.map { $0 == "," ? "and" : $0 } + rest[points.endIndex...]
    }

    /// Parts between commas that name nothing and ask for nothing are left out, if others do.
    func withoutOrnaments(_ tokens: [String]) -> [String] {
        let parts = tokens.split(separator: ",").map(Array.init)
        guard parts.count > 1, parts.contains(where: { names($0) || Self.speaksOfHome($0) }) else { return tokens }
        let kept = parts.enumerated().filter { index, part in
            // "the others can go wherever": whatever comes of them is all right
            if part.contains("wherever") || part.contains("anywhere") { return false }
            if speaks(part) { return true }
            // "the banana, put it in the bin": what is pointed back to
            return index + 1 < parts.count && isDeterminer(part[0]) && parts[index + 1].contains { $0 == "it" }
        }.map(\.element)
        let mark = tokens.last.map { Self.isMark($0) && $0 != "," ? [$0] : [] } ?? []
        let text = Array(kept.joined(separator: [","]))
        return text + (text.last.map(Self.isMark) == true ? [] : mark)
    }

    func names(_ part: [String]) -> Bool {
        part.contains { names.contains(Lexicon.stem($0)) && !Lexicon.isSmall(Lexicon.stem($0)) }
    }

    func speaks(_ part: [String]) -> Bool {
        if names(part) || Self.speaksOfHome(part) { return true }
        return part.contains { token in
            let word = Lexicon.stem(token)
            return Lexicon.isAction(word) || Lexicon.isNoun(word) || Lexicon.home.contains(word)
                || Lexicon.pronouns.contains(word) || Lexicon.negations.contains(word)
                || Lexicon.every.contains(word) || Harm.speaksOf(word)
                || ["then", "after", "before", "once"].contains(word)
        }
    }

    static func speaksOfHome(_ part: [String]) -> Bool {
        part.contains { Lexicon.home.contains($0) }
            || part.contains { ["starting", "resting", "initial", "original", "rest"].contains($0) }
                && part.contains { ["pose", "position", "place"].contains($0) }
    }
}
