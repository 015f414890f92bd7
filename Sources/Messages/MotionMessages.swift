/// foresight_msgs/msg/Setpoints: what a client that steers by hand wants of the joints just now.
///
/// Sent 20 to 200 times a second under the lease; each message names the observation it was made from and so renews the
/// lease. Joints are steered by position or, where `positions` is empty, by speed.
public struct SetpointsMessage: Message {
    public static let typeName = "foresight_msgs/msg/Setpoints"
    public static let fields: [Field<Self>] = [
        Field("token", \.token),
        Field("sequence", \.sequence),
        Field("observation", \.observation),
        Field("expires_in", \.expiresIn),
        Field("joint_names", \.jointNames),
        Field("positions", \.positions),
        Field("velocities", \.velocities),
    ]
    /// Of the lease.
    public var token: UInt64 = 0
    /// Strictly rising within one lease, from 1.
    public var sequence: UInt64 = 0
    /// Stamp of the /joint_states message this was made from.
    public var observation = Time()
    /// Seconds after which nobody answers for it any more; 0 = as the body is configured.
    public var expiresIn = 0.0
    /// Joints that are not named slow down and hold.
    public var jointNames: [String] = []
    /// Radians; empty = steered by speed.
    public var positions: [Double] = []
    /// rad/s; beside positions: how fast those move (empty = not said).
    public var velocities: [Double] = []
    public init() {}
}

/// foresight_msgs/msg/FilterChange: what the safety filter made of a set-point, and why.
public struct FilterChangeMessage: Message {
    public static let typeName = "foresight_msgs/msg/FilterChange"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("joint", \.joint),
        Field("reason", \.reason),
        Field("asked", \.asked),
        Field("given", \.given),
    ]
    public var header = Header()
    /// The joint that was changed most.
    public var joint = ""
    /// In words.
    public var reason = ""
    /// Radians: what the source wanted, and what it got.
    public var asked = 0.0
    public var given = 0.0
    public init() {}
}

/// The request of foresight_msgs/srv/Withdraw.
public struct WithdrawRequest: Message {
    public static let typeName = "foresight_msgs/srv/Withdraw_Request"
    public static let fields: [Field<Self>] = [
        Field("token", \.token),
        Field("id", \.id),
    ]
    /// Of the lease.
    public var token: UInt64 = 0
    /// The motion's id, as /execute answered it.
    public var id: UInt64 = 0
    public init() {}
}

/// The answer of foresight_msgs/srv/Withdraw.
public struct WithdrawResponse: Message {
    public static let typeName = "foresight_msgs/srv/Withdraw_Response"
    public static let fields: [Field<Self>] = [
        Field("success", \.success),
        Field("message", \.message),
    ]
    public var success = false
    public var message = ""
    public init() {}
}

/// Breaks off a motion; the robot slows down and holds.
public enum Withdraw: Service {
    public typealias Request = WithdrawRequest
    public typealias Response = WithdrawResponse
    public static let typeName = "foresight_msgs/srv/Withdraw"
}

/// foresight_msgs/msg/SafetyLine: one promise, or one condition and what is done about it.
public struct SafetyLine: Message {
    public static let typeName = "foresight_msgs/msg/SafetyLine"
    public static let fields: [Field<Self>] = [
        Field("kind", \.kind),
        Field("words", \.words),
        Field("action", \.action),
        Field("clearing", \.clearing),
        Field("present", \.present),
        Field("active", \.active),
    ]
    /// "promise" or "condition".
    public var kind = ""
    /// The promise, or the condition.
    public var words = ""
    /// Of a condition: what is done about it.
    public var action = ""
    /// Of a condition: what ends that.
    public var clearing = ""
    /// The values that hold, and how things are just now.
    public var present = ""
    /// Of a promise: whether it can be kept just now; of a condition: whether it holds just now.
    public var active = false
    public init() {}
}

/// The answer of foresight_msgs/srv/SafetyExplain.
public struct SafetyExplainResponse: Message {
    public static let typeName = "foresight_msgs/srv/SafetyExplain_Response"
    public static let fields: [Field<Self>] = [Field("lines", \.lines)]
    public var lines: [SafetyLine] = []
    public init() {}
}

/// The request of foresight_msgs/srv/SafetyExplain: ROS gives an empty message one byte.
public struct SafetyExplainRequest: Message {
    public static let typeName = "foresight_msgs/srv/SafetyExplain_Request"
    public static let fields: [Field<Self>] = [
        Field("structure_needs_at_least_one_member", \.structureNeedsAtLeastOneMember)
    ]
    public var structureNeedsAtLeastOneMember: UInt8 = 0
    public init() {}
}

/// Tells what the body promises and what it does about everything that can be the matter, with present values.
public enum SafetyExplain: Service {
    public typealias Request = SafetyExplainRequest
    public typealias Response = SafetyExplainResponse
    public static let typeName = "foresight_msgs/srv/SafetyExplain"
}
