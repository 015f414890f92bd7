internal import RobotModel
public import Understanding

/// Whether a sentence was understood as its task means it, before anything moves.
public enum MeaningCheck {
    /// How a task's sentence was understood, and whether that, or what it says to do otherwise, is as meant.
    public static func understanding(of task: SuiteTask, by grounder: Grounder) -> (grounding: Grounding, isRight: Bool)
    {
        let things = task.scene.entries.map(\.thing)
        let grounding = grounder.ground(task.instruction, things: things)
        let other = grounding.otherwise.map { grounder.ground($0, things: things) }
        return (grounding, isAsMeant(task, grounding) || other.map { isAsMeant(task, $0) } ?? false)
    }

    /// Every predicate that is wanted is asked for, and none that must not be; otherwise the kind of answer that the
    /// task expects. What only physics can decide is understood when any goal was.
    public static func isAsMeant(_ task: SuiteTask, _ grounding: Grounding) -> Bool {
        switch (task.ending, task.reason, grounding.result) {
        case ("ask", _, .ambiguous), ("refused", _, .refused), ("impossible", "no-such-thing", .noSuchThing),
            ("impossible", "not-understood", .notUnderstood):
            return true
        case ("impossible", nil, .noSuchThing), ("impossible", nil, .notUnderstood), ("impossible", nil, .refused):
            return true
        case ("impossible", "no-such-thing", _), ("impossible", "not-understood", _): return false
        case ("impossible", _, .goal): return true
        case ("impossible", "forbidden", .refused): return true
        case ("done", _, .goal(let understood)):
            guard let goal = task.goal else { return true }
            let wanted = toBeSaid(goal, in: task)
            return ways(understood).allSatisfy { way in ways(wanted).contains { asks(way, for: $0) } }
                && !ways(understood).contains { way in ways(goal).allSatisfy { asksMore(way, than: $0, in: task) } }
        default: return false
        }
    }

    /// Without what is so to begin with and must only stay so: nobody says that.
    private static func toBeSaid(_ goal: Goal, in task: SuiteTask) -> Goal {
        guard case .all(let goals) = goal else { return goal }
        let begin = WorldState(things: task.scene.entries.map(\.thing), joints: [])
        let open = goals.filter { goal in
            switch goal {
            case .on, .inside: !goal.isTrue(in: begin)
            default: true
            }
        }
        return open.isEmpty ? goal : .all(open)
    }

    /// The predicates of one way to make a goal true, and those that it must not make true.
    private struct Way {
        var wanted: Set<String> = []
        var unwanted: Set<String> = []

        func joined(_ other: Way) -> Way {
            Way(wanted: wanted.union(other.wanted), unwanted: unwanted.union(other.unwanted))
        }
    }

    private static func asks(_ understood: Way, for wanted: Way) -> Bool {
        wanted.wanted.isSubset(of: understood.wanted)
            && understood.wanted.isDisjoint(with: wanted.unwanted.subtracting(wanted.wanted))
    }

    /// Whether something else is to be moved, too: but for what makes way onto the table, is held on the way, or is so.
    private static func asksMore(_ understood: Way, than wanted: Way, in task: SuiteTask) -> Bool {
        let begin = WorldState(things: task.scene.entries.map(\.thing), joints: [])
        let names = begin.things.map(\.name)
        let soNow = Set(
            names.flatMap { a in
                names.filter { begin.isAt(a, $0) }.flatMap { [Goal.on(a, $0), .inside(a, $0)].map(\.description) }
            })
        return understood.wanted.subtracting(wanted.wanted).subtracting(soNow).contains {
            !$0.hasSuffix(" on table") && !$0.hasSuffix(" held") && !$0.hasPrefix("arm ")
        }
    }

    private static func ways(_ goal: Goal) -> [Way] {
        switch goal {
        case .not(let inner): [Way(unwanted: Set(ways(inner).flatMap(\.wanted)))]
        case .any(let goals): goals.flatMap(ways)
        case .all(let goals), .then(let goals):
            goals.map(ways).reduce([Way()]) { found, next in found.flatMap { way in next.map(way.joined) } }
        case .near(let thing, let place, _): [Way(wanted: ["\(thing) near \(place)"])]
        default: [Way(wanted: [goal.description])]
        }
    }
}
