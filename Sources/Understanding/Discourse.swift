import RobotModel

/// A text taken apart: what shall be done, in order, and what shall be left alone.
struct Discourse {
    struct Clause {
        var text: String
        /// Words after "not" or "instead of": what is *not* meant here.
        var excluded = ""
        /// "put it there": what is meant was named before.
        var pointsBack: Bool { Sentence.split(text).contains { Lexicon.pronouns.contains($0) } }
    }

    private(set) var clauses: [Clause] = []
    /// Parts that say what must not happen: what they name must not be touched.
    private(set) var prohibitions: [String] = []
    /// What is said to come of it: asked for as much as the deed itself.
    private(set) var purposes: [String] = []

    /// Words of the scene's names, singular.
    private let names: Set<String>

    init(_ text: String, things: [Thing]) {
        names = Set(things.flatMap { Sentence.split($0.name) })
        for sentence in Self.sentences(text.lowercased()) {
            for part in withPlaces(Self.steps(sentence)) { for ordered in ordered(part) { take(ordered) } }
        }
    }

    private mutating func take(_ text: String) {
        var rest = withoutAsides(text)
        for separator in [
            " without ", " but do not ", " but don't ", " but dont ", " but never ", " but avoid ", " but leave ",
            " but you may not ", " but you must not ", " but you should not ", " and do not ", " and don't ",
            " and dont ", " and never ", " and avoid ",
        ] {
            let parts = rest.split(separator: separator, maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            // "without looking" forbids nothing that could be named; the rest still holds
            prohibitions.append(parts[1])
            rest = parts[0]
        }
        if let (before, warned, after) = Self.warning(rest) {
            prohibitions.append(warned)
            for part in [before] + after where part.contains(where: \.isLetter) { take(part) }
            return
        }
        rest = leftAlone(rest)
        if let objection = objectionBefore(rest) {
            prohibitions.append(objection.what)
            return take(objection.rest)
        }
        let (text, excluded) = Self.excluding(rest)
        if excluded.isEmpty, Self.prohibits(rest) { return prohibitions.append(rest) }
        guard Sentence.split(text).contains(where: { $0 != "," && $0 != "first" && $0 != "and" }) else { return }
        for part in Self.actions(text) { clauses.append(Clause(text: part, excluded: excluded)) }
    }

    /// "… and leave the mug where it is": takes what shall stay out of the text.
    private mutating func leftAlone(_ text: String) -> String {
        let parts = text.split(separator: ",").flatMap { $0.split(separator: " and ") }.map(String.init)
        let alone = parts.filter { part in
            let words = Sentence.split(part).filter { $0 != "please" && $0 != "just" && $0 != "but" }
            return words.first == "leave"
                && (words.contains { ["alone", "untouched", "be"].contains($0) } || words.contains("where")
                    || !words.contains(where: Lexicon.toward.contains))
        }
        guard !alone.isEmpty else { return text }
        prohibitions += alone
        return parts.filter { !alone.contains($0) }.joined(separator: ",")
    }

    /// "Don't break anything, just put the mug on the tray": what must not be, and what is to be done.
    private func objectionBefore(_ text: String) -> (what: String, rest: String)? {
        let parts = text.split(maxSplits: 1) { ",:".contains($0) }.map(String.init)
        guard parts.count == 2, Self.prohibits(parts[0]), !Self.prohibits(parts[1]),
            Self.acts(parts[1]) || parts[0].contains(/^\s*without\b/) && states(parts[1])
        else {
            return nil
        }
        return (parts[0], pointed(parts[1], to: parts[0]))
    }

    /// "the bleach must not get near it: put it in the bin", "since the peach is rotten, put it in the bin".
    private func pointed(_ text: String, to before: String) -> String {
        let words = before.split(separator: " ").map(String.init)
        let name = words.drop { !names.contains(Lexicon.stem($0)) }.prefix { names.contains(Lexicon.stem($0)) }
        let own = text.split(separator: " ").prefix { !["it", "it,"].contains($0) }
        // "without touching the vase, bring the cup to the saucer and set it down": that is the cup
        guard !name.isEmpty, !own.contains(where: { names.contains(Lexicon.stem(String($0))) }) else { return text }
        return text.split(separator: " ").map { $0 == "it" ? "the " + name.joined(separator: " ") : String($0) }
            .joined(separator: " ")
    }

    /// "Mind the glass", "careful with the vase": what is named there is to be left alone.
    private static let warnings = [
        "mind the ", "mind that ", "mind my ", "watch out for ", "watch the ", "look out for ", "be careful with ",
        "be careful of ", "careful with ", "careful not to ", "take care not to ", "beware of ", "steer clear of ",
        "steering clear of ", "stay away from ", "staying away from ", "keep away from ", "keeping away from ",
        "stay clear of ", "staying clear of ", "keep clear of ", "keeping clear of ", "avoiding ", "not touching ",
        "not bumping ", "keep your hands off ", "keep off ",
    ]

    /// What stands before a warning, what it warns of, and what is to be done beside.
    private static func warning(_ text: String) -> (before: String, warned: String, after: [String])? {
        for words in warnings {
            guard let range = text.firstRange(of: words) else { continue }
            // a word of its own
            if range.lowerBound > text.startIndex, text[text.index(before: range.lowerBound)].isLetter { continue }
            var parts = actions(String(text[range.upperBound...]))
            // "careful not to crush it when you put it there"
            let when = parts[0].split(separator: " when you ", maxSplits: 1).map(String.init)
            if when.count == 2, acts(when[1]) {
                let object = when[0].split(separator: " ").drop { !Lexicon.determiners.contains(String($0)) }
                let deed = when[1].split(separator: " ").map {
                    $0 == "it" && !object.isEmpty ? object.joined(separator: " ") : String($0)
                }
                parts = [when[0], deed.joined(separator: " ")] + parts.dropFirst()
            }
            return (String(text[..<range.lowerBound]), parts[0], Array(parts.dropFirst()))
        }
        return nil
    }

    private static let asides = [
        " when ", " whenever ", " if ", " because ", " so that ", " since ", " while ", " unless ", ", that ",
        ", which ",
        ", so ", " in case ", ", it ", ", it's ", ", i ", ", would ", ", will ", ", could ", ", can ",
        " as long as ", " so ", " before somebody ", " before someone ", " before anybody ", " before anyone ",
        " before he ",
        " before she ", " before it ", " before they ", " before i ", " before we ", " before you ", " before the ",
        ", ok", ", where ",
    ]
    /// Questions that ask for something to be done.
    private static let politeOpenings = [
        "what about ", "how about ", "why don't you ", "why dont you ", "why not ", "do me a favour and ",
        "do me a favor and ", "is it possible to ", "would it be possible to ", "do you think you could ",
        "do you mind ", "would you mind ", "may i ask you to ", "are you able to ", "is there any chance you could ",
        "be a dear and ", "i would like you to ", "i'd like you to ", "i want you to ", "i need you to ",
        "your task is to ",
        "go ahead and ", "try to ", "make sure that ", "make sure ", "see to it that ", "let's ", "let us ",
    ]
    private static let openings = [
        "when ", "whenever ", "if ", "because ", "since ", "while ", "as ", "now that ", "once ", "before ",
        "so before ",
    ]

    /// Without what only says when, why or for whom.
    private mutating func withoutAsides(_ text: String) -> String {
        var rest = text.replacing(" for me", with: "")
        for opening in Self.politeOpenings {
            if let range = rest.firstRange(of: opening), Self.acts(String(rest[range.upperBound...])) {
                rest = String(rest[range.upperBound...])
            }
        }
        let start = rest.drop { $0 == " " }
        if Self.openings.contains(where: start.hasPrefix) {
            let parts = start.split(separator: ", ", maxSplits: 1).map(String.init)
            if parts.count == 2, Self.acts(parts[1]) || states(parts[1]) { rest = pointed(parts[1], to: parts[0]) }
        }
        for aside in Self.asides {
            let parts = rest.split(separator: aside, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, Self.acts(parts[0]) || states(parts[0]),
                !commands(parts[1]) || aside == ", that " || Self.tellsOfOthers(aside)
                    || aside.hasSuffix(" the ") && isOfOthers(parts[1])
            else { continue }
            // what follows the aside may be asked for again
            let after = parts[1].split(separator: ",", maxSplits: 1).dropFirst().joined()
            rest = parts[0] + (states(after) || commands(after) ? "," + after : "")
            let isWarded = Sentence.split(parts[1]).contains {
                Lexicon.negations.contains($0) || $0 == "nobody" || $0 == "no"
            }
            if aside.contains("so"), !isWarded { purposes.append(parts[1]) }
        }
        return rest
    }

    /// "the red block, not the blue one, in the bin": what is meant, and what is not.
    private static func excluding(_ text: String) -> (text: String, excluded: String) {
        let start = text.drop { $0 == " " }
        if start.hasPrefix("not the ") || start.hasPrefix("not that ") {
            let parts = start.dropFirst(4).split(separator: ",", maxSplits: 1).map(String.init)
            if parts.count == 2, acts(parts[1]) || placeBegins(parts[1]) != nil {
                // "not the red cube, the blue one": one of the same kind
                let kind = parts[0].split(separator: " ").last.map(String.init) ?? "one"
                return (parts[1].replacing(" one ", with: " \(kind) "), parts[0])
            }
        }
        var separators = [
            " and not ", " but not ", ", not ", " instead of ", " rather than ", " except for ", " except ",
            " apart from ",
            " other than ", " excluding ",
        ]
        // "everything but the red one"
        if Sentence.split(text).contains(where: Lexicon.every.contains) { separators.append(" but ") }
        for separator in separators {
            let parts = text.split(separator: separator, maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            var tail = parts[1].split(separator: ",", maxSplits: 1).map(String.init)
            if tail.count == 1, placeBegins(parts[0]) == nil, let place = placeBegins(parts[1]) {
                tail = [String(parts[1][..<place]), String(parts[1][place...])]
            }
            return (parts[0] + (tail.count == 2 ? tail[1] : ""), tail[0])
        }
        return (text, "")
    }

    /// Where it is said where something goes; nil if it is not.
    private static func placeBegins(_ text: String) -> String.Index? {
        [" into ", " in ", " onto ", " on ", " to ", " inside "].compactMap { text.firstRange(of: $0)?.lowerBound }
            .min()
    }

    /// Whether a clause says what not to do.
    private static func prohibits(_ text: String) -> Bool {
        // "the block, not the red one, …" tells which one
        let whole = text.firstRange(of: ", not ").map { String(text[..<$0.lowerBound]) } ?? text
        let words = Sentence.split(whole).filter { $0 != "," }
        // "whatever lies on top of it should not go in there"
        let modals: Set<String> = ["should", "must", "may", "can", "shall", "ought", "will"]
        let far = words.indices.dropLast().first {
            modals.contains(words[$0]) && Lexicon.negations.contains(words[$0 + 1])
        }
        let first = words.prefix(max(5, (far ?? 0) + 2))
        guard let place = first.firstIndex(where: { Lexicon.negations.contains($0) }) else { return false }
        // "why don't you put …" asks for it
        if words.first == "why" { return false }
        return !first[..<place].contains { Lexicon.placing.contains($0) || Lexicon.lifting.contains($0) }
    }

    private static func split(_ text: String, at separators: [String]) -> [String] {
        var parts = [text]
        for separator in separators { parts = parts.flatMap { $0.split(separator: separator).map(String.init) } }
        return parts
    }

    private static func sentences(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        for character in text {
            if ".!?;\n".contains(character) {
                parts.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        return (parts + [current]).map(withoutCorrection).filter { $0.contains(where: \.isLetter) }
    }

    /// "No, the lemon goes in the basket": what was wrong before is not told, what is right now is.
    private static func withoutCorrection(_ sentence: String) -> String {
        let trimmed = sentence.drop { $0 == " " }
        for opening in ["no, ", "nope, ", "no no, ", "oh no, ", "wrong, "] where trimmed.hasPrefix(opening) {
            return String(trimmed.dropFirst(opening.count))
        }
        return sentence
    }

    private static func steps(_ sentence: String) -> [String] {
        split(
            sentence,
            at: [
                ", and then ", " and then ", ", then ", " then ", ", afterwards ", " and afterwards ", " afterwards ",
                ", after that ", " and after that ", ", and finally ", " and finally ", ", finally ", " followed by ",
            ])
    }

    /// "First the nut, then the bolt and finally the washer into the box": all go where the last one goes.
    private func withPlaces(_ steps: [String]) -> [String] {
        guard steps.count > 1, let last = steps.last,
            let place = last.firstMatch(of: /\s(?:in|into|on|onto|to|inside) (?:the|my|that|its|a) [a-z0-9 ]+$/)?.output
        else { return steps }
        let names = { (text: String) in
            let words = Sentence.split(text).filter { $0 != "," }
            return words.contains { self.names.contains($0) && !Lexicon.isSmall($0) }
                && !words.contains {
                    Lexicon.isAction($0) || Lexicon.toward.contains($0) || Lexicon.source.contains($0)
                        || Lexicon.negations.contains($0)
                }
        }
        let verb = steps[0].firstMatch(of: /^[\s,]*(?:please |first |kindly )*(put|move|place|drop|bring|take)\s/)?
            .output.1
        // "the bolt in the tray, then the nut too, then the lid on the jar": what has gone before says where
        let given = steps.firstIndex { step in Sentence.split(step).contains(where: Lexicon.toward.contains) } ?? 0
        return steps.enumerated().map { index, step in
            let bare =
                index == 0 && verb != nil
                ? String(
                    step.replacing(/^[\s,]*(please |first |kindly )*(put|move|place|drop|bring|take)\s/, with: " "))
                : step
            return index < given && names(bare) ? step + place : step
        }
    }

    /// "Before A, B" and "B after A" name the later thing first.
    private func ordered(_ text: String) -> [String] {
        var trimmed = String(text.drop { $0 == " " || $0 == "," })
        for link in ["after that", "after this", "afterwards", "afterward", "next", "then"]
        where trimmed.hasPrefix(link + ",") {
            trimmed = String(trimmed.dropFirst(link.count + 1).drop { $0 == " " })
        }
        for (opening, reversed) in [("before ", true), ("after ", false), ("once ", false)]
        where trimmed.hasPrefix(opening) {
            let parts = trimmed.dropFirst(opening.count).split(separator: ", ", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts.allSatisfy({ commands($0) || states($0) }) else { continue }
            return reversed ? [Self.placed(parts[1], as: parts[0]), parts[0]] : parts
        }
        for (middle, reversed) in [
            (", but first ", true), (" but first ", true), (", but before that ", true), (" but before that ", true),
            (" before ", false), (" after ", true), (" once ", true), (" as soon as ", true), (" now that ", true),
        ] {
            let parts = trimmed.split(separator: middle, maxSplits: 1).map(String.init)
            guard parts.count == 2, parts.allSatisfy({ commands($0) || states($0) }) else { continue }
            return reversed ? [Self.placed(parts[1], as: parts[0]), parts[0]] : parts
        }
        return [trimmed]
    }

    /// "put the sponge in the bucket after you have put the brush in it": the place is named in what is said first.
    private static func placed(_ text: String, as first: String) -> String {
        guard let place = first.firstMatch(of: /\b(?:in|into|on|onto|to|inside) (the [a-z0-9 ]+?)\s*$/)?.output.1 else {
            return text
        }
        return text.replacing(/\b(in|into|on|onto|inside) (it|there)\b/) { "\($0.output.1) \(place)" }
    }

    private static let others: Set<String> = [
        "somebody", "someone", "anybody", "anyone", "nobody", "everybody", "everyone", "he", "she", "it", "they",
    ]

    /// " before somebody ": what follows is not for the robot.
    private static func tellsOfOthers(_ aside: String) -> Bool {
        aside.split(separator: " ").last.map { others.contains(String($0)) } ?? false
    }

    /// "before the cook comes", "before the prize giving starts".
    private func isOfOthers(_ text: String) -> Bool {
        let words = Sentence.split(text)
        return words.first.map(Harm.isSomebody) ?? false || !words.contains(where: names.contains)
    }

    /// A verb of doing, and not what others do.
    private func commands(_ text: String) -> Bool {
        let words = Sentence.split(text).filter { $0 != "," }
        guard let first = words.first else { return false }
        // "the prize giving starts"
        if first == "the", !words.contains(where: { names.contains($0) || Lexicon.anything.contains($0) }) {
            return false
        }
        // "the baby grabs it"
        if words.count > 1, Lexicon.determiners.contains(first), Harm.isSomebody(words[1]) { return false }
        return !Self.others.contains(first) && Self.acts(text)
    }

    /// "The mug is on the tray": two names, and a place between them.
    private func states(_ text: String) -> Bool {
        let words = Sentence.split(text)
        guard let thing = words.firstIndex(where: { names.contains($0) && !Lexicon.isSmall($0) }),
            let place = words[thing...].firstIndex(where: Lexicon.toward.contains)
        else { return false }
        return words[place...].contains { names.contains($0) && !Lexicon.isSmall($0) }
    }

    private static func acts(_ text: String) -> Bool {
        Sentence.split(text).contains { Lexicon.isAction($0) || Harm.isHarmful($0) }
    }

    /// "Put this there and go home" says two things to do; "take this and put it there" says one.
    private static func actions(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(text)
        var searched = rest.startIndex
        while let range = rest[searched...].firstRange(of: " and ") ?? rest[searched...].firstRange(of: ", ") {
            let left = String(rest[..<range.lowerBound])
            let words = Sentence.split(String(rest[range.upperBound...])).filter { $0 != "," }
            let verb = words.prefix(3).firstIndex {
                Lexicon.isAction($0) || !Lexicon.fillers.contains($0) && !($0.hasSuffix("ly") && $0.count > 4)
            }
            let isAction = verb.map { Lexicon.isAction(words[$0]) } ?? false
            let next = verb.flatMap { words.dropFirst($0 + 1).first { !Lexicon.fillers.contains($0) } }
            let pointsBack = next.map { Lexicon.pronouns.contains($0) || $0 == "both" } ?? false
            // "on the box, put the ball"
            let said = Sentence.split(left)
            let isPlace = said.first.map(Lexicon.toward.contains) ?? false && !said.contains(where: Lexicon.isAction)
            if isAction, !pointsBack, !isPlace {
                parts.append(left)
                rest = rest[range.upperBound...]
                searched = rest.startIndex
            } else {
                searched = range.upperBound
            }
        }
        return parts + [String(rest)]
    }
}
