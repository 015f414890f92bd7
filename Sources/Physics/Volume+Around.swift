import RobotModel

extension Volume {
    /// Cubic metres.
    var content: Double {
        switch self {
        case .capsule(let from, let to, let radius):
            .pi * radius * radius * ((to - from).length + 4 / 3 * radius)
        case .box(_, let half): 8 * half.x * half.y * half.z
        }
    }

    func smaller(than other: Volume) -> Volume { content <= other.content ? self : other }

    /// The smaller of a capsule and a box around points, along the directions in which they are spread the most and the
    /// least; a hundredth of a millimetre larger than it need be.
    static func around(_ points: [Vector3]) -> Volume? {
        guard !points.isEmpty else { return nil }
        let centre = points.reduce(.zero, +) * (1 / Double(points.count))
        let axes = principalAxes(of: points, about: centre)
        return capsule(around: points, centre, axes[0]).smaller(than: box(around: points, centre, axes))
    }

    private static let slack = 1e-5

    /// A capsule along `axis`, through the middle of what the points cover across it.
    private static func capsule(around points: [Vector3], _ centre: Vector3, _ axis: Vector3) -> Volume {
        let across = perpendicular(to: axis)
        let second = axis.cross(across)
        func middle(_ direction: Vector3) -> Double {
            let places = points.map { ($0 - centre).dot(direction) }
            return ((places.min() ?? 0) + (places.max() ?? 0)) / 2
        }
        let line = centre + across * middle(across) + second * middle(second)
        let offsets = points.map { point in
            let along = (point - line).dot(axis)
            return (along: along, away: (point - line - axis * along).length)
        }
        let radius = (offsets.map(\.away).max() ?? 0) + slack
        // how far each end may be drawn in until its cap meets a point
        var (low, high) = (Double.infinity, -Double.infinity)
        for offset in offsets {
            let cap = max(0, radius * radius - offset.away * offset.away).squareRoot()
            low = min(low, offset.along + cap)
            high = max(high, offset.along - cap)
        }
        if low > high { (low, high) = ((low + high) / 2, (low + high) / 2) }
        return .capsule(from: line + axis * low, to: line + axis * high, radius: radius)
    }

    private static func box(around points: [Vector3], _ centre: Vector3, _ axes: [Vector3]) -> Volume {
        let spans = axes.map { axis in
            let places = points.map { ($0 - centre).dot(axis) }
            return (low: places.min() ?? 0, high: places.max() ?? 0)
        }
        let middle = zip(axes, spans).reduce(centre) { $0 + $1.0 * (($1.1.low + $1.1.high) / 2) }
        let half = spans.map { ($0.high - $0.low) / 2 + slack }
        return .box(
            pose: Pose(position: middle, orientation: Quaternion(axes: axes)), half: Vector3(half[0], half[1], half[2]))
    }

    private static func perpendicular(to axis: Vector3) -> Vector3 {
        let helper = abs(axis.x) < 0.6 ? Vector3(1, 0, 0) : Vector3(0, 1, 0)
        let across = axis.cross(helper)
        return across * (1 / across.length)
    }

    /// The axes of the points' spread, largest first, right-handed: Jacobi's rotations on their covariance.
    private static func principalAxes(of points: [Vector3], about centre: Vector3) -> [Vector3] {
        var spread = [[Double]](repeating: [0, 0, 0], count: 3)
        for point in points {
            let offset = [point.x - centre.x, point.y - centre.y, point.z - centre.z]
            for row in 0..<3 { for column in 0..<3 { spread[row][column] += offset[row] * offset[column] } }
        }
        var axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
        for _ in 0..<24 {
            for (p, q) in [(0, 1), (0, 2), (1, 2)] where abs(spread[p][q]) > 1e-300 {
                turn(&spread, &axes, p, q)
            }
        }
        let order = [0, 1, 2].sorted { spread[$0][$0] > spread[$1][$1] }
        return [axes[order[0]], axes[order[1]], axes[order[0]].cross(axes[order[1]])]
    }

    /// One rotation in the plane of two axes after which they no longer vary together.
    private static func turn(_ spread: inout [[Double]], _ axes: inout [Vector3], _ p: Int, _ q: Int) {
        let theta = (spread[q][q] - spread[p][p]) / (2 * spread[p][q])
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<3 {
            let (a, b) = (spread[k][p], spread[k][q])
            (spread[k][p], spread[k][q]) = (c * a - s * b, s * a + c * b)
        }
        for k in 0..<3 {
            let (a, b) = (spread[p][k], spread[q][k])
            (spread[p][k], spread[q][k]) = (c * a - s * b, s * a + c * b)
        }
        (axes[p], axes[q]) = (axes[p] * c - axes[q] * s, axes[p] * s + axes[q] * c)
    }
}

extension Quaternion {
    /// The rotation whose axes these are, right-handed unit vectors.
    init(axes: [Vector3]) {
        let (a, b, c) = (axes[0], axes[1], axes[2])
        // the largest of the four numbers first: nothing is divided by what may be zero
        let squares = [1 + a.x + b.y + c.z, 1 + a.x - b.y - c.z, 1 - a.x + b.y - c.z, 1 - a.x - b.y + c.z]
        let largest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
        let double = squares[largest].squareRoot()
        let s = 1 / (2 * double)
        switch largest {
        case 0: self.init(w: double / 2, x: (b.z - c.y) * s, y: (c.x - a.z) * s, z: (a.y - b.x) * s)
        case 1: self.init(w: (b.z - c.y) * s, x: double / 2, y: (b.x + a.y) * s, z: (c.x + a.z) * s)
        case 2: self.init(w: (c.x - a.z) * s, x: (b.x + a.y) * s, y: double / 2, z: (c.y + b.z) * s)
        default: self.init(w: (a.y - b.x) * s, x: (c.x + a.z) * s, y: (c.y + b.z) * s, z: double / 2)
        }
    }
}
