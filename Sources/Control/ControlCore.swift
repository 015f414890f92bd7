public import Hardware
public import RobotModel

/// The decisions of one control cycle: state machine, trajectory, guards and, last of all, the safety filter.
///
/// Pure: no clock, no I/O, no lock, no allocation. Time comes in, set-points go out.
///
/// After a stop the robot *holds*: torque stays on, because a raised arm without torque falls on whatever is below it. `reset`
/// lifts the stop and leaves the robot disarmed but still holding, for the same reason; nothing is written then. Only `arm`
/// lets it move again, and `disarm` lowers it and then takes the torque off.
public struct ControlCore: Sendable {
    public enum State: UInt8, Sendable { case disarmed, armed, moving, lowering, stopped }
    public enum MotionState: UInt8, Sendable { case none, running, succeeded, aborted }

    /// What the slow world is told after each cycle.
    public struct Report: Sendable {
        public var state = State.disarmed
        /// Why it is stopped.
        public var stop = StopReason.none
        public var motion = MotionState.none
        public var motionID: UInt64 = 0
        /// Why the motion was broken off.
        public var motionReason = StopReason.none
        /// Share of the motion that is done, 0 … 1.
        public var progress = 0.0

        public init() {}
    }

    /// What the loop must do with the bus after the cycle.
    public enum Action: Sendable {
        /// Write nothing.
        case silent
        /// Write the set-points.
        case write
        /// Take torque off: the arm has been lowered.
        case release
    }

    /// Plain numbers: a configuration's strings would be reference-counted in every cycle.
    struct Limits: Sendable {
        var lower: Double
        var upper: Double
        var velocity: Double
        var acceleration: Double
        /// How far a set-point may run ahead of the joint, radians.
        var following: Double
        /// Volts.
        var minimumVoltage: Double
        var maximumVoltage: Double
        /// Fault bits that arming clears.
        var clearableFaults: UInt16 = 0
    }

    let limits: [Limits]
    let safety: SafetyConfiguration
    let period: Double
    /// NaN for wheels: they stay where they are.
    let rest: JointValues
    let joints: Int

    public internal(set) var report = Report()
    /// Set-points of this cycle, radians.
    public internal(set) var goals: JointValues
    /// How fast the set-points move, rad/s.
    public internal(set) var velocities: JointValues
    var trajectory: Unmanaged<PreparedTrajectory>?
    var startedAt: Int64 = 0
    var segment = 0
    var settledCycles = 0
    /// From where the set-points were when the motion began to its first point; fades out.
    var entry: JointValues
    var effortCycles: JointValues
    var lowering = Lowering()
    var hazardCycles = 0
    /// Where joints go that gave way after a broken guard; NaN for those that hold.
    var yielding: JointValues
    /// Whether the bus obeys this core's set-points: from arming until torque is off or the port is gone.
    public internal(set) var isHolding = false
    private var armedAt: Int64 = 0

    /// Seconds in which a motion's first step is smoothed.
    static let entrySeconds = 0.4
    /// Largest step from the present set-point to a motion's first point, radians.
    public static let largestEntry = 0.25
    /// Cycles an effort must stay above its bound before the motion is broken off.
    static let effortDebounce = 6.0
    /// Cycles a motion must stay within its goal tolerance.
    static let settleCycles = 4

    struct Lowering: Sendable {
        var startedAt: Int64 = 0
        var from: JointValues = JointValues(count: 0)
        var seconds = 0.0
    }

    public init(_ robot: RobotConfiguration) {
        limits = robot.joints.map { Limits($0, of: robot) }
        safety = robot.safety
        period = 1 / Double(robot.control.rateHz)
        rest = JointValues(robot.spread(robot.rest))
        joints = robot.joints.count
        goals = JointValues(count: joints)
        velocities = goals
        entry = goals
        effortCycles = goals
        yielding = JointValues(count: joints, repeating: .nan)
    }

    /// One cycle at monotonic `now`; `leaseDeadline` is when the mover's lease lapses (0 = nobody holds it).
    public mutating func step(_ observed: JointObservations, now: Int64, leaseDeadline: Int64) -> Action {
        guard isHolding, report.state != .disarmed else { return .silent }
        watch(observed, now: now)
        if lapsed(leaseDeadline, now: now) { stop(StopReason(.leaseLapsed)) }
        var wanted = goals
        switch report.state {
        case .disarmed: return .silent
        case .armed, .stopped: settle(&wanted)
        case .moving: move(&wanted, observed, now: now)
        case .lowering:
            if lower(&wanted, observed, now: now) { return .release }
        }
        filter(&wanted, observed)
        return .write
    }

    /// Whoever moves the robot needs a lease; whoever let one lapse while it was armed is not trusted to find it as it was.
    private func lapsed(_ deadline: Int64, now: Int64) -> Bool {
        guard now >= deadline else { return false }
        return report.state == .moving || (report.state == .armed && deadline > armedAt)
    }
}

// Commands
extension ControlCore {
    /// The bus has just made goal := present with torque on: hold there. A robot that has been holding goes on as it was.
    public mutating func armed(at observed: JointObservations, now: Int64) {
        if !isHolding {
            for joint in 0..<joints { goals[joint] = observed[joint].position }
        }
        velocities = JointValues(count: joints)
        yielding = JointValues(count: joints, repeating: .nan)
        report.state = .armed
        report.stop = .none
        report.motion = .none
        report.motionReason = .none
        report.progress = 0
        hazardCycles = 0
        armedAt = now
        isHolding = true
    }

    /// Latches the stop; the first reason stays.
    public mutating func stop(_ reason: StopReason) {
        guard report.state != .stopped else { return }
        if report.motion == .running { finish(.aborted, reason) }
        report.state = .stopped
        report.stop = reason
    }

    /// Lifts a latched stop; the robot is then disarmed, and what holds torque goes on holding it.
    public mutating func reset() {
        guard report.state == .stopped else { return }
        report.state = .disarmed
        report.stop = .none
    }

    /// Torque is off, or nobody knows: write nothing any more.
    public mutating func disarmed() {
        if report.motion == .running { finish(.aborted, StopReason(.requested)) }
        if report.state != .stopped { report.state = .disarmed }
        isHolding = false
        trajectory = nil
    }

    /// The port is gone: whoever was armed is stopped now, torque is unknown, and nothing is written before `arm`.
    public mutating func portLost() {
        if report.state != .disarmed { stop(StopReason(.portLost)) }
        isHolding = false
    }

    /// Starts a motion; refused (as aborted) when the robot is not armed or it starts too far from the
    /// present set-points.
    public mutating func begin(_ next: Unmanaged<PreparedTrajectory>, now: Int64) {
        let prepared = next._withUnsafeGuaranteedRef { $0 }
        guard report.motion != .running else { return }
        report.motionID = prepared.id
        report.progress = 0
        guard report.state == .armed else { return finish(.aborted, StopReason(.notArmed)) }
        for joint in 0..<joints {
            let start = prepared.sample(joint, segment: 0, time: 0)
            entry[joint] = goals[joint] - (start.intended + start.compensation)
            if abs(entry[joint]) > Self.largestEntry {
                let reason = StopReason(.startTooFar, joint: joint, value: abs(entry[joint]), bound: Self.largestEntry)
                return finish(.aborted, reason)
            }
            effortCycles[joint] = 0
        }
        yielding = JointValues(count: joints, repeating: .nan)
        trajectory = next
        startedAt = now
        segment = 0
        settledCycles = 0
        report.motion = .running
        report.motionReason = .none
        report.state = .moving
    }

    /// Starts to lower the arm to its rest pose, at half a radian per second; also one that only holds after a reset.
    public mutating func beginLowering(now: Int64) {
        guard isHolding, report.state != .stopped, report.state != .lowering else { return }
        if report.motion == .running { finish(.aborted, StopReason(.requested)) }
        var farthest = 0.0
        for joint in 0..<joints where rest[joint].isFinite {
            farthest = max(farthest, abs(goals[joint] - rest[joint]))
        }
        yielding = JointValues(count: joints, repeating: .nan)
        lowering = Lowering(startedAt: now, from: goals, seconds: max(0.5, farthest / 0.5))
        report.state = .lowering
    }

    mutating func finish(_ motion: MotionState, _ reason: StopReason) {
        report.motion = motion
        report.motionReason = reason
        if motion == .succeeded { report.progress = 1 }
        trajectory = nil
        if report.state == .moving { report.state = .armed }
    }
}

extension ControlCore.State {
    /// As clients read it.
    public var word: String {
        switch self {
        case .disarmed: "disarmed"
        case .armed: "armed"
        case .moving, .lowering: "moving"
        case .stopped: "stopped"
        }
    }
}

extension ControlCore.Limits {
    /// Seconds a wheel's set-point may run ahead at its top speed.
    private static let wheelLead = 0.3

    init(_ joint: JointConfiguration, of robot: RobotConfiguration) {
        let bus = robot.buses.first { $0.name == joint.bus }
        let lead = joint.isContinuous ? joint.maximumVelocity * Self.wheelLead : 0
        self.init(
            lower: joint.lower, upper: joint.upper, velocity: joint.maximumVelocity,
            acceleration: joint.maximumAcceleration, following: max(robot.control.followingLimit, lead),
            minimumVoltage: bus?.minimumVoltage ?? robot.safety.minimumVoltage,
            maximumVoltage: bus?.maximumVoltage ?? robot.safety.maximumVoltage,
            clearableFaults: MotorBuses.faultsThatArmingClears(of: joint.family))
    }
}
