package import RobotModel
package import Skills
package import WorldModel

/// How a skill may be done.
package enum Ways: Sendable, Hashable {
    /// As usual, and no other way.
    case usual
    /// Every way there is; of places away from other things, where the goal asks for such.
    case every
    /// Every way at one place on the table.
    case at(Vector3)
}

/// What goes through the mind while it decides, to be told to whoever listens.
package enum Thought: Sendable {
    /// The skills that could be meant, with what the language model thinks of each.
    case candidates([SkillCall], SkillOpinion)
    /// What was imagined of a skill, and the skills imagined to be done before.
    case imagined(Imagination, after: [SkillCall])
    case plan(Plan)
}

/// Imagination as one decision uses it: nothing twice, within its time, and told as it comes.
package struct Rehearsals {
    private let world: any Futures
    private let tell: (Thought) -> Void
    /// Of the imagination in this decision.
    package let seed: UInt64
    package private(set) var known: Rehearsed
    package private(set) var time: DecisionTime

    /// - Parameters:
    ///   - known: what was imagined before.
    ///   - tell: hears each thought as it comes.
    package init(
        in world: any Futures, seed: UInt64, known: Rehearsed = Rehearsed(), time: DecisionTime = DecisionTime(),
        tell: @escaping (Thought) -> Void = { _ in }
    ) {
        self.world = world
        self.seed = seed
        self.known = known
        self.time = time
        self.tell = tell
    }

    /// Of the arm that is imagined.
    package var jaw: Jaw { world.jaw }

    /// Imagines a skill, unless the same was imagined before, and says so.
    ///
    /// - Parameters:
    ///   - depth: how many steps of a plan come before it: each has worlds of its own.
    ///   - path: these steps.
    /// - Throws: what the world throws.
    package mutating func rehearse(
        _ call: SkillCall, from belief: Belief, goal: Goal, ways: Ways, depth: Int = 0, after path: [SkillCall] = []
    ) throws -> Rehearsed.Entry {
        let seed = seed(atDepth: depth)
        let styles = styles(of: call, ways, goal, from: belief)
        let key = Rehearsed.Key(call, from: belief, goal: goal, styles: styles, seed: seed)
        if let known = known[key], known.ways >= styles.count || known.isFinal { return known }
        let imagined = try world.imagine(
            call, from: belief, goal: goal, seed: seed, styles: styles, limit: time.limit)
        let entry = Rehearsed.Entry(
            imagined: imagined, deadEnd: deadEnd(after: imagined, goal: goal), ways: styles.count)
        time.count(imagined)
        tell(.imagined(imagined, after: path))
        known.keep(entry, for: key)
        return entry
    }

    /// Each step of a plan has worlds of its own.
    func seed(atDepth depth: Int) -> UInt64 { seed &+ UInt64(depth) }

    /// What is tried one after another; where something is to stand away from others, at the places that are.
    private func styles(of call: SkillCall, _ ways: Ways, _ goal: Goal, from belief: Belief) -> [Style] {
        switch ways {
        case .usual: return [.usual]
        case .at(let spot): return Style.all(at: spot)
        case .every: break
        }
        guard case .place(let name, .on, Goal.table) = call, let thing = belief.thing(name) else { return Style.all }
        let kept = goal.distances(of: name)
        guard !kept.isEmpty else { return Style.all }
        let spots = world.clearings(for: thing, belief, from: kept)
        return spots.isEmpty ? Style.all : spots.flatMap(Style.all(at:))
    }

    /// What stands in the way of putting a thing where it belongs, once it is in the hand.
    private func deadEnd(after imagined: Imagination, goal: Goal) -> SkillFailure? {
        guard case .pick(let name) = imagined.call, let after = imagined.successor else { return nil }
        var failure: SkillFailure?
        for target in goal.placings(of: name) {
            guard let why = world.failure(of: target, from: after) else { return nil }
            failure = failure ?? why
        }
        return failure
    }

    /// Places to put aside what is held at the end of a plan, past which the goal and the other obstacles can be reached.
    func asides(from plan: Plan, _ goal: Goal, obstacles: Set<String>) -> [Vector3] {
        guard let held = plan.belief.held else { return [] }
        let moved = Set(plan.calls.flatMap(\.involves))
        var next = plan.belief.things.flatMap { thing in
            goal.placings(of: thing.name).map { [SkillCall.pick(thing.name), $0] }
        }
        next += obstacles.subtracting(moved).sorted().map { [.pick($0)] }
        let wanted = next.filter { !$0.contains(.pick(held.name)) }
        return world.asides(for: held, plan.belief, before: wanted, count: Self.asides)
    }

    /// Places to put something aside that are imagined: each is a future of its own.
    private static let asides = 3

    // MARK: time, and telling

    /// Whether nothing more may be imagined; asked only when something would be.
    package mutating func isOver() -> Bool { time.isOver() }

    package func say(_ thought: Thought) { tell(thought) }

    /// Why a skill has no motion from there; nil if it has one.
    package func failure(of call: SkillCall, from belief: Belief) -> SkillFailure? {
        world.failure(of: call, from: belief)
    }

    /// What the language model thinks of skills, in its part of the time.
    mutating func opinion(_ ask: (_ seconds: Double) -> SkillOpinion) -> SkillOpinion {
        let opinion = ask(time.languageSeconds(patience: Wait.model))
        time.isLanguageCut = opinion.isCut
        return opinion
    }
}

extension Imagination {
    /// What is believed to be so afterwards.
    ///
    /// An approximation: one world that went well stands for all of them. What comes next is imagined from there, with
    /// the offsets of that world believed and new ones drawn, and not from each of the worlds. Over 30 plans in worlds
    /// drawn to be hard that changes the share that succeeds by −0.7 ± 2.6 points (`foresight-bench approximations`).
    package var successor: Belief? { worlds.first(where: \.isGood)?.after }
}
