// Programs in their notation, as the parser reads it

extension Program: CustomStringConvertible {
    public var description: String {
        switch self {
        case .orders(let statement, let rules):
            ([statement?.text(.otherwise)].compactMap { $0 } + rules.map(\.description)).joined(separator: "; ")
        case .question(let question): question.description
        case .talk(.nothing): "nothing"
        case .talk(.naming(let thing, let name)): "call \(thing) \(Noun.quoted(name))"
        case .talk(.forgetting(let name)): "forget \(Noun.quoted(name))"
        case .harm: "harm"
        case .unclear: "unclear"
        }
    }
}

extension Statement: CustomStringConvertible {
    /// What binds closer has the greater rank.
    enum Rank: Int, Comparable {
        case otherwise, choice, sequence, together, single
        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
        /// What its parts must bind at least.
        var next: Rank { Rank(rawValue: rawValue + 1) ?? .single }
    }

    private var rank: Rank {
        switch self {
        case .otherwise: .otherwise
        case .choice: .choice
        case .sequence: .sequence
        case .together: .together
        default: .single
        }
    }

    public var description: String { text(.otherwise) }

    /// Braced if it binds less than `least`.
    func text(_ least: Rank) -> String { rank < least ? "{ \(bare) }" : bare }

    private var bare: String {
        let part = rank.next
        func joined(_ parts: [Statement], _ word: String) -> String {
            parts.map { $0.text(part) }.joined(separator: " \(word) ")
        }
        return switch self {
        case .step(let step): step.description
        case .sequence(let parts): joined(parts, "then")
        case .together(let parts): joined(parts, "and")
        case .choice(let parts): joined(parts, "or")
        case .otherwise(let first, let second): "\(first.text(part)) otherwise \(second.text(part))"
        case .conditional(let state, let then, let other):
            "if \(state) { \(then) }" + (other.map { " else { \($0) }" } ?? "")
        case .forEach(let things, let body): "for \(things) { \(body) }"
        case .until(let state, let body): "until \(state) { \(body) }"
        case .repeated(let count, let body): "repeat \(count) { \(body) }"
        case .careful(let manner, let body): "\(manner.rawValue) \(body.text(.single))"
        }
    }
}

extension Rule: CustomStringConvertible {
    public var description: String {
        let text =
            switch kind {
            case .untouched(let things): "do not touch \(things)"
            case .unmoved(let things): "do not move \(things)"
            case .kept(let state): "keep \(state)"
            case .manner(let manner): "move \(manner.rawValue)"
            }
        return isLasting ? "always \(text)" : text
    }
}

extension Step: CustomStringConvertible {
    public var description: String {
        switch self {
        case .put(let things, let place): "put \(things) \(place)"
        case .take(let things, .outOf(let item)): "take \(things) out of \(item)"
        case .take(let things, .off(let item)): "take \(things) off \(item)"
        case .take(let things, .away): "take \(things) away"
        case .hold(let things): "hold \(things)"
        case .release: "release"
        case .move(let things, let displacement): "move \(things) \(displacement)"
        case .push(let things, let displacement): "push \(things) \(displacement)"
        case .stack(let things, let property): "stack \(things)" + Self.by(property)
        case .lineUp(let things, let property): "line up \(things)" + Self.by(property)
        case .spread(let things): "spread \(things)"
        case .group(let things, let property): "group \(things)" + Self.by(property)
        case .swap(let one, let other): "swap \(one) with \(other)"
        case .turn(let things, .to(let degrees)): "turn \(things) to \(degrees) degrees"
        case .turn(let things, .by(let degrees)):
            "turn \(things) \(degrees < 0 ? "right" : "left") \(abs(degrees)) degrees"
        case .turn(let things, .along(let item)): "turn \(things) along \(item)"
        case .returned(let things): "return \(things)"
        case .ensure(let state): "ensure \(state)"
        case .home: "home"
        case .rest: "rest"
        case .stop: "stop"
        case .undo: "undo"
        case .again: "again"
        case .wait(let seconds): "wait \(Number.text(seconds)) seconds"
        case .unsupported(let words): "cannot \(Token.isPhrase(words) ? words : Noun.inQuotes(words))"
        }
    }

    private static func by(_ property: Property?) -> String { property.map { " by \($0.rawValue)" } ?? "" }
}

extension Place: CustomStringConvertible {
    public var description: String { text(\.description) }

    /// - Parameter end: prints the item that it ends with.
    func text(_ end: (Item) -> String) -> String {
        switch self {
        case .relation(let relation, let item): "\(relation.rawValue) " + end(item)
        case .between(let one, let other): "between \(one) and " + end(other)
        case .within(let metres, let item): "within \(Number.centimetres(metres)) of " + end(item)
        case .beyond(let metres, let item): "at least \(Number.centimetres(metres)) from " + end(item)
        case .region(let region): "at the \(region.rawValue)"
        case .spot(let item, let before): "where \(item) \(before ? "was" : "is")"
        case .there: "there"
        case .aside: "aside"
        }
    }
}

extension Displacement: CustomStringConvertible {
    public var description: String {
        switch self {
        case .direction(let direction, let metres): "\(direction.rawValue) \(Number.centimetres(metres))"
        case .toward(let item, let metres): "toward \(item)" + (metres.map { " \(Number.centimetres($0))" } ?? "")
        case .from(let item, let metres): "away from \(item)" + (metres.map { " \(Number.centimetres($0))" } ?? "")
        }
    }
}

extension State: CustomStringConvertible {
    public var description: String { text(isPart: false) }

    private var isJoined: Bool {
        switch self {
        case .all, .any: true
        default: false
        }
    }

    private func text(isPart: Bool) -> String { isPart && isJoined ? "[ \(bare) ]" : bare }

    private var bare: String {
        switch self {
        case .at(let things, let place): "\(things) is \(place)"
        case .condition(let things, let condition): "\(things) is \(condition.rawValue)"
        case .quality(let things, let kind): "\(things) is \(Clause(kind).words(\.description))"
        case .only(let things, let place): "only \(things) is \(place)"
        case .nothing(let place): "nothing is \(place)"
        case .count(let some, .same, let others): "as many \(some) as \(others.closed)"
        case .count(let some, let comparison, let others): "\(comparison.rawValue) \(some) than \(others.closed)"
        case .not(let state): "not \(state.text(isPart: true))"
        case .all(let states): states.map { $0.text(isPart: true) }.joined(separator: " and ")
        case .any(let states): states.map { $0.text(isPart: true) }.joined(separator: " or ")
        }
    }
}

extension Query: CustomStringConvertible {
    public var description: String {
        switch self {
        case .what(let things): "ask what \(things)"
        case .whereIs(let things): "ask where \(things)"
        case .count(let things): "ask count \(things)"
        case .property(let property, let things): "ask \(property.rawValue) \(things)"
        case .whether(let state): "ask whether \(state)"
        case .can(let statement): "ask can \(statement.text(.single))"
        case .why: "ask why"
        case .about: "ask about robot"
        }
    }
}

extension Description: CustomStringConvertible {
    /// In brackets if an “and” after it could be taken for its own.
    var closed: String { items.count == 1 && exceptions.isEmpty ? description : "( \(self) )" }

    public var description: String {
        let things = items.map(\.description).joined(separator: " and ")
        guard !exceptions.isEmpty else { return things }
        return things + " except " + exceptions.map(\.description).joined(separator: " and ")
    }
}

extension Item: CustomStringConvertible {
    public var description: String {
        switch self {
        case .pronoun(let pronoun): pronoun.rawValue
        case .noun(let quantity, let noun): quantity.text(isOther: noun.isOther) + " " + noun.description
        case .group(let things): "( \(things) )"
        }
    }
}

extension Quantity {
    func text(isOther: Bool) -> String {
        let other = isOther ? " other" : ""
        return switch self {
        case .the: "the" + other
        case .a: isOther ? "another" : "a"
        case .each: "each" + other
        case .no: "no" + other
        case .both: "both" + other
        case .half: "half the" + other
        case .number(let count): "\(count)" + other
        case .exactly(let count): "the" + other + " \(count)"
        case .atLeast(let count): "at least \(count)" + other
        case .atMost(let count): "at most \(count)" + other
        case .most: "most" + other
        }
    }
}

extension Noun: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        if let superlative {
            if rank > 1 { parts.append(Number.ordinal(rank)) }
            parts.append(superlative.rawValue)
        }
        if let color { parts.append(color) }
        parts.append(Self.quoted(words, begins: color == nil))
        // what a clause ends with would take the next clause for its own
        parts += clauses.dropLast().map { $0.text(isClosed: true) } + clauses.suffix(1).map(\.description)
        return parts.joined(separator: " ")
    }

    /// As it may stand in a program: in quotation marks where it would be read as something else.
    ///
    /// - Parameter begins: whether a noun begins with it; otherwise a colour stands before it.
    static func quoted(_ words: String, begins: Bool = true) -> String {
        let all = words.split(separator: " ").map(String.init)
        guard let first = all.first, all.joined(separator: " ") == words, all.allSatisfy(Token.isWord),
            !all.dropFirst().contains(where: Token.endsNoun), !Token.headWords.contains(first)
        else { return inQuotes(words) }
        let isColor = ColorWords.leading(all[...]).map { $0.count < all.count } ?? false
        return (begins ? isColor : Token.endsNoun(first)) ? inQuotes(words) : words
    }

    static func inQuotes(_ words: String) -> String { "\"\(words.filter { $0 != "\"" && !$0.isNewline })\"" }
}

extension Clause: CustomStringConvertible {
    public var description: String { text(isClosed: false) }

    /// - Parameter isClosed: whether more may follow that is not part of it.
    func text(isClosed: Bool) -> String {
        let words = words { item in
            if isClosed, case .noun = item { return "( \(item) )" }
            return item.description
        }
        if case .was = kind { return "that was " + (isDenied ? "not " : "") + words }
        return "that is " + (isDenied ? "not " : "") + words
    }

    /// - Parameter end: prints the item that it ends with.
    func words(_ end: (Item) -> String) -> String {
        switch kind {
        case .at(let place), .was(let place): place.text(end)
        case .condition(let condition): condition.rawValue
        case .holding(let item): "holding " + end(item)
        case .color(let color): color
        case .kind(let words): "a " + Noun.quoted(words)
        case .compared(let comparative, let item): "\(comparative.rawValue) than " + end(item)
        case .nearest(let item): "nearest to " + end(item)
        case .farthest(let item): "farthest from " + end(item)
        case .same(let property, let item): "same \(property.rawValue) as " + end(item)
        }
    }
}

/// Numbers as programs write them.
enum Number {
    static func text(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    static func centimetres(_ metres: Double) -> String { text(metres * 100) + " cm" }

    static func ordinal(_ rank: Int) -> String {
        switch rank % 10 {
        case 1 where rank % 100 != 11: "\(rank)st"
        case 2 where rank % 100 != 12: "\(rank)nd"
        case 3 where rank % 100 != 13: "\(rank)rd"
        default: "\(rank)th"
        }
    }
}
