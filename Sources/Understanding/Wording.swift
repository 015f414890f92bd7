import RobotModel

/// Rewrites turns of phrase that mean the same into the plain ones that sentences are read by.
///
/// It knows grammar only: which words name things comes from the scene.
struct Wording {
    /// Words of the scene's names, singular.
    let names: Set<String>
    /// Of these, words that name nothing but what holds others.
    let holders: Set<String>
    let correction: Correction
    /// The one thing that waste goes into, if there is one.
    let wasteBin: String?
    let standing: Standing

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
    static let wasteWords: Set<String> = [
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
    func bits(_ text: String) -> String {
        guard names.isDisjoint(with: ["bit", "piece", "clutter"]) else { return text }
        return text.replacing(
            /\b(?:all (?:of )?)?(?:these|those|the|this|my) (?:little )?(?:bits(?: and (?:bobs|pieces))?|odds and ends|clutter|gubbins)\b/,
            with: "everything")
    }

    /// "It can go anywhere", "what is on it may go elsewhere".
    static func leavesOpen(_ tokens: [String]) -> Bool {
        tokens.contains { ["anywhere", "wherever"].contains($0) } && !tokens.contains("not")
            || tokens.starts(with: ["what", "is", "on", "it"]) && tokens.contains { ["can", "may"].contains($0) }
            || tokens.contains("elsewhere") && tokens.contains { ["can", "may", "might", "could"].contains($0) }
    }

    /// "I have put the box at the other end": what was done already.
    static func tellsOfDeeds(_ tokens: [String]) -> Bool {
        guard tokens.count > 2, !tokens.contains(",") else { return false }
        return ["i've", "we've"].contains(tokens[0])
            || ["i", "we"].contains(tokens[0]) && ["have", "had", "already", "just"].contains(tokens[1])
                && ["put", "moved", "placed", "left", "set", "dropped", "taken", "been", "done"].contains {
                    tokens[2..<min(4, tokens.count)].contains($0)
                }
    }

    /// "So the kids left their stuff everywhere": what others did, with nothing in it that is here.
    func tellsOfPeople(_ tokens: [String]) -> Bool {
        let words = tokens.drop { ["so", "well", "sigh", "ugh", "oh", "and", "but", ","].contains($0) }.map(
            Lexicon.stem)
        guard words.count > 2, Lexicon.determiners.contains(words[0]), Harm.isSomebody(words[1]) else { return false }
        return !names(tokens) && !words.contains { ["want", "need", "should", "must"].contains($0) }
    }

    /// "Trophy! Plinth!": two names, and nothing else is asked.
    func telegram(_ parts: [[String]]) -> [[String]] {
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
    static func marks(_ text: String) -> String {
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

    static func contractions(_ text: String) -> String {
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

    static func tokens(_ text: String) -> [String] {
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

    static func sentences(_ tokens: [String]) -> [[String]] {
        var sentences: [[String]] = [[]]
        for token in tokens {
            sentences[sentences.count - 1].append(token)
            if [".", "!", "?", ";", "\n"].contains(token) { sentences.append([]) }
        }
        return sentences.filter { !$0.isEmpty }
    }

    static func joined(_ tokens: [String]) -> String {
        var text = ""
        for token in tokens { text += (text.isEmpty || isMark(token) ? "" : " ") + token }
        return text
    }

    // MARK: places

    /// "furthest to the right" is "rightmost"; "where the tray is" is "to the tray".
    static func places(_ tokens: [String]) -> [String] {
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
    static func others(_ tokens: [String]) -> [String] {
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
    func binned(_ tokens: [String]) -> [String] {
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

    static let beforeVerb: Set<String> = [
        "please", "can", "could", "would", "to", "and", "just", "you", "then", "should", "must", "kindly", "i'd",
    ]
    static let exceptions: Set<String> = ["except", "apart", "but", "excluding", "besides"]

    /// "Get rid of the wrapper", "throw it away": into the one bin that is here.
    func thrownAway(_ text: String) -> String {
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
    static func counted(_ tokens: [String]) -> [String] {
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
    static func whereItGoes(_ tokens: [String]) -> [String]? {
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
}
