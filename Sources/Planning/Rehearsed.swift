internal import RobotModel
internal import Skills
internal import WorldModel

/// What was imagined since the sentence was said: the same skill from the same belief is not imagined twice.
struct Rehearsed {
    /// All that an imagination depends on.
    struct Key: Hashable {
        var call: SkillCall
        /// The place on the table it is about, if it is about one.
        var spot: Vector3?
        var goal: Goal
        var seed: UInt64
        var things: [Thing]
        var joints: [Double]
        var held: HeldThing?
        var setpoints: [Double]?
        var experience: [String: Experience]

        init(_ call: SkillCall, from belief: Belief, goal: Goal, styles: [Style], seed: UInt64) {
            self.call = call
            spot = styles.first?.spot
            self.goal = goal
            self.seed = seed
            things = belief.things
            joints = belief.joints
            held = belief.held
            setpoints = belief.setpoints
            experience = belief.experience
        }
    }

    /// An imagination, and why what would have to follow cannot be done.
    struct Entry: Sendable {
        var imagined: Imagination
        var deadEnd: SkillFailure?
        /// How many ways there were to choose from.
        var ways = 1

        /// Whether more ways would make no difference.
        var isFinal: Bool {
            imagined.failure != nil || (!imagined.touchesForbidden && imagined.success >= WorldModel.wellEnough)
        }
    }

    private var known: [Key: Entry] = [:]
    /// More is kept of no sentence: beliefs are seldom met again after the next look.
    private static let most = 256

    subscript(key: Key) -> Entry? { known[key] }

    /// Keeps what was imagined, unless it was cut short: then there is more to be known.
    mutating func keep(_ entry: Entry, for key: Key) {
        guard !entry.imagined.isCut else { return }
        if known.count >= Self.most { known = [:] }
        known[key] = entry
    }
}

extension Planner {
    /// Imagines a skill, unless the same was imagined before, and says so.
    ///
    /// - Parameters:
    ///   - depth: how many steps of a plan come before it: each has worlds of its own.
    ///   - path: these steps.
    func rehearse(
        _ call: SkillCall, from belief: Belief, goal: Goal, ways: Ways, depth: Int = 0,
        after path: [SkillCall] = []
    ) async throws -> Rehearsed.Entry {
        let (seed, limit) = (seed &+ UInt64(depth), time.limit)
        let styles = try await styles(of: call, ways, goal, from: belief)
        let key = Rehearsed.Key(call, from: belief, goal: goal, styles: styles, seed: seed)
        if let known = rehearsed[key], known.ways >= styles.count || known.isFinal { return known }
        let entry = try await imagination.run { world in
            let imagined = try world.imagine(call, from: belief, goal: goal, seed: seed, styles: styles, limit: limit)
            let deadEnd = Self.deadEnd(after: imagined, goal: goal, world)
            return Rehearsed.Entry(imagined: imagined, deadEnd: deadEnd, ways: styles.count)
        }
        time.count(entry.imagined)
        await publish(entry.imagined, after: path)
        rehearsed.keep(entry, for: key)
        return entry
    }

    /// What is tried one after another; where something is to stand away from others, at the places that are.
    private func styles(of call: SkillCall, _ ways: Ways, _ goal: Goal, from belief: Belief) async throws -> [Style] {
        switch ways {
        case .usual: return [.usual]
        case .at(let spot): return Style.all(at: spot)
        case .every: break
        }
        guard case .place(let name, .on, Goal.table) = call, let thing = belief.thing(name) else { return Style.all }
        let kept = goal.distances(of: name)
        guard !kept.isEmpty else { return Style.all }
        let spots = try await imagination.run { $0.compiler.clearings(for: thing, belief, from: kept) }
        return spots.isEmpty ? Style.all : spots.flatMap(Style.all(at:))
    }
}
