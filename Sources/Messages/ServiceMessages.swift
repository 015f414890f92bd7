/// The request of std_srvs/srv/Trigger: ROS gives an empty message one byte.
public struct TriggerRequest: Message {
    public static let typeName = "std_srvs/srv/Trigger_Request"
    public static let fields: [Field<Self>] = [
        Field("structure_needs_at_least_one_member", \.structureNeedsAtLeastOneMember)
    ]
    public var structureNeedsAtLeastOneMember: UInt8 = 0
    public init() {}
}

/// The answer of std_srvs/srv/Trigger.
public struct TriggerResponse: Message {
    public static let typeName = "std_srvs/srv/Trigger_Response"
    public static let fields: [Field<Self>] = [
        Field("success", \.success),
        Field("message", \.message),
    ]
    public var success = false
    public var message = ""
    public init() {}
}

/// arm, disarm, stop and reset.
public enum Trigger: Service {
    public typealias Request = TriggerRequest
    public typealias Response = TriggerResponse
    public static let typeName = "std_srvs/srv/Trigger"
}

/// The request of foresight_msgs/srv/LeaseAcquire.
public struct LeaseAcquireRequest: Message {
    public static let typeName = "foresight_msgs/srv/LeaseAcquire_Request"
    public static let fields: [Field<Self>] = [
        Field("client", \.client),
        Field("seconds", \.seconds),
    ]
    public var client = ""
    public var seconds = 0.0
    public init() {}
}

/// The answer of foresight_msgs/srv/LeaseAcquire.
public struct LeaseAcquireResponse: Message {
    public static let typeName = "foresight_msgs/srv/LeaseAcquire_Response"
    public static let fields: [Field<Self>] = [
        Field("granted", \.granted),
        Field("token", \.token),
        Field("message", \.message),
    ]
    public var granted = false
    public var token: UInt64 = 0
    public var message = ""
    public init() {}
}

/// Asks for the one lease.
public enum LeaseAcquire: Service {
    public typealias Request = LeaseAcquireRequest
    public typealias Response = LeaseAcquireResponse
    public static let typeName = "foresight_msgs/srv/LeaseAcquire"
}

/// The request of foresight_msgs/srv/LeaseRenew.
public struct LeaseRenewRequest: Message {
    public static let typeName = "foresight_msgs/srv/LeaseRenew_Request"
    public static let fields: [Field<Self>] = [
        Field("token", \.token),
        Field("last_observation", \.lastObservation),
    ]
    public var token: UInt64 = 0
    public var lastObservation = Time()
    public init() {}
}

/// The answer of foresight_msgs/srv/LeaseRenew.
public struct LeaseRenewResponse: Message {
    public static let typeName = "foresight_msgs/srv/LeaseRenew_Response"
    public static let fields: [Field<Self>] = [
        Field("granted", \.granted),
        Field("message", \.message),
    ]
    public var granted = false
    public var message = ""
    public init() {}
}

/// Renews the lease, naming the last observation seen.
public enum LeaseRenew: Service {
    public typealias Request = LeaseRenewRequest
    public typealias Response = LeaseRenewResponse
    public static let typeName = "foresight_msgs/srv/LeaseRenew"
}

/// The request of foresight_msgs/srv/LeaseRelease.
public struct LeaseReleaseRequest: Message {
    public static let typeName = "foresight_msgs/srv/LeaseRelease_Request"
    public static let fields: [Field<Self>] = [
        Field("token", \.token)
    ]
    public var token: UInt64 = 0
    public init() {}
}

/// The answer of foresight_msgs/srv/LeaseRelease.
public struct LeaseReleaseResponse: Message {
    public static let typeName = "foresight_msgs/srv/LeaseRelease_Response"
    public static let fields: [Field<Self>] = [
        Field("success", \.success),
        Field("message", \.message),
    ]
    public var success = false
    public var message = ""
    public init() {}
}

/// Gives the lease back.
public enum LeaseRelease: Service {
    public typealias Request = LeaseReleaseRequest
    public typealias Response = LeaseReleaseResponse
    public static let typeName = "foresight_msgs/srv/LeaseRelease"
}

/// The request of foresight_msgs/srv/Execute.
public struct ExecuteRequest: Message {
    public static let typeName = "foresight_msgs/srv/Execute_Request"
    public static let fields: [Field<Self>] = [
        Field("token", \.token),
        Field("trajectory", \.trajectory),
        Field("replace", \.replace),
    ]
    public var token: UInt64 = 0
    public var trajectory = GuardedTrajectoryMessage()
    /// Whether it takes the place of a motion that runs, from wherever the robot is then.
    public var replace = false
    public init() {}
}

/// The answer of foresight_msgs/srv/Execute.
public struct ExecuteResponse: Message {
    public static let typeName = "foresight_msgs/srv/Execute_Response"
    public static let fields: [Field<Self>] = [
        Field("accepted", \.accepted),
        Field("message", \.message),
    ]
    public var accepted = false
    public var message = ""
    public init() {}
}

/// Hands over a guarded trajectory.
public enum Execute: Service {
    public typealias Request = ExecuteRequest
    public typealias Response = ExecuteResponse
    public static let typeName = "foresight_msgs/srv/Execute"
}
