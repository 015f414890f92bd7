public import Channels
internal import Control
internal import CPlatform
internal import Hardware
internal import Messages
public import RobotModel
public import SerialLink

/// The body as its clients meet it: services, published channels and the lease around one control thread.
public actor BodyService {
    let robot: RobotConfiguration
    let server: ChannelServer
    let clock = RealClock()
    let jointNames: [String]
    private let control: ControlThread
    let log: @Sendable (UInt8, String) -> Void

    var lease = Lease()
    var latest: Snapshot?
    var problems: [HardwareProblem] = []
    /// "on", "off" or "unknown".
    var torque = "unknown"
    /// What the control thread was given; kept until it reports another motion or its end.
    private var motions: [UInt64: PreparedTrajectory] = [:]
    private var nextMotion: UInt64 = 0
    private var lastReport = ControlCore.Report()
    private var releaseArmedUntil: Int64 = 0
    private var waiters: [(outcome: Outcome, continuation: CheckedContinuation<(Bool, String), Never>)] = []
    private var published = Published()
    private var aliveAt: Int64 = 0

    /// What a service call waits for.
    private enum Outcome { case armed, disarmed }

    private struct Published {
        var jointsAt: Int64 = 0
        var stateAt: Int64 = 0
        var diagnosticsAt: Int64 = 0
    }

    /// - Parameter log: level (0 information, 1 warning, 2 error) and a line for a person.
    public init(
        robot: RobotConfiguration, server: ChannelServer, wireLog: WireLog?,
        log: @escaping @Sendable (UInt8, String) -> Void
    ) {
        self.robot = robot
        self.server = server
        self.log = log
        jointNames = robot.joints.map(\.name)
        let (notices, continuation) = AsyncStream.makeStream(of: ControlThread.Notice.self)
        control = ControlThread(robot: robot, wireLog: wireLog) { continuation.yield($0) }
        self.notices = notices
    }

    private let notices: AsyncStream<ControlThread.Notice>

    /// Offers everything and runs until the task is cancelled; then the robot stops where it is and holds.
    public func run() async {
        advertise()
        offerServices()
        let realtime = control.start()
        if !realtime, robot.control.realtimePriority > 0 {
            say(1, "the control thread runs without real-time priority (run as a service, or allow rtprio)")
        }
        let listening = Task { [notices] in for await notice in notices { self.handle(notice) } }
        while !Task.isCancelled {
            tick()
            try? await Task.sleep(for: .milliseconds(4))
        }
        control.mailbox.post(.stop)
        try? await Task.sleep(for: .milliseconds(40))
        control.quit()
        tick()
        listening.cancel()
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
            latest = snapshot
            if snapshot.isConnected { publishJoints(snapshot) }
            follow(snapshot.report)
        }
        guard let latest else { return }
        if now - published.stateAt >= 100_000_000 { publishState() }
        if now - published.diagnosticsAt >= 1_000_000_000 {
            published.diagnosticsAt = now
            publishDiagnostics(latest)
        }
    }

    private func publishJoints(_ snapshot: Snapshot) {
        guard snapshot.time - published.jointsAt >= Int64(1_000_000_000 / robot.control.publishHz) - 2_000_000 else {
            return
        }
        published.jointsAt = snapshot.time
        let message = JointState(snapshot.observations, names: jointNames, clock: clock)
        server.publish(Topics.jointStates, message, logTime: clock.now)
    }

    /// Tells what changed from one cycle to the next, at once.
    private func follow(_ report: ControlCore.Report) {
        let before = lastReport
        guard report.state != before.state || report.motion != before.motion || report.motionID != before.motionID
        else { return }
        lastReport = report
        if report.motion != .running { motions = motions.filter { $0.key > report.motionID } }
        if report.state == .stopped, before.state != .stopped {
            say(2, "stopped: \(report.stop.description(joints: robot.joints))")
        }
        if report.motion == .aborted, before.motion != .aborted || before.motionID != report.motionID {
            say(1, "motion broken off: \(report.motionReason.description(joints: robot.joints))")
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
            $0.torque = latest.isConnected ? torque : "unknown"
            $0.leaseHolder = lease.holder?.client ?? ""
            let remaining = (lease.holder?.expiresAt ?? 0) - published.stateAt
            $0.leaseRemaining = lease.holder == nil ? 0 : Double(remaining) * 1e-9
            $0.trajectoryID = report.motionID
            $0.trajectoryState = report.motion.word
            $0.trajectoryReason = report.motionReason.description(joints: robot.joints)
            $0.progress = report.progress
        }
        server.publish(Topics.controlState, message, logTime: clock.now)
    }

    private func reason(_ report: ControlCore.Report, connected: Bool) -> String {
        if report.state == .stopped { return report.stop.description(joints: robot.joints) }
        if !connected { return "the robot is not connected" }
        if let problem = problems.first(where: { $0.severity == .error }) { return problem.description }
        return report.state == .lowering ? "lowering to rest" : ""
    }

    private func handle(_ notice: ControlThread.Notice) {
        switch notice {
        case .connected(let found):
            problems = found
            torque = "unknown"
            for problem in found { say(problem.severity == .error ? 2 : 1, problem.description) }
            let port = robot.buses[0].port
            let ready = found.allSatisfy { $0.severity != .error }
            say(0, ready ? "connected to \(port), \(robot.joints.count) servos checked" : "connected to \(port)")
        case .waiting(let why): say(2, why)
        case .portLost(let wasArmed):
            torque = "unknown"
            say(
                2,
                wasArmed
                    ? "the port \(robot.buses[0].port) vanished: stopped and disarmed; the servos hold their last goal if they have power"
                    : "the port \(robot.buses[0].port) vanished; waiting for it to come back")
        case .armed:
            torque = "on"
            settle(.armed, true, "armed")
        case .armingRefused(let why): settle(.armed, false, why)
        case .disarmed(let doubt):
            torque = doubt == nil ? "off" : "unknown"
            settle(.disarmed, doubt == nil, doubt ?? "disarmed, torque off")
        }
        publishState()
    }

    private func settle(_ outcome: Outcome, _ success: Bool, _ message: String) {
        if !success { say(2, message) }
        let done = waiters.filter { $0.outcome == outcome }
        waiters.removeAll { $0.outcome == outcome }
        for waiter in done { waiter.continuation.resume(returning: (success, message)) }
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

// What clients ask for
extension BodyService {
    var state: ControlCore.State { latest?.report.state ?? .disarmed }
    var isConnected: Bool { latest?.isConnected ?? false }
    var servoStatistics: [ServoStatistics] { control.servoStatistics }

    func arm() async -> (Bool, String) {
        guard isConnected else { return (false, "the robot is not connected") }
        switch state {
        case .armed, .moving: return (true, "already armed")
        case .lowering: return (false, "the arm is being lowered: wait until it is disarmed")
        case .stopped: return (false, "stopped (\(reason(latest?.report ?? .init(), connected: true))): reset first")
        case .disarmed: break
        }
        if let problem = problems.first(where: { $0.severity == .error }) { return (false, problem.description) }
        return await wait(for: .armed, posting: .arm)
    }

    /// The first request lowers the arm and then takes torque off; a second one takes it off at once.
    func disarm() async -> (Bool, String) {
        guard isConnected else { return (false, "the robot is not connected: what its torque does is not known") }
        let now = cplatform_monotonic_nanoseconds()
        switch state {
        case .armed, .moving: return await wait(for: .disarmed, posting: .disarm)
        case .lowering: return await wait(for: .disarmed, posting: .release)
        case .disarmed where torque == "off": return (true, "already disarmed, torque off")
        case .disarmed, .stopped:
            guard now < releaseArmedUntil else {
                releaseArmedUntil = now + 10_000_000_000
                return (
                    false,
                    "the arm holds itself and falls when torque goes. Reset and arm to lower it, "
                        + "or disarm again within 10 s to take torque off where it is."
                )
            }
            return await wait(for: .disarmed, posting: .release)
        }
    }

    private func wait(for outcome: Outcome, posting request: ControlMailbox.Requests) async -> (Bool, String) {
        await withCheckedContinuation { continuation in
            waiters.append((outcome, continuation))
            control.mailbox.post(request)
        }
    }

    func stop() async -> (Bool, String) {
        control.mailbox.post(.stop)
        for _ in 0..<100 where isConnected && state != .stopped && state != .disarmed {
            try? await Task.sleep(for: .milliseconds(2))
        }
        if state == .disarmed { return (true, "disarmed: nothing moves") }
        return (true, "stopped, latched: reset and arm before anything moves again")
    }

    func reset() async -> (Bool, String) {
        guard state == .stopped else { return (true, "nothing was stopped; \(state.word)") }
        control.mailbox.post(.reset)
        for _ in 0..<100 where state == .stopped { try? await Task.sleep(for: .milliseconds(4)) }
        return state == .stopped
            ? (false, "the control thread did not answer") : (true, "reset: disarmed, arm before anything moves")
    }

    func acquire(_ request: LeaseAcquireRequest) -> LeaseAcquireResponse {
        let result = lease.acquire(
            client: request.client, seconds: request.seconds, now: cplatform_monotonic_nanoseconds())
        publishDeadline()
        return .with {
            switch result {
            case .success(let token): ($0.granted, $0.token, $0.message) = (true, token, "granted")
            case .failure(let refusal): $0.message = refusal.description
            }
        }
    }

    func renew(_ request: LeaseRenewRequest) -> LeaseRenewResponse {
        let result = lease.renew(
            token: request.token, observation: request.lastObservation.nanoseconds,
            now: cplatform_monotonic_nanoseconds())
        publishDeadline()
        return .with {
            switch result {
            case .success: $0.granted = true
            case .failure(let refusal): $0.message = refusal.description
            }
        }
    }

    func release(_ token: UInt64) -> LeaseReleaseResponse {
        let held = lease.release(token: token)
        if held, state == .moving { control.mailbox.post(.stop) }
        publishDeadline()
        return .with {
            $0.success = held
            $0.message = held ? "released" : "you do not hold the lease"
        }
    }

    private func publishDeadline() { control.mailbox.leaseDeadline = lease.holder?.expiresAt ?? 0 }

    /// Accepts a motion, or says why not.
    func execute(_ request: ExecuteRequest) -> ExecuteResponse {
        let refused = { (why: String) in ExecuteResponse.with { $0.message = why } }
        guard lease.isHeld(by: request.token, now: cplatform_monotonic_nanoseconds()) else {
            return refused("you do not hold the lease")
        }
        guard isConnected, state == .armed else {
            return refused(
                state == .moving ? "a motion is running" : "the robot is \(state.word), not armed")
        }
        var trajectory: GuardedTrajectory
        do {
            trajectory = try request.trajectory.guardedTrajectory(jointNames: jointNames)
        } catch {
            return refused(error.description)
        }
        if let why = outsideLimits(trajectory) { return refused(why) }
        nextMotion += 1
        let id = nextMotion
        var echo = request.trajectory
        echo.id = id
        trajectory.id = id
        server.publish(Topics.guardedTrajectory, echo, logTime: clock.now)
        let prepared = PreparedTrajectory(trajectory)
        motions[id] = prepared
        control.mailbox.send(prepared)
        return .with {
            $0.accepted = true
            $0.message = "\(id)"
        }
    }

    private func outsideLimits(_ trajectory: GuardedTrajectory) -> String? {
        for (index, point) in trajectory.points.enumerated() {
            for (joint, angle) in zip(robot.joints, point.positions)
            where angle < joint.lower - 0.02 || angle > joint.upper + 0.02 {
                return
                    "point \(index) wants \(joint.name) at \(angle) rad; its limits are \(joint.lower) … \(joint.upper)"
            }
        }
        return nil
    }
}
