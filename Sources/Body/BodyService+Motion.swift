internal import CPlatform
internal import Channels
internal import Control
internal import Hardware
internal import Messages
internal import RobotModel

// The lease, and what its holder asks for.
extension BodyService {
    func acquire(_ request: LeaseAcquireRequest) -> LeaseAcquireResponse {
        // how long silence is borne is the robot's affair; a client may only ask for less
        let seconds = request.seconds.isFinite ? min(request.seconds, robot.control.leaseSeconds) : request.seconds
        let result = lease.acquire(client: request.client, seconds: seconds, now: cplatform_monotonic_nanoseconds())
        publishDeadline()
        return .with {
            switch result {
            case .success(let token): ($0.granted, $0.token, $0.message) = (true, token, "granted for \(seconds) s")
            case .failure(let refusal): $0.message = refusal.description
            }
        }
    }

    func renew(_ request: LeaseRenewRequest) -> LeaseRenewResponse {
        let now = cplatform_monotonic_nanoseconds()
        let seen = request.lastObservation.nanoseconds
        // a stamp from the future would let a blind client renew for ever
        let newest = clock.real(fromMonotonic: latest?.time ?? now) + 100_000_000
        if lease.isHeld(by: request.token, now: now), seen > newest {
            return .with { $0.message = "the renewal names an observation that has not been made yet" }
        }
        let result = lease.renew(token: request.token, observation: seen, now: now)
        publishDeadline()
        return .with {
            switch result {
            case .success: $0.granted = true
            case .failure(let refusal): $0.message = refusal.description
            }
        }
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

    private func publishDeadline() { control.mailbox.leaseDeadline = lease.holder?.expiresAt ?? 0 }

    /// Accepts a motion once the control thread has begun it, or says why not.
    func execute(_ request: ExecuteRequest) async -> ExecuteResponse {
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
            trajectory = try request.trajectory.guardedTrajectory(
                jointNames: jointNames, holding: latest?.goals.array)
        } catch {
            return refused(error.description)
        }
        if let why = trajectory.problem(within: robot.joints) { return refused(why) }
        nextMotion += 1
        let id = nextMotion
        trajectory.id = id
        let prepared = PreparedTrajectory(trajectory)
        motions[id] = prepared
        control.mailbox.send(prepared)
        if let why = await refusal(of: id) { return refused(why) }
        var echo = request.trajectory
        echo.id = id
        server.publish(Topics.guardedTrajectory, echo, logTime: clock.now)
        return .with {
            $0.accepted = true
            $0.message = "\(id)"
        }
    }

    /// Waits for the control thread's word on a motion; nil if it began.
    private func refusal(of id: UInt64) async -> String? {
        let deadline = cplatform_monotonic_nanoseconds() + 300_000_000
        while lastReport.motionID < id {
            guard cplatform_monotonic_nanoseconds() < deadline else {
                return "another motion began first, or the control thread did not answer"
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
        guard lastReport.motionID == id, lastReport.motion == .aborted else { return nil }
        switch lastReport.motionReason.kind {
        case .startTooFar, .notArmed: return lastReport.motionReason.description(joints: robot.joints)
        default: return nil
        }
    }
}
