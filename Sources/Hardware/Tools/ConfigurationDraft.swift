public import RobotModel
internal import ServoProtocols

/// A configuration for the motors that a scan found: works as it is, and is made to be edited.
public struct ConfigurationDraft: Sendable {
    private struct Bus {
        var name: String
        var port: String
        var family: MotorFamily
        var baud: Int
        var volts: Double
        /// Where the configuration's usual bounds do not hold its supply.
        var allowed: ClosedRange<Double>?
    }

    private struct Joint {
        var name: String
        var bus: String
        var motor: FoundMotor
        var limits: ClosedRange<Double>?
        /// Its place among the arm's joints.
        var place: Int?
    }

    /// What an arm is called in a configuration.
    public struct Arm: Sendable {
        public var model: ArmModel
        /// As [robot] is to name it.
        public var name: String
        /// The file of its kinematic chain, as [safety] is to name it; "" = none.
        public var chain: String
        /// The servos of its joints, in their order.
        public var servos: [FoundMotor]

        public init(model: ArmModel, name: String, chain: String, servos: [FoundMotor]) {
            self.model = model
            self.name = name
            self.chain = chain
            self.servos = servos
        }
    }

    private let name: String
    private let arm: Arm?
    private var buses: [Bus] = []
    private var joints: [Joint] = []

    /// The servos of an SO-101 among the motors: six Feetech servos with ids 1 … 6 on one port; nil if there are none.
    public static func usualArm(_ found: [FoundMotor]) -> [FoundMotor]? {
        let servos = found.filter { $0.family == MotorFamily.feetech.rawValue && (1...6).contains($0.id) }
        guard servos.count == 6, Set(servos.map(\.port)).count == 1 else { return nil }
        return servos.sorted { $0.id < $1.id }
    }

    /// Those of the motors that can be an arm's joints, as they were found: by id on each bus.
    public static func servos(_ found: [FoundMotor]) -> [FoundMotor] { found.filter(isServo) }

    /// Why an arm's joints are not the servos that were found; nil if they can be.
    public static func mismatch(_ arm: ArmModel, _ found: [FoundMotor]) -> String? {
        let ids = servos(found).map { "\($0.id)" }
        guard ids.count != arm.jointNames.count else { return nil }
        return
            "the arm “\(arm.name)” has \(arm.jointNames.count) joints (\(arm.jointNames.joined(separator: ", "))), and "
            + (ids.isEmpty
                ? "no servo answers" : "\(ids.count) servos answer, with the ids \(ids.joined(separator: ", "))")
    }

    private static func isServo(_ motor: FoundMotor) -> Bool {
        guard let family = MotorFamily(rawValue: motor.family) else { return false }
        return [.feetech, .dynamixel].contains(family) && !motor.isWheel
    }

    /// - Parameters:
    ///   - arm: what servos among them move; nil = not known.
    ///   - stableName: the lasting name of a port, such as its by-id link.
    public init(name: String, _ found: [FoundMotor], arm: Arm?, stableName: (String) -> String) {
        self.name = name
        self.arm = arm
        for motor in found {
            guard let family = MotorFamily(rawValue: motor.family) else { continue }
            let bus = bus(of: motor, family, stableName(motor.port))
            joints.append(joint(motor, bus))
        }
    }

    private mutating func bus(of motor: FoundMotor, _ family: MotorFamily, _ port: String) -> String {
        if let known = buses.first(where: { $0.port == port && $0.family == family }) { return known.name }
        let stem = [.feetech, .dynamixel].contains(family) ? "arm" : "base"
        let name = buses.contains { $0.name == stem } ? "\(stem)\(buses.count + 1)" : stem
        buses.append(
            Bus(
                name: name, port: port, family: family, baud: motor.baud, volts: motor.volts,
                allowed: Self.volts(motor, family)))
        return name
    }

    /// Bounds for a supply that the motor bears and that is not its family's usual one, such as 12 V for an STS3215.
    private static func volts(_ motor: FoundMotor, _ family: MotorFamily) -> ClosedRange<Double>? {
        guard !family.usualVoltage.contains(motor.volts), let allowed = motor.allowedVolts, allowed.count == 2,
            (allowed[0]...max(allowed[0], allowed[1])).contains(motor.volts)
        else { return nil }
        return (motor.volts * 8).rounded() / 10...allowed[1]
    }

    private func joint(_ motor: FoundMotor, _ bus: String) -> Joint {
        guard Self.isServo(motor) else {
            return Joint(name: "\(bus)_wheel_\(motor.id)", bus: bus, motor: motor, limits: nil)
        }
        guard let arm = arm?.model, let place = self.arm?.servos.firstIndex(of: motor) else {
            return Joint(name: "\(bus)_joint_\(motor.id)", bus: bus, motor: motor, limits: -1.5...1.5)
        }
        return Joint(
            name: arm.jointNames[place], bus: bus, motor: motor, limits: arm.ranges[place], place: place)
    }

    /// The text of the configuration.
    public var text: String {
        var lines = [
            "# Foresight: written by `foresight init` from the motors that answered. Config/so101.toml documents every key.",
            "", "[robot]", "name = \(TOMLText.quoted(name))",
            arm.map { "model = \(TOMLText.quoted($0.name))" }
                ?? "model = \"bench\"        # no geometry: `foresight init --arm FILE` takes what is needed to reach and grasp",
        ]
        for bus in buses {
            lines += [
                "", "[[bus]]", "name = \"\(bus.name)\"", "port = \(TOMLText.quoted(bus.port))",
                "family = \"\(bus.family.rawValue)\"",
                "baud = \(bus.baud)",
            ]
            if let volts = bus.allowed {
                lines += ["minimum_voltage = \(volts.lowerBound)", "maximum_voltage = \(volts.upperBound)"]
            }
        }
        for joint in joints { lines += text(joint) }
        lines += poses
        if let chain = arm?.chain, !chain.isEmpty {
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
        if let place = joint.place { lines += ofArm(joint, place) }
        return lines
    }

    /// What the arm's file says of a joint's motor.
    private func ofArm(_ joint: Joint, _ place: Int) -> [String] {
        guard let servo = arm?.model.servo else { return [] }
        var lines = ["max_effort = \(servo.effortLimit[place])"]
        guard joint.motor.family == MotorFamily.dynamixel.rawValue else { return lines }
        let perCount = servo.gain[place] * DynamixelModel.fullPWM * 2 * .pi / Double(DynamixelModel.countsPerTurn)
        lines.append("position_gain = \(Int((128 * perCount).rounded())) # the gain that the arm's file reckons with")
        // fed by a converter of its own, as the small ones of some arms are
        if let bus = buses.first(where: { $0.name == joint.bus }), abs(joint.motor.volts - bus.volts) > 0.2 * bus.volts
        {
            lines.append("supply = \((joint.motor.volts * 2).rounded() / 2) # V")
        }
        return lines
    }

    private var poses: [String] {
        let count = joints.count { $0.limits != nil }
        guard count > 0 else { return [] }
        func pose(_ angles: [Double]?) -> String {
            let known = angles.flatMap { $0.count == count ? $0 : nil } ?? Array(repeating: 0, count: count)
            return "[\(known.map { "\($0)" }.joined(separator: ", "))]"
        }
        return [
            "", "[poses]            # radians; \"rest\" must be stable without torque",
            "rest = \(pose(arm?.model.rest))", "home = \(pose(arm?.model.home))",
        ]
    }
}
