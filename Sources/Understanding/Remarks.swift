import RobotModel

/// Clauses that ask for nothing: how things are, and that the robot may make way.
struct Remarks {
    let things: [Thing]

    /// Whether a clause says how things are, and no more: it states, and what it states is so.
    func isFact(_ clause: String, _ goal: Goal) -> Bool {
        let isHemmed = clause.contains(
            /\b(?:hemmed|squeezed|wedged|jammed|crammed|boxed|surrounded|flanked|trapped|stuck) (?:in|up|between|by|on)\b/
        )
        return states(clause) && (isHemmed || isSo(goal))
    }

    /// Whether a goal is true; "on the box" may say what a lid does that lies in its rim.
    private func isSo(_ goal: Goal) -> Bool {
        let state = WorldState(things: things, joints: [])
        switch goal {
        case .inside(let thing, let place), .on(let thing, let place):
            return state.isAt(thing, place) || liesAcross(thing, place)
        default: return goal.isTrue(in: state)
        }
    }

    private func liesAcross(_ name: String, _ place: String) -> Bool {
        guard let lid = things.first(where: { $0.name == name }), let box = things.first(where: { $0.name == place })
        else { return false }
        return abs(lid.lowestPoint - box.top) < 0.015 && box.footprintContains(lid.pose.position)
    }

    /// What a statement is about: what it names first, or all that stands before "are".
    func subjects(of clause: String) -> [String] {
        let mentions = Mentions(clause, things: things)
        let verb = mentions.words.firstIndex(of: "are") ?? 0
        let several = mentions.distinct.filter { $0.mention.range.upperBound <= verb }
        return (several.isEmpty ? Array(mentions.distinct.prefix(1)) : several).map { things[$0.thing].name }
    }

    /// Whether a clause has the form of a statement.
    func states(_ clause: String) -> Bool {
        let words = Sentence.split(clause)
        return words.contains(where: ["is", "are", "stand", "lie", "sit", "rest"].contains)
            && !words.contains(where: ["should", "must", "shall", "need", "ought", "want", "please", "let"].contains)
            && !words.contains(where: Lexicon.isAction)
    }

    /// Whether a clause only allows, or asks, to make way: that is done where it must be, and is no goal.
    func onlyMakesWay(_ clause: String) -> Bool {
        let text = clause.lowercased()
        guard
            text.contains(
                /\b(?:out of (?:the|your|its|my) way|in (?:the|your|its) way|aside|elsewhere|somewhere else|to (?:one|the) side|over|make (?:some |enough )?(?:room|space)|crowding|neighbou?rs?|blocks? (?:you|it|the way)|around it|to a free (?:spot|place)(?: on the table)?)\s*(?:first|then|if [a-z ]+|please|for now|a bit|a little)?\s*[,.]?\s*$|\bneighbou?rs?\b|\bcrowding\b/
            )
        else { return false }
        // "move the mug to one side" is an order, and not passed over
        let orders = text.contains(
            /^[\s,]*(?:and |then |just |please |but |so )*(?:move|push|shove|shift|slide|put|get|take|nudge|lift|set|clear) (?:the|my|that|this|a)\b/
        )
        return !orders
            && !Mentions(clause, things: things).all.contains { mention in
                mention.things.contains { things[$0].holdsOthers }
            }
    }
}
