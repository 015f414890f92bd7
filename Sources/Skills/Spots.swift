import Physics
import RobotModel

/// Where on a target a thing can be let go.
extension SkillCompiler {
    /// Places for the thing's centre, best first: central and at a comfortable distance; far from others in a bin.
    func spots(for thing: Thing, on target: Thing, _ belief: Belief) -> [Vector3] {
        let radius = Stance(of: thing).radius
        let wall = target.shape.isContainer ? Shape.wallThickness + 0.010 : 0
        let size = target.shape.extent
        // on a small block only its centre will do; on wide things there is a choice
        let roomX = max(0, size.x / 2 - radius - wall)
        let roomY = max(0, size.y / 2 - radius - wall)
        let others = companions(of: thing, on: target, belief)
        func comfort(_ spot: Vector3) -> Double {
            let distance = spot.horizontalLength
            let crowd = others.map { max(0, 0.06 - ($0.pose.position - spot).horizontalLength) }.max() ?? 0
            return offCentre(spot, on: target, room: max(roomX, roomY)) + 3 * max(0, distance - 0.24)
                + 3 * max(0, 0.15 - distance) + 3 * crowd
        }
        var spots: [Vector3] = []
        for ix in -4...4 {
            for iy in -4...4 {
                let offset = Vector3(Double(ix) / 4 * roomX, Double(iy) / 4 * roomY, 0)
                if target.isRound, offset.length > min(roomX, roomY) + 1e-9 { continue }
                let spot = target.pose.position + Quaternion(yaw: target.pose.orientation.yaw).rotate(offset)
                if !spots.contains(spot), others.isEmpty || target.isDeep || isClear(thing, spot, of: others) {
                    spots.append(spot)
                }
            }
        }
        return spots.sorted { comfort($0) < comfort($1) }
    }

    /// How far a spot is from the best place, metres: the middle, but of a wide tray one end, so that more will find room.
    private func offCentre(_ spot: Vector3, on target: Thing, room: Double) -> Double {
        let offset = Quaternion(yaw: -target.pose.orientation.yaw).rotate(spot - target.pose.position)
        guard target.shape.isContainer, !target.isDeep, room > 0.02 else { return offset.horizontalLength }
        let isWide = target.shape.extent.x >= target.shape.extent.y
        let (long, short) = isWide ? (offset.x, offset.y) : (offset.y, offset.x)
        return abs(abs(long) - 0.75 * room) + abs(short)
    }

    /// What already lies in or on the target.
    func companions(of thing: Thing, on target: Thing, _ belief: Belief) -> [Thing] {
        belief.things.filter {
            guard $0.name != thing.name, $0.name != target.name, target.footprintContains($0.pose.position) else {
                return false
            }
            return target.shape.isContainer
                ? $0.lowerFace > target.lowerFace - 0.004 && $0.pose.position.z > target.lowerFace
                : $0.lowerFace > target.upperFace - 0.008
        }
    }

    /// Whether the thing would stand clear of the others, at the turn that suits it best.
    private func isClear(_ thing: Thing, _ spot: Vector3, of others: [Thing]) -> Bool {
        others.allSatisfy { other in
            let extents = [thing.shape.extent, other.shape.extent]
            let halves = extents.reduce(0) { $0 + min($1.x, $1.y) / 2 }
            return (other.pose.position - spot).horizontalLength > halves + 0.004
        }
    }

    /// Height of the lowest point of the thing when it is let go, metres.
    func releaseHeight(
        _ held: HeldThing, _ thing: Thing, at spot: Vector3, on target: Thing, _ belief: Belief
    ) -> Double {
        guard target.shape.isContainer else { return target.upperFace + Self.gap }
        // what lies below may lean on a wall: it counts as high as its diagonal
        let over = across(target, except: thing, belief).map(\.name)
        let below = companions(of: thing, on: target, belief).filter { !over.contains($0.name) }
        let pile = below.filter {
            ($0.pose.position - spot).horizontalLength < Stance(of: thing).radius + Stance(of: $0).radius
        }.map { other in
            target.isDeep
                ? max(other.upperFace, other.pose.position.z + Stance(of: other).radius) : target.lowerFace
        }
        let floor = max(target.lowerFace + Shape.wallThickness, pile.max() ?? 0) + Self.gap
        // the fingertips stay out of the container: the rest of the way the thing falls
        let padsAbove = Stance(of: thing).height / 2 + held.grasp.position.x - SO101.Gripper.padHalfLength
        // what nearly fills it, and hangs a little aslant, is let go over the rim
        let fits = Stance(of: thing).radius < min(target.shape.extent.x, target.shape.extent.y) / 2 - 0.015
        let dip = fits ? Self.dip : -0.002
        return max(floor, max(target.upperFace - dip, target.upperFace + Self.above - padsAbove))
    }

    /// Whether jaws that let go, and the thing itself, keep clear of what stands around.
    func isFree(
        _ thing: Thing, _ held: HeldThing, yaw: Double, point: Vector3, opening: Double, on target: Thing,
        _ belief: Belief
    ) -> Bool {
        let things =
            target.isDeep
            ? across(target, except: thing, belief) : belief.things.filter { $0.name != thing.name }
        if things.isEmpty { return true }
        let clearance = Clearance(things: things, except: target.shape.isContainer ? "" : target.name, around: point)
        if clearance.obstacle(point: point, yaw: yaw, opening: opening, tilt: 0.1) != nil { return false }
        if target.isDeep { return true }
        let size = thing.shape.extent
        let mine = Footprint(centre: point, halfX: size.x / 2, halfY: size.y / 2, yaw: yaw)
        return companions(of: thing, on: target, belief).allSatisfy { other in
            let edges = other.shape.extent
            let footprint = Footprint(
                centre: other.pose.position, halfX: edges.x / 2, halfY: edges.y / 2, yaw: other.pose.orientation.yaw)
            return !mine.meets(footprint, gap: 0.002)
        }
    }
}

extension Thing {
    /// Whether things may be dropped into it and lie on one another.
    var isDeep: Bool {
        if case .bin = shape { return true }
        return false
    }
}
