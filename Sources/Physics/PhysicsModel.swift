internal import CMuJoCo
public import RobotModel

/// A primitive solid; metres.
public enum SolidShape: Sendable, Equatable {
    /// Half edges.
    case box(half: Vector3)
    /// Along its z axis.
    case cylinder(radius: Double, halfHeight: Double)
    case sphere(radius: Double)
}

/// What went wrong in the physics engine, in its own words.
public struct PhysicsError: Error, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// An immutable compiled MuJoCo model.
///
/// Unchecked `Sendable`: nothing writes to the model after `init`, and MuJoCo reads it from any thread.
public final class PhysicsModel: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<mjModel>

    /// Compiles a model from MJCF text.
    ///
    /// - Throws: `PhysicsError` with MuJoCo's message and line.
    public convenience init(mjcf: String) throws(PhysicsError) {
        cmujoco_silence_warnings()
        var message = [CChar](repeating: 0, count: 1024)
        guard let spec = mj_parseXMLString(mjcf, nil, &message, Int32(message.count)) else {
            throw PhysicsError("the scene's model is not valid MJCF: \(Self.text(message))")
        }
        defer { mj_deleteSpec(spec) }
        try self.init(compiling: spec, named: "the scene's model")
    }

    /// Compiles a model from an MJCF file, with the meshes it names.
    ///
    /// - Throws: `PhysicsError` with the file, and MuJoCo's message and line.
    public convenience init(mjcfFile path: String) throws(PhysicsError) {
        cmujoco_silence_warnings()
        var message = [CChar](repeating: 0, count: 1024)
        guard let spec = mj_parseXML(path, nil, &message, Int32(message.count)) else {
            throw PhysicsError("\(path): is not valid MJCF: \(Self.text(message))")
        }
        defer { mj_deleteSpec(spec) }
        try self.init(compiling: spec, named: path)
    }

    private init(compiling spec: UnsafeMutablePointer<mjSpec>, named name: String) throws(PhysicsError) {
        guard let model = mj_compile(spec, nil) else {
            throw PhysicsError("\(name) does not compile: \(String(cString: mjs_getError(spec)))")
        }
        pointer = model
    }

    deinit { mj_deleteModel(pointer) }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension PhysicsModel {
    /// Number of position coordinates.
    public var nq: Int { Int(pointer.pointee.nq) }
    /// Number of degrees of freedom.
    public var nv: Int { Int(pointer.pointee.nv) }
    /// Number of actuators.
    public var nu: Int { Int(pointer.pointee.nu) }
    public var bodyCount: Int { Int(pointer.pointee.nbody) }
    public var geomCount: Int { Int(pointer.pointee.ngeom) }
    /// Seconds of one step.
    public var timestep: Double { pointer.pointee.opt.timestep }

    private func id(_ type: mjtObj, _ name: String) -> Int? {
        let found = mj_name2id(pointer, Int32(type.rawValue), name)
        return found < 0 ? nil : Int(found)
    }

    private func name(_ type: mjtObj, _ id: Int) -> String? {
        mj_id2name(pointer, Int32(type.rawValue), Int32(id)).map { String(cString: $0) }
    }

    public func body(_ name: String) -> Int? { id(mjOBJ_BODY, name) }
    public func joint(_ name: String) -> Int? { id(mjOBJ_JOINT, name) }
    public func site(_ name: String) -> Int? { id(mjOBJ_SITE, name) }
    public func geom(_ name: String) -> Int? { id(mjOBJ_GEOM, name) }
    public func actuator(_ name: String) -> Int? { id(mjOBJ_ACTUATOR, name) }
    public func bodyName(_ id: Int) -> String? { name(mjOBJ_BODY, id) }
    public func geomName(_ id: Int) -> String? { name(mjOBJ_GEOM, id) }

    /// First index of the joint's coordinates in `qpos`.
    public func qposAddress(joint: Int) -> Int { Int(pointer.pointee.jnt_qposadr[joint]) }
    /// First index of the joint's coordinates in `qvel`.
    public func dofAddress(joint: Int) -> Int { Int(pointer.pointee.jnt_dofadr[joint]) }
    /// Smallest and largest angle of the joint, radians (or metres).
    public func range(joint: Int) -> ClosedRange<Double> {
        let range = pointer.pointee.jnt_range!
        return range[2 * joint]...max(range[2 * joint], range[2 * joint + 1])
    }
    /// The first joint of a body, if it has one (a free body's free joint).
    public func firstJoint(body: Int) -> Int? {
        pointer.pointee.body_jntnum[body] > 0 ? Int(pointer.pointee.body_jntadr[body]) : nil
    }
    /// The body a geom belongs to.
    public func body(ofGeom geom: Int) -> Int { Int(pointer.pointee.geom_bodyid[geom]) }
    /// The geoms of a body, in order.
    public func geoms(ofBody body: Int) -> Range<Int> {
        let start = Int(pointer.pointee.body_geomadr[body])
        return start < 0 ? 0..<0 : start..<(start + Int(pointer.pointee.body_geomnum[body]))
    }
    /// What a geom is; nil for planes and everything that is no primitive solid.
    public func shape(ofGeom geom: Int) -> SolidShape? {
        let size = pointer.pointee.geom_size + 3 * geom
        switch pointer.pointee.geom_type[geom] {
        case Int32(mjGEOM_BOX.rawValue): return .box(half: Vector3(size[0], size[1], size[2]))
        case Int32(mjGEOM_CYLINDER.rawValue): return .cylinder(radius: size[0], halfHeight: size[1])
        case Int32(mjGEOM_SPHERE.rawValue): return .sphere(radius: size[0])
        default: return nil
        }
    }

    /// The body a body hangs from.
    public func parent(ofBody body: Int) -> Int { Int(pointer.pointee.body_parentid[body]) }
    /// Kilograms.
    public func mass(ofBody body: Int) -> Double { pointer.pointee.body_mass[body] }
}
