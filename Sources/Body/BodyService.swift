public import Channels
public import Control
internal import CPlatform
internal import Hardware
internal import Messages
public import RobotModel
public import SerialLink

/// The body as its clients meet it: services, published channels and the lease around one control thread.
public actor BodyService {
    let robot: RobotConfiguration
    let server: ChannelServer
    let clock: RealClock
    let jointNames: [String]
    let control: ControlThread
    let log: @Sendable (UInt8, String) -> Void

    var lease = Lease()
    var latest: Snapshot?
    var problems: [HardwareProblem] = []
    /// What the control thread was given; kept until it reports another motion or its end.
    var motions: [UInt64: PreparedTrajectory] = [:]
    var nextMotion: UInt64 = 0
    var lastReport = ControlCore.Report()
    /// What the control thread said of motions that somebody waits for.
    var verdicts: [UInt64: StopReason] = [:]
    /// The newest sequence number of set-points within this lease, and how many were passed on in all.
    var lastSequence: UInt64 = 0
    var streamed: UInt64 = 0
    /// Why set-points are not followed just now.
    var setpointTrouble: SetpointTrouble?
    /// When each kind of it was told last, monotonic nanoseconds.
    var setpointTroubleTold: [SetpointTrouble.Kind: Int64] = [:]
    var steering: AsyncStream<Steering>?
    /// Connections that have ended: a stream of their own, so that no flood of set-points pushes one out.
    var leaving: AsyncStream<UInt64>?
    var odometry: WheelOdometry?
    let protections: Protections
    /// Hears every request to stop.
    let stopDesk: StopDesk
    var overrunsSeen = OverrunsSeen()
    /// Until when a second request takes torque off although the arm is not lowered, monotonic nanoseconds.
    var releaseAllowedUntil: Int64 = 0
    private var waiters: [(outcome: Outcome, continuation: CheckedContinuation<(Bool, String), Never>)] = []
    var published = Published()
    /// Outcomes that are told as soon as the state shows them: an answer is true in what is published after it.
    private var untold: [(since: Int64, outcome: Outcome, success: Bool, message: String)] = []
    private var aliveAt: Int64 = 0

    /// What a service call waits for.
    enum Outcome { case armed, disarmed }

    struct Published {
        var jointsAt: Int64 = 0
        var changeAt: Int64 = 0
        var observations = ObservationLog()
        var stateAt: Int64 = 0
        var diagnosticsAt: Int64 = 0
    }

    /// Resolved once: nil if the robot is there and in order, else what is wrong.
    private var beginning: [CheckedContinuation<String?, Never>] = []
    private var firstResult: String??
    /// The port vanished and a person has been told so.
    private var isWaitingForReturn = false
    private let onStall: @Sendable (String) -> Void

    /// - Parameters:
    ///   - protections: of `robot`, read and checked.
    ///   - log: level (0 information, 1 warning, 2 error) and a line for a person.
    ///   - onStall: the control loop will not come back although the robot holds or moves; called on a thread of its own.
    public init(
        robot: RobotConfiguration, protections: Protections, server: ChannelServer, wireLog: WireLog?,
        log: @escaping @Sendable (UInt8, String) -> Void, onStall: @escaping @Sendable (String) -> Void
    ) {
        self.robot = robot
        self.server = server
        clock = server.clock
        self.log = log
        self.onStall = onStall
        jointNames = robot.joints.map(\.name)
        odometry = WheelOdometry(robot)
        self.protections = protections
        let (notices, continuation) = AsyncStream.makeStream(of: ControlThread.Notice.self)
        control = ControlThread(robot: robot, protections: protections, wireLog: wireLog) { continuation.yield($0) }
        stopDesk = StopDesk(control.mailbox)
        self.notices = notices
    }

    private let notices: AsyncStream<ControlThread.Notice>

    /// Advertises and offers everything: to be called before the server opens, so that every name is the body's already
    /// when the first client comes.
    public func prepare() {
        advertise()
        offerServices()
    }

    /// Runs until the task is cancelled; then the robot stops where it is and holds. `prepare` comes before.
    public func run() async {
        let realtime = control.start()
        if !realtime, robot.control.realtimePriority > 0 {
            say(1, "the control thread runs without real-time priority (run as a service, or allow rtprio)")
        }
        let monitor = StallMonitor(
            control: control, priority: realtime ? min(99, robot.control.realtimePriority + 1) : 0,
            lateSeconds: robot.safety.stallSeconds
        ) { [self, onStall] finding, nanoseconds in
            let words = "the control loop stands still for \(nanoseconds / 1_000_000) ms"
            switch finding {
            case .late(let stopped):
                Task {
                    await self.say(
                        2, words + ": the motors of \(stopped) of \(self.robot.buses.count) buses were stopped")
                }
            case .dead: onStall(words + ": the servos hold their last goal if they have power")
            }
        }
        let listening = Task { [notices] in for await notice in notices { self.handle(notice) } }
        let steered = Task { [steering] in if let steering { await self.steer(steering) } }
        let left = Task { [leaving] in if let leaving { for await connection in leaving { self.leave(connection) } } }
        while !Task.isCancelled {
            tick()
            try? await Task.sleep(for: .milliseconds(4))
        }
        control.mailbox.post(.stop)
        // a controlled stop first: until the set-points stand, but not for ever
        for _ in 0..<50 {
            // this task is cancelled, so that it can sleep no more
            await Task.detached { try? await Task.sleep(for: .milliseconds(20)) }.value
            tick()
            if latest?.report.state == .stopped, latest?.isStanding == true { break }
        }
        steered.cancel()
        left.cancel()
        monitor.end()
        control.quit()
        tick()
        listening.cancel()
    }

    /// Waits until the robot was looked for the first time.
    ///
    /// - Returns: nil if it is there and in order, else what is wrong, in words.
    public func firstTrouble() async -> String? {
        if let firstResult { return firstResult }
        return await withCheckedContinuation { beginning.append($0) }
    }

    private func begun(_ trouble: String?) {
        guard firstResult == nil else { return }
        firstResult = .some(trouble)
        for waiter in beginning { waiter.resume(returning: trouble) }
        beginning = []
    }

    /// Whether a control cycle has completed since the last time this was asked.
    public var isAlive: Bool {
        defer { aliveAt = latest?.time ?? 0 }
        return (latest?.time ?? 0) > aliveAt
    }

    /// Reads what the control thread left and publishes what is due.
    private func tick() {
        let now = cplatform_monotonic_nanoseconds()
        if let client = lease.expire(now: now) {
            // the control thread saw the same deadline and stopped the robot by itself
            say(1, "the lease of “\(client)” lapsed")
        }
        while let snapshot = control.ring.pop() {
            if changed(from: latest, to: snapshot) { published.diagnosticsAt = 0 }
            latest = snapshot
            if snapshot.isConnected { publishJoints(snapshot) } else { odometry?.forget() }
            publishChange(snapshot)
            follow(snapshot.report)
        }
        tellOutcomes()
        guard let latest else { return }
        if now - published.stateAt >= 100_000_000 { publishState() }
        if now - published.diagnosticsAt >= 1_000_000_000 {
            published.diagnosticsAt = now
            publishDiagnostics(latest)
        }
    }

    private func changed(from old: Snapshot?, to new: Snapshot) -> Bool {
        guard let old, old.isConnected == new.isConnected else { return true }
        return robot.joints.indices.contains { old.observations[$0].faults != new.observations[$0].faults }
    }

    private func publishJoints(_ snapshot: Snapshot) {
        guard snapshot.time - published.jointsAt >= Int64(1_000_000_000 / robot.control.publishHz) - 2_000_000 else {
            return
        }
        published.jointsAt = snapshot.time
        let message = JointState(snapshot.observations, names: jointNames, clock: clock)
        published.observations.note(message.header.stamp.nanoseconds)
        server.publish(Topics.jointStates, message, logTime: clock.now)
        publishOdometry(snapshot, stamp: message.header.stamp.nanoseconds)
    }

    private func publishOdometry(_ snapshot: Snapshot, stamp: Int64) {
        guard let (left, right) = odometry?.joints else { return }
        let seen = (left: snapshot.observations[left], right: snapshot.observations[right])
        odometry?.advance(left: seen.left.position, right: seen.right.position)
        guard let message = odometry?.message(left: seen.left.velocity, right: seen.right.velocity, stamp: stamp) else {
            return
        }
        server.publish(Topics.odometry, message, logTime: clock.now)
    }

    /// What the safety filter changed, ten times a second at most.
    private func publishChange(_ snapshot: Snapshot) {
        let change = snapshot.report.change
        guard change.reason != .none, snapshot.time - published.changeAt >= 100_000_000,
            robot.joints.indices.contains(change.joint)
        else { return }
        published.changeAt = snapshot.time
        let message = FilterChangeMessage.with {
            $0.header = Header(nanoseconds: clock.real(fromMonotonic: snapshot.time))
            $0.joint = jointNames[change.joint]
            $0.reason = change.reason.words
            $0.asked = change.asked
            $0.given = change.given
        }
        server.publish(Topics.filterChange, message, logTime: clock.now)
    }

    /// Tells what changed from one cycle to the next, at once.
    private func follow(_ report: ControlCore.Report) {
        let before = lastReport
        lastReport = report
        noteVerdicts(report, before: before)
        guard
            report.state != before.state || report.motion != before.motion || report.motionID != before.motionID
                || report.isStreaming != before.isStreaming || report.stop.kind != before.stop.kind
        else { return }
        if before.state == .lowering, report.state == .stopped {
            settle(.disarmed, false, "stopped while it was lowered: \(words(report.stop))")
        }
        if report.motion != .running { motions = motions.filter { $0.key > report.motionID } }
        if report.state == .stopped, before.state != .stopped {
            let told = stopWords(report.stop)
            switch report.stop.kind {
            case .portLost: break  // the notice says so, once
            case .requested: say(1, told)
            default: say(2, "stopped: \(told)")
            }
        }
        if report.state == .stopped, before.state == .stopped, report.stop.kind != before.stop.kind {
            say(2, stopWords(report.stop))
        }
        if report.motion == .aborted, report.state != .stopped,
            before.motion != .aborted || before.motionID != report.motionID
        {
            say(1, "motion broken off: \(words(report.motionReason))")
        }
        publishState()
    }

    func publishState() {
        guard let latest else { return }
        published.stateAt = cplatform_monotonic_nanoseconds()
        let report = latest.report
        let message = ControlState.with {
            $0.header = Header(nanoseconds: Int64(clock.now))
            $0.state = latest.isConnected || report.state == .stopped ? report.state.word : "disarmed"
            $0.reason = reason(report, connected: latest.isConnected)
            $0.torque = torque
            $0.leaseHolder = lease.holder?.client ?? ""
            let remaining = (lease.holder?.expiresAt ?? 0) - published.stateAt
            $0.leaseRemaining = lease.holder == nil ? 0 : Double(remaining) * 1e-9
            $0.trajectoryID = report.motionID
            $0.trajectoryState = report.motion.word
            $0.trajectoryReason = words(report.motionReason)
            $0.trajectoryGuard = report.motionReason.guardKind?.rawValue ?? ""
            $0.trajectoryJoint = report.motionReason.guardedJoint(of: robot.joints)
            $0.progress = report.progress
            $0.setpointSequence = report.setpoints
            $0.setpointState = setpointWords
        }
        server.publish(Topics.controlState, message, logTime: clock.now)
    }

    /// What the servos said last: "on" or "off" if they agree, else "unknown".
    var torque: String {
        guard let latest, latest.isConnected else { return "unknown" }
        let holding = latest.observations.array.count { $0.torqueOn }
        return holding == 0 ? "off" : holding == robot.joints.count ? "on" : "unknown"
    }

    func reason(_ report: ControlCore.Report, connected: Bool) -> String {
        if report.state == .stopped { return stopWords(report.stop) }
        if !connected { return "the robot is not connected" }
        if let problem = problems.first(where: { $0.severity == .error }) { return problem.description }
        return report.state == .lowering ? "lowering to rest" : ""
    }

    private func handle(_ notice: ControlThread.Notice) {
        switch notice {
        case .connected(let found):
            problems = found
            isWaitingForReturn = false
            for problem in found { say(problem.severity == .error ? 2 : 1, problem.description) }
            let ports = robot.buses.map(\.port).joined(separator: ", ")
            let ready = found.allSatisfy { $0.severity != .error }
            if ready { say(0, "connected to \(ports), \(robot.joints.count) servos checked") }
            // what a person mends by moving a joint keeps the robot from being armed, not the body from running
            let errors = found.filter { $0.severity == .error && !$0.isAboutPlace }.map(\.description)
            begun(errors.isEmpty ? nil : errors.joined(separator: "\n"))
        case .checked(let found): problems = found
        case .waiting(let why):
            say(isWaitingForReturn ? 0 : 2, why)
            begun(why)
        case .portLost(let port, let wasArmed):
            isWaitingForReturn = true
            untold = []
            settle(.armed, false, "the port vanished meanwhile")
            settle(.disarmed, false, "the port vanished meanwhile")
            say(
                2,
                wasArmed
                    ? "the port \(port) vanished: stopped and disarmed; the servos hold their last goal if they have power"
                    : "the port \(port) vanished; waiting for it to come back")
        case .armed:
            untold.append((cplatform_monotonic_nanoseconds(), .armed, true, "armed"))
        case .armingRefused(let why): settle(.armed, false, why)
        case .warning(let text): say(1, text)
        case .information(let text): say(0, text)
        case .disarmed(let doubt):
            let words = doubt ?? "disarmed, torque off"
            untold.append((cplatform_monotonic_nanoseconds(), .disarmed, doubt == nil, words))
        }
        publishState()
    }

    private func tellOutcomes() {
        guard let shown = latest?.time, untold.contains(where: { $0.since <= shown }) else { return }
        publishState()
        for one in untold where one.since <= shown { settle(one.outcome, one.success, one.message) }
        untold.removeAll { $0.since <= shown }
    }

    private func settle(_ outcome: Outcome, _ success: Bool, _ message: String) {
        let done = waiters.filter { $0.outcome == outcome }
        if !success, !done.isEmpty { say(2, message) }
        waiters.removeAll { $0.outcome == outcome }
        for waiter in done { waiter.continuation.resume(returning: (success, message)) }
    }

    /// Posts a request to the control thread and waits for what comes of it.
    func wait(for outcome: Outcome, posting request: ControlMailbox.Requests) async -> (Bool, String) {
        await withCheckedContinuation { continuation in
            waiters.append((outcome, continuation))
            control.mailbox.post(request)
        }
    }

    func say(_ level: UInt8, _ text: String) {
        log(level, text)
        let event = Event.with {
            $0.header = Header(nanoseconds: Int64(clock.now))
            $0.level = level
            $0.source = "foresightd"
            $0.text = text
        }
        server.publish(Topics.events, event, logTime: clock.now)
    }
}

extension BodyService {
    var state: ControlCore.State { latest?.report.state ?? .disarmed }
    var isConnected: Bool { latest?.isConnected ?? false }
    var servoStatistics: [ServoStatistics] { control.servoStatistics }

    /// Why the robot is stopped, with who asked for it.
    func stopWords(_ reason: StopReason) -> String {
        let requests = stopDesk.requests
        let name = reason.kind == .requested ? requests.first : reason.kind == .requestedAgain ? requests.second : ""
        return words(reason) + (name.isEmpty ? "" : " (by \(name))")
    }

    /// A reason in words, with the names of joints or parts.
    func words(_ reason: StopReason) -> String { protections.words(reason, joints: robot.joints) }
}
