/// What a thing looks like; sizes in metres.
public enum Shape: Sendable, Hashable {
    /// Full edge lengths.
    case box(x: Double, y: Double, z: Double)
    /// Standing upright.
    case cylinder(diameter: Double, height: Double)
    case sphere(diameter: Double)
    /// An open box with walls of 2 mm; full outer edge lengths.
    case bin(x: Double, y: Double, z: Double)
    /// A low bin.
    case tray(x: Double, y: Double, z: Double)
    /// A flat disc things are put on.
    case plate(diameter: Double, height: Double)

    /// The name in scenes, suites and detections.
    public var name: String {
        switch self {
        case .box: "box"
        case .cylinder: "cylinder"
        case .sphere: "sphere"
        case .bin: "bin"
        case .tray: "tray"
        case .plate: "plate"
        }
    }

    /// The edges of the box that encloses it, in its own frame, metres.
    public var extent: Vector3 {
        switch self {
        case .box(let x, let y, let z), .bin(let x, let y, let z), .tray(let x, let y, let z): Vector3(x, y, z)
        case .cylinder(let d, let h), .plate(let d, let h): Vector3(d, d, h)
        case .sphere(let d): Vector3(d, d, d)
        }
    }

    /// The numbers a suite's `size` holds, in its order.
    public var size: [Double] {
        switch self {
        case .box(let x, let y, let z), .bin(let x, let y, let z), .tray(let x, let y, let z): [x, y, z]
        case .cylinder(let d, let h), .plate(let d, let h): [d, h]
        case .sphere(let d): [d]
        }
    }

    /// Whether things go into it.
    public var isContainer: Bool {
        switch self {
        case .bin, .tray: true
        default: false
        }
    }

    /// Thickness of a container's walls and floor, metres.
    public static let wallThickness = 0.002

    /// A shape from its name and the numbers of a suite's `size`; nil if they do not fit or are not positive.
    public init?(name: String, size: [Double]) {
        guard size.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
        switch (name, size.count) {
        case ("box", 3): self = .box(x: size[0], y: size[1], z: size[2])
        case ("bin", 3): self = .bin(x: size[0], y: size[1], z: size[2])
        case ("tray", 3): self = .tray(x: size[0], y: size[1], z: size[2])
        case ("cylinder", 2): self = .cylinder(diameter: size[0], height: size[1])
        case ("plate", 2): self = .plate(diameter: size[0], height: size[1])
        case ("sphere", 1): self = .sphere(diameter: size[0])
        default: return nil
        }
    }
}

/// A thing as a camera tells of it: never its mass or friction.
public struct Thing: Sendable, Hashable {
    /// Unique in its scene, and what people call it.
    public var name: String
    public var shape: Shape
    /// Pose of its centre.
    public var pose: Pose
    /// A CSS colour name.
    public var color: String
    /// Must not be touched by arm or carried thing.
    public var forbidden: Bool

    public init(name: String, shape: Shape, pose: Pose, color: String = "grey", forbidden: Bool = false) {
        self.name = name
        self.shape = shape
        self.pose = pose
        self.color = color
        self.forbidden = forbidden
    }

    /// Whether things are put into or onto it: bins, trays and plates, which are believed to stand fast.
    public var holdsOthers: Bool {
        switch shape {
        case .bin, .tray, .plate: true
        case .box, .cylinder, .sphere: false
        }
    }

    /// Height of its highest point above the table while it stands upright, metres.
    public var top: Double { pose.position.z + shape.extent.z / 2 }
    /// Height of its lowest point above the table while it stands upright, metres.
    public var bottom: Double { pose.position.z - shape.extent.z / 2 }

    /// Whether the point (metres, world frame) lies over its footprint shrunk by `margin`.
    public func footprintContains(_ point: Vector3, margin: Double = 0) -> Bool {
        let local = Quaternion(yaw: -pose.orientation.yaw).rotate(point - pose.position)
        switch shape {
        case .box(let x, let y, _), .bin(let x, let y, _), .tray(let x, let y, _):
            return abs(local.x) <= x / 2 - margin && abs(local.y) <= y / 2 - margin
        case .cylinder(let d, _), .plate(let d, _), .sphere(let d):
            return local.horizontalLength <= d / 2 - margin
        }
    }
}
