internal import CPlatform
internal import RobotModel
internal import SerialLink
internal import ServoProtocols

extension FeetechBus {
    /// Arms: every servo's goal becomes its present position, which switches its torque on; nothing moves.
    ///
    /// Before the first write every servo must have answered and be in order, by all that `findings` looks at, read anew;
    /// afterwards every servo is asked whether it holds torque. If anything fails on the way, torque is taken off again.
    /// Blocks for some tens of milliseconds, and up to 0.3 s longer for a joint that is not at rest.
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
        try writeTorqueLimits(present)
        try writeSpeeds()
        // from here on torque may be on
        do throws(BusError) {
            try writePresentAsGoal(present)
            try setTorque(1, doing: "being armed")
        } catch {
            try? disarm()
            throw error
        }
        for slot in 0..<count {
            let angle = slots[slot].conversion.radians(counts: present[slot].holdingGoal)
            slots[slot].armedAt = angle
            slots[slot].isSuspect = false
            slots[slot].hasRestarted = false
            slots[slot].lowest = min(slots[slot].conversion.lower, angle)
            slots[slot].highest = max(slots[slot].conversion.upper, angle)
        }
        state = .armed
    }

    /// Takes torque off every servo, whatever the state, and asks each whether it is off.
    ///
    /// From the first moment on no goal is sent any more. An arm without torque falls: lower it first.
    ///
    /// - Parameter verified: whether to wait for the servos' word; false sends one frame and returns at once.
    /// - Throws: `BusError.noAnswer` for a servo that cannot be reached, after all others were done; `serial`.
    public func disarm(verified: Bool = true) throws(BusError) { try release(0, verified: verified) }

    /// Lets every servo brake softly without holding its position: an arm sinks slowly. Disarms.
    ///
    /// - Throws: as `disarm`.
    public func damp(verified: Bool = true) throws(BusError) { try release(2, verified: verified) }

    private func release(_ torque: UInt8, verified: Bool) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        haltLine.clear()
        if state == .armed { state = .disarmed }
        guard verified else {
            try writeTorque(torque)
            return
        }
        try setTorque(torque, doing: "its torque was taken off")
    }

    // MARK: Steps

    private func writeTorqueLimits(_ present: [FeetechSetUp]) throws(BusError) {
        try writeAll(FeetechAddress.torqueLimit, doing: "its torque was limited") { [self] slot in
            let limit = slots[slot].conversion.torqueLimitPermille(voltage: present[slot].state.voltage)
            return limit.map { FeetechBytes(word: $0) }
        }
    }

    /// The joint's top speed. A goal speed of 0, as after power-up, means as fast as possible (bit 3 of the phase): it must be
    /// there before a goal switches torque on.
    private func writeSpeeds() throws(BusError) {
        try writeAll(FeetechAddress.goalSpeed, doing: "its speed was limited") { [self] slot in
            FeetechBytes(word: slots[slot].conversion.goalSpeed)
        }
    }

    /// Goal := present with the joint's top speed. Goal, time and speed are one block on these servos.
    ///
    /// A goal that was lost on the wire would let its joint jump to an old one: each servo must give its block back.
    private func writePresentAsGoal(_ present: [FeetechSetUp]) throws(BusError) {
        try writeAll(FeetechAddress.goalPosition, doing: "it was given its present position as goal") { [self] slot in
            var block = FeetechBytes(word: SignMagnitude.encode(present[slot].holdingGoal, signBit: 15) ?? 0)
            block.append(word: 0)
            block.append(word: slots[slot].conversion.goalSpeed)
            return block
        }
    }

    /// One sync write to those for whom there are `bytes`, of equally many each; then each is asked for them.
    private func writeAll(
        _ address: UInt8, doing: String, _ bytes: (Int) -> FeetechBytes?
    ) throws(BusError) {
        var width = 0
        for slot in 0..<count {
            guard let bytes = bytes(slot) else { continue }
            if width == 0 {
                width = bytes.count
                link.frame.beginSyncWrite(address: address, width: UInt8(truncatingIfNeeded: width))
            }
            link.frame.addSyncWrite(id: slots[slot].id, data: bytes)
        }
        guard width > 0 else { return }
        link.frame.endSyncWrite()
        try send(replyParameters: nil, deadlineNanoseconds: soon)
        for slot in 0..<count {
            if let wanted = bytes(slot) { try confirm(slot, address, wanted, doing: doing) }
        }
    }

    /// Reads registers back until they are `wanted`; writes them again to that servo alone in between.
    private func confirm(_ slot: Int, _ address: UInt8, _ wanted: FeetechBytes, doing: String) throws(BusError) {
        for attempt in 0..<5 {
            if attempt > 0 {
                link.frame.encodeWrite(id: slots[slot].id, address: address, data: wanted)
                try send(replyParameters: 0, deadlineNanoseconds: soon)
                _ = try receive(deadlineNanoseconds: replyDeadline(servos: 1, parameters: 0, notAfter: .max))
            }
            let found = try readRegisters(slot: slot, address: address, count: wanted.count, tries: 2)?.parameters
            if found == wanted { return }
        }
        throw noAnswer(slot, doing: doing)
    }

    /// Sets torque on all, then asks each; who has not obeyed is told alone, up to five times.
    private func setTorque(_ torque: UInt8, doing: String) throws(BusError) {
        try writeTorque(torque)
        var failure: BusError?
        for slot in 0..<count {
            var obeyed = false
            for attempt in 0..<5 where !obeyed {
                if attempt > 0 {
                    link.frame.encodeWrite(id: slots[slot].id, address: FeetechAddress.torqueEnable, byte: torque)
                    try send(replyParameters: 0, deadlineNanoseconds: soon)
                    _ = try receive(
                        deadlineNanoseconds: replyDeadline(servos: 1, parameters: 0, notAfter: .max))
                }
                guard let now = try readByte(slot: slot, address: FeetechAddress.torqueEnable, tries: 1, .max) else {
                    continue
                }
                slots[slot].torqueOn = now != 0
                obeyed = (now == 1) == (torque == 1)
            }
            if !obeyed { failure = failure ?? noAnswer(slot, doing: doing) }
        }
        if let failure { throw failure }
    }

    private func writeTorque(_ torque: UInt8) throws(BusError) {
        link.frame.beginSyncWrite(address: FeetechAddress.torqueEnable, width: 1)
        for slot in 0..<count { link.frame.addSyncWrite(id: slots[slot].id, data: FeetechBytes(byte: torque)) }
        link.frame.endSyncWrite()
        try send(replyParameters: nil, deadlineNanoseconds: soon)
    }

    func noAnswer(_ slot: Int, doing: String) -> BusError {
        .noAnswer(
            joint: joints[slot].name, id: joints[slot].id, port: configuration.port, doing: doing)
    }
}

// MARK: - Single registers, outside the cycle

extension FeetechBus {
    /// A tenth of a second from now.
    var soon: Int64 { cplatform_monotonic_nanoseconds() + 100_000_000 }

    /// Asks one servo for registers; nil if no try got a good reply.
    func readRegisters(
        slot: Int, address: UInt8, count length: Int, tries: Int, deadline: Int64 = .max
    ) throws(BusError) -> FeetechPacket? {
        for attempt in 0..<tries {
            link.frame.encodeRead(id: slots[slot].id, address: address, count: UInt8(truncatingIfNeeded: length))
            slots[slot].statistics.sent += 1
            if attempt > 0 { slots[slot].statistics.retried += 1 }
            let before = link.checksumFailures
            try send(replyParameters: length, deadlineNanoseconds: min(deadline, soon))
            // a servo may be slower outside the cycle; nothing waits for it there
            let patience = deadline == .max ? Int64(15_000_000) : 0
            let until = replyDeadline(servos: 1, parameters: length, notAfter: deadline == .max ? .max : deadline)
            let limit = deadline == .max ? until + patience : until
            while let reply = try receive(deadlineNanoseconds: limit) {
                guard reply.id == slots[slot].id, !link.gaveDoubtful else { continue }
                slots[slot].statistics.received += 1
                return reply
            }
            noteLoss(slot: slot, checksumFailuresBefore: before)
        }
        return nil
    }

    func readByte(slot: Int, address: UInt8, tries: Int, _ deadline: Int64) throws(BusError) -> UInt8? {
        try readRegisters(slot: slot, address: address, count: 1, tries: tries, deadline: deadline)?
            .parameters.byte(at: 0)
    }

    func readWord(slot: Int, address: UInt8, tries: Int) throws(BusError) -> UInt16? {
        try readRegisters(slot: slot, address: address, count: 2, tries: tries)?.parameters.word(at: 0)
    }
}
