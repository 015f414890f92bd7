internal import RobotModel

/// A configuration for the motors that a scan found: works as it is, and is made to be edited.
public struct ConfigurationDraft: Sendable {
    private struct Bus {
        var name: String
        var port: String
        var family: MotorFamily
        var baud: Int
        /// Where the configuration's usual bounds do not hold its supply.
        var volts: ClosedRange<Double>?
    }

    private struct Joint {
        var name: String
        var bus: String
        var motor: FoundMotor
        var limits: ClosedRange<Double>?
    }

    private let name: String
    private var buses: [Bus] = []
    private var joints: [Joint] = []
    /// Whether the motors are those of an SO-101, whose limits, poses and kinematic chain are known.
    public let isSO101: Bool
    /// The file of the arm's kinematic chain, as [safety] is to name it; "" = none.
    public var chain = ""

    /// Joints, limits (radians) and poses of the SO-101 class, whose six servos have ids 1 … 6.
    private static let so101: [(name: String, limits: ClosedRange<Double>)] = [
        ("shoulder_pan", -1.91986...1.91986), ("shoulder_lift", -1.74533...1.74533), ("elbow_flex", -1.69...1.69),
        ("wrist_flex", -1.65806...1.65806), ("wrist_roll", -2.74385...2.84121), ("gripper", -0.174533...1.74533),
    ]
    private static let poses = [
        "rest": "0.0, -1.7, 1.64, -1.6, 0.0, 0.1", "home": "0.0, -1.0, 0.5, 1.1, 0.0, 0.3",
    ]

    /// - Parameter stableName: the lasting name of a port, such as its by-id link.
    public init(name: String, _ found: [FoundMotor], stableName: (String) -> String) {
        self.name = name
        let arm = found.filter { $0.family == MotorFamily.feetech.rawValue && (1...6).contains($0.id) }
        isSO101 = arm.count == 6 && Set(arm.map(\.port)).count == 1
        for motor in found {
            guard let family = MotorFamily(rawValue: motor.family) else { continue }
            let bus = bus(of: motor, family, stableName(motor.port))
            joints.append(joint(motor, family, bus))
        }
    }

    private mutating func bus(of motor: FoundMotor, _ family: MotorFamily, _ port: String) -> String {
        if let known = buses.first(where: { $0.port == port && $0.family == family }) { return known.name }
        let stem = [.feetech, .dynamixel].contains(family) ? "arm" : "base"
        let name = buses.contains { $0.name == stem } ? "\(stem)\(buses.count + 1)" : stem
        buses.append(Bus(name: name, port: port, family: family, baud: motor.baud, volts: Self.volts(motor, family)))
        return name
    }

    /// Bounds for a supply that the motor bears and that is not its family's usual one, such as 12 V for an STS3215.
    private static func volts(_ motor: FoundMotor, _ family: MotorFamily) -> ClosedRange<Double>? {
        guard !family.usualVoltage.contains(motor.volts), let allowed = motor.allowedVolts, allowed.count == 2,
            (allowed[0]...max(allowed[0], allowed[1])).contains(motor.volts)
        else { return nil }
        return (motor.volts * 8).rounded() / 10...allowed[1]
    }

    private func joint(_ motor: FoundMotor, _ family: MotorFamily, _ bus: String) -> Joint {
        switch family {
        case .feetech where isSO101 && (1...6).contains(motor.id):
            let known = Self.so101[motor.id - 1]
            return Joint(name: known.name, bus: bus, motor: motor, limits: known.limits)
        case .feetech, .dynamixel:
            guard !motor.isWheel else { fallthrough }
            return Joint(name: "\(bus)_joint_\(motor.id)", bus: bus, motor: motor, limits: -1.5...1.5)
        default: return Joint(name: "\(bus)_wheel_\(motor.id)", bus: bus, motor: motor, limits: nil)
        }
    }

    /// The text of the configuration.
    public var text: String {
        var lines = [
            "# Foresight: written by `foresight init` from the motors that answered. Config/so101.toml documents every key.",
            "", "[robot]", "name = \(TOMLText.quoted(name))",
            isSO101
                ? "model = \"so101\""
                : "model = \"bench\"        # no geometry: the mind needs \"so101\" to reach and grasp",
        ]
        for bus in buses {
            lines += [
                "", "[[bus]]", "name = \"\(bus.name)\"", "port = \(TOMLText.quoted(bus.port))",
                "family = \"\(bus.family.rawValue)\"",
                "baud = \(bus.baud)",
            ]
            if let volts = bus.volts {
                lines += ["minimum_voltage = \(volts.lowerBound)", "maximum_voltage = \(volts.upperBound)"]
            }
        }
        for joint in joints { lines += text(joint) }
        lines += poses
        if !chain.isEmpty {
            lines += ["", "[safety]", "chain = \(TOMLText.quoted(chain)) # what keeps the arm from itself"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ joint: Joint) -> [String] {
        var lines = ["", "[[joint]]", "name = \"\(joint.name)\"", "bus = \"\(joint.bus)\"", "id = \(joint.motor.id)"]
        if !joint.motor.model.hasPrefix("model ") { lines.append("servo = \"\(joint.motor.model)\"") }
        if let limits = joint.limits {
            lines += ["lower = \(limits.lowerBound)", "upper = \(limits.upperBound)"]
        } else {
            lines.append("type = \"continuous\"")
        }
        return lines
    }

    private var poses: [String] {
        let count = joints.count { $0.limits != nil }
        guard count > 0 else { return [] }
        let zeros = Array(repeating: "0.0", count: count).joined(separator: ", ")
        let order = joints.filter { $0.limits != nil }.map(\.name)
        let usable = isSO101 && order == Self.so101.map(\.name)
        return [
            "", "[poses]            # radians; \"rest\" must be stable without torque",
            "rest = [\(usable ? Self.poses["rest"]! : zeros)]", "home = [\(usable ? Self.poses["home"]! : zeros)]",
        ]
    }
}
