import Physics
import RobotModel

/// Puts the held thing down in, on or next to something.
struct Place: Skill {
    let thing: String
    let relation: SkillCall.Relation
    let target: String

    var text: String { "place \(thing) \(relation.rawValue) \(target)" }
    var involves: [String] { relation == .beside ? [thing] : [thing, target] }
    var hand: HandEffect { .letsGo(thing, relation, target: target) }

    /// Where the goal wants it, and then wherever it can be put.
    static func options(holding held: HeldThing, in belief: Belief, for goal: Goal) -> [SkillCall] {
        let wanted = goal.placings(of: held.name)
        let targets = belief.things.filter { $0.name != held.name }
        let places = targets.compactMap { target -> SkillCall? in
            if target.shape.isContainer { return .place(held.name, .inside, target.name) }
            if case .sphere = target.shape { return nil }
            return .place(held.name, .on, target.name)
        }
        return wanted + places.filter { !wanted.contains($0) }
    }

    func serves(_ goal: Goal) -> Bool { goal.placings(of: thing).contains(.place(thing, relation, target)) }

    func legs(_ belief: Belief, _ style: Style, by compiler: SkillCompiler) throws(SkillFailure) -> [Leg] {
        try compiler.place(thing, relation, target, belief, style)
    }

    func isDone(_ change: Change) -> Bool {
        switch relation {
        case .inside: change.reaches(.inside(thing, target))
        case .on: change.reaches(.on(thing, target)) && !topples(change)
        case .beside: change.reaches(.near(thing, target, Goal.besideGap)) && !topples(change)
        }
    }

    /// Whether what was to stand on something fell over: it stood upright in the hand, and does no more.
    private func topples(_ change: Change) -> Bool {
        guard let before = change.before.thing(thing), let later = change.after.thing(thing) else { return false }
        if case .sphere = before.shape { return false }
        return before.pose.orientation.tilt < Lean.upright && later.pose.orientation.tilt > Lean.upright
    }

    var missed: String { "it does not come to rest there" }
}

extension Goal {
    /// The skills that put the thing where the goal wants it.
    package func placings(of name: String) -> [SkillCall] {
        switch self {
        case .inside(name, let target): [.place(name, .inside, target)]
        case .on(name, let target): [.place(name, .on, target)]
        case .near(name, let target, _): [.place(name, .beside, target)]
        case .stands(name, let spot): [.stand(name, spot)]
        case .all(let goals), .any(let goals): goals.flatMap { $0.placings(of: name) }
        default: []
        }
    }
}

extension SkillCompiler {
    func place(
        _ name: String, _ relation: SkillCall.Relation, _ targetName: String, _ belief: Belief, _ style: Style
    ) throws(SkillFailure) -> [Leg] {
        guard let held = belief.held, held.name == name else {
            throw SkillFailure(.notHeld, "the gripper does not hold the \(name)")
        }
        guard let thing = belief.thing(name) else { throw SkillFailure(.noSuchThing, "I see no \(name)") }
        guard let target = belief.thing(targetName) ?? Self.table(named: targetName) else {
            throw SkillFailure(.noSuchThing, "I see no \(targetName)")
        }
        guard target.name != name else { throw SkillFailure(.blocked, "the \(name) cannot be put on itself") }
        if target.forbidden, relation != .beside {
            throw SkillFailure(.forbidden, "the \(targetName) must not be touched")
        }
        if relation == .beside { return try placeBeside(thing, held, target, belief, style) }
        if case .sphere = target.shape {
            throw SkillFailure(.blocked, "nothing stays on the \(targetName), it is a ball")
        }
        if relation == .inside, !target.shape.isContainer {
            throw SkillFailure(.blocked, "nothing can be put into the \(targetName), it has no inside")
        }
        if relation == .inside, let excess = target.excess(of: thing) { throw excess }
        let onTable = belief.thing(targetName) == nil
        let covers = onTable ? [] : across(target, except: thing, belief)
        let all =
            onTable ? style.spot.map { [$0] } ?? freeTable(for: thing, belief) : spots(for: thing, on: target, belief)
        let spots = all.filter { isOpen($0, for: thing, under: covers) }
        if let cover = covers.first, spots.isEmpty { throw covered(target, by: cover, covers) }
        let others = onTable ? [] : companions(of: thing, on: target, belief).map(\.name)
        let isFull = SkillFailure(
            .blocked, "there is no free room on the \(targetName) for the \(name)", obstacles: others)
        guard !spots.isEmpty else { throw isFull }
        if let legs = placeLegs(thing, held, among: spots, on: target, belief, style) { return legs }
        if let cover = covers.first { throw covered(target, by: cover, covers) }
        guard others.isEmpty else { throw isFull }
        let distance = target.pose.position.horizontalLength
        throw SkillFailure(
            .unreachable,
            "the \(targetName) is \(centimetres(distance)) from the arm's axis, out of reach for putting"
                + " the \(name) there")
    }

    /// At the first spot that will do, passing over as many as the style says.
    func placeLegs(
        _ thing: Thing, _ held: HeldThing, among spots: [Vector3], on target: Thing, _ belief: Belief, _ style: Style
    ) -> [Leg]? {
        if held.isFromTheSide { return sidePlace(thing, held, among: spots, on: target, belief, style) }
        var taken: [Vector3] = []
        for room in Margin.release {
            for spot in spots.prefix(Tries.spots) {
                // another style is another place, not the one beside it
                if taken.contains(where: { ($0 - spot).horizontalLength < Alike.spots }) { continue }
                guard let legs = placeLegs(thing, held, at: spot, on: target, room: room, belief, style) else {
                    continue
                }
                if taken.count == style.skipped { return legs }
                taken.append(spot)
            }
        }
        return nil
    }

    private func placeLegs(
        _ thing: Thing, _ held: HeldThing, at spot: Vector3, on target: Thing, room: Double, _ belief: Belief,
        _ style: Style
    ) -> [Leg]? {
        let lowest = releaseHeight(held, thing, at: spot, on: target, belief)
        let width = held.grasp.position.z * 2
        let closed = held.opening
        let hang = Stance(of: thing).height / 2 + held.grasp.position.x
        let opening = width + 2 * room
        let open = arm.jaw.angle(forOpening: opening)
        let hovers = hovers(over: target, letting: thing, held, go: lowest)
        for yaw in jawDirections(held, thing, at: spot, on: target, roll: belief.joints[arm.roles.roll]) {
            guard let end = fit(held, thing, at: spot, lowest: lowest, yaw: yaw, width: width) else { continue }
            guard
                let (above, down) = descent(
                    to: end.point, yaw: yaw, opening: width, gripper: closed, hovers: hovers),
                let (_, up) = descent(to: end.point, yaw: yaw, opening: opening, gripper: open, hovers: hovers)
            else { continue }
            guard isFree(thing, held, at: spot, yaw: yaw, point: end.point, opening: opening, on: target, belief)
            else {
                continue
            }
            let bearing = arctangent(end.point.y, end.point.x)
            let turn = (yaw - bearing).wrapped
            let transit = drawIn(
                from: belief.joints, bearing: bearing, turn: turn, opening: width, gripper: closed, hang: hang,
                style: style)
            guard let away = drawnIn(bearing: bearing, turn: turn, opening: opening, gripper: open, style: style)
            else { continue }
            let seconds = (above.z - end.point.z) / Pace.careful
            let squeeze = (from: arm.jaw.squeeze, to: arm.jaw.squeeze)
            let mass = held.mass
            return [
                Leg(
                    kind: .over, via: transit + [down[0]], seconds: Pace.shortest, squeeze: squeeze, carried: mass),
                // things slip a little in the jaws: they may touch down early, and would spring away when let go
                Leg(
                    kind: .lower, via: down, seconds: seconds, care: .careful, squeeze: squeeze, carried: mass,
                    yields: true),
                Leg(
                    kind: .open, via: release(from: down[down.count - 1], to: up[up.count - 1], width, room),
                    seconds: Pace.open, care: .grip, squeeze: (arm.jaw.squeeze, 0)),
                Leg(
                    kind: .retreat, via: up.reversed(), seconds: Pace.retreatShare * seconds, settling: Pace.passing),
                Leg(kind: .withdraw, via: [up[0], away], seconds: Pace.shortest, settling: Pace.passing),
            ]
        }
        return nil
    }

    /// First the moving jaw goes, then the arm shifts so that the thing stands midway: the other way round the jaw that
    /// still closes would push what is tall over.
    private func release(from closed: [Double], to open: [Double], _ width: Double, _ room: Double) -> [[Double]] {
        var between = closed
        between[arm.roles.gripper] = arm.jaw.angle(forOpening: width + Grip.firstOpening * room)
        return [closed, between, open]
    }

    /// Heights above the place where it is let go to come down from and to go up to, best first, metres.
    private func hovers(over target: Thing, letting thing: Thing, _ held: HeldThing, go lowest: Double) -> [Double] {
        let usual = max(Reach.placeHover, target.upperFace + Reach.overTarget - lowest)
        let shorter = Reach.hoverShares.map { $0 * usual }
        // what stays standing between the pads is cleared before the hand turns away; in a bin it falls
        guard !target.isDeep else { return shorter }
        let above = Stance(of: thing).height / 2 - held.grasp.position.x
        let clear = above + arm.jaw.padHalfLength + Self.overTop
        return shorter.map { max($0, clear) } + shorter.filter { $0 < clear }
    }

    /// How far over the top of what was let go the pads pass, metres: less, they brush it when joints sag.
    private static let overTop = 0.008

    /// Jaw directions that turn the thing square to what it is put on, jaws across the radius first; radians.
    func jawDirections(_ held: HeldThing, _ thing: Thing, at spot: Vector3, on target: Thing, roll: Double)
        -> [Double]
    {
        let bearing = arctangent(spot.y, spot.x)
        let square = !thing.isRound && !target.isRound
        let base = square ? target.pose.orientation.yaw - held.turn : bearing + .pi / 2
        let quarter = [0, 1, 2, 3].map { (base + Double($0) * .pi / 2 - bearing).wrapped }
        let others: [Double] = square ? [.pi / 2, -.pi / 2] : []
        // what is long lies along an edge of a tray, where it can: aslant it would take the room of two
        let edges = [thing.shape.extent.x, thing.shape.extent.y].sorted()
        let isLong = target.shape.isContainer && !target.isDeep && edges[1] > Size.long * edges[0]
        return (isLong ? [quarter, others] : [quarter + others]).flatMap { turns in
            turns.filter { kinematics.ranges[arm.roles.roll].contains(arm.roll(turn: $0)) }
                .sorted { cost($0, roll) < cost($1, roll) }.map { $0 + bearing }
        }
    }

    /// Jaws across the radius, and little wrist roll from where it is.
    private func cost(_ turn: Double, _ roll: Double) -> Double {
        abs(abs(turn) - .pi / 2) + Weight.placeRoll * abs(arm.roll(turn: turn) - roll)
    }

    /// The gripper that holds the thing over the spot with its lowest point at a height; nil if out of reach.
    func fit(
        _ held: HeldThing, _ thing: Thing, at spot: Vector3, lowest: Double, yaw: Double, width: Double
    ) -> (point: Vector3, tilt: Double)? {
        var point = Vector3(spot.x, spot.y, lowest + Reach.fitGuess)
        var solution: GripperSolution?
        for _ in 0..<Tries.fits {
            let target = GripperTarget(point: point, yaw: yaw, opening: width, tilt: Lean.any)
            guard let found = kinematics.solve(target, near: solution?.joints) else { return nil }
            solution = found
            var moved = thing
            moved.pose = kinematics.state(joints: found.joints, opening: width).fingertip.transform(held.grasp)
            let miss = Vector3(
                spot.x - moved.pose.position.x, spot.y - moved.pose.position.y, lowest - moved.lowestPoint)
            point = point + miss
            if miss.length < Tries.fitted { break }
        }
        return solution.map { (point, $0.tilt) }
    }
}

extension Thing {
    /// Why a thing does not fit into this container, however it is turned; nil if it may.
    fileprivate func excess(of thing: Thing) -> SkillFailure? {
        let (edges, inner) = (thing.shape.extent, shape.extent)
        let narrowest = min(edges.x, edges.y)
        let room = min(inner.x, inner.y) - 2 * Shape.wallThickness
        guard narrowest > room else { return nil }
        let (wide, free) = (Int((narrowest * 1000).rounded()), Int((room * 1000).rounded()))
        return SkillFailure(
            .tooWide,
            "the \(thing.name) is \(wide) mm wide and does not fit into the \(name), which is \(free) mm wide inside")
    }
}
