/// A solid that distances are measured between; metres.
public enum Volume: Sendable, Equatable {
    /// Everything within `radius` of the line from one point to the other; a sphere if they are the same.
    case capsule(from: Vector3, to: Vector3, radius: Double)
    /// Half edges along the axes of `pose`, about its position.
    case box(pose: Pose, half: Vector3)
}
