package import RobotModel
package import Skills
package import WorldModel

/// What a decision asks of the world as it may become: the world model, or a table in a test.
package protocol Futures {
    /// Of the arm that is imagined.
    var jaw: Jaw { get }

    /// What comes of a skill; the same seed gives the same answer.
    ///
    /// - Parameters:
    ///   - styles: ways to try one after another until one goes well.
    ///   - limit: when it is reached, what was imagined by then is the answer.
    func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, styles: [Style], limit: ImaginationLimit
    ) throws -> Imagination

    /// Why a skill has no motion from there; nil if it has one.
    func failure(of call: SkillCall, from belief: Belief) -> SkillFailure?

    /// Places on the table to put aside what is held, past which skills remain possible, the handiest first.
    ///
    /// - Parameter next: skills in order, each list to be possible afterwards.
    func asides(for held: HeldThing, _ belief: Belief, before next: [[SkillCall]], count: Int) -> [Vector3]

    /// Free places on the table that keep a thing at distances from others, metres by the other's name.
    func clearings(for thing: Thing, _ belief: Belief, from distances: [String: Double]) -> [Vector3]
}

extension WorldModel: Futures {
    package var jaw: Jaw { compiler.arm.jaw }

    package func failure(of call: SkillCall, from belief: Belief) -> SkillFailure? {
        do {
            _ = try compiler.compile(call, belief)
            return nil
        } catch { return error }
    }

    package func asides(
        for held: HeldThing, _ belief: Belief, before next: [[SkillCall]], count: Int
    ) -> [Vector3] {
        compiler.asides(for: held, belief, before: next, count: count)
    }

    package func clearings(for thing: Thing, _ belief: Belief, from distances: [String: Double]) -> [Vector3] {
        compiler.clearings(for: thing, belief, from: distances)
    }
}
