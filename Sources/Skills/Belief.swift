import RobotModel

/// What the robot believes at one moment; all a skill may know.
public struct Belief: Sendable {
    /// What the camera told, with the latest believed poses.
    public var things: [Thing]
    /// Measured joint positions, radians, configuration order.
    public var joints: [Double]
    public var held: HeldThing?
    /// Set-points in force, radians: what a proportional servo holds against gravity and squeezes with; nil = the joints.
    public var setpoints: [Double]?
    /// What was learned of things by handling them, by name.
    public var experience: [String: Experience]

    public init(
        things: [Thing], joints: [Double], held: HeldThing? = nil, setpoints: [Double]? = nil,
        experience: [String: Experience] = [:]
    ) {
        self.things = things
        self.joints = joints
        self.held = held
        self.setpoints = setpoints
        self.experience = experience
    }

    public func thing(_ name: String) -> Thing? { things.first { $0.name == name } }

    /// Whether a thing may be moved out of the way, as far as is known.
    func canMove(_ name: String) -> Bool {
        !(thing(name)?.forbidden ?? false) && !(experience[name]?.stays ?? false)
    }
}

/// The thing in the gripper.
public struct HeldThing: Sendable, Hashable {
    public var name: String
    /// The thing's centre in the frame of the fixed fingertip.
    public var grasp: Pose
    /// What holds it.
    public var gripper: GripperJoint
    /// Gripper joint position when it closed on the thing, radians.
    public var opening: Double
    /// Kilograms, as far as it is known: what the servos carry sags by it.
    public var mass: Double
    /// How far the gripper leaned outward when it closed on the thing, radians.
    public var lean: Double

    public init(
        name: String, grasp: Pose, gripper: GripperJoint, opening: Double, mass: Double = Grip.assumedMass,
        lean: Double = 0
    ) {
        self.name = name
        self.grasp = grasp
        self.gripper = gripper
        self.opening = opening
        self.mass = mass
        self.lean = lean
    }

    /// How much wider than it held the jaw stands, radians.
    public func widening(_ joints: [Double]) -> Double { gripper.widening(of: joints, from: opening) }

    /// By how much the thing is turned from the jaw, when the gripper points straight down; radians.
    var turn: Double {
        // a gripper that points straight down with its jaw along x
        (Quaternion(axis: Vector3(0, 1, 0), angle: .pi / 2) * grasp.orientation).yaw
    }
}
