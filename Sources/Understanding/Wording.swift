import RobotModel

/// Rewrites turns of phrase that mean the same into the plain ones that sentences are read by.
///
/// It knows grammar only: which words name things comes from the scene.
struct Wording {
    /// Words of the scene's names, singular.
    let names: Set<String>
    /// Of these, words that name nothing but what holds others.
    private let holders: Set<String>
    private let correction: Correction
    /// The one thing that waste goes into, if there is one.
    private let wasteBin: String?
    private let standing: Standing

    init(_ things: [Thing]) {
        names = Set(things.flatMap { Sentence.split($0.name) })
        let movable = Set(things.filter { !$0.holdsOthers }.flatMap { Sentence.split($0.name) })
        holders = names.subtracting(movable)
        correction = Correction(things)
        let bins = things.filter { thing in
            let words = Sentence.split(thing.name)
            return thing.shape.isContainer && words.contains { Self.wasteWords.contains($0) }
        }
        wasteBin = bins.count == 1 ? bins[0].name : nil
        standing = Standing(things)
    }
    private static let wasteWords: Set<String> = [
        "bin", "trash", "rubbish", "garbage", "waste", "wastebasket", "dustbin",
    ]

    /// Lower case; the same meaning in plainer words.
    func plain(_ text: String) -> String {
        // at the beginning "hang on" corrects nothing
        let said = text.lowercased().replacing("’", with: "'").replacing(
            /^\s*(?:hang on|hold on|wait)(?: a (?:sec|second|moment|minute))?\s*,\s*(?=(?:where|what|who)\b)/, with: "")
        var text = correction.plain(bits(said))
        text = Self.contractions(Courtesy.plain(Manners.plain(Turns.plain(Prefaces.plain(Self.marks(text))))))
        text = standing.plain(thrownAway(text))
        var parts = Self.sentences(Self.tokens(text))
        // "the cork can go anywhere": whatever comes of it is all right
        if parts.count > 1 { parts.removeAll { Self.leavesOpen($0) || Self.tellsOfDeeds($0) || tellsOfPeople($0) } }
        parts = telegram(parts)
        let sentences = parts.map { tokens in
            var tokens = Self.others(Self.places(binned(tokens)))
            tokens = relatives(apposition(tokens))
            tokens = removals(withoutHeading(tokens))
            tokens = inverted(tokens)
            return colon(withoutOrnaments(tokens))
        }
        return sentences.map(Self.joined).joined(separator: " ")
    }

    /// "All these bits and bobs", unless something is called so.
    private func bits(_ text: String) -> String {
        guard names.isDisjoint(with: ["bit", "piece", "clutter"]) else { return text }
        return text.replacing(
            /\b(?:all (?:of )?)?(?:these|those|the|this|my) (?:little )?(?:bits(?: and (?:bobs|pieces))?|odds and ends|clutter|gubbins)\b/,
            with: "everything")
    }

    /// "It can go anywhere", "what is on it may go elsewhere".
    private static func leavesOpen(_ tokens: [String]) -> Bool {
        tokens.contains { ["anywhere", "wherever"].contains($0) } && !tokens.contains("not")
            || tokens.starts(with: ["what", "is", "on", "it"]) && tokens.contains { ["can", "may"].contains($0) }
            || tokens.contains("elsewhere") && tokens.contains { ["can", "may", "might", "could"].contains($0) }
    }

    /// "I have put the box at the other end": what was done already.
    private static func tellsOfDeeds(_ tokens: [String]) -> Bool {
        guard tokens.count > 2, !tokens.contains(",") else { return false }
        return ["i've", "we've"].contains(tokens[0])
            || ["i", "we"].contains(tokens[0]) && ["have", "had", "already", "just"].contains(tokens[1])
                && ["put", "moved", "placed", "left", "set", "dropped", "taken", "been", "done"].contains {
                    tokens[2..<min(4, tokens.count)].contains($0)
                }
    }

    /// "So the kids left their stuff everywhere": what others did, with nothing in it that is here.
    private func tellsOfPeople(_ tokens: [String]) -> Bool {
        let words = tokens.drop { ["so", "well", "sigh", "ugh", "oh", "and", "but", ","].contains($0) }.map(
            Lexicon.stem)
        guard words.count > 2, Lexicon.determiners.contains(words[0]), Harm.isSomebody(words[1]) else { return false }
        return !names(tokens) && !words.contains { ["want", "need", "should", "must"].contains($0) }
    }

    /// "Trophy! Plinth!": two names, and nothing else is asked.
    private func telegram(_ parts: [[String]]) -> [[String]] {
        let isName = { (part: [String]) in
            let words = part.filter { !Self.isMark($0) }
            return !part.contains(":") && words.contains(where: isNoun)
                && words.allSatisfy { isNoun($0) || isDeterminer($0) || Lexicon.sizes.contains(Lexicon.stem($0)) }
        }
        // "anyway, the cork?": the name stands behind the comma
        let ends = parts.map { $0.split(separator: ",").last.map(Array.init) ?? $0 }
        let named = parts.indices.filter { isName(ends[$0]) }
        guard named.count == 2, named[1] == named[0] + 1,
            parts[..<named[0]].allSatisfy({ part in !part.contains { Lexicon.isAction(Lexicon.stem($0)) } })
        else { return parts }
        let joined = ends[named[0]].filter { !Self.isMark($0) } + ["to"] + ends[named[1]]
        return parts[..<named[0]] + [joined] + parts[(named[1] + 1)...]
    }

    // MARK: signs

    /// Arrows, ellipses, abbreviations and numbered lists.
    private static func marks(_ text: String) -> String {
        var text = text.replacing("…", with: ", ").replacing("...", with: ", ").replacing("’", with: "'")
        for arrow in ["-->", "->", "=>", "→", ">>"] { text = text.replacing(arrow, with: " to ") }
        text = text.replacing("w/o", with: "without").replacing("w/ ", with: "with ").replacing("&", with: " and ")
        // "1) … 2) …", "a. …" at the beginning of an item, "1 nut to crate a. 2 bolt to crate b."
        if text.contains(/^\s*1[ :]/), text.contains(/[.;,\n]\s*2[ :]/) {
            text = text.replacing(/(^|[.;,\n]\s*)[1-9][ :]\s*/) { "\($0.output.1)" }
        }
        return text.replacing(/(^|[\s,;.])\(?[0-9]{1,2}[).]\s+/) { "\($0.output.1). " }
            .replacing(/(^|[,;.:]\s*)\(?[a-e]([).])\s+/) { "\($0.output.1). " }
    }

    private static func contractions(_ text: String) -> String {
        text.replacing(/\b(that|which|who|it|there|what|where|everything|anything|whatever)'s\b/) {
            "\($0.output.1) is"
        }
        .replacing(/\b(is|are|was|were)n'?t\b/) { "\($0.output.1) not" }
        .replacing(
            /,?\s*(and )?\b(once|after|when|as soon as) ((that|this|it)('?s| is)|you('re| are|'ve| have)?)( all)? (done|finished|over|complete)( (with )?(that|this|it))?\b,?/,
            with: ", then"
        )
        .replacing(/\bgimme\b/, with: "give me").replacing(/\blemme\b/, with: "let me")
    }

    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        func close() {
            if !word.isEmpty { tokens.append(word) }
            word = ""
        }
        for character in text {
            if character.isLetter || character.isNumber || character == "'" || character == "-" {
                word.append(character)
            } else {
                close()
                if !character.isWhitespace || character == "\n" { tokens.append(String(character)) }
            }
        }
        close()
        return tokens
    }

    static func isMark(_ token: String) -> Bool { !token.contains { $0.isLetter || $0.isNumber } }

    private static func sentences(_ tokens: [String]) -> [[String]] {
        var sentences: [[String]] = [[]]
        for token in tokens {
            sentences[sentences.count - 1].append(token)
            if [".", "!", "?", ";", "\n"].contains(token) { sentences.append([]) }
        }
        return sentences.filter { !$0.isEmpty }
    }

    private static func joined(_ tokens: [String]) -> String {
        var text = ""
        for token in tokens { text += (text.isEmpty || isMark(token) ? "" : " ") + token }
        return text
    }

    // MARK: places

    /// "furthest to the right" is "rightmost"; "where the tray is" is "to the tray".
    private static func places(_ tokens: [String]) -> [String] {
        var tokens = counted(tokens)
        for side in ["left", "right"] {
            for place in ["on the far \(side)", "at the far \(side)", "furthest \(side)", "farthest \(side)"] {
                replace(place, with: ["\(side)most"], in: &tokens)
            }
            for far in ["furthest", "farthest", "most", "far", "all the way", "further", "more"] {
                for link in ["to the", "on the", "toward the", "towards the"] {
                    replace("\(far) \(link) \(side)", with: ["\(side)most"], in: &tokens)
                }
            }
            replace("far \(side)", with: ["\(side)most"], in: &tokens)
        }
        if let turned = whereItGoes(tokens) { return turned }
        guard let start = tokens.firstIndex(of: "where"), start > 0, start + 2 < tokens.count,
            let end = tokens[(start + 2)...].firstIndex(where: { ["is", "are", "stands", "sits", "lies"].contains($0) }
            ),
            Lexicon.determiners.contains(tokens[start + 1])
        else { return tokens }
        tokens.remove(at: end)
        tokens[start] = "to"
        return tokens
    }

    /// "the other two", "the rest of them": what was not spoken of before.
    private static func others(_ tokens: [String]) -> [String] {
        var tokens = tokens
        for count in Lexicon.numbers.keys.sorted() { replace("the other \(count)", with: [rest], in: &tokens) }
        for group in [
            "the others", "all the others", "the rest of them", "all the rest", "the remaining ones",
            "the other things",
        ] {
            replace(group, with: [rest], in: &tokens)
        }
        for link in ["in", "into", "on", "onto", "to", "go", "goes", "belong", "belongs"] {
            replace("the rest \(link)", with: [rest, link], in: &tokens)
        }
        // "the thing under the lid"
        for what in ["what", "whatever"] {
            for link in ["under", "beneath", "underneath", "below"] {
                replace("\(what) is \(link)", with: ["the", "thing", "that", "is", link], in: &tokens)
            }
        }
        return tokens
    }
    /// Stands for all things that were not spoken of before.
    static let rest = "remainder"

    /// "Bin the cork", "I want it binned": where there is a bin, the word may be what is done.
    private func binned(_ tokens: [String]) -> [String] {
        guard names.contains("bin") else { return tokens }
        let isVerb = { (place: Int) in
            tokens[place] == "bin" && place + 1 < tokens.count
                && (isDeterminer(tokens[place + 1]) || Lexicon.pronouns.contains(tokens[place + 1]))
                && (place == 0 || Self.beforeVerb.contains(tokens[place - 1]) || Self.isMark(tokens[place - 1]))
        }
        if let verb = tokens.indices.first(where: isVerb) {
            let end = tokens[verb...].firstIndex { Self.isMark($0) || Self.exceptions.contains($0) } ?? tokens.count
            return tokens[..<verb] + ["put"] + tokens[(verb + 1)..<end] + ["in", "the", "bin"] + tokens[end...]
        }
        guard let word = tokens.firstIndex(of: "binned") else { return tokens }
        return tokens[..<word] + ["put", "in", "the", "bin"] + tokens[(word + 1)...]
    }

    private static let beforeVerb: Set<String> = [
        "please", "can", "could", "would", "to", "and", "just", "you", "then", "should", "must", "kindly", "i'd",
    ]
    private static let exceptions: Set<String> = ["except", "apart", "but", "excluding", "besides"]

    /// "Get rid of the wrapper", "throw it away": into the one bin that is here.
    private func thrownAway(_ text: String) -> String {
        guard let wasteBin else { return text }
        return text.replacing(
            /\b(get rid of|dispose of|throw away|throw out|chuck out|trash) ((the|that|this|those|these|all|it|them|my|any|every)\b[a-z0-9 ]*?)(?=\s+and then\b|\s+then\b|\s*[^a-z0-9 ]|\s*$)/
        ) { found in
            let says = found.output.2.contains(/\b(in|into|inside)\s/)
            return "put \(found.output.2)" + (says ? "" : " in the \(wasteBin)")
        }
        .replacing(
            /\b(throw|chuck|toss) ((the|that|this|those|these|all|it|them|my|any|every)\b[a-z0-9 ]*?) (away|out)\b/
        ) {
            "put \($0.output.2) in the \(wasteBin)"
        }
    }

    /// "the second block from the left" is "the leftmost2 block".
    private static func counted(_ tokens: [String]) -> [String] {
        var tokens = tokens
        for index in tokens.indices {
            guard let place = Lexicon.ordinals[tokens[index]] else { continue }
            for from in (index + 1)..<min(tokens.count, index + 6) where tokens[from...].starts(with: ["from", "the"]) {
                guard from + 2 < tokens.count, ["left", "right"].contains(tokens[from + 2]) else { continue }
                tokens[index] = "\(tokens[from + 2])most\(place)"
                tokens.removeSubrange(from..<(from + 3))
                return tokens
            }
        }
        return tokens
    }

    /// "the bin is where the sponge should go" is "the sponge should go to the bin".
    private static func whereItGoes(_ tokens: [String]) -> [String]? {
        guard let link = tokens.firstIndex(of: "where"), link > 1, ["is", "'s"].contains(tokens[link - 1]),
            let verb = tokens[link...].firstIndex(where: {
                ["go", "goes", "belong", "belongs", "be", "live", "lives", "stays", "sits"].contains($0)
            })
        else { return nil }
        let end = tokens[link...].firstIndex(where: isMark) ?? tokens.count
        let begin = tokens[..<link].lastIndex(where: isMark).map { $0 + 1 } ?? 0
        let place = tokens[begin..<(link - 1)]
        // "…, the shelf is where it lives": a sentence of its own
        var turned = begin > 0 ? tokens[..<(begin - 1)] + ["."] : []
        turned += tokens[(link + 1)..<verb].map { $0 == "they" ? "them" : $0 }
        turned += ["go", "to"]
        turned += place
        return turned + tokens[end...]
    }

    private static func replace(_ phrase: String, with words: [String], in tokens: inout [String]) {
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
    private func removals(_ tokens: [String]) -> [String] {
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
    private func inverted(_ tokens: [String]) -> [String] {
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
    private func colon(_ tokens: [String]) -> [String] {
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

    private func listed(_ tokens: [String], _ colon: Int) -> [String]? {
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
    private func withoutOrnaments(_ tokens: [String]) -> [String] {
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

    private func speaks(_ part: [String]) -> Bool {
        if names(part) || Self.speaksOfHome(part) { return true }
        return part.contains { token in
            let word = Lexicon.stem(token)
            return Lexicon.isAction(word) || Lexicon.isNoun(word) || Lexicon.home.contains(word)
                || Lexicon.pronouns.contains(word) || Lexicon.negations.contains(word)
                || Lexicon.every.contains(word) || Harm.speaksOf(word)
                || ["then", "after", "before", "once"].contains(word)
        }
    }

    private static func speaksOfHome(_ part: [String]) -> Bool {
        part.contains { Lexicon.home.contains($0) }
            || part.contains { ["starting", "resting", "initial", "original", "rest"].contains($0) }
                && part.contains { ["pose", "position", "place"].contains($0) }
    }
}
