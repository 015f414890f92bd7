internal import CPlatform
internal import RobotModel
internal import ServoProtocols

extension VescBus {
    @discardableResult
    public func check() throws(BusError) -> [HardwareProblem] {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return problems }
        var found: [HardwareProblem] = []
        for slot in 0..<core.count { found += try checkController(slot) }
        if core.count > 0, found.filter({ $0.kind == .missingServo }).count == core.count {
            found = [core.portSilent("VESC")]
        }
        if !found.contains(where: { $0.severity == .error }) { try learnSelection() }
        return core.conclude(found)
    }

    public func arm() throws(BusError) {
        guard try core.beginArming() else { return }
        if core.checksBeforeArming {
            if state == .unchecked { try check() }
            guard state == .disarmed else { throw core.obstacles }
        }
        try examine()
        for slot in 0..<core.count { core.slots[slot].widenLimits() }
        do throws(BusError) {
            for slot in 0..<core.count { try engage(slot) }
        } catch {
            try? disarm()
            throw error
        }
        core.state = .armed
        for slot in 0..<core.count { core.slots[slot].seen.torqueOn = true }
    }

    public func disarm(verified: Bool) throws(BusError) {
        try core.letGo()
        var failure: BusError?
        for slot in 0..<core.count {
            try release(slot)
            core.slots[slot].seen.torqueOn = false
        }
        guard verified else { return }
        for slot in 0..<core.count {
            var isFree = false
            for attempt in 0..<10 where !isFree {
                if attempt > 0 {
                    // a current takes some time to die away
                    _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 5_000_000)
                    try release(slot)
                }
                // free: nothing drives current through the motor any more
                if let values = try values(slot) { isFree = abs(values.motorCurrent) < 0.5 || abs(values.duty) < 0.001 }
            }
            if !isFree { failure = failure ?? core.noAnswer(slot, doing: "its current was taken off") }
        }
        if let failure { throw failure }
    }

    private func release(_ slot: Int) throws(BusError) {
        frame.encodeCurrent(0, can: can(slot))
        try sendFrame(core.soon)
    }

    // MARK: Checking

    private func checkController(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        guard let values = try values(slot) else {
            let place = can(slot).map { "no VESC with CAN id \($0) answers" } ?? "no VESC answers on the cable"
            return [
                core.problem(
                    .missingServo, slot, place,
                    "Is it powered, is the CAN cable plugged in, and is that really its id (VESC Tool, App, General)?")
            ]
        }
        core.slots[slot].facts.answered = true
        if let firmware = try firmware(slot) {
            core.slots[slot].facts.firmwareMajor = firmware.major
            core.slots[slot].facts.firmwareMinor = firmware.minor
        }
        guard take(values, slot) else {
            return [
                core.problem(
                    .wrongModel, slot,
                    "its firmware \(core.slots[slot].facts.firmwareMajor).\(core.slots[slot].facts.firmwareMinor) does "
                        + "not tell what is needed (its answer is too short)",
                    "Update it with VESC Tool.")
            ]
        }
        return sharedProblems(slot) + findings(slot, values)
    }

    /// The controller on the cable is configured a second time by its CAN id.
    private func sharedProblems(_ slot: Int) -> [HardwareProblem] {
        guard core.slots[slot].id == 0 else { return [] }
        for other in 0..<core.count where other != slot && core.slots[other].id == ownID {
            return [
                core.problem(
                    .duplicateID, slot,
                    "the VESC on the cable has CAN id \(ownID), which joint “\(core.joints[other].name)” names too",
                    "Give one of the two VESCs another CAN id, or correct the configuration.")
            ]
        }
        return []
    }

    func faultProblems(_ slot: Int) -> [HardwareProblem] {
        Self.faultWords(core.slots[slot].seen.faults).map { words in
            core.problem(.fault, slot, "its VESC reports: \(words)", "Remove the cause.")
        }
    }

    /// Firmware before 3.39 does not answer with selected values.
    private func learnSelection() throws(BusError) {
        answersSelection = true
        for slot in 0..<core.count {
            var answered = false
            for _ in 0..<4 where !answered {
                try discardLate()
                frame.encodeValuesRequest(Self.fast.rawValue, can: can(slot))
                try sendFrame(core.soon)
                let until = cplatform_monotonic_nanoseconds() + core.wireNanoseconds(bytes: 60) + 25_000_000
                while !answered, let packet = try receive(until) {
                    answered = packet.command == .getSelectedValues && VescValues(packet) != nil
                }
            }
            if !answered { answersSelection = false }
        }
    }

    // MARK: Arming

    /// Stands still, or stays where it is; confirmed by an answer without fault afterwards.
    private func engage(_ slot: Int) throws(BusError) {
        for _ in 0..<4 {
            if core.slots[slot].conversion.isContinuous {
                encodeSpeed(slot, radiansPerSecond: 0)
            } else {
                encodePosition(slot, radians: core.slots[slot].seen.position)
            }
            try sendFrame(core.soon)
            guard let values = try values(slot), take(values, slot) else { continue }
            let found = faultProblems(slot)
            guard found.isEmpty else { throw .problems(found) }
            // a command that was heard ends the time-out
            if !values.present.contains(.status) || values.status & 1 == 0 { return }
        }
        throw core.noAnswer(slot, doing: "it was told to stand still")
    }
}
