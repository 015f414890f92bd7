internal import CPlatform
public import Hardware
public import RobotModel
public import SerialLink
internal import Synchronization

/// The thread that owns the robot's buses: reads, decides, writes, a fixed number of times a second.
///
/// While disarmed it may take its time (opening the port, checking servos, arming); once armed a cycle neither allocates,
/// locks nor touches a file.
public final class ControlThread: Sendable {
    /// Things that happen rarely, told to the slow world as they happen.
    public enum Notice: Sendable {
        /// The port is open and the servos were checked: what is wrong, if anything.
        case connected([HardwareProblem])
        /// The servos were checked again before arming: what is wrong now, if anything.
        case checked([HardwareProblem])
        /// The port cannot be opened (told once for each new reason).
        case waiting(String)
        /// Something a person may want to know.
        case information(String)
        case portLost(port: String, wasArmed: Bool)
        case armed
        case armingRefused(String)
        /// Torque is off; nil, or why that is not certain.
        case disarmed(String?)
        /// What a person may want to mend, such as a permission that is missing; told once.
        case warning(String)
    }

    public let mailbox = ControlMailbox()
    public let ring: SnapshotRing
    /// How well the loop keeps time, since the robot was last armed or disarmed.
    public let times = LoopTimes()
    private let robot: RobotConfiguration
    private let protections: Protections
    private let wireLog: WireLog?
    private let notify: @Sendable (Notice) -> Void
    private let statistics: Mutex<[ServoStatistics]>
    private let watchdogs: Mutex<[Int64?]>
    private let thread = Mutex<UInt>(0)
    /// Set once, before the first cycle.
    private let haltLines = Mutex<[HaltLine]>([])
    /// Monotonic nanoseconds when the last cycle that must not be late began; 0 = this is no such time.
    private let heartbeat = Atomic<Int64>(0)
    /// How long the loop stood still when the monitor looked, nanoseconds.
    private let stalled = Atomic<Int64>(0)
    /// Seconds of failed exchanges with the port in a row.
    private static let toleratedFailure = 0.2

    /// - Parameter notify: called on the control thread, only while it is not moving anything.
    public init(
        robot: RobotConfiguration, protections: Protections, wireLog: WireLog?,
        notify: @escaping @Sendable (Notice) -> Void
    ) {
        self.robot = robot
        self.protections = protections
        self.wireLog = wireLog
        self.notify = notify
        ring = SnapshotRing(joints: robot.joints.count)
        watchdogs = Mutex(Array(repeating: nil, count: robot.joints.count))
        statistics = Mutex(Array(repeating: ServoStatistics(), count: robot.joints.count))
    }

    /// Starts the thread.
    ///
    /// - Returns: whether it got real-time priority.
    public func start() -> Bool {
        var granted = false
        var handle: UInt = 0
        let context = Unmanaged.passRetained(self).toOpaque()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
            guard let context else { return }
            Unmanaged<ControlThread>.fromOpaque(context).takeRetainedValue().run()
        }
        let failure = cplatform_start_realtime_thread(
            "control", Int32(robot.control.realtimePriority), body, context, &granted, &handle)
        precondition(failure == 0, "no thread for the control loop: error \(failure)")
        thread.withLock { $0 = handle }
        return granted
    }

    /// Asks the thread to end and waits for it; servos that hold torque go on holding.
    public func quit() {
        mailbox.post(.quit)
        let handle = thread.withLock { $0 }
        if handle != 0 { _ = cplatform_join_thread(handle) }
    }

    /// Sends what stops the motors, from a thread of the caller's own; how many buses took it.
    package func haltAll() -> Int { haltLines.withLock { $0 }.count { $0.send() } }

    /// The monitor has found that the loop stands still.
    package func noteStall(nanoseconds: Int64) {
        stalled.store(nanoseconds, ordering: .releasing)
        mailbox.post(.stalled)
    }

    private var stallSeconds: Double { Double(stalled.load(ordering: .acquiring)) * 1e-9 }

    /// Nanoseconds since the last cycle began, while the robot holds or moves; nil while the thread may take its time.
    public var stalledFor: Int64? {
        let last = heartbeat.load(ordering: .acquiring)
        return last == 0 ? nil : cplatform_monotonic_nanoseconds() - last
    }

    /// How well each servo answered; updated while disarmed, and once a second otherwise.
    public var servoStatistics: [ServoStatistics] { statistics.withLock { $0 } }

    /// After how long a silence of ours each motor stops by itself, nanoseconds; nil = it has no such thing.
    public var deviceWatchdogs: [Int64?] { watchdogs.withLock { $0 } }

    private func run() {
        pin()
        let bus: BusSet
        do { bus = try BusSet(robot, wireLog: wireLog) } catch { return notify(.waiting("\(error)")) }
        defer { bus.quit() }
        let lines = bus.haltLines
        haltLines.withLock { $0 = lines }
        for warning in protections.warnings { notify(.warning(warning)) }
        if protections.contact == nil {
            notify(
                .information("nothing notices contact: `foresight calibrate-contact` measures what free motion takes"))
        }
        var core = ControlCore(robot, clearance: protections.clearance, contact: protections.contact)
        var snapshot = Snapshot(joints: robot.joints.count)
        var waiting = ""
        var isAway = false
        var sleep = ProcessorSleep()
        let period = Int64(1_000_000_000 / robot.control.rateHz)
        while true {
            guard connect(bus, &waiting, isAway: isAway) else {
                snapshot.isConnected = false
                snapshot.isHolding = false
                snapshot.time = cplatform_monotonic_nanoseconds()
                snapshot.report = core.report
                ring.push(snapshot)
                if answerWithoutRobot(&core) { return }
                _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 200_000_000)
                continue
            }
            waiting = ""
            isAway = false
            let lost = cycles(bus, &core, &snapshot, &sleep, period: period)
            heartbeat.store(0, ordering: .releasing)
            guard let lost else { return }
            let wasArmed = core.isHolding
            core.portLost()
            _ = sleep.forbid(false)
            isAway = true
            bus.stopWheels()
            notify(.portLost(port: lost, wasArmed: wasArmed))
        }
    }

    private func pin() {
        guard robot.control.cpu >= 0 else { return }
        let failure = cplatform_pin_thread(Int32(robot.control.cpu))
        guard failure != 0 else { return }
        notify(.warning("the control thread may not run on processor \(robot.control.cpu) ([control] cpu)"))
    }

    /// Opens the port and checks the servos; false while that does not work.
    ///
    /// - Parameter isAway: the port vanished, and that has been told: that it is not there is no news then.
    private func connect(_ bus: BusSet, _ waiting: inout String, isAway: Bool) -> Bool {
        do {
            let problems = try bus.connect()
            let found = bus.watchdogs(count: robot.joints.count)
            watchdogs.withLock { $0 = found }
            notify(.connected(problems))
            return true
        } catch {
            let reason = error.description
            if reason != waiting, !(isAway && error.isAbsence) { notify(.waiting(reason)) }
            waiting = reason
            return false
        }
    }

    /// Requests while there is no robot; true = quit.
    private func answerWithoutRobot(_ core: inout ControlCore) -> Bool {
        let requests = mailbox.take()
        // refused, and said so: nobody waits for a motion that nobody knows of
        if let motion = mailbox.takeTrajectory() { core.begin(motion, now: cplatform_monotonic_nanoseconds()) }
        if requests.contains(.stop) { core.stop(StopReason(.requested)) }
        if requests.contains(.reset) { core.reset() }
        if requests.contains(.arm) { notify(.armingRefused("the robot is not connected")) }
        if !requests.isDisjoint(with: [.disarm, .release]) { notify(.disarmed("the robot is not connected")) }
        return requests.contains(.quit)
    }

    /// Cycles until a port hangs up (its name) or the thread is to end (nil).
    private func cycles(
        _ bus: BusSet, _ core: inout ControlCore, _ snapshot: inout Snapshot, _ sleep: inout ProcessorSleep,
        period: Int64
    ) -> String? {
        var due = cplatform_monotonic_nanoseconds()
        var count = 0
        var failures = 0
        var isSleptFor = false
        while true {
            let began = cplatform_monotonic_nanoseconds()
            // after a reset nothing is written, by the monitor neither
            heartbeat.store(core.isHolding && core.report.state != .disarmed ? began : 0, ordering: .releasing)
            snapshot.wakeUpLateness = began - due
            do {
                try bus.read(into: &snapshot.observations, deadlineNanoseconds: began + period * 7 / 10)
                if try serve(bus, &core, &snapshot.observations) { return nil }
                let now = cplatform_monotonic_nanoseconds()
                switch core.step(
                    snapshot.observations, now: now, leaseDeadline: mailbox.leaseDeadline, lease: mailbox.lease)
                {
                case .silent: break
                case .write:
                    try bus.write(
                        goals: core.goals, velocities: core.velocities, deadlineNanoseconds: began + period)
                case .release: release(bus, &core, &snapshot.observations)
                }
                failures = 0
            } catch {
                if error.isDisconnection { return error.port }
                failures += 1
                if failures == max(1, Int(Self.toleratedFailure * Double(robot.control.rateHz))), core.isHolding {
                    core.stop(StopReason(.portFailing))
                }
            }
            count += 1
            if count % robot.control.rateHz == 0 || core.report.state == .disarmed { keepStatistics(bus) }
            snapshot.time = began
            snapshot.goals = core.goals
            snapshot.report = core.report
            snapshot.isConnected = true
            snapshot.isHolding = core.isHolding
            snapshot.isStanding = core.isStanding
            if let why = sleep.forbid(core.isHolding) { notify(.warning(why)) }
            let now = cplatform_monotonic_nanoseconds()
            snapshot.duration = now - began
            ring.push(snapshot)
            due += period
            let isOverrun = now > due
            times.count(
                lateness: isSleptFor ? snapshot.wakeUpLateness : nil, duration: now - began, isOverrun: isOverrun)
            stopIfOverrunning(&core)
            if isOverrun { due = now }  // a cycle that was missed is not made up for
            isSleptFor = !isOverrun
            _ = cplatform_sleep_until(due)
        }
    }

    /// Where the configuration bounds it: so many overruns in a row are not borne.
    private func stopIfOverrunning(_ core: inout ControlCore) {
        let limit = robot.control.overrunLimit
        guard limit > 0, times.overrunsInARow >= limit, core.isHolding else { return }
        core.stop(StopReason(.overrun, value: Double(times.overrunsInARow), bound: Double(limit)))
    }

    /// Carries out what was asked for; true = quit.
    private func serve(
        _ bus: BusSet, _ core: inout ControlCore, _ observed: inout JointObservations
    ) throws(BusError) -> Bool {
        let requests = mailbox.take()
        let now = cplatform_monotonic_nanoseconds()
        if requests.contains(.stop) { core.stop(StopReason(.requested)) }
        if requests.contains(.stalled), core.isHolding {
            let reason = StopReason(.loopStalled, value: stallSeconds, bound: robot.safety.stallSeconds)
            core.halted(reason, at: observed)
        }
        if requests.contains(.reset), !requests.contains(.stop) {
            // after a reset nothing is written: what still slows down has to stand first
            if core.isStanding || !core.isHolding { core.reset() } else { mailbox.post(.reset) }
        }
        if requests.contains(.cut) { core.meet(StopReason(.requestedAgain)) }
        if !requests.isDisjoint(with: [.release, .cut]) {
            release(bus, &core, &observed)
        } else if requests.contains(.disarm), !core.beginLowering(now: now) {
            notify(.disarmed("it was stopped meanwhile, and holds"))
        }
        if requests.contains(.arm) { try arm(bus, &core, &observed) }
        if let motion = mailbox.takeTrajectory() { core.begin(motion, now: now) }
        core.withdraw(mailbox.withdrawnID)
        if let newest = mailbox.setpoints.take() { core.take(newest, now: cplatform_monotonic_nanoseconds()) }
        return requests.contains(.quit)
    }

    /// Not real time: the robot stands still, and each servo is asked whether it obeyed.
    ///
    /// A stop that is asked for meanwhile keeps torque from coming on, or takes it off again where it came on just now.
    private func arm(
        _ bus: BusSet, _ core: inout ControlCore, _ observed: inout JointObservations
    ) throws(BusError) {
        switch core.report.state {
        case .disarmed: break
        case .stopped: return notify(.armingRefused("it was stopped meanwhile: reset first"))
        case .armed, .moving, .lowering: return  // whoever asked twice has been answered
        }
        heartbeat.store(0, ordering: .releasing)
        defer { times.restart() }
        do {
            if let why = try obstacle(bus, &core, &observed) { return notify(.armingRefused(why)) }
            let wasHolding = core.isHolding
            if mailbox.isWaiting(.stop) { return notify(.armingRefused("it was stopped meanwhile")) }
            try bus.arm()
            try bus.read(into: &observed, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 20_000_000)
            if mailbox.isWaiting(.stop), !wasHolding {
                try bus.disarm()
                return notify(.armingRefused("it was stopped meanwhile; torque is off again"))
            }
            core.armed(at: observed, now: cplatform_monotonic_nanoseconds())
            notify(.armed)
        } catch {
            notify(.armingRefused(error.description))
            if error.isDisconnection { throw error }
        }
    }

    /// What keeps the robot from being armed, in words; nothing has been written yet. All buses are looked at first.
    private func obstacle(
        _ bus: BusSet, _ core: inout ControlCore, _ observed: inout JointObservations
    ) throws(BusError) -> String? {
        let found = try bus.check()
        notify(.checked(found))
        let errors = found.filter { $0.severity == .error }
        guard errors.isEmpty else { return errors.map(\.description).joined(separator: "\n") }
        try bus.read(into: &observed, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 20_000_000)
        if core.isHolding, !observed.array.contains(where: \.torqueOn) {
            // its supply was off meanwhile: nothing holds any more what a reset left holding
            try bus.disarm()
            core.disarmed()
        }
        guard let problem = core.armingProblem(observed, now: cplatform_monotonic_nanoseconds()) else { return nil }
        let words = problem.description(joints: robot.joints)
        guard problem.kind == .torqueLost else { return words }
        return words + ". Support the arm and disarm it twice, since it cannot be lowered; then arm"
    }

    private func release(_ bus: BusSet, _ core: inout ControlCore, _ observed: inout JointObservations) {
        var doubt: String?
        heartbeat.store(0, ordering: .releasing)
        defer { times.restart() }
        do { try bus.disarm() } catch { doubt = error.description }
        core.disarmed()
        // who holds torque is told with the state, not some cycles later
        try? bus.read(into: &observed, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 20_000_000)
        notify(.disarmed(doubt))
    }

    private func keepStatistics(_ bus: BusSet) {
        // a try-lock: the control thread never waits for the slow world
        _ = statistics.withLockIfAvailable { bus.copyStatistics(into: &$0) }
    }
}
