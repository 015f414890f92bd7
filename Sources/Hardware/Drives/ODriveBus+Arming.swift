internal import CPlatform
internal import RobotModel
internal import ServoProtocols

extension ODriveBus {
    @discardableResult
    public func check() throws(BusError) -> [HardwareProblem] {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return problems }
        guard try command({ _ in }) else { return core.conclude([core.portSilent("ODrive")]) }
        var found = try checkFirmware()
        if found.isEmpty {
            for slot in 0..<core.count { found += try checkAxis(slot) }
        }
        return core.conclude(found)
    }

    public func arm() throws(BusError) {
        guard try core.beginArming() else { return }
        if core.checksBeforeArming {
            if state == .unchecked { try check() }
            guard state == .disarmed else { throw core.obstacles }
        }
        try refuseFaults()
        try examine()
        for slot in 0..<core.count { core.slots[slot].widenLimits() }
        do throws(BusError) {
            for slot in 0..<core.count { try engage(slot) }
        } catch {
            try? disarm()
            throw error
        }
        core.state = .armed
    }

    public func disarm(verified: Bool) throws(BusError) {
        try core.letGo()
        guard verified else {
            text.clear()
            for slot in 0..<core.count { appendRelease(&text, axis: axis(slot)) }
            try text.withBytes { bytes throws(BusError) in try core.send(bytes, deadlineNanoseconds: core.soon) }
            return
        }
        var failure: BusError?
        for slot in 0..<core.count {
            let told = try command { appendRelease(&$0, axis: axis(slot)) }
            let isIdle = told ? try reaches(slot, .idle) : false
            if isIdle {
                core.slots[slot].seen.torqueOn = false
            } else {
                failure = failure ?? core.noAnswer(slot, doing: "it was set to idle")
            }
        }
        if let failure { throw failure }
    }

    // MARK: Checking

    private func checkFirmware() throws(BusError) -> [HardwareProblem] {
        guard let major = try read(.firmwareMajor, axis: 0)?.integer,
            let minor = try read(.firmwareMinor, axis: 0)?.integer
        else {
            return [
                boardProblem(
                    "the board answers, but does not tell its firmware",
                    "Is it an ODrive with firmware 0.5, and is the text protocol on?")
            ]
        }
        for slot in 0..<core.count {
            core.slots[slot].facts.firmwareMajor = UInt8(truncatingIfNeeded: major)
            core.slots[slot].facts.firmwareMinor = UInt8(truncatingIfNeeded: minor)
        }
        guard major == 0, minor < 5 else { return [] }
        return [
            boardProblem(
                "its firmware is \(major).\(minor), which counts in encoder counts instead of turns",
                "Update it to 0.5 with `odrivetool dfu`.")
        ]
    }

    private func boardProblem(_ what: String, _ advice: String) -> HardwareProblem {
        HardwareProblem(
            kind: .wrongModel, severity: .error, port: configuration.port, what: what, advice: advice)
    }

    private func checkAxis(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        let axis = axis(slot)
        guard let error = try read(.axisError, axis: axis), let current = try read(.currentState, axis: axis) else {
            return [
                core.problem(
                    .missingServo, slot, "axis \(axis) does not tell how it is",
                    "Does this board have two axes, and is its firmware 0.5?")
            ]
        }
        core.slots[slot].facts.answered = true
        keep(error, .axisError, slot)
        keep(current, .currentState, slot)
        core.slots[slot].facts.torqueOn = core.slots[slot].seen.torqueOn
        for property in [ODriveProperty.busVoltage, .torqueCurrent, .transistorTemperature] {
            if let reply = try read(property, axis: axis) { keep(reply, property, slot) }
        }
        return try findings(slot)
    }

    /// Latched errors; what the watchdog left behind is cleared by arming.
    func faultProblems(_ slot: Int) -> [HardwareProblem] {
        let faults = ODriveFaults(compact: core.slots[slot].seen.faults)
        return faults.words.map { words in
            core.problem(
                .fault, slot, "axis \(axis(slot)) reports: \(words)",
                faults == .watchdog
                    ? "Arming clears it."
                    : "Remove the cause, then clear it with "
                        + configuration.motorCommand("reboot", "\(axis(slot))", "--yes") + ".",
                severity: faults == .watchdog ? .warning : .error)
        }
    }

    // MARK: Steps of arming

    /// Errors may have come since the check; only what the watchdog left behind is cleared without asking.
    private func refuseFaults() throws(BusError) {
        var found: [HardwareProblem] = []
        var expired = false
        for slot in 0..<core.count {
            guard let reply = try read(.axisError, axis: axis(slot)) else {
                throw core.noAnswer(slot, doing: "its errors were read")
            }
            keep(reply, .axisError, slot)
            if core.slots[slot].seen.faults != 0 { expired = true }
            found += faultProblems(slot).filter { $0.severity == .error }
        }
        guard found.isEmpty else { throw .problems(found) }
        if expired {
            _ = try command { text in
                // a watchdog that is still on would bite again at once
                for slot in 0..<core.count { text.appendWrite(.watchdogEnabled, axis: axis(slot), integer: 0) }
                text.appendClearErrors()
            }
        }
    }

    /// Where it is and how fast it turns, as now.
    func readPosition(_ slot: Int) throws(BusError) {
        for _ in 0..<5 {
            text.clear()
            text.appendFeedback(axis: axis(slot))
            let until = cplatform_monotonic_nanoseconds() + 30_000_000
            guard try exchange(expecting: 1, deadlineNanoseconds: until), let pair = replies[0]?.pair else { continue }
            guard core.slots[slot].take(turns: pair.0, at: core.arrival) else { continue }
            core.slots[slot].seen.velocity = core.slots[slot].conversion.velocity(turnsPerSecond: pair.1)
            return
        }
        throw core.noAnswer(slot, doing: "its position was read")
    }

    /// Goal := where it is or standing still, then the watchdog, then closed loop; each step confirmed.
    private func engage(_ slot: Int) throws(BusError) {
        let axis = axis(slot)
        let isWheel = core.slots[slot].conversion.isContinuous
        let mode: ODriveControlMode = isWheel ? .velocity : .position
        let here = core.slots[slot].turns(radians: core.slots[slot].seen.position)
        let prepared = try command { text in
            text.appendWrite(.controlMode, axis: axis, integer: mode.rawValue)
            // set-points pass as they are: the daemon plans
            text.appendWrite(.inputMode, axis: axis, integer: 1)
            text.appendWrite(.watchdogTimeout, axis: axis, number: Self.watchdogSeconds)
            // an old speed or torque would be added to the new goal
            if isWheel {
                text.appendVelocity(axis: axis, turnsPerSecond: 0, torque: 0)
            } else {
                text.appendPosition(axis: axis, turns: here, velocity: 0, torque: 0)
            }
        }
        guard prepared else { throw core.noAnswer(slot, doing: "its mode was set") }
        guard try read(.controlMode, axis: axis)?.integer == UInt32(mode.rawValue) else {
            throw core.noAnswer(slot, doing: "its mode was read back")
        }
        guard try read(.inputMode, axis: axis)?.integer == 1 else {
            throw core.noAnswer(slot, doing: "its input mode was read back")
        }
        let started = try command { text in
            text.appendFeed(axis: axis)
            text.appendWrite(.watchdogEnabled, axis: axis, integer: 1)
            text.appendWrite(.requestedState, axis: axis, integer: ODriveState.closedLoop.rawValue)
        }
        guard started, try read(.watchdogEnabled, axis: axis)?.integer == 1, try reaches(slot, .closedLoop) else {
            if let reply = try read(.axisError, axis: axis) { keep(reply, .axisError, slot) }
            let found = faultProblems(slot)
            throw found.isEmpty ? core.noAnswer(slot, doing: "it was set to closed loop") : .problems(found)
        }
        core.slots[slot].seen.torqueOn = true
    }

    /// Whether the axis is in `wanted` within a fifth of a second.
    private func reaches(_ slot: Int, _ wanted: ODriveState) throws(BusError) -> Bool {
        let until = cplatform_monotonic_nanoseconds() + 200_000_000
        repeat {
            if try read(.currentState, axis: axis(slot))?.integer == UInt32(wanted.rawValue) { return true }
        } while cplatform_monotonic_nanoseconds() < until
        return false
    }

    private func appendRelease(_ text: inout ODriveText, axis: Int) {
        text.appendWrite(.requestedState, axis: axis, integer: ODriveState.idle.rawValue)
        text.appendWrite(.watchdogEnabled, axis: axis, integer: 0)
    }
}
