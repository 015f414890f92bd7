public import RobotModel

extension RobotConfiguration {
    /// Whether a held thing's weight is on this joint: it turns about a horizontal axis. Read from the arm's file, seldom.
    public func carriesWeight(_ joint: String) -> Bool {
        guard let arm = try? arm() else { return false }
        return arm.roles.lifting.contains { arm.jointNames[$0] == joint }
    }
}
