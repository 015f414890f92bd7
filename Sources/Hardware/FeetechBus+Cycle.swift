internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

extension FeetechBus {
    /// Reads position, speed, load, voltage, temperature, faults and current of every joint on this bus.
    ///
    /// One sync read for all; who did not answer is asked again alone while time is left. Every tenth call also asks who
    /// holds torque. A joint without an answer keeps its last numbers and their time.
    ///
    /// - Parameters:
    ///   - observations: of the whole robot, configuration order.
    ///   - deadlineNanoseconds: monotonic; the call returns by then.
    /// - Returns: how many joints did not answer.
    /// - Throws: `BusError.serial(.disconnected)` when the port hung up; the bus is then closed.
    @discardableResult
    public func read(
        into observations: inout JointObservations, deadlineNanoseconds: Int64
    ) throws(BusError) -> Int {
        cycle += 1
        heard = 0
        var missing = everyone
        let together = everyone & ~loners
        if together != 0 {
            let before = link.checksumFailures
            try requestTogether(
                together, address: FeetechState.address, count: FeetechState.count, deadlineNanoseconds)
            missing = try collectStates(
                together, into: &observations, deadline: deadlineNanoseconds, checksumFailuresBefore: before)
            missing |= loners
            for slot in 0..<count where heard & bit(slot) != 0 { slots[slot].syncMisses = 0 }
        }
        missing = try readAlone(missing, into: &observations, deadlineNanoseconds)
        for slot in 0..<count {
            let missed = missing & bit(slot) != 0
            if !missed, state == .armed, slots[slot].statistics.missedInARow > ServoSlot.longSilence {
                slots[slot].isSuspect = true
            }
            slots[slot].statistics.missedInARow = missed ? slots[slot].statistics.missedInARow + 1 : 0
        }
        try examineSuspects(deadlineNanoseconds)
        if cycle % 10 == 1, missing == 0 { try refreshTorque(deadlineNanoseconds) }
        for slot in 0..<count {
            observations[slots[slot].index].torqueOn = slots[slot].torqueOn && !slots[slot].hasRestarted
        }
        renewHalt()
        return missing.nonzeroBitCount
    }

    /// Goal := where each joint was measured last.
    public func halt(deadlineNanoseconds: Int64) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        renewHalt()
        haltLine.freeze()
        guard !haltFrame.isEmpty else { return }
        link.frame = haltFrame
        try send(replyParameters: nil, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Leaves what `halt` sends for the monitor.
    private func renewHalt() {
        guard state == .armed, !haltLine.isFrozen else { return }
        var any = false
        haltFrame.beginSyncWrite(address: FeetechAddress.goalPosition, width: 2)
        for slot in 0..<count where slots[slot].obeys {
            guard let present = slots[slot].last?.position else { continue }
            haltFrame.addSyncWrite(
                id: slots[slot].id, word: slots[slot].goalWord(slots[slot].conversion.radians(counts: present)))
            any = true
        }
        haltFrame.endSyncWrite()
        if !any { haltFrame = FeetechFrame() }
        var bytes = HaltBytes()
        haltFrame.withBytes { bytes.append($0) }
        haltLine.renew(bytes)
    }

    /// Sends every joint on this bus its goal, cut to the joint's limits.
    ///
    /// - Parameters:
    ///   - goals: radians, of the whole robot, configuration order.
    ///   - deadlineNanoseconds: monotonic; the call returns by then.
    /// - Throws: `BusError.disarmed` unless armed and `goalNotFinite` for a goal that is no number, both without sending
    ///   anything; `serial(.disconnected)` when the port hung up.
    ///   - velocities: not used: these servos plan their own way to a goal.
    public func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        link.frame.beginSyncWrite(address: FeetechAddress.goalPosition, width: 2)
        for slot in 0..<count {
            let goal = goals[slots[slot].index]
            guard goal.isFinite else { throw .goalNotFinite(joint: joints[slot].name) }
            // on these servos a goal is torque on: one that restarted must stay free
            if slots[slot].isSuspect || slots[slot].hasRestarted { continue }
            link.frame.addSyncWrite(id: slots[slot].id, word: slots[slot].goalWord(goal))
        }
        link.frame.endSyncWrite()
        haltLine.thaw()
        try send(replyParameters: nil, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// A servo that restarted has forgotten the top speed it was given at arming.
    private func examineSuspects(_ deadline: Int64) throws(BusError) {
        for slot in 0..<count where slots[slot].isSuspect {
            guard
                let reply = try readRegisters(
                    slot: slot, address: FeetechAddress.goalSpeed, count: 2, tries: 1, deadline: deadline),
                let speed = reply.parameters.word(at: 0)
            else { continue }
            slots[slot].isSuspect = false
            slots[slot].hasRestarted = speed != slots[slot].conversion.goalSpeed
        }
    }

    // MARK: Sets of servos as bits

    func bit(_ slot: Int) -> UInt16 { 1 << UInt16(truncatingIfNeeded: slot) }

    var everyone: UInt16 {
        var all: UInt16 = 0
        for slot in 0..<count { all |= bit(slot) }
        return all
    }

    /// Servos that have to be asked alone: they do not answer sync reads.
    private var loners: UInt16 {
        var loners: UInt16 = 0
        for slot in 0..<count where !slots[slot].facts.answersSyncRead { loners |= bit(slot) }
        return loners
    }

    // MARK: Asking

    func requestTogetherFrame(_ asked: UInt16, address: UInt8, count length: Int) -> FeetechFrame {
        var ids = InlineArray<16, UInt8>(repeating: 0)
        var filled = 0
        for slot in 0..<count where asked & bit(slot) != 0 {
            ids[filled] = slots[slot].id
            filled += 1
        }
        var frame = FeetechFrame()
        frame.encodeSyncRead(
            address: address, count: UInt8(truncatingIfNeeded: length), ids: ids.span.extracting(first: filled))
        return frame
    }

    func requestTogether(
        _ asked: UInt16, address: UInt8, count length: Int, _ deadline: Int64
    ) throws(BusError) {
        link.frame = requestTogetherFrame(asked, address: address, count: length)
        for slot in 0..<count where asked & bit(slot) != 0 { slots[slot].statistics.sent += 1 }
        try send(replyParameters: length, deadlineNanoseconds: deadline)
    }

    /// Takes in state replies until all `asked` are there or time is up; returns who is missing.
    ///
    /// Servos answer in the order they were asked in. A reply out of turn may be another's under a wrong id: it is not
    /// believed, and its servo is asked alone.
    private func collectStates(
        _ asked: UInt16, into observations: inout JointObservations, deadline: Int64, checksumFailuresBefore: Int
    ) throws(BusError) -> UInt16 {
        var missing = asked
        var silent = asked
        // slots before this one have had their turn
        var turn = 0
        let until = replyDeadline(
            servos: asked.nonzeroBitCount, parameters: FeetechState.count, notAfter: deadline)
        while missing >> UInt16(turn) != 0, let reply = try receive(deadlineNanoseconds: until) {
            guard let slot = slotIndex(id: reply.id), asked & bit(slot) != 0, let state = FeetechState(reply) else {
                continue
            }
            if silent & bit(slot) == 0 || slot < turn { slots[slot].statistics.duplicated += 1 }
            silent &= ~bit(slot)
            guard slot >= turn else { continue }
            let isInTurn = skipped(asked, from: turn, to: slot) == 0
            turn = slot + 1
            guard isInTurn, take(state, slot: slot, into: &observations) else { continue }
            missing &= ~bit(slot)
        }
        for slot in 0..<count where silent & bit(slot) != 0 {
            noteLoss(slot: slot, checksumFailuresBefore: checksumFailuresBefore)
        }
        heard = asked & ~silent
        return missing
    }

    /// Those of `asked` between two turns that were expected to answer; one that has been silent for long is not.
    private func skipped(_ asked: UInt16, from turn: Int, to slot: Int) -> UInt16 {
        var skipped: UInt16 = 0
        for other in turn..<slot where asked & bit(other) != 0 && slots[other].statistics.missedInARow <= 5 {
            skipped |= bit(other)
        }
        return skipped
    }

    /// Asks each of `asked` alone while time is left; returns who is still missing.
    private func readAlone(
        _ asked: UInt16, into observations: inout JointObservations, _ deadline: Int64
    ) throws(BusError) -> UInt16 {
        var missing = asked
        let heardTogether = heard
        for slot in 0..<count where asked & bit(slot) != 0 {
            // one that has been silent for long must not cost every cycle its time
            if slots[slot].statistics.missedInARow > 5, cycle % 10 != 0 { continue }
            link.frame.encodeRead(
                id: slots[slot].id, address: FeetechState.address, count: UInt8(FeetechState.count))
            let needed = wireNanoseconds(bytes: link.frame.count + FeetechState.count + 6)
            guard cplatform_monotonic_nanoseconds() + needed < deadline else { break }
            let alone = !slots[slot].facts.answersSyncRead
            if !alone { slots[slot].statistics.retried += 1 }
            slots[slot].statistics.sent += 1
            let before = link.checksumFailures
            try send(replyParameters: FeetechState.count, deadlineNanoseconds: deadline)
            let left = try collectStates(
                bit(slot), into: &observations, deadline: deadline, checksumFailuresBefore: before)
            guard left == 0 else { continue }
            missing &= ~bit(slot)
            noteSyncMiss(slot: slot, alone: alone || heardTogether & bit(slot) != 0)
        }
        return missing
    }

    /// A servo that answers alone, time and again, but not together with the others, knows no sync read.
    private func noteSyncMiss(slot: Int, alone: Bool) {
        guard !alone else { return }
        slots[slot].syncMisses += 1
        if slots[slot].syncMisses >= 20 { slots[slot].facts.answersSyncRead = false }
    }

    /// Stores a reply, unless its position cannot have been reached since the last one.
    private func take(_ state: FeetechState, slot: Int, into observations: inout JointObservations) -> Bool {
        let now = link.arrival
        guard slots[slot].believes(state, at: now) else {
            slots[slot].statistics.corrupt += 1
            return false
        }
        slots[slot].statistics.received += 1
        let index = slots[slot].index
        var observation = observations[index]
        state.store(
            into: &observation, conversion: slots[slot].conversion, torqueOn: slots[slot].torqueOn, time: now)
        observations[index] = observation
        return true
    }

    /// Asks who holds torque; without an answer the last one stands.
    func refreshTorque(_ deadline: Int64) throws(BusError) {
        let asked = everyone & ~loners
        if asked != 0 {
            try requestTogether(asked, address: FeetechAddress.torqueEnable, count: 1, deadline)
            var missing = asked
            let until = replyDeadline(servos: asked.nonzeroBitCount, parameters: 1, notAfter: deadline)
            while missing != 0, let reply = try receive(deadlineNanoseconds: until) {
                guard let slot = slotIndex(id: reply.id), let torque = reply.parameters.byte(at: 0) else { continue }
                slots[slot].torqueOn = torque != 0
                if missing & bit(slot) != 0 { slots[slot].statistics.received += 1 }
                missing &= ~bit(slot)
            }
            for slot in 0..<count where missing & bit(slot) != 0 { slots[slot].statistics.lost += 1 }
        }
        for slot in 0..<count where asked & bit(slot) == 0 {
            if let torque = try readByte(slot: slot, address: FeetechAddress.torqueEnable, tries: 1, deadline) {
                slots[slot].torqueOn = torque != 0
            }
        }
    }
}

extension ServoSlot {
    /// Cycles in a row after which a servo may have restarted meanwhile.
    static var longSilence: Int { 10 }

    /// Whether it obeys a goal as one that was armed. On these servos a goal is torque on: one that let go, or may have started
    /// anew, is not woken.
    var obeys: Bool {
        return torqueOn && !isSuspect && !hasRestarted && statistics.missedInARow <= Self.longSilence
    }

    /// Register 42 for a goal, radians, within the joint's limits.
    func goalWord(_ goal: Double) -> UInt16 { conversion.goalWord(radians: max(lowest, min(highest, goal))) }

    /// Faster than any of these servos turns, counts per second.
    private static let fastest = 20_000.0
    /// Older positions say nothing about where the joint can be now, nanoseconds.
    private static let memory: Int64 = 200_000_000

    /// Whether this can follow from the last reply, or was read twice in a row; eight bits of checksum let one in 256
    /// heavily damaged packets through.
    mutating func believes(_ state: FeetechState, at now: Int64) -> Bool {
        let elapsed = now - lastTime
        let reach = elapsed > Self.memory ? 4096 : Int(Self.fastest * Double(elapsed) / 1e9) + 64
        let near = last.map { state.follows($0, reach: reach) } ?? state.isPossible
        let twice = doubtful.map { state.follows($0, reach: reach) } ?? false
        guard near || twice else {
            doubtful = state
            return false
        }
        doubtful = nil
        last = state
        lastTime = now
        return true
    }
}

extension ServoConversion {
    /// Register 42 for `angle`, within one turn.
    func goalWord(radians angle: Double) -> UInt16 {
        UInt16(max(0, min(countsPerTurn - 1, counts(radians: angle))))
    }
}

extension FeetechState {
    /// Whether a servo can say this at all.
    var isPossible: Bool {
        (0..<4096).contains(position) && abs(loadPermille) <= 1000 && temperature <= 130 && abs(speed) < 20_000
    }

    /// Whether this can come after `other`, when the position can have changed by `reach` counts.
    func follows(_ other: FeetechState, reach: Int) -> Bool {
        isPossible && abs(position - other.position) <= reach && abs(voltage - other.voltage) <= 3
            && abs(temperature - other.temperature) <= 5 && faults & ~other.faults == 0
            && abs(speed - other.speed) <= 6000 && abs(current - other.current) <= 3
    }
}
