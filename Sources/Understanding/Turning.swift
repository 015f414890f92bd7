import RobotModel

/// "Turn the box by ninety degrees", "line the ruler up with the tray": things turned where they stand.
///
/// Plain orders only, with nothing else in them: whatever has more words is left to those who read it whole.
enum Turning {
    private static let verbs: Set<String> = ["turn", "rotate", "spin", "twist", "swivel"]
    private static let aligning: Set<String> = ["align", "square"]
    private static let little: Set<String> = [
        "please", "the", "a", "by", "to", "up", "with", "along", "around", "round", "about", "degree", "it", "so",
        "that",
        "is", "parallel", "line", "lined", "aligned", "left", "right", "clockwise", "anticlockwise", "counterclockwise",
        "quarter", "half", "turn", "of", "and", "edge", "side", "can", "could", "you", "bit",
    ]
    private static let backwards: Set<String> = ["right", "clockwise"]

    /// - Returns: nil if the text says no such order, or anything beside it.
    static func goal(_ plain: String, things: [Thing]) -> Goal? {
        let mentions = Mentions(Self.withoutEnd(plain), things: things)
        let named = mentions.distinct
        guard !mentions.namesAnother, (1...2).contains(named.count), named.allSatisfy({ $0.mention.things.count == 1 })
        else { return nil }
        let spoken = Set(named.flatMap { Array($0.mention.range) })
        let rest = mentions.words.indices.filter { !spoken.contains($0) }.map { mentions.words[$0] }
        guard rest.allSatisfy(isPlain) else { return nil }
        let thing = things[named[0].thing]
        let turns = rest.contains(where: verbs.contains)
        if named.count == 2 {
            let lines = rest.contains(where: aligning.contains) || rest.contains("line") || rest.contains("lined")
            guard lines || turns && rest.contains(where: ["along", "parallel", "aligned"].contains) else { return nil }
            return .turned(thing.name, .along(things[named[1].thing].name))
        }
        guard turns, let angle = angle(rest), thing.symmetry != nil else { return nil }
        // "to 30 degrees" is a heading, "by 30 degrees" a way to go
        let isHeading = rest.contains("to") && !rest.contains("left") && !rest.contains("right")
        let now = isHeading ? 0 : thing.pose.orientation.yaw * 180 / .pi
        let sense: Double = rest.contains(where: backwards.contains) ? -1 : 1
        return .turned(thing.name, .at(Int((now + sense * angle).rounded())))
    }

    /// Without the mark at its end.
    private static func withoutEnd(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, " .!?".contains(last) { text.removeLast() }
        return String(text)
    }

    private static func isPlain(_ word: String) -> Bool {
        little.contains(word) || verbs.contains(word) || aligning.contains(word) || degrees(word) != nil
    }

    /// The one angle that is said, degrees.
    private static func angle(_ words: [String]) -> Double? {
        let numbers = words.compactMap(degrees)
        if numbers.count == 1, words.contains("degree") { return numbers[0] }
        guard numbers.isEmpty else { return nil }
        return words.contains("quarter") ? 90 : words.contains("half") ? 180 : nil
    }

    private static let spelled: [String: Double] = [
        "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
    ]

    private static func degrees(_ word: String) -> Double? {
        spelled[word] ?? Double(word.hasSuffix("°") ? String(word.dropLast()) : word)
    }
}
