internal import RobotModel

// Places as goals
extension Resolver {
    /// How far "away from" is, metres between the outlines.
    static let awayGap = 0.12
    /// How far from where a thing was meant to stand it may stand, metres.
    static let placeTolerance = 0.03

    /// What must be true for a thing to be there.
    mutating func goal(_ name: String, at place: Place) throws(Unresolved) -> Goal {
        switch place {
        case .relation(let relation, let item):
            // "right of the table" is a part of it
            if let region = relation.region, item.isTable, state.thing(Goal.table) == nil {
                return .stands(name, .region(viewed(region)))
            }
            moving = [name]
            defer { moving = [] }
            var targets = try targets(of: item).filter { $0 != name }
            // "a left of the block, b right of it": of the block
            if item == .pronoun(.it), relation.isSide, let place = dialogue.place, place.target != name,
                Relation(rawValue: place.relation)?.isSide == true
            {
                targets = [place.target]
            }
            guard let first = targets.first else { throw .absent(item.description) }
            dialogue.place = .init(relation: relation.rawValue, target: first)
            var goals: [Goal] = []
            for target in targets { goals.append(try goal(name, relation, target)) }
            return goals.count == 1 ? goals[0] : item.isSet ? .all(goals) : .any(goals)
        case .between(let one, let other):
            let (one, other) = try ends(one, other)
            return .stands(name, .between(one, other))
        case .within(let metres, let item): return .near(name, try one(item), metres)
        case .beyond(let metres, let item): return away(name, from: try one(item), metres)
        case .region(let region): return .stands(name, .region(viewed(region)))
        case .spot(let item, let before):
            let other = try one(item)
            return before ? try former(other, for: name) : try present(other, for: name)
        case .there:
            guard let place = dialogue.place, let relation = Relation(rawValue: place.relation) else {
                throw .absent("there")
            }
            return try goal(name, relation, place.target)
        case .aside: return aside(name)
        }
    }

    /// The things that an item of a place means; several when any of them will do, or all.
    private mutating func targets(of item: Item) throws(Unresolved) -> [String] {
        guard case .noun(let quantity, let noun) = item, quantity == .a || item.isSet, noun.superlative == nil else {
            return [try one(item)]
        }
        let found = try fitting(noun, isSet: true).map(\.name)
        guard !found.isEmpty else { throw .absent(item.description) }
        return found
    }

    /// What it is to be between; "between the two cups" may be said as "the cup and the cup".
    func ends(_ one: Item, _ other: Item) throws(Unresolved) -> (String, String) {
        var resolver = self
        if one.isOneOfTwo(with: other) || one.isPair, case .noun(_, var noun) = one {
            noun.isOther = false
            let names = try resolver.fitting(noun, isSet: true).map(\.name)
            if names.count == 2 { return (names[0], names[1]) }
        }
        return (try resolver.one(one), try resolver.one(other))
    }

    private func goal(_ name: String, _ relation: Relation, _ target: String) throws(Unresolved) -> Goal {
        let holder = state.thing(target)
        switch relation {
        case .inside, .on, .to:
            guard let holder else { return .on(name, target) }
            if holder.shape.isContainer { return .inside(name, target) }
            if holder.holdsOthers || relation == .on || relation == .to && holder.isFlat { return .on(name, target) }
            return relation == .inside ? .inside(name, target) : .near(name, target, Goal.besideGap)
        case .beside: return .near(name, target, Goal.besideGap)
        case .away: return away(name, from: target, Self.awayGap)
        case .under:
            // what is to be under a thing is what the thing stands on
            guard let target = holder, !target.holdsOthers else {
                throw .unsupported("put anything under the \(target)")
            }
            return .on(target.name, name)
        case .left, .right, .front, .behind:
            guard let side = side(of: relation) else { throw .unsupported("put anything \(relation.rawValue) it") }
            return .stands(name, .side(side, of: target))
        }
    }

    /// The side as the robot sees it.
    func side(of relation: Relation) -> Spot.Side? {
        switch relation {
        case .left: isRobotView ? .left : .right
        case .right: isRobotView ? .right : .left
        case .front: isRobotView ? .front : .behind
        case .behind: isRobotView ? .behind : .front
        default: nil
        }
    }

    /// The part of the table as the robot sees it.
    func viewed(_ region: Region) -> Region {
        guard !isRobotView else { return region }
        return switch region {
        case .left: .right
        case .right: .left
        case .front: .back
        case .back: .front
        case .middle, .edge: region
        }
    }

    /// On the table: what stands on the other is not next to it either.
    func away(_ name: String, from target: String, _ metres: Double) -> Goal {
        .all([.not(.near(name, target, metres)), .on(name, Goal.table)])
    }

    /// Out of what it is in, or else to another part of the table.
    func aside(_ name: String) -> Goal {
        if state.things.contains(where: { state.isAt(name, $0.name) }) { return .on(name, Goal.table) }
        let here = state.thing(name)?.pose.position
        let others = [Region.left, .right, .middle].filter { region in !(here.map(region.contains) ?? false) }
        return .any(others.map { .stands(name, .region($0)) })
    }

    private func present(_ other: String, for name: String) throws(Unresolved) -> Goal {
        guard let thing = state.thing(other) else { throw .absent(other) }
        let holder = state.things.first { state.isAt(other, $0.name) }?.name
        return spot(name, x: thing.pose.position.x, y: thing.pose.position.y, holder)
    }

    /// Where a thing was before it was moved.
    func former(_ other: String, for name: String) throws(Unresolved) -> Goal {
        guard let former = dialogue.former[other] else {
            throw .unsupported("tell where the \(other) was: I have not moved it")
        }
        return spot(name, x: former.x, y: former.y, former.holder)
    }

    private func spot(_ name: String, x: Double, y: Double, _ holder: String?) -> Goal {
        guard let holder, let thing = state.thing(holder) else {
            return .stands(name, .point(x: x, y: y, within: Self.placeTolerance))
        }
        return thing.shape.isContainer ? .inside(name, holder) : .on(name, holder)
    }
}

extension Relation {
    fileprivate var isSide: Bool { region != nil }

    /// The part of the table on that side.
    fileprivate var region: Region? {
        switch self {
        case .left: .left
        case .right: .right
        case .front: .front
        case .behind: .back
        default: nil
        }
    }
}

extension Item {
    /// "the cup and the cup", "the cup and the other cup".
    fileprivate func isOneOfTwo(with other: Item) -> Bool {
        guard case .noun(_, var one) = self, case .noun(_, var two) = other else { return false }
        (one.isOther, two.isOther) = (false, false)
        return one == two
    }

    /// "the 2 cup", "both cup".
    fileprivate var isPair: Bool {
        guard case .noun(let quantity, _) = self else { return false }
        return quantity == .both || quantity == .exactly(2)
    }
}

extension Thing {
    /// Whether it is made for things to be put on: lower than half its width, and wider than a hand's grasp.
    fileprivate var isFlat: Bool {
        let size = shape.extent
        return size.z < min(size.x, size.y) / 2 && min(size.x, size.y) > Self.graspable
    }

    /// Metres.
    private static let graspable = 0.06
}
