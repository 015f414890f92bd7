internal import CPlatform
internal import RobotModel
internal import SerialLink
internal import ServoProtocols

extension DynamixelBus {
    /// Arms: every goal becomes the present position (a wheel's: speed zero), then torque comes on; nothing moves.
    ///
    /// Before the first write every device must have answered and be in order, by all that `findings` looks at, read anew.
    /// Torque is switched on only after every device has given its goal back; then each is asked whether it holds torque and whether its watchdog runs. If
    /// anything fails on the way, torque is taken off again. Blocks for some tens of milliseconds, and up to 0.3 s longer
    /// for a joint that is not at rest.
    ///
    /// - Throws: `BusError.problems` if the last `check` found errors or something is wrong now, `noAnswer`, or
    ///   `serial`.
    public func arm() throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return }
        haltLine.clear()
        if checksBeforeArming {
            if state == .unchecked { try check() }
            guard state == .disarmed else { throw .problems(problems.errors) }
        }
        let present = try examine()
        do throws(BusError) {
            try writeBounds(present)
            // a tripped watchdog guards the goals; where torque is still on, the goal follows at once
            try writeAll(DynamixelAddress.busWatchdog, 1) { _ in 0 }
            try writePresentAsGoal(present)
            try confirm(DynamixelAddress.busWatchdog, 1, "its bus watchdog was cleared") { _ in 0 }
            try confirmGoals(present)
            try writeWatchdog(Self.watchdogCounts)
            try setTorque(true, doing: "being armed")
            try confirmWatchdog()
        } catch {
            try? disarm(verified: true)
            throw error
        }
        for slot in 0..<count {
            // the goal that holds it; a wheel has none
            let held = slots[slot].isContinuous ? present[slot].state.position : slots[slot].holdingGoal(present[slot])
            let angle = slots[slot].conversion.radians(counts: held)
            slots[slot].armedAt = angle
            slots[slot].armedVelocity = slots[slot].conversion.velocity(counts: present[slot].state.velocity)
            slots[slot].lowest = min(slots[slot].conversion.lower, angle)
            slots[slot].highest = max(slots[slot].conversion.upper, angle)
            slots[slot].watchdogTripped = false
        }
        state = .armed
    }

    /// Takes torque off every device, whatever the state, asks each whether it is off, and clears the watchdogs.
    ///
    /// From the first moment on no goal is sent any more. An arm without torque falls: lower it first.
    ///
    /// - Parameter verified: whether to wait for the devices' word; false sends two frames and returns at once.
    /// - Throws: `BusError.noAnswer` for a device that cannot be reached, after all others were done; `serial`.
    public func disarm(verified: Bool) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        haltLine.clear()
        if state == .armed { state = .disarmed }
        guard verified else {
            try writeAll(DynamixelAddress.torqueEnable, 1) { _ in 0 }
            try writeWatchdog(0)
            return
        }
        try setTorque(false, doing: "its torque was taken off")
        try writeWatchdog(0)
        try confirm(DynamixelAddress.busWatchdog, 1, "its bus watchdog was cleared") { _ in 0 }
        for slot in 0..<count { slots[slot].watchdogTripped = false }
    }

    // MARK: Steps

    /// Effort and speed of the configuration as bounds in the devices.
    private func writeBounds(_ present: [DynamixelSetUp]) throws(BusError) {
        try writeAll(DynamixelAddress.goalPWM, 2) { [self] slot in
            slots[slot].conversion.goalPWM(voltage: present[slot].state.voltage, limit: slots[slot].pwmLimit)
        }
        try writeAll(DynamixelAddress.goalCurrent, 2) { [self] slot in
            slots[slot].mode == DynamixelMode.currentBasedPosition.rawValue
                ? slots[slot].conversion.goalCurrent(limit: slots[slot].currentLimit) : nil
        }
        // a gain is forgotten whenever the device loses power
        try writeAll(DynamixelAddress.positionP, 2) { [self] slot in
            joints[slot].positionGain > 0 ? joints[slot].positionGain : nil
        }
        for slot in 0..<count where joints[slot].positionGain > 0 {
            try confirm(slot, DynamixelAddress.positionP, 2, joints[slot].positionGain, "its position gain was set")
        }
        // bit 2 of the drive mode makes a time of the profile velocity
        try writeAll(DynamixelAddress.profileVelocity, 4) { [self] slot in
            slots[slot].isContinuous || slots[slot].driveMode & 0x04 != 0
                ? nil : slots[slot].conversion.profileVelocity
        }
    }

    private func writePresentAsGoal(_ present: [DynamixelSetUp]) throws(BusError) {
        try writeAll(DynamixelAddress.goalPosition, 4) { [self] in
            slots[$0].isContinuous ? nil : slots[$0].holdingGoal(present[$0])
        }
        try writeAll(DynamixelAddress.goalVelocity, 4) { [self] in slots[$0].isContinuous ? 0 : nil }
    }

    /// A goal that was lost on the wire would let its joint jump to an old one: each device must give its goal back.
    private func confirmGoals(_ present: [DynamixelSetUp]) throws(BusError) {
        for slot in 0..<count {
            try confirm(
                slot, slots[slot].goalAddress, 4, slots[slot].holdingGoal(present[slot]),
                "it was given its present position as goal")
        }
    }

    /// Sets torque on all, then asks each; who has not obeyed is told alone, up to five times.
    private func setTorque(_ on: Bool, doing: String) throws(BusError) {
        try writeAll(DynamixelAddress.torqueEnable, 1) { _ in on ? 1 : 0 }
        var failure: BusError?
        for slot in 0..<count {
            do throws(BusError) {
                try confirm(slot, DynamixelAddress.torqueEnable, 1, on ? 1 : 0, doing)
                slots[slot].torqueOn = on
            } catch {
                guard case .noAnswer = error else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private func writeWatchdog(_ counts: Int) throws(BusError) {
        try writeAll(DynamixelAddress.busWatchdog, 1) { [self] in slots[$0].hasWatchdog ? counts : nil }
    }

    private func confirmWatchdog() throws(BusError) {
        for slot in 0..<count where slots[slot].hasWatchdog {
            try confirm(
                slot, DynamixelAddress.busWatchdog, 1, Self.watchdogCounts, "its bus watchdog was started")
        }
    }

    // MARK: Writing registers of all

    /// One sync write to those for whom `number` is not nil.
    private func writeAll(_ address: UInt16, _ width: Int, _ number: (Int) -> Int?) throws(BusError) {
        link.frame.beginSyncWrite(address: address, width: width)
        var any = false
        for slot in 0..<count {
            // firmware without a watchdog has no such register
            if address == DynamixelAddress.busWatchdog, !slots[slot].hasWatchdog { continue }
            guard let number = number(slot) else { continue }
            link.frame.addSyncWrite(id: slots[slot].id, number: number)
            any = true
        }
        link.frame.endSyncWrite()
        if any { try send(replyData: nil, deadlineNanoseconds: soon) }
    }

    private func confirm(
        _ address: UInt16, _ width: Int, _ doing: String, _ number: (Int) -> Int
    ) throws(BusError) {
        for slot in 0..<count {
            if address == DynamixelAddress.busWatchdog, !slots[slot].hasWatchdog { continue }
            try confirm(slot, address, width, number(slot), doing)
        }
    }

    /// Reads a register back until it holds `number`; writes it again to that device alone in between.
    private func confirm(
        _ slot: Int, _ address: UInt16, _ width: Int, _ number: Int, _ doing: String
    ) throws(BusError) {
        for attempt in 0..<5 {
            if attempt > 0 {
                link.frame.encodeWrite(id: slots[slot].id, address: address, number: number, width: width)
                try send(replyData: 0, deadlineNanoseconds: soon)
                _ = try receive(deadlineNanoseconds: replyDeadline(devices: 1, data: 0, notAfter: .max))
            }
            guard let found = try readNumber(slot, address, width) else { continue }
            if found == number { return }
        }
        throw noAnswer(slot, doing: doing)
    }

    func noAnswer(_ slot: Int, doing: String) -> BusError {
        .noAnswer(joint: joints[slot].name, id: joints[slot].id, port: configuration.port, doing: doing)
    }
}

// MARK: - Single registers, outside the cycle

extension DynamixelBus {
    /// A tenth of a second from now.
    var soon: Int64 { cplatform_monotonic_nanoseconds() + 100_000_000 }

    /// Asks one device for registers; nil if no try got a good reply.
    func readRegisters(
        slot: Int, address: UInt16, count length: Int, tries: Int, deadline: Int64 = .max
    ) throws(BusError) -> DynamixelPacket? {
        for attempt in 0..<tries {
            link.frame.encodeRead(id: slots[slot].id, address: address, count: UInt16(truncatingIfNeeded: length))
            slots[slot].statistics.sent += 1
            if attempt > 0 { slots[slot].statistics.retried += 1 }
            let before = link.checksumFailures
            try send(replyData: length, deadlineNanoseconds: min(deadline, soon))
            // a device may be slower outside the cycle; nothing waits for it there
            let until = replyDeadline(devices: 1, data: length, notAfter: deadline)
            let limit = deadline == .max ? until + 15_000_000 : until
            while let reply = try receive(deadlineNanoseconds: limit) {
                guard reply.id == slots[slot].id, reply.parameters.count == length else { continue }
                slots[slot].statistics.received += 1
                slots[slot].alert = reply.hasAlert
                return reply
            }
            noteLoss(slot: slot, checksumFailuresBefore: before)
        }
        return nil
    }

    /// A register of `width` bytes; one byte is read as unsigned, more as two's complement.
    func readNumber(_ slot: Int, _ address: UInt16, _ width: Int) throws(BusError) -> Int? {
        let data = try readRegisters(slot: slot, address: address, count: width, tries: 3)?.parameters
        return width == 1 ? data?.unsigned(at: 0, width: 1) : data?.signed(at: 0, width: width)
    }
}
