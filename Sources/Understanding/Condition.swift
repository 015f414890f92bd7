import RobotModel

/// "If the peg is in the bucket, go home; if it isn't, put it in there first": what is so just now decides which is meant.
struct Condition {
    /// What is to be done as things are, and all that was said beside.
    let chosen: String
    /// What would be to be done otherwise.
    let other: String

    /// nil if the text leaves no such choice.
    init?(_ text: String, things: [Thing]) {
        let choice =
            /(?:^|(?<before>.*[.;!?]\s*))if (?<thing>the [a-z0-9 ]+?) (?:is|are|stands|lies|sits) (?<not>not )?(?:already |still |now )?(?:in|on|inside) (?<place>the [a-z0-9 ]+?), (?:then )?(?<yes>[^.;]+?)[.;,]\s*(?:and |but )?(?:if (?:it|they) (?:isn't|aren't|is not|are not|is|are)|if (?:it's|they're) not|if not|otherwise|else),? (?:then )?(?<no>.+)$/
        guard let found = text.lowercased().replacing("’", with: "'").wholeMatch(of: choice),
            let thing = Mentions.lone(found.output.thing, things)?.name,
            let place = Mentions.lone(found.output.place, things)?.name,
            // what is done before may change what is so
            !Sentence.split(String(found.output.before ?? "")).contains(where: Lexicon.isAction)
        else { return nil }
        let isSo = WorldState(things: things, joints: []).isAt(thing, place) == (found.output.not == nil)
        let (yes, no) = (String(found.output.yes), String(found.output.no))
        func pointed(_ branch: String) -> String {
            branch.replacing(/\b(?:in|on|into|onto) (?:there|it)\b/, with: "to the \(place)")
                .replacing(/\bit\b/, with: "the \(thing)")
        }
        chosen = String(found.output.before ?? "") + pointed(isSo ? yes : no)
        other = pointed(isSo ? no : yes)
    }
}
