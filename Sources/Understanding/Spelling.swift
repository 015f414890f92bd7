import RobotModel

/// Slips of the fingers: a word that nobody knows, one letter beside a word that is meant here.
///
/// What is replaced could only name something that is not here, so it must look like a slip and not like another word:
/// two letters exchanged, one missing or too much inside, or one wrong in a long word; the first letter is right.
struct Spelling {
    /// Words of the scene's names, and their plurals.
    private let names: Set<String>

    private static let common: Set<String> = [
        "the", "that", "this", "with", "into", "onto", "from", "then", "there", "their", "please", "thanks", "instead",
        "between", "behind", "because", "another", "other", "nearest", "closest", "leftmost", "rightmost", "everything",
        "squeezed", "wedged", "jammed", "crammed", "elsewhere", "somewhere", "around", "first", "second", "finally",
        "after", "before", "already", "place", "move", "bring", "take", "should", "would",
        "could", "which", "where", "inside", "next", "and",
    ]

    init(_ things: [Thing]) {
        let words = things.flatMap { Sentence.rawWords($0.name) }.filter { $0.count > 2 }
        names = Set(words + words.map { $0 + "s" })
    }

    /// Lower case text with slips put right, where only one word can be meant.
    func mended(_ text: String) -> String {
        text.replacing(/[a-z]+/) { found in
            let word = String(found.output)
            guard word.count > 2, !isKnown(word) else { return word }
            // "scrape the plate" where scraps lie: a verb
            let isVerb =
                text[found.range.upperBound...].starts(with: /\s+(?:the|my|all|every|everything|both|it|them)\b/)
                && text[..<found.range.lowerBound].contains(/(?:^|[.;!?,]|\b(?:please|and|then|to|you|just))\s*$/)
            for meant in isVerb ? [Self.common] : [names, Self.common, Lexicon.colors] {
                let near = meant.filter { Self.isSlip(Array(word), Array($0)) }
                if near.count == 1, let only = near.first { return only }
            }
            return word
        }
    }

    private func isKnown(_ word: String) -> Bool {
        let stem = Lexicon.stem(word)
        return names.contains(word) || names.contains(stem) || Self.common.contains(word) || Lexicon.isKnown(stem)
            || Kinds.isMember(stem)
    }

    private static func isSlip(_ typed: [Character], _ meant: [Character]) -> Bool {
        guard typed != meant, let first = typed.indices.first(where: { $0 >= meant.count || typed[$0] != meant[$0] })
        else { return false }
        switch meant.count - typed.count {
        case 0:
            let isExchanged =
                first + 1 < typed.count && typed[first] == meant[first + 1] && typed[first + 1] == meant[first]
                && typed[(first + 2)...] == meant[(first + 2)...]
            let isVowel = typed.count > 4 && "aeiou".contains(typed[first]) && "aeiou".contains(meant[first])
            return isExchanged
                || first > 0 && (typed.count > 5 || isVowel) && typed[(first + 1)...] == meant[(first + 1)...]
        case 1:
            return first > 0 && typed.count > 3 && typed[first...] == meant[(first + 1)...]
        case -1:
            let isDoubled = first > 0 && typed[first] == typed[first - 1]
            return first > 0 && (isDoubled || first < meant.count && meant.count > 3)
                && typed[(first + 1)...] == meant[first...]
        default: return false
        }
    }
}
