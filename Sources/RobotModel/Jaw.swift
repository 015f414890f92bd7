#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A gripper with one pad that is fixed and one that turns about a joint, in the frame in the middle of the fixed pad's
/// inner face: x along the fingers, z to the moving pad; metres and radians.
public struct Jaw: Sendable, Equatable {
    /// Half length of the pads along the fingers, metres.
    public let padHalfLength: Double
    /// Widest thing that is graspable with nearly parallel pads, metres.
    public let widest: Double
    /// How far the set-point goes below the width of what is held, radians.
    public let squeeze: Double
    /// More than this left of the squeeze means that something is between the pads, radians.
    public let held: Double
    /// The gripper joint's range, radians.
    let range: ClosedRange<Double>
    /// Angle at which the moving pad is parallel to the fixed one, radians.
    let parallel: Double
    /// +1 if the joint's positive sense opens.
    public let sense: Double
    /// Where the moving jaw turns.
    let joint: (x: Double, z: Double)
    /// The middle of the moving pad's inner face against the joint, while the pads are parallel.
    let face: (x: Double, z: Double)
    /// Points of the moving jaw's inner edge above its pad against the joint, while the pads are parallel, the pad's end
    /// first.
    let edge: [(x: Double, z: Double)]

    public static func == (a: Jaw, b: Jaw) -> Bool {
        a.padHalfLength == b.padHalfLength && a.widest == b.widest && a.squeeze == b.squeeze
            && a.held == b.held && a.range == b.range && a.parallel == b.parallel
            && a.joint == b.joint && a.face == b.face
    }

    /// Distance between the middles of the pads at a gripper angle: rad → m.
    public func opening(atAngle angle: Double) -> Double {
        let turn = sense * (angle - parallel)
        return joint.z + face.x * sin(turn) + face.z * cos(turn)
    }

    /// The gripper angle at which the middles of the pads are `opening` apart: m → rad, within the joint's range.
    public func angle(forOpening opening: Double) -> Double {
        let length = (face.x * face.x + face.z * face.z).squareRoot()
        let ratio = max(-1, min(1, (opening - joint.z) / length))
        let angle = parallel + sense * (asin(ratio) - atan2(face.z, face.x))
        return max(range.lowerBound, min(range.upperBound, angle))
    }

    /// How far something between pads that are `opening` apart may reach above their middle before the moving jaw's body,
    /// which leans inward there, touches it; metres.
    public func room(atOpening opening: Double) -> Double {
        let turn = sense * (angle(forOpening: opening) - parallel)
        for point in edge where joint.z + point.x * sin(turn) + point.z * cos(turn) < opening {
            return -joint.x - point.x * cos(turn) + point.z * sin(turn)
        }
        return .infinity
    }
}

extension Jaw {
    /// How many points of the jaw's edge are looked at.
    private static let edgePoints = 40

    /// From two boxes, the pads, whose x is along the fingers and whose z is across from the fixed to the moving one, and
    /// the box of the moving jaw's body above its pad, each in its link's frame.
    ///
    /// - Parameters:
    ///   - moving: the moving link's frame in the fixed pad's inner face's while the joint is at zero.
    ///   - axis: what the joint turns about, in the moving link's frame.
    init(
        fixed half: Vector3, pad: (pose: Pose, half: Vector3), body: (pose: Pose, half: Vector3)?, moving: Pose,
        axis: Vector3, range: ClosedRange<Double>, widest: Double, squeeze: Double, held: Double
    ) {
        padHalfLength = half.x
        self.widest = widest
        self.squeeze = squeeze
        self.held = held
        self.range = range
        let turned = moving.orientation.rotate(axis)
        // opening is a turn about −y
        let sense: Double = turned.y < 0 ? 1 : -1
        let across = moving.orientation.rotate(pad.pose.orientation.rotate(Vector3(0, 0, 1)))
        let parallel = sense * atan2(across.x, across.z)
        (self.sense, self.parallel) = (sense, parallel)
        joint = (moving.position.x, moving.position.z)
        let turn = moving.orientation * Quaternion(axis: axis, angle: parallel)
        func local(_ point: Vector3) -> (x: Double, z: Double) {
            let placed = turn.rotate(point)
            return (placed.x, placed.z)
        }
        face = local(pad.pose.transform(Pose(position: Vector3(0, 0, -pad.half.z))).position)
        edge = (0...Self.edgePoints).compactMap { step in
            guard let body else { return nil }
            let along = body.half.x * (1 - 2 * Double(step) / Double(Self.edgePoints))
            return local(body.pose.transform(Pose(position: Vector3(along, 0, -body.half.z))).position)
        }
    }
}
