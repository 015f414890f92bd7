/// builtin_interfaces/msg/Time: real time.
public struct Time: Message {
    public static let typeName = "builtin_interfaces/msg/Time"
    public static let fields: [Field<Self>] = [
        Field("sec", \.sec),
        Field("nanosec", \.nanosec),
    ]
    public var sec: Int32 = 0
    public var nanosec: UInt32 = 0
    public init() {}

    /// - Parameter nanoseconds: real time since 1970.
    public init(nanoseconds: Int64) {
        sec = Int32(truncatingIfNeeded: nanoseconds / 1_000_000_000)
        nanosec = UInt32(truncatingIfNeeded: nanoseconds % 1_000_000_000)
    }

    /// Nanoseconds.
    public var nanoseconds: Int64 { Int64(sec) * 1_000_000_000 + Int64(nanosec) }
}

/// builtin_interfaces/msg/Duration.
public struct DurationMessage: Message {
    public static let typeName = "builtin_interfaces/msg/Duration"
    public static let fields: [Field<Self>] = [
        Field("sec", \.sec),
        Field("nanosec", \.nanosec),
    ]
    public var sec: Int32 = 0
    public var nanosec: UInt32 = 0
    public init() {}

    /// A duration of so many nanoseconds.
    public init(nanoseconds: Int64) {
        sec = Int32(truncatingIfNeeded: nanoseconds / 1_000_000_000)
        nanosec = UInt32(truncatingIfNeeded: nanoseconds % 1_000_000_000)
    }

    /// Nanoseconds.
    public var nanoseconds: Int64 { Int64(sec) * 1_000_000_000 + Int64(nanosec) }
}

/// std_msgs/msg/Header.
public struct Header: Message {
    public static let typeName = "std_msgs/msg/Header"
    public static let fields: [Field<Self>] = [
        Field("stamp", \.stamp),
        Field("frame_id", \.frameID),
    ]
    public var stamp = Time()
    public var frameID = ""
    public init() {}

    /// - Parameter nanoseconds: real time since 1970.
    public init(nanoseconds: Int64, frameID: String = "") {
        stamp = Time(nanoseconds: nanoseconds)
        self.frameID = frameID
    }
}

/// sensor_msgs/msg/JointState: radians, rad/s, N·m.
public struct JointState: Message {
    public static let typeName = "sensor_msgs/msg/JointState"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("name", \.name),
        Field("position", \.position),
        Field("velocity", \.velocity),
        Field("effort", \.effort),
    ]
    public var header = Header()
    public var name: [String] = []
    public var position: [Double] = []
    public var velocity: [Double] = []
    public var effort: [Double] = []
    public init() {}
}

/// diagnostic_msgs/msg/KeyValue.
public struct KeyValue: Message {
    public static let typeName = "diagnostic_msgs/msg/KeyValue"
    public static let fields: [Field<Self>] = [
        Field("key", \.key),
        Field("value", \.value),
    ]
    public var key = ""
    public var value = ""
    public init() {}

    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// diagnostic_msgs/msg/DiagnosticStatus.
public struct DiagnosticStatus: Message {
    public static let typeName = "diagnostic_msgs/msg/DiagnosticStatus"
    public static let constants = "byte OK=0\nbyte WARN=1\nbyte ERROR=2\nbyte STALE=3\n"
    public static let fields: [Field<Self>] = [
        Field("level", \.level, type: "byte"),
        Field("name", \.name),
        Field("message", \.message),
        Field("hardware_id", \.hardwareID),
        Field("values", \.values),
    ]
    /// 0 well, 1 warning, 2 error, 3 stale.
    public var level: UInt8 = 0
    public var name = ""
    public var message = ""
    public var hardwareID = ""
    public var values: [KeyValue] = []
    public init() {}
}

/// diagnostic_msgs/msg/DiagnosticArray.
public struct DiagnosticArray: Message {
    public static let typeName = "diagnostic_msgs/msg/DiagnosticArray"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("status", \.status),
    ]
    public var header = Header()
    public var status: [DiagnosticStatus] = []
    public init() {}
}

/// trajectory_msgs/msg/JointTrajectoryPoint.
public struct JointTrajectoryPoint: Message {
    public static let typeName = "trajectory_msgs/msg/JointTrajectoryPoint"
    public static let fields: [Field<Self>] = [
        Field("positions", \.positions),
        Field("velocities", \.velocities),
        Field("accelerations", \.accelerations),
        Field("effort", \.effort),
        Field("time_from_start", \.timeFromStart),
    ]
    public var positions: [Double] = []
    public var velocities: [Double] = []
    public var accelerations: [Double] = []
    public var effort: [Double] = []
    public var timeFromStart = DurationMessage()
    public init() {}
}

/// trajectory_msgs/msg/JointTrajectory.
public struct JointTrajectory: Message {
    public static let typeName = "trajectory_msgs/msg/JointTrajectory"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("joint_names", \.jointNames),
        Field("points", \.points),
    ]
    public var header = Header()
    public var jointNames: [String] = []
    public var points: [JointTrajectoryPoint] = []
    public init() {}
}
