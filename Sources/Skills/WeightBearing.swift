public import RobotModel

extension RobotConfiguration {
    /// Joints that turn about a horizontal axis: a held thing's weight is on them.
    static let weightBearing = 1...3

    /// Whether a held thing's weight is on this joint.
    public func carriesWeight(_ joint: String) -> Bool {
        joints.indices.contains { Self.weightBearing.contains($0) && joints[$0].name == joint }
    }
}
