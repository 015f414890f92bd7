import RobotModel

/// "Put it on the ball. If it cannot stay there, then in the tray": what is wanted, and what instead when that is impossible.
struct Alternative {
    /// What is wanted first.
    let first: String
    /// What is wanted when that cannot be done.
    let otherwise: String

    /// nil if the text leaves no such choice.
    init?(_ text: String, things: [Thing]) {
        let lower = text.lowercased().replacing("’", with: "'")
        let link =
            /[,.;:!]?\s*(?:or,? )?(?:well,? )?(?:no:? )?(?:and |but )?\b(?:if|when|in case|should) (?:it|that|this|he|she|the [a-z ]+?|there) (?:is |'s |does |would |will |should |can |turns out (?:to be )?|proves? (?:to be )?|turn out (?:to be )?|seems? |gets? )?(?:n't |not |cannot|can't|can not|won't|doesn't|isn't|fall|fails?|falls?|topple|tip|roll|impossible|out of reach|too (?:big|wide|heavy|far|large)|no (?:room|space))[^,.;:]*[,:]?\s*(?:then |just |please )*(?=put|place|move|use|in|into|on|onto|set|drop|leave|the [a-z0-9 ]+? instead\b)/
        guard let found = lower.firstMatch(of: link), found.range.lowerBound > lower.startIndex else { return nil }
        let before = String(lower[..<found.range.lowerBound])
        var after = String(lower[found.range.upperBound...]).replacing(/\s*\binstead\b/, with: "")
        guard let subject = Mentions(before, things: things).all.first, subject.things.count == 1 else { return nil }
        let name = "the \(things[subject.things[0]].name)"
        if after.starts(with: /(in|into|on|onto)\s/) { after = "put \(name) \(after)" }
        if after.hasPrefix("the ") { after = "put \(after) there" }
        after = after.replacing(/\b(it|that|this)\b/, with: name)
        if let place = Mentions(before, things: things).distinct.map({ things[$0.thing] }).last(where: \.holdsOthers) {
            after = after.replacing(/\b(?:in |into |on |onto )?there\b/, with: "to the \(place.name)")
        }
        guard Mentions(after, things: things).all.count > 1 else { return nil }
        (first, otherwise) = (before, after)
    }
}
