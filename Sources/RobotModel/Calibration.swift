internal import FoundationEssentials

/// What `foresight calibrate` found out about each joint, kept in a file beside the configuration.
///
/// The motors hold the same numbers; a motor that holds others is not the one that was calibrated.
public struct Calibration: Sendable, Equatable, Codable {
    public var robot: String
    public var joints: [JointCalibration]

    public init(robot: String, joints: [JointCalibration]) {
        self.robot = robot
        self.joints = joints
    }

    public subscript(name: String) -> JointCalibration? { joints.first { $0.name == name } }

    /// `so101.toml` → `so101.calibration.json`.
    public static func path(beside configuration: String) -> String {
        let stem = configuration.hasSuffix(".toml") ? String(configuration.dropLast(5)) : configuration
        return stem + ".calibration.json"
    }

    /// The calibration beside a configuration; nil if there is none.
    ///
    /// - Throws: `ConfigurationError` if there is one that cannot be understood.
    public static func load(beside configuration: String) throws(ConfigurationError) -> Calibration? {
        let path = path(beside: configuration)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do { return try JSONDecoder().decode(Calibration.self, from: data) } catch {
            throw ConfigurationError(
                file: path, problem: "is not a calibration: run `foresight calibrate` again, or remove the file")
        }
    }

    /// Writes it beside a configuration, whole or not at all.
    public func save(beside configuration: String) throws(ConfigurationError) {
        let path = Self.path(beside: configuration)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ConfigurationError(file: path, problem: "cannot be written: \(error)")
        }
    }
}

/// What was found out about one joint, in counts of its motor.
public struct JointCalibration: Sendable, Equatable, Codable {
    public var name: String
    public var id: Int
    public var model: Int
    /// What the motor takes off its encoder's counts.
    public var homingOffset: Int
    /// The ends of its range as a hand found them.
    public var minimum: Int
    public var maximum: Int

    public init(name: String, id: Int, model: Int, homingOffset: Int, minimum: Int, maximum: Int) {
        self.name = name
        self.id = id
        self.model = model
        self.homingOffset = homingOffset
        self.minimum = minimum
        self.maximum = maximum
    }
}
