#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension SO101.Gripper {
    /// The moving pad's inner face against the jaw's joint while the pads are parallel, in the gripper's frame, metres.
    private static let face = (x: 0.0738, z: 0.0183)
    /// The jaw's joint above the fixed pad's inner face, metres.
    private static let pivot = 0.0202 - fixedPadFace

    /// Distance between the middles of the pads at a gripper angle: rad → m.
    public static func opening(atAngle angle: Double) -> Double {
        let turn = angle - SO101.parallelAngle
        return pivot + face.x * sin(turn) + face.z * cos(turn)
    }

    /// The gripper angle at which the middles of the pads are `opening` apart: m → rad, within the joint's range.
    public static func angle(forOpening opening: Double) -> Double {
        let length = (face.x * face.x + face.z * face.z).squareRoot()
        let sine = max(-1, min(1, (opening - pivot) / length))
        let angle = SO101.parallelAngle + asin(sine) - atan2(face.z, face.x)
        let range = SO101.jointRanges[5]
        return max(range.lowerBound, min(range.upperBound, angle))
    }
}
