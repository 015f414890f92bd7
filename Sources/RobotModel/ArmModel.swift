/// An arm in numbers, made once from its file: links, joints and solids, which joint does what, its motors, its jaws.
///
/// The arms it can be: one joint that turns about the vertical, then joints that lift in the vertical plane, one that rolls
/// the hand about the fingers, and a gripper with one moving jaw. Frame: origin on the table under the pan axis, x forward,
/// y left, z up. Further joints are held still.
public struct ArmModel: Sendable, Equatable {
    public let name: String
    public let chain: KinematicChain
    /// Where it was read from; "" = inside the program.
    public let chainFile: String
    /// Indexes of joints, in the chain's order.
    public let roles: ArmRoles
    public let jaw: Jaw
    public let hand: HandShape
    public let workspace: Workspace
    public let servo: ServoConstants
    /// Folded onto itself, stable without torque; radians.
    public let rest: [Double]
    /// Raised and clear of the table, radians.
    public let home: [Double]
    /// Folded with the hand out of the camera's sight of the table, radians.
    public let look: [Double]
    /// Range of each joint, radians.
    public let ranges: [ClosedRange<Double>]
    /// Postures to begin from when joints are looked for that reach something: angles of all lifting joints but the last,
    /// radians.
    public let starts: [[Double]]
    /// The solids that touch what is held.
    public let pads: Set<String>
    /// The frame in the middle of the fixed pad's inner face (x along the fingers, z to the moving jaw) and its link.
    public let fingertip: (link: Int, pose: Pose)
    let posture: ArmPosture

    public var gripper: GripperJoint { GripperJoint(index: roles.gripper, opens: jaw.sense, held: jaw.held) }
    /// Joints in configuration order.
    public var jointNames: [String] { chain.jointNames }
    public var positionServo: ServoParameters { servo.positionServo }
    public var torqueDrive: ServoParameters { servo.torqueDrive }

    public static func == (a: ArmModel, b: ArmModel) -> Bool {
        a.name == b.name && a.chain == b.chain && a.roles == b.roles && a.jaw == b.jaw && a.hand == b.hand
            && a.workspace == b.workspace && a.servo == b.servo
            && a.rest == b.rest && a.home == b.home && a.look == b.look && a.starts == b.starts
    }

    // MARK: What the joints do

    /// Where the hand is seen from the pan axis, radians from x towards y.
    public func bearing(_ joints: [Double]) -> Double {
        posture.bearing + posture.panSense * joints[roles.pan]
    }

    /// The pan angle that looks along a bearing, radians.
    public func pan(bearing: Double) -> Double { posture.panSense * (bearing - posture.bearing).wrappedTurn }

    /// How far the fingers point outward from straight down, radians.
    public func tilt(_ joints: [Double]) -> Double {
        zip(roles.lifting, posture.liftSenses).reduce(posture.tilt) { $0 + $1.1 * joints[$1.0] }
    }

    /// How much a turn of a joint tilts the fingers outward.
    public func tiltRate(_ joint: Int) -> Double {
        roles.lifting.firstIndex(of: joint).map { posture.liftSenses[$0] } ?? 0
    }

    /// The roll angle, within ±π, at which the jaws of a hand that points down at a bearing open along `turn` from that
    /// bearing, radians.
    public func roll(turn: Double) -> Double { (posture.rollSense * turn + posture.roll).wrappedTurn }

    /// All joints at a posture: the last lifting joint makes the tilt, radians.
    public func joints(
        bearing: Double, lifting start: [Double], tilt: Double, turn: Double, opening: Double
    ) -> [Double] {
        var joints = [Double](repeating: 0, count: jointNames.count)
        for joint in roles.held { joints[joint] = home[joint] }
        joints[roles.pan] = pan(bearing: bearing)
        for (joint, angle) in zip(roles.lifting, start) { joints[joint] = angle }
        let last = roles.lifting[roles.lifting.count - 1]
        joints[last] = 0
        joints[last] = (tilt - self.tilt(joints)) * tiltRate(last)
        joints[roles.roll] = roll(turn: turn)
        joints[roles.gripper] = jaw.angle(forOpening: opening)
        return joints
    }
}

/// Which joint of an arm does what: indexes into its joints.
public struct ArmRoles: Sendable, Equatable {
    /// Turns the arm about the vertical.
    public var pan: Int
    /// Lift in the arm's vertical plane, from the shoulder outward.
    public var lifting: [Int]
    /// Turns the hand about the fingers.
    public var roll: Int
    public var gripper: Int
    /// Stay where they are at home: what the arm could do with them is not planned for.
    public var held: [Int] = []

    /// The joints that the hand is moved with.
    public var reaching: [Int] { ([pan] + lifting + [roll]).sorted() }
}

/// The joint of the moving jaw among an arm's joints, and how it tells that it holds.
public struct GripperJoint: Sendable, Hashable {
    public var index: Int
    /// +1 if the joint's positive sense opens, −1 if it closes.
    public var opens: Double
    /// More than this left of the squeeze means that something is between the pads, radians.
    public var held: Double

    public init(index: Int, opens: Double, held: Double) {
        self.index = index
        self.opens = opens
        self.held = held
    }

    /// How much wider the jaw stands than at `angle`, radians.
    public func widening(of joints: [Double], from angle: Double) -> Double {
        joints.indices.contains(index) ? opens * (joints[index] - angle) : 0
    }
}

/// How an arm's angles count, seen at the pose in which all of them are zero; radians, senses ±1.
struct ArmPosture: Sendable, Equatable {
    var bearing = 0.0
    var panSense = 1.0
    var tilt = 0.0
    var liftSenses: [Double] = []
    var roll = 0.0
    var rollSense = 1.0

    /// Read off the chain.
    ///
    /// - Parameter raised: a pose in which the hand is before the pan axis, radians.
    init(_ chain: KinematicChain, _ roles: ArmRoles, fingertip: (link: Int, pose: Pose), raised: [Double]) {
        var zero = ChainValues(repeating: 0)
        for joint in roles.held { zero[joint] = raised[joint] }
        let frames = chain.frames(zero)
        /// In the robot's frame.
        func axis(_ joint: Int) -> Vector3 {
            guard let link = chain.steps.firstIndex(where: { $0.joint == joint }) else { return .zero }
            return frames[link].direction(chain.steps[link].axis)
        }
        panSense = axis(roles.pan).z < 0 ? -1 : 1
        let hand = frames[fingertip.link].transform(LinkFrame(fingertip.pose))
        // the arm's plane is across what its lifting joints turn about; of its two sides the hand's is the outer one
        let across = roles.lifting.first.map(axis) ?? Vector3(0, 1, 0)
        let reach = Self.reach(chain, roles, fingertip.link, raised)
        let sideways = across.cross(Vector3(0, 0, 1)).dot(reach) < 0 ? -across : across
        bearing = arctangent(-sideways.x, sideways.y)
        let outward = Vector3(cosine(bearing), sine(bearing), 0)
        tilt = arctangent(hand.x.dot(outward), -hand.x.z)
        // a turn about the axis to the left leans what points down inward
        liftSenses = roles.lifting.map { axis($0).dot(sideways) < 0 ? 1 : -1 }
        // the jaws' direction when the hand has been leaned until it points down
        let down = LinkFrame(axis: sideways, angle: tilt)
        let jaws = down.direction(hand.z)
        let turn = (arctangent(jaws.y, jaws.x) - bearing)
        // seen from above, fingers down: a turn about the fingers is a turn to the right
        rollSense = axis(roles.roll).dot(hand.x) < 0 ? 1 : -1
        roll = -rollSense * turn.wrappedTurn
    }

    /// From the pan axis to the hand, the pan joint at zero; metres in the robot's frame.
    private static func reach(_ chain: KinematicChain, _ roles: ArmRoles, _ hand: Int, _ joints: [Double]) -> Vector3 {
        var angles = ChainValues(repeating: 0)
        for (joint, angle) in joints.enumerated() where joint != roles.pan { angles[joint] = angle }
        let frames = chain.frames(angles)
        let axis = chain.steps.firstIndex { $0.joint == roles.pan } ?? 0
        return frames[hand].position - frames[axis].position
    }
}

extension Double {
    /// Within ±π, radians.
    var wrappedTurn: Double {
        remainder(dividingBy: 2 * .pi)
    }
}
