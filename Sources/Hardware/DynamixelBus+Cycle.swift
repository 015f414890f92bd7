internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

extension DynamixelBus {
    /// Reads current, velocity, position, voltage and temperature of every joint on this bus.
    ///
    /// One fast sync read where all firmware can, else one sync read; who did not answer is asked again alone while time
    /// is left. Every tenth call also asks who holds torque, and whether a watchdog has tripped. A joint without an
    /// answer keeps its last numbers and their time.
    @discardableResult
    public func read(
        into observations: inout JointObservations, deadlineNanoseconds: Int64
    ) throws(BusError) -> Int {
        cycle += 1
        var missing = everyone
        let together = everyone & ~loners
        if together != 0 {
            missing = try readTogether(together, into: &observations, deadlineNanoseconds) | loners
            for slot in 0..<count where heard & bit(slot) != 0 { slots[slot].syncMisses = 0 }
        }
        missing = try readAlone(missing, into: &observations, deadlineNanoseconds)
        for slot in 0..<count {
            let missed = missing & bit(slot) != 0
            slots[slot].statistics.missedInARow = missed ? slots[slot].statistics.missedInARow + 1 : 0
        }
        if missing == 0 {
            if cycle % 10 == 1 { try refreshTorque(deadlineNanoseconds) }
            if cycle % 10 == 6, state == .armed { try refreshWatchdogs(deadlineNanoseconds) }
        }
        try readErrors(deadlineNanoseconds)
        for slot in 0..<count {
            observations[slots[slot].index].torqueOn = slots[slot].torqueOn
            observations[slots[slot].index].faults = slots[slot].faults
        }
        renewHalt()
        return missing.nonzeroBitCount
    }

    /// Sends every joint on this bus its goal, cut to the joint's and the device's limits: a position, or to a wheel the
    /// speed `velocity + 4/s · (goal − measured)`.
    public func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        var wheels = 0
        for slot in 0..<count {
            let index = slots[slot].index
            let finite = goals[index].isFinite && (!slots[slot].isContinuous || velocities[index].isFinite)
            guard finite else { throw .goalNotFinite(joint: joints[slot].name) }
            if slots[slot].isContinuous { wheels += 1 }
        }
        haltLine.thaw()
        if wheels < count {
            link.frame.beginSyncWrite(address: DynamixelAddress.goalPosition, width: 4)
            for slot in 0..<count where !slots[slot].isContinuous {
                link.frame.addSyncWrite(
                    id: slots[slot].id, number: slots[slot].goalCounts(goals[slots[slot].index]))
            }
            link.frame.endSyncWrite()
            try send(replyData: nil, deadlineNanoseconds: deadlineNanoseconds)
        }
        guard wheels > 0 else { return }
        link.frame.beginSyncWrite(address: DynamixelAddress.goalVelocity, width: 4)
        for slot in 0..<count where slots[slot].isContinuous {
            let index = slots[slot].index
            link.frame.addSyncWrite(
                id: slots[slot].id,
                number: slots[slot].velocityCounts(goal: goals[index], velocity: velocities[index]))
        }
        link.frame.endSyncWrite()
        try send(replyData: nil, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Joints: goal := where each was measured last; wheels: speed zero.
    public func halt(deadlineNanoseconds: Int64) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        renewHalt()
        haltLine.freeze()
        try send(haltFrames.joints, deadlineNanoseconds)
        try send(haltFrames.wheels, deadlineNanoseconds)
    }

    private func send(_ frame: DynamixelFrame, _ deadlineNanoseconds: Int64) throws(BusError) {
        guard !frame.isEmpty else { return }
        link.frame = frame
        try send(replyData: nil, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Leaves what `halt` sends for the monitor.
    private func renewHalt() {
        guard state == .armed, !haltLine.isFrozen else { return }
        encodeHalt(&haltFrames.joints, DynamixelAddress.goalPosition) {
            $0.isContinuous || $0.lastTime == 0 ? nil : $0.goalCounts($0.position)
        }
        encodeHalt(&haltFrames.wheels, DynamixelAddress.goalVelocity) { $0.isContinuous ? 0 : nil }
        var bytes = HaltBytes()
        haltFrames.joints.withBytes { bytes.append($0) }
        haltFrames.wheels.withBytes { bytes.append($0) }
        haltLine.renew(bytes)
    }

    private func encodeHalt(_ frame: inout DynamixelFrame, _ address: UInt16, _ number: (DynamixelSlot) -> Int?) {
        var any = false
        frame.beginSyncWrite(address: address, width: 4)
        for slot in 0..<count where slots[slot].obeys {
            guard let number = number(slots[slot]) else { continue }
            frame.addSyncWrite(id: slots[slot].id, number: number)
            any = true
        }
        frame.endSyncWrite()
        if !any { frame = DynamixelFrame() }
    }

    // MARK: Sets of devices as bits

    func bit(_ slot: Int) -> UInt16 { 1 << UInt16(truncatingIfNeeded: slot) }

    var everyone: UInt16 {
        var all: UInt16 = 0
        for slot in 0..<count { all |= bit(slot) }
        return all
    }

    /// Devices that have to be asked alone: they do not answer sync reads.
    private var loners: UInt16 {
        var loners: UInt16 = 0
        for slot in 0..<count where !slots[slot].facts.answersSyncRead { loners |= bit(slot) }
        return loners
    }

    /// Whether one packet of all can be asked for: a reply that breaks off time and again is given up until `check`.
    private func canReadFast(_ asked: UInt16) -> Bool {
        guard usesFastReads, fastMisses < 3, asked.nonzeroBitCount > 1 else { return false }
        for slot in 0..<count where asked & bit(slot) != 0 && !slots[slot].answersFastReads { return false }
        return true
    }

    // MARK: Asking

    private func requestTogether(
        _ asked: UInt16, address: UInt16, count length: Int, fast: Bool, _ deadline: Int64
    ) throws(BusError) {
        var ids = InlineArray<16, UInt8>(repeating: 0)
        var filled = 0
        for slot in 0..<count where asked & bit(slot) != 0 {
            ids[filled] = slots[slot].id
            slots[slot].statistics.sent += 1
            filled += 1
        }
        link.frame.encodeSyncRead(
            address: address, count: UInt16(truncatingIfNeeded: length), ids: ids.span.extracting(first: filled),
            fast: fast)
        try send(replyData: length, deadlineNanoseconds: deadline)
    }

    /// Asks all at once; returns who is missing.
    private func readTogether(
        _ asked: UInt16, into observations: inout JointObservations, _ deadline: Int64
    ) throws(BusError) -> UInt16 {
        let before = link.checksumFailures
        let fast = canReadFast(asked)
        try requestTogether(
            asked, address: DynamixelState.address, count: DynamixelState.count, fast: fast, deadline)
        guard fast else {
            return try collectStates(
                asked, into: &observations, deadline: deadline, checksumFailuresBefore: before)
        }
        var missing = asked
        let blocks = asked.nonzeroBitCount * (DynamixelState.count + 4)
        // one packet, and one pause before it
        let until = replyDeadline(devices: 1, data: blocks, notAfter: deadline)
        while missing != 0,
            let block = try receiveBlock(count: DynamixelState.count, blocks: blocks, deadlineNanoseconds: until)
        {
            guard let slot = slotIndex(id: block.id), missing & bit(slot) != 0, let state = DynamixelState(block),
                take(state, slot: slot, into: &observations)
            else { continue }
            missing &= ~bit(slot)
        }
        fastMisses = missing == 0 ? 0 : fastMisses + 1
        heard = asked & ~missing
        for slot in 0..<count where missing & bit(slot) != 0 {
            noteLoss(slot: slot, checksumFailuresBefore: before)
        }
        return missing
    }

    /// Takes in state replies until all `asked` are there or time is up; returns who is missing.
    ///
    /// Devices answer in the order they were asked in. A reply out of turn may be another's under a wrong id: it is not
    /// believed, and its device is asked alone.
    private func collectStates(
        _ asked: UInt16, into observations: inout JointObservations, deadline: Int64, checksumFailuresBefore: Int
    ) throws(BusError) -> UInt16 {
        var missing = asked
        var silent = asked
        // slots before this one have had their turn
        var turn = 0
        let until = replyDeadline(
            devices: asked.nonzeroBitCount, data: DynamixelState.count, notAfter: deadline)
        while missing >> UInt16(turn) != 0, let reply = try receive(deadlineNanoseconds: until) {
            guard let slot = slotIndex(id: reply.id), asked & bit(slot) != 0, let state = DynamixelState(reply) else {
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
                id: slots[slot].id, address: DynamixelState.address, count: UInt16(DynamixelState.count))
            let needed = wireNanoseconds(bytes: link.frame.count + DynamixelState.count + 11)
            guard cplatform_monotonic_nanoseconds() + needed < deadline else { break }
            let alone = !slots[slot].facts.answersSyncRead
            if !alone { slots[slot].statistics.retried += 1 }
            slots[slot].statistics.sent += 1
            let before = link.checksumFailures
            try send(replyData: DynamixelState.count, deadlineNanoseconds: deadline)
            let left = try collectStates(
                bit(slot), into: &observations, deadline: deadline, checksumFailuresBefore: before)
            guard left == 0 else { continue }
            missing &= ~bit(slot)
            noteSyncMiss(slot: slot, alone: alone || heardTogether & bit(slot) != 0)
        }
        return missing
    }

    /// A device that answers alone, time and again, but not together with the others, knows no sync read.
    private func noteSyncMiss(slot: Int, alone: Bool) {
        guard !alone, fastMisses == 0 || fastMisses >= 3 else { return }
        slots[slot].syncMisses += 1
        if slots[slot].syncMisses >= 20 { slots[slot].facts.answersSyncRead = false }
    }

    /// Stores a reply, unless its position cannot have been reached since the last one.
    private func take(_ state: DynamixelState, slot: Int, into observations: inout JointObservations) -> Bool {
        let now = link.arrival
        guard slots[slot].believes(state.position, at: now) else {
            slots[slot].statistics.corrupt += 1
            return false
        }
        slots[slot].statistics.received += 1
        slots[slot].alert = state.hasAlert
        if !state.hasAlert { slots[slot].hardwareError = 0 }
        let index = slots[slot].index
        var observation = observations[index]
        state.store(into: &observation, conversion: slots[slot].conversion, time: now)
        observations[index] = observation
        return true
    }

    // MARK: What changes seldom

    /// Asks who holds torque; without an answer the last one stands.
    private func refreshTorque(_ deadline: Int64) throws(BusError) {
        var answered: UInt16 = 0
        try requestTogether(everyone, address: DynamixelAddress.torqueEnable, count: 1, fast: false, deadline)
        let until = replyDeadline(devices: count, data: 1, notAfter: deadline)
        while answered != everyone, let reply = try receive(deadlineNanoseconds: until) {
            guard let slot = slotIndex(id: reply.id), let torque = reply.parameters.byte(at: 0) else { continue }
            slots[slot].torqueOn = torque != 0
            note(reply, slot, &answered)
        }
        noteSilent(answered)
    }

    /// Asks whose bus watchdog has tripped while we were not heard.
    private func refreshWatchdogs(_ deadline: Int64) throws(BusError) {
        var asked: UInt16 = 0
        for slot in 0..<count where slots[slot].hasWatchdog { asked |= bit(slot) }
        guard asked != 0 else { return }
        var answered = everyone & ~asked
        try requestTogether(asked, address: DynamixelAddress.busWatchdog, count: 1, fast: false, deadline)
        let until = replyDeadline(devices: asked.nonzeroBitCount, data: 1, notAfter: deadline)
        while answered != everyone, let reply = try receive(deadlineNanoseconds: until) {
            guard let slot = slotIndex(id: reply.id), let watchdog = reply.parameters.byte(at: 0) else { continue }
            slots[slot].watchdogTripped = watchdog == DynamixelWatchdog.tripped
            note(reply, slot, &answered)
        }
        noteSilent(answered)
    }

    private func note(_ reply: DynamixelPacket, _ slot: Int, _ answered: inout UInt16) {
        slots[slot].alert = reply.hasAlert
        if answered & bit(slot) == 0 { slots[slot].statistics.received += 1 }
        answered |= bit(slot)
    }

    private func noteSilent(_ answered: UInt16) {
        for slot in 0..<count where answered & bit(slot) == 0 { slots[slot].statistics.lost += 1 }
    }

    /// A raised alert bit says that register 70 holds something: asks for it while time is left.
    private func readErrors(_ deadline: Int64) throws(BusError) {
        for slot in 0..<count where slots[slot].alert && (slots[slot].hardwareError == 0 || cycle % 10 == 3) {
            guard cplatform_monotonic_nanoseconds() + wireNanoseconds(bytes: 30) < deadline else { return }
            let reply = try readRegisters(
                slot: slot, address: DynamixelAddress.hardwareError, count: 1, tries: 1, deadline: deadline)
            if let error = reply?.parameters.byte(at: 0) { slots[slot].hardwareError = error }
        }
    }
}
