import RobotModel

/// A text taken apart: what shall be done, in order, and what shall be left alone.
struct Discourse {
    struct Clause {
        var text: String
        /// Words after "not" or "instead of": what is *not* meant here.
        var excluded = ""
    }

    private(set) var clauses: [Clause] = []
    /// Parts that say what must not happen: what they name must not be touched.
    private(set) var prohibitions: [String] = []

    init(_ text: String) {
        for sentence in Self.sentences(text.lowercased()) {
            for part in Self.steps(sentence) { for ordered in Self.ordered(part) { take(ordered) } }
        }
    }

    private mutating func take(_ text: String) {
        var rest = Self.withoutAsides(text)
        for separator in [
            " without ", " but do not ", " but don't ", " but dont ", " but never ", " but avoid ", " but leave ",
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
        if Self.prohibits(rest) { return prohibitions.append(rest) }
        let (text, excluded) = Self.excluding(rest)
        guard Sentence.split(text).contains(where: { $0 != "," && $0 != "first" && $0 != "and" }) else { return }
        for part in Self.actions(text) { clauses.append(Clause(text: part, excluded: excluded)) }
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
            let parts = actions(String(text[range.upperBound...]))
            return (String(text[..<range.lowerBound]), parts[0], Array(parts.dropFirst()))
        }
        return nil
    }

    private static let asides = [
        " when ", " whenever ", " if ", " because ", " so that ", " since ", " while ", " unless ", ", that ",
        ", which ",
        ", so ", " in case ", ", it ", ", it's ", ", i ", ", would ", ", will ", ", could ", ", can ", " for me",
        " as long as ",
        ", ok",
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
        "when ", "whenever ", "if ", "because ", "since ", "while ", "as ", "now that ", "once ",
    ]

    /// Without what only says when, why or for whom.
    private static func withoutAsides(_ text: String) -> String {
        var rest = text
        for opening in politeOpenings {
            if let range = rest.firstRange(of: opening), acts(String(rest[range.upperBound...])) {
                rest = String(rest[range.upperBound...])
            }
        }
        let start = rest.drop { $0 == " " }
        if openings.contains(where: start.hasPrefix) {
            let parts = start.split(separator: ", ", maxSplits: 1).map(String.init)
            if parts.count == 2, acts(parts[1]) { rest = parts[1] }
        }
        for aside in asides {
            let parts = rest.split(separator: aside, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, acts(parts[0]), !acts(parts[1]) || aside == ", that " { rest = parts[0] }
        }
        return rest
    }

    /// "the red block, not the blue one, in the bin": what is meant, and what is not.
    private static func excluding(_ text: String) -> (text: String, excluded: String) {
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
        let words = Sentence.split(text).filter { $0 != "," }
        let first = words.prefix(5)
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

    /// "Before A, B" and "B after A" name the later thing first.
    private static func ordered(_ text: String) -> [String] {
        let trimmed = String(text.drop { $0 == " " || $0 == "," })
        for (opening, reversed) in [("before ", true), ("after ", false), ("once ", false)]
        where trimmed.hasPrefix(opening) {
            let parts = trimmed.dropFirst(opening.count).split(separator: ", ", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts.allSatisfy(acts) else { continue }
            return reversed ? [parts[1], parts[0]] : parts
        }
        for (middle, reversed) in [(" before ", false), (" after ", true)] {
            let parts = trimmed.split(separator: middle, maxSplits: 1).map(String.init)
            guard parts.count == 2, parts.allSatisfy(acts) else { continue }
            return reversed ? [parts[1], parts[0]] : parts
        }
        return [trimmed]
    }

    private static func acts(_ text: String) -> Bool { Sentence.split(text).contains(where: Lexicon.isAction) }

    /// "Put this there and go home" says two things to do; "take this and put it there" says one.
    private static func actions(_ text: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(text)
        var searched = rest.startIndex
        while let range = rest[searched...].firstRange(of: " and ") ?? rest[searched...].firstRange(of: ", ") {
            let left = String(rest[..<range.lowerBound])
            let words = Sentence.split(String(rest[range.upperBound...])).filter { $0 != "," }
            let verb = words.prefix(3).firstIndex {
                !Lexicon.fillers.contains($0) && !($0.hasSuffix("ly") && $0.count > 4)
            }
            let isAction = verb.map { Lexicon.isAction(words[$0]) } ?? false
            let next = verb.flatMap { words.dropFirst($0 + 1).first { !Lexicon.fillers.contains($0) } }
            let pointsBack = next.map { Lexicon.pronouns.contains($0) || $0 == "both" } ?? false
            if isAction, !pointsBack {
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
