import Physics
import RobotModel

/// Slides or turns a thing a little, until it can be grasped.
struct Nudge: Skill {
    let thing: String

    var text: String { "nudge \(thing)" }
    var involves: [String] { [thing] }
    var slides: Bool { true }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.nudge(thing, belief, style)
    }

    /// It helps if the thing can be grasped where it now stands.
    func isDone(_ change: Change) -> Bool {
        change.keepsUpright(thing) && (try? change.compiler.compile(.pick(thing), change.after)) != nil
    }

    var missed: String { "it cannot be grasped afterwards either" }

    func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson? { phase.pushes ? .stuck : nil }
}

extension SkillCompiler {
    /// Where beside the middle of a side a nudge may push, shares of its breadth: to slide it, or to turn it; nearer to the
    /// ends (half the breadth) fingers slip off.
    private static let besides = [0, 0.36, -0.36]
    /// Of ways that look good from above, how many are held against the arm's reach: each is a pick that is compiled.
    private static let considered = 60

    /// Slides or turns the thing a little, so that it can be grasped afterwards.
    func nudge(_ name: String, _ belief: Belief, _ style: Style) throws(SkillFailure) -> [Leg] {
        let thing = try pushable(name, belief)
        guard arm.jaw.spans(thing) else {
            throw SkillFailure(.tooWide, "the \(name) is too wide for the gripper however it is turned")
        }
        guard (try? pick(name, belief, .usual)) == nil else {
            throw SkillFailure(.blocked, "the \(name) can be grasped as it stands")
        }
        let shoves = try shoves(
            of: thing, belief, whichEnd: "to where it can be grasped", besides: Self.besides
        ) { [self] end in
            obstructions(of: end, belief.with(end)).isEmpty ? 0 : nil
        }
        let helpful = shoves.prefix(Self.considered).filter { shove in
            (try? pick(name, belief.with(shove.thing(after: shove.travel)), .usual)) != nil
        }
        guard !helpful.isEmpty else {
            throw SkillFailure(.unreachable, "the \(name) cannot be nudged to where the gripper reaches down to it")
        }
        return try legs(of: helpful, belief, style)
    }
}

extension Jaw {
    /// Whether they open wide enough for a thing.
    public func spans(_ thing: Thing) -> Bool { Stance(of: thing).faces.contains { $0.width <= widest } }
}
