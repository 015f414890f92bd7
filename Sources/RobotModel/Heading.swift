/// How a thing is to be turned about its vertical axis.
public enum Heading: Sendable, Hashable {
    /// Its own x axis at a whole number of degrees from the robot's x axis, towards y.
    case at(Int)
    /// Its edges along those of another thing.
    case along(String)
}

extension Thing {
    /// The least turn after which it looks the same, radians: a quarter for a square, a half for an oblong; nil = round, any
    /// turn looks the same.
    public var symmetry: Double? {
        switch shape {
        case .sphere, .cylinder, .plate: nil
        default: abs(shape.extent.x - shape.extent.y) < 1e-3 ? .pi / 2 : .pi
        }
    }

    /// How far it must be turned to look as if it headed to `yaw`, radians: the shortest way, positive to the left; nil =
    /// it is round.
    public func turn(to yaw: Double, symmetry: Double? = nil) -> Double? {
        guard let own = self.symmetry else { return nil }
        return (yaw - pose.orientation.yaw).remainder(dividingBy: min(own, symmetry ?? own))
    }

    /// How far it must be turned so that its edges lie along another's, radians; nil = one of them is round.
    public func turn(along other: Thing) -> Double? {
        guard other.symmetry != nil else { return nil }
        return turn(to: other.pose.orientation.yaw, symmetry: .pi / 2)
    }

    /// How far it must be turned for a heading, radians; nil = it is round, or what it is to lie along is, or is not there.
    public func turn(for heading: Heading, among things: [Thing]) -> Double? {
        switch heading {
        case .at(let degrees): return turn(to: Double(degrees) * .pi / 180)
        case .along(let name): return things.first { $0.name == name }.flatMap(turn(along:))
        }
    }
}

extension Goal {
    /// How far off a heading counts as there, radians: 7°.
    public static let turned = 0.12

    /// The turns that bring the thing as the goal wants it.
    public func headings(of name: String) -> [Heading] {
        switch self {
        case .turned(name, let heading): [heading]
        case .all(let goals), .any(let goals): goals.flatMap { $0.headings(of: name) }
        default: []
        }
    }
}
