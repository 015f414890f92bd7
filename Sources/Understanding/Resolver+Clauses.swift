internal import RobotModel

// What else is said of things, and whether states are so
extension Resolver {
    mutating func fits(_ thing: Thing, _ clause: Clause, among others: [Thing]) throws(Unresolved) -> Bool {
        try holds(clause.kind, of: thing, among: others) != clause.isDenied
    }

    private mutating func holds(_ kind: Clause.Kind, of thing: Thing, among others: [Thing]) throws(Unresolved) -> Bool
    {
        switch kind {
        case .at(let place): return try isAt(thing.name, place)
        case .was(let place): return try wasAt(thing, place)
        case .condition(let condition): return try holds(condition, of: thing.name)
        case .holding(let item):
            let held = Set(try namesOf(item))
            return state.things.contains { held.contains($0.name) && state.isAt($0.name, thing.name) }
        case .color(let color): return thing.hasColor(color)
        case .kind(let words):
            let match = WordMatch(things: state.things, given: dialogue.given, judge: judge)
            return match.things(called: words, color: nil, isSet: true).contains { $0.name == thing.name }
        case .compared(let comparative, let item):
            let names = try namesOf(item).filter { $0 != thing.name }
            return names.compactMap(state.thing).allSatisfy { isMore(thing, than: $0, comparative) } && !names.isEmpty
        case .nearest(let item), .farthest(let item):
            let target = try one(item)
            guard let place = state.thing(target)?.pose.position else { return false }
            let sign = if case .nearest = kind { 1.0 } else { -1.0 }
            func distance(_ other: Thing) -> Double { sign * (other.pose.position - place).horizontalLength }
            let rest = others.filter { $0.name != target && $0.name != thing.name }
            return thing.name != target && rest.allSatisfy { distance($0) > distance(thing) }
        case .same(let property, let item):
            let other = try one(item)
            guard let other = state.thing(other), other.name != thing.name else { return false }
            return isSame(thing, other, property)
        }
    }

    func isSame(_ thing: Thing, _ other: Thing, _ property: Property) -> Bool {
        func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= Self.same * max(a, b) }
        let (a, b) = (thing.shape.extent, other.shape.extent)
        switch property {
        case .color: return thing.color == other.color
        case .size: return near(thing.volume, other.volume)
        case .height: return near(a.z, b.z)
        case .width: return near(max(a.x, a.y), max(b.x, b.y))
        case .kind: return WordMatch.split(thing.name).last == WordMatch.split(other.name).last
        case .weight:
            guard let one = masses[thing.name], let two = masses[other.name] else { return false }
            return near(one, two)
        }
    }

    /// How far two sizes may differ that are called the same, as a share.
    private static let same = 0.1

    /// All that an item may mean, whatever its quantity.
    mutating func namesOf(_ item: Item) throws(Unresolved) -> [String] {
        if case .noun(let quantity, let noun) = item, quantity != .the, noun.superlative == nil {
            return try fitting(noun, isSet: item.isSet).map(\.name)
        }
        if case .group(let description) = item { return try names(description) }
        return [try one(item)]
    }

    // MARK: places

    /// Whether a thing is at a place.
    mutating func isAt(_ name: String, _ place: Place) throws(Unresolved) -> Bool {
        switch place {
        case .relation(let relation, let item):
            // of "on a plate" any will do
            for target in try namesOf(item) where target != name {
                if stands(name, relation, target) { return true }
            }
            return false
        case .between(let one, let other):
            let (one, other) = try ends(one, other)
            return Goal.stands(name, .between(one, other)).isTrue(in: state)
        case .within(let metres, let item): return Goal.near(name, try one(item), metres).isTrue(in: state)
        case .beyond(let metres, let item): return !Goal.near(name, try one(item), metres).isTrue(in: state)
        case .region(let region):
            return Goal.stands(name, .region(viewed(region))).isTrue(in: state)
        case .spot, .there, .aside: return try goal(name, at: place).isTrue(in: state)
        }
    }

    private func stands(_ name: String, _ relation: Relation, _ target: String) -> Bool {
        switch relation {
        case .inside, .on, .to:
            if target == Goal.table { return Goal.on(name, Goal.table).isTrue(in: state) }
            return state.isAt(name, target)
        case .under: return state.isAt(target, name)
        case .beside: return Goal.near(name, target, Goal.besideGap).isTrue(in: state)
        case .away: return !Goal.near(name, target, Goal.besideGap).isTrue(in: state)
        case .left, .right, .front, .behind:
            guard let side = side(of: relation), let thing = state.thing(name) else { return false }
            return Spot.side(side, of: target).contains(thing, among: state.things)
        }
    }

    private mutating func wasAt(_ thing: Thing, _ place: Place) throws(Unresolved) -> Bool {
        guard let former = dialogue.former[thing.name] else { return try isAt(thing.name, place) }
        guard case .relation(let relation, let item) = place, [.inside, .on, .to].contains(relation) else {
            throw .unsupported("tell what was \(place)")
        }
        let target = try one(item)
        return former.holder.map { $0 == target } ?? (target == Goal.table)
    }

    // MARK: states

    /// - Throws: `Unresolved` for what only imagination knows.
    func holds(_ condition: State.Condition, of name: String) throws(Unresolved) -> Bool {
        switch condition {
        case .empty, .clear: return !state.things.contains { state.isAt($0.name, name) }
        case .held: return state.held == name
        case .here: return true
        case .reachable: throw .unsupported("tell without trying whether the \(name) can be reached")
        }
    }

    // MARK: states

    /// Whether a state is so now.
    mutating func isSo(_ wanted: State) throws(Unresolved) -> Bool {
        switch wanted {
        case .not(let state): return try !isSo(state)
        case .all(let states):
            for state in states where try !isSo(state) { return false }
            return true
        case .any(let states):
            for state in states where try isSo(state) { return true }
            return false
        case .at(let things, let place):
            return try isSo(things) { resolver, name throws(Unresolved) in try resolver.isAt(name, place) }
        case .condition(let things, .here): return try count(things) > 0
        case .condition(let things, let condition):
            return try isSo(things) { resolver, name throws(Unresolved) in try resolver.holds(condition, of: name) }
        case .quality(let things, let kind):
            return try isSo(things) { resolver, name throws(Unresolved) in
                guard let thing = resolver.state.thing(name) else { return false }
                return try resolver.fits(thing, Clause(kind), among: resolver.state.things)
            }
        case .only(let things, let place):
            let allowed = Set(try names(things))
            for thing in state.things where !allowed.contains(thing.name) {
                if try isAt(thing.name, place) { return false }
            }
            for name in allowed where try !isAt(name, place) { return false }
            return true
        case .nothing(let place):
            for thing in state.things where try isAt(thing.name, place) { return false }
            return true
        case .count(let some, let comparison, let others):
            let (a, b) = (try count(some), try count(others))
            return switch comparison {
            case .same: a == b
            case .more: a > b
            case .fewer: a < b
            }
        }
    }

    private mutating func count(_ things: Description) throws(Unresolved) -> Int {
        do throws(Unresolved) { return try names(things).count } catch {
            if case .absent = error { return 0 }
            throw error
        }
    }

    /// Whether it is so of as many as the description says.
    private mutating func isSo(
        _ things: Description, _ test: (inout Resolver, String) throws(Unresolved) -> Bool
    ) throws(Unresolved) -> Bool {
        for item in things.items {
            if case .noun(let quantity, let noun) = item, quantity != .the, noun.superlative == nil {
                let found = try fitting(noun, isSet: true)
                var count = 0
                for thing in found where try test(&self, thing.name) { count += 1 }
                guard quantity.allows(count, of: found.count) else { return false }
            } else {
                for name in try namesOf(item) where try !test(&self, name) { return false }
            }
        }
        return true
    }
}

extension Quantity {
    /// Whether so many of all that fit are as many as it says.
    fileprivate func allows(_ count: Int, of all: Int) -> Bool {
        switch self {
        case .the, .each, .both: count == all && all > 0
        case .a: count > 0
        case .no: count == 0
        case .half: count >= max(1, all / 2)
        case .number(let wanted), .atLeast(let wanted): count >= wanted
        case .atMost(let wanted): count <= wanted
        case .most: 2 * count > all
        case .exactly(let wanted): count == wanted
        }
    }
}
