import RobotModel

/// Things named by way of other words of the same text: corrections, "respectively", "the former", "the one nearest to
/// the mug". Each becomes the plain name of the thing that is meant.
struct Correction {
    private let things: [Thing]

    init(_ things: [Thing]) { self.things = things }

    /// Lower case text with those things named plainly.
    func plain(_ text: String) -> String {
        var text = text.replacing("...", with: ", ").replacing("…", with: ", ")
        for rewrite in [
            runOn, inOtherWords, exceptThat, corrected, turnedRound, swapped, respectively, formerAndLatter, owned,
            pointed, everyPointed, otherOne,
            thatOne, sameColor, ofThatKind,
        ] {
            text = rewrite(text)
        }
        return text
    }

    /// "snacks go in the box cables go in the bin": two sentences without a stop between them.
    private func runOn(_ text: String) -> String {
        things.filter(\.holdsOthers).reduce(text) { text, place in
            let name = place.name.lowercased()
            guard let verb = text.firstRange(of: "the \(name) ") ?? text.firstRange(of: " \(name) ") else {
                return text
            }
            let behind = text[verb.upperBound...]
            let states =
                /^(?:the |my |all )?[a-z]+(?: [a-z]+)? (?:go|goes|belongs?|should go|must go) (?:in|into|on|onto|to|inside)\b/
            guard behind.contains(states), !behind.hasPrefix("and "), !behind.hasPrefix("that "),
                text[..<verb.lowerBound].contains(/\b(in|into|on|onto|to|inside) $/)
            else { return text }
            return text[..<verb.upperBound].dropLast() + ". " + behind
        }
    }

    /// "the copper battery, the one in the middle, …": what is named already needs no more telling.
    private func inOtherWords(_ text: String) -> String {
        // "the second one from the left, the silver pin, …"
        if let found = text.firstMatch(of: /\bthe [a-z0-9 ]*?\bone\b(?: [^,.;!?]*)?,\s*(the [a-z0-9 ]+?)\s*,/) {
            let named = Mentions(String(found.output.1), things: things)
            if named.all.count == 1, named.all[0].things.count == 1, named.all[0].range == 1..<named.words.count {
                return String(text[..<found.range.lowerBound]) + found.output.1
                    + String(text[found.range.upperBound...])
            }
        }
        guard let found = text.firstMatch(of: /,\s*the one [^,.;!?]+?(?=\s*[,.;!?]|$)/) else { return text }
        let before = Mentions(String(text[..<found.range.lowerBound]), things: things)
        guard let last = before.all.last, last.things.count == 1, last.range.upperBound == before.words.count else {
            return text
        }
        return String(text[..<found.range.lowerBound]) + text[found.range.upperBound...]
    }

    // MARK: corrections

    /// "the red one, no wait, the blue one", "… in the tray - actually, make that the bin": the last word counts.
    private func corrected(_ text: String) -> String {
        let marker =
            /[\s,.;:!?-]*\b(?:(?:hmm+|oh|er+m?|u[mh]+|ah|well|yes|yeah|oops|sorry|no|nope|wait|hang on|hold on|silly me|my bad|my mistake|what am i (?:saying|doing|thinking)|actually|scratch that|strike that|cancel that|correction|i meant?(?: to say)?|make (?:that|it)|or rather|rather|that is|wrong one|not the [a-z ]+?|not (?!in\b|on\b|into\b|onto\b|to\b|from\b|at\b|that\b|any|all\b|only\b|so\b|too\b|the\b)[a-z]+(?: [a-z]+)?(?=,)|not that(?: one)?)(?:[\s,.;:!-]+|$))+(?=(?:the|my|that|a|an) |(?:to|in|into|on|onto|inside|from) (?:the|my) |(?:put|place|move|drop|take|bring) )/
        let text = afterthought(text)
        let found = text.matches(of: marker).first {
            $0.range.lowerBound > text.startIndex && Self.takesBack($0.output)
        }
        guard let found else {
            return text
        }
        let before = String(text[..<found.range.lowerBound])
        let rest = text[found.range.upperBound...]
        // "put the fig on … no, in the basin": the place was not named yet
        let places = /\s(in|into|on|onto|to|inside|next to|beside)$/
        if rest.prefixMatch(of: /(?:in|into|on|onto|to|inside|next to|beside)\s/) != nil, before.contains(places) {
            return before.replacing(places, with: "") + " " + rest
        }
        return replaced(before, by: rest) ?? text
    }

    /// Whether such words say that what was said before was wrong: "no, wait", not "well" nor "… is no, the …".
    private static func takesBack(_ words: Substring) -> Bool {
        let clear =
            /\b(wait|oops|silly me|my bad|my mistake|what am i|scratch that|strike that|cancel that|correction|i mean|make (that|it)|rather|wrong one)/
        if words.contains(clear) { return true }
        let isSetOff = words.first { !$0.isWhitespace }.map { ",.;:!-".contains($0) } ?? false
        return isSetOff && words.contains(/\b(no|nope|sorry|actually)\b/) && !words.contains(/[.!?]\s*(no|nope),/)
    }

    /// "Oops, the pliers, I mean."
    private func afterthought(_ text: String) -> String {
        let marker =
            /[,.;]+\s*(?:(?:oops|sorry|no|ah|wait|u[mh]+|er+),?\s*)*((?:in |on |into |onto |to )?(?:the|my) [a-z ]+),? i mean(t)?\b\s*[,.;]*/
        guard let found = text.firstMatch(of: marker) else { return text }
        let before = String(text[..<found.range.lowerBound])
        let after = text[found.range.upperBound...]
        return replaced(before, by: found.output.1 + "." + after) ?? text
    }

    /// `before` with the last name of the same sort exchanged for the first name in `rest`.
    private func replaced(_ before: String, by rest: Substring) -> String? {
        let (words, right) = (Tokens(before), Tokens(String(rest)))
        let mentions = Mentions(before, things: things).all
        var said = Mentions(String(rest), things: things).all[...]
        // "the nut in the box, no, the nut in the tin": what was wrong is the place
        if said.count > 1, let first = said.first, mentions.contains(where: { $0.things == first.things }) {
            said = said.dropFirst()
        }
        guard let new = said.first, let newThing = new.things.first else { return nil }
        // "no, not the lemon, the lime": what was wrong is the last one named, of those that hold others or of those that do not
        let isHolder = things[newThing].holdsOthers
        let alike = mentions.filter { things[$0.things[0]].holdsOthers == isHolder }
        guard let wrong = (alike.isEmpty ? mentions : alike).last else { return nil }
        let name = things[newThing].name
        let naming = new.things.count == 1 ? [name] : Array(right.words[new.range])
        let isAtEnd = wrong.range.upperBound >= words.words.count
        let tail = right.words[new.range.upperBound...]
        var parts =
            Array(words.words[..<wrong.range.lowerBound]) + naming + Array(words.words[wrong.range.upperBound...])
        // an ellipsis or full stop at the end of what was said wrong
        while parts.last == "," { parts.removeLast() }
        return Tokens.joined(parts + (isAtEnd ? [] : [","]) + tail)
    }

    /// "all the bulbs in the crate, that is, no, not the crocus, just all the others": all but that.
    private func exceptThat(_ text: String) -> String {
        text.replacing(
            /[\s,.;-]*\b(?:(?:that is|no|wait|sorry|well|actually|or rather|rather)[\s,.;]+)+(?:but )?not (the [a-z ]+?)(?:[,;] *(?:just |only |but )?(?:all )?(?:of )?the (?:others?|other ones|rest))(?=\s*(?:[.;,!]|$))/
        ) { " except \($0.output.1)" }
    }

    /// "the stamp is in the tray and the key is on the plate: swap them", "swap the stamp and the key".
    private func swapped(_ text: String) -> String {
        let marker =
            /\b(?:swap|exchange|switch|trade)(?: (?:the )?(?:places|positions)(?: of)?)?(?: them| those| these| both| the two)?(?: around| round| over)?\b/
        guard text.contains(marker) else { return text }
        let state = WorldState(things: things, joints: [])
        func place(_ thing: Int) -> Int? {
            things.indices.first {
                $0 != thing
                    && (Goal.inside(things[thing].name, things[$0].name).isTrue(in: state)
                        || Goal.on(things[thing].name, things[$0].name).isTrue(in: state))
            }
        }
        let named = Mentions(text, things: things).distinct.map(\.thing).filter { place($0) != nil }
        guard named.count == 2, let a = place(named[0]), let b = place(named[1]), a != b, named[0] != b, named[1] != a
        else { return text }
        return
            "put the \(things[named[0]].name) to the \(things[b].name). put the \(things[named[1]].name) to the \(things[a].name)"
    }

    /// "stack the white one on the black one, the other way round".
    private func turnedRound(_ text: String) -> String {
        let marker =
            /[,.;]*\s*(?:no|wait|sorry|scratch that|actually)?,?\s*(?:(?:it'?s |i mean )?(?:the )?other way (?:a)?round|(?:i've|i have|i) (?:got|had|said|put) (?:that|it|them) (?:the wrong way (?:a)?round|backwards?|mixed up|back to front|in the wrong order))\b[,.;:!]*/
        guard let found = text.firstMatch(of: marker) else { return text }
        // "… white onto green": it is said once more
        if Mentions(String(text[found.range.upperBound...]), things: things).all.count > 1 {
            return String(text[found.range.upperBound...])
        }
        let before = String(text[..<found.range.lowerBound])
        let named = Mentions(before, things: things).all
        guard named.count == 2 else { return text }
        let words = Tokens(before).words
        let (a, b) = (named[0].range, named[1].range)
        let turned =
            words[..<a.lowerBound] + words[b] + words[a.upperBound..<b.lowerBound] + words[a] + words[b.upperBound...]
        return Tokens.joined(Array(turned)) + ". " + text[found.range.upperBound...]
    }

    // MARK: pairs

    /// "A and B on C and D, respectively".
    private func respectively(_ text: String) -> String {
        guard text.contains("respectively") else { return text }
        let named = Mentions(text, things: things).distinct.map { things[$0.thing].name }
        guard named.count > 3, named.count % 2 == 0 else { return text }
        let half = named.count / 2
        return zip(named[..<half], named[half...]).map { "put the \($0) to the \($1)" }.joined(separator: ". ")
    }

    /// "There's a walnut and a hazelnut. Put the former on the plate and the latter in the bowl."
    private func formerAndLatter(_ text: String) -> String {
        guard let found = text.firstMatch(of: /\bthe (former|latter|first one|second one)\b/) else { return text }
        let named = Mentions(String(text[..<found.range.lowerBound]), things: things).distinct.suffix(2)
        guard named.count == 2, let first = named.first, let last = named.last else { return text }
        return text.replacing(/\bthe (former|first one)\b/, with: "the " + things[first.thing].name)
            .replacing(/\bthe (latter|second one)\b/, with: "the " + things[last.thing].name)
    }

    // MARK: pointing

    /// "the bolt that's closest to the pliers", "the one that stands beside the lamp", "the cube you'll find to the right of
    /// the lemon".
    private func pointed(_ said: String) -> String {
        let text = said.replacing(
            /\b(?:that|which) (?:is|stands|lies|sits) (?:right |just |directly )?(?:beside|next to|near|by|close to|alongside) (?=the |my )/,
            with: "that is closest to "
        )
        // "the mug right beside the lamp" may be where it shall go
        .replacing(
            /\bthe (thing|one|item|object) (?:right|just|directly) (?:beside|next to|near|by|close to|alongside) (?=the |my )/
        ) { "the \($0.output.1) closest to " }
        let link =
            /\b(the|that|whichever) ([a-z0-9 ]+?),? (that'?s |that is |which is |you'?ll find |you find |that stands |that lies |lying |standing |sitting )*(right )?(closest|nearest|closer|nearer|farthest|furthest|to the left|to the right|left|right|just left|just right) (to|from|of) (the|my) ([a-z0-9 ]+)/
        guard let found = text.firstMatch(of: link) else { return text }
        let isSide = found.output.5.hasSuffix("left") || found.output.5.hasSuffix("right")
        // "put it to the right of the lemon" says where it goes
        if isSide, found.output.3 == nil, !saysMore(behind: String(found.output.8)) { return text }
        let said = Mentions(String(found.output.8), things: things).all
        guard let post = said.first(where: { $0.range.lowerBound == 0 }), post.things.count == 1 else { return text }
        let meant = candidates(String(found.output.2)).filter { $0 != post.things[0] }
        guard let which = chosen(meant, String(found.output.5), from: things[post.things[0]]) else { return text }
        let behind = Tokens(String(found.output.8)).words[post.range.upperBound...]
        // "… closest to the basket in it"
        var rest = Array(behind)
        if rest.count > 1, Lexicon.toward.contains(rest[0]), rest[1] == "it" {
            rest[1] = "the " + things[post.things[0]].name
        }
        let head = headless(String(found.output.2))
        return text[..<found.range.lowerBound] + head + "the " + things[which].name + " " + Tokens.joined(rest)
            + text[found.range.upperBound...].description
    }

    /// "the thing to the left of the tray goes in the bin": where it goes is said behind, so the side tells which one.
    private func saysMore(behind text: String) -> Bool {
        let words = Tokens(text).words
        guard let post = Mentions(text, things: things).all.first(where: { $0.range.lowerBound == 0 }),
            post.range.upperBound < words.count
        else { return false }
        return ["should", "goes", "go", "must", "needs", "belongs", "has", "in", "into", "on", "onto", "to", "and"]
            .contains(
                words[post.range.upperBound])
    }

    /// "every shell that lies to the left of the lighthouse": each of them, by name.
    private func everyPointed(_ text: String) -> String {
        let link =
            /\b(?:every|each|all(?: of)?(?: the| my)?) ([a-z0-9 ]+?),? (?:(?:that|which) (?:is|are|lies?|stands?|sits?) |lying |standing |sitting )?(?:to|on) the (left|right) of (?:the|my) ([a-z0-9 ]+)/
        guard let found = text.firstMatch(of: link) else { return text }
        let said = String(found.output.3)
        guard let post = Mentions(said, things: things).all.first(where: { $0.range.lowerBound == 0 }),
            post.things.count == 1
        else { return text }
        let at = things[post.things[0]].pose.position.y
        let kind = Sentence("all \(found.output.1)", things: things).phrases.first
        guard let fits = kind.map(NameMatch(things).fits) else { return text }
        let isLeft = found.output.2 == "left"
        let meant = things.indices.filter {
            fits[$0] >= NameMatch.enough && !things[$0].holdsOthers && $0 != post.things[0]
                && (isLeft ? things[$0].pose.position.y > at : things[$0].pose.position.y < at)
        }
        guard !meant.isEmpty else { return text }
        let rest = Tokens(said).words[post.range.upperBound...]
        return text[..<found.range.lowerBound] + meant.map { "the \(things[$0].name)" }.joined(separator: " and ") + " "
            + Tokens.joined(Array(rest)) + String(text[found.range.upperBound...])
    }

    /// "the smallest cube on the largest one": of the cubes.
    private func ofThatKind(_ text: String) -> String {
        text.replacing(/\bthe ((?:[a-z]+ )?[a-z]+) one\b/) { found in
            let telling = Sentence.split(String(found.output.1))
            let before = Mentions(String(text[..<found.range.lowerBound]), things: things)
            // "… in the right one": of what holds others
            let isPlace = ["in", "into", "inside", "to"].contains(before.words.last)
            // "the pot, the large one": tells the same thing
            guard before.words.last != ",",
                telling.allSatisfy({ Lexicon.sizes.contains($0) || Lexicon.positions.contains($0) }),
                let last = before.all.last(where: { things[$0.things[0]].holdsOthers == isPlace }),
                let head = before.words[last.range].last,
                things.count(where: { $0.holdsOthers == isPlace && Sentence.split($0.name).contains(head) }) > 1
            else { return String(found.output.0) }
            return "the \(found.output.1) \(head)"
        }
    }

    private func chosen(_ meant: [Int], _ relation: String, from post: Thing) -> Int? {
        let at = post.pose.position
        func distance(_ index: Int) -> Double { (things[index].pose.position - at).horizontalLength }
        func side(_ index: Int) -> Double { things[index].pose.position.y - at.y }
        switch relation {
        case "closest", "nearest", "closer", "nearer": return meant.min { distance($0) < distance($1) }
        case "farthest", "furthest": return meant.max { distance($0) < distance($1) }
        case let side where side.hasSuffix("left"):
            return meant.filter { self.things[$0].pose.position.y > at.y }.min { distance($0) < distance($1) }
        default:
            return meant.filter { side($0) < 0 }.min { distance($0) < distance($1) }
        }
    }

    /// "Leave the tulip bulb alone and put the other one in the trug": of two of a kind, the one not named before.
    private func otherOne(_ text: String) -> String {
        guard
            let found = text.firstMatch(
                of:
                    /\bthe other(?: (one|[a-z]+))?(?=\s+(in|into|on|onto|to|next|beside|goes|should|belongs|inside)\b|\s*([,.;!?]|$))/
            )
        else { return text }
        let named = Mentions(String(text[..<found.range.lowerBound]), things: things).distinct.map(\.thing)
        for first in named.reversed() where !things[first].holdsOthers {
            guard let head = Sentence.split(things[first].name).last else { continue }
            if let noun = found.output.1, noun != "one", Lexicon.stem(String(noun)) != head { continue }
            let alike = movable.filter { $0 != first && Sentence.split(things[$0].name).last == head }
            if alike.count == 1 {
                return text[..<found.range.lowerBound] + "the \(things[alike[0]].name)"
                    + text[found.range.upperBound...]
            }
        }
        return text
    }

    /// "There's the blue box, and I want that one in the crate": what was named last.
    private func thatOne(_ text: String) -> String {
        guard
            let found = text.firstMatch(
                of: /\b(that|this) one(?=\s+(in|into|on|onto|to|goes|should|belongs|inside)\b)/),
            let last = Mentions(String(text[..<found.range.lowerBound]), things: things).all.last(where: {
                !things[$0.things[0]].holdsOthers
            }), last.things.count == 1
        else { return text }
        return text[..<found.range.lowerBound] + "the \(things[last.things[0]].name)" + text[found.range.upperBound...]
    }

    /// Things that the words before fit, by the name at their end.
    private var movable: [Int] { things.indices.filter { !things[$0].holdsOthers } }

    private func candidates(_ said: String) -> [Int] {
        guard let last = Mentions(said, things: things).all.last,
            last.range.upperBound == Tokens(said).words.count
        else {
            return Tokens(said).words.last.map { Lexicon.anything.contains($0) } == true ? movable : []
        }
        return last.things
    }

    /// What stands before the name that was pointed from: "take the bolt" → "take ".
    private func headless(_ said: String) -> String {
        guard let last = Mentions(said, things: things).all.last, last.range.lowerBound > 0 else { return "" }
        return "the " + Tokens.joined(Array(Tokens(said).words[..<last.range.lowerBound])) + " "
    }

    /// "the model's lamp", where both are here, is the lamp.
    private func owned(_ text: String) -> String {
        text.replacing(/\b(the|my) ((?:(?!the\b)[a-z]+\s?){1,3})'s ([a-z]+)\b/) { found in
            let (owner, thing) = (candidates(String(found.output.2)), candidates(String(found.output.3)))
            guard owner.count == 1, thing.count == 1, owner != thing else { return String(found.output.0) }
            return "the \(things[thing[0]].name)"
        }
    }

    /// "the button that's the same colour as the ribbon".
    private func sameColor(_ text: String) -> String {
        let link =
            /\bthe ([a-z ]+?) (that'?s |that is |which is |with |that has |of |in )?the same colou?r as (the|my) ([a-z0-9 ]+)/
        guard let found = text.firstMatch(of: link) else { return text }
        guard
            let post = Mentions(String(found.output.4), things: things).all.first(where: { $0.range.lowerBound == 0 }),
            post.things.count == 1
        else { return text }
        let model = things[post.things[0]]
        let meant = candidates(String(found.output.1)).filter { things[$0].color == model.color && things[$0] != model }
        guard meant.count == 1 else { return text }
        let rest = Tokens(String(found.output.4)).words[post.range.upperBound...]
        return text[..<found.range.lowerBound] + "the \(things[meant[0]].name) " + Tokens.joined(Array(rest))
            + String(text[found.range.upperBound...])
    }
}

/// Words as they were said, counted as `Mentions` counts them.
private struct Tokens {
    let words: [String]

    init(_ text: String) { words = Sentence.rawWords(text) }

    static func joined(_ words: [String]) -> String {
        words.reduce(into: "") { text, word in text += (text.isEmpty || word == "," ? "" : " ") + word }
    }
}
