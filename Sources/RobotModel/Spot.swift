/// Where a thing is to stand, seen from above.
public enum Spot: Sendable, Hashable {
    /// To a side of another thing, and not far from it.
    case side(Side, of: String)
    /// On the way from one thing to another.
    case between(String, String)
    case region(Region)
    /// Its centre within a distance of a point, metres.
    case point(x: Double, y: Double, within: Double)

    /// As the robot sees it: left is greater y, in front is nearer to the robot.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        case left, right, front, behind
    }
}

/// Distances that decide where a thing stands, metres; from the task suites' format.
private enum Limit {
    /// By how much a centre lies to a side of another at least.
    static let beside = 0.01
    /// Largest gap to what it is to a side of.
    static let gap = 0.10
    /// How far from the line between two centres.
    static let offLine = 0.03
    /// How far from the ends of that line at least.
    static let end = 0.02
    /// From here on, left or right of the robot's axis, it is the table's left or right.
    static let flank = 0.08
    /// Nearer than this to the robot's axis is the front, farther than that the back.
    static let front = 0.17
    static let back = 0.23
}

extension Spot {
    /// Whether a thing stands there.
    public func contains(_ thing: Thing, among things: [Thing]) -> Bool {
        func named(_ name: String) -> Thing? { things.first { $0.name == name } }
        let centre = thing.pose.position
        switch self {
        case .side(let side, let name):
            guard let other = named(name) else { return false }
            let offset = centre - other.pose.position
            let along =
                switch side {
                case .left: offset.y
                case .right: -offset.y
                case .front: -offset.x
                case .behind: offset.x
                }
            return along >= Limit.beside && thing.gap(to: other) <= Limit.gap && !other.footprintContains(centre)
        case .between(let one, let other):
            guard let one = named(one)?.pose.position, let other = named(other)?.pose.position else { return false }
            let way = other - one
            let length = way.horizontalLength
            guard length > 0 else { return false }
            let offset = centre - one
            let along = (offset.x * way.x + offset.y * way.y) / length
            let across = abs(offset.x * way.y - offset.y * way.x) / length
            return across <= Limit.offLine && along >= Limit.end && along <= length - Limit.end
        case .region(let region): return region.contains(centre)
        case .point(let x, let y, let within): return Vector3(centre.x - x, centre.y - y, 0).horizontalLength <= within
        }
    }

    /// Names of the things it lies beside.
    public var neighbours: [String] {
        switch self {
        case .side(_, let other): [other]
        case .between(let one, let other): [one, other]
        case .region, .point: []
        }
    }

    /// In words, behind the thing's name.
    public var description: String {
        switch self {
        case .side(.front, let other): "in front of \(other)"
        case .side(.behind, let other): "behind \(other)"
        case .side(let side, let other): "\(side.rawValue) of \(other)"
        case .between(let one, let other): "between \(one) and \(other)"
        case .region(let region): "at the \(region.rawValue) of the table"
        case .point(let x, let y, _):
            "at \(Int((x * 100).rounded())) cm ahead, \(Int((abs(y) * 100).rounded())) cm \(y < 0 ? "right" : "left")"
        }
    }
}

extension Region {
    /// Whether a point of the table (metres, world frame) lies in it.
    public func contains(_ point: Vector3) -> Bool {
        let distance = point.horizontalLength
        return switch self {
        case .left: point.y > Limit.flank
        case .right: point.y < -Limit.flank
        case .middle: abs(point.y) <= Limit.flank
        case .front: distance < Limit.front
        case .back: distance > Limit.back
        case .edge: abs(point.y) > Limit.flank || distance > Limit.back
        }
    }
}
