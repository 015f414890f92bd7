package import Messages

/// A point on the paper, metres of the world.
struct PaperPoint: Hashable {
    var x: Double
    var y: Double
}

/// From where one looks.
enum View {
    /// From above, the robot's front upwards: its left is left.
    case top
    /// From the robot's right, its front to the right.
    case side

    func project(_ p: (x: Double, y: Double, z: Double)) -> PaperPoint {
        switch self {
        case .top: PaperPoint(x: -p.y, y: p.x)
        case .side: PaperPoint(x: p.x, y: p.z)
        }
    }

    /// Rises towards the eye.
    func nearness(_ p: (x: Double, y: Double, z: Double)) -> Double {
        switch self {
        case .top: p.z
        case .side: -p.y
        }
    }
}

/// A solid at a place.
package struct PlacedSolid: Sendable {
    package let solid: FilmSolid
    /// x y z, w x y z
    package let pose: ArraySlice<Double>

    /// nil when a pose has not seven usable numbers, or a size is none.
    init?(_ solid: FilmSolid, _ pose: ArraySlice<Double>) {
        guard pose.count == 7, pose.allSatisfy(\.isFinite), solid.size.allSatisfy({ $0.isFinite && $0 > 0 }),
            solid.size.count == (solid.shape == "box" ? 3 : solid.shape == "cylinder" ? 2 : 1)
        else { return nil }
        self.solid = solid
        self.pose = pose
    }

    private func number(_ index: Int) -> Double { pose[pose.startIndex + index] }
    var centre: (x: Double, y: Double, z: Double) { (number(0), number(1), number(2)) }

    private func placed(_ x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, z: Double) {
        let (w, a, b, c) = (number(3), number(4), number(5), number(6))
        // v + 2w(u × v) + 2u × (u × v)
        let tx = 2 * (b * z - c * y)
        let ty = 2 * (c * x - a * z)
        let tz = 2 * (a * y - b * x)
        return (
            number(0) + x + w * tx + b * tz - c * ty, number(1) + y + w * ty + c * tx - a * tz,
            number(2) + z + w * tz + a * ty - b * tx
        )
    }

    /// Points whose hull is the solid.
    package var points: [(x: Double, y: Double, z: Double)] {
        let size = solid.size
        switch solid.shape {
        case "box":
            return [-1.0, 1].flatMap { a in
                [-1.0, 1].flatMap { b in
                    [-1.0, 1].map { c in placed(a * size[0], b * size[1], c * size[2]) }
                }
            }
        case "cylinder":
            return Circle.points.flatMap { point in
                [-1.0, 1].map { placed(point.x * size[0], point.y * size[0], $0 * size[1]) }
            }
        default:
            let (x, y, z) = centre
            return Circle.points.flatMap { point in
                [(x + point.x * size[0], y + point.y * size[0], z), (x + point.x * size[0], y, z + point.y * size[0])]
            }
        }
    }

    func outline(_ view: View) -> [PaperPoint] { Hull.of(points.map(view.project)) }
    /// Of the point nearest to the eye.
    func nearness(_ view: View) -> Double { points.map(view.nearness).max() ?? 0 }
}

enum Circle {
    /// On the unit circle, evenly.
    static let points: [PaperPoint] = {
        // one turn in 24 steps of 15°, by rotating on
        let (cosine, sine) = (0.9659258262890683, 0.25881904510252074)
        var point = PaperPoint(x: 1, y: 0)
        return (0..<24).map { _ in
            defer { point = PaperPoint(x: point.x * cosine - point.y * sine, y: point.x * sine + point.y * cosine) }
            return point
        }
    }()
}

enum Hull {
    /// The convex hull, counterclockwise: Andrew's monotone chain.
    static func of(_ points: [PaperPoint]) -> [PaperPoint] {
        let sorted = Set(points).sorted { ($0.x, $0.y) < ($1.x, $1.y) }
        guard sorted.count > 2 else { return sorted }
        func chain(_ points: some Sequence<PaperPoint>) -> [PaperPoint] {
            var chain: [PaperPoint] = []
            for point in points {
                while chain.count > 1, turn(chain[chain.count - 2], chain[chain.count - 1], point) <= 0 {
                    chain.removeLast()
                }
                chain.append(point)
            }
            return chain.dropLast()
        }
        return chain(sorted) + chain(sorted.reversed())
    }

    private static func turn(_ a: PaperPoint, _ b: PaperPoint, _ c: PaperPoint) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }
}
