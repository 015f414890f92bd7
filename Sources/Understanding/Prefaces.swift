/// What people tell before they say what is to be done: what they are about, what they meant to ask, who left what where.
///
/// It knows grammar only, and no name of any thing. What speaks of harm is never passed over.
enum Prefaces {
    /// Lower case text without what is told before the orders.
    static func plain(_ text: String) -> String {
        [occupations, secondThoughts, habits, leftBehind, aims, others, exclamations].reduce(text) { $1($0) }
    }

    /// "I'm laying the table in a minute, so …".
    private static func occupations(_ text: String) -> String {
        dropping(
            text,
            /(^|[.;!?]\s*)(?:(?:i'm|i am|we're|we are|i'll be|we'll be) [a-z]+ing\b|(?:it's|it is) [a-z\- ]+ time\b)[^.;!?,]*?(?:, | and )so (?=(?:all|every|everything|the|my|please|put|could|can|would|will|i|we)\b)/
        )
    }

    /// "I was going to ask for the red one, but on second thoughts …".
    private static func secondThoughts(_ text: String) -> String {
        dropping(
            text,
            /(^|[.;!?]\s*)(?:i|we) (?:was|were|had been) (?:going|about|meaning|planning|wanting) to (?:ask|say|suggest|request|take|have|use|want|pick|choose)\b[^.;!?]*?,? but (?:on second thoughts?|then|actually|now|instead|in the end)\b,?\s*/
        )
    }

    /// "My gran used to keep her thread in a tin like this, so for her sake …".
    private static func habits(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:(?:my|our|the) ([a-z]+)|i|we) used to\b[^.;!?]*?, so (?:for (?:his|her|their|my|old times'?) sake,? )?(?=(?:put|place|move|drop|please|the|let|could|can|would)\b)/
        ) { found in
            let isOfPeople = found.output.2.map(isSomebody) ?? true
            return isOfPeople && !speaksOfHarm(found.output.0) ? String(found.output.1) : String(found.output.0)
        }
    }

    /// "Somebody's left the stapler on the box." tells where it is.
    private static func leftBehind(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:somebody|someone|my [a-z]+|he|she|they|i|we|the kids)(?: has|'s| have|'ve| had|'d)? (?:left|forgotten|parked|abandoned) (the [a-z0-9 ]+?) (?:on|in|on top of|inside|next to|beside) the [a-z0-9 ]+?(?=\s*[.;!?])/
        ) { "\($0.output.1)\($0.output.2)" }
    }

    /// "I want the nuts kept apart from the bolts: nuts in the tin, bolts in the box": how it is done is said behind.
    private static func aims(_ text: String) -> String {
        text.replacing(
            /(^|[.;!?]\s*)(?:i want|i need|i'd like|keep|please keep|let's keep) (?:the |my )?[a-z ]+? (?:(?:kept|to be kept|stored) )?(?:apart|separate|away) from (?:the |my )?[a-z ]+?:\s*(?=[a-z ]+ (?:in|into|on|onto|to)\b)/
        ) { String($0.output.1) }
    }

    /// "…; my lab partner will collect it by hand": what others do with it, if nothing is named there.
    private static func others(_ text: String) -> String {
        text.replacing(
            /((?:^|[.;!?,])\s*)(?:and |because |as |since )?(?:my|our|the) (?:[a-z]+ )?([a-z]+) (?:wants?|needs?|will|would|likes?|loves?|is going to|comes?|collects?) (?:(?!the )[^.;!?,])*(?=[.;!?,]|$)/
        ) { found in
            isSomebody(found.output.2) && !speaksOfHarm(found.output.0)
                ? String(found.output.1) : String(found.output.0)
        }
    }

    /// "What a drizzle!", "what a lovely day".
    private static func exclamations(_ text: String) -> String {
        text.replacing(
            /((?:^|[.;!?,])\s*)what an? (?:[a-z ]{2,30}!|(?:[a-z]+ )?(?:day|morning|afternoon|evening|night|week|life|world|weather|mess|time)(?=\s*[.;,]))/
        ) { String($0.output.1) }
    }

    private static func dropping(_ text: String, _ preface: Regex<(Substring, Substring)>) -> String {
        text.replacing(preface) { String(speaksOfHarm($0.output.0) ? $0.output.0 : $0.output.1) }
    }

    private static func speaksOfHarm(_ text: Substring) -> Bool {
        Sentence.split(String(text)).contains(where: Harm.speaksOf)
    }

    private static func isSomebody(_ word: Substring) -> Bool {
        let noun = Lexicon.stem(String(word))
        return Harm.isSomebody(noun) || kin.contains(noun)
    }

    private static let kin: Set<String> = [
        "son", "daughter", "partner", "gran", "granny", "customer", "assistant", "cousin", "pupil", "children",
    ]
}
