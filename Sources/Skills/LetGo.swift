import Physics
import RobotModel

/// Opens the jaws where they are, and goes up.
struct LetGo: Skill {
    let thing: String

    var text: String { "let go of \(thing)" }
    var involves: [String] { [thing] }
    var hand: HandEffect { .letsGo(thing) }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.letGo(thing, belief)
    }
}

extension SkillCompiler {
    /// How far the jaws open on each side, metres: more than for a placing, what is too heavy hangs aslant in them.
    private static let room = 0.012

    /// Opens the jaws where they are and goes up: what was held stays, or falls, there.
    func letGo(_ name: String, _ belief: Belief) throws(SkillFailure) -> [Leg] {
        guard let held = belief.held, held.name == name else {
            throw SkillFailure(.notHeld, "the gripper does not hold the \(name)")
        }
        let opening = arm.jaw.opening(atAngle: held.opening) + 2 * Self.room
        var open = belief.joints
        open[arm.roles.gripper] = arm.jaw.angle(forOpening: opening)
        // no care: what is let go may be what overloads the joints
        var legs = [Leg(kind: .open, via: [belief.joints, open], seconds: Pace.letGo, squeeze: (arm.jaw.squeeze, 0))]
        let state = kinematics.state(joints: belief.joints, opening: opening)
        let top = Vector3(state.point.x, state.point.y, max(state.point.z + Reach.letGoRise, raisedHeight))
        if let up = line(from: state.point, to: top, yaw: state.yaw, opening: opening, gripper: open[arm.roles.gripper])
        {
            legs.append(Leg(kind: .retreat, via: [open] + up, seconds: Pace.retreat))
        }
        return legs
    }
}
