/// foresight_msgs/msg/ControlState: what the body is doing.
public struct ControlState: Message {
    public static let typeName = "foresight_msgs/msg/ControlState"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("state", \.state),
        Field("reason", \.reason),
        Field("torque", \.torque),
        Field("lease_holder", \.leaseHolder),
        Field("lease_remaining", \.leaseRemaining),
        Field("trajectory_id", \.trajectoryID),
        Field("trajectory_state", \.trajectoryState),
        Field("trajectory_reason", \.trajectoryReason),
        Field("trajectory_guard", \.trajectoryGuard),
        Field("trajectory_joint", \.trajectoryJoint),
        Field("progress", \.progress),
        Field("setpoint_sequence", \.setpointSequence),
        Field("setpoint_state", \.setpointState),
    ]
    public var header = Header()
    /// disarmed, armed, moving or stopped.
    public var state = ""
    /// Why it is in that state, in words.
    public var reason = ""
    /// on, off or unknown.
    public var torque = ""
    public var leaseHolder = ""
    /// Seconds.
    public var leaseRemaining = 0.0
    public var trajectoryID: UInt64 = 0
    /// none, running, succeeded or aborted.
    public var trajectoryState = ""
    /// Why it was aborted, in words.
    public var trajectoryReason = ""
    /// Which guard broke: path, effort or goal; empty if none did.
    public var trajectoryGuard = ""
    /// The joint whose guard broke; empty if none did.
    public var trajectoryJoint = ""
    /// Share of the trajectory that is done, 0 … 1.
    public var progress = 0.0
    /// The newest streamed set-points that reached the control loop.
    public var setpointSequence: UInt64 = 0
    /// none, followed, or why they are not.
    public var setpointState = ""
    public init() {}
}

/// foresight_msgs/msg/GuardedTrajectory: a motion with the guards the body holds it to.
public struct GuardedTrajectoryMessage: Message {
    public static let typeName = "foresight_msgs/msg/GuardedTrajectory"
    public static let fields: [Field<Self>] = [
        Field("id", \.id),
        Field("label", \.label),
        Field("trajectory", \.trajectory),
        Field("compensation", \.compensation),
        Field("path_tolerance", \.pathTolerance),
        Field("goal_tolerance", \.goalTolerance),
        Field("effort_bound", \.effortBound),
        Field("goal_time", \.goalTime),
        Field("timeout", \.timeout),
    ]
    public var id: UInt64 = 0
    public var label = ""
    /// Intended positions and velocities.
    public var trajectory = JointTrajectory()
    /// Points × joints, row by row, radians: set-point = intended + compensation.
    public var compensation: [Double] = []
    /// Radians by joint; infinite = not guarded.
    public var pathTolerance: [Double] = []
    /// Radians by joint; infinite = not guarded.
    public var goalTolerance: [Double] = []
    /// N·m by joint; infinite = not guarded.
    public var effortBound: [Double] = []
    /// Seconds allowed to settle after the last point.
    public var goalTime = 0.0
    /// Seconds for the whole motion.
    public var timeout = 0.0
    public init() {}
}

/// foresight_msgs/msg/Event: something a person should read.
public struct Event: Message {
    public static let typeName = "foresight_msgs/msg/Event"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("level", \.level),
        Field("source", \.source),
        Field("text", \.text),
    ]
    public var header = Header()
    /// 0 information, 1 warning, 2 error.
    public var level: UInt8 = 0
    public var source = ""
    public var text = ""
    public init() {}
}
