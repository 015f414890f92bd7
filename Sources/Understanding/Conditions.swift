import RobotModel

/// "If the peg is in the bucket, go home; if it isn't, put it in there first": what is so just now decides which is meant.
enum Conditions {
    /// Lower case text with the branch that holds in place of both.
    static func plain(_ text: String, things: [Thing]) -> String {
        let choice =
            /(?:^|(?<before>.*[.;!?]\s*))if (?<thing>the [a-z0-9 ]+?) (?:is|are|stands|lies|sits) (?<not>not )?(?:already |still |now )?(?:in|on|inside) (?<place>the [a-z0-9 ]+?), (?:then )?(?<yes>[^.;]+?)[.;,]\s*(?:and |but )?(?:if (?:it|they) (?:isn't|aren't|is not|are not|is|are)|if (?:it's|they're) not|if not|otherwise|else),? (?:then )?(?<no>.+)$/
        guard let found = text.lowercased().replacing("’", with: "'").wholeMatch(of: choice),
            let thing = name(found.output.thing, things), let place = name(found.output.place, things)
        else { return text }
        let isThere = WorldState(things: things, joints: []).isAt(thing, place)
        let branch = String(isThere == (found.output.not == nil) ? found.output.yes : found.output.no)
        let plain = branch.replacing(/\b(?:in|on|into|onto) (?:there|it)\b/, with: "to the \(place)")
            .replacing(/\b(?:it|that)\b/, with: "the \(thing)")
        return String(found.output.before ?? "") + plain
    }

    private static func name(_ text: Substring, _ things: [Thing]) -> String? {
        let mentions = Mentions(String(text), things: things).all
        guard mentions.count == 1, mentions[0].things.count == 1 else { return nil }
        return things[mentions[0].things[0]].name
    }
}
