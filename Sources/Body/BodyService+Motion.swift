internal import CPlatform
internal import Channels
internal import Control
internal import Hardware
internal import Messages
internal import RobotModel

// The lease, and what its holder asks for.
extension BodyService {
    func acquire(_ request: LeaseAcquireRequest, on connection: UInt64) -> LeaseAcquireResponse {
        // its call was carried out after it had gone: nobody would ever give the lease back
        guard server.isConnected(connection) else { return .with { $0.message = "your connection has ended" } }
        let longest = robot.channels.maximumNameBytes
        guard request.client.utf8.count <= longest else {
            return .with { $0.message = "the name of a client is at most \(longest) bytes long (max_name_bytes)" }
        }
        // how long silence is borne is the robot's affair; a client may only ask for less
        let seconds = request.seconds.isFinite ? min(request.seconds, robot.control.leaseSeconds) : request.seconds
        let result = lease.acquire(
            client: ForeignText.clean(request.client, limit: 2 * longest), connection: connection, seconds: seconds,
            now: cplatform_monotonic_nanoseconds())
        if case .success = result { lastSequence = 0 }
        publishDeadline()
        return .with {
            switch result {
            case .success(let token): ($0.granted, $0.token, $0.message) = (true, token, "granted for \(seconds) s")
            case .failure(let refusal): $0.message = refusal.description
            }
        }
    }

    func renew(_ request: LeaseRenewRequest) -> LeaseRenewResponse {
        let refusal = renew(token: request.token, seeing: request.lastObservation.nanoseconds)
        return .with {
            $0.granted = refusal == nil
            $0.message = refusal ?? ""
        }
    }

    /// Renews the lease if the holder really looks: it names an observation of this body's that is fresh by the body's own
    /// clock and newer than the last one it named.
    ///
    /// - Returns: why not; nil if it was renewed.
    func renew(token: UInt64, seeing stamp: Int64) -> String? {
        let now = cplatform_monotonic_nanoseconds()
        if lease.isHeld(by: token, now: now), let objection = objection(to: stamp, now: now) {
            return "the lease was not renewed: \(objection)"
        }
        let result = lease.renew(token: token, observation: stamp, now: now)
        publishDeadline()
        guard case .failure(let refusal) = result else { return nil }
        return refusal.description
    }

    /// Why an observation is no proof of looking; nil if it is.
    func objection(to stamp: Int64, now: Int64) -> String? {
        published.observations.objection(
            to: stamp, now: clock.real(fromMonotonic: now), freshness: robot.control.leaseSeconds)
    }

    /// A motion that runs stops with its lease.
    func release(_ token: UInt64) -> LeaseReleaseResponse {
        let held = lease.release(token: token)
        publishDeadline()
        return .with {
            $0.success = held
            $0.message = held ? "released" : "you do not hold the lease"
        }
    }

    func publishDeadline() {
        control.mailbox.lease = lease.holder?.token ?? 0
        control.mailbox.leaseDeadline = lease.holder?.expiresAt ?? 0
    }

    /// Accepts a motion once the control thread has begun it, or says why not; a motion that was refused never runs.
    func execute(_ request: ExecuteRequest) async -> ExecuteResponse {
        let refused = { (why: String) in ExecuteResponse.with { $0.message = why } }
        guard lease.isHeld(by: request.token, now: cplatform_monotonic_nanoseconds()) else {
            return refused("you do not hold the lease")
        }
        guard isConnected, state == .armed || (state == .moving && request.replace) else {
            return refused(
                state == .moving ? "a motion is running" : "the robot is \(state.word), not armed")
        }
        var trajectory: GuardedTrajectory
        do {
            trajectory = try request.trajectory.guardedTrajectory(
                jointNames: jointNames, holding: latest?.goals.array)
        } catch {
            return refused(error.description)
        }
        if let why = trajectory.problem(within: robot.joints) { return refused(why) }
        nextMotion += 1
        let id = nextMotion
        trajectory.id = id
        let prepared = PreparedTrajectory(trajectory, replaces: request.replace, lease: request.token)
        guard control.mailbox.send(prepared) else { return refused("another motion is waiting to begin") }
        motions[id] = prepared
        if let why = await refusal(of: prepared) { return refused(why) }
        var echo = request.trajectory
        echo.id = id
        server.publish(Topics.guardedTrajectory, echo, logTime: clock.now)
        return .with {
            $0.accepted = true
            $0.message = "\(id)"
        }
    }

    /// Waits for the control thread's word on a motion; nil if it began.
    ///
    /// If no word comes the motion is withdrawn before it is called refused: unread it will never run, and if the control
    /// thread has it already, it breaks it off before its first step.
    private func refusal(of motion: PreparedTrajectory) async -> String? {
        let id = motion.id
        if let word = await word(on: id, within: 0.3) { return word.why }
        if control.mailbox.withdraw(motion) {
            motions[id] = nil
            return "the control thread did not take it within 0.3 s; it was withdrawn and will not run"
        }
        control.mailbox.withdraw(running: id)
        if let word = await word(on: id, within: 2), let why = word.why { return why }
        return "the control thread was late; the motion was withdrawn"
    }

    /// What the control thread said of a motion: begun (`why` is nil) or refused.
    private func word(on id: UInt64, within seconds: Double) async -> (why: String?, Void)? {
        let deadline = cplatform_monotonic_nanoseconds() + Int64(seconds * 1e9)
        while cplatform_monotonic_nanoseconds() < deadline {
            if let verdict = verdicts.removeValue(forKey: id) {
                return (verdict.kind == .none ? nil : words(verdict), ())
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return nil
    }

    /// Notes what a report says of motions that somebody waits for.
    func noteVerdicts(_ report: ControlCore.Report, before: ControlCore.Report) {
        if report.motionID != before.motionID {
            // what was broken off before its first step has not run
            let isRefused = report.motion == .aborted && report.progress == 0
            verdicts[report.motionID] = isRefused ? report.motionReason : StopReason.none
            if before.motion == .running {
                say(1, "motion \(before.motionID) broken off: \(words(StopReason(.replaced)))")
            }
        }
        if report.refusedID != before.refusedID {
            verdicts[report.refusedID] = report.refusal
            motions[report.refusedID] = nil
        }
        // nobody asks for old ones any more
        if verdicts.count > 64 { verdicts = verdicts.filter { $0.key + 32 > nextMotion } }
    }

    /// Breaks off a motion that runs or waits; answers once that is so.
    func withdraw(_ request: WithdrawRequest) async -> WithdrawResponse {
        let answer = { (success: Bool, message: String) in
            WithdrawResponse.with { ($0.success, $0.message) = (success, message) }
        }
        guard lease.isHeld(by: request.token, now: cplatform_monotonic_nanoseconds()) else {
            return answer(false, "you do not hold the lease")
        }
        if let waiting = motions[request.id], control.mailbox.withdraw(waiting) {
            motions[request.id] = nil
            verdicts[request.id] = StopReason(.withdrawn)
            return answer(true, "withdrawn before it began")
        }
        guard lastReport.motion == .running, lastReport.motionID == request.id else {
            return answer(false, "motion \(request.id) does not run")
        }
        control.mailbox.withdraw(running: request.id)
        let deadline = cplatform_monotonic_nanoseconds() + 2_000_000_000
        while lastReport.motionID == request.id, lastReport.motion == .running {
            guard cplatform_monotonic_nanoseconds() < deadline else {
                return answer(false, "the control thread did not answer: stop the robot")
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
        let end = lastReport.motionReason
        guard lastReport.motionID == request.id, end.kind == .withdrawn else {
            return answer(false, "it had ended before: \(lastReport.motion.word)")
        }
        return answer(true, "broken off; the robot slows down and holds")
    }
}
