internal import RobotModel

// States to be reached, as goals
extension Resolver {
    mutating func goal(_ wanted: State) throws(Unresolved) -> Goal {
        switch wanted {
        case .at(let things, let place):
            // "no cup is on the plate"
            if things.items.count == 1, case .noun(.no, let noun) = things.items[0] {
                return try without(try fitting(noun, isSet: true).map(\.name), place)
            }
            return try goal(things, at: place)
        case .condition(let things, .held): return try goal(.hold(things)) ?? .all([])
        case .condition(let things, .empty), .condition(let things, .clear):
            var goals: [Goal] = []
            for item in things.items {
                if case .noun(_, let noun) = item, noun.words == Goal.table, state.thing(Goal.table) == nil {
                    goals.append(try clearTable())
                } else {
                    for name in try namesOf(item) { goals.append(cleared(name)) }
                }
            }
            return goals.count == 1 ? goals[0] : .all(goals)
        case .condition(_, .here), .condition(_, .reachable), .quality: throw .unsupported("bring about that \(wanted)")
        case .only(let things, let place):
            let wanted = try goal(things, at: place)
            let allowed = Set(try names(things))
            return .all([wanted, try without(state.things.map(\.name).filter { !allowed.contains($0) }, place)])
        case .nothing(let place): return try without(state.things.map(\.name), place)
        case .not(.at(let things, let place)): return try without(try names(things), place)
        case .not(.condition(let things, .held)):
            return .all(try names(things).map { .on($0, Goal.table) })
        case .not(let state): throw .unsupported("bring about that not \(state)")
        case .count: throw .unsupported("bring about that \(wanted)")
        case .all(let states):
            var goals: [Goal] = []
            for state in states { goals.append(try goal(state)) }
            return .all(goals)
        case .any(let states):
            var goals: [Goal] = []
            for state in states { goals.append(try goal(state)) }
            return .any(goals)
        }
    }

    /// None of the things there.
    private mutating func without(_ names: [String], _ place: Place) throws(Unresolved) -> Goal {
        var goals: [Goal] = []
        for name in names where try isAt(name, place) { goals.append(aside(name)) }
        return goals.count == 1 ? goals[0] : .all(goals)
    }

    /// Nothing in or on it.
    private func cleared(_ holder: String) -> Goal {
        let inside = state.things.filter { state.isAt($0.name, holder) && !$0.holdsOthers }
        return inside.count == 1 ? .on(inside[0].name, Goal.table) : .all(inside.map { .on($0.name, Goal.table) })
    }

    /// Everything that stands on the table itself into something that holds things.
    private func clearTable() throws(Unresolved) -> Goal {
        let loose = state.things.filter { thing in
            !thing.holdsOthers && !thing.forbidden && Goal.on(thing.name, Goal.table).isTrue(in: state)
        }
        let holders = state.things.filter { $0.holdsOthers && !$0.forbidden }
        guard !holders.isEmpty || loose.isEmpty else {
            throw .unsupported("clear the table: there is nothing to put things into")
        }
        return .all(
            loose.map { thing in
                .any(holders.map { $0.shape.isContainer ? .inside(thing.name, $0.name) : .on(thing.name, $0.name) })
            })
    }
}
