public import RobotModel

// What can be told of a program before anything moves
extension Program {
    /// Why it is not begun at all: a part that no robot of this kind does, or something that is not here.
    ///
    /// What is tried before an *otherwise* may be impossible; what only a condition leads to may be absent.
    public func objection(in scene: ResolvedScene, dialogue: Dialogue) -> Unresolved? {
        guard case .orders(let statement?, _) = self else { return nil }
        return statement.objection(scene, dialogue)
    }
}

extension Statement {
    fileprivate func objection(_ scene: ResolvedScene, _ dialogue: Dialogue) -> Unresolved? {
        switch self {
        case .step(let step): return step.objection(scene, dialogue)
        case .sequence(let parts), .together(let parts):
            return parts.lazy.compactMap { $0.objection(scene, dialogue) }.first
        case .choice(let parts):
            let objections = parts.map { $0.objection(scene, dialogue) }
            return objections.contains { $0 == nil } ? nil : objections[0]
        case .conditional(_, let then, let other):
            return [then, other].lazy.compactMap { $0?.objection(scene, dialogue) }.first {
                if case .unsupported = $0 { true } else { false }
            }
        case .forEach(_, let body), .until(_, let body), .repeated(_, let body), .careful(_, let body):
            return body.objection(scene, dialogue)
        case .otherwise(_, let second): return second.objection(scene, dialogue)
        }
    }
}

extension Step {
    fileprivate func objection(_ scene: ResolvedScene, _ dialogue: Dialogue) -> Unresolved? {
        if case .unsupported(let words) = self { return .unsupported(words) }
        var resolver = scene.resolver(dialogue)
        for item in items {
            guard case .noun(let quantity, var noun) = item, quantity != .no else { continue }
            if noun.words == Goal.table || noun.words == Noun.anything { continue }
            // what is said of where things are may become so on the way
            noun.clauses = []
            noun.isOther = false
            noun.superlative = nil
            if let found = try? resolver.fitting(noun, isSet: true), !found.isEmpty { continue }
            return .absent(Item.noun(quantity, noun).description)
        }
        return nil
    }

    /// Every noun phrase in it, those inside of others too.
    private var items: [Item] {
        switch self {
        case .put(let things, let place): things.all + place.items
        case .take(let things, .outOf(let item)), .take(let things, .off(let item)): things.all + item.all
        case .take(let things, .away), .hold(let things), .spread(let things), .returned(let things),
            .stack(let things, _), .lineUp(let things, _), .group(let things, _):
            things.all
        case .move(let things, let displacement), .push(let things, let displacement):
            switch displacement {
            case .direction: things.all
            case .toward(let item, _), .from(let item, _): things.all + item.all
            }
        case .swap(let one, let other): one.all + other.all
        case .turn(let things, .along(let item)): things.all + item.all
        case .turn(let things, _): things.all
        case .ensure(let state): state.items
        case .release, .home, .rest, .stop, .undo, .again, .wait, .unsupported: []
        }
    }
}

extension State {
    fileprivate var items: [Item] {
        switch self {
        case .at(let things, let place), .only(let things, let place): things.all + place.items
        case .condition(let things, _), .quality(let things, _): things.all
        case .nothing(let place): place.items
        case .count(let some, _, let others): some.all + others.all
        case .not(let state): state.items
        case .all(let states), .any(let states): states.flatMap(\.items)
        }
    }
}

extension Place {
    fileprivate var items: [Item] {
        switch self {
        case .relation(_, let item), .spot(let item, _), .within(_, let item), .beyond(_, let item): item.all
        case .between(let one, let other): one.all + other.all
        case .region, .there, .aside: []
        }
    }
}

extension Description {
    fileprivate var all: [Item] { (items + exceptions).flatMap(\.all) }
}

extension Item {
    /// It, and what its clauses speak of.
    fileprivate var all: [Item] {
        switch self {
        case .pronoun: [self]
        case .group(let things): things.all
        case .noun(_, let noun): [self] + noun.clauses.flatMap(\.items)
        }
    }
}

extension Clause {
    fileprivate var items: [Item] {
        switch kind {
        case .at(let place), .was(let place): place.items
        case .condition, .color, .kind: []
        case .holding(let item), .compared(_, let item), .nearest(let item), .farthest(let item), .same(_, let item):
            item.all
        }
    }
}
