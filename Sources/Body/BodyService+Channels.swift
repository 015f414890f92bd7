internal import Channels
internal import Control
internal import Hardware
internal import Messages
internal import RobotModel

extension BodyService {
    func advertise() {
        server.advertise(Topics.jointStates)
        server.advertise(Topics.controlState, latched: true)
        server.advertise(Topics.diagnostics, latched: true)
        server.advertise(Topics.guardedTrajectory)
        server.advertise(Topics.events)
        server.advertise(Topics.filterChange)
        server.advertise(Topics.setpoints, openTo: .operate, movesRobot: true)
        if odometry != nil {
            server.advertise(Topics.odometry)
            server.advertise(Topics.commandVelocity, openTo: .operate, movesRobot: true)
        }
        // whoever follows a thought must be able to rely on whose it is, also of topics that are not known here
        server.reserve(prefix: "/mind/", for: .operate)
        // what clients say to each other; known from the start, so that no first message is lost
        server.advertise(Topics.detectionProperties, openTo: .publish)
        server.advertise(Topics.detections, openTo: .publish)
        server.advertise(Topics.instruction, openTo: .operate)
        server.advertise(Topics.answer, openTo: .operate)
        server.advertise(Topics.mindStatus, latched: true, openTo: .operate)
        server.advertise(Topics.mindGoal, openTo: .operate)
        server.advertise(Topics.mindCandidates, openTo: .operate)
        server.advertise(Topics.mindImagination, openTo: .operate)
        server.advertise(Topics.mindFilm, openTo: .operate)
        server.advertise(Topics.mindDecision, openTo: .operate)
        server.advertise(Topics.mindPlan, openTo: .operate)
        server.advertise(Topics.mindSurprise, openTo: .operate)
        server.advertise(Topics.mindQuestion, openTo: .operate)
        server.advertise(Topics.mindOutcome, openTo: .operate)
    }

    func offerServices() {
        server.offer(Services.arm) { [self] _ in TriggerResponse(await arm()) }
        server.offer(Services.disarm) { [self] _ in TriggerResponse(await disarm()) }
        // asked for at once, on the thread that hears it; only what came of it is waited for
        server.serveStop(Services.stop) { [self, stopDesk] caller in
            let takesTorqueOff = stopDesk.ask(for: caller.name)
            return { TriggerResponse(await self.stopped(takesTorqueOff: takesTorqueOff)) }
        }
        server.offer(Services.reset) { [self] _ in TriggerResponse(await reset()) }
        server.offer(Services.leaseAcquire, needs: .operate) { [self] in await acquire($1, on: $0.connection) }
        server.offer(Services.leaseRenew) { [self] in await renew($0) }
        server.offer(Services.leaseRelease) { [self] in await release($0.token) }
        server.offer(Services.execute) { [self] in await execute($0) }
        server.offer(Services.withdraw) { [self] in await withdraw($0) }
        server.offer(Services.safetyExplain, needs: .observe) { [self] _, _ in await safetyReport() }
        // one after another, in the order they came
        let (steering, feed) = AsyncStream.makeStream(of: Steering.self, bufferingPolicy: .bufferingNewest(64))
        self.steering = steering
        server.onPublished(Topics.setpoints) { feed.yield(.setpoints($1)) }
        if odometry != nil {
            server.onPublished(Topics.commandVelocity) { feed.yield(.velocity($1, connection: $0.connection)) }
        }
        let (leaving, left) = AsyncStream.makeStream(of: UInt64.self)
        self.leaving = leaving
        server.onLeave { left.yield($0) }
    }

    /// One status for each servo, and one for the loop.
    func publishDiagnostics(_ snapshot: Snapshot) {
        var message = DiagnosticArray()
        message.header = Header(nanoseconds: Int64(clock.now))
        let statistics = servoStatistics
        let watchdogs = control.deviceWatchdogs
        for (index, joint) in robot.joints.enumerated() {
            let seen = snapshot.observations[index]
            let counts = index < statistics.count ? statistics[index] : ServoStatistics()
            let problem = problems.first { $0.joint == joint.name }
            let fault =
                seen.faults == 0
                ? nil : MotorBuses.faultWords(seen.faults, of: joint.family).joined(separator: ", ")
            message.status.append(
                DiagnosticStatus.with {
                    $0.level = !snapshot.isConnected ? 3 : fault != nil || problem?.severity == .error ? 2 : 0
                    $0.name = joint.name
                    $0.message = !snapshot.isConnected ? "not connected" : fault ?? problem?.description ?? "well"
                    $0.hardwareID = "\(joint.servo) id \(joint.id)"
                    $0.values = [
                        KeyValue("voltage", decimal(seen.voltage)), KeyValue("temperature", decimal(seen.temperature)),
                        KeyValue("current", decimal(seen.current)), KeyValue("sent", "\(counts.sent)"),
                        KeyValue("lost", "\(counts.lost)"), KeyValue("corrupt", "\(counts.corrupt)"),
                        KeyValue("late", "\(counts.late)"), KeyValue("retried", "\(counts.retried)"),
                        KeyValue("duplicated", "\(counts.duplicated)"),
                        // a snapshot bears the time its cycle began, and answers come within the cycle
                        KeyValue("age_ms", decimal(max(0, Double(snapshot.time - seen.measuredAtNanoseconds) * 1e-6))),
                        KeyValue("watchdog", watchdogs[index].map { "\($0 / 1_000_000) ms" } ?? "none"),
                    ]
                })
        }
        message.status.append(loopStatus(snapshot))
        message.status.append(clientStatus)
        server.publish(Topics.diagnostics, message, logTime: clock.now)
    }

    private func decimal(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}

extension TriggerResponse {
    init(_ outcome: (Bool, String)) {
        self.init()
        (success, message) = outcome
    }
}

extension JointState {
    init(_ observations: JointObservations, names: [String], clock: RealClock) {
        self.init()
        header = Header(nanoseconds: clock.real(fromMonotonic: observations.oldestNanoseconds))
        name = names
        let all = observations.array
        position = all.map(\.position)
        velocity = all.map(\.velocity)
        effort = all.map(\.effort)
    }
}

extension ControlCore.MotionState {
    var word: String {
        switch self {
        case .none: "none"
        case .running: "running"
        case .succeeded: "succeeded"
        case .aborted: "aborted"
        }
    }
}
