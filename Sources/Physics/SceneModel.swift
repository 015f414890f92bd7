public import RobotModel

/// A thing with everything a simulation needs: true values in the plant, priors in the mind.
public struct ModelledThing: Sendable, Equatable {
    public var thing: Thing
    /// Kilograms.
    public var mass: Double
    /// Coefficient of sliding friction against everything.
    public var friction: Double
    /// Cannot move.
    public var fixed: Bool

    public init(_ thing: Thing, mass: Double = 0.04, friction: Double = 0.8, fixed: Bool = false) {
        self.thing = thing
        self.mass = mass
        self.friction = friction
        self.fixed = fixed
    }

    public init(_ entry: SceneFile.Entry) {
        self.init(entry.thing, mass: entry.mass, friction: entry.friction, fixed: entry.fixed)
    }
}

/// What moves the joints of a modelled arm.
public enum Drive: Sendable, Equatable {
    /// Controls are angles in radians; the simulation holds the servo's proportional control.
    case positionServo(ServoParameters)
    /// Controls are torques in N·m, computed outside.
    case torque(ServoParameters)

    public var parameters: ServoParameters {
        switch self {
        case .positionServo(let parameters), .torque(let parameters): parameters
        }
    }
}

/// How finely a scene is simulated.
public struct SceneOptions: Sendable, Equatable {
    /// Seconds.
    public var timestep = 0.002
    /// Passes that remove slow slip from grasped things; 0 = none.
    public var noslipIterations = 0
    /// Passes of the constraint solver.
    public var solverIterations = 30
    /// Things at rest are left out of the computation until something that moves touches them; the arm never is.
    public var sleeps = false

    public init(
        timestep: Double = 0.002, noslipIterations: Int = 0, solverIterations: Int = 30, sleeps: Bool = false
    ) {
        self.timestep = timestep
        self.noslipIterations = noslipIterations
        self.solverIterations = solverIterations
        self.sleeps = sleeps
    }
}

/// The one builder of scenes: robot and things in, MJCF text out. Mind and plant both use it.
///
/// Qualities of contact belong to the things (their priority is higher than that of table and pads), so a thing's
/// friction holds against everything it meets.
public enum SceneModel {
    /// The scene as MJCF. Joints and actuators are named as in `arm`, and come first.
    ///
    /// - Parameter payload: kilograms fixed between the gripper's pads; 0 = none.
    public static func mjcf(
        _ arm: ArmModel, things: [ModelledThing], drive: Drive, options: SceneOptions = SceneOptions(),
        payload: Double = 0
    ) -> String {
        scene(things, options) { text in
            ArmWriter(arm: arm, parameters: drive.parameters, payload: payload).write(to: &text)
        } actuators: { text in
            writeActuators(arm, drive, to: &text)
        }
    }

    /// A scene without an arm.
    public static func mjcf(things: [ModelledThing]) -> String {
        scene(things, SceneOptions()) { _ in
        } actuators: { _ in
        }
    }

    private static func scene(
        _ things: [ModelledThing], _ options: SceneOptions, arm: (inout XMLWriter) -> Void,
        actuators: (inout XMLWriter) -> Void
    ) -> String {
        var text = XMLWriter()
        text.open("mujoco", [("model", "foresight scene")])
        text.element("compiler", [("angle", "radian"), ("autolimits", "true"), ("inertiafromgeom", "auto")])
        text.open(
            "option",
            [
                ("timestep", "\(options.timestep)"), ("integrator", "implicitfast"), ("cone", "elliptic"),
                ("impratio", "10"), ("iterations", "\(options.solverIterations)"), ("tolerance", "1e-8"),
                ("noslip_iterations", "\(options.noslipIterations)"), ("noslip_tolerance", "1e-6"),
            ])
        if options.sleeps { text.element("flag", [("sleep", "enable")]) }
        text.close("option")
        text.element("size", [("memory", "8M")])
        text.open("worldbody")
        text.element(
            "geom",
            [("name", tableName), ("type", "plane"), ("size", "2 2 0.1"), ("friction", "0.8 0.005 0.0001")])
        arm(&text)
        for thing in things { ThingWriter(modelled: thing).write(to: &text) }
        text.close("worldbody")
        actuators(&text)
        text.close("mujoco")
        return text.text
    }

    /// Name of the table's geom.
    public static let tableName = "table"
    /// Site in the middle of the fixed pad's inner face; its x axis points along the fingers, z to the moving jaw.
    public static let fingertipSite = "fingertip"
    /// What arm bodies' names start with.
    public static let armPrefix = "arm:"
    /// What names of things' bodies, joints and geoms start with.
    public static let thingPrefix = "thing:"

    /// Name of a thing's body, and of its free joint if it can move.
    public static func bodyName(ofThing name: String) -> String { thingPrefix + name }
    /// Name of the body that a joint of the arm moves.
    public static func bodyName(ofJoint joint: String, in arm: ArmModel) -> String? {
        arm.chain.links.first { $0.joint?.name == joint }.map { armPrefix + $0.name }
    }

    private static func writeActuators(_ arm: ArmModel, _ drive: Drive, to text: inout XMLWriter) {
        text.open("actuator")
        for (index, name) in arm.jointNames.enumerated() {
            let limit = drive.parameters.effortLimit[index]
            var attributes = [("name", name), ("joint", name), ("forcerange", "\(-limit) \(limit)")]
            switch drive {
            case .positionServo(let parameters):
                // back EMF is a part of the drive's torque, and limited with it
                attributes += [
                    ("kp", "\(parameters.stiffness[index])"), ("kv", "\(parameters.backEMF[index])"),
                    ("ctrllimited", "false"),
                ]
                text.element("position", attributes)
            case .torque:
                attributes += [("ctrllimited", "false")]
                text.element("motor", attributes)
            }
        }
        text.close("actuator")
    }
}
