internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

extension RoboClawBus {
    @discardableResult
    public func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) -> Int {
        core.cycle += 1
        // errors must be seen, however slow the line
        let slowFirst = core.slowDebt >= DriveCore.largestSlowDebt
        var asked: UInt16 = 0
        let missing = try slowFirst ? 0 : askPositions(&asked, deadlineNanoseconds)
        if missing == 0 { try askSlow(deadlineNanoseconds, patient: slowFirst) }
        core.publish(asked: asked, missing: missing, into: &observations)
        renewHalt()
        return missing.nonzeroBitCount
    }

    /// As many devices as there is time for, in turns; returns whose joints did not answer.
    private func askPositions(_ asked: inout UInt16, _ deadline: Int64) throws(BusError) -> UInt16 {
        var missing: UInt16 = 0
        var retried = false
        let first = favoured
        for step in 0..<boardCount {
            let board = (first + step) % boardCount
            // who has no time left in this cycle is the first in the next
            guard fits(.encoders, deadline) || step == 0 else { break }
            favoured = (board + 1) % boardCount
            asked |= members(board)
            note(board) { $0.sent += 1 }
            var good = try askEncoders(board, deadline)
            if !good, !retried, fits(.encoders, deadline) {
                retried = true
                note(board) { $0.retried += 1 }
                good = try askEncoders(board, deadline)
            }
            if !good { missing |= members(board) }
        }
        return missing
    }

    public func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        try core.admit(goals, velocities)
        let now = cplatform_monotonic_nanoseconds()
        frame.clear()
        let room = core.room(until: deadlineNanoseconds)
        let start = core.firstWritten
        for step in 0..<core.count {
            let slot = (start + step) % core.count
            let length = frame.count
            let next = appendGoals(slot, goals, velocities, now)
            guard step == 0 || frame.count <= room else {
                // no time for this one: it is the first in the next cycle
                frame.truncate(length)
                break
            }
            core.firstWritten = next
        }
        // the acknowledgements are thrown away before the next question: nothing waits for them here
        try sendFrame(deadlineNanoseconds)
    }

    public func halt(deadlineNanoseconds: Int64) throws(BusError) {
        renewHalt()
        try core.halt(deadlineNanoseconds)
    }

    /// Wheels: speed zero; joints: goal := where each was measured last.
    private func renewHalt() {
        core.renewHalt { slot, bytes in
            frame.clear()
            if core.slots[slot].conversion.isContinuous {
                frame.appendSpeed(address: address(slot), motor: motor(slot), countsPerSecond: 0)
            } else {
                appendPosition(slot, radians: core.stop(slot))
            }
            frame.withBytes { bytes.append($0) }
        }
    }

    private func appendPosition(_ slot: Int, radians: Double) {
        let goal = positionGoal(slot, radians: radians)
        frame.appendPosition(
            address: address(slot), motor: motor(slot), counts: goal.counts, countsPerSecond: goal.countsPerSecond)
    }

    /// The goal of a joint, and with it that of the other wheel of its device, if there is one.
    ///
    /// - Returns: the joint behind; for the second of two wheels nothing is to be done any more.
    private func appendGoals(
        _ slot: Int, _ goals: JointValues, _ velocities: JointValues, _ now: Int64
    ) -> Int {
        let next = (slot + 1) % core.count
        for board in 0..<boardCount {
            let (first, second) = (boards[board].first, boards[board].second)
            guard slot == first || slot == second else { continue }
            guard first >= 0, second >= 0, core.slots[first].conversion.isContinuous,
                core.slots[second].conversion.isContinuous
            else { break }
            if slot == min(first, second) {
                frame.appendSpeeds(
                    address: boards[board].address, speed(first, goals, velocities, now),
                    speed(second, goals, velocities, now))
            }
            return next
        }
        appendGoal(slot, goals, velocities, now)
        return next
    }

    private func appendGoal(_ slot: Int, _ goals: JointValues, _ velocities: JointValues, _ now: Int64) {
        guard !core.slots[slot].conversion.isContinuous else {
            frame.appendSpeed(
                address: address(slot), motor: motor(slot), countsPerSecond: speed(slot, goals, velocities, now))
            return
        }
        appendPosition(slot, radians: core.slots[slot].position(goal: goals[core.slots[slot].index]))
    }

    /// A position in counts, and the joint's top speed in counts per second.
    func positionGoal(_ slot: Int, radians: Double) -> (counts: Int32, countsPerSecond: UInt32) {
        let conversion = core.slots[slot].conversion
        let counts = core.slots[slot].turns(radians: radians) * conversion.countsPerTurn
        let fastest = abs(conversion.turnsPerSecond(velocity: conversion.maximumVelocity)) * conversion.countsPerTurn
        return (Self.whole(counts), UInt32(max(0, Self.whole(fastest))))
    }

    /// Counts per second.
    private func speed(_ slot: Int, _ goals: JointValues, _ velocities: JointValues, _ now: Int64) -> Int32 {
        let index = core.slots[slot].index
        let speed = core.slots[slot].speed(goal: goals[index], velocity: velocities[index], at: now)
        let conversion = core.slots[slot].conversion
        return Self.whole(conversion.turnsPerSecond(velocity: speed) * conversion.countsPerTurn)
    }

    private static func whole(_ value: Double) -> Int32 {
        guard value.isFinite else { return 0 }
        return Int32(max(-2e9, min(2e9, value.rounded())))
    }

    // MARK: Asking

    private func members(_ board: Int) -> UInt16 {
        var members: UInt16 = 0
        if boards[board].first >= 0 { members |= core.bit(boards[board].first) }
        if boards[board].second >= 0 { members |= core.bit(boards[board].second) }
        return members
    }

    private func note(_ board: Int, _ change: (inout ServoStatistics) -> Void) {
        for slot in 0..<core.count where members(board) & core.bit(slot) != 0 { change(&core.slots[slot].statistics) }
    }

    private func duration(_ command: RoboClawCommand) -> Int64 {
        core.wireNanoseconds(bytes: 2 + (command.replyCount ?? 0) + 2) + 500_000
    }

    private func fits(_ command: RoboClawCommand, _ deadline: Int64) -> Bool {
        cplatform_monotonic_nanoseconds() + duration(command) < deadline
    }

    private func askOnce(
        _ command: RoboClawCommand, _ board: Int, _ deadline: Int64
    ) throws(BusError) -> RoboClawReply? {
        let until = min(deadline, cplatform_monotonic_nanoseconds() + duration(command) + DriveCore.slack)
        return try ask(command, boards[board].address, until)
    }

    private func askEncoders(_ board: Int, _ deadline: Int64) throws(BusError) -> Bool {
        let junk = parser.junkBytes
        guard let reply = try askOnce(.encoders, board, deadline) else {
            let spoiled = parser.junkBytes + parser.pendingBytes > junk
            note(board) {
                $0.lost += 1
                if spoiled { $0.corrupt += 1 }
            }
            return false
        }
        let first = takeEncoder(reply, boards[board].first, at: 0)
        let second = takeEncoder(reply, boards[board].second, at: 4)
        return first && second
    }

    /// Keeps a position; false if it cannot be.
    func takeEncoder(_ reply: RoboClawReply, _ slot: Int, at place: Int) -> Bool {
        guard slot >= 0 else { return true }
        guard let counts = reply.signedLong(at: place) else { return false }
        let turns = Double(counts) / core.slots[slot].conversion.countsPerTurn
        guard core.slots[slot].take(turns: turns, at: core.arrival) else {
            core.slots[slot].statistics.corrupt += 1
            return false
        }
        core.slots[slot].statistics.received += 1
        return true
    }

    // MARK: Slow values

    /// Speeds in every other place of the round, the rest in turns; as many as there is time for.
    private func askSlow(_ deadline: Int64, patient: Bool) throws(BusError) {
        core.slowDebt += 1
        for step in 0..<boardCount {
            let board = (slowBoard + step) % boardCount
            let command: RoboClawCommand =
                switch boards[board].turn % 10 {
                case 1, 6: .errors
                case 2: .currents
                case 4: .getTimeout
                case 7: .mainVoltage
                case 9: .temperature
                default: .speeds
                }
            guard fits(command, deadline) || patient && step == 0 else { return }
            boards[board].turn += 1
            slowBoard = (board + 1) % boardCount
            core.slowDebt = 0
            guard let reply = try askOnce(command, board, deadline) else { return }
            keep(reply, command, board)
        }
    }

    func keep(_ reply: RoboClawReply, _ command: RoboClawCommand, _ board: Int) {
        keep(reply, command, slot: boards[board].first, motor: 1)
        keep(reply, command, slot: boards[board].second, motor: 2)
    }

    func keep(_ reply: RoboClawReply, _ command: RoboClawCommand, slot: Int, motor: Int) {
        guard slot >= 0 else { return }
        let conversion = core.slots[slot].conversion
        switch command {
        case .speeds:
            guard let counts = reply.signedLong(at: 4 * (motor - 1)) else { return }
            let turnsPerSecond = Double(counts) / conversion.countsPerTurn
            guard abs(conversion.velocity(turnsPerSecond: turnsPerSecond)) < 10 * conversion.maximumVelocity + 20 else {
                core.slots[slot].statistics.corrupt += 1
                return
            }
            core.slots[slot].seen.velocity = conversion.velocity(turnsPerSecond: turnsPerSecond)
            core.slots[slot].seen.moving = abs(turnsPerSecond) > 0.02
        case .currents:
            guard let hundredths = reply.signedWord(at: 2 * (motor - 1)) else { return }
            core.slots[slot].seen.current = Double(hundredths) / 100
            core.slots[slot].seen.effort = conversion.effort(current: Double(hundredths) / 100)
        case .errors:
            guard let bits = reply.long(at: 0) else { return }
            let mine = RoboClawFaults(rawValue: bits).subtracting(.otherMotor(than: motor))
            core.slots[slot].seen.faults = mine.errors
            core.slots[slot].seen.torqueOn = state == .armed && mine.errors == 0 && core.slots[slot].facts.torqueOn
        case .getTimeout:
            // it lost what arming set: it was restarted, and obeys nobody for sure
            core.slots[slot].facts.torqueOn = state == .armed && reply.byte(at: 0) == Self.timeoutTenths
            if !core.slots[slot].facts.torqueOn { core.slots[slot].seen.torqueOn = false }
        case .mainVoltage:
            if let tenths = reply.word(at: 0) { core.slots[slot].seen.voltage = Double(tenths) / 10 }
        case .temperature:
            if let tenths = reply.signedWord(at: 0) { core.slots[slot].seen.temperature = Double(tenths) / 10 }
        default: break
        }
    }
}
