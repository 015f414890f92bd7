/// A point or direction in space: metres, x forward, y left, z up.
public struct Vector3: Sendable, Hashable, Codable {
    public var x: Double
    public var y: Double
    public var z: Double

    public init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    public static let zero = Vector3(0, 0, 0)

    public static func + (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x + b.x, a.y + b.y, a.z + b.z) }
    public static func - (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x - b.x, a.y - b.y, a.z - b.z) }
    public static func * (a: Vector3, s: Double) -> Vector3 { Vector3(a.x * s, a.y * s, a.z * s) }
    public static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }

    /// The scalar product.
    public func dot(_ b: Vector3) -> Double { x * b.x + y * b.y + z * b.z }
    /// The vector product.
    public func cross(_ b: Vector3) -> Vector3 {
        Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
    }
    /// Euclidean length, metres.
    public var length: Double { dot(self).squareRoot() }
    /// Distance from the z axis, metres.
    public var horizontalLength: Double { (x * x + y * y).squareRoot() }
    /// Whether every component is a finite number.
    public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}

/// A rotation as a unit quaternion (w, x, y, z).
public struct Quaternion: Sendable, Hashable, Codable {
    public var w: Double
    public var x: Double
    public var y: Double
    public var z: Double

    public init(w: Double, x: Double, y: Double, z: Double) {
        self.w = w
        self.x = x
        self.y = y
        self.z = z
    }

    public static let identity = Quaternion(w: 1, x: 0, y: 0, z: 0)

    /// A rotation of `angle` radians about the unit vector `axis`.
    public init(axis: Vector3, angle: Double) {
        let s = sine(angle / 2)
        self.init(w: cosine(angle / 2), x: axis.x * s, y: axis.y * s, z: axis.z * s)
    }

    /// A rotation about z, radians.
    public init(yaw: Double) { self.init(axis: Vector3(0, 0, 1), angle: yaw) }

    public static func * (a: Quaternion, b: Quaternion) -> Quaternion {
        Quaternion(
            w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
            x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
            y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
            z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w)
    }

    public var conjugate: Quaternion { Quaternion(w: w, x: -x, y: -y, z: -z) }

    /// The same rotation with length one.
    public var normalized: Quaternion {
        let n = (w * w + x * x + y * y + z * z).squareRoot()
        return n > 0 ? Quaternion(w: w / n, x: x / n, y: y / n, z: z / n) : .identity
    }

    /// `v` turned by this rotation.
    public func rotate(_ v: Vector3) -> Vector3 {
        let u = Vector3(x, y, z)
        return v + (u.cross(v) * (2 * w)) + u.cross(u.cross(v)) * 2
    }

    /// The angle about z of the turned x axis, radians.
    public var yaw: Double { arctangent(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) }

    /// The angle between the turned z axis and z, radians.
    public var tilt: Double { arccosine(max(-1, min(1, rotate(Vector3(0, 0, 1)).z))) }
}

/// Where something is and how it is turned.
public struct Pose: Sendable, Hashable, Codable {
    public var position: Vector3
    public var orientation: Quaternion

    public init(position: Vector3, orientation: Quaternion = .identity) {
        self.position = position
        self.orientation = orientation
    }

    public static let identity = Pose(position: .zero)

    /// `child`, given in this pose's frame, in the frame this pose is given in.
    public func transform(_ child: Pose) -> Pose {
        Pose(
            position: position + orientation.rotate(child.position),
            orientation: (orientation * child.orientation).normalized)
    }

    public var inverse: Pose {
        let back = orientation.conjugate
        return Pose(position: -back.rotate(position), orientation: back)
    }
}
