#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension SO101.Gripper {
    /// The moving pad's inner face against the jaw's joint while the pads are parallel, in the gripper's frame, metres.
    private static let face = (x: 0.0738, z: 0.0183)
    /// The jaw's joint above the fixed pad's inner face, metres.
    private static let pivot = SO101.jawJoint.z - fixedPadFace

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

    /// How far something between pads that are `opening` apart may reach above their middle before the moving jaw's body,
    /// which leans inward there, touches it; metres.
    public static func room(atOpening opening: Double) -> Double {
        let turn = angle(forOpening: opening) - SO101.parallelAngle
        let jaw = SO101.jaw
        // from the pad's end of the jaw's inner edge upwards
        for step in 0...40 {
            let along = jaw.half * (1 - Double(step) / 20)
            let x = jaw.x + along * cos(jaw.lean) + jaw.thickness * sin(jaw.lean) - SO101.jawJoint.x
            let z = jaw.z + along * sin(jaw.lean) - jaw.thickness * cos(jaw.lean) - SO101.jawJoint.z
            let across = SO101.jawJoint.z + x * sin(turn) + z * cos(turn) - fixedPadFace
            if across < opening { return padCentre - SO101.jawJoint.x - x * cos(turn) + z * sin(turn) }
        }
        return .infinity
    }
}
