internal import FoundationEssentials

/// One robot, as its configuration file describes it. `Config/so101.toml` documents every key.
public struct RobotConfiguration: Sendable, Equatable {
    /// The file it was read from.
    public var file: String
    public var name: String
    /// The arm: the name of a file in `arms/` beside the configuration, or a path that ends in .toml; `bench` = none.
    public var model: String
    public var buses: [BusConfiguration]
    /// In the order every message uses.
    public var joints: [JointConfiguration]
    /// Named arm poses, radians, one number per joint; always holds "rest" and "home".
    public var poses: [String: [Double]]
    /// Two wheels that carry the robot; nil if it stands.
    public var base: BaseConfiguration?
    public var control: ControlConfiguration
    public var safety: SafetyConfiguration
    public var channels: ChannelsConfiguration
    public var trace: TraceConfiguration
    public var mind: MindConfiguration
    public var virtual: VirtualConfiguration
    /// Where no part of the arm may be.
    public var keepOuts: [KeepOut] = []

    public func jointIndex(_ name: String) -> Int? { joints.firstIndex { $0.name == name } }
    /// One angle for each joint that is no wheel.
    public var rest: [Double] { poses["rest"] ?? [] }
    /// One angle for each joint that is no wheel.
    public var home: [Double] { poses["home"] ?? [] }

    /// `pose` with a place for every joint: wheels get NaN, which means that they stay as they are.
    public func spread(_ pose: [Double]) -> [Double] {
        var rest = pose[...]
        return joints.map { $0.isContinuous ? .nan : rest.popFirst() ?? .nan }
    }

    /// The same robot without its wheels: what reaches and grasps.
    public var withoutWheels: RobotConfiguration {
        var arm = self
        arm.joints.removeAll(where: \.isContinuous)
        return arm
    }

    /// Volts that the motor of a joint needs.
    public func voltage(of joint: JointConfiguration) -> ClosedRange<Double> {
        let bus = buses.first { $0.name == joint.bus }
        return joint.voltage(usual: bus?.voltage ?? safety.minimumVoltage...safety.maximumVoltage)
    }

    /// The limits that hold on `bus`, with its own voltages.
    public func safety(on bus: BusConfiguration) -> SafetyConfiguration {
        var limits = safety
        limits.minimumVoltage = bus.minimumVoltage
        limits.maximumVoltage = bus.maximumVoltage
        return limits
    }
}

/// One serial bus.
public struct BusConfiguration: Sendable, Equatable {
    public var name: String
    /// A device path (a by-id link is best), or `usb:VID:PID[:SERIAL]`, `path:NAME` of a by-path link, or `auto`.
    public var port: String
    public var family: MotorFamily
    /// Bits per second.
    public var baud: Int
    /// Volts its motors need, at least and at most.
    public var minimumVoltage: Double
    public var maximumVoltage: Double

    public init(name: String, port: String, family: MotorFamily, baud: Int, voltage: ClosedRange<Double>) {
        self.name = name
        self.port = port
        self.family = family
        self.baud = baud
        minimumVoltage = voltage.lowerBound
        maximumVoltage = voltage.upperBound
    }

    public var voltage: ClosedRange<Double> { minimumVoltage...maximumVoltage }
    /// Whether the bus is wherever its motors answer.
    public var isAnywhere: Bool { port == "auto" }
}

/// The motor families that can be driven, as a configuration names them.
public enum MotorFamily: String, Sendable, CaseIterable {
    case feetech = "feetech-sts"
    case dynamixel, odrive, vesc, roboclaw

    /// Bits per second when the configuration does not say.
    public var usualBaud: Int {
        switch self {
        case .feetech: 1_000_000
        case .dynamixel: 57_600
        case .odrive, .vesc: 115_200
        case .roboclaw: 38_400
        }
    }

    /// Volts the usual models of the family work with.
    public var usualVoltage: ClosedRange<Double> {
        switch self {
        case .feetech: 6...8.6
        case .dynamixel: 5...14.8
        case .odrive: 11...56
        case .vesc: 8...60
        case .roboclaw: 6...34
        }
    }

    /// Counts at zero radians when the configuration does not say: the middle of a servo's turn.
    public var usualZero: Int { self == .feetech || self == .dynamixel ? 2048 : 0 }

    /// The model that is meant when a joint names none.
    public var usualModel: String {
        switch self {
        case .feetech: "STS3215"
        case .dynamixel: "XL430-W250"
        case .odrive: "ODrive"
        case .vesc: "VESC"
        case .roboclaw: "RoboClaw"
        }
    }
}

/// One joint and its servo.
public struct JointConfiguration: Sendable, Equatable {
    public var name: String
    public var bus: String
    /// That of its bus.
    public var family: MotorFamily
    /// The servo's id on its bus.
    public var id: Int
    /// The servo's model name: "STS3215".
    public var servo: String
    /// A wheel: turns without end, is driven by speed, and has no place in poses.
    public var isContinuous: Bool
    /// The servo's position at zero radians, counts.
    public var zeroCounts: Int
    /// +1 if counts rise with the angle, -1 if they fall.
    public var direction: Int
    /// Encoder counts in one turn of the motor.
    public var countsPerTurn: Int
    /// Motor turns in one turn of the joint.
    public var gear: Double
    /// Pairs of poles of a brushless motor: electrical turns in one turn.
    public var polePairs: Int
    /// N·m for one ampere at the motor; 0 = not known, and efforts cannot be told.
    public var torqueConstant: Double
    /// Volts its motor is fed with where that is not its bus's supply; 0 = it is.
    public var supply: Double
    /// A DYNAMIXEL's register 84, written whenever it is armed; 0 = left as it is.
    public var positionGain: Int
    /// Smallest angle, radians; −∞ for a wheel.
    public var lower: Double
    /// Largest angle, radians; ∞ for a wheel.
    public var upper: Double
    /// rad/s.
    public var maximumVelocity: Double
    /// rad/s².
    public var maximumAcceleration: Double
    /// rad/s³.
    public var maximumJerk: Double
    /// N·m.
    public var maximumEffort: Double
    /// What its motor must hold to be the one that was calibrated; nil if it never was.
    public var calibration: JointCalibration?

    /// A joint of which nothing is known but its motor: what a configuration that says no more stands for.
    public init(name: String, bus: String, family: MotorFamily, id: Int, limits: ClosedRange<Double>) {
        self.name = name
        self.bus = bus
        self.family = family
        self.id = id
        servo = family.usualModel
        isContinuous = limits.lowerBound == -.infinity
        zeroCounts = family.usualZero
        direction = 1
        countsPerTurn = 4096
        gear = 1
        polePairs = 7
        torqueConstant = 0
        supply = 0
        positionGain = 0
        lower = limits.lowerBound
        upper = limits.upperBound
        maximumVelocity = 3
        maximumAcceleration = 20
        maximumJerk = 2000
        maximumEffort = 1.2
    }
}

extension JointConfiguration {
    /// How far a supply of its own may be off, share of it.
    private static let supplyTolerance = 0.2

    /// Volts that its motor needs.
    ///
    /// - Parameter usual: those of its bus.
    public func voltage(usual: ClosedRange<Double>) -> ClosedRange<Double> {
        guard supply > 0 else { return usual }
        return (1 - Self.supplyTolerance) * supply...(1 + Self.supplyTolerance) * supply
    }
}

public struct ControlConfiguration: Sendable, Equatable {
    /// Control cycles per second.
    public var rateHz: Int
    /// Joint states published per second.
    public var publishHz: Int
    /// Seconds the lease lasts without renewal.
    public var leaseSeconds: Double
    /// How far a set-point may run ahead of the measured joint, radians.
    public var followingLimit: Double
    /// SCHED_FIFO priority of the control thread; 0 = ordinary.
    public var realtimePriority: Int
    /// Seconds that streamed set-points stay fresh unless they say less themselves.
    public var setpointSeconds: Double
    /// The processor of the control thread and of those of further buses, 0 the first; -1 = any.
    public var cpu: Int
    /// So many cycles in a row that take longer than their period stop the robot; 0 = they are only told.
    public var overrunLimit: Int
}

/// A base on two driven wheels, one at each side.
public struct BaseConfiguration: Sendable, Equatable {
    /// Names of its wheels' joints.
    public var left: String
    public var right: String
    /// Metres.
    public var wheelRadius: Double
    /// Metres between the wheels.
    public var separation: Double
    /// m/s.
    public var maximumSpeed: Double
    /// rad/s.
    public var maximumTurn: Double
}

public struct SafetyConfiguration: Sendable, Equatable {
    /// Volts, where a bus does not say otherwise.
    public var minimumVoltage: Double
    /// Volts, where a bus does not say otherwise.
    public var maximumVoltage: Double
    /// Degrees Celsius.
    public var maximumTemperature: Double
    /// Seconds without a good packet from a servo before the robot stops.
    public var silenceSeconds: Double
    /// Seconds the control loop may stand still while the robot holds before a monitor stops the motors.
    public var stallSeconds: Double
    /// The arm's kinematic chain, relative to the configuration file's folder; empty = collisions are not checked.
    public var chain = ""
    /// Metres that the arm keeps from itself and from what it must keep out of.
    public var clearance = 0.01

    public init(
        minimumVoltage: Double, maximumVoltage: Double, maximumTemperature: Double, silenceSeconds: Double,
        stallSeconds: Double = 0.2
    ) {
        self.minimumVoltage = minimumVoltage
        self.maximumVoltage = maximumVoltage
        self.maximumTemperature = maximumTemperature
        self.silenceSeconds = silenceSeconds
        self.stallSeconds = stallSeconds
    }
}

public struct TraceConfiguration: Sendable, Equatable {
    /// Folder for traces; empty = no trace unless asked for on the command line.
    public var folder: String
}

public struct MindConfiguration: Sendable, Equatable {
    /// Whose left and right people mean: the robot's, or those of somebody who sits opposite.
    public enum Viewpoint: String, Sendable, CaseIterable { case robot, opposite }

    /// Path of a GGUF file whose opinion of the next skill is asked; relative to the configuration file's folder.
    public var languageModel: String
    /// Path of the GGUF file that writes sentences as programs.
    public var readerModel: String
    /// Path of the GGUF file with which that model was tuned for it; empty = plain orders only.
    public var adapter: String
    /// Imagined worlds for each candidate.
    public var worlds: Int
    /// Seed of the imagination.
    public var seed: Int
    /// Seconds for understanding a sentence, and for each decision; 0 = as long as it takes.
    public var decisionSeconds: Double
    /// Whose left and right people mean.
    public var viewpoint: Viewpoint
    /// A server that scores in the language model's place; nil = none.
    public var endpoint: EndpointConfiguration?
}

/// A language model behind an OpenAI-compatible server.
public struct EndpointConfiguration: Sendable, Equatable {
    /// "http://host:port/v1"
    public var url: String
    /// The name the server knows the model by.
    public var model: String
    /// File with the key, relative to the configuration file's folder, or "credential:NAME" of systemd; "" = no key.
    public var keyFile: String
    /// Seconds one answer may take.
    public var deadlineSeconds: Double
}

public struct VirtualConfiguration: Sendable, Equatable {
    /// The scene's file; relative to the configuration file's folder.
    public var scene: String
    /// Volts of the virtual power supply; 0 = what suits each bus.
    public var supplyVoltage: Double
}

extension RobotConfiguration {
    /// Reads and checks a configuration file, and the calibration beside it.
    ///
    /// - Throws: `ConfigurationError` with the line of what is missing, unknown, of the wrong type or out of range.
    public static func load(path: String) throws(ConfigurationError) -> RobotConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(file: path, problem: "cannot be read. Is the path right, and may you read it?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(file: path, problem: "is not UTF-8 text")
        }
        var robot = try parse(text, file: path)
        if let calibration = try Calibration.load(beside: path) {
            for index in robot.joints.indices {
                robot.joints[index].calibration = calibration[robot.joints[index].name]
            }
        }
        return robot
    }

    /// `path` as written in the configuration: absolute, or relative to the configuration file's folder.
    public func resolve(_ path: String) -> String {
        guard !path.isEmpty, !path.hasPrefix("/") else { return path }
        guard let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }
}
