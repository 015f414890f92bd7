internal import CMuJoCo
public import RobotModel

/// Two geoms that touch.
public struct Contact: Sendable, Equatable {
    public var geoms: (Int, Int)
    public var bodies: (Int, Int)
    /// Metres; negative = they overlap.
    public var distance: Double
    /// Newtons along the normal.
    public var normalForce: Double
    public var position: Vector3

    public static func == (a: Contact, b: Contact) -> Bool {
        a.geoms == b.geoms && a.distance == b.distance && a.normalForce == b.normalForce && a.position == b.position
    }
}

/// One simulated world: the state of a model, and the functions over it.
///
/// Not `Sendable`: one thread at a time.
public final class Simulation {
    public let model: PhysicsModel
    let data: UnsafeMutablePointer<mjData>

    /// A world in the model's initial state.
    ///
    /// - Throws: `PhysicsError` when there is no memory for it.
    public init(_ model: PhysicsModel) throws(PhysicsError) {
        guard let data = mj_makeData(model.pointer) else { throw PhysicsError("no memory for a simulation") }
        self.model = model
        self.data = data
        mj_forward(model.pointer, data)
    }

    deinit { mj_deleteData(data) }

    /// Seconds since the reset.
    public var time: Double {
        get { data.pointee.time }
        set { data.pointee.time = newValue }
    }

    /// Back to the model's initial state.
    public func reset() {
        mj_resetData(model.pointer, data)
        mj_forward(model.pointer, data)
    }

    /// Advances by `count` steps.
    public func step(_ count: Int = 1) {
        for _ in 0..<count { mj_step(model.pointer, data) }
    }

    /// Everything that follows from positions and velocities: kinematics, contacts, forces.
    public func forward() { mj_forward(model.pointer, data) }

    /// Only poses and Jacobian prerequisites, from positions alone.
    public func kinematics() {
        mj_kinematics(model.pointer, data)
        mj_comPos(model.pointer, data)
    }

    /// Whether a number in the state has become unusable: the engine counts it as a warning and resets itself.
    public var isUnstable: Bool {
        [mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC].contains { warning in
            withUnsafeBytes(of: &data.pointee.warning) {
                $0.bindMemory(to: mjWarningStat.self)[Int(warning.rawValue)].number > 0
            }
        }
    }
}

// Coordinates and forces
extension Simulation {
    /// Position coordinates, one by one: `simulation[qpos: address]`.
    public subscript(qpos index: Int) -> Double {
        get { data.pointee.qpos[index] }
        set { data.pointee.qpos[index] = newValue }
    }
    public subscript(qvel index: Int) -> Double {
        get { data.pointee.qvel[index] }
        set { data.pointee.qvel[index] = newValue }
    }
    public subscript(ctrl index: Int) -> Double {
        get { data.pointee.ctrl[index] }
        set { data.pointee.ctrl[index] = newValue }
    }
    /// Generalized force applied from outside, N or N·m by degree of freedom.
    public subscript(appliedForce index: Int) -> Double {
        get { data.pointee.qfrc_applied[index] }
        set { data.pointee.qfrc_applied[index] = newValue }
    }
    /// Gravity, Coriolis and centrifugal force, N or N·m by degree of freedom; what a motor must hold against.
    public func bias(dof index: Int) -> Double { data.pointee.qfrc_bias[index] }
    /// Force of the actuator, N or N·m.
    public func actuatorForce(_ index: Int) -> Double { data.pointee.actuator_force[index] }
    public var qpos: [Double] { Array(UnsafeBufferPointer(start: data.pointee.qpos, count: model.nq)) }
    public var qvel: [Double] { Array(UnsafeBufferPointer(start: data.pointee.qvel, count: model.nv)) }

    /// Numbers of a full state.
    public var stateSize: Int { Int(mj_stateSize(model.pointer, Int32(mjSTATE_INTEGRATION.rawValue))) }

    /// Everything the next step depends on.
    public var state: [Double] {
        get {
            [Double](unsafeUninitializedCapacity: stateSize) { buffer, count in
                mj_getState(model.pointer, data, buffer.baseAddress, Int32(mjSTATE_INTEGRATION.rawValue))
                count = buffer.count
            }
        }
        set {
            precondition(newValue.count == stateSize, "a state of another model")
            mj_setState(model.pointer, data, newValue, Int32(mjSTATE_INTEGRATION.rawValue))
        }
    }
}

// Poses, contacts and rays
extension Simulation {
    private static func vector(_ pointer: UnsafeMutablePointer<mjtNum>, _ index: Int) -> Vector3 {
        Vector3(pointer[3 * index], pointer[3 * index + 1], pointer[3 * index + 2])
    }

    private static func rotation(_ matrix: UnsafeMutablePointer<mjtNum>, _ index: Int) -> Quaternion {
        var q = (0.0, 0.0, 0.0, 0.0)
        withUnsafeMutableBytes(of: &q) {
            mju_mat2Quat($0.bindMemory(to: Double.self).baseAddress, matrix + 9 * index)
        }
        return Quaternion(w: q.0, x: q.1, y: q.2, z: q.3)
    }

    public func pose(body: Int) -> Pose {
        let q = data.pointee.xquat + 4 * body
        return Pose(
            position: Self.vector(data.pointee.xpos, body),
            orientation: Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]))
    }

    public func pose(site: Int) -> Pose {
        Pose(
            position: Self.vector(data.pointee.site_xpos, site),
            orientation: Self.rotation(data.pointee.site_xmat, site))
    }

    public func pose(geom: Int) -> Pose {
        Pose(
            position: Self.vector(data.pointee.geom_xpos, geom),
            orientation: Self.rotation(data.pointee.geom_xmat, geom))
    }

    /// Sets the pose of a body with a free joint; its velocity becomes zero.
    public func setPose(freeBody body: Int, _ pose: Pose) {
        guard let joint = model.firstJoint(body: body) else { return }
        let q = model.qposAddress(joint: joint)
        let p = pose.position
        let o = pose.orientation
        for (offset, value) in [p.x, p.y, p.z, o.w, o.x, o.y, o.z].enumerated() { self[qpos: q + offset] = value }
        for offset in 0..<6 { self[qvel: model.dofAddress(joint: joint) + offset] = 0 }
    }

    /// Jacobians of a site: rows x, y, z times `nv` columns, metres (or radians) per radian.
    public func jacobian(site: Int) -> (translation: [Double], rotation: [Double]) {
        var translation = [Double](repeating: 0, count: 3 * model.nv)
        var rotation = translation
        mj_jacSite(model.pointer, data, &translation, &rotation, Int32(site))
        return (translation, rotation)
    }

    public var contacts: [Contact] {
        (0..<Int(data.pointee.ncon)).map { index in
            let contact = data.pointee.contact[index]
            var force = [Double](repeating: 0, count: 6)
            mj_contactForce(model.pointer, data, Int32(index), &force)
            let geoms = (Int(contact.geom.0), Int(contact.geom.1))
            return Contact(
                geoms: geoms, bodies: (model.body(ofGeom: geoms.0), model.body(ofGeom: geoms.1)),
                distance: contact.dist, normalForce: force[0],
                position: Vector3(contact.pos.0, contact.pos.1, contact.pos.2))
        }
    }

    /// The first geom that a ray meets, and how far away in units of `direction`; geoms of `excludedBody` are passed through.
    public func ray(from point: Vector3, along direction: Vector3, excludedBody: Int = -1) -> (
        geom: Int, distance: Double
    )? {
        var geom: Int32 = -1
        let distance = mj_ray(
            model.pointer, data, [point.x, point.y, point.z], [direction.x, direction.y, direction.z], nil, true,
            Int32(excludedBody), &geom, nil)
        return geom < 0 ? nil : (Int(geom), distance)
    }
}

extension Simulation {
    /// Poses and contacts from positions alone, without forces: which solids meet.
    public func collide() {
        mj_kinematics(model.pointer, data)
        mj_comPos(model.pointer, data)
        mj_collision(model.pointer, data)
    }

    /// Where solids touch, and the bodies of each pair, after `collide` or `forward`.
    public var touches: [(bodies: (Int, Int), position: Vector3)] {
        (0..<Int(data.pointee.ncon)).compactMap { index in
            let contact = data.pointee.contact[index]
            guard contact.dist < 0.0005 else { return nil }
            let bodies = (model.body(ofGeom: Int(contact.geom.0)), model.body(ofGeom: Int(contact.geom.1)))
            return (bodies, Vector3(contact.pos.0, contact.pos.1, contact.pos.2))
        }
    }

    /// Bodies of each pair of solids that touch, after `collide` or `forward`.
    public var touchingBodies: [(Int, Int)] {
        (0..<Int(data.pointee.ncon)).compactMap { index in
            let contact = data.pointee.contact[index]
            guard contact.dist < 0.0005 else { return nil }
            return (model.body(ofGeom: Int(contact.geom.0)), model.body(ofGeom: Int(contact.geom.1)))
        }
    }
    /// Smallest distance between the solids of two bodies, metres, after `collide` or `forward`: 0 or less when they
    /// overlap, and never more than `largest`.
    public func distance(bodies: (Int, Int), upTo largest: Double) -> Double {
        var smallest = largest
        for a in model.geoms(ofBody: bodies.0) {
            for b in model.geoms(ofBody: bodies.1) where smallest > 0 {
                smallest = min(smallest, mj_geomDistance(model.pointer, data, Int32(a), Int32(b), smallest, nil))
            }
        }
        return smallest
    }
}
