import RobotModel

/// Things told by where they stand just now: "whatever is on the saucer", "something under the cork", "the one with a lid
/// on it", "the spool nearer to the lamp", "the top of the tower".
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
        [onIt, beneath, laden, nearest, onPile, colors].reduce(text) { $1($0) }
    }

    /// "Whatever is standing on the saucer".
    private func onIt(_ text: String) -> String {
        text.replacing(
            /\b(?:whatever|what|the thing|the one|the object|the item)(?: that| which)?(?: is|'s)(?: now| already| currently| still)?(?: standing| lying| sitting| resting)? (?:on|in|inside)(?: top of)? (the [a-z0-9 ]+?)(?=\s*(?:[,.;:!?]|$|and\b|in\b|into\b|on\b|onto\b|to\b|should\b|must\b|goes\b))/
        ) { found in
            let upper = named(found.output.1).map { lower in things.filter { isAt($0, lower) } } ?? []
            return upper.count == 1 ? "the \(upper[0].name)" : String(found.output.0)
        }
    }

    /// "There is something under the cork".
    private func beneath(_ text: String) -> String {
        text.replacing(
            /\b(?:something|whatever is|what is|the thing|the thing that is) (?:under|beneath|underneath|below) (the [a-z0-9 ]+?)(?=\s*(?:[,.;:!?]|$|and\b|in\b|into\b|on\b|onto\b|to\b))/
        ) { found in
            let lower = named(found.output.1).map { upper in things.filter { isAt(upper, $0) } } ?? []
            return lower.count == 1 ? "the \(lower[0].name)" : String(found.output.0)
        }
    }

    /// "The one that has something on it", "the tin with a lid on top".
    private func laden(_ text: String) -> String {
        text.replacing(
            /\bthe ([a-z]+) (?:that has|which has|that's got|with|having|carrying) (?:something|anything|(?:a|an|the) [a-z ]+?) on (?:it|top of it|top)\b/
        ) { found in
            let noun = Lexicon.stem(String(found.output.1))
            let laden = things.filter { lower in
                !lower.holdsOthers && (noun == "one" || Sentence.split(lower.name).contains(noun))
                    && things.contains { isAt($0, lower) }
            }
            return laden.count == 1 ? "the \(laden[0].name)" : String(found.output.0)
        }
    }

    /// "The spool that stands nearer to the lamp".
    private func nearest(_ text: String) -> String {
        text.replacing(
            /\bthe ([a-z]+) (?:that (?:is|stands|lies|sits) |which (?:is|stands|lies|sits) )?(?:nearer|nearest|closer|closest)(?: to)? (the [a-z0-9 ]+?)(?=\s*(?:[,.;:!?]|$|and\b|in\b|into\b|on\b|onto\b|goes\b))/
        ) { found in
            let noun = Lexicon.stem(String(found.output.1))
            guard let post = named(found.output.2) else { return String(found.output.0) }
            let alike = things.filter { $0.name != post.name && Sentence.split($0.name).contains(noun) }
            let distance = { (thing: Thing) in (thing.pose.position - post.pose.position).horizontalLength }
            guard alike.count > 1, let best = alike.min(by: { distance($0) < distance($1) }) else {
                return String(found.output.0)
            }
            return "the \(best.name)"
        }
    }

    /// "Add it to the top of the tower": onto what is on top now, if one pile stands here.
    private func onPile(_ text: String) -> String {
        let tops = things.filter { top in
            things.contains { !$0.holdsOthers && isOn(top, $0) } && !things.contains { isOn($0, top) }
        }
        guard tops.count == 1, names.isDisjoint(with: ["tower", "stack", "pile"]) else { return text }
        return text.replacing(
            /\b(?:to|on|onto|upon|atop) (?:the (?:very )?top of )?(?:the|that|this|your) (?:existing |whole )?(?:tower|stack|pile)\b/
        ) { _ in "onto the \(tops[0].name)" }
    }

    /// "Purple goes in the tub": all that is purple, unless something is called so.
    private func colors(_ text: String) -> String {
        text.replacing(
            /(^|[,.;:]\s*|\band )(?:all |everything )?([a-z]+) (?:goes|go|belongs|belong) (?=(?:in|into|on|onto|to)\b)/
        ) { found in
            let color = String(found.output.2)
            guard Lexicon.colors.contains(color), !things.contains(where: { $0.name.lowercased().hasSuffix(color) })
            else { return String(found.output.0) }
            return "\(found.output.1)all the \(color) things go "
        }
    }

    /// The one thing that a text names; nil if it names none, or several.
    private func named(_ text: Substring) -> Thing? {
        let mentions = Mentions(String(text), things: things).all
        guard mentions.count == 1, mentions[0].things.count == 1 else { return nil }
        return things[mentions[0].things[0]]
    }

    private func isOn(_ a: Thing, _ b: Thing) -> Bool {
        a.name != b.name && Goal.on(a.name, b.name).isTrue(in: state)
    }

    private func isAt(_ a: Thing, _ b: Thing) -> Bool {
        a.name != b.name && (isOn(a, b) || Goal.inside(a.name, b.name).isTrue(in: state))
    }
}
