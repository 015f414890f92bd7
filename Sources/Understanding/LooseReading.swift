import RobotModel

/// A sentence whose grammar was not understood: what it names, and in which order, speak for what may be meant.
struct LooseReading {
    /// Goals made of what is named; empty if it names too little, or something else where a name must stand.
    private(set) var options: [Reading.Option] = []

    /// Most different things that are named.
    private static let largestMentions = 4

    init(_ text: String, things: [Thing]) {
        let mentions = Mentions(text, things: things)
        let words = mentions.words
        let named = Array(mentions.all.prefix(Self.largestMentions))
        // "away from the lamp": near it is the opposite of what is meant
        guard !words.contains(where: ["away", "apart", "separate", "far", "farther", "further"].contains) else {
            return
        }
        guard !named.isEmpty, !mentions.namesAnother, !Self.namesAbsent(words, named) else { return }
        guard Self.asks(words, things) else {
            bare(mentions, things)
            return
        }
        for (place, subject) in named.enumerated() {
            for a in subject.things where !things[a].holdsOthers || named.count == 1 {
                if Self.lifts(words) {
                    options.append(
                        Reading.Option(
                            .held(things[a].name), name: 2 * subject.fit, kind: 1, left: Double(named.count - 1)))
                }
                for (other, target) in named.enumerated() where other != place {
                    for b in target.things where b != a {
                        options.append(Self.place(a, subject, b, target, words, things, isInOrder: other > place))
                    }
                }
            }
        }
        if !options.isEmpty { options += Reading.Option.others }
    }

    /// "sponge, bin", "tray for the mug": one thing to be moved and one that holds others, and nothing else said.
    private mutating func bare(_ mentions: Mentions, _ things: [Thing]) {
        let named = Set(mentions.all.flatMap { Array($0.range) })
        let isBare = mentions.words.indices.allSatisfy { index in
            let word = mentions.words[index]
            return named.contains(index) || Lexicon.determiners.contains(word) || [",", "for", "please"].contains(word)
        }
        let all = mentions.distinct
        guard isBare, all.count == 2, mentions.all.count == 2 else { return }
        let holders = all.filter { things[$0.thing].holdsOthers }
        guard holders.count == 1, let moved = all.first(where: { $0.thing != holders[0].thing }) else { return }
        options = [
            Self.place(
                moved.thing, moved.mention, holders[0].thing, holders[0].mention, mentions.words, things,
                isInOrder: true)
        ]
        options += Reading.Option.others
    }

    private static func place(
        _ a: Int, _ subject: Mentions.Mention, _ b: Int, _ target: Mentions.Mention, _ words: [String],
        _ things: [Thing], isInOrder: Bool
    ) -> Reading.Option {
        let led = words[..<target.range.lowerBound].suffix(3)
        let isBeside =
            led.contains(where: Lexicon.beside.contains)
            || led.last { $0 != "the" } == "to" && led.contains { ["next", "close", "adjacent"].contains($0) }
        let goal: Goal =
            isBeside
            ? .near(things[a].name, things[b].name, Reading.beside)
            : things[b].shape.isContainer
                ? .inside(things[a].name, things[b].name) : .on(things[a].name, things[b].name)
        let isLed = led.contains(where: Lexicon.toward.contains)
        let kind = (isInOrder ? 0.6 : 0) + (isLed || things[b].holdsOthers ? 0.4 : 0)
        return Reading.Option(goal, name: subject.fit + target.fit, kind: kind)
    }

    /// A verb of doing or a place, and no question what is so.
    private static func asks(_ words: [String], _ things: [Thing]) -> Bool {
        let real = words.filter { $0 != "," }
        guard let first = real.first, !Lexicon.questions.contains(first) else { return false }
        return real.contains(where: Lexicon.isAction) || real.contains(where: Lexicon.toward.contains)
    }

    private static func lifts(_ words: [String]) -> Bool {
        words.contains(where: Lexicon.lifting.contains) && !words.contains(where: Lexicon.toward.contains)
    }

    /// Whether a word that is nothing here stands where a verb or a preposition wants a name.
    private static func namesAbsent(_ words: [String], _ named: [Mentions.Mention]) -> Bool {
        let inside = Set(named.flatMap { Array($0.range) })
        for index in words.indices
        where !inside.contains(index) && words[index] != ","
            && (!Lexicon.isKnown(words[index])
                || Lexicon.isNoun(words[index]) && !Lexicon.anything.contains(words[index]))
        {
            var before = index - 1
            // "put the shiny …": what stands before the name is passed over
            while before >= 0,
                Lexicon.determiners.contains(words[before]) || Lexicon.colors.contains(words[before])
                    || Lexicon.sizes.contains(words[before])
            { before -= 1 }
            guard before >= 0 else { continue }
            let leads =
                Lexicon.placing.contains(words[before]) || Lexicon.lifting.contains(words[before])
                || Lexicon.toward.contains(words[before])
            // "put the shiny red block": an ornament of what follows
            let leadsOn = index + 1 < words.count && inside.contains(index + 1)
            if leads, !leadsOn { return true }
        }
        return false
    }
}
