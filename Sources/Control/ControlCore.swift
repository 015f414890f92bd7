public import Hardware
public import RobotModel
public import Safeguards

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
        /// The motion that was refused last while another one ran, and why.
        public var refusedID: UInt64 = 0
        public var refusal = StopReason.none
        /// The streamed set-points that are followed, or were last.
        public var setpoints: UInt64 = 0
        /// Whether they are followed now, and why not any more.
        public var isStreaming = false
        public var streamEnd = StopReason.none
        /// What the safety filter changed in this cycle, if anything.
        public var change = FilterChange()

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
        /// rad/s³.
        var jerk: Double
        /// How far a set-point may run ahead of the joint, radians.
        var following: Double
        /// Volts.
        var minimumVoltage: Double
        var maximumVoltage: Double
        /// Fault bits that arming clears.
        var clearableFaults: UInt16 = 0
    }

    let limits: [Limits]
    /// How near parts may come to each other; nil = nobody knows the arm's shape.
    let clearance: Clearance?
    /// The joints that move parts whose clearance is known, one bit each.
    let isInChain: UInt16
    /// Notices that a joint meets something; nil = nothing looks.
    var contact: ContactMonitor?
    /// Joints that have backed off from what they met since the stop, one bit each.
    var backedOff: UInt16 = 0
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
    /// How fast that speed changes, rad/s².
    public internal(set) var accelerations: JointValues
    /// What was measured last, as far as it was numbers.
    var seen: JointObservations
    /// What the running source wanted a cycle ago, and how fast that moved; NaN where it wanted nothing.
    var wantedBefore: JointValues
    var wantedSpeed: JointValues
    var stream: Stream?
    var trajectory: Unmanaged<PreparedTrajectory>?
    var startedAt: Int64 = 0
    var segment = 0
    var settledCycles = 0
    /// From where the set-points were when the motion began to its first point; fades out.
    var entry: JointValues
    var guards: GuardWatch
    var lowering = Lowering()
    var hazardCycles = 0
    /// Where joints go to rest that gave way after a broken guard, or whose motion has ended; NaN for those that hold.
    var yielding: JointValues
    /// Whether the bus obeys this core's set-points: from arming until torque is off or the port is gone.
    public internal(set) var isHolding = false
    private var armedAt: Int64 = 0
    /// The lease under which the running source was sent.
    var movingUnder: UInt64 = 0
    /// What was nearest at the present set-points; nil if that has to be looked at.
    var nearest: Clearance.Finding?

    /// Largest step from the present set-point to a motion's first point, radians.
    public static let largestEntry = 0.25
    /// Seconds a hazard must last: one odd reading is not yet a fact.
    static let hazardSeconds = 0.1

    /// How many cycles `seconds` are, at least one.
    func cycles(_ seconds: Double) -> Int { GuardWatch.cycles(seconds, period: period) }

    struct Lowering: Sendable {
        var startedAt: Int64 = 0
        var from: JointValues = JointValues(count: 0)
        var seconds = 0.0
    }

    /// - Parameters:
    ///   - clearance: what is too near; nil = that is not looked at.
    ///   - contact: notices what the arm meets; nil = that is not looked at.
    public init(_ robot: RobotConfiguration, clearance: Clearance? = nil, contact: ContactMonitor? = nil) {
        self.clearance = clearance
        isInChain = clearance?.joints.reduce(0) { $0 | 1 << UInt16($1) } ?? 0
        self.contact = contact
        limits = robot.joints.map { Limits($0, of: robot) }
        safety = robot.safety
        period = 1 / Double(robot.control.rateHz)
        rest = JointValues(robot.spread(robot.rest))
        joints = robot.joints.count
        goals = JointValues(count: joints)
        velocities = goals
        accelerations = goals
        seen = JointObservations(count: joints)
        wantedBefore = JointValues(count: joints, repeating: .nan)
        wantedSpeed = goals
        entry = goals
        guards = GuardWatch(period: period)
        yielding = JointValues(count: joints, repeating: .nan)
    }

    /// One cycle at monotonic `now`; `leaseDeadline` is when the mover's lease lapses (0 = nobody holds it), `lease` the
    /// number of that lease.
    public mutating func step(
        _ measured: JointObservations, now: Int64, leaseDeadline: Int64, lease: UInt64 = 0
    ) -> Action {
        admit(measured)
        report.change = FilterChange()
        guard isHolding, report.state != .disarmed else { return .silent }
        meetWorst(of: [
            hazardThatLasts(now: now), lapsed(leaseDeadline, lease, now: now) ? StopReason(.leaseLapsed) : .none,
            felt(),
        ])
        switch report.state {
        case .disarmed: return .silent
        case .armed, .stopped: settle()
        case .moving: if stream != nil { followStream(now: now) } else { move(now: now) }
        case .lowering:
            if lower(now: now) { return .release }
        }
        return .write
    }

    /// Takes in what is numbers; a joint that says anything else has not been measured, and its age tells.
    private mutating func admit(_ measured: JointObservations) {
        for joint in 0..<joints {
            let one = measured[joint]
            guard one.position.isFinite, one.velocity.isFinite, one.effort.isFinite, one.current.isFinite,
                one.voltage.isFinite, one.temperature.isFinite
            else { continue }
            seen[joint] = one
        }
    }

    /// Of what holds just now the worst is met, as the table says.
    private mutating func meetWorst(of reasons: InlineArray<3, StopReason>) {
        var conditions = Failsafe.Conditions()
        for index in 0..<3 { conditions.insert(Failsafe.Conditions(reasons[index].kind)) }
        let kind = Failsafe.decide(conditions).kind
        guard kind != .none else { return }
        for index in 0..<3 where reasons[index].kind == kind { return meet(reasons[index]) }
    }

    /// Whoever moves the robot needs the lease under which it was asked to; whoever let one lapse while it was armed is not
    /// trusted to find it as it was.
    private func lapsed(_ deadline: Int64, _ lease: UInt64, now: Int64) -> Bool {
        if report.state == .moving, movingUnder != lease { return true }
        guard now >= deadline else { return false }
        return report.state == .moving || (report.state == .armed && deadline > armedAt)
    }
}

// Commands
extension ControlCore {
    /// The bus has just made goal := present with torque on: hold there. A robot that has been holding goes on as it was.
    public mutating func armed(at observed: JointObservations, now: Int64) {
        admit(observed)
        if !isHolding {
            for joint in 0..<joints { goals[joint] = seen[joint].position }
        }
        velocities = JointValues(count: joints)
        accelerations = velocities
        yielding = JointValues(count: joints, repeating: .nan)
        forgetWishes()
        report.state = .armed
        report.stop = .none
        report.motion = .none
        report.motionReason = .none
        report.progress = 0
        hazardCycles = 0
        contact?.reset()
        armedAt = now
        isHolding = true
    }

    /// The monitor has told the motors to stay where they are: the set-points are there, too, and stand.
    public mutating func halted(_ reason: StopReason, at observed: JointObservations) {
        admit(observed)
        guard isHolding, report.state != .disarmed else { return }
        for joint in 0..<joints { goals[joint] = seen[joint].position }
        velocities = JointValues(count: joints)
        accelerations = velocities
        yielding = JointValues(count: joints, repeating: .nan)
        forgetWishes()
        meet(reason)
    }

    /// Whether the set-points stand still.
    public var isStanding: Bool {
        for joint in 0..<joints where velocities[joint] != 0 || accelerations[joint] != 0 { return false }
        return true
    }

    /// Whatever follows has another source: nothing is known of how its wishes move.
    mutating func forgetWishes() {
        wantedBefore = JointValues(count: joints, repeating: .nan)
        nearest = nil
    }

    /// Latches the stop; the first reason stays.
    public mutating func stop(_ reason: StopReason) {
        guard report.state != .stopped else { return }
        if report.motion == .running { finish(.aborted, reason) }
        endStream()
        report.state = .stopped
        report.stop = reason
    }

    /// Does about `reason` what the table says; what takes torque off is the bus's affair.
    public mutating func meet(_ reason: StopReason) {
        switch Failsafe.rule(reason.kind).action {
        case .nothing: break
        case .abort:
            if report.motion == .running { finish(.aborted, reason) }
            if report.state == .lowering { stop(reason) }
        case .stop: stop(reason)
        case .cut:
            stop(reason)
            report.stop = reason
        }
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
        endStream()
        if report.state != .stopped { report.state = .disarmed }
        isHolding = false
        trajectory = nil
    }

    /// The port is gone: whoever was armed is stopped now, torque is unknown, and nothing is written before `arm`.
    public mutating func portLost() {
        report.change = FilterChange()
        if report.state != .disarmed { stop(StopReason(.portLost)) }
        isHolding = false
    }

    /// Starts a motion from wherever the set-points are and however they move; refused (as aborted) when the robot is not
    /// armed or it starts too far from the present set-points.
    ///
    /// A running motion goes on and this one is refused, unless it says that it takes the other's place.
    public mutating func begin(_ next: Unmanaged<PreparedTrajectory>, now: Int64) {
        let prepared = next._withUnsafeGuaranteedRef { $0 }
        if report.motion == .running || report.isStreaming {
            let why = prepared.replaces ? entryProblem(prepared) : StopReason(.busy)
            guard let why else { return start(next, now: now) }
            (report.refusedID, report.refusal) = (prepared.id, why)
            return
        }
        report.motionID = prepared.id
        report.progress = 0
        guard report.state == .armed else { return finish(.aborted, StopReason(.notArmed)) }
        if let why = entryProblem(prepared) { return finish(.aborted, why) }
        start(next, now: now)
    }

    /// Why a motion cannot begin where the set-points are; nil if it can.
    private func entryProblem(_ prepared: PreparedTrajectory) -> StopReason? {
        for joint in 0..<joints {
            let start = prepared.sample(joint, segment: 0, time: 0)
            let offset = abs(goals[joint] - (start.intended + start.compensation))
            // written so that a number that is none is a problem, too
            guard offset <= Self.largestEntry else {
                return StopReason(.startTooFar, joint: joint, value: offset, bound: Self.largestEntry)
            }
        }
        return nil
    }

    private mutating func start(_ next: Unmanaged<PreparedTrajectory>, now: Int64) {
        let prepared = next._withUnsafeGuaranteedRef { $0 }
        endStream()
        for joint in 0..<joints {
            let start = prepared.sample(joint, segment: 0, time: 0)
            entry[joint] = goals[joint] - (start.intended + start.compensation)
        }
        guards = GuardWatch(period: period)
        yielding = JointValues(count: joints, repeating: .nan)
        forgetWishes()
        trajectory = next
        movingUnder = prepared.lease
        startedAt = now
        segment = 0
        settledCycles = 0
        report.motionID = prepared.id
        report.progress = 0
        report.motion = .running
        report.motionReason = .none
        report.state = .moving
    }

    /// Breaks off the motion of this id if it runs.
    public mutating func withdraw(_ id: UInt64) {
        guard id != 0, report.motion == .running, report.motionID == id else { return }
        finish(.aborted, StopReason(.withdrawn))
    }

    /// Starts to lower the arm to its rest pose, at half a radian per second; also one that only holds after a reset.
    ///
    /// - Returns: false if it is stopped or holds nothing.
    @discardableResult
    public mutating func beginLowering(now: Int64) -> Bool {
        guard isHolding, report.state != .stopped else { return false }
        guard report.state != .lowering else { return true }
        endStream()
        if report.motion == .running { finish(.aborted, StopReason(.requested)) }
        var farthest = 0.0
        for joint in 0..<joints where rest[joint].isFinite {
            farthest = max(farthest, abs(goals[joint] - rest[joint]))
        }
        yielding = JointValues(count: joints, repeating: .nan)
        forgetWishes()
        lowering = Lowering(startedAt: now, from: goals, seconds: max(0.5, farthest / 0.5))
        report.state = .lowering
        return true
    }

    mutating func finish(_ motion: MotionState, _ reason: StopReason) {
        report.motion = motion
        report.motionReason = reason
        if motion == .succeeded { report.progress = 1 }
        trajectory = nil
        forgetWishes()
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
        let voltage = robot.voltage(of: joint)
        let lead = joint.isContinuous ? joint.maximumVelocity * Self.wheelLead : 0
        self.init(
            lower: joint.lower, upper: joint.upper, velocity: joint.maximumVelocity,
            acceleration: joint.maximumAcceleration, jerk: joint.maximumJerk,
            following: max(robot.control.followingLimit, lead),
            minimumVoltage: voltage.lowerBound,
            maximumVoltage: voltage.upperBound,
            clearableFaults: MotorBuses.faultsThatArmingClears(of: joint.family))
    }
}
