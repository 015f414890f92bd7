import Physics
import RobotModel

/// One straight push at a thing on the table, seen from above: where the fingers touch it, where they go, and where it
/// is then believed to stand.
struct Shove {
    /// A side of a thing that fingers may push at.
    struct Side {
        /// Horizontal direction out of it, radians.
        var outward: Double
        /// From the thing's middle to this side, metres.
        var depth: Double
        /// How broad the side is, metres.
        var breadth: Double
    }

    var thing: Thing
    /// What pushes, closed.
    var arm: ArmModel
    var side: Side
    /// Where the fingers go, radians.
    var heading: Double
    /// How far beside the middle of the side they touch it, metres, leftward as seen along the push.
    var beside = 0.0
    /// How far they go once they touch it, metres.
    var travel: Double

    /// Height of the middle of the pads above the table, metres: lower, sagging tips scrape; higher, things tip sooner.
    static let height = 0.018
    /// Free way before the fingers touch, metres: less, they come down on a thing whose pose is a little off.
    static let runUp = 0.014

    /// What touches a thing that is higher than the fingers are long is the hand.
    private var thickness: Double {
        let lowest = Self.height - arm.jaw.padHalfLength
        let (palm, fingers) = (arm.hand.palm, arm.hand.fingers)
        return thing.upperFace > lowest + palm.above - Margin.palm ? palm.half : fingers.half
    }

    private var forward: Vector3 { Vector3(cosine(heading), sine(heading), 0) }
    /// Of heading and side: 1 for a push straight at it.
    private var directness: Double { max(Size.leastDirectness, -cosine(heading - side.outward)) }

    /// Where the fingers' middle is when they have pushed so far, metres; negative before they touch.
    func fingers(after pushed: Double) -> Vector3 {
        let middle = Vector3(thing.pose.position.x, thing.pose.position.y, Self.height)
        let across = Vector3(cosine(side.outward + .pi / 2), sine(side.outward + .pi / 2), 0)
        return middle + forward * (pushed - (side.depth + thickness) / directness) - across * beside
    }

    var start: Vector3 { fingers(after: -Self.runUp / directness) }
    var end: Vector3 { fingers(after: travel) }

    /// How far the jaws are open: two points of contact keep a broad side from turning.
    var opening: Double {
        guard beside == 0 else { return 0 }
        let free = thing.isRound ? 0.5 * side.breadth : side.breadth - Margin.sideEnds
        return min(Reach.pushOpening, max(0, free))
    }

    /// Where the thing stands when it was pushed so far: it slides, and turns if it is pushed beside its middle.
    ///
    /// For even pressure below it the ratio of friction's turning moment to its force is a share of the diagonal.
    func pose(after pushed: Double) -> Pose {
        let diagonal = 2 * (side.depth * side.depth + side.breadth * side.breadth / 4).squareRoot()
        let ratio = Size.frictionLever * diagonal * Size.frictionLever * diagonal
        let share = ratio / (ratio + beside * beside)
        let turn = beside == 0 ? 0 : -beside * pushed / (ratio + beside * beside)
        var pose = thing.pose
        pose.position = pose.position + forward * (pushed * share)
        pose.orientation = Quaternion(yaw: turn) * pose.orientation
        return pose
    }

    /// Its outline there.
    func footprint(after pushed: Double) -> Footprint {
        let there = pose(after: pushed)
        let turned = (there.orientation.yaw - thing.pose.orientation.yaw).wrapped
        let round = thing.isRound ? Size.disc : 1.0
        return Footprint(
            centre: there.position, halfX: side.depth * round, halfY: side.breadth / 2 * round,
            yaw: side.outward + turned)
    }

    /// What the thing would run into, with every centimetre of the way looked at.
    func obstacles(_ things: [Thing]) -> Set<String> {
        var found: Set<String> = []
        for other in things where other.name != thing.name && other.lowerFace < thing.upperFace - Margin.passedUnder {
            let round = other.isRound ? Size.disc : 1.0
            let size = other.shape.extent
            let outline = Footprint(
                centre: other.pose.position, halfX: size.x / 2 * round, halfY: size.y / 2 * round,
                yaw: other.pose.orientation.yaw)
            // what stands nearer to begin with must only not come nearer still
            let wanted = other.forbidden ? Margin.pushedPastForbidden : Margin.pushedPast
            guard let gap = wanted.first(where: { !footprint(after: 0).meets(outline, gap: $0) }) else { continue }
            for step in 1...max(1, Int((travel / Reach.pushLook).rounded(.up))) {
                let pushed = min(travel, Double(step) * Reach.pushLook)
                if footprint(after: pushed).meets(outline, gap: gap) { found.insert(other.name) }
            }
        }
        return found
    }

    /// The sides of a thing as it stands; of something round, all around. What rolls away has none.
    static func sides(of thing: Thing) -> [Side] {
        if case .sphere = thing.shape { return [] }
        let faces = Stance(of: thing).faces
        if faces.count == 1, faces[0].yaw == nil {
            return (0..<Tries.roundSides).map {
                Side(
                    outward: Double($0) * .pi / Double(Tries.roundSides / 2), depth: faces[0].width / 2,
                    breadth: faces[0].width)
            }
        }
        guard faces.count == 2 else { return [] }
        return [(faces[0], faces[1]), (faces[1], faces[0])].flatMap { face, other -> [Side] in
            guard let yaw = face.yaw else { return [] }
            return [yaw, yaw + .pi].map { Side(outward: $0, depth: face.width / 2, breadth: other.width) }
        }
    }
}
