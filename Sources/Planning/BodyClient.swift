public import Messages
public import RobotModel

/// What the body measures, as the mind needs it.
public struct BodyObservation: Sendable {
    /// Radians, configuration order.
    public var joints: [Double]
    /// When they were measured, nanoseconds of real time.
    public var stamp: Int64
    /// disarmed, armed, moving or stopped.
    public var state: String
    /// Why it is in that state.
    public var reason: String

    public init(joints: [Double], stamp: Int64, state: String, reason: String) {
        self.joints = joints
        self.stamp = stamp
        self.state = state
        self.reason = reason
    }
}

/// What a camera saw at one moment.
public struct Sighting: Sendable {
    /// Nanoseconds of real time.
    public var stamp: Int64
    public var things: [Thing]

    public init(stamp: Int64, things: [Thing]) {
        self.stamp = stamp
        self.things = things
    }
}

/// How a motion ended.
public enum MotionResult: Sendable, Equatable {
    case succeeded
    /// A guard broke, or the motion was not taken; the body holds and may go on.
    case aborted(MotionAbort)
    /// The body is stopped: only a person lets it go on.
    case stopped(String)
    /// Nothing is heard of the body any more.
    case gone(String)
}

/// Why a motion was broken off.
public struct MotionAbort: Sendable, Equatable, CustomStringConvertible {
    /// Which guard broke; nil for every other reason.
    public var guardKind: GuardKind?
    /// The joint whose guard broke; empty if none did.
    public var joint: String
    /// In words, with what was measured and what was allowed.
    public var description: String

    public init(_ description: String, guardKind: GuardKind? = nil, joint: String = "") {
        self.description = description
        self.guardKind = guardKind
        self.joint = joint
    }
}

/// The robot as the mind meets it: the real body over channels, or a simulated one.
public protocol BodyClient: Sendable {
    /// The newest observation; nil when nothing was heard for a while.
    func observation() async -> BodyObservation?
    /// What the camera saw after `stamp`, oldest first.
    func sightings(after stamp: Int64) async -> [Sighting]
    /// Takes the lease for one motion.
    ///
    /// - Throws: `PlanningError` when somebody else holds it or nobody answers.
    func begin() async throws(PlanningError)
    /// Runs one trajectory to its end, renewing the lease as long as observations come.
    func run(_ trajectory: GuardedTrajectory) async -> MotionResult
    /// Gives the lease back.
    func end() async
    /// Lets time pass.
    func wait(seconds: Double) async
    /// Nanoseconds of real time.
    func now() async -> Int64
}

/// Why a plan could not go on, in words.
public struct PlanningError: Error, Sendable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Where the mind says what it thinks, and asks.
public protocol MindVoice: Sendable {
    func publish<M: Message>(_ topic: Topic<M>, _ message: M) async
    /// Asks a person; nil when nobody answers in time.
    func ask(_ question: MindQuestion) async -> String?
}
