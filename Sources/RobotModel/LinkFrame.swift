/// Where a link is and how it is turned, as its axes and origin in the robot's frame; metres.
///
/// What the control thread computes with: a rotation of vectors by its columns is cheaper than by a quaternion.
public struct LinkFrame: Sendable, Equatable {
    public var position: Vector3
    /// The frame's own axes, unit vectors.
    public var x: Vector3
    public var y: Vector3
    public var z: Vector3

    public static let identity = LinkFrame(.identity)

    public init(_ pose: Pose) {
        let turn = pose.orientation.normalized
        position = pose.position
        x = turn.rotate(Vector3(1, 0, 0))
        y = turn.rotate(Vector3(0, 1, 0))
        z = turn.rotate(Vector3(0, 0, 1))
    }

    init(position: Vector3, x: Vector3, y: Vector3, z: Vector3) {
        self.position = position
        self.x = x
        self.y = y
        self.z = z
    }

    /// A rotation of `angle` radians about the unit vector `axis`, at the origin.
    init(axis: Vector3, angle: Double) {
        let (s, c) = (sine(angle), cosine(angle))
        func turned(_ v: Vector3) -> Vector3 { v * c + axis.cross(v) * s + axis * (axis.dot(v) * (1 - c)) }
        self.init(
            position: .zero, x: turned(Vector3(1, 0, 0)), y: turned(Vector3(0, 1, 0)), z: turned(Vector3(0, 0, 1)))
    }

    /// A direction given in this frame, in the robot's.
    public func direction(_ v: Vector3) -> Vector3 { x * v.x + y * v.y + z * v.z }
    /// A point given in this frame, in the robot's; metres.
    public func point(_ v: Vector3) -> Vector3 { position + direction(v) }
    /// A direction given in the robot's frame, in this one.
    public func local(_ v: Vector3) -> Vector3 { Vector3(x.dot(v), y.dot(v), z.dot(v)) }

    /// `child`, given in this frame, in the frame this one is given in.
    public func transform(_ child: LinkFrame) -> LinkFrame {
        LinkFrame(
            position: point(child.position), x: direction(child.x), y: direction(child.y), z: direction(child.z))
    }
}

/// The frames of all links of a chain at one pose, inside the value itself.
public struct ChainFrames: Sendable {
    public let count: Int
    private var storage = InlineArray<32, LinkFrame>(repeating: .identity)

    init(count: Int) { self.count = min(count, KinematicChain.largestLinkCount) }

    /// The frame of link `index`, an index into the chain's links.
    public internal(set) subscript(index: Int) -> LinkFrame {
        get { storage[index] }
        set { storage[index] = newValue }
    }
}
