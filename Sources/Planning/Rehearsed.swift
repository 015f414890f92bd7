internal import RobotModel
package import Skills
package import WorldModel

/// What was imagined since the sentence was said: the same skill from the same belief is not imagined twice.
package struct Rehearsed: Sendable {
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
    package struct Entry: Sendable {
        package var imagined: Imagination
        package var deadEnd: SkillFailure?
        /// How many ways there were to choose from.
        var ways = 1

        /// Whether more ways would make no difference.
        var isFinal: Bool {
            imagined.failure != nil || (!imagined.touchesForbidden && imagined.success >= WorldModel.wellEnough)
        }

        /// What may have to be moved before the skill goes well: what its compiler names, what it touches or moves in
        /// worlds that end badly, and what stands on or lies over its target.
        func obstacles(from belief: Belief) -> Set<String> {
            let names = Set((imagined.failure?.obstacles ?? []) + (deadEnd?.obstacles ?? []))
            guard imagined.failure == nil, imagined.success < Thresholds.sure else { return names }
            return imagined.worlds.filter { !$0.isGood }
                .reduce(into: names) { $0.formUnion($1.disturbed + $1.touched) }
                .union(SkillCompiler.over(imagined.call, belief))
        }
    }

    private var known: [Key: Entry] = [:]
    /// Imaginations that are kept, at most: beliefs are seldom met again after the next look.
    private static let most = 256

    package init() {}

    subscript(key: Key) -> Entry? { known[key] }

    /// Keeps what was imagined, unless it was cut short: then there is more to be known.
    mutating func keep(_ entry: Entry, for key: Key) {
        guard !entry.imagined.isCut else { return }
        if known.count >= Self.most { known = [:] }
        known[key] = entry
    }
}
