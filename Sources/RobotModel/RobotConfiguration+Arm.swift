internal import FoundationEssentials

extension RobotConfiguration {
    /// A `model` that means that nothing is known of what the motors carry.
    public static let bench = "bench"

    /// Whether the motors carry an arm that is known.
    public var hasArm: Bool { model != Self.bench }

    private var armFile: String {
        let name = model.hasSuffix(".toml") ? model : "arms/\(model).arm.toml"
        if name.hasPrefix("/") { return name }
        return URL(fileURLWithPath: file).deletingLastPathComponent().path + "/" + name
    }

    /// The robot's arm, whose joints are the robot's that are no wheels, in the same order.
    ///
    /// - Throws: `ConfigurationError` when there is none, when its file is none, or when its joints are others.
    public func arm() throws(ConfigurationError) -> ArmModel {
        guard hasArm else {
            throw ConfigurationError(file: file, problem: "names no arm: [robot] model = \"so101\"")
        }
        let arm = try namedArm()
        let names = withoutWheels.joints.map(\.name)
        guard names == arm.jointNames else {
            throw ConfigurationError(
                file: file,
                problem: "has the joints \(names.joined(separator: ", ")); the arm “\(arm.name)” has "
                    + "\(arm.jointNames.joined(separator: ", "))")
        }
        return arm
    }

    /// A file beside the configuration comes before what is shipped.
    private func namedArm() throws(ConfigurationError) -> ArmModel {
        if !FileManager.default.fileExists(atPath: armFile), let shipped = try ArmModel.shipped(model) {
            return shipped
        }
        return try ArmModel.load(path: armFile)
    }
}
