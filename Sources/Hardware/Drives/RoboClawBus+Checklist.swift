internal import RobotModel
internal import ServoProtocols

/// The arming checklist of a RoboClaw's motor: every setting that could make `arm` move its joint.
///
/// A device cuts position goals to its own limits, which are both 0 as delivered: told to hold still it would run there.
extension RoboClawBus {
    private static var names: (String, String) { ("Min Pos", "Max Pos") }
    private static var program: String { "Basicmicro Motion Studio (Position Settings)" }

    func findings(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        var list = core.checklist(slot)
        let seen = core.slots[slot].seen
        if !list.joint.isContinuous {
            list.place(seen.position)
            list.stillness(seen.velocity, bound: ArmingChecklist.driveStillness)
            try positionControl(&list, slot)
        }
        for problem in faultProblems(slot) { list.add(problem) }
        list.condition(volts: seen.voltage, celsius: seen.temperature, core.safety)
        return list.findings
    }

    private func positionControl(_ list: inout ArmingChecklist, _ slot: Int) throws(BusError) {
        let command: RoboClawCommand = motor(slot) == 2 ? .positionPID2 : .positionPID1
        guard let settings = try read(command, address(slot)), let gain = settings.long(at: 0),
            let lowest = settings.signedLong(at: 20), let highest = settings.signedLong(at: 24)
        else {
            return list.add(
                .garbledReplies, "its RoboClaw does not tell its position settings (command \(command.rawValue))",
                "Check its cable, or update its firmware with Motion Studio.")
        }
        if gain == 0 {
            list.holdsNothing("the P gain of its position control is 0", "Tune it with \(Self.program).")
        }
        let here = Int(positionGoal(slot, radians: core.slots[slot].seen.position).counts)
        let ends = [list.joint.lower, list.joint.upper].map { Int(positionGoal(slot, radians: $0).counts) }
        let needed = min(ends[0], ends[1])...max(ends[0], ends[1])
        list.servoLimits(
            present: here, lowest, highest, needed: needed, names: Self.names, program: Self.program)
        list.reach(lowest, highest, needed: needed, names: Self.names, program: Self.program)
    }

    /// Every device afresh; nothing has been written yet.
    func examine() throws(BusError) {
        try ArmingChecklist.untilAtRest { () throws(BusError) -> [HardwareProblem] in
            for board in 0..<boardCount { try readPresent(board) }
            guard core.checksBeforeArming else { return [] }
            var found: [HardwareProblem] = []
            for slot in 0..<core.count { found += try findings(slot) }
            core.problems = found
            return found
        }
    }
}
