import Physics
import RobotModel

/// A rectangle on the table, metres.
struct Footprint {
    var centre: Vector3
    var halfX: Double
    var halfY: Double
    var yaw: Double

    private var axes: [Vector3] {
        [Quaternion(yaw: yaw).rotate(Vector3(1, 0, 0)), Quaternion(yaw: yaw).rotate(Vector3(0, 1, 0))]
    }

    /// Whether the two come closer than `gap`: separating axes of both.
    func meets(_ other: Footprint, gap: Double = 0) -> Bool {
        let between = other.centre - centre
        let (mine, others) = (axes, other.axes)
        for axis in mine + others {
            let reach =
                halfX * abs(mine[0].dot(axis)) + halfY * abs(mine[1].dot(axis))
                + other.halfX * abs(others[0].dot(axis)) + other.halfY * abs(others[1].dot(axis))
            if abs(Vector3(between.x, between.y, 0).dot(axis)) > reach + gap { return false }
        }
        return true
    }

    /// Whether it keeps that far from a container's walls; what is too large for that must be in the middle.
    func isInside(_ container: Thing, margin: Double) -> Bool {
        let turn = container.pose.orientation.yaw
        let offset = Quaternion(yaw: -turn).rotate(centre - container.pose.position)
        let (along, across) = (abs(cosine(yaw - turn)), abs(sine(yaw - turn)))
        let edge = container.shape.extent
        let wall = Shape.wallThickness + margin
        let roomX = max(0, edge.x / 2 - wall - halfX * along - halfY * across)
        let roomY = max(0, edge.y / 2 - wall - halfX * across - halfY * along)
        return abs(offset.x) < roomX + Margin.centred && abs(offset.y) < roomY + Margin.centred
    }
}

extension Footprint {
    /// What a thing covers as it stands.
    init(of thing: Thing) {
        let size = thing.shape.extent
        self.init(
            centre: thing.pose.position, halfX: size.x / 2, halfY: size.y / 2, yaw: thing.pose.orientation.yaw)
    }
}

/// What stands in the way of a gripper that comes down over a point.
struct Clearance {
    private struct Obstacle {
        var name: String
        var footprint: Footprint
        var top: Double
        var gap: Double
    }

    private var obstacles: [Obstacle] = []
    private let jaw: Jaw
    let hand: HandShape

    /// Everything but `target`; of containers that hold `point` only the walls.
    init(things: [Thing], except target: String, around point: Vector3, arm: ArmModel) {
        (jaw, hand) = (arm.jaw, arm.hand)
        for thing in things where thing.name != target {
            let size = thing.shape.extent
            let gap = thing.forbidden ? Margin.forbidden : Margin.thing
            func add(_ x: Double, _ y: Double, _ halfX: Double, _ halfY: Double) {
                let turn = thing.pose.orientation.yaw
                let centre = thing.pose.position + Quaternion(yaw: turn).rotate(Vector3(x, y, 0))
                obstacles.append(
                    Obstacle(
                        name: thing.name,
                        footprint: Footprint(centre: centre, halfX: halfX, halfY: halfY, yaw: turn),
                        top: thing.upperFace, gap: gap))
            }
            if thing.shape.isContainer, thing.footprintContains(point) {
                let half = Shape.wallThickness / 2
                add(size.x / 2 - half, 0, half, size.y / 2)
                add(-size.x / 2 + half, 0, half, size.y / 2)
                add(0, size.y / 2 - half, size.x / 2, half)
                add(0, -size.y / 2 + half, size.x / 2, half)
            } else {
                let round: Double = size.x == size.y && thing.isRound ? Size.disc : 1
                add(0, 0, size.x / 2 * round, size.y / 2 * round)
            }
        }
    }

    /// Only what is forbidden, and farther around it than what must be kept free.
    static func wary(_ things: [Thing], around point: Vector3, arm: ArmModel) -> Clearance {
        var clearance = Clearance(things: things.filter(\.forbidden), except: "", around: point, arm: arm)
        for index in clearance.obstacles.indices { clearance.obstacles[index].gap = Margin.wary }
        return clearance
    }

    /// The first thing that fingers or hand would touch at a pose of the gripper; nil if none.
    func obstacle(point: Vector3, yaw: Double, opening: Double, tilt: Double) -> String? {
        hits(point: point, yaw: yaw, opening: opening, tilt: tilt, all: false).first
    }

    /// Everything that fingers or hand would touch at a pose of the gripper.
    func everyObstacle(point: Vector3, yaw: Double, opening: Double, tilt: Double) -> Set<String> {
        Set(hits(point: point, yaw: yaw, opening: opening, tilt: tilt, all: true))
    }

    /// What a part of the gripper over `footprint` would touch whose lower face is at a height, metres.
    func touched(by footprint: Footprint, above bottom: Double) -> Set<String> {
        Set(
            obstacles.filter { $0.top > bottom - Margin.above && footprint.meets($0.footprint, gap: $0.gap) }
                .map(\.name))
    }

    private func hits(point: Vector3, yaw: Double, opening: Double, tilt: Double, all: Bool) -> [String] {
        var hits: [String] = []
        let along = Quaternion(yaw: yaw).rotate(Vector3(1, 0, 0))
        // the hand stands behind the fingertips by the tilt
        let inward =
            Vector3(point.x, point.y, 0) * (-tangent(tilt) * hand.middle / max(point.horizontalLength, Reach.axis))
        let lowest = point.z - jaw.padHalfLength
        let half = opening / 2
        typealias Box = (from: Double, to: Double, width: Double, bottom: Double, shift: Vector3)
        func over(_ part: HandShape.Part, shift: Vector3) -> Box {
            (-half - part.behind, half + part.beyond, part.half, lowest + part.above, shift)
        }
        let parts: [Box] = [
            (-half - hand.fingers.behind, -half, hand.fingers.half, lowest, .zero),
            (half, half + hand.fingers.beyond, hand.fingers.half, lowest, .zero),
            over(hand.knuckles, shift: .zero), over(hand.palm, shift: inward),
        ]
        for part in parts {
            let footprint = Footprint(
                centre: point + along * ((part.from + part.to) / 2) + part.shift, halfX: (part.to - part.from) / 2,
                halfY: part.width, yaw: yaw)
            for obstacle in obstacles where obstacle.top > part.bottom - Margin.above {
                guard footprint.meets(obstacle.footprint, gap: obstacle.gap) else { continue }
                hits.append(obstacle.name)
                if !all { return hits }
            }
        }
        return hits
    }

    private func tangent(_ angle: Double) -> Double { sine(angle) / max(cosine(angle), Lean.leastCosine) }
}

extension Thing {
    var isRound: Bool {
        switch shape {
        case .cylinder, .sphere, .plate: true
        case .box, .bin, .tray: false
        }
    }
}
