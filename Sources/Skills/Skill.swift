import RobotModel

/// Something the robot can do: whatever is asked about a skill stands in the skill's one file.
///
/// docs/adding-a-skill.md leads through it.
package protocol Skill: Sendable {
    // MARK: what it is

    /// As the language model and a person read it: "pick red block".
    var text: String { get }
    /// Names of the things it means to touch, the one it moves first.
    var involves: [String] { get }
    /// Whether what it moves slides along the table: what that meets, it meets by the arm's doing.
    var slides: Bool { get }
    /// What it does with the hand.
    var hand: HandEffect { get }

    // MARK: what it may do from here

    /// What handling a thing with an empty hand may begin with, with jaws that open so far.
    static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall]
    /// What may be done with what is held.
    static func options(holding held: HeldThing, in belief: Belief, for goal: Goal) -> [SkillCall]
    /// What may be done at any time.
    static var always: [SkillCall] { get }
    /// Whether it is about the goal itself, and no detour to it.
    func serves(_ goal: Goal) -> Bool

    // MARK: its motion

    /// Its legs from where the belief says that the arm is; each becomes a phase with guards.
    ///
    /// - Throws: `SkillFailure` when there is no motion.
    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg]

    // MARK: what came of it

    /// Whether it did what it is for.
    func isDone(_ change: Change) -> Bool
    /// How it failed where no guard broke, in words: "the grasp slips or misses".
    var missed: String { get }
    /// What a guard that broke in a phase teaches of what it moves; nil = nothing.
    ///
    /// - Parameter isWeight: whether the joint whose guard broke is one that a held thing's weight is on.
    func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson?
}

/// What a skill does with the hand.
package enum HandEffect: Sendable, Equatable {
    /// It closes on the named thing.
    case takes(String)
    /// It opens; the named thing comes to rest in, on or next to the target, if there is one.
    case letsGo(String, SkillCall.Relation? = nil, target: String? = nil)
    /// It closes on the named thing, and lets it go again.
    case borrows(String)
    /// What is held stays held.
    case keeps
}

/// What a motion that was broken off teaches of a thing.
package enum Lesson: Sendable, Equatable {
    /// The arm could not lift it.
    case tooHeavy
    /// It does not slide.
    case stuck
}

/// The world before and after a skill.
package struct Change {
    package let before: Belief
    package let after: Belief
    /// Of the arm, by name.
    let poses: [String: [Double]]
    let compiler: SkillCompiler

    package init(from before: Belief, to after: Belief, by compiler: SkillCompiler) {
        self.before = before
        self.after = after
        self.compiler = compiler
        poses = compiler.configuration.poses
    }

    func reaches(_ goal: Goal) -> Bool {
        goal.isTrue(
            in: WorldState(things: after.things, joints: after.joints, held: after.held?.name, poses: poses))
    }

    /// Whether a thing stands as it stood, somewhere.
    func keepsUpright(_ name: String) -> Bool {
        guard let was = before.thing(name), let now = after.thing(name) else { return false }
        return now.pose.orientation.tilt < was.pose.orientation.tilt + Lean.kept
            && abs(now.pose.position.z - was.pose.position.z) < Margin.keptHeight
    }
}

extension Skill {
    package var slides: Bool { false }
    package var hand: HandEffect { .keeps }
    package static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall] { [] }
    package static func options(holding held: HeldThing, in belief: Belief, for goal: Goal) -> [SkillCall] { [] }
    package static var always: [SkillCall] { [] }
    package func serves(_ goal: Goal) -> Bool { false }
    package func isDone(_ change: Change) -> Bool { true }
    package var missed: String { "the arm does not get there" }
    package func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson? { nil }
}
