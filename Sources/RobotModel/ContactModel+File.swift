internal import FoundationEssentials

extension ContactModel {
    /// `so101.toml` → `so101.contact.toml`.
    public static func path(beside configuration: String) -> String {
        let stem = configuration.hasSuffix(".toml") ? String(configuration.dropLast(5)) : configuration
        return stem + ".contact.toml"
    }

    /// The contact model beside a robot's configuration; nil if there is none.
    ///
    /// - Throws: `ConfigurationError` if there is one that cannot be understood, or that is another robot's.
    public static func load(beside robot: RobotConfiguration) throws(ConfigurationError) -> ContactModel? {
        let path = path(beside: robot.file)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(file: path, problem: "is not UTF-8 text")
        }
        let model = try parse(text, file: path)
        if let problem = model.problem(for: robot) { throw ConfigurationError(file: path, problem: problem) }
        return model
    }

    /// What keeps the model from being that of `robot`, in words; nil if nothing.
    public func problem(for robot: RobotConfiguration) -> String? {
        let names = robot.joints.map(\.name)
        guard self.robot == robot.name, joints.map(\.name) == names else {
            return
                "was measured on the robot “\(self.robot)” with the joints \(joints.map(\.name).joined(separator: ", ")), "
                + "not on “\(robot.name)” with \(names.joined(separator: ", ")). "
                + "Run `foresight calibrate-contact` again, or remove the file."
        }
        return nil
    }

    /// Parses the text of a contact model's file; `file` is named in errors.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> ContactModel {
        var root = try ConfigurationReader(file: file, text: text)
        var model = ContactModel(
            robot: try root.string("robot"), payload: try root.number("payload", in: 0...100),
            margin: try root.number("margin", in: 1.5...50), joints: [])
        for var reader in try root.sections("joint") {
            let joint = try joint(&reader)
            if model.joints.contains(where: { $0.name == joint.name }) {
                throw reader.failure("name", "a second joint is named “\(joint.name)”")
            }
            model.joints.append(joint)
        }
        try root.finish()
        return model
    }

    private static func joint(_ reader: inout ConfigurationReader) throws(ConfigurationError) -> ContactJoint {
        let name = try reader.string("name")
        let isWatched = try reader.flag("watch")
        var expectation = ContactExpectation()
        expectation.gravity = try reader.number("gravity", in: -3...3)
        for key in keys { expectation[keyPath: key.path] = try reader.number(key.name, in: key.range) }
        try reader.finish()
        return ContactJoint(name: name, isWatched: isWatched, expectation: expectation)
    }

    private struct Key {
        var name: String
        var path: WritableKeyPath<ContactExpectation, Double>
        var range: ClosedRange<Double>
        var meaning: String
    }

    private static var keys: [Key] {
        [
            Key(name: "offset", path: \.offset, range: -100...100, meaning: "N·m"),
            Key(name: "coulomb", path: \.coulomb, range: -100...100, meaning: "dry friction, N·m"),
            Key(name: "viscous", path: \.viscous, range: -100...100, meaning: "N·m·s/rad"),
            Key(name: "inertia", path: \.inertia, range: -100...100, meaning: "kg·m²"),
            Key(name: "lead", path: \.lead, range: -5...5, meaning: "error per speed of the set-point, s"),
            Key(name: "lag", path: \.lag, range: -5...5, meaning: "error per measured speed, s"),
            Key(name: "compliance", path: \.compliance, range: 0...100, meaning: "error per effort, rad/(N·m)"),
            Key(name: "bias", path: \.bias, range: -3...3, meaning: "error at rest, rad"),
            Key(
                name: "effort_deviation", path: \.effortDeviation, range: 0...100,
                meaning: "largest seen, N·m; 0 = this motor tells no effort"),
            Key(name: "error_deviation", path: \.errorDeviation, range: 1e-6...3, meaning: "largest seen, rad"),
        ]
    }

    /// The file's text; `parse` reads it back.
    public var text: String {
        var lines = [
            "# What the joints of “\(robot)” show while nothing touches them: `foresight calibrate-contact` measured it.",
            "# The body stops the arm when effort and tracking error are further off than margin × deviation.",
            "robot = \(Self.quoted(robot))",
            "payload = \(payload)  # kg, the heaviest thing that is carried without an alarm; 0 … 100",
            "margin = \(margin)  # how many times the largest deviation of the calibration is borne; 1.5 … 50",
        ]
        for joint in joints {
            lines += ["", "[[joint]]", "name = \(Self.quoted(joint.name))"]
            lines.append("watch = \(joint.isWatched)  # false: not looked at, as for a gripper that closes on things")
            lines.append(
                "gravity = \(Self.number(joint.expectation.gravity))  # share of the chain's torque that shows")
            for key in Self.keys {
                lines.append("\(key.name) = \(Self.number(joint.expectation[keyPath: key.path]))  # \(key.meaning)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6 + 0)" }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            scalar == "\"" || scalar == "\\"
                ? "\\\(scalar)" : scalar.value < 32 || scalar.value == 127 ? " " : "\(scalar)"
        }
        return "\"\(escaped.joined())\""
    }

    /// Writes it beside a configuration, whole or not at all.
    public func save(beside configuration: String) throws(ConfigurationError) {
        let path = Self.path(beside: configuration)
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ConfigurationError(file: path, problem: "cannot be written: \(error)")
        }
    }
}
