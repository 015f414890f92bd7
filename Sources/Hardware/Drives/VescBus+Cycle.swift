internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

extension VescBus {
    @discardableResult
    public func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) -> Int {
        core.cycle += 1
        let asked = whoFits(deadlineNanoseconds - cplatform_monotonic_nanoseconds())
        var missing = try ask(asked, deadlineNanoseconds)
        if missing != 0 {
            let again = missing
            let cost = core.wireNanoseconds(bytes: again.nonzeroBitCount * (Self.requestBytes + Self.largestReply))
            if cplatform_monotonic_nanoseconds() + cost + 500_000 < deadlineNanoseconds {
                for slot in 0..<core.count where again & core.bit(slot) != 0 {
                    core.slots[slot].statistics.retried += 1
                }
                missing = try ask(again, deadlineNanoseconds)
            }
        }
        core.publish(asked: asked, missing: missing, into: &observations)
        renewHalt()
        return missing.nonzeroBitCount
    }

    public func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        try core.admit(goals, velocities)
        let now = cplatform_monotonic_nanoseconds()
        var room = core.room(until: deadlineNanoseconds)
        let first = core.firstWritten
        for step in 0..<core.count where step == 0 || room >= Self.requestBytes {
            let slot = (first + step) % core.count
            core.firstWritten = (slot + 1) % core.count
            room -= Self.requestBytes
            let index = core.slots[slot].index
            if core.slots[slot].conversion.isContinuous {
                let speed = core.slots[slot].speed(goal: goals[index], velocity: velocities[index], at: now)
                encodeSpeed(slot, radiansPerSecond: speed)
            } else {
                encodePosition(slot, radians: core.slots[slot].position(goal: goals[index]))
            }
            try sendFrame(deadlineNanoseconds)
        }
    }

    public func halt(deadlineNanoseconds: Int64) throws(BusError) {
        renewHalt()
        try core.halt(deadlineNanoseconds)
    }

    /// Wheels: speed zero; joints: goal := where each was measured last.
    private func renewHalt() {
        core.renewHalt { slot, bytes in
            if core.slots[slot].conversion.isContinuous {
                encodeSpeed(slot, radiansPerSecond: 0)
            } else {
                encodePosition(slot, radians: core.stop(slot))
            }
            frame.withBytes { bytes.append($0) }
        }
    }

    func encodeSpeed(_ slot: Int, radiansPerSecond: Double) {
        let conversion = core.slots[slot].conversion
        let rpm = conversion.turnsPerSecond(velocity: radiansPerSecond) * 60 * conversion.polePairs
        frame.encodeElectricalSpeed(rpm, can: can(slot))
    }

    func encodePosition(_ slot: Int, radians: Double) {
        let turns = core.slots[slot].turns(radians: radians)
        frame.encodePosition(degrees: (turns - turns.rounded(.down)) * 360, can: can(slot))
    }

    // MARK: Asking

    static let requestBytes = 12
    /// What is read in every cycle.
    static let fast: VescValues.Field = [.motorCurrent, .electricalSpeed, .fault, .controllerID]
    /// Of these one after the other: a reply with all of them takes longer than a cycle on a slow line.
    private static func slow(_ turn: Int) -> VescValues.Field {
        switch turn % 4 {
        case 0: .supplyVoltage
        case 1: .status
        case 2: .transistorTemperature
        default: .motorTemperature
        }
    }
    /// Bytes of a reply: start, length, command and mask, fast values, position or tachometer, a slow value, end.
    static let largestReply = 2 + 5 + 4 + 4 + 1 + 1 + 4 + 2 + 3

    private func mask(_ slot: Int) -> UInt32 {
        var mask = Self.fast
        mask.insert(core.slots[slot].conversion.isContinuous ? .tachometer : .position)
        mask.formUnion(Self.slow(core.slots[slot].slowTurn))
        return mask.rawValue
    }

    /// Lets each of `asked` be asked for something else: an answer under a wrong id then shows by what it holds.
    private func chooseMasks(_ asked: UInt16) {
        for slot in 0..<core.count where asked & core.bit(slot) != 0 {
            var tries = 0
            while tries < 4, (0..<slot).contains(where: { asked & core.bit($0) != 0 && masks[$0] == mask(slot) }) {
                core.slots[slot].slowTurn += 1
                tries += 1
            }
            masks[slot] = mask(slot)
        }
    }

    /// As many joints as can be asked within `left` nanoseconds, in turns.
    private func whoFits(_ left: Int64) -> UInt16 {
        guard core.count > 0 else { return 0 }
        let reply = core.wireNanoseconds(bytes: answersSelection ? Self.largestReply : 79)
        let first = core.wireNanoseconds(bytes: Self.requestBytes) + 500_000
        let room = max(1, min(core.count, Int((left - first) / max(1, reply))))
        guard room < core.count else { return core.everyone }
        var asked: UInt16 = 0
        for _ in 0..<room {
            asked |= core.bit(favoured)
            favoured = (favoured + 1) % core.count
        }
        return asked
    }

    /// Asks several controllers at once; returns who did not answer.
    private func ask(_ asked: UInt16, _ deadline: Int64) throws(BusError) -> UInt16 {
        try discardLate()
        chooseMasks(asked)
        for slot in 0..<core.count where asked & core.bit(slot) != 0 {
            if answersSelection {
                frame.encodeValuesRequest(masks[slot], can: can(slot))
            } else {
                frame.encode(.getValues, can: can(slot))
            }
            core.slots[slot].statistics.sent += 1
            try sendFrame(deadline)
        }
        let before = parser.checksumFailures
        let each = answersSelection ? Self.largestReply : 79
        let span = core.wireNanoseconds(bytes: Self.requestBytes + asked.nonzeroBitCount * each) + DriveCore.slack
        let until = min(deadline, cplatform_monotonic_nanoseconds() + span)
        var missing = asked
        while missing != 0, let packet = try receive(until) {
            guard let values = VescValues(packet), let slot = owner(values, asked), asked & core.bit(slot) != 0 else {
                continue
            }
            if missing & core.bit(slot) == 0 {
                core.slots[slot].statistics.duplicated += 1
                continue
            }
            // what was not asked of this one is another's answer under its id
            guard !answersSelection || values.present.rawValue == masks[slot] else {
                core.slots[slot].statistics.corrupt += 1
                continue
            }
            if take(values, slot) { missing &= ~core.bit(slot) }
        }
        for slot in 0..<core.count where missing & core.bit(slot) != 0 {
            core.slots[slot].noteLoss()
            if parser.checksumFailures > before { core.slots[slot].statistics.corrupt += 1 }
        }
        return missing
    }

    /// Whose answer it is; without an id it can only be that of the one on the cable.
    private func owner(_ values: VescValues, _ asked: UInt16) -> Int? {
        if values.present.contains(.controllerID) { return slot(controller: values.controllerID) }
        for slot in 0..<core.count where core.slots[slot].id == 0 { return slot }
        return nil
    }

    /// Keeps what came; false if it lacks what is needed, or its position cannot be.
    func take(_ values: VescValues, _ slot: Int) -> Bool {
        let conversion = core.slots[slot].conversion
        let turns: Double
        if conversion.isContinuous {
            guard values.present.contains([.electricalSpeed, .tachometer]) else { return false }
            turns = Double(values.tachometer) / (6 * conversion.polePairs)
        } else {
            guard values.present.contains([.electricalSpeed, .position]) else { return false }
            turns = nearestTurn(values.position / 360, conversion)
        }
        guard core.slots[slot].take(turns: turns, at: core.arrival) else {
            core.slots[slot].statistics.corrupt += 1
            return false
        }
        core.slots[slot].statistics.received += 1
        let turnsPerSecond = values.electricalSpeed / 60 / conversion.polePairs
        core.slots[slot].seen.velocity = conversion.velocity(turnsPerSecond: turnsPerSecond)
        core.slots[slot].seen.moving = abs(turnsPerSecond) > 0.02
        if values.present.contains(.motorCurrent) {
            core.slots[slot].seen.current = values.motorCurrent
            core.slots[slot].seen.effort = conversion.effort(current: values.motorCurrent)
        }
        takeCondition(values, slot)
        return true
    }

    private func takeCondition(_ values: VescValues, _ slot: Int) {
        // the next one in the round, once this one has come
        if !values.present.isDisjoint(with: Self.slow(core.slots[slot].slowTurn)) { core.slots[slot].slowTurn += 1 }
        if values.present.contains(.supplyVoltage) { core.slots[slot].seen.voltage = values.supplyVoltage }
        if values.present.contains(.transistorTemperature) {
            core.slots[slot].stageTemperature = values.transistorTemperature
        }
        if values.present.contains(.motorTemperature) { core.slots[slot].motorTemperature = values.motorTemperature }
        // a motor without a sensor says nonsense far below freezing
        core.slots[slot].seen.temperature = max(core.slots[slot].stageTemperature, core.slots[slot].motorTemperature)
        var faults = core.slots[slot].seen.faults
        if values.present.contains(.fault) { faults = faults & 0xFF00 | UInt16(values.fault) }
        if values.present.contains(.status) {
            // one that nobody drives is always past its time
            let status = state == .armed ? values.status & 3 : values.status & 2
            faults = faults & 0xFF | UInt16(status) << 8
        }
        core.slots[slot].seen.faults = faults
        core.slots[slot].seen.torqueOn = state == .armed && faults == 0 && !core.slots[slot].hasJumped
    }

    /// An encoder says where it is within a turn: the turn that puts the joint nearest to the middle of its range.
    private func nearestTurn(_ turns: Double, _ conversion: DriveConversion) -> Double {
        let middle = conversion.turns(radians: (conversion.lower + conversion.upper) / 2)
        return turns + (middle - turns).rounded()
    }
}
