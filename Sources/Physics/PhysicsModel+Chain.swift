internal import CMuJoCo
public import RobotModel

/// The frame that a chain's first link stands in.
public enum ChainFrame: String, Sendable, CaseIterable {
    /// At the root's origin, upright, x where the root's x axis heads: that of an upright root, wherever it stands in the
    /// model's world.
    case base
    /// The model's own.
    case world
}

extension PhysicsModel {
    /// The bodies from `root` outwards as a kinematic chain, for programs that have no physics engine.
    ///
    /// Every body becomes a link, every hinge a joint whose link's frame sits at the hinge's anchor, every solid that
    /// collides a volume that encloses it: boxes, capsules and spheres as they are, others by the smaller of a capsule
    /// and a box around them.
    ///
    /// - Parameters:
    ///   - root: the body that stands still; nil = the only one in the world.
    ///   - frame: which frame the chain stands in.
    ///   - prefix: taken off the names of bodies and solids that begin with it.
    /// - Throws: `PhysicsError` naming the body that is no link: a joint that slides or is free, two joints.
    public func chain(
        named name: String, root: String? = nil, frame: ChainFrame = .base, prefix: String = ""
    ) throws(PhysicsError) -> KinematicChain {
        let first = try rootBody(root)
        var links: [ChainLink] = []
        var solids: [ChainSolid] = []
        var indices: [Int: Int] = [:]
        for id in first..<bodyCount where id == first || indices[parent(ofBody: id)] != nil {
            let carrier = self.parent(ofBody: id)
            let anchor = try self.anchor(ofBody: id)
            let carrierAnchor = id == first ? .zero : try self.anchor(ofBody: carrier)
            links.append(
                try link(
                    id, named: chainName(bodyName(id), "body", id, prefix), parent: indices[carrier], frame: frame,
                    parentAnchor: carrierAnchor, anchor: anchor))
            indices[id] = links.count - 1
            for geom in geoms(ofBody: id) {
                guard let volume = try volume(ofGeom: geom, anchor: anchor) else { continue }
                let name = chainName(geomName(geom), links[links.count - 1].name, geom, prefix)
                solids.append(ChainSolid(name: name, link: links.count - 1, volume: volume))
            }
        }
        do { return try KinematicChain(name: name, links: links, solids: solids, file: name) } catch {
            throw PhysicsError(error.description)
        }
    }

    private func rootBody(_ name: String?) throws(PhysicsError) -> Int {
        if let name {
            guard let found = body(name) else { throw PhysicsError("the model has no body named “\(name)”") }
            return found
        }
        let standing = (1..<max(1, bodyCount)).filter { parent(ofBody: $0) == 0 }
        guard standing.count == 1 else {
            let names = standing.map { bodyName($0) ?? "without a name" }.joined(separator: ", ")
            throw PhysicsError(
                "the model's world holds \(standing.count) bodies (\(names)): say which is the arm's root")
        }
        return standing[0]
    }

    /// Names need not be given in MJCF.
    private func chainName(_ name: String?, _ fallback: String, _ id: Int, _ prefix: String) -> String {
        guard let name, !name.isEmpty else { return "\(fallback)_\(id)" }
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }

    private func vector(_ numbers: UnsafeMutablePointer<mjtNum>, _ index: Int) -> Vector3 {
        Vector3(numbers[3 * index], numbers[3 * index + 1], numbers[3 * index + 2])
    }

    private func rotation(_ numbers: UnsafeMutablePointer<mjtNum>, _ index: Int) -> Quaternion {
        Quaternion(
            w: numbers[4 * index], x: numbers[4 * index + 1], y: numbers[4 * index + 2], z: numbers[4 * index + 3])
    }

    /// The body's hinge; nil if it is fixed to the one that carries it.
    private func hinge(ofBody id: Int) throws(PhysicsError) -> Int? {
        let model = pointer.pointee
        let count = model.body_jntnum[id]
        guard count > 0 else { return nil }
        let joint = Int(model.body_jntadr[id])
        guard count == 1, model.jnt_type[joint] == Int32(mjJNT_HINGE.rawValue) else {
            throw PhysicsError(
                "the body “\(bodyName(id) ?? "\(id)")” slides, is free or turns about several joints; "
                    + "a chain's link turns about one, or is fixed")
        }
        return joint
    }

    /// Where the body's hinge turns, in the body's frame, metres.
    private func anchor(ofBody id: Int) throws(PhysicsError) -> Vector3 {
        guard let hinge = try hinge(ofBody: id) else { return .zero }
        return vector(pointer.pointee.jnt_pos, hinge)
    }

    private func link(
        _ id: Int, named name: String, parent: Int?, frame: ChainFrame, parentAnchor: Vector3, anchor: Vector3
    ) throws(PhysicsError) -> ChainLink {
        let model = pointer.pointee
        var origin = Pose(position: vector(model.body_pos, id), orientation: rotation(model.body_quat, id))
        if parent == nil {
            // whatever carries the root stands still
            var carrier = self.parent(ofBody: id)
            while carrier != 0 {
                origin = Pose(
                    position: vector(model.body_pos, carrier), orientation: rotation(model.body_quat, carrier)
                ).transform(origin)
                carrier = self.parent(ofBody: carrier)
            }
            if frame == .base {
                let heading = Quaternion(yaw: -origin.orientation.yaw)
                origin = Pose(position: .zero, orientation: heading * origin.orientation)
            }
        }
        origin.position = origin.position + origin.orientation.rotate(anchor) - parentAnchor
        var joint: ChainJoint?
        if let hinge = try hinge(ofBody: id) {
            let axis = vector(model.jnt_axis, hinge)
            let reference = model.qpos0[qposAddress(joint: hinge)]
            origin.orientation = origin.orientation * Quaternion(axis: axis, angle: -reference)
            let limited = model.jnt_limited[hinge]
            let range = limited ? range(joint: hinge) : -Double.pi...Double.pi
            let jointName = mj_id2name(pointer, Int32(mjOBJ_JOINT.rawValue), Int32(hinge))
            joint = ChainJoint(
                name: jointName.map { String(cString: $0) } ?? name, axis: axis, lower: range.lowerBound,
                upper: range.upperBound)
        }
        return ChainLink(
            name: name, parent: parent, origin: origin, joint: joint, mass: model.body_mass[id],
            centreOfMass: vector(model.body_ipos, id) - anchor, inertia: inertia(ofBody: id))
    }

    /// About the centre of mass along the body's axes: MuJoCo keeps it along its own.
    private func inertia(ofBody id: Int) -> [Double] {
        let principal = vector(pointer.pointee.body_inertia, id)
        let turn = rotation(pointer.pointee.body_iquat, id)
        let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)].map { turn.rotate($0) }
        func sum(_ part: (Vector3) -> Double) -> Double {
            principal.x * part(axes[0]) + principal.y * part(axes[1]) + principal.z * part(axes[2])
        }
        return [
            sum { $0.x * $0.x }, sum { $0.y * $0.y }, sum { $0.z * $0.z }, sum { $0.x * $0.y }, sum { $0.x * $0.z },
            sum { $0.y * $0.z },
        ]
    }

    /// A volume around a solid, in its link's frame; nil for what meets nothing.
    private func volume(ofGeom geom: Int, anchor: Vector3) throws(PhysicsError) -> Volume? {
        let model = pointer.pointee
        guard model.geom_contype[geom] != 0 || model.geom_conaffinity[geom] != 0 else { return nil }
        let pose = Pose(
            position: vector(model.geom_pos, geom) - anchor, orientation: rotation(model.geom_quat, geom))
        let size = vector(model.geom_size, geom)
        let up = pose.orientation.rotate(Vector3(0, 0, 1)) * size.y
        switch mjtGeom(UInt32(model.geom_type[geom])) {
        case mjGEOM_BOX, mjGEOM_ELLIPSOID: return .box(pose: pose, half: size)
        case mjGEOM_SPHERE: return .capsule(from: pose.position, to: pose.position, radius: size.x)
        case mjGEOM_CAPSULE: return .capsule(from: pose.position - up, to: pose.position + up, radius: size.x)
        case mjGEOM_CYLINDER:
            let capsule = Volume.capsule(from: pose.position - up, to: pose.position + up, radius: size.x)
            return capsule.smaller(than: .box(pose: pose, half: Vector3(size.x, size.x, size.y)))
        case mjGEOM_MESH:
            return try Volume.around(
                vertices(ofMesh: Int(model.geom_dataid[geom])).map { pose.transform(Pose(position: $0)).position })
        default:
            throw PhysicsError(
                "the solid “\(geomName(geom) ?? "\(geom)")” is a plane, a height field or a distance field; "
                    + "a link needs a solid with an inside")
        }
    }

    private func vertices(ofMesh mesh: Int) throws(PhysicsError) -> [Vector3] {
        let model = pointer.pointee
        let (start, count) = (Int(model.mesh_vertadr[mesh]), Int(model.mesh_vertnum[mesh]))
        return (start..<start + count).map { index in
            let vertex = model.mesh_vert + 3 * index
            return Vector3(Double(vertex[0]), Double(vertex[1]), Double(vertex[2]))
        }
    }
}
