extension Program {
    /// Most characters of a program's text.
    public static let largestText = 4000

    /// Reads a program in its notation.
    ///
    /// - Throws: `ProgramError` with the place and what was expected there.
    public init(parsing text: String) throws(ProgramError) {
        guard text.count <= Self.largestText else {
            throw ProgramError(position: Self.largestText, expected: "the program's end", found: "more")
        }
        var parser = ProgramParser(try Token.all(of: text), end: text.count + 1)
        self = try parser.program()
        try parser.expectEnd()
    }
}

/// Reads tokens from left to right; one or two words ahead always decide.
struct ProgramParser {
    private let tokens: [Token]
    private let end: Int
    private var next = 0
    private var depth = 0

    /// How deep programs may be nested.
    private static let largestDepth = 24

    init(_ tokens: [Token], end: Int) {
        self.tokens = tokens
        self.end = end
    }

    // MARK: Words

    var token: Token? { next < tokens.count ? tokens[next] : nil }

    func error(_ expected: String) -> ProgramError {
        ProgramError(position: token?.position ?? end, expected: expected, found: token?.text ?? "")
    }

    func expectEnd() throws(ProgramError) { if token != nil { throw error("the end, “;”, “then” or “and”") } }

    /// Whether the next words are these.
    func sees(_ words: String...) -> Bool {
        for (index, word) in words.enumerated() {
            guard next + index < tokens.count else { return false }
            let token = tokens[next + index]
            if token.isQuoted || token.text != word { return false }
        }
        return true
    }

    /// Passes over the words, separated by blanks, if they come next.
    mutating func take(_ words: String) -> Bool {
        let all = words.split(separator: " ").map(String.init)
        guard next + all.count <= tokens.count else { return false }
        for (token, word) in zip(tokens[next...], all) where token.isQuoted || token.text != word { return false }
        next += all.count
        return true
    }

    mutating func expect(_ words: String) throws(ProgramError) { if !take(words) { throw error("“\(words)”") } }

    /// The case whose word comes next.
    mutating func take<Choice: CaseIterable & RawRepresentable<String>>(_ type: Choice.Type) -> Choice? {
        for choice in Choice.allCases where take(choice.rawValue) { return choice }
        return nil
    }

    mutating func expect<Choice: CaseIterable & RawRepresentable<String>>(
        _ type: Choice.Type, _ expected: String
    ) throws(ProgramError) -> Choice {
        guard let choice = take(type) else {
            throw error("\(expected): " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// Whether a statement begins so many words ahead.
    func isVerb(after count: Int) -> Bool {
        guard next + count < tokens.count else { return false }
        return !tokens[next + count].isQuoted && Token.verbs.contains(tokens[next + count].text)
    }

    /// Whether a unit of length comes so many words ahead.
    func seesUnit(after count: Int) -> Bool {
        guard next + count < tokens.count else { return false }
        return !tokens[next + count].isQuoted && Token.units.contains(tokens[next + count].text)
    }

    mutating func takeToken() -> Token? {
        guard let token else { return nil }
        next += 1
        return token
    }

    mutating func takeOrdinal() -> Int? {
        guard let rank = token?.ordinal, rank > 0 else { return nil }
        next += 1
        return rank
    }

    mutating func takeCount() -> Int? {
        guard let token, !token.isQuoted, let count = Int(token.text), count >= 0 else { return nil }
        next += 1
        return count
    }

    mutating func number(_ expected: String) throws(ProgramError) -> Double {
        guard let token, !token.isQuoted, let value = Double(token.text), value.isFinite, value >= 0 else {
            throw error(expected)
        }
        next += 1
        return value
    }

    mutating func count(_ expected: String) throws(ProgramError) -> Int {
        guard let count = takeCount() else { throw error(expected) }
        return count
    }

    mutating func deeper<Part>(
        _ read: (inout ProgramParser) throws(ProgramError) -> Part
    ) throws(ProgramError) -> Part {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.largestDepth else { throw error("less nesting") }
        return try read(&self)
    }

    // MARK: Programs

    mutating func program() throws(ProgramError) -> Program {
        if take("harm") { return .harm }
        if take("unclear") { return .unclear }
        if take("nothing") { return .talk(.nothing) }
        if take("ask") { return .question(try question()) }
        if take("forget") { return .talk(.forgetting(try words("a name"))) }
        if take("call") {
            let things = try description()
            return .talk(.naming(things, try words("a name")))
        }
        var rules: [Rule] = []
        var statement: Statement?
        if let rule = try rule() { rules.append(rule) } else { statement = try self.statement() }
        while take(";") {
            guard let rule = try rule() else {
                throw error("a rule: “do not touch”, “do not move”, “keep”, “move gently”")
            }
            rules.append(rule)
        }
        return .orders(statement, rules: rules)
    }

    private mutating func rule() throws(ProgramError) -> Rule? {
        let isLasting = take("always")
        if take("do not touch") { return Rule(.untouched(try description()), isLasting: isLasting) }
        if take("do not move") { return Rule(.unmoved(try description()), isLasting: isLasting) }
        if take("keep") { return Rule(.kept(try state()), isLasting: isLasting) }
        for manner in Manner.allCases where take("move \(manner.rawValue)") {
            return Rule(.manner(manner), isLasting: isLasting)
        }
        if isLasting { throw error("a rule: “do not touch”, “do not move”, “keep”, “move gently”") }
        return nil
    }

    private mutating func question() throws(ProgramError) -> Query {
        if take("why") { return .why }
        if take("about robot") { return .about }
        if take("what") { return .what(try description()) }
        if take("where") { return .whereIs(try description()) }
        if take("count") { return .count(try description()) }
        if take("whether") { return .whether(try state()) }
        if take("can") { return .can(try single()) }
        if let property = take(Property.self) { return .property(property, try description()) }
        throw error("what is asked: what, where, count, whether, can, why, about robot, or a property")
    }

    // MARK: Statements

    mutating func statement() throws(ProgramError) -> Statement {
        try deeper { parser throws(ProgramError) in
            let first = try parser.choice()
            guard parser.take("otherwise") else { return first }
            return .otherwise(first, try parser.choice())
        }
    }

    private mutating func choice() throws(ProgramError) -> Statement {
        var parts = [try sequence()]
        while take("or") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(ProgramError) -> Statement {
        var parts = [try together()]
        while take("then") { parts.append(try together()) }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func together() throws(ProgramError) -> Statement {
        var parts = [try single()]
        while take("and") { parts.append(try single()) }
        return parts.count == 1 ? parts[0] : .together(parts)
    }

    private mutating func block() throws(ProgramError) -> Statement {
        try expect("{")
        let body = try statement()
        try expect("}")
        return body
    }

    private mutating func single() throws(ProgramError) -> Statement {
        if sees("{") { return try block() }
        if take("if") {
            let state = try state()
            let then = try block()
            return .conditional(state, then: then, otherwise: take("else") ? try block() : nil)
        }
        if take("for") {
            let things = try description()
            return .forEach(things, try block())
        }
        if take("until") {
            let state = try state()
            return .until(state, try block())
        }
        if take("repeat") {
            let count = try count("how often, as a whole number")
            return .repeated(count, try block())
        }
        if let manner = take(Manner.self) {
            return .careful(manner, try deeper { parser throws(ProgramError) in try parser.single() })
        }
        return .step(try step())
    }

    // MARK: States

    mutating func state() throws(ProgramError) -> State {
        try deeper { parser throws(ProgramError) in
            var parts = [try parser.allStates()]
            while parser.sees("or"), !parser.isVerb(after: 1) {
                try parser.expect("or")
                parts.append(try parser.allStates())
            }
            return parts.count == 1 ? parts[0] : .any(parts)
        }
    }

    private mutating func allStates() throws(ProgramError) -> State {
        var parts = [try oneState()]
        while sees("and"), !isVerb(after: 1) {
            try expect("and")
            parts.append(try oneState())
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func oneState() throws(ProgramError) -> State {
        if take("not") {
            return .not(try deeper { parser throws(ProgramError) in try parser.oneState() })
        }
        if take("[") {
            let state = try state()
            try expect("]")
            return state
        }
        if take("nothing") {
            try expect("is")
            return .nothing(try place())
        }
        if take("only") {
            let things = try description()
            try expect("is")
            return .only(things, try place())
        }
        if take("as many") {
            let some = try description()
            try expect("as")
            return .count(some, .same, try closedDescription())
        }
        for comparison in [State.Comparison.more, .fewer] where take(comparison.rawValue) {
            let some = try description()
            try expect("than")
            return .count(some, comparison, try closedDescription())
        }
        let things = try description()
        try expect("is")
        let isDenied = take("not")
        let state: State =
            switch try clauseKind() {
            case .at(let place), .was(let place): .at(things, place)
            case .condition(let condition): .condition(things, condition)
            case let kind: .quality(things, kind)
            }
        return isDenied ? .not(state) : state
    }
}
