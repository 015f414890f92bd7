internal import RobotModel

/// Finds what descriptions denote in a scene: a value, without a model of language but for words that no name has.
struct Resolver {
    let state: WorldState
    var dialogue: Dialogue
    let judge: (any KindJudge)?
    /// Whether left and right are meant as the robot sees them, or as somebody does who sits opposite.
    let isRobotView: Bool
    /// Kilograms, where they were learned, by name.
    var masses: [String: Double] = [:]
    /// What `it` is in the loops that are being run, the innermost last.
    var bound: [String] = []
    /// The thing whose place is looked for: no place of its own.
    var moving: Set<String> = []

    // MARK: descriptions

    /// The things a description means, in the order said; remembers that they were spoken of.
    ///
    /// - Parameter isUnchanged: whether a thing is already as it is to be: where one of several must be meant, it is another.
    /// - Parameter targets: the place things are to go to: no part of "everything".
    mutating func selection(
        _ description: Description, targets: Set<String> = [], isUnchanged: (String) -> Bool = { _ in false }
    ) throws(Unresolved) -> [Selection] {
        var excluded: Set<String> = []
        var left = 0
        for item in description.exceptions {
            switch try denoted(item) {
            case .all(let names): excluded.formUnion(names)
            // "all but one of the cups": whichever
            case .some(let count, _): left += count
            }
        }
        var selections: [Selection] = []
        for item in description.items {
            let found = try denoted(item, isUnchanged: isUnchanged, excluding: excluded.union(targets))
            let names = Set(selections.flatMap(\.names)).union(excluded)
            let rest = found.without(item.isSet ? names.union(targets) : excluded)
            selections.append(left > 0 ? .some(max(0, rest.names.count - left), of: rest.names) : rest)
        }
        dialogue.mention(selections.flatMap(\.names))
        return selections
    }

    /// All names a description may mean, as far as questions go.
    mutating func names(_ description: Description) throws(Unresolved) -> [String] {
        try selection(description).flatMap(\.names)
    }

    /// The one thing an item means.
    mutating func one(_ item: Item) throws(Unresolved) -> String {
        if item.isTable, state.thing(Goal.table) == nil { return Goal.table }
        let found = try denoted(item)
        guard let first = found.names.first else { throw .absent(item.description) }
        dialogue.mention([first])
        return first
    }

    private mutating func denoted(
        _ item: Item, isUnchanged: (String) -> Bool = { _ in false }, excluding: Set<String> = []
    ) throws(Unresolved) -> Selection {
        switch item {
        case .pronoun(let pronoun): return .all(try referents(of: pronoun))
        case .group(let description): return .all(try selection(description).flatMap(\.names))
        case .noun(let quantity, let noun):
            let fitting = try self.fitting(noun, isSet: item.isSet).filter { !excluding.contains($0.name) }
            return try chosen(quantity, noun, item, fitting, isUnchanged)
        }
    }

    private func referents(of pronoun: Pronoun) throws(Unresolved) -> [String] {
        if pronoun != .them, let last = bound.last { return [last] }
        if pronoun == .them {
            if let group = dialogue.mentioned.last(where: { $0.count > 1 }) { return group }
            let singles = dialogue.mentioned.flatMap(\.self)
            if singles.count > 1 { return singles }
        }
        if let held = state.held, dialogue.mentioned.isEmpty { return [held] }
        if let last = dialogue.mentioned.last(where: { moving.isDisjoint(with: $0) }) { return last }
        // nothing was spoken of: whatever may be moved may be meant
        let loose = state.things.filter { !$0.holdsOthers && !$0.forbidden }.map(\.name)
        guard loose.count > 1 else {
            if let only = loose.first { return [only] }
            throw .absent(pronoun.rawValue)
        }
        throw .ambiguous(pronoun.rawValue, choices: loose)
    }

    // MARK: nouns

    /// Everything that a noun fits, in the order of the scene, or of its superlative.
    mutating func fitting(_ said: Noun, isSet: Bool) throws(Unresolved) -> [Thing] {
        let names = Set(state.things.flatMap { WordMatch.split($0.name) })
        let kept = said.sorted(keeping: names)
        let found = try fitting(kept, isSet)
        let bare = said.sorted(keeping: [])
        return found.isEmpty && bare.noun != kept.noun ? try fitting(bare, isSet) : found
    }

    private mutating func fitting(
        _ sorted: (noun: Noun, degree: Superlative?), _ isSet: Bool
    ) throws(Unresolved) -> [Thing] {
        let (noun, degree) = sorted
        let words = WordMatch(things: state.things, given: dialogue.given, judge: judge)
        var found = words.things(called: noun.words, color: noun.color, isSet: isSet)
        if noun.words == Noun.anything, isSet || noun.superlative != nil, noun.clauses.isEmpty || isSet {
            found = found.filter { !$0.holdsOthers && !$0.forbidden }
        }
        if noun.isOther {
            // "the other cup": not the one that was spoken of last; "the rest": none that was spoken of
            let names = Set(found.map(\.name))
            let last = dialogue.mentioned.last { !names.isDisjoint(with: $0) } ?? []
            let spoken = Set(isSet ? dialogue.mentioned.flatMap(\.self) : last)
            found = found.filter { !spoken.contains($0.name) }
        }
        for clause in noun.clauses {
            var kept: [Thing] = []
            for thing in found where try fits(thing, clause, among: found) { kept.append(thing) }
            found = kept
        }
        // "the little cup" of several is the smallest, if it clearly is
        if let degree, !isSet, found.count > 1,
            let one = try? extremes(degree, rank: 1, count: 1, of: found, noun.words)
        {
            found = found.filter { $0.name == one[0] }
        }
        return found
    }

    private func chosen(
        _ quantity: Quantity, _ noun: Noun, _ item: Item, _ fitting: [Thing], _ isUnchanged: (String) -> Bool
    ) throws(Unresolved) -> Selection {
        let said = item.description
        guard !fitting.isEmpty || quantity == .no else { throw .absent(said) }
        if let superlative = noun.superlative {
            let count = if case .exactly(let count) = quantity { count } else { 1 }
            return .all(try extremes(superlative, rank: noun.rank, count: count, of: fitting, said))
        }
        let names = fitting.map(\.name)
        switch quantity {
        case .each: return .all(names)
        case .no: return .all(names)
        case .a: return .some(1, of: names)
        case .half: return .some(max(1, names.count / 2), of: names)
        case .number(let count), .atLeast(let count):
            guard names.count >= count else { throw .tooFew(said, found: names.count) }
            return .some(count, of: names)
        case .atMost(let count): return .some(min(count, names.count), of: names)
        case .most: return .some(names.count / 2 + 1, of: names)
        case .both: return try exactly(2, names, said)
        case .exactly(let count): return try exactly(count, names, said)
        case .the: return try only(fitting, noun, said, isUnchanged)
        }
    }

    private func exactly(_ count: Int, _ names: [String], _ said: String) throws(Unresolved) -> Selection {
        guard names.count >= count else { throw .tooFew(said, found: names.count) }
        guard names.count == count else { throw .ambiguous(said, choices: names) }
        return .all(names)
    }

    /// The one that must be meant: what was spoken of last, what is not yet as it is to be, or the only one.
    private func only(
        _ fitting: [Thing], _ noun: Noun, _ said: String, _ isUnchanged: (String) -> Bool
    ) throws(Unresolved) -> Selection {
        if fitting.count == 1 { return .all([fitting[0].name]) }
        for group in dialogue.mentioned.reversed() {
            let spoken = fitting.filter { group.contains($0.name) }
            if spoken.count == 1 { return .all([spoken[0].name]) }
        }
        // "the blue one" is told from another of its kind
        let contrasted = noun.words == Noun.anything ? fitting.filter(hasRival) : []
        if contrasted.count == 1 { return .all([contrasted[0].name]) }
        let open = fitting.filter { !isUnchanged($0.name) }
        if open.count == 1 { return .all([open[0].name]) }
        if fitting.dropFirst().allSatisfy({ $0.isLike(fitting[0]) }) { return .some(1, of: fitting.map(\.name)) }
        throw .ambiguous(said, choices: fitting.map(\.name))
    }

    /// Whether there is another of its kind in another colour.
    private func hasRival(_ thing: Thing) -> Bool {
        state.things.contains {
            $0.name != thing.name && $0.color != thing.color && isSame(thing, $0, .kind)
        }
    }

    // MARK: comparisons

    /// By how much two sizes must differ to be told apart, as a share; two places, metres.
    private static let clear = (share: 0.05, metres: 0.01)

    private func extremes(
        _ superlative: Superlative, rank: Int, count: Int, of things: [Thing], _ said: String
    ) throws(Unresolved) -> [String] {
        guard rank >= 1, rank + count - 1 <= things.count else { throw .tooFew(said, found: things.count) }
        let values = things.map { value(of: $0, superlative) }
        if superlative.isWeight, things.count > 1, things.contains(where: { masses[$0.name] == nil }) {
            throw .ambiguous(said, choices: things.map(\.name))
        }
        let order = things.indices.sorted { values[$0] > values[$1] }
        if superlative == .middle {
            guard things.count % 2 == 1, count == 1 else { throw .ambiguous(said, choices: things.map(\.name)) }
            return [things[order[things.count / 2]].name]
        }
        let range = rank - 1..<rank - 1 + count
        for edge in [range.lowerBound, range.upperBound] where edge > 0 && edge < order.count {
            let (one, other) = (order[edge - 1], order[edge])
            guard isClear(values[one], values[other], superlative) || things[one].isLike(things[other]) else {
                throw .ambiguous(said, choices: [things[one].name, things[other].name])
            }
        }
        return order[range].map { things[$0].name }
    }

    private func isClear(_ greater: Double, _ smaller: Double, _ superlative: Superlative) -> Bool {
        superlative.isPlace
            ? greater - smaller > Self.clear.metres
            : greater - smaller > Self.clear.share * max(abs(greater), abs(smaller))
    }

    /// What a superlative orders by; the greatest is the first.
    private func value(of thing: Thing, _ superlative: Superlative) -> Double {
        let size = thing.shape.extent
        let place = thing.pose.position
        return switch superlative {
        case .biggest: thing.volume
        case .smallest: -thing.volume
        case .tallest: size.z
        case .lowest: -size.z
        case .widest: max(size.x, size.y)
        case .narrowest: -max(size.x, size.y)
        case .longest: max(size.x, size.y, size.z)
        case .shortest: -max(size.x, size.y, size.z)
        case .heaviest: masses[thing.name] ?? 0
        case .lightest: -(masses[thing.name] ?? 0)
        case .leftmost, .middle: isRobotView ? place.y : -place.y
        case .rightmost: isRobotView ? -place.y : place.y
        case .nearest: -place.horizontalLength
        case .farthest: place.horizontalLength
        case .topmost: place.z
        case .bottommost: -place.z
        }
    }

    func isMore(_ thing: Thing, than other: Thing, _ comparative: Comparative) -> Bool {
        let superlative = comparative.superlative
        return isClear(value(of: thing, superlative), value(of: other, superlative), superlative)
    }
}

extension Item {
    var isTable: Bool { if case .noun(_, let noun) = self { noun.words == Goal.table } else { false } }

    /// Whether all of a kind are meant.
    var isSet: Bool {
        guard case .noun(let quantity, _) = self else { return true }
        return quantity != .the && quantity != .a
    }
}

extension Superlative {
    var isPlace: Bool { [.leftmost, .rightmost, .nearest, .farthest, .middle, .topmost, .bottommost].contains(self) }
    var isWeight: Bool { self == .heaviest || self == .lightest }
}

extension Comparative {
    var superlative: Superlative {
        switch self {
        case .bigger: .biggest
        case .smaller: .smallest
        case .taller: .tallest
        case .lower: .lowest
        case .wider: .widest
        case .narrower: .narrowest
        case .longer: .longest
        case .shorter: .shortest
        case .heavier: .heaviest
        case .lighter: .lightest
        }
    }
}

extension Thing {
    /// Cubic metres of the box that encloses it.
    var volume: Double { shape.extent.x * shape.extent.y * shape.extent.z }
}
