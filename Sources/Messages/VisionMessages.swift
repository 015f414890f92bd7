/// geometry_msgs/msg/Point.
public struct PointMessage: Message {
    public static let typeName = "geometry_msgs/msg/Point"
    public static let fields: [Field<Self>] = [
        Field("x", \.x),
        Field("y", \.y),
        Field("z", \.z),
    ]
    public var x = 0.0
    public var y = 0.0
    public var z = 0.0
    public init() {}
}

/// geometry_msgs/msg/Vector3.
public struct Vector3Message: Message {
    public static let typeName = "geometry_msgs/msg/Vector3"
    public static let fields: [Field<Self>] = [
        Field("x", \.x),
        Field("y", \.y),
        Field("z", \.z),
    ]
    public var x = 0.0
    public var y = 0.0
    public var z = 0.0
    public init() {}
}

/// geometry_msgs/msg/Quaternion.
public struct QuaternionMessage: Message {
    public static let typeName = "geometry_msgs/msg/Quaternion"
    public static let fields: [Field<Self>] = [
        Field("x", \.x),
        Field("y", \.y),
        Field("z", \.z),
        Field("w", \.w),
    ]
    public var x = 0.0
    public var y = 0.0
    public var z = 0.0
    public var w = 1.0
    public init() {}
}

/// geometry_msgs/msg/Pose.
public struct PoseMessage: Message {
    public static let typeName = "geometry_msgs/msg/Pose"
    public static let fields: [Field<Self>] = [
        Field("position", \.position),
        Field("orientation", \.orientation),
    ]
    public var position = PointMessage()
    public var orientation = QuaternionMessage()
    public init() {}
}

/// geometry_msgs/msg/PoseWithCovariance.
public struct PoseWithCovariance: Message {
    public static let typeName = "geometry_msgs/msg/PoseWithCovariance"
    public static let fields: [Field<Self>] = [
        Field("pose", \.pose),
        Field("covariance", \.covariance, fixed: 36),
    ]
    public var pose = PoseMessage()
    public var covariance: [Double] = Array(repeating: 0, count: 36)
    public init() {}
}

/// vision_msgs/msg/ObjectHypothesis.
public struct ObjectHypothesis: Message {
    public static let typeName = "vision_msgs/msg/ObjectHypothesis"
    public static let fields: [Field<Self>] = [
        Field("class_id", \.classID),
        Field("score", \.score),
    ]
    public var classID = ""
    public var score = 0.0
    public init() {}
}

/// vision_msgs/msg/ObjectHypothesisWithPose.
public struct ObjectHypothesisWithPose: Message {
    public static let typeName = "vision_msgs/msg/ObjectHypothesisWithPose"
    public static let fields: [Field<Self>] = [
        Field("hypothesis", \.hypothesis),
        Field("pose", \.pose),
    ]
    public var hypothesis = ObjectHypothesis()
    public var pose = PoseWithCovariance()
    public init() {}
}

/// vision_msgs/msg/BoundingBox3D: pose of the centre, full edge lengths in metres.
public struct BoundingBox3D: Message {
    public static let typeName = "vision_msgs/msg/BoundingBox3D"
    public static let fields: [Field<Self>] = [
        Field("center", \.center),
        Field("size", \.size),
    ]
    public var center = PoseMessage()
    public var size = Vector3Message()
    public init() {}
}

/// vision_msgs/msg/Detection3D.
public struct Detection3D: Message {
    public static let typeName = "vision_msgs/msg/Detection3D"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("results", \.results),
        Field("bbox", \.bbox),
        Field("id", \.id),
    ]
    public var header = Header()
    public var results: [ObjectHypothesisWithPose] = []
    public var bbox = BoundingBox3D()
    /// What the thing is called; unique in its scene.
    public var id = ""
    public init() {}
}

/// vision_msgs/msg/Detection3DArray.
public struct Detection3DArray: Message {
    public static let typeName = "vision_msgs/msg/Detection3DArray"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("detections", \.detections),
    ]
    public var header = Header()
    public var detections: [Detection3D] = []
    public init() {}
}

/// foresight_msgs/msg/ThingProperties: what a Detection3D cannot carry.
public struct ThingProperties: Message {
    public static let typeName = "foresight_msgs/msg/ThingProperties"
    public static let fields: [Field<Self>] = [
        Field("id", \.id),
        Field("shape", \.shape),
        Field("color", \.color),
        Field("forbidden", \.forbidden),
    ]
    /// The id of the detection it belongs to.
    public var id = ""
    /// box, cylinder, sphere, bin, tray or plate.
    public var shape = ""
    /// A CSS colour name.
    public var color = ""
    /// Must not be touched.
    public var forbidden = false
    public init() {}
}

/// foresight_msgs/msg/ThingPropertiesArray.
public struct ThingPropertiesArray: Message {
    public static let typeName = "foresight_msgs/msg/ThingPropertiesArray"
    public static let fields: [Field<Self>] = [
        Field("header", \.header),
        Field("things", \.things),
    ]
    public var header = Header()
    public var things: [ThingProperties] = []
    public init() {}
}
