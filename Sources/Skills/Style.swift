import RobotModel

/// One of several ways to do the same skill: which grasp or spot, and how high the arm passes over the table.
public struct Style: Sendable, Hashable {
    /// How many of the grasps or spots that would do are passed over.
    public var skipped: Int
    /// Whether the arm is tucked in high before it turns, out of the way of tall things.
    public var isHigh: Bool
    /// Where on the table, if a place on the table is asked for and this one is meant.
    public var spot: Vector3?

    public init(skipped: Int = 0, isHigh: Bool = false, spot: Vector3? = nil) {
        self.skipped = skipped
        self.isHigh = isHigh
        self.spot = spot
    }

    /// The first and usual way, and then those worth a try when it goes wrong.
    public static let all = [
        Style(), Style(isHigh: true), Style(skipped: 1), Style(skipped: 1, isHigh: true),
        Style(skipped: 2, isHigh: true),
    ]
    public static let usual = all[0]

    /// The ways to put something down at one place on the table.
    public static func all(at spot: Vector3) -> [Style] { [Style(spot: spot), Style(isHigh: true, spot: spot)] }
}
