import Physics
import RobotModel

/// How a thing stands: its height and the pairs of faces a gripper may close on.
struct Stance {
    /// A pair of parallel faces, or any direction of something round.
    struct Faces {
        /// Horizontal direction from one face to the other, radians; nil = any.
        var yaw: Double?
        /// Distance between them, metres.
        var width: Double
        /// How long they are, metres; 0 for what is round.
        var length = 0.0
    }

    var height: Double
    var faces: [Faces]
    /// Half diagonal of the footprint, metres.
    var radius: Double
    /// Widest at half its height: pads must close there.
    var isBulging = false

    init(of thing: Thing) {
        switch thing.shape {
        case .sphere(let d):
            self.init(height: d, faces: [Faces(yaw: nil, width: d)], radius: d / 2)
            isBulging = true
        case .cylinder(let d, let h), .plate(let d, let h):
            self.init(round: thing, diameter: d, height: h)
        case .box(let x, let y, let z), .bin(let x, let y, let z), .tray(let x, let y, let z):
            self.init(box: thing, edges: [x, y, z])
        }
    }

    private init(height: Double, faces: [Faces], radius: Double) {
        self.height = height
        self.faces = faces
        self.radius = radius
    }

    private init(round thing: Thing, diameter: Double, height: Double) {
        let axis = thing.pose.orientation.rotate(Vector3(0, 0, 1))
        if abs(axis.z) > Lean.standingAxis {
            self.init(height: height, faces: [Faces(yaw: nil, width: diameter)], radius: diameter / 2)
        } else {  // it lies on its side: close across, not along
            self.init(
                height: diameter,
                faces: [Faces(yaw: arctangent(axis.y, axis.x) + .pi / 2, width: diameter, length: height)],
                radius: (diameter * diameter + height * height).squareRoot() / 2)
            isBulging = true
        }
    }

    private init(box thing: Thing, edges: [Double]) {
        let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)].map(thing.pose.orientation.rotate)
        let up = (0..<3).max { abs(axes[$0].z) < abs(axes[$1].z) } ?? 2
        let sides = (0..<3).filter { $0 != up }
        self.init(
            height: edges[up],
            faces: [sides, sides.reversed()].map {
                Faces(yaw: arctangent(axes[$0[0]].y, axes[$0[0]].x), width: edges[$0[0]], length: edges[$0[1]])
            },
            radius: sides.reduce(0) { $0 + edges[$1] * edges[$1] }.squareRoot() / 2)
    }
}

extension Stance {
    /// How far below the upper face the middle of the pads goes, metres: near the upper face, where hand and table keep
    /// away from each other, and not so deep that something tall meets the moving jaw, which leans inward above its pad:
    /// it would be pinched by an edge, and turn in the hand.
    ///
    /// - Parameter width: between the faces that are grasped, metres.
    func graspDepth(width: Double, jaw: Jaw) -> Double {
        let room = jaw.room(atOpening: width) - Margin.jawBody
        return isBulging
            ? height / 2 : max(Reach.shallowest, min(Reach.deepest, height / 2 - Margin.overHalf, room))
    }
}

extension Thing {
    /// Whether it is so tall and thin that it falls over when it is brushed.
    public var isUnsteady: Bool {
        let size = shape.extent
        return !holdsOthers && pose.orientation.tilt < Lean.unsteady && size.z > Size.unsteady * min(size.x, size.y)
    }

    /// Whether another thing stands on this one.
    func carries(_ other: Thing) -> Bool {
        guard other.name != name, !shape.isContainer else { return false }
        let gap = other.pose.position.z - Stance(of: other).height / 2 - upperFace
        let distance = (other.pose.position - pose.position).horizontalLength
        let reach = (shape.extent.x + shape.extent.y + other.shape.extent.x + other.shape.extent.y) / 4
        return abs(gap) < Margin.resting && distance < Size.carried * reach && other.pose.position.z > pose.position.z
    }

    /// Height of its upper face as it stands, metres.
    var upperFace: Double { pose.position.z + Stance(of: self).height / 2 }
    /// Height of its lower face as it stands, metres.
    var lowerFace: Double { pose.position.z - Stance(of: self).height / 2 }
}
