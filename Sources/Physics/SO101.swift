/// The SO-101 class arm in numbers: what the scene builder, the skills and the configuration agree on.
///
/// Frames: origin on the table under the shoulder-pan axis, x forward, y left, z up. At zero angles every link's frame
/// is parallel to it. Link lengths, masses and joint ranges follow the arm's public description; joint signs too.
public enum SO101 {
    /// Joints in configuration order.
    public static let jointNames = [
        "shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper",
    ]
    /// Range of each joint, radians.
    public static let jointRanges: [ClosedRange<Double>] = [
        -1.9198...1.9198, -1.7453...1.7453, -1.69...1.69, -1.658...1.658, -2.7438...2.8412, -0.1745...1.7453,
    ]
    /// Folded onto its own shoulder, stable without torque; radians.
    public static let restPose: [Double] = [0, -1.7, 1.64, -1.6, 0, 0.1]
    /// Raised and clear of the table, radians.
    public static let homePose: [Double] = [0, -1.0, 0.5, 1.1, 0, 0.3]
    /// Folded with the hand beside the shoulder, out of the camera's sight of the table, radians.
    public static let lookPose: [Double] = [0, -1.6, 1.5, -1.1, 0, 0.1]
    /// Largest effort of a joint, N·m, in plant and configuration.
    public static let effortLimit = 1.2

    /// The gripper's own frame at the wrist-roll joint: x along the fingers, z from the fixed to the moving jaw.
    public enum Gripper {
        /// Distance of the middle of the pads from the wrist-roll origin, metres.
        public static let padCentre = 0.0972
        /// Inner face of the fixed pad along z, metres.
        public static let fixedPadFace = -0.0015
        /// Half length of the pads along the fingers, metres.
        public static let padHalfLength = 0.0072
        /// Distance of the fingertips from the wrist-roll origin, metres.
        public static let tip = 0.1044
        /// Widest thing that is graspable with nearly parallel pads, metres.
        public static let usableOpening = 0.062
    }
}
