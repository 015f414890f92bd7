internal import CPlatform
internal import Control
internal import RobotModel

// What a person switches: each answers with what really came of it.
extension BodyService {
    func arm() async -> (Bool, String) {
        guard isConnected else { return (false, "the robot is not connected") }
        switch state {
        case .armed, .moving: return (true, "already armed")
        case .lowering: return (false, "the arm is being lowered: wait until it is disarmed")
        case .stopped: return (false, "stopped (\(reason(latest?.report ?? .init(), connected: true))): reset first")
        case .disarmed: return await wait(for: .armed, posting: .arm)
        }
    }

    /// The first request lowers the arm and then takes torque off; a second one takes it off at once.
    func disarm() async -> (Bool, String) {
        guard isConnected else { return (false, "the robot is not connected: what its torque does is not known") }
        if state == .lowering { return await wait(for: .disarmed, posting: .release) }
        if state == .disarmed, torque == "off", latest?.isHolding != true {
            return (true, "already disarmed, torque off")
        }
        if state == .disarmed, torque == "off" { return await wait(for: .disarmed, posting: .release) }
        if state != .stopped, latest?.isHolding == true { return await wait(for: .disarmed, posting: .disarm) }
        // stopped, or holding torque that somebody else switched on: lowering it would be a movement nobody armed
        let now = cplatform_monotonic_nanoseconds()
        guard now < releaseAllowedUntil else {
            releaseAllowedUntil = now + 10_000_000_000
            let way = state == .stopped ? "Reset, then disarm to lower it" : "Arm, then disarm to lower it"
            return (
                false,
                "the arm holds itself and falls when torque goes. \(way), or disarm again within 10 s to take torque "
                    + "off where it is."
            )
        }
        return await wait(for: .disarmed, posting: .release)
    }

    /// Asked for already, by `StopDesk`; waits at most 2 s for what comes of it.
    ///
    /// - Parameter takesTorqueOff: it was a second request.
    func stopped(takesTorqueOff: Bool) async -> (Bool, String) {
        let deadline = cplatform_monotonic_nanoseconds() + 2_000_000_000
        guard await comes(before: deadline, { state == .stopped }) else {
            return (false, "the control thread did not answer: switch off the motors' supply")
        }
        let latched = "stopped, latched: reset and arm before anything moves again."
        guard isConnected else {
            return (true, latched + " The robot is not connected: what its torque does is not known.")
        }
        if torque == "off", latest?.isHolding != true { return (true, latched + " Torque is off.") }
        guard takesTorqueOff else { return (true, latched + " Once more takes torque off at once.") }
        guard await comes(before: deadline, { torque == "off" && latest?.isHolding != true }) else {
            return (
                false, "stopped a second time, but the motors do not say that torque is off: switch off their supply"
            )
        }
        publishState()
        return (true, "stopped a second time: torque is off, the arm falls")
    }

    func reset() async -> (Bool, String) {
        guard state == .stopped else { return (true, "nothing was stopped; \(state.word)") }
        let before = stopDesk.forget()
        control.mailbox.post(.reset)
        guard await reaches(within: 2, { $0 != .stopped }) else {
            stopDesk.restore(before)
            return (false, "the control thread did not answer")
        }
        let torque = torque == "on" ? "; torque stays on and holds the arm" : ""
        return (true, "reset: disarmed, arm before anything moves\(torque)")
    }

    private func reaches(within seconds: Double, _ goal: (ControlCore.State) -> Bool) async -> Bool {
        await comes(before: cplatform_monotonic_nanoseconds() + Int64(seconds * 1e9)) { goal(state) }
    }

    /// Waits until something is so, or the monotonic clock reaches `deadline`.
    private func comes(before deadline: Int64, _ isSo: () -> Bool) async -> Bool {
        while !isSo(), cplatform_monotonic_nanoseconds() < deadline {
            try? await Task.sleep(for: .milliseconds(2))
        }
        return isSo()
    }
}
