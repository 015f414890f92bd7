import RobotModel

/// A smooth curve through via points in joint space.
struct JointPath {
    private let points: [[Double]]
    /// Share of the path at each via point, 0 … 1.
    private let marks: [Double]
    private let tangents: [[Double]]

    /// Via points closer than a milliradian to the one before are left out.
    init(through given: [[Double]]) {
        var points: [[Double]] = []
        for point in given {
            if let last = points.last, Self.distance(last, point) < 1e-3 { continue }
            points.append(point)
        }
        if points.count < 2, let only = given.last { points = [points[0], only] }
        var marks = [0.0]
        for index in 1..<points.count {
            marks.append(marks[index - 1] + max(1e-6, Self.distance(points[index - 1], points[index])))
        }
        let total = marks[marks.count - 1]
        self.points = points
        self.marks = marks.map { $0 / total }
        tangents = Self.tangents(points, self.marks)
    }

    private static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    /// Slopes that never overshoot a via point: harmonic means, zero where a joint turns back.
    private static func tangents(_ points: [[Double]], _ marks: [Double]) -> [[Double]] {
        func slope(_ index: Int, _ joint: Int) -> Double {
            (points[index + 1][joint] - points[index][joint]) / (marks[index + 1] - marks[index])
        }
        let last = points.count - 1
        return points.indices.map { index in
            points[0].indices.map { joint in
                if index == 0 { return slope(0, joint) }
                if index == last { return slope(last - 1, joint) }
                let (before, after) = (slope(index - 1, joint), slope(index, joint))
                return before * after <= 0 ? 0 : 2 * before * after / (before + after)
            }
        }
    }

    /// Position and its derivative at a share of the path.
    func at(_ share: Double) -> (position: [Double], slope: [Double]) {
        var index = 0
        while index < points.count - 2, share > marks[index + 1] { index += 1 }
        let width = marks[index + 1] - marks[index]
        let x = (share - marks[index]) / width
        let (x2, x3) = (x * x, x * x * x)
        var position: [Double] = []
        var slope: [Double] = []
        for joint in points[0].indices {
            let (p0, p1) = (points[index][joint], points[index + 1][joint])
            let (m0, m1) = (tangents[index][joint] * width, tangents[index + 1][joint] * width)
            position.append(
                (2 * x3 - 3 * x2 + 1) * p0 + (x3 - 2 * x2 + x) * m0 + (3 * x2 - 2 * x3) * p1 + (x3 - x2) * m1)
            slope.append(
                ((6 * x2 - 6 * x) * (p0 - p1) + (3 * x2 - 4 * x + 1) * m0 + (3 * x2 - 2 * x) * m1) / width)
        }
        return (position, slope)
    }
}
