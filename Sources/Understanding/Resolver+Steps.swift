internal import RobotModel

// Steps as goals
extension Resolver {
    /// What must be true after a step; nil = it is about no thing and no place (`wait`, `stop`, `undo`, `again`).
    mutating func goal(_ step: Step) throws(Unresolved) -> Goal? {
        switch step {
        case .put(let things, let place): return try goal(things, at: place)
        case .take(let things, .outOf(let item)), .take(let things, .off(let item)):
            let holder = try one(item)
            let relation: Relation = state.thing(holder)?.shape.isContainer == true ? .inside : .on
            dialogue.place = .init(relation: relation.rawValue, target: holder)
            return try each(things, targets: [holder]) { _, name in .on(name, Goal.table) }
        case .take(let things, .away): return try each(things) { resolver, name in resolver.aside(name) }
        case .hold(let things):
            let selections = try selection(things)
            guard selections.count == 1 else { throw .unsupported("hold several things") }
            return try Self.goal(selections[0], things, limit: 1) { .held($0) }
        case .release: return state.held.map { .on($0, Goal.table) } ?? .all([])
        case .move(let things, let displacement), .push(let things, let displacement):
            return try each(things) { resolver, name throws(Unresolved) in try resolver.goal(name, displacement) }
        case .stack(let things, let property): return try stacked(things, by: property)
        case .lineUp(let things, let property): return try inRow(things, by: property, gap: Self.rowGap)
        case .spread(let things): return try inRow(things, by: nil, gap: Self.spreadGap)
        case .group(let things, let property): return try grouped(things, by: property)
        case .swap(let one, let other):
            let (one, other) = (try only(one), try only(other))
            guard let a = state.thing(one), let b = state.thing(other) else { throw .absent(one) }
            return .all([place(of: b, for: one), place(of: a, for: other)])
        case .turn(let things, let turn):
            return try each(things) { resolver, name throws(Unresolved) in try resolver.goal(name, turn) }
        case .returned(let things):
            return try each(things) { resolver, name throws(Unresolved) in try resolver.former(name, for: name) }
        case .ensure(let state): return try goal(state)
        case .home: return .armAt("home")
        case .rest: return .armAt("rest")
        case .stop, .undo, .again, .wait: return nil
        case .unsupported(let words): throw .unsupported(words)
        }
    }

    /// Widths of the gap between the outlines of things in a row, and of things that are spread, metres.
    private static let rowGap = 0.05
    private static let spreadGap = 0.08

    // MARK: sets of things

    mutating func goal(_ things: Description, at place: Place) throws(Unresolved) -> Goal {
        let targets = try names(of: place)
        return try each(things, targets: targets) { resolver, name throws(Unresolved) in
            try resolver.goal(name, at: place)
        }
    }

    /// Names of the things that a place speaks of.
    private mutating func names(of place: Place) throws(Unresolved) -> Set<String> {
        let before = dialogue
        defer { dialogue = before }
        return switch place {
        // "it" depends on what is put there
        case .relation(_, .pronoun): []
        case .relation(_, let item): Set(try namesOf(item))
        case .between(let one, let other):
            Set([try ends(one, other)].flatMap { [$0.0, $0.1] })
        case .there: Set([dialogue.place?.target].compactMap { $0 })
        case .within(_, let item), .beyond(_, let item): [try one(item)]
        case .region, .spot, .aside: []
        }
    }

    /// A goal for each thing of a description, as many as it says.
    private mutating func each(
        _ things: Description, targets: Set<String> = [],
        _ make: (inout Resolver, String) throws(Unresolved) -> Goal
    ) throws(Unresolved) -> Goal {
        let before = self
        let selections = try selection(things, targets: targets) { name in
            var resolver = before
            return (try? make(&resolver, name))?.isTrue(in: before.state) ?? false
        }
        var goals: [Goal] = []
        for selection in selections {
            var made: [String: Goal] = [:]
            for name in selection.names { made[name] = try make(&self, name) }
            goals.append(try Self.goal(selection, things) { made[$0] ?? .all([]) })
        }
        // "it" is what was moved, not where it went
        dialogue.mention(selections.flatMap(\.names))
        return goals.count == 1 ? goals[0] : .all(goals)
    }

    /// Most ways to choose some of many that are told apart.
    private static let largestChoices = 60

    private static func goal(
        _ selection: Selection, _ said: Description, limit: Int = .max, _ make: (String) -> Goal
    ) throws(Unresolved) -> Goal {
        switch selection {
        case .all(let names):
            guard names.count <= limit else { throw .ambiguous(said.description, choices: names) }
            return names.count == 1 ? make(names[0]) : .all(names.map(make))
        case .some(let count, let names):
            guard count <= names.count else { throw .tooFew(said.description, found: names.count) }
            let ways = combinations(of: names, count, limit: largestChoices).map { Goal.all($0.map(make)) }
            return count == 1 ? .any(names.map(make)) : ways.count == 1 ? ways[0] : .any(Array(ways))
        }
    }

    /// Ways to choose so many of the names, at most `limit` of them: any of them will do.
    private static func combinations(of names: [String], _ count: Int, limit: Int) -> [[String]] {
        guard count > 0 else { return [[]] }
        guard names.count >= count, limit > 0, let first = names.first else { return [] }
        let rest = Array(names.dropFirst())
        let with = combinations(of: rest, count - 1, limit: limit).map { [first] + $0 }
        return with + combinations(of: rest, count, limit: limit - with.count)
    }

    private mutating func only(_ things: Description) throws(Unresolved) -> String {
        let names = try names(things)
        guard let first = names.first else { throw .absent(things.description) }
        guard names.count == 1 else { throw .ambiguous(things.description, choices: names) }
        return first
    }

    // MARK: displacements and turns

    private mutating func goal(_ name: String, _ displacement: Displacement) throws(Unresolved) -> Goal {
        switch displacement {
        case .direction(.up, _): return .held(name)
        case .direction(.down, _): return .on(name, Goal.table)
        case .direction(let direction, let metres):
            let sign = isRobotView ? metres : -metres
            let way =
                switch direction {
                case .left: Vector3(0, sign, 0)
                case .right: Vector3(0, -sign, 0)
                case .forward: Vector3(sign, 0, 0)
                default: Vector3(-sign, 0, 0)
                }
            return try moved(name, by: way)
        case .toward(let item, nil): return .near(name, try one(item), Goal.besideGap)
        case .from(let item, nil): return away(name, from: try one(item), Self.awayGap)
        case .toward(let item, let metres?): return try moved(name, along: try one(item), metres)
        case .from(let item, let metres?): return try moved(name, along: try one(item), -metres)
        }
    }

    private func moved(_ name: String, by way: Vector3) throws(Unresolved) -> Goal {
        guard let place = state.thing(name)?.pose.position else { throw .absent(name) }
        let within = min(Self.placeTolerance, max(0.01, way.horizontalLength / 3))
        return .stands(name, .point(x: place.x + way.x, y: place.y + way.y, within: within))
    }

    private func moved(_ name: String, along other: String, _ metres: Double) throws(Unresolved) -> Goal {
        guard let from = state.thing(name)?.pose.position, let to = state.thing(other)?.pose.position else {
            throw .absent(other)
        }
        let way = Vector3(to.x - from.x, to.y - from.y, 0)
        guard way.horizontalLength > 0 else { throw .unsupported("move the \(name) away from itself") }
        return try moved(name, by: way * (metres / way.horizontalLength))
    }

    private mutating func goal(_ name: String, _ turn: Turn) throws(Unresolved) -> Goal {
        switch turn {
        case .to(let degrees): return .turned(name, .at(degrees))
        case .along(let item): return .turned(name, .along(try one(item)))
        case .by(let degrees):
            guard let thing = state.thing(name) else { throw .absent(name) }
            return .turned(name, .at(Int((thing.pose.orientation.yaw * 180 / .pi).rounded()) + degrees))
        }
    }

    // MARK: arrangements

    private mutating func ordered(_ things: Description, by property: Property?) throws(Unresolved) -> [Thing] {
        let names = try names(things)
        let found = names.compactMap(state.thing)
        let isSaid = things.items.count > 1 || property == nil
        guard !isSaid || things.items.count == 1 else { return found }
        switch property ?? .size {
        case .size: return found.sorted { $0.volume > $1.volume }
        case .height: return found.sorted { $0.shape.extent.z > $1.shape.extent.z }
        case .width: return found.sorted { $0.widest > $1.widest }
        case .weight: return found.sorted { masses[$0.name] ?? 0 > masses[$1.name] ?? 0 }
        case .color: return found.sorted { $0.color < $1.color }
        case .kind: return found.sorted { $0.name < $1.name }
        }
    }

    private mutating func stacked(_ things: Description, by property: Property?) throws(Unresolved) -> Goal {
        let order = try ordered(things, by: property).map(\.name)
        guard order.count > 1 else { throw .tooFew(things.description, found: order.count) }
        let steps = zip(order, order.dropFirst()).map { Goal.on($1, $0) }
        return steps.count == 1 ? steps[0] : .then(steps.indices.map { .all(Array(steps[...$0])) })
    }

    /// Beside each other, from the left as it is seen.
    private mutating func inRow(_ things: Description, by property: Property?, gap: Double) throws(Unresolved) -> Goal {
        var order = try ordered(things, by: property)
        guard order.count > 1 else { throw .tooFew(things.description, found: order.count) }
        if property == nil, things.items.count == 1 { order.sort { $0.pose.position.y > $1.pose.position.y } }
        let widths = order.map(\.widest)
        let length = widths.reduce(0, +) + gap * Double(order.count - 1)
        let names = Set(order.map(\.name))
        let others = state.things.filter { !names.contains($0.name) }
        func rowPlaces(_ x: Double) -> [Vector3] {
            var y = length / 2
            return widths.map { width in
                defer { y -= width + gap }
                return Vector3(x, y - width / 2, 0)
            }
        }
        func crowd(_ x: Double) -> Int {
            rowPlaces(x).reduce(0) { sum, place in
                sum + others.filter { ($0.pose.position - place).horizontalLength < $0.widest / 2 + 0.04 }.count
            }
        }
        let rows = Self.rows.map { (x: $0, crowd: crowd($0)) }
        let best = rows.min { $0.crowd < $1.crowd }?.x ?? Self.rows[0]
        let places = rowPlaces(best)
        return .all(
            zip(order, isRobotView ? places : places.reversed()).map { thing, place in
                .stands(thing.name, .point(x: place.x, y: place.y, within: 0.02))
            })
    }

    /// Distances from the robot's axis at which rows are laid, metres.
    private static let rows = [0.20, 0.17, 0.23]

    private mutating func grouped(_ things: Description, by property: Property) throws(Unresolved) -> Goal {
        let found = try names(things).compactMap(state.thing)
        var groups: [[Thing]] = []
        for thing in found {
            if let index = groups.firstIndex(where: { isSame($0[0], thing, property) }) {
                groups[index].append(thing)
            } else {
                groups.append([thing])
            }
        }
        return .all(
            groups.flatMap { group in group.dropFirst().map { .near($0.name, group[0].name, Goal.besideGap) } })
    }

    private func place(of thing: Thing, for name: String) -> Goal {
        let holder = state.things.first { state.isAt(thing.name, $0.name) }
        guard let holder else {
            let place = thing.pose.position
            return .stands(name, .point(x: place.x, y: place.y, within: Self.placeTolerance))
        }
        return holder.shape.isContainer ? .inside(name, holder.name) : .on(name, holder.name)
    }
}

extension Thing {
    var widest: Double { max(shape.extent.x, shape.extent.y) }
}
