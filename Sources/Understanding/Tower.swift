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
        let goals = zip(order.dropFirst(), order).map { Goal.on($0.name, $1.name) }
        return goals.count == 1 ? goals[0] : .then(goals)
    }
}
