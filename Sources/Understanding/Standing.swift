import RobotModel

/// Things told by where they stand just now: "whatever is on the saucer", "something under the cork", "the one with a lid
/// on it", "the top of the tower".
struct Standing {
    private let things: [Thing]
    private let names: Set<String>
    private let state: WorldState

    init(_ things: [Thing]) {
        self.things = things
        names = Set(things.flatMap { Sentence.split($0.name) })
        state = WorldState(things: things, joints: [])
    }

    /// Lower case text with the names of what is meant; what several things could be is left as it was said.
    func plain(_ text: String) -> String {
        [onIt, beneath, laden, bare, ofPile, onPile, sorts].reduce(text) { $1($0) }
    }

    /// "Whatever is standing on the saucer".
    private func onIt(_ text: String) -> String {
        text.replacing(
            /\b(?:whatever|what|the thing|the one|the object|the item)(?: that| which)?(?: is|'s)(?: now| already| currently| still)?(?: standing| lying| sitting| resting)? (?:on|in|inside)(?: top of)? (the [a-z0-9 ]+?)(?=\s*(?:[,.;:!?]|$|\b(?:can|could|may|might|will|would|shall|has|have|needs|is|are|belongs|go|goes|should|must)\b|\band\b|\bin\b|\binto\b|\bon\b|\bonto\b|\bto\b))/
        ) { found in
            // "what is in the bin?" asks for nothing to be done
            let isQuestion =
                text[found.range.upperBound...].prefix { $0 != "." && $0 != ";" }.contains("?")
                && text[..<found.range.lowerBound].allSatisfy { !$0.isLetter }
            guard !isQuestion else { return String(found.output.0) }
            let upper = Mentions.lone(found.output.1, things).map { lower in things.filter { isAt($0, lower) } } ?? []
            guard upper.count != 1 else { return "the \(upper[0].name)" }
            return found.output.0.replacing(/^what\b/, with: "whatever").description
        }
    }

    /// "There is something under the cork".
    private func beneath(_ text: String) -> String {
        text.replacing(
            /\b(?:something (?:under|beneath|underneath|below)|(?:(?:whatever|what|the thing that|the thing which|the one that|the one) (?:is |lies |stands |sits |rests )?|the thing )(?:right |directly )?(?:under|beneath|underneath|below)|(?:whatever|what|the thing that|the thing which|the one that) (?:carries|supports|bears)) (the [a-z0-9 ]+?)(?=\s*(?:[,.;:!?]|$|\b(?:can|could|may|might|will|would|shall|has|have|needs|is|are|belongs|go|goes|should|must)\b|\band\b|\bin\b|\binto\b|\bon\b|\bonto\b|\bto\b))/
        ) { found in
            let lower = Mentions.lone(found.output.1, things).map { upper in things.filter { isAt(upper, $0) } } ?? []
            return lower.count == 1 ? "the \(lower[0].name)" : String(found.output.0)
        }
    }

    /// "The one that has something on it", "the tin with a lid on top".
    private func laden(_ text: String) -> String {
        text.replacing(
            /\bthe ((?:[a-z]+ )??[a-z]+) (?:that has|which has|that's got|with|having|carrying) (?:something|anything|(?:a|an|the) [a-z ]+?)(?: standing| lying| sitting| resting)? on (?:it|top of it|top)\b/
        ) { found in
            let laden = called(found.output.1).filter { lower in things.contains { isAt($0, lower) } }
            return laden.count == 1 ? "the \(laden[0].name)" : String(found.output.0)
        }
    }

    /// "The tin that has nothing on it yet".
    private func bare(_ text: String) -> String {
        text.replacing(
            /\bthe ((?:[a-z]+ )??[a-z]+) (?:that has|which has|that's got|with|having) nothing(?: standing| lying| sitting)? on (?:it|top of it|top)(?: yet| so far| at all)?\b/
        ) { found in
            let bare = called(found.output.1).filter { lower in !things.contains { isAt($0, lower) } }
            return bare.count == 1 ? "the \(bare[0].name)" : String(found.output.0)
        }
    }

    /// Things that hold no others and bear all those words in their names; "one" fits all.
    private func called(_ words: Substring) -> [Thing] {
        let wanted = Set(Sentence.split(String(words))).subtracting(["one"])
        return things.filter { !$0.holdsOthers && wanted.isSubset(of: Sentence.split($0.name)) }
    }

    /// "The lowest thing of the pile", "the bottom one of the stack".
    private func ofPile(_ text: String) -> String {
        text.replacing(
            /\bthe (topmost|top|uppermost|highest|upper|lowest|bottom|bottommost|lowermost|lower|middle) (?:(stacked) )?([a-z]+)(?: (?:of|off|from|in|on|at) (?:the|that|this) (pile|stack|tower))?/
        ) { found in
            guard found.output.2 != nil || found.output.4 != nil, let pile, pile.count > 1 else {
                return String(found.output.0)
            }
            switch found.output.1 {
            case "middle": return pile.count == 3 ? "the \(pile[1].name)" : String(found.output.0)
            case "lowest", "bottom", "bottommost", "lowermost", "lower": return "the \(pile[0].name)"
            default: return "the \(pile[pile.count - 1].name)"
            }
        }
    }

    /// What stands upon each other, from below; nil if there is no pile, or several.
    private var pile: [Thing]? {
        let lowest = things.filter { lower in
            !lower.holdsOthers && things.contains { isOn($0, lower) }
                && !things.contains { !$0.holdsOthers && isOn(lower, $0) }
        }
        guard lowest.count == 1 else { return nil }
        var pile = lowest
        while let next = things.first(where: { isOn($0, pile[pile.count - 1]) }),
            !pile.contains(where: { $0.name == next.name })
        {
            pile.append(next)
        }
        return pile
    }

    /// "Add it to the top of the tower": onto what is on top now, if one pile stands here.
    private func onPile(_ text: String) -> String {
        guard let top = pile?.last, names.isDisjoint(with: ["tower", "stack", "pile"]) else { return text }
        return text.replacing(
            /\b(?:to|on|onto|upon|atop) (?:the (?:very )?top of )?(?:the|that|this|your) (?:existing |whole )?(?:tower|stack|pile)\b/
        ) { _ in "onto the \(top.name)" }
    }

    private static let materials: Set<String> = [
        "brass", "steel", "copper", "iron", "bronze", "metal", "wood", "wooden", "plastic", "glass", "rubber", "paper",
        "leather", "stone", "clay",
    ]

    /// "Purple goes in the tub": all that is purple, unless something is called so; and so for "brass in the tray".
    private func sorts(_ text: String) -> String {
        text.replacing(
            /(^|[,.;:]\s*|\band )(?:all |everything |what(?:ever)? is |everything that is )?([a-z]+) (?:goes |go |belongs |belong )?(?=(?:in|into|on|onto|to)\b)/
        ) { found in
            let sort = String(found.output.2)
            let named = things.filter { !$0.holdsOthers && $0.name.lowercased().hasPrefix(sort + " ") }
            guard Lexicon.colors.contains(sort) || Self.materials.contains(sort) && named.count > 1,
                !things.contains(where: { $0.name.lowercased().hasSuffix(sort) })
            else { return String(found.output.0) }
            return "\(found.output.1)all the \(sort) things go "
        }
    }

    private func isOn(_ a: Thing, _ b: Thing) -> Bool {
        a.name != b.name && Goal.on(a.name, b.name).isTrue(in: state)
    }

    private func isAt(_ a: Thing, _ b: Thing) -> Bool { state.isAt(a.name, b.name) }
}
