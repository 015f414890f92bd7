extension RobotConfiguration {
    /// Parses the text of a configuration file; `file` is named in errors and resolves relative paths.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> RobotConfiguration {
        var root = try ConfigurationReader(file: file, text: text)
        var robot = try root.section("robot")
        let name = try robot.string("name")
        let model = try robot.string("model", default: "so101")
        try robot.finish()

        let control = try control(root.section("control"))
        let safety = try safety(root.section("safety"), control)
        var buses: [BusConfiguration] = []
        for var reader in try root.sections("bus") { buses.append(try bus(&reader, others: buses, safety)) }
        var joints: [JointConfiguration] = []
        for var reader in try root.sections("joint") {
            joints.append(try joint(&reader, others: joints, buses: buses, control))
        }
        let poses = try poses(root.section("poses"), joints: joints)
        let base = try base(root.section("base"), joints: joints)
        var configuration = RobotConfiguration(
            file: file, name: name, model: model, buses: buses, joints: joints, poses: poses, base: base,
            control: control, safety: safety,
            channels: try ChannelsConfiguration(root.section("channels")), trace: try trace(root.section("trace")),
            mind: try mind(root.section("mind")), virtual: try virtual(root.section("virtual")))
        configuration.keepOuts = try keepOuts(&root)
        if safety.chain.isEmpty, let first = configuration.keepOuts.first {
            throw ConfigurationError(
                file: file, problem: "keeping out of “\(first.name)” needs the arm's chain: [safety] chain = \"FILE\"")
        }
        try root.finish()
        return configuration
    }

    private static func bus(
        _ reader: inout ConfigurationReader, others: [BusConfiguration], _ safety: SafetyConfiguration
    ) throws(ConfigurationError) -> BusConfiguration {
        let family = try family(&reader)
        // [safety] speaks of the servos that most robots here have
        let usual = family == .feetech ? safety.minimumVoltage...safety.maximumVoltage : family.usualVoltage
        let least = try reader.number("minimum_voltage", default: usual.lowerBound, in: 0...100)
        let most = try reader.number("maximum_voltage", default: usual.upperBound, in: 0...100)
        guard least <= most else {
            throw reader.failure("minimum_voltage", "\(least) is above maximum_voltage \(most)")
        }
        let bus = BusConfiguration(
            name: try reader.string("name"), port: try reader.string("port"), family: family,
            baud: try reader.integer("baud", default: family.usualBaud, in: 9600...4_000_000), voltage: least...most)
        if others.contains(where: { $0.name == bus.name }) {
            throw reader.failure("name", "a second bus is named “\(bus.name)”")
        }
        if !bus.isAnywhere, let other = others.first(where: { $0.port == bus.port }) {
            throw reader.failure("port", "bus “\(other.name)” is on \(bus.port) too. Each bus needs a port of its own.")
        }
        try reader.finish()
        return bus
    }

    private static func family(_ reader: inout ConfigurationReader) throws(ConfigurationError) -> MotorFamily {
        let word = try reader.string("family", default: MotorFamily.feetech.rawValue)
        guard let family = MotorFamily(rawValue: word) else {
            let known = MotorFamily.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.failure("family", "“\(word)” is not a motor family this version knows (\(known))")
        }
        return family
    }

    private static func joint(
        _ reader: inout ConfigurationReader, others: [JointConfiguration], buses: [BusConfiguration],
        _ control: ControlConfiguration
    ) throws(ConfigurationError) -> JointConfiguration {
        let name = try reader.string("name")
        let busName = try reader.string("bus", default: buses[0].name)
        guard let bus = buses.first(where: { $0.name == busName }) else {
            throw reader.failure("bus", "no [[bus]] is named “\(busName)”")
        }
        let type = try reader.string("type", default: "revolute")
        guard ["revolute", "continuous"].contains(type) else {
            throw reader.failure("type", "“\(type)” is neither \"revolute\" nor \"continuous\" (a wheel)")
        }
        let range = type == "continuous" ? -Double.infinity ... .infinity : try range(&reader)
        var joint = JointConfiguration(
            name: name, bus: busName, family: bus.family, id: try reader.integer("id", in: 0...253), limits: range)
        joint.servo = try reader.string("servo", default: joint.servo)
        joint.zeroCounts = try reader.integer("zero", default: joint.zeroCounts, in: -1_000_000...1_000_000)
        joint.direction = try reader.integer("direction", default: 1, in: -1...1)
        joint.countsPerTurn = try reader.integer("counts_per_turn", default: joint.countsPerTurn, in: 1...10_000_000)
        joint.gear = try reader.number("gear", default: 1, in: 0.001...10_000)
        joint.polePairs = try reader.integer("pole_pairs", default: joint.polePairs, in: 1...100)
        joint.torqueConstant = try reader.number("torque_constant", default: 0, in: 0...100)
        joint.supply = try reader.number("supply", default: 0, in: 0...100)
        joint.positionGain = try reader.integer("position_gain", default: 0, in: 0...16_383)
        if joint.positionGain > 0, bus.family != .dynamixel {
            throw reader.failure("position_gain", "only a DYNAMIXEL's is written when it is armed")
        }
        joint.maximumVelocity = try reader.number("max_velocity", default: joint.maximumVelocity, in: 0.01...300)
        joint.maximumAcceleration = try reader.number(
            "max_acceleration", default: joint.maximumAcceleration, in: 0.1...5000)
        joint.maximumJerk = try reader.number("max_jerk", default: joint.maximumAcceleration * 100, in: 1...5_000_000)
        joint.maximumEffort = try reader.number("max_effort", default: joint.maximumEffort, in: 0.01...500)
        guard joint.direction != 0 else { throw reader.failure("direction", "must be 1 or -1") }
        if let why = joint.brakingProblem(rateHz: control.rateHz) { throw reader.failure("max_acceleration", why) }
        for other in others {
            if other.name == joint.name { throw reader.failure("name", "a second joint is named “\(joint.name)”") }
            if other.bus == joint.bus, other.id == joint.id {
                throw reader.failure("id", "joint “\(other.name)” has id \(joint.id) too. Ids on a bus must differ.")
            }
        }
        try reader.finish()
        return joint
    }

    private static func range(
        _ reader: inout ConfigurationReader
    ) throws(ConfigurationError) -> ClosedRange<Double> {
        let lower = try reader.number("lower", in: -10_000...10_000)
        let upper = try reader.number("upper", in: -10_000...10_000)
        guard lower < upper else { throw reader.failure("lower", "\(lower) is not below upper (\(upper))") }
        return lower...upper
    }

    private static func poses(
        _ section: ConfigurationReader, joints all: [JointConfiguration]
    ) throws(ConfigurationError) -> [String: [Double]] {
        var reader = section
        let joints = all.filter { !$0.isContinuous }
        var poses: [String: [Double]] = [:]
        let needed = joints.isEmpty ? [] : ["rest", "home"]
        for name in Set(reader.keys).union(needed).sorted() {
            let pose = try reader.numbers(name, count: joints.count)
            for (joint, angle) in zip(joints, pose) where angle < joint.lower || angle > joint.upper {
                throw reader.failure(
                    name, "\(joint.name) at \(angle) is outside its limits \(joint.lower) … \(joint.upper)")
            }
            poses[name] = pose
        }
        return poses
    }

    private static func base(
        _ section: ConfigurationReader, joints: [JointConfiguration]
    ) throws(ConfigurationError) -> BaseConfiguration? {
        var reader = section
        guard !reader.keys.isEmpty else { return nil }
        var wheels: [String] = []
        for key in ["left", "right"] {
            let name = try reader.string(key)
            guard let joint = joints.first(where: { $0.name == name }), joint.isContinuous else {
                throw reader.failure(key, "“\(name)” is no joint of type \"continuous\"")
            }
            if wheels.contains(name) { throw reader.failure(key, "“\(name)” is the left wheel already") }
            wheels.append(name)
        }
        let base = BaseConfiguration(
            left: wheels[0], right: wheels[1], wheelRadius: try reader.number("wheel_radius", in: 0.005...1),
            separation: try reader.number("separation", in: 0.02...5),
            maximumSpeed: try reader.number("max_speed", default: 0.5, in: 0.01...20),
            maximumTurn: try reader.number("max_turn", default: 2, in: 0.01...50))
        try reader.finish()
        return base
    }

    private static func control(_ section: ConfigurationReader) throws(ConfigurationError) -> ControlConfiguration {
        var reader = section
        let control = ControlConfiguration(
            rateHz: try reader.integer("rate_hz", default: 100, in: 20...1000),
            publishHz: try reader.integer("publish_hz", default: 50, in: 1...500),
            leaseSeconds: try reader.number("lease_seconds", default: 0.4, in: 0.05...5),
            followingLimit: try reader.number("following_limit", default: 0.4, in: 0.02...3),
            realtimePriority: try reader.integer("realtime_priority", default: 50, in: 0...98),
            setpointSeconds: try reader.number("setpoint_seconds", default: 0.5, in: 0.02...2),
            cpu: try reader.integer("cpu", default: -1, in: -1...1023),
            overrunLimit: try reader.integer("overrun_limit", default: 0, in: 0...100_000))
        try reader.finish()
        return control
    }

    private static func safety(
        _ section: ConfigurationReader, _ control: ControlConfiguration
    ) throws(ConfigurationError) -> SafetyConfiguration {
        var reader = section
        var safety = SafetyConfiguration(
            minimumVoltage: try reader.number("minimum_voltage", default: 6.0, in: 0...60),
            maximumVoltage: try reader.number("maximum_voltage", default: 8.6, in: 0...60),
            maximumTemperature: try reader.number("maximum_temperature", default: 65, in: 20...120),
            silenceSeconds: try reader.number("silence_seconds", default: 0.5, in: 0.05...5),
            stallSeconds: try reader.number("stall_seconds", default: 0.2, in: 0.05...5))
        guard safety.stallSeconds * Double(control.rateHz) >= 3 else {
            throw reader.failure(
                "stall_seconds",
                "\(safety.stallSeconds) is less than three control periods, which one late cycle may take "
                    + "([control] rate_hz = \(control.rateHz))")
        }
        safety.chain = try reader.string("chain", default: safety.chain)
        safety.clearance = try reader.number("clearance", default: safety.clearance, in: 0...0.5)
        try reader.finish()
        return safety
    }

    private static func trace(_ section: ConfigurationReader) throws(ConfigurationError) -> TraceConfiguration {
        var reader = section
        let trace = TraceConfiguration(folder: try reader.string("folder", default: ""))
        try reader.finish()
        return trace
    }

    private static func mind(_ section: ConfigurationReader) throws(ConfigurationError) -> MindConfiguration {
        var reader = section
        let mind = MindConfiguration(
            languageModel: try reader.string(
                "language_model", default: "../.deps/models/SmolLM2-135M-Instruct-Q8_0.gguf"),
            readerModel: try reader.string(
                "reader_model", default: "../.deps/models/Qwen2.5-Coder-0.5B-Instruct-Q4_K_M.gguf"),
            adapter: try reader.string("adapter", default: "adapters/qwen2.5-coder-0.5b.gguf"),
            worlds: try reader.integer("worlds", default: 8, in: 1...64),
            seed: try reader.integer("seed", default: 1, in: 0...1_000_000),
            decisionSeconds: try reader.number("decision_seconds", default: 0, in: 0...600),
            viewpoint: try reader.choice("viewpoint", default: .robot),
            endpoint: try endpoint(&reader))
        try reader.finish()
        return mind
    }

    private static func endpoint(
        _ reader: inout ConfigurationReader
    ) throws(ConfigurationError) -> EndpointConfiguration? {
        let endpoint = EndpointConfiguration(
            url: try reader.string("endpoint", default: ""),
            model: try reader.string("endpoint_model", default: ""),
            keyFile: try reader.string("endpoint_key_file", default: ""),
            deadlineSeconds: try reader.number("endpoint_deadline_seconds", default: 2, in: 0.05...600))
        return endpoint.url.isEmpty ? nil : endpoint
    }

    private static func virtual(_ section: ConfigurationReader) throws(ConfigurationError) -> VirtualConfiguration {
        var reader = section
        let virtual = VirtualConfiguration(
            scene: try reader.string("scene", default: "scenes/table.json"),
            supplyVoltage: try reader.number("supply_voltage", default: 0, in: 0...100))
        try reader.finish()
        return virtual
    }
}
