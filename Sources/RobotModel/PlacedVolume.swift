/// A volume somewhere in space, ready for measuring distances: everything within `radius` of a box, which for a capsule
/// has no width and no depth.
public struct PlacedVolume: Sendable, Equatable {
    public private(set) var centre: Vector3
    /// The axes of box or line, unit vectors; of a capsule only the first counts.
    private(set) var axes: (x: Vector3, y: Vector3, z: Vector3)
    /// Half edges along the axes, metres.
    let half: Vector3
    let radius: Double
    /// Radius of the sphere around all of it, metres.
    public let reach: Double
    let isBox: Bool

    public init(_ volume: Volume) {
        switch volume {
        case .capsule(let from, let to, let radius):
            let line = to - from
            let length = line.length
            centre = (from + to) * 0.5
            axes = (length > 0 ? line * (1 / length) : Vector3(1, 0, 0), .zero, .zero)
            half = Vector3(length / 2, 0, 0)
            self.radius = radius
            isBox = false
        case .box(let pose, let half):
            let frame = LinkFrame(pose)
            centre = frame.position
            axes = (frame.x, frame.y, frame.z)
            self.half = half
            radius = 0
            isBox = true
        }
        reach = half.length + radius
    }

    /// A sphere of no size, to fill what is not used.
    public static let none = PlacedVolume(.capsule(from: .zero, to: .zero, radius: 0))

    /// This volume, given in `frame`, in the frame that `frame` is given in.
    public func moved(by frame: LinkFrame) -> PlacedVolume {
        var moved = self
        moved.centre = frame.point(centre)
        moved.axes.x = frame.direction(axes.x)
        if isBox {
            moved.axes.y = frame.direction(axes.y)
            moved.axes.z = frame.direction(axes.z)
        }
        return moved
    }

    public static func == (a: PlacedVolume, b: PlacedVolume) -> Bool {
        a.centre == b.centre && a.axes == b.axes && a.half == b.half && a.radius == b.radius && a.isBox == b.isBox
    }

    /// A direction in the axes of this volume.
    func local(_ v: Vector3) -> Vector3 { Vector3(axes.x.dot(v), axes.y.dot(v), axes.z.dot(v)) }
}
