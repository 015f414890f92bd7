import RobotModel

/// "Build a tower: the brick at the bottom, then the cube": things in an order, each on the one before.
enum Tower {
    private static let build: Set<String> = ["tower", "pile", "stack", "storey", "story", "column", "build", "base"]
    private static let low: Set<String> = ["bottom", "base", "underneath", "under", "below", "beneath", "lowest"]
    private static let high: Set<String> = ["top", "above", "highest"]

    /// "red on blue on green": three or more, each upon the next.
    private static func isChain(_ ranges: [Range<Int>], _ words: [String]) -> Bool {
        ranges.count > 2
            && zip(ranges, ranges.dropFirst()).allSatisfy { above, below in
                let between = words[above.upperBound..<below.lowerBound]
                return between.contains { ["on", "onto", "upon", "atop"].contains($0) } && !between.contains("and")
                    && !between.contains(",")
            }
    }

    /// "Build a tower of the three blocks, the biggest at the bottom".
    ///
    /// - Parameter said: as it was said: plainer words leave out a part that names nothing.
    /// - Returns: nil if the text says no such order, or anything beside it.
    static func bySize(_ said: String, things: [Thing]) -> Goal? {
        let text = said.lowercased()
        let falls = text.contains(
            /\b(?:biggest|largest|widest|big one|large one)(?: [a-z]+)?(?: [a-z]+)? (?:at|on|to) the (?:very )?bottom\b|\b(?:smallest|narrowest|small one)(?: [a-z]+)?(?: [a-z]+)? (?:at|on|to) (?:the )?(?:very )?top\b|\bfrom (?:big|large|biggest|largest) to small(?:est)?\b/
        )
        let rises = text.contains(
            /\b(?:smallest|narrowest|small one)(?: [a-z]+)?(?: [a-z]+)? (?:at|on|to) the (?:very )?bottom\b|\b(?:biggest|largest|widest|big one|large one)(?: [a-z]+)?(?: [a-z]+)? (?:at|on|to) (?:the )?(?:very )?top\b|\bfrom small(?:est)? to (?:big|large|biggest|largest)\b/
        )
        let words = Sentence.split(text)
        guard falls != rises, words.contains(where: build.contains) else { return nil }
        // what else is to be done, or not done, is not told by size
        guard words.count(where: Lexicon.isAction) < 2, !words.contains("home"),
            !words.contains(where: { Lexicon.negations.contains($0) || ["except", "but", "without"].contains($0) })
        else { return nil }
        let mentions = Mentions(text, things: things).all
        let loose = things.indices.filter { !things[$0].holdsOthers && !things[$0].forbidden }
        guard !mentions.contains(where: { $0.things.contains { things[$0].holdsOthers } }) else { return nil }
        let several = mentions.first { $0.things.count > 1 }?.things.filter(loose.contains)
        let order = (several ?? loose).map { things[$0] }.sorted { breadth($0) > breadth($1) }
        // as big as each other: no order
        guard order.count > 1, zip(order, order.dropFirst()).allSatisfy({ breadth($0) > breadth($1) * 1.05 })
        else { return nil }
        return pile(falls ? order : order.reversed())
    }

    /// What tells which can carry which, square metres.
    private static func breadth(_ thing: Thing) -> Double { thing.shape.extent.x * thing.shape.extent.y }

    /// - Returns: nil if the text does not say what is at the bottom or at the top of what.
    static func goal(_ text: String, things: [Thing]) -> Goal? {
        let mentions = Mentions(text, things: things)
        let named = mentions.distinct
        // two deeds, each with its place, are no tower
        guard mentions.words.count(where: { Lexicon.placing.contains($0) && $0 != "pile" }) < 2 else { return nil }
        let saysBoth = mentions.words.contains(where: low.contains) && mentions.words.contains(where: high.contains)
        guard named.count > 1, saysBoth || mentions.words.contains(where: build.contains) else { return nil }
        let (first, second) = (named[0].mention.range, named[1].mention.range)
        let said = Set(mentions.words[first.upperBound..<second.lowerBound])
        let before = Set(mentions.words[..<first.lowerBound].suffix(4))
        let last = Set(mentions.words[named[named.count - 1].mention.range.upperBound...])
        // "the tin goes underneath the box" has its place behind it: that is no order
        let isUpward =
            !said.isDisjoint(with: low) && (saysBoth || !said.isDisjoint(with: ["bottom", "base"]))
            || before.contains("bottom") || last.contains("top")
        let isDownward =
            !said.isDisjoint(with: ["top"]) || last.contains("bottom")
            || isChain(named.map(\.mention.range), mentions.words)
        guard isUpward != isDownward else { return nil }
        let order = (isUpward ? named : named.reversed()).map { things[$0.thing] }
        guard order.dropFirst().allSatisfy({ !$0.holdsOthers }) else { return nil }
        return pile(order)
    }

    /// Each upon the one before it.
    private static func pile(_ order: [Thing]) -> Goal {
        let goals = zip(order.dropFirst(), order).map { Goal.on($0.name, $1.name) }
        return goals.count == 1 ? goals[0] : .then(goals)
    }
}
