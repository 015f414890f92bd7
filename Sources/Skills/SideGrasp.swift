import Physics
import RobotModel

/// Grasps from the side, for tall things: nearly level, the gripper reaches further out than hanging.
extension SkillCompiler {
    /// Height of the pads' middle above what the thing stands on, at least, metres: the palm hangs lower.
    private var sideFloor: Double { arm.hand.levelPalm.half + Margin.levelPalm }
    /// How far the fingers come along their own direction, metres: their length and a little.
    private var reachIn: Double { arm.hand.level.fingers + Margin.reachIn }
    /// Free space beside each pad before closing, metres: less, a finger tips what stands a little off; more is a wider way.
    private static let beside = 0.010

    /// A grasp from the side: the arm's joints before, at and above it.
    private struct SideGrasp {
        var reachIn: [[Double]]
        var grip: [Double]
        var up: [[Double]]
        var carry: [Double]
    }

    /// Legs to grasp a thing from the side and lift it; nil if it is too low or the arm cannot.
    func sidePick(_ thing: Thing, _ belief: Belief, _ style: Style) -> [Leg]? {
        let stance = Stance(of: thing)
        guard stance.height >= Size.sideHeight, thing.pose.orientation.tilt < Lean.sideUpright, !stance.isBulging
        else { return nil }
        let place = thing.pose.position
        let bearing = arctangent(place.y, place.x)
        let high = min(thing.lowerFace + max(sideFloor, 0.5 * stance.height), thing.upperFace - Margin.sideTop)
        let point = Vector3(place.x, place.y, high)
        let clearance = Clearance(things: belief.things, except: thing.name, around: place, arm: arm)
        var skipped = 0
        for lean in Lean.side {
            for yaw in sideYaws(bearing, roll: belief.joints[arm.roles.roll]) {
                guard let width = stance.width(across: yaw, within: Lean.askew, jaw: arm.jaw),
                    let grasp = sideGrasp(at: point, yaw: yaw, width: width, lean: lean, clearance)
                else { continue }
                if skipped == style.skipped { return legs(of: grasp, belief, style) }
                skipped += 1
            }
        }
        return nil
    }

    /// Across the radius, the turn of the wrist that is nearer first: only so do the jaws of a leaning gripper lie level.
    private func sideYaws(_ bearing: Double, roll: Double) -> [Double] {
        [Double.pi / 2, -.pi / 2].filter { kinematics.ranges[arm.roles.roll].contains(arm.roll(turn: $0)) }
            .sorted { abs(arm.roll(turn: $0) - roll) < abs(arm.roll(turn: $1) - roll) }.map { bearing + $0 }
    }

    private func sideGrasp(
        at point: Vector3, yaw: Double, width: Double, lean: Double, _ clearance: Clearance
    ) -> SideGrasp? {
        let opening = width + 2 * Self.beside
        let (open, closed) = (arm.jaw.angle(forOpening: opening), arm.jaw.angle(forOpening: width))
        let before = point - fingers(leaning: lean, towards: point) * reachIn
        let tilt = lean...lean
        guard clearance.sideObstacles(point: before, opening: opening, tilt: lean).isEmpty,
            clearance.sideObstacles(point: point, opening: opening, tilt: lean).isEmpty,
            let first = joints(at: before, yaw: yaw, opening: opening, gripper: open, tilt: lean),
            let way = line(from: before, to: point, yaw: yaw, opening: opening, gripper: open, tilt: tilt),
            let grip = joints(at: point, yaw: yaw, opening: width, gripper: closed, tilt: lean)
        else { return nil }
        for height in Reach.hovers {
            let above = point + Vector3(0, 0, height)
            guard let up = line(from: point, to: above, yaw: yaw, opening: width, gripper: closed, tilt: tilt),
                let carry = carrying(towards: point, yaw: yaw, opening: width, gripper: closed, lean: lean)
            else { continue }
            return SideGrasp(reachIn: [first] + way, grip: grip, up: up, carry: carry)
        }
        return nil
    }

    private func legs(of grasp: SideGrasp, _ belief: Belief, _ style: Style) -> [Leg] {
        let squeeze = (from: arm.jaw.squeeze, to: arm.jaw.squeeze)
        let first = grasp.reachIn[0]
        let opening = arm.jaw.opening(atAngle: first[arm.roles.gripper])
        let state = kinematics.state(joints: first, opening: opening)
        let bearing = arctangent(state.point.y, state.point.x)
        let approach = drawIn(
            from: belief.joints, bearing: bearing, turn: (state.yaw - bearing).wrapped, opening: opening,
            gripper: first[arm.roles.gripper], style: style)
        let (load, seconds) = (Grip.assumedMass, reachIn / Pace.careful)
        return [
            Leg(kind: .hover, via: approach + [first], seconds: Pace.hover),
            Leg(kind: .reach, via: grasp.reachIn, seconds: seconds, care: .careful),
            Leg(
                kind: .close, via: [grasp.reachIn[grasp.reachIn.count - 1], grasp.grip], seconds: Pace.sideClose,
                care: .grip, squeeze: (0, arm.jaw.squeeze)),
            Leg(
                kind: .trial, via: [grasp.grip] + grasp.up.prefix(2), seconds: Pace.trial, care: .careful,
                squeeze: squeeze, carried: load),
            Leg(
                kind: .lift, via: Array(grasp.up.dropFirst()), seconds: seconds, care: .careful, squeeze: squeeze,
                carried: load),
            Leg(
                kind: .carry, via: [grasp.up[grasp.up.count - 1], grasp.carry], seconds: Pace.sideCarry,
                squeeze: squeeze, carried: load),
        ]
    }

    /// Legs that put down what was grasped from the side, with the same lean: upright, or dropped into what is deep.
    func sidePlace(
        _ thing: Thing, _ held: HeldThing, among spots: [Vector3], on target: Thing, _ belief: Belief, _ style: Style
    ) -> [Leg]? {
        var skipped = 0
        for spot in spots.prefix(Tries.spots) {
            let bearing = arctangent(spot.y, spot.x)
            for yaw in sideYaws(bearing, roll: belief.joints[arm.roles.roll]) {
                guard let legs = sidePlace(thing, held, at: spot, yaw: yaw, on: target, belief, style) else { continue }
                if skipped == style.skipped { return legs }
                skipped += 1
                break
            }
        }
        return nil
    }

    private func sidePlace(
        _ thing: Thing, _ held: HeldThing, at spot: Vector3, yaw: Double, on target: Thing, _ belief: Belief,
        _ style: Style
    ) -> [Leg]? {
        let width = held.grasp.position.z * 2
        let opening = width + 2 * Self.beside
        let (open, closed) = (arm.jaw.angle(forOpening: opening), held.opening)
        // a container's walls stay below the hand: the rest of the way it falls
        let floor = target.upperFace + (target.shape.isContainer ? Margin.sideRim : Margin.underfoot)
        let lean = held.lean
        guard let point = fitted(held, thing, at: spot, lowest: floor, yaw: yaw, width: width) else { return nil }
        let things = belief.things.filter { $0.name != thing.name }
        let clearance = Clearance(things: things, except: target.name, around: point, arm: arm)
        let back = point - fingers(leaning: lean, towards: point) * reachIn
        let tilt = lean...lean
        guard clearance.sideObstacles(point: point, opening: opening, tilt: lean).isEmpty,
            let down = lowering(to: point, yaw: yaw, opening: width, gripper: closed, lean: lean),
            let last = joints(at: point, yaw: yaw, opening: opening, gripper: open, tilt: lean),
            let off = line(from: point, to: back, yaw: yaw, opening: opening, gripper: open, tilt: tilt)
        else { return nil }
        let bearing = arctangent(point.y, point.x)
        let state = kinematics.state(joints: belief.joints, opening: width)
        let turn = (yaw - bearing).wrapped
        guard
            let drawn = carrying(towards: state.point, yaw: state.yaw, opening: width, gripper: closed, lean: lean),
            let over = carrying(towards: point, yaw: yaw, opening: width, gripper: closed, lean: lean),
            let away = drawnIn(bearing: bearing, turn: turn, opening: opening, gripper: open, style: style)
        else { return nil }
        let squeeze = (from: arm.jaw.squeeze, to: arm.jaw.squeeze)
        let seconds = Reach.lowerings[0] / Pace.careful
        return [
            Leg(
                kind: .over, via: [belief.joints, drawn, over, down[0]], seconds: Pace.sideCarry, squeeze: squeeze,
                carried: held.mass),
            Leg(kind: .lower, via: down, seconds: seconds, care: .careful, squeeze: squeeze, carried: held.mass),
            Leg(
                kind: .open, via: [down[down.count - 1], last], seconds: Pace.sideOpen, care: .grip,
                squeeze: (arm.jaw.squeeze, 0)),
            Leg(kind: .retreat, via: [last] + off, seconds: seconds, care: .careful),
            Leg(kind: .withdraw, via: [off[off.count - 1], away], seconds: Pace.sideWithdraw),
        ]
    }

    /// From some way above down to the point.
    private func lowering(to point: Vector3, yaw: Double, opening: Double, gripper: Double, lean: Double) -> [[Double]]?
    {
        for height in Reach.lowerings {
            let above = point + Vector3(0, 0, height)
            guard let first = joints(at: above, yaw: yaw, opening: opening, gripper: gripper, tilt: lean),
                let rest = line(
                    from: above, to: point, yaw: yaw, opening: opening, gripper: gripper, tilt: lean...lean)
            else { continue }
            return [first] + rest
        }
        return nil
    }

    /// Where the pads must be for the held thing to stand over the spot with its lowest point at a height.
    private func fitted(
        _ held: HeldThing, _ thing: Thing, at spot: Vector3, lowest: Double, yaw: Double, width: Double
    ) -> Vector3? {
        var point = Vector3(spot.x, spot.y, lowest + Stance(of: thing).height / 2)
        for _ in 0..<Tries.fits {
            guard let found = joints(at: point, yaw: yaw, opening: width, gripper: held.opening, tilt: held.lean) else {
                return nil
            }
            var moved = thing
            moved.pose = kinematics.state(joints: found, opening: width).fingertip.transform(held.grasp)
            let miss = Vector3(
                spot.x - moved.pose.position.x, spot.y - moved.pose.position.y, lowest - moved.lowestPoint)
            point = point + miss
            if miss.length < Tries.fitted { break }
        }
        return point
    }

    /// Drawn in with the lean kept, so that what is carried stays upright; the yaw's turn against the radius too.
    private func carrying(
        towards point: Vector3, yaw: Double, opening: Double, gripper: Double, lean: Double
    ) -> [Double]? {
        let bearing = arctangent(point.y, point.x)
        let turn = (yaw - bearing).wrapped < 0 ? -Double.pi / 2 : .pi / 2
        for place in arm.workspace.carried {
            let drawn = Vector3(
                place.distance * cosine(bearing), place.distance * sine(bearing), place.height)
            if let found = joints(at: drawn, yaw: bearing + turn, opening: opening, gripper: gripper, tilt: lean) {
                return found
            }
        }
        return nil
    }

    private func joints(
        at point: Vector3, yaw: Double, opening: Double, gripper: Double, tilt: Double
    ) -> [Double]? {
        let target = GripperTarget(point: point, yaw: yaw, opening: opening, tilt: tilt...tilt)
        guard var found = kinematics.solve(target, tilt: tilt)?.joints else { return nil }
        found[arm.roles.gripper] = gripper
        return found
    }

    /// Direction of the fingers of a gripper that leans outward on its way to a point.
    private func fingers(leaning lean: Double, towards point: Vector3) -> Vector3 {
        let bearing = arctangent(point.y, point.x)
        return Vector3(sine(lean) * cosine(bearing), sine(lean) * sine(bearing), -cosine(lean))
    }
}

extension HeldThing {
    /// Whether it was grasped from the side, and has to be put down so.
    var isFromTheSide: Bool { lean > Lean.fromTheSide }
}

extension Stance {
    /// Distance of the faces that jaws in this direction would close on; nil if none lie so.
    func width(across yaw: Double, within askew: Double, jaw: Jaw) -> Double? {
        faces.first { face in
            guard face.width <= jaw.widest else { return false }
            guard let direction = face.yaw else { return true }
            let turn = abs((direction - yaw).wrapped)
            return min(turn, .pi - turn) < askew
        }?.width
    }
}

extension Clearance {
    /// What a gripper that leans outward over a point would touch: fingers and, behind and lower, the hand.
    func sideObstacles(point: Vector3, opening: Double, tilt: Double) -> Set<String> {
        let bearing = arctangent(point.y, point.x)
        let inward = Vector3(-cosine(bearing), -sine(bearing), 0)
        let parts: [(from: Double, to: Double, half: Double, thickness: Double)] = [
            (-Margin.beyondPads, hand.level.fingers, opening / 2 + hand.fingers.behind, hand.level.half),
            (hand.level.fingers, hand.levelPalm.back, hand.levelPalm.breadth, hand.levelPalm.half),
        ]
        var hit: Set<String> = []
        for part in parts {
            let middle = (part.from + part.to) / 2 * sine(tilt)
            let footprint = Footprint(
                centre: point + inward * middle, halfX: (part.to - part.from) / 2 * sine(tilt), halfY: part.half,
                yaw: bearing)
            let bottom = point.z + max(0, part.from) * cosine(tilt) - part.thickness * sine(tilt)
            hit.formUnion(touched(by: footprint, above: bottom))
        }
        return hit
    }
}
