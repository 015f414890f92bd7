import Physics
import RobotModel

/// Turns a thing about its vertical axis, where it stands.
struct Rotate: Skill {
    let thing: String
    let heading: Heading

    var text: String {
        switch heading {
        case .at(let degrees): "turn \(thing) to \(degrees) degrees"
        case .along(let other): "turn \(thing) along \(other)"
        }
    }
    var involves: [String] { [thing] }
    var hand: HandEffect { .borrows(thing) }

    static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall] {
        jaw.spans(thing) ? goal.headings(of: thing.name).map { .rotate(thing.name, $0) } : []
    }

    func serves(_ goal: Goal) -> Bool { goal.headings(of: thing).contains(heading) }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.rotate(thing, heading, belief, style)
    }

    func isDone(_ change: Change) -> Bool {
        change.reaches(.turned(thing, heading)) && change.keepsUpright(thing)
    }

    var missed: String { "it does not turn as far" }

    func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson? { isWeight && phase.lifts ? .tooHeavy : nil }
}

extension SkillCompiler {
    /// How high a thing is lifted to be turned, best first, metres: high is clear of neighbours, low is set down surely.
    private static let turnHeights = [0.035, 0.02]

    func rotate(
        _ name: String, _ heading: Heading, _ belief: Belief, _ style: Style
    ) throws(SkillFailure) -> [Leg] {
        let thing = try graspable(name, belief)
        guard thing.symmetry != nil else {
            throw SkillFailure(.blocked, "the \(name) is round: turning it changes nothing")
        }
        guard let turn = thing.turn(for: heading, among: belief.things) else {
            guard case .along(let other) = heading, belief.thing(other) != nil else {
                throw SkillFailure(.noSuchThing, "I do not see what the \(name) is to be turned along")
            }
            throw SkillFailure(.blocked, "the \(other) is round: nothing lies along it")
        }
        var skipped = 0
        for grasp in try grasps(on: thing, belief) {
            guard let legs = rotateLegs(grasp, by: turn, thing, belief, style) else { continue }
            if skipped == style.skipped { return legs }
            skipped += 1
        }
        let degrees = Int((turn * 180 / .pi).rounded())
        throw SkillFailure(
            .unreachable, "the wrist cannot turn the \(name) by \(degrees)° where it stands")
    }

    /// As a pick up to its first lift; then the wrist turns, and the thing is set down where it stood.
    private func rotateLegs(
        _ grasp: Grasp, by turn: Double, _ thing: Thing, _ belief: Belief, _ style: Style
    ) -> [Leg]? {
        let centre = Vector3(thing.pose.position.x, thing.pose.position.y, grasp.point.z)
        let end = centre + Quaternion(yaw: turn).rotate(grasp.point - centre)
        let yaw = grasp.yaw + turn
        let bearing = arctangent(end.y, end.x)
        let closed = arm.jaw.angle(forOpening: grasp.width)
        let open = arm.jaw.angle(forOpening: grasp.opening)
        guard kinematics.ranges[arm.roles.roll].contains(arm.roll(turn: (yaw - bearing).wrapped)),
            let taken = pickLegs(grasp, belief, style)?.prefix(3), let grip = taken.last?.via.last,
            let (_, reversed) = descent(
                to: grasp.point, yaw: grasp.yaw, opening: grasp.width, gripper: closed, hovers: Self.turnHeights),
            let (_, down) = descent(
                to: end, yaw: yaw, opening: grasp.width, gripper: closed, hovers: Self.turnHeights),
            let (_, off) = descent(to: end, yaw: yaw, opening: grasp.opening, gripper: open),
            let away = drawnIn(
                bearing: bearing, turn: (yaw - bearing).wrapped, opening: grasp.opening, gripper: open, style: style)
        else { return nil }
        let up = Array(reversed.reversed())
        let squeeze = (from: arm.jaw.squeeze, to: arm.jaw.squeeze)
        let seconds = Self.turnHeights[0] / Pace.careful
        return taken + [
            Leg(
                kind: .trial, via: [grip] + up.dropFirst(), seconds: Pace.trial, care: .careful, squeeze: squeeze,
                carried: Grip.assumedMass),
            Leg(
                kind: .turn, via: [up[up.count - 1], down[0]], seconds: Pace.shortest, care: .careful,
                squeeze: squeeze, carried: Grip.assumedMass),
            Leg(
                kind: .lower, via: down, seconds: seconds, care: .careful, squeeze: squeeze,
                carried: Grip.assumedMass, yields: true),
            Leg(
                kind: .open, via: [down[down.count - 1], off[off.count - 1]], seconds: Pace.open, care: .grip,
                squeeze: (arm.jaw.squeeze, 0)),
            Leg(kind: .retreat, via: off.reversed(), seconds: seconds, settling: Pace.passing),
            Leg(kind: .withdraw, via: [off[0], away], seconds: Pace.shortest, settling: Pace.passing),
        ]
    }
}
