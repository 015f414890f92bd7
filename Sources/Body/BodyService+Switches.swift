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

    /// A second request this soon is the same one: a key that bounces, a call that was repeated. Nanoseconds.
    private static let sameRequest: Int64 = 500_000_000

    /// From any state; the first reason stays. A second request takes torque off at once.
    func stop() async -> (Bool, String) {
        let now = cplatform_monotonic_nanoseconds()
        if state == .stopped, stopAskedAt != 0, now - stopAskedAt > Self.sameRequest, torque != "off", isConnected {
            let (isOff, words) = await wait(for: .disarmed, posting: .release)
            return (isOff, isOff ? "stopped a second time: torque is off, the arm falls" : words)
        }
        if stopAskedAt == 0 { stopAskedAt = now }
        control.mailbox.post(.stop)
        guard await reaches(within: 2, { $0 == .stopped }) else {
            return (false, "the control thread did not answer: switch off the motors' supply")
        }
        return (
            true, "stopped, latched: reset and arm before anything moves again. Once more takes torque off at once."
        )
    }

    func reset() async -> (Bool, String) {
        guard state == .stopped else { return (true, "nothing was stopped; \(state.word)") }
        control.mailbox.post(.reset)
        guard await reaches(within: 2, { $0 != .stopped }) else {
            return (false, "the control thread did not answer")
        }
        let torque = torque == "on" ? "; torque stays on and holds the arm" : ""
        return (true, "reset: disarmed, arm before anything moves\(torque)")
    }

    private func reaches(within seconds: Double, _ goal: (ControlCore.State) -> Bool) async -> Bool {
        let deadline = cplatform_monotonic_nanoseconds() + Int64(seconds * 1e9)
        while !goal(state), cplatform_monotonic_nanoseconds() < deadline {
            try? await Task.sleep(for: .milliseconds(2))
        }
        return goal(state)
    }
}
