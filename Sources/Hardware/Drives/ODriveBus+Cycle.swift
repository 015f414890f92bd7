internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

extension ODriveBus {
    @discardableResult
    public func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) -> Int {
        core.cycle += 1
        try finishSlow(deadlineNanoseconds)
        let left = deadlineNanoseconds - cplatform_monotonic_nanoseconds()
        // errors must be seen, however slow the line
        let asked = core.slowDebt >= DriveCore.largestSlowDebt ? 0 : whoFits(left)
        let hasTime = asked == 0 || fits(axes: asked.nonzeroBitCount, slow: true, left)
        core.slowDebt = hasTime ? 0 : core.slowDebt + 1
        var missing: UInt16 = 0
        if try !ask(asked, slow: hasTime ? nextSlow() : nil, deadlineNanoseconds) {
            missing = asked
            let left = deadlineNanoseconds - cplatform_monotonic_nanoseconds()
            if asked != 0, fits(axes: asked.nonzeroBitCount, slow: false, left) {
                for slot in 0..<core.count where asked & core.bit(slot) != 0 {
                    core.slots[slot].statistics.retried += 1
                }
                if try ask(asked, slow: nil, deadlineNanoseconds) { missing = 0 }
            }
        }
        core.publish(asked: asked, missing: missing, into: &observations)
        renewHalt()
        return missing.nonzeroBitCount
    }

    public func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        try core.admit(goals, velocities)
        let now = cplatform_monotonic_nanoseconds()
        text.clear()
        let room = core.room(until: deadlineNanoseconds)
        let first = core.firstWritten
        for step in 0..<core.count where step == 0 || text.count + Self.goalRequest <= room {
            let slot = (first + step) % core.count
            appendGoal(slot, goals, velocities, at: now)
            core.firstWritten = (slot + 1) % core.count
        }
        try text.withBytes { bytes throws(BusError) in
            try core.send(bytes, deadlineNanoseconds: deadlineNanoseconds)
        }
    }

    public func halt(deadlineNanoseconds: Int64) throws(BusError) {
        renewHalt()
        try core.halt(deadlineNanoseconds)
    }

    /// Wheels: speed zero; joints: goal := where each was measured last.
    ///
    /// Firmware 0.5 sets the control mode by the command itself, and keeps the speed and torque that a line does not name: each
    /// line names them all, so that it stops an axis in whatever mode that is.
    private func renewHalt() {
        core.renewHalt { slot, bytes in
            text.clear()
            if core.slots[slot].conversion.isContinuous {
                text.appendVelocity(axis: axis(slot), turnsPerSecond: 0, torque: 0)
            } else {
                text.appendPosition(
                    axis: axis(slot), turns: core.slots[slot].turns(radians: core.stop(slot)), velocity: 0, torque: 0)
            }
            text.withBytes { bytes.append($0) }
        }
    }

    private func appendGoal(_ slot: Int, _ goals: JointValues, _ velocities: JointValues, at now: Int64) {
        let index = core.slots[slot].index
        let conversion = core.slots[slot].conversion
        let limit = conversion.maximumVelocity
        if conversion.isContinuous {
            let speed = core.slots[slot].speed(goal: goals[index], velocity: velocities[index], at: now)
            text.appendVelocity(axis: axis(slot), turnsPerSecond: conversion.turnsPerSecond(velocity: speed))
        } else {
            let goal = core.slots[slot].position(goal: goals[index])
            let speed = max(-limit, min(limit, velocities[index]))
            text.appendPosition(
                axis: axis(slot), turns: core.slots[slot].turns(radians: goal),
                velocity: conversion.turnsPerSecond(velocity: speed))
        }
    }

    // MARK: Asking

    /// Whether an exchange with so many positions ends within `left` nanoseconds.
    private func fits(axes: Int, slow: Bool, _ left: Int64) -> Bool {
        let requests = axes * Self.feedbackRequest + Self.markRequest + (slow ? 45 : 0)
        let answers = axes * Self.feedbackReply + Self.markReply + (slow ? 15 : 0)
        return duration(requestBytes: requests, replyBytes: answers) < left
    }

    /// Both axes, or one after the other where the line is too slow for both in a cycle.
    private func whoFits(_ left: Int64) -> UInt16 {
        guard core.count > 1, !fits(axes: core.count, slow: false, left) else { return core.everyone }
        favoured = (favoured + 1) % core.count
        return core.bit(favoured)
    }

    /// The next slow value in the round, and whose: errors and currents most often, temperatures least.
    private func nextSlow() -> (property: ODriveProperty, slot: Int)? {
        guard core.count > 0 else { return nil }
        for _ in 0..<8 {
            let place = turn
            turn = (turn + 1) % (8 * core.count)
            let property: ODriveProperty =
                switch place / core.count {
                case 0, 4: .axisError
                case 1, 3, 5: .torqueCurrent
                case 2: .currentState
                case 6: .busVoltage
                default: .transistorTemperature
                }
            if unknownProperties & 1 << UInt32(property.rawValue) == 0 { return (property, place % core.count) }
        }
        return nil
    }

    /// One exchange: each axis's position, with a slow value after the first, so that no two alike follow each other.
    private func ask(
        _ asked: UInt16, slow: (property: ODriveProperty, slot: Int)?, _ deadline: Int64
    ) throws(BusError) -> Bool {
        text.clear()
        var lines = 0
        var slowLine = -1
        for slot in 0..<core.count where asked & core.bit(slot) != 0 {
            core.slots[slot].statistics.sent += 1
            text.appendFeedback(axis: axis(slot))
            lines += 1
            if let slow, slowLine < 0 {
                text.appendRead(slow.property, axis: axis(slow.slot))
                slowLine = lines
                lines += 1
            }
        }
        if let slow, slowLine < 0 {
            text.appendRead(slow.property, axis: axis(slow.slot))
            slowLine = 0
            lines = 1
        }
        let limit = duration(
            requestBytes: text.count + Self.markRequest, replyBytes: lines * Self.feedbackReply + Self.markReply)
        let until = min(deadline, cplatform_monotonic_nanoseconds() + limit + DriveCore.slack)
        let before = parser.checksumFailures
        guard try exchange(expecting: lines, deadlineNanoseconds: until), take(asked, slowLine: slowLine) else {
            // a long name takes longer than a cycle on a slow line: its answer is waited for in the next one
            if asked == 0 { awaited = slow }
            let spoiled = parser.checksumFailures > before
            for slot in 0..<core.count where asked & core.bit(slot) != 0 {
                core.slots[slot].noteLoss()
                if spoiled { core.slots[slot].statistics.corrupt += 1 }
            }
            return false
        }
        if let slow, slowLine >= 0, let reply = replies[slowLine] { keep(reply, slow.property, slow.slot) }
        return true
    }

    /// What was asked for in the last cycle and has not come yet.
    private func finishSlow(_ deadline: Int64) throws(BusError) {
        guard let slow = awaited else { return }
        awaited = nil
        let until = min(deadline, cplatform_monotonic_nanoseconds() + DriveCore.slack)
        if try collect(expecting: 1, deadlineNanoseconds: until), let reply = replies[0] {
            keep(reply, slow.property, slow.slot)
        }
    }

    /// Takes positions and speeds out of the replies; false if one of them is no such thing or cannot be.
    private func take(_ asked: UInt16, slowLine: Int) -> Bool {
        let now = core.arrival
        var line = 0
        var good = true
        for slot in 0..<core.count where asked & core.bit(slot) != 0 {
            if line == slowLine { line += 1 }
            let pair = line < 4 ? replies[line]?.pair : nil
            line += 1
            guard let pair else { return false }
            guard core.slots[slot].take(turns: pair.0, at: now) else {
                core.slots[slot].statistics.corrupt += 1
                good = false
                continue
            }
            core.slots[slot].seen.velocity = core.slots[slot].conversion.velocity(turnsPerSecond: pair.1)
            core.slots[slot].seen.moving = abs(pair.1) > 0.02
            core.slots[slot].statistics.received += 1
        }
        return good
    }

    /// Keeps a slow value; what is no number changes nothing.
    func keep(_ reply: ODriveReply, _ property: ODriveProperty, _ slot: Int) {
        if reply.complaint == .invalidProperty { unknownProperties |= 1 << UInt32(property.rawValue) }
        switch property {
        case .axisError:
            guard let bits = reply.integer else { return }
            core.slots[slot].seen.faults = ODriveFaults(rawValue: bits).compact
        case .currentState:
            guard let number = reply.integer else { return }
            core.slots[slot].seen.torqueOn = Int(number) == ODriveState.closedLoop.rawValue
        case .torqueCurrent:
            guard let amperes = reply.number else { return }
            core.slots[slot].seen.current = amperes
            core.slots[slot].seen.effort = core.slots[slot].conversion.effort(current: amperes)
        case .busVoltage:
            guard let volts = reply.number else { return }
            for slot in 0..<core.count { core.slots[slot].seen.voltage = volts }
        case .transistorTemperature:
            guard let degrees = reply.number else { return }
            core.slots[slot].seen.temperature = degrees
        default: break
        }
    }
}
