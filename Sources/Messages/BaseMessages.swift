/// geometry_msgs/msg/Twist: how fast a body moves; m/s and rad/s.
public struct Twist: Message {
    public static let typeName = "geometry_msgs/msg/Twist"
    public static let fields: [Field<Self>] = [
        Field("linear", \.linear),
        Field("angular", \.angular),
    ]
    /// m/s; x is ahead.
    public var linear = Vector3Message()
    /// rad/s; z turns to the left.
    public var angular = Vector3Message()
    public init() {}
}

/// geometry_msgs/msg/TwistWithCovariance.
public struct TwistWithCovariance: Message {
    public static let typeName = "geometry_msgs/msg/TwistWithCovariance"
    public static let fields: [Field<Self>] = [
        Field("twist", \.twist),
        Field("covariance", \.covariance, fixed: 36),
    ]
    public var twist = Twist()
    /// 6 × 6, row by row: x y z, then turns about them; (m/s)² and (rad/s)².
    public var covariance = [Double](repeating: 0, count: 36)
    public init() {}
}

/// nav_msgs/msg/Odometry: where a base has got to, reckoned from its wheels.
public struct Odometry: Message {
    public static let typeName = "nav_msgs/msg/Odometry"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("child_frame_id", \.childFrameID),
        Field("pose", \.pose),
        Field("twist", \.twist),
    ]
    public var header = Header()
    public var childFrameID = ""
    public var pose = PoseWithCovariance()
    public var twist = TwistWithCovariance()
    public init() {}
}
