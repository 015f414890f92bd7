internal import FoundationEssentials

extension ContactModel {
    /// `so101.toml` → `so101.contact.toml`.
    public static func path(beside configuration: String) -> String {
        let stem = configuration.hasSuffix(".toml") ? String(configuration.dropLast(5)) : configuration
        return stem + ".contact.toml"
    }

    /// The contact model beside a robot's configuration; nil if there is none. Whether it fits, `fitted` tells.
    ///
    /// - Throws: `ConfigurationError` if there is one that cannot be understood.
    public static func load(beside robot: RobotConfiguration) throws(ConfigurationError) -> ContactModel? {
        let path = path(beside: robot.file)
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do throws(ConfigurationError) {
            guard let text = String(data: data, encoding: .utf8) else {
                throw ConfigurationError(file: path, problem: "is not UTF-8 text")
            }
            return try parse(text, file: path)
        } catch {
            var error = error
            error.problem +=
                (error.problem.hasSuffix(".") ? "" : ".")
                + " Mend it, or remove the file and run `foresight calibrate-contact` again."
            throw error
        }
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
            "robot = \(TOMLText.quoted(robot))",
            "payload = \(payload)  # kg, the heaviest thing that is carried without an alarm; 0 … 100",
            "margin = \(margin)  # how many times the largest deviation of the calibration is borne; 1.5 … 50",
        ]
        for joint in joints {
            lines += ["", "[[joint]]", "name = \(TOMLText.quoted(joint.name))"]
            lines.append("watch = \(joint.isWatched)  # false: not looked at, as for a gripper that closes on things")
            lines.append(
                "gravity = \(TOMLText.measured(joint.expectation.gravity))  # share of the chain's torque that shows")
            for key in Self.keys {
                lines.append(
                    "\(key.name) = \(TOMLText.measured(joint.expectation[keyPath: key.path]))  # \(key.meaning)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What would keep `save` from writing beside a configuration, in words; nil if nothing can be seen that would.
    public static func obstacle(beside configuration: String) -> String? {
        let path = path(beside: configuration)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard FileManager.default.isWritableFile(atPath: folder) else {
            return "\(path) cannot be written: \(folder) is no folder that you may write into"
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else { return nil }
        return "\(path) cannot be written: there is a folder of that name"
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
