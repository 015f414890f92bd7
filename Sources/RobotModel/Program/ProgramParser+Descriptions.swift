// What things are described as
extension ProgramParser {
    mutating func description() throws(ProgramError) -> Description {
        try deeper { parser throws(ProgramError) in
            let items = try parser.items()
            return Description(items, except: parser.take("except") ? try parser.items() : [])
        }
    }

    /// One item, or several in brackets.
    mutating func closedDescription() throws(ProgramError) -> Description {
        let item = try item()
        if case .group(let things) = item { return things }
        return Description(item)
    }

    private mutating func items() throws(ProgramError) -> [Item] {
        var items = [try item()]
        while sees("and"), startsItem(after: 1) {
            _ = take("and")
            items.append(try item())
        }
        return items
    }

    /// Whether a noun phrase begins there, and no step or state with a word of its own.
    private func startsItem(after count: Int) -> Bool {
        var ahead = self
        for _ in 0..<count { _ = ahead.takeToken() }
        return ahead.sees("(") || Pronoun.allCases.contains { ahead.sees($0.rawValue) } || ahead.takeQuantity() != nil
    }

    mutating func item() throws(ProgramError) -> Item {
        if take("(") {
            let things = try description()
            try expect(")")
            return things.items.count == 1 && things.exceptions.isEmpty ? things.items[0] : .group(things)
        }
        if let pronoun = take(Pronoun.self) { return .pronoun(pronoun) }
        guard let (quantity, isOther) = takeQuantity() else {
            throw error("a thing, such as “the red block”, “each cup”, “2 pen” or “it”")
        }
        var noun = try noun()
        noun.isOther = isOther
        return .noun(quantity, noun)
    }

    mutating func takeQuantity() -> (Quantity, isOther: Bool)? {
        if take("the other") { return takeCount().map { (.exactly($0), true) } ?? (.the, true) }
        if take("another") { return (.a, true) }
        if take("the") { return takeCount().map { (.exactly($0), false) } ?? (.the, false) }
        if take("half the") { return (.half, take("other")) }
        for (word, quantity) in [("at least", Quantity.atLeast), ("at most", Quantity.atMost)] where take(word) {
            return takeCount().map { (quantity($0), take("other")) }
        }
        for (word, quantity) in Self.quantities where take(word) { return (quantity, take("other")) }
        return takeCount().map { (.number($0), take("other")) }
    }

    /// “all” and “every” are read as “each”, “any” and “an” as “a”.
    private static let quantities: [(String, Quantity)] = [
        ("each", .each), ("every", .each), ("all", .each), ("both", .both), ("no", .no), ("a", .a), ("an", .a),
        ("any", .a), ("most", .most),
    ]

    private mutating func noun() throws(ProgramError) -> Noun {
        var noun = Noun(Noun.anything)
        if let rank = takeOrdinal() {
            noun.superlative = try expect(Superlative.self, "a superlative")
            noun.rank = rank
        } else {
            noun.superlative = take(Superlative.self)
        }
        noun.color = takeColor()
        noun.words = try words("what kind of thing")
        while sees("that", "is") || sees("that", "was") { noun.clauses.append(try clause()) }
        return noun
    }

    private mutating func takeColor(isAlone: Bool = false) -> String? {
        var ahead = self
        var words: [String] = []
        while words.count < 3, let token = ahead.takeToken(), !token.isQuoted, isAlone || !Token.endsNoun(token.text) {
            words.append(token.text)
        }
        guard let (color, count) = ColorWords.leading(words[...]) else { return nil }
        // "the orange" alone is a kind of thing
        var rest = self
        for _ in 0..<count { _ = rest.takeToken() }
        if !isAlone, rest.token.map({ !$0.isQuoted && (Token.endsNoun($0.text) || !Token.isWord($0.text)) }) ?? true {
            return nil
        }
        for _ in 0..<count { _ = takeToken() }
        return color
    }

    /// The words of a kind or a name, up to a word that means something else.
    mutating func words(_ expected: String) throws(ProgramError) -> String {
        guard let words = freeWords() else { throw error(expected) }
        return words
    }

    /// Nil if none come next.
    mutating func freeWords() -> String? {
        if let token, token.isQuoted, !token.text.isEmpty {
            _ = takeToken()
            return token.text
        }
        var words: [String] = []
        while let token, !token.isQuoted, Token.isWord(token.text) {
            // "4 cm" is how far
            if !words.isEmpty, Double(token.text) != nil, seesUnit(after: 1) { break }
            if words.isEmpty ? Token.headWords.contains(token.text) : Token.endsNoun(token.text) { break }
            words.append(token.text)
            _ = takeToken()
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    private mutating func clause() throws(ProgramError) -> Clause {
        _ = take("that")
        if take("was") {
            let isDenied = take("not")
            return Clause(.was(try place()), isDenied: isDenied)
        }
        try expect("is")
        let isDenied = take("not")
        return Clause(try clauseKind(), isDenied: isDenied)
    }

    mutating func clauseKind() throws(ProgramError) -> Clause.Kind {
        if let condition = take(State.Condition.self) { return .condition(condition) }
        if take("holding") { return .holding(try item()) }
        if take("nearest to") { return .nearest(try item()) }
        if take("farthest from") { return .farthest(try item()) }
        if take("same") {
            let property = try expect(Property.self, "a property")
            try expect("as")
            return .same(property, try item())
        }
        if let comparative = take(Comparative.self) {
            try expect("than")
            return .compared(comparative, try item())
        }
        if take("a") || take("an") { return .kind(try words("a kind of thing")) }
        if let color = takeColor(isAlone: true) { return .color(color) }
        return .at(try place())
    }
}
