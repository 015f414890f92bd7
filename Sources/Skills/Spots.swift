import Physics
import RobotModel

/// Where on a target a thing can be let go.
extension SkillCompiler {
    /// Places for the thing's centre, best first: central and at a comfortable distance; far from others in a bin.
    func spots(for thing: Thing, on target: Thing, _ belief: Belief) -> [Vector3] {
        let others = companions(of: thing, on: target, belief)
        let turn = Quaternion(yaw: target.pose.orientation.yaw)
        let near = arm.workspace.comfortable
        var spots: [(cost: Double, place: Vector3)] = []
        for way in lyingWays(thing, on: target) {
            for x in LyingWay.steps(way.roomX) {
                for y in LyingWay.steps(way.roomY) {
                    let offset = Vector3(x, y, 0)
                    if target.isRound, offset.length > min(way.roomX, way.roomY) + 1e-9 { continue }
                    let spot = target.pose.position + turn.rotate(offset)
                    let isOpen = target.isDeep || others.allSatisfy { way.isClear(thing, at: spot, of: $0) }
                    guard isOpen, !spots.contains(where: { $0.place == spot }) else { continue }
                    let distance = spot.horizontalLength
                    let crowd =
                        others.map { max(0, Margin.company - ($0.pose.position - spot).horizontalLength) }.max() ?? 0
                    let cost =
                        way.unease(offset, in: target) + Weight.uncomfortable * max(0, distance - near.upperBound)
                        + Weight.uncomfortable * max(0, near.lowerBound - distance) + Weight.crowded * crowd
                        + (target.isDeep ? 0 : Weight.hidden * max(0, arm.workspace.hidden - spot.x))
                    spots.append((cost, spot))
                }
            }
        }
        return spots.sorted { $0.cost < $1.cost }.map(\.place)
    }

    /// How the thing may be turned on the target: along its edges in a tray, where what is long has room beside others.
    private func lyingWays(_ thing: Thing, on target: Thing) -> [LyingWay] {
        let radius = Stance(of: thing).radius
        let size = thing.shape.extent
        guard target.shape.isContainer, !target.isDeep, !thing.isRound, thing.pose.orientation.tilt < Lean.held else {
            return [LyingWay(halfX: radius, halfY: radius, thing, on: target)]
        }
        return [(size.x, size.y), (size.y, size.x)].map { LyingWay(halfX: $0 / 2, halfY: $1 / 2, thing, on: target) }
    }

    /// What already lies in or on the target.
    func companions(of thing: Thing, on target: Thing, _ belief: Belief) -> [Thing] {
        belief.things.filter {
            guard $0.name != thing.name, $0.name != target.name, target.footprintContains($0.pose.position) else {
                return false
            }
            return target.shape.isContainer
                ? $0.lowerFace > target.lowerFace - Margin.sunk && $0.pose.position.z > target.lowerFace
                : $0.lowerFace > target.upperFace - Margin.onTop
        }
    }

    /// Height of the lowest point of the thing when it is let go, metres.
    func releaseHeight(
        _ held: HeldThing, _ thing: Thing, at spot: Vector3, on target: Thing, _ belief: Belief
    ) -> Double {
        guard target.shape.isContainer else { return target.upperFace + Margin.underfoot }
        // what lies below may lean on a wall: it counts as high as its diagonal
        let over = across(target, except: thing, belief).map(\.name)
        let below = companions(of: thing, on: target, belief).filter { !over.contains($0.name) }
        let pile = below.filter {
            ($0.pose.position - spot).horizontalLength < Stance(of: thing).radius + Stance(of: $0).radius
        }.map { other in
            target.isDeep
                ? max(other.upperFace, other.pose.position.z + Stance(of: other).radius) : target.lowerFace
        }
        let floor = max(target.lowerFace + Shape.wallThickness, pile.max() ?? 0) + Margin.underfoot
        // the fingertips stay out of the container: the rest of the way the thing falls
        let padsAbove = Stance(of: thing).height / 2 + held.grasp.position.x - arm.jaw.padHalfLength
        // what nearly fills it, and hangs a little aslant, is let go over the rim
        let half = min(target.shape.extent.x, target.shape.extent.y) / 2
        let dip = Stance(of: thing).radius < half - Margin.filling ? Reach.dip : -Reach.overRim
        return max(floor, max(target.upperFace - dip, target.upperFace + Margin.rim - padsAbove))
    }

    /// Whether jaws that let go, and the thing itself, keep clear of what stands around.
    func isFree(
        _ thing: Thing, _ held: HeldThing, at spot: Vector3, yaw: Double, point: Vector3, opening: Double,
        on target: Thing, _ belief: Belief
    ) -> Bool {
        let things =
            target.isDeep
            ? across(target, except: thing, belief) : belief.things.filter { $0.name != thing.name }
        if things.isEmpty { return true }
        let clearance = Clearance(
            things: things, except: target.shape.isContainer ? "" : target.name, around: point, arm: arm)
        if clearance.obstacle(point: point, yaw: yaw, opening: opening, tilt: Lean.hand) != nil { return false }
        if target.isDeep { return true }
        let size = thing.shape.extent
        let turn = thing.isRound ? target.pose.orientation.yaw : yaw + held.turn
        let mine = Footprint(centre: spot, halfX: size.x / 2, halfY: size.y / 2, yaw: turn)
        guard !target.shape.isContainer || mine.isInside(target, margin: Margin.releasedAtWall) else { return false }
        return companions(of: thing, on: target, belief).allSatisfy {
            !mine.meets(Footprint(of: $0), gap: Margin.released)
        }
    }
}

/// One way a thing may lie on a target, with the room that its middle has there along the target's edges.
private struct LyingWay {
    /// How far the thing reaches along the target's edges, metres.
    let halfX, halfY: Double
    /// How far its middle may be from the target's, metres.
    let roomX, roomY: Double
    private let turn: Double

    init(halfX: Double, halfY: Double, _ thing: Thing, on target: Thing) {
        let wall = target.shape.isContainer ? Shape.wallThickness + Margin.wall : 0
        let size = target.shape.extent
        (self.halfX, self.halfY) = (halfX, halfY)
        // on a small block only its centre will do; on wide things there is a choice
        roomX = max(0, size.x / 2 - halfX - wall)
        roomY = max(0, size.y / 2 - halfY - wall)
        turn = target.pose.orientation.yaw
    }

    /// Offsets that are worth telling apart, metres.
    static func steps(_ room: Double) -> [Double] {
        let most = Tries.spotSteps
        guard room > Size.gridRoom else { return room > 0 ? [-room, 0, room] : [0] }
        return (-most...most).map { Double($0) / Double(most) * room }
    }

    /// Whether the thing would stand clear of another one there.
    func isClear(_ thing: Thing, at spot: Vector3, of other: Thing) -> Bool {
        if thing.isRound || other.isRound {
            let halves = [thing, other].reduce(0) { $0 + min($1.shape.extent.x, $1.shape.extent.y) / 2 }
            guard (other.pose.position - spot).horizontalLength > halves + Margin.roundCompanion else { return false }
            if thing.isRound, other.isRound { return true }
        }
        let half = min(halfX, thing.shape.extent.x / 2)
        let mine = Footprint(
            centre: spot, halfX: thing.isRound ? half : halfX, halfY: thing.isRound ? half : halfY, yaw: turn)
        return !mine.meets(Footprint(of: other), gap: Margin.companion)
    }

    /// How far a spot is from the best place, metres: the middle, but of a wide tray a corner, and of a wide plate a place
    /// beside the middle, so that more find room.
    func unease(_ offset: Vector3, in target: Thing) -> Double {
        if case .plate = target.shape, min(roomX, roomY) > Size.wideRoom {
            return abs(offset.horizontalLength - Size.ring * min(roomX, roomY))
        }
        guard target.shape.isContainer, !target.isDeep else { return offset.horizontalLength }
        // in the middle of a narrow one nothing else would have room on either side
        func unease(_ along: Double, _ room: Double) -> Double {
            room > Size.cornerRoom ? abs(abs(along) - (room > Size.wideRoom ? Size.corner : 1) * room) : abs(along)
        }
        return unease(offset.x, roomX) + unease(offset.y, roomY)
    }
}

extension Thing {
    /// Whether things may be dropped into it and lie on one another.
    var isDeep: Bool {
        if case .bin = shape { return true }
        return false
    }
}
