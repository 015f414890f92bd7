import Physics
import RobotModel

/// Slides a thing along the table by contact.
struct Push: Skill {
    let thing: String
    let course: SkillCall.Course

    var text: String {
        switch course {
        case .aside: "push \(thing) aside"
        case .nextTo(let target): "push \(thing) next to \(target)"
        }
    }
    var involves: [String] { [thing] }
    var slides: Bool { true }

    /// Where pushing is all the goal needs of something too wide for the jaws.
    static func options(with thing: Thing, for goal: Goal, _ jaw: Jaw) -> [SkillCall] {
        jaw.spans(thing) ? [] : goal.pushings(of: thing.name)
    }

    func serves(_ goal: Goal) -> Bool { goal.pushings(of: thing).contains(.push(thing, course)) }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.push(thing, course, belief, style)
    }

    func isDone(_ change: Change) -> Bool {
        guard change.keepsUpright(thing) else { return false }
        switch course {
        case .nextTo(let target): return change.reaches(.near(thing, target, Goal.besideGap))
        case .aside(let other):
            guard let now = change.after.thing(thing), let other = change.before.thing(other) else { return false }
            return change.compiler.makesWay(now, for: other, change.before)
        }
    }

    var missed: String { "it does not slide there" }

    func lesson(from phase: PhaseKind, isWeight: Bool) -> Lesson? { phase.pushes ? .stuck : nil }
}

extension Goal {
    /// The pushes that bring the thing where the goal wants it.
    func pushings(of name: String) -> [SkillCall] {
        switch self {
        case .near(name, let target, _): [.push(name, .nextTo(target))]
        case .all(let goals), .any(let goals): goals.flatMap { $0.pushings(of: name) }
        default: []
        }
    }
}

extension SkillCompiler {
    /// Lengths of a push that are considered, metres: shorter ones move nothing surely, longer ones leave the arm's reach.
    private static let travels = stride(from: 0.02, through: 0.24, by: 0.02).map { $0 }
    /// Angles at which a side is pushed, radians: within friction's cone a thing follows the fingers.
    private static let obliques = [0, 10, -10, 20, -20].map { Double($0).radians }
    /// How near to a thing another is pushed, metres between the outlines: the last of it is left to friction.
    private static let beside = 0.03
    /// How much shorter a push may turn out than it was meant, metres: the servos give way; found by trial.
    private static let shortfall = 0.012
    /// Of ways that look good from above, how many are tried on the arm: more cost time and are worse ones.
    private static let attempts = 40

    /// Slides the thing along the table, by contact low at one of its sides.
    func push(
        _ name: String, _ course: SkillCall.Course, _ belief: Belief, _ style: Style
    ) throws(SkillFailure) -> [Leg] {
        let thing = try pushable(name, belief)
        let shoves: [Shove]
        switch course {
        case .nextTo(let other):
            guard let target = belief.thing(other) else { throw SkillFailure(.noSuchThing, "I see no \(other)") }
            shoves = try self.shoves(of: thing, belief, whichEnd: "next to the \(other)") { end in
                (end.gap(to: target) - Self.beside) < Margin.pushedNear
                    ? max(0, Self.beside - end.gap(to: target)) : nil
            }
        case .aside(let other):
            guard let target = belief.thing(other) else { throw SkillFailure(.noSuchThing, "I see no \(other)") }
            shoves = try self.shoves(of: thing, belief, whichEnd: "out of the way of the \(other)") { [self] end in
                makesWay(end, for: target, belief) ? 0 : nil
            }
        }
        return try legs(of: shoves, belief, style)
    }

    /// Whether a thing that stands there leaves room for another to be grasped.
    public func makesWay(_ thing: Thing, for other: Thing, _ belief: Belief) -> Bool {
        guard let before = belief.thing(thing.name) else { return false }
        guard obstructions(of: other, belief).contains(thing.name) else {
            return thing.gap(to: other) > before.gap(to: other) + Margin.madeWay
        }
        return !obstructions(of: other, belief.with(thing)).contains(thing.name)
    }

    /// The thing, if it may be pushed at all.
    func pushable(_ name: String, _ belief: Belief) throws(SkillFailure) -> Thing {
        guard let thing = belief.thing(name) else { throw SkillFailure(.noSuchThing, "I see no \(name)") }
        if let held = belief.held {
            throw SkillFailure(.blocked, "the gripper holds the \(held.name), it cannot push the \(name)")
        }
        if thing.forbidden { throw SkillFailure(.forbidden, "the \(name) must not be touched") }
        if thing.holdsOthers {
            throw SkillFailure(.blocked, "I do not push the \(name): things are put into or onto it where it stands")
        }
        if let above = belief.things.first(where: { thing.carries($0) }) {
            throw SkillFailure(
                .blocked, "the \(above.name) stands on the \(name) and would fall", obstacles: [above.name])
        }
        guard thing.lowerFace < Margin.resting else {
            throw SkillFailure(
                .blocked, "the \(name) does not stand on the table itself, it would fall if it were pushed")
        }
        guard !Shove.sides(of: thing).isEmpty else {
            throw SkillFailure(.blocked, "the \(name) would roll away if it were pushed")
        }
        guard Stance(of: thing).height > Size.pushedHeight else {
            throw SkillFailure(.blocked, "the \(name) is too flat to be pushed: the fingers would slide over it")
        }
        return thing
    }

    /// Straight pushes that end well, seen from above, the best first.
    ///
    /// - Parameter worth: what is not so good about the thing standing there, metres; nil = it is of no use there.
    func shoves(
        of thing: Thing, _ belief: Belief, whichEnd goal: String, besides: [Double] = [0], worth: (Thing) -> Double?
    ) throws(SkillFailure) -> [Shove] {
        var ranked: [(cost: Double, shove: Shove)] = []
        var blockers: Set<String>?
        var isThin = true
        for side in Shove.sides(of: thing) where !tips(thing, side) {
            isThin = false
            for shove in straightShoves(thing, side, besides) {
                // servos give way: it may stay a little short of where it is pushed
                let ends = [shove.travel - Self.shortfall, shove.travel].map { shove.thing(after: $0) }
                guard ends.allSatisfy({ isKept($0, insteadOf: thing) }) else { continue }
                let flaws = ends.compactMap(worth)
                guard flaws.count == ends.count, let flaw = flaws.max() else { continue }
                let hit = shove.obstacles(belief.things)
                guard hit.isEmpty else {
                    if hit.count < (blockers?.count ?? .max) { blockers = hit }
                    continue
                }
                ranked.append((shove.effort + Weight.flaw * flaw, shove))
            }
        }
        if isThin {
            throw SkillFailure(
                .blocked, "the \(thing.name) is too tall and thin to be pushed: it would fall over")
        }
        guard !ranked.isEmpty else {
            let names = (blockers ?? []).sorted()
            let why = names.first.map { "the \($0) is in the way" } ?? "no straight push leads there"
            throw SkillFailure(
                blockers == nil ? .unreachable : .blocked, "I cannot push the \(thing.name) \(goal): \(why)",
                obstacles: names)
        }
        return ranked.sorted { $0.cost < $1.cost }.map(\.shove)
    }

    private func straightShoves(_ thing: Thing, _ side: Shove.Side, _ besides: [Double]) -> [Shove] {
        var shoves: [Shove] = []
        for oblique in thing.isRound ? [0] : Self.obliques {
            for beside in besides where beside == 0 || oblique == 0 {
                for travel in Self.travels {
                    shoves.append(
                        Shove(
                            thing: thing, arm: arm, side: side, heading: side.outward + .pi + oblique,
                            beside: beside * side.breadth, travel: travel))
                }
            }
        }
        return shoves
    }

    /// Whether it stays where the arm can still do something with it; what stands outside already may come nearer.
    private func isKept(_ end: Thing, insteadOf start: Thing) -> Bool {
        let (before, after) = (start.pose.position, end.pose.position)
        let ring = arm.workspace.pushed
        let middle = (ring.lowerBound + ring.upperBound) / 2
        return after.x > -Reach.pushedBehind
            && (ring.contains(after.horizontalLength)
                || abs(after.horizontalLength - middle) < abs(before.horizontalLength - middle))
    }

    /// Whether a push at this side would rather tip the thing over: friction holds its foot, the hand its upper part.
    func tips(_ thing: Thing, _ side: Shove.Side) -> Bool {
        let height = Stance(of: thing).height
        let contact = height > Size.palmHeight ? height : 0.5 * height
        return side.depth < Size.tipping * contact
    }

    /// The first of the pushes that the arm can do, passing over as many as the style says.
    func legs(of shoves: [Shove], _ belief: Belief, _ style: Style) throws(SkillFailure) -> [Leg] {
        guard let thing = shoves.first?.thing else { throw SkillFailure(.blocked, "there is no push that helps") }
        var taken: [Shove] = []
        var blockers: Set<String> = []
        for shove in shoves.prefix(Self.attempts) {
            // another style is another way, not the one beside it
            if taken.contains(where: { $0.isLike(shove) }) { continue }
            let (legs, hit) = legs(of: shove, belief, style)
            blockers.formUnion(hit)
            guard let legs else { continue }
            if taken.count == style.skipped { return legs }
            taken.append(shove)
        }
        let names = blockers.sorted()
        throw SkillFailure(
            names.isEmpty ? .unreachable : .blocked,
            names.first.map { "the \($0) leaves no room for the fingers beside the \(thing.name)" }
                ?? "the fingers do not reach the side of the \(thing.name) that would have to be pushed",
            obstacles: names)
    }

    private func legs(of shove: Shove, _ belief: Belief, _ style: Style) -> (legs: [Leg]?, obstacles: Set<String>) {
        let opening = shove.opening
        let gripper = arm.jaw.angle(forOpening: opening)
        let clearance = Clearance(things: belief.things, except: shove.thing.name, around: shove.start, arm: arm)
        var blockers: Set<String> = []
        for yaw in jawDirections(shove, roll: belief.joints[arm.roles.roll]) {
            guard let (above, down) = descent(to: shove.start, yaw: yaw, opening: opening, gripper: gripper),
                let along = line(
                    from: shove.start, to: shove.end, yaw: yaw, opening: opening, gripper: gripper,
                    steps: max(Tries.pushLine, Int((shove.end - shove.start).length / Reach.pushStep)))
            else { continue }
            let hit = met(shove, yaw: yaw, along: [down[down.count - 1]] + along, clearance)
            guard hit.isEmpty else {
                blockers.formUnion(hit)
                continue
            }
            let back = shove.fingers(after: shove.travel - Reach.partBack)
            let bearing = arctangent(back.y, back.x)
            let turn = (yaw - bearing).wrapped
            guard
                let off = line(
                    from: shove.end, to: back, yaw: yaw, opening: opening, gripper: gripper, steps: Tries.partLine),
                let (_, up) = descent(to: back, yaw: yaw, opening: opening, gripper: gripper),
                let away = drawnIn(bearing: bearing, turn: turn, opening: opening, gripper: gripper, style: style)
            else { continue }
            let first = arctangent(shove.start.y, shove.start.x)
            let approach = drawIn(
                from: belief.joints, bearing: first, turn: (yaw - first).wrapped, opening: opening, gripper: gripper,
                style: style)
            let length = (shove.end - shove.start).length
            let legs = [
                Leg(kind: .hover, via: approach + [down[0]], seconds: Pace.hover),
                Leg(
                    kind: .descend, via: down, seconds: (above.z - Shove.height) / Pace.careful, care: .careful),
                Leg(
                    kind: .push, via: [down[down.count - 1]] + along, seconds: length / Pace.push,
                    care: .pushing, corrects: false),
                Leg(kind: .part, via: [along[along.count - 1]] + off, seconds: Pace.part, care: .careful),
                Leg(kind: .retreat, via: up.reversed(), seconds: Pace.retreat),
                Leg(kind: .withdraw, via: [up[0], away], seconds: Pace.withdraw),
            ]
            return (legs, [])
        }
        return (nil, blockers)
    }

    /// What fingers and hand would touch on the way, beside the thing that is pushed.
    private func met(_ shove: Shove, yaw: Double, along joints: [[Double]], _ clearance: Clearance) -> Set<String> {
        var hit: Set<String> = []
        for joints in joints {
            let state = kinematics.state(joints: joints, opening: shove.opening)
            hit.formUnion(
                clearance.everyObstacle(point: state.point, yaw: yaw, opening: shove.opening, tilt: state.tilt))
        }
        return hit
    }

    /// Jaw directions along the side that is pushed, the one with less wrist roll first; radians.
    private func jawDirections(_ shove: Shove, roll: Double) -> [Double] {
        let bearings = [shove.start, shove.end].map { arctangent($0.y, $0.x) }
        func rolls(_ yaw: Double) -> [Double] { bearings.map { arm.roll(turn: (yaw - $0).wrapped) } }
        return [shove.side.outward + .pi / 2, shove.side.outward - .pi / 2]
            .filter { rolls($0).allSatisfy(kinematics.ranges[arm.roles.roll].contains) }
            .sorted { abs(rolls($0)[0] - roll) < abs(rolls($1)[0] - roll) }
    }
}

extension Shove {
    /// The thing when it was pushed so far.
    func thing(after pushed: Double) -> Thing {
        var moved = thing
        moved.pose = pose(after: pushed)
        return moved
    }

    /// What speaks against it: a long way, a slanting push, a long lever for the shoulder to push with, an end far from
    /// where the arm works best; metres.
    var effort: Double {
        let oblique = abs((heading - side.outward - .pi).wrapped)
        let lever = abs(start.x * sine(heading) - start.y * cosine(heading))
        let far = abs(pose(after: travel).position.horizontalLength - arm.workspace.usual)
        return travel + Weight.slant * oblique + Weight.lever * max(0, lever - Reach.freeLever)
            + Weight.pushedFar * far
    }

    /// Whether this is nearly the same push.
    func isLike(_ other: Shove) -> Bool {
        abs((heading - other.heading).wrapped) < Alike.headings && abs(travel - other.travel) < Alike.travels
            && abs(beside - other.beside) < Alike.besides
    }
}

extension Belief {
    /// The same with one thing elsewhere.
    func with(_ thing: Thing) -> Belief {
        var changed = self
        changed.things = things.map { $0.name == thing.name ? thing : $0 }
        return changed
    }
}
