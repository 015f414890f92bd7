import RobotModel

/// A grounded skill: what to do with which thing. The mind chooses among these, and only these.
public enum SkillCall: Sendable, Hashable, CustomStringConvertible {
    /// Raise the arm to the home pose.
    case home
    /// Move the arm out of the camera's way; what is held stays held.
    case look
    /// Grasp the named thing and lift it.
    case pick(String)
    /// Put the held thing down in, on or next to the named target.
    case place(String, Relation, String)
    /// Open the jaws where they are, and go up.
    case letGo(String)
    /// Slide the named thing along the table by contact.
    case push(String, Course)
    /// Slide or turn the named thing a little, until it can be grasped.
    case nudge(String)

    public enum Relation: String, Sendable, Hashable {
        case inside = "in"
        case on
        /// On the table, a hand's breadth from it.
        case beside = "next to"
    }

    /// Where a push is to lead.
    public enum Course: Sendable, Hashable {
        /// To where it leaves room for another thing to be grasped.
        case aside(of: String)
        /// To within a hand's breadth of another thing.
        case nextTo(String)
    }

    /// As the language model and a person read it: "pick red block", "place red block in bin".
    public var description: String {
        switch self {
        case .home: "go home"
        case .look: "look"
        case .letGo(let thing): "let go of \(thing)"
        case .pick(let thing): "pick \(thing)"
        case .place(let thing, let relation, let target): "place \(thing) \(relation.rawValue) \(target)"
        case .push(let thing, .aside): "push \(thing) aside"
        case .push(let thing, .nextTo(let target)): "push \(thing) next to \(target)"
        case .nudge(let thing): "nudge \(thing)"
        }
    }

    /// Names of the things it means to touch.
    public var involves: [String] {
        switch self {
        case .home, .look: []
        case .pick(let thing), .push(let thing, _), .nudge(let thing): [thing]
        case .place(let thing, .beside, _), .letGo(let thing): [thing]
        case .place(let thing, _, let target): [thing, target]
        }
    }
}

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
    /// Gripper joint position when it closed on the thing, radians.
    public var opening: Double
    /// Kilograms, as far as it is known: what the servos carry sags by it.
    public var mass: Double
    /// How far the gripper leaned outward when it closed on the thing, radians.
    public var lean: Double

    public init(name: String, grasp: Pose, opening: Double, mass: Double = 0.05, lean: Double = 0) {
        self.name = name
        self.grasp = grasp
        self.opening = opening
        self.mass = mass
        self.lean = lean
    }

    /// By how much the thing is turned from the jaw, when the gripper points straight down; radians.
    var turn: Double {
        // a gripper that points straight down with its jaw along x
        (Quaternion(axis: Vector3(0, 1, 0), angle: .pi / 2) * grasp.orientation).yaw
    }
}

/// Why a skill has no motion, in the words of the task suites and in a sentence for a person.
public struct SkillFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable {
        case unreachable
        case tooWide = "too-wide"
        case tooHeavy = "too-heavy"
        case blocked
        case noSuchThing = "no-such-thing"
        case forbidden
        case notHeld = "not-held"
    }

    public var reason: Reason
    /// With numbers: "the green block is 0.63 m away, the arm reaches 0.40 m".
    public var says: String
    /// Names of the things that stand in the way, if moving them might help.
    public var obstacles: [String]

    public init(_ reason: Reason, _ says: String, obstacles: [String] = []) {
        self.reason = reason
        self.says = says
        self.obstacles = obstacles
    }

    public var description: String { says }
}

/// One leg of a skill's motion: a guarded trajectory that ends settled.
public struct Phase: Sendable, Equatable {
    public var kind: PhaseKind
    /// Compiled from belief; its `compensation` holds the modelled sag.
    public var trajectory: GuardedTrajectory
    /// Joints whose settled error is carried over as a correction into the next phases (not a gripper that closes on something).
    public var corrects: [Bool]
    /// Whether it ends against something: what then keeps the joints from where they should be is not pressed on, the next
    /// phase begins where they are.
    public var yields: Bool

    public init(kind: PhaseKind, trajectory: GuardedTrajectory, corrects: [Bool], yields: Bool = false) {
        self.kind = kind
        self.trajectory = trajectory
        self.corrects = corrects
        self.yields = yields
    }
}

/// A skill compiled against a belief: its phases in order.
public struct SkillMotion: Sendable, Equatable {
    public var call: SkillCall
    public var phases: [Phase]

    public init(call: SkillCall, phases: [Phase]) {
        self.call = call
        self.phases = phases
    }

    /// Seconds from first to last set-point.
    public var duration: Double { phases.reduce(0) { $0 + $1.trajectory.duration } }
}

/// Hands out a motion's phases one by one, correcting each by what the joints measured after the last.
///
/// The same runner drives the imagined robot and the real one: imagination asks it with simulated joints.
public struct SkillRunner: Sendable {
    public let motion: SkillMotion
    /// Set-point correction learned so far, radians per joint.
    public private(set) var correction: [Double]
    public private(set) var next = 0

    /// Share of a settled error that is corrected at once.
    public static let gain = 0.8
    /// Largest correction, radians.
    public static let limit = 0.12

    public init(motion: SkillMotion, jointCount: Int) {
        self.motion = motion
        correction = Array(repeating: 0, count: jointCount)
    }

    /// The next phase's trajectory, given where the joints settled after the last one; nil when the motion is over.
    ///
    /// The first point starts at the correction that was in force, so set-points never jump.
    public mutating func nextTrajectory(measured: [Double]) -> (phase: PhaseKind, trajectory: GuardedTrajectory)? {
        guard next < motion.phases.count else { return nil }
        let before = correction
        if next > 0 { learn(from: motion.phases[next - 1], measured: measured) }
        let phase = motion.phases[next]
        next += 1
        var trajectory = phase.trajectory
        let duration = max(trajectory.duration, 1e-9)
        for index in trajectory.points.indices {
            // the new correction fades in over the first third
            let share = min(1, 3 * trajectory.points[index].time / duration)
            for joint in correction.indices {
                trajectory.points[index].compensation[joint] +=
                    before[joint] + (correction[joint] - before[joint]) * share
            }
        }
        return (phase.kind, trajectory)
    }

    private mutating func learn(from phase: Phase, measured: [Double]) {
        guard let intended = phase.trajectory.points.last?.positions, measured.count == correction.count else { return }
        for joint in correction.indices where phase.corrects[joint] && measured[joint].isFinite {
            let error = intended[joint] - measured[joint]
            let change = phase.yields ? -error : Self.gain * error
            correction[joint] = max(-Self.limit, min(Self.limit, correction[joint] + change))
        }
    }
}
