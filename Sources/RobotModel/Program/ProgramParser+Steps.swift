// Steps, places, and what moves how far
extension ProgramParser {
    mutating func step() throws(ProgramError) -> Step {
        for (word, step) in Self.bare where take(word) { return step }
        if take("put") {
            let things = try description()
            return .put(things, try place())
        }
        if take("take") {
            let things = try description()
            if take("out of") { return .take(things, .outOf(try item())) }
            if take("off") { return .take(things, .off(try item())) }
            try expect("away")
            return .take(things, .away)
        }
        if take("hold") { return .hold(try description()) }
        if take("return") { return .returned(try description()) }
        if take("spread") { return .spread(try description()) }
        if take("ensure") { return .ensure(try state()) }
        if take("cannot") { return .unsupported(try phrase()) }
        if take("move") {
            let things = try description()
            return .move(things, try displacement())
        }
        if take("push") {
            let things = try description()
            return .push(things, try displacement())
        }
        if take("stack") {
            let things = try description()
            return .stack(things, by: try property())
        }
        if take("line up") {
            let things = try description()
            return .lineUp(things, by: try property())
        }
        if take("group") {
            let things = try description()
            guard let property = try property() else { throw error("“by” and a property") }
            return .group(things, by: property)
        }
        if take("swap") {
            let one = try description()
            try expect("with")
            return .swap(one, try description())
        }
        if take("turn") {
            let things = try description()
            return .turn(things, try turn())
        }
        if take("wait") {
            let seconds = try number("how many seconds")
            try expect("seconds")
            return .wait(seconds)
        }
        throw error(
            "what is to be done: put, take, hold, move, push, stack, line up, swap, turn, return, ensure, home …")
    }

    /// What cannot be done, up to a word that joins statements.
    private mutating func phrase() throws(ProgramError) -> String {
        if let token, token.isQuoted { return try words("what cannot be done") }
        var words: [String] = []
        while let token, !token.isQuoted, Token.isWord(token.text), !Token.joints.contains(token.text) {
            words.append(token.text)
            _ = takeToken()
        }
        guard !words.isEmpty else { throw error("what cannot be done") }
        return words.joined(separator: " ")
    }

    private static let bare: [(String, Step)] = [
        ("home", .home), ("rest", .rest), ("stop", .stop), ("undo", .undo), ("again", .again), ("release", .release),
    ]

    private mutating func property() throws(ProgramError) -> Property? {
        take("by") ? try expect(Property.self, "a property") : nil
    }

    private mutating func turn() throws(ProgramError) -> Turn {
        if take("along") { return .along(try item()) }
        let sign = take("left") ? 1 : take("right") ? -1 : 0
        if sign == 0, !take("to") { throw error("“to”, “left”, “right” or “along”") }
        let degrees = try count("an angle in whole degrees")
        try expect("degrees")
        return sign == 0 ? .to(degrees) : .by(sign * degrees)
    }

    private mutating func displacement() throws(ProgramError) -> Displacement {
        if take("toward") {
            let item = try item()
            return .toward(item, try distance())
        }
        if take("away from") {
            let item = try item()
            return .from(item, try distance())
        }
        let direction = try expect(Direction.self, "a direction, “toward” or “away from”")
        guard let metres = try distance() else { throw error("how far, such as “3 cm”") }
        return .direction(direction, metres)
    }

    /// Metres; nil if no number comes next.
    private mutating func distance() throws(ProgramError) -> Double? {
        guard let token, !token.isQuoted, token.text.first?.isNumber ?? false else { return nil }
        let value = try number("a distance")
        for (unit, metres) in [("cm", 0.01), ("mm", 0.001), ("m", 1.0)] where take(unit) { return value * metres }
        throw error("cm, mm or m")
    }

    mutating func place() throws(ProgramError) -> Place {
        if take("aside") { return .aside }
        if take("there") { return .there }
        if take("at the") { return .region(try expect(Region.self, "a part of the table")) }
        if take("between") {
            let one = try item()
            try expect("and")
            return .between(one, try item())
        }
        if take("within") {
            guard let metres = try distance() else { throw error("how far, such as “3 cm”") }
            try expect("of")
            return .within(metres, try item())
        }
        if take("at least") {
            guard let metres = try distance() else { throw error("how far, such as “3 cm”") }
            try expect("from")
            return .beyond(metres, try item())
        }
        if take("where") {
            let item = try item()
            if take("was") { return .spot(item, before: true) }
            try expect("is")
            return .spot(item, before: false)
        }
        guard let relation = take(Relation.self) else { throw error("a place, such as “in the box” or “at the left”") }
        return .relation(relation, try item())
    }
}
