import Physics
import RobotModel

/// Grasps a thing and lifts it.
struct Pick: Skill {
    let thing: String

    var text: String { "pick \(thing)" }
    var involves: [String] { [thing] }
    var hand: HandEffect { .takes(thing) }

    /// Unless pushing is all the goal needs of something too wide for the jaws.
    static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall] {
        jaw.spans(thing) || goal.pushings(of: thing.name).isEmpty ? [.pick(thing.name)] : []
    }

    func serves(_ goal: Goal) -> Bool {
        if case .held = goal { goal.things.contains(thing) } else { !goal.placings(of: thing).isEmpty }
    }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.pick(thing, belief, style)
    }

    func isDone(_ change: Change) -> Bool { change.after.held?.name == thing }

    var missed: String { "the grasp slips or misses" }

    func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson? { phase.lifts && isWeight ? .tooHeavy : nil }
}

/// One way to close the gripper on a thing.
struct Grasp {
    /// Midway between the pads when closed, metres.
    var point: Vector3
    /// From the fixed to the moving jaw, radians.
    var yaw: Double
    /// Distance of the faces, metres.
    var width: Double
    /// Free space beside each pad before closing, metres.
    var clearance: Double
    /// How far the thing reaches below the pads, metres.
    var hang: Double

    var opening: Double { width + 2 * clearance }
}

extension SkillCompiler {
    func pick(_ name: String, _ belief: Belief, _ style: Style) throws(SkillFailure) -> [Leg] {
        let thing = try graspable(name, belief)
        let grasps: [Grasp]
        do { grasps = try self.grasps(on: thing, belief) } catch {
            guard let way = sidePick(thing, belief, style) else { throw error }
            return way
        }
        var way: [Leg]?
        var passed: [Double] = []
        for grasp in grasps {
            // another style is another direction of the jaws, not the one beside it
            if passed.contains(where: { abs(($0 - grasp.yaw).wrapped) < Alike.jaws }) { continue }
            guard let legs = pickLegs(grasp, belief, style) else { continue }
            way = legs
            if passed.count == style.skipped { break }
            passed.append(grasp.yaw)
            way = nil
        }
        let left = style.skipped - passed.count
        guard let way = way ?? sidePick(thing, belief, Style(skipped: left, isHigh: style.isHigh))
        else {
            let distance = thing.pose.position.horizontalLength
            throw SkillFailure(
                .unreachable,
                "the \(name) is \(centimetres(distance)) from the arm's axis, too \(distance < arm.workspace.nearest ? "near" : "far") "
                    + "for the gripper to reach down to it\(whyNotFromTheSide(thing))")
        }
        return way
    }

    private func whyNotFromTheSide(_ thing: Thing) -> String {
        Stance(of: thing).height < Size.sideHeight ? ", and too low to be grasped from the side" : " or across to it"
    }

    /// The thing, if it may be grasped at all.
    func graspable(_ name: String, _ belief: Belief) throws(SkillFailure) -> Thing {
        guard let thing = belief.thing(name) else { throw SkillFailure(.noSuchThing, "I see no \(name)") }
        if let held = belief.held {
            throw SkillFailure(.blocked, "the gripper already holds the \(held.name)")
        }
        if thing.forbidden { throw SkillFailure(.forbidden, "the \(name) must not be touched") }
        let stance = Stance(of: thing)
        let narrowest = stance.faces.map(\.width).min() ?? .infinity
        guard narrowest <= arm.jaw.widest else {
            throw SkillFailure(
                .tooWide,
                "the \(name) is \(centimetres(narrowest)) wide, the gripper opens "
                    + centimetres(arm.jaw.widest))
        }
        if let above = belief.things.first(where: { thing.carries($0) }) {
            throw SkillFailure(.blocked, "the \(above.name) stands on the \(name)", obstacles: [above.name])
        }
        let distance = thing.pose.position.horizontalLength
        guard distance < arm.workspace.farthest else {
            throw SkillFailure(
                .unreachable,
                "the \(name) is \(centimetres(distance)) away, the arm grasps up to about "
                    + centimetres(arm.workspace.grasped))
        }
        guard stance.height > Margin.floor else {
            throw SkillFailure(.unreachable, "the \(name) is too flat to be grasped")
        }
        return thing
    }

    /// Ways to grasp, best first: jaws across the radius, no neighbour in the way, little wrist roll; beside the middle
    /// only where the middle has no room.
    func grasps(on thing: Thing, _ belief: Belief) throws(SkillFailure) -> [Grasp] {
        let scene = GraspScene(of: thing, belief, arm: arm)
        var blockers: (names: Set<String>, cost: Int)?
        for share in Tries.faceShares {
            var ranked: [(cost: Double, grasp: Grasp)] = []
            for faces in scene.stance.faces where faces.width <= arm.jaw.widest {
                for offset in Self.offsets(faces, share) {
                    for yaw in directions(faces, bearing: scene.bearing) {
                        let turn = (yaw - scene.bearing).wrapped
                        guard kinematics.ranges[arm.roles.roll].contains(arm.roll(turn: turn)) else { continue }
                        if let grasp = scene.grasp(faces, yaw: yaw, offset: offset) {
                            let oblique = abs(abs(turn) - .pi / 2)
                            let travel = abs(arm.roll(turn: turn) - belief.joints[arm.roles.roll])
                            ranked.append((oblique + Weight.graspRoll * travel + scene.unease(of: grasp), grasp))
                        } else if share == 0 {
                            let all = scene.blockers(faces, yaw: yaw)
                            let cost = all.reduce(0) { $0 + (belief.canMove($1) ? Weight.movable : Weight.immovable) }
                            if cost < (blockers?.cost ?? .max) { blockers = (all, cost) }
                        }
                    }
                }
            }
            if !ranked.isEmpty { return ranked.sorted { $0.cost < $1.cost }.map(\.grasp) }
        }
        let names = (blockers?.names ?? []).sorted()
        throw SkillFailure(
            .blocked, "the \(names.first ?? "neighbour") leaves no room to grasp the \(thing.name)", obstacles: names)
    }

    /// How far from the middle of the faces the pads may close, metres: what is long is not grasped near its ends.
    private static func offsets(_ faces: Stance.Faces, _ share: Double) -> [Double] {
        let most = min(Reach.offMiddle, faces.length / 2 - Margin.faceEnd)
        return share == 0 ? [0] : most > Reach.worthOffset ? [share * most, -share * most] : []
    }

    /// What leaves no room to grasp a thing where it stands; empty if something does.
    func obstructions(of thing: Thing, _ belief: Belief) -> Set<String> {
        do {
            _ = try grasps(on: thing, belief)
            return []
        } catch { return Set(error.obstacles) }
    }

    /// Jaw directions that close on these faces, radians.
    private func directions(_ faces: Stance.Faces, bearing: Double) -> [Double] {
        if let yaw = faces.yaw { return [yaw, yaw + .pi] }
        return Tries.jawTurns.flatMap { [bearing + $0.radians, bearing - $0.radians] }
    }

    func pickLegs(_ grasp: Grasp, _ belief: Belief, _ style: Style) -> [Leg]? {
        let open = arm.jaw.angle(forOpening: grasp.opening)
        let closed = arm.jaw.angle(forOpening: grasp.width)
        let target = GripperTarget(
            point: grasp.point, yaw: grasp.yaw, opening: grasp.width, tilt: Lean.any)
        guard var grip = kinematics.solve(target)?.joints else { return nil }
        grip[arm.roles.gripper] = closed
        guard let (above, down) = descent(to: grasp.point, yaw: grasp.yaw, opening: grasp.opening, gripper: open),
            let (_, reversed) = descent(to: grasp.point, yaw: grasp.yaw, opening: grasp.width, gripper: closed)
        else { return nil }
        let bearing = arctangent(grasp.point.y, grasp.point.x)
        let turn = (grasp.yaw - bearing).wrapped
        let approach = drawIn(
            from: belief.joints, bearing: bearing, turn: turn, opening: grasp.opening, gripper: open, style: style)
        let up = Array(reversed.reversed())
        guard
            let carry = drawnIn(
                bearing: bearing, turn: turn, opening: grasp.width, gripper: closed, hang: grasp.hang, style: style)
        else {
            return nil
        }
        let lineSeconds = (above.z - grasp.point.z) / Pace.careful
        let squeeze = (from: arm.jaw.squeeze, to: arm.jaw.squeeze)
        return [
            Leg(kind: .hover, via: approach + [down[0]], seconds: Pace.shortest),
            Leg(kind: .descend, via: down, seconds: lineSeconds, care: .careful),
            Leg(
                kind: .close, via: [down[down.count - 1], grip], seconds: Pace.close, care: .grip,
                squeeze: (0, arm.jaw.squeeze)),
            Leg(
                kind: .trial, via: [grip, up[1], up[2]], seconds: Pace.trial, care: .careful, squeeze: squeeze,
                carried: Grip.assumedMass),
            Leg(
                kind: .lift, via: Array(up.dropFirst(2)), seconds: Pace.liftShare * lineSeconds, care: .careful,
                squeeze: squeeze, carried: Grip.assumedMass, settling: Pace.passing),
            Leg(
                kind: .carry, via: [up[up.count - 1], carry], seconds: Pace.shortest, squeeze: squeeze,
                carried: Grip.assumedMass),
        ]
    }

    /// A point above `point` and the joints straight down from it, the highest hover that is within reach.
    func descent(
        to point: Vector3, yaw: Double, opening: Double, gripper: Double, hovers: [Double]? = nil
    ) -> (above: Vector3, joints: [[Double]])? {
        for height in hovers ?? Reach.hovers {
            let above = point + Vector3(0, 0, height)
            let top = GripperTarget(point: above, yaw: yaw, opening: opening, tilt: Lean.any)
            guard var first = kinematics.solve(top)?.joints else { continue }
            first[arm.roles.gripper] = gripper
            if let rest = line(from: above, to: point, yaw: yaw, opening: opening, gripper: gripper) {
                return (above, [first] + rest)
            }
        }
        return nil
    }

    func centimetres(_ metres: Double) -> String { "\(Int((metres * 100).rounded())) cm" }
}
