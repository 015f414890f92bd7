public import RobotModel

// An answer to the question which of several things is meant
extension ResolvedScene {
    /// The one of `choices` that the answer means; nil = it does not tell.
    ///
    /// The answer may be a description in the notation, the words of one, or what tells one from the others.
    public func choice(_ answer: String, among choices: [String], dialogue: Dialogue) -> String? {
        let words = Set(WordMatch.split(answer))
        let exact = choices.filter { WordMatch.split($0) == WordMatch.split(answer) }
        if exact.count == 1 { return exact[0] }
        let described = described(answer, among: choices, dialogue)
        if let described { return described }
        // words that only one of them has
        let telling = choices.filter { choice in
            let others = choices.filter { $0 != choice }.flatMap(own)
            return !Set(own(choice)).subtracting(others).isDisjoint(with: words)
        }
        return telling.count == 1 ? telling[0] : nil
    }

    private func own(_ name: String) -> [String] {
        WordMatch.split(name) + (state.thing(name).map { WordMatch.split($0.color) } ?? [])
    }

    private func described(_ answer: String, among choices: [String], _ dialogue: Dialogue) -> String? {
        let bare = answer.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
        let sides = WordMatch.split(bare).compactMap { Region(rawValue: $0)?.superlative }.map {
            "the \($0.rawValue) thing"
        }
        for text in [bare, "the \(bare)", "the \(bare) thing"] + sides {
            guard case .orders(.step(.hold(let things)), _)? = try? Program(parsing: "hold \(text)") else { continue }
            var few = self
            few.state.things.removeAll { thing in !choices.contains(thing.name) && !thing.holdsOthers }
            var resolver = few.resolver(dialogue)
            guard let names = try? resolver.names(things).filter(choices.contains), names.count == 1 else { continue }
            return names[0]
        }
        return nil
    }

    /// Gives a thing a name.
    ///
    /// - Throws: `Unresolved` when not one thing is meant.
    public func name(_ things: Description, _ name: String, _ dialogue: inout Dialogue) throws(Unresolved) -> String {
        var resolver = resolver(dialogue)
        let names = try resolver.names(things)
        guard names.count == 1 else { throw .ambiguous(things.description, choices: names) }
        dialogue = resolver.dialogue
        dialogue.given[name.lowercased()] = names[0]
        return names[0]
    }
}

extension Region {
    /// Of two things the one there: "the left one".
    fileprivate var superlative: Superlative? {
        switch self {
        case .left: .leftmost
        case .right: .rightmost
        case .front: .nearest
        case .back: .farthest
        case .middle: .middle
        case .edge: nil
        }
    }
}
