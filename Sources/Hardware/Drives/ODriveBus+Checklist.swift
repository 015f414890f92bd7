internal import RobotModel
internal import ServoProtocols

/// The arming checklist of an ODrive's axis: every setting that could make `arm` move its joint.
///
/// What arming itself sets needs no check: control and input mode, watchdog, set-points and the old speed and torque that
/// are added to them.
extension ODriveBus {
    func findings(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        var list = core.checklist(slot)
        try readPosition(slot)
        let seen = core.slots[slot].seen
        if !list.joint.isContinuous {
            list.place(seen.position, turn: core.slots[slot].conversion.turn)
            list.stillness(seen.velocity, bound: ArmingChecklist.driveStillness)
        }
        try modes(&list, slot)
        try strength(&list, slot)
        for problem in faultProblems(slot) { list.add(problem) }
        list.condition(volts: seen.voltage, celsius: seen.temperature, core.safety)
        return list.findings
    }

    /// Whether a yes-or-no property says yes; nil where this firmware has none. Boards say it in two ways.
    private func flag(_ property: ODriveProperty, _ slot: Int) throws(BusError) -> Bool? {
        guard let reply = try known(property, slot) else { return nil }
        return reply == "True" || reply == "1"
    }

    /// A property's value; nil where this firmware has no such property.
    ///
    /// - Throws: `BusError.problems` for any other complaint: what is not known must not pass for harmless.
    private func known(_ property: ODriveProperty, _ slot: Int) throws(BusError) -> ODriveReply? {
        let bit: UInt32 = 1 << UInt32(property.rawValue)
        guard unknownProperties & bit == 0 else { return nil }
        var complaint: ODriveComplaint?
        for _ in 0..<5 {
            guard let reply = try ask(property, axis: axis(slot)) else { continue }
            complaint = reply.complaint
            if complaint == nil { return reply }
            if complaint == .invalidProperty {
                unknownProperties |= bit
                return nil
            }
        }
        guard let complaint else { throw core.noAnswer(slot, doing: "its settings were read") }
        let name = property.name(axis: axis(slot))
        throw .problems([
            core.problem(
                .garbledReplies, slot, "asked for \(name) it says “\(complaint.text)”",
                "Check its cable, and whether `r \(name)` is answered in a terminal on its port.")
        ])
    }

    private func setting(_ property: ODriveProperty, _ slot: Int, _ value: String) -> String {
        "Set \(property.name(axis: axis(slot))) to \(value) with odrivetool and save the configuration."
    }

    private func modes(_ list: inout ArmingChecklist, _ slot: Int) throws(BusError) {
        if let other = try known(.loadEncoderAxis, slot)?.integer, other != UInt32(axis(slot)) {
            list.add(
                .wrongMode,
                "its position is controlled by the encoder of axis \(other): it would run away from its goal",
                setting(.loadEncoderAxis, slot, "\(axis(slot))"))
        }
        if try flag(.sensorless, slot) == true {
            list.add(
                .wrongMode, "it works without its encoder, and spins its motor up when it is switched on",
                setting(.sensorless, slot, "False"))
        }
        if try flag(.stepDirection, slot) == true {
            list.add(
                .wrongMode, "pulses on its step pin move its goal, whatever is asked here",
                setting(.stepDirection, slot, "False"))
        }
        if !list.joint.isContinuous, try flag(.circularSetpoints, slot) == true {
            list.add(
                .wrongMode, "its positions wrap after a turn: it goes to a goal the shorter way round",
                setting(.circularSetpoints, slot, "False"))
        }
        if try flag(.startsInClosedLoop, slot) == true {
            list.add(
                .wrongMode, "it switches torque on by itself when power comes on",
                setting(.startsInClosedLoop, slot, "False"), severity: .warning)
        }
    }

    private func strength(_ list: inout ArmingChecklist, _ slot: Int) throws(BusError) {
        for (property, what) in [(ODriveProperty.encoderReady, "encoder"), (.motorCalibrated, "motor")]
        where try flag(property, slot) == false {
            list.add(
                .calibration, "its \(what) is not calibrated since power came on",
                "Run its calibration with odrivetool (requested_state 3), or make it keep the last one (pre_calibrated)."
            )
        }
        if let limit = try known(.velocityLimit, slot)?.number, limit <= 0 {
            list.holdsNothing("its speed limit is 0", setting(.velocityLimit, slot, "what max_velocity needs"))
        }
        if !list.joint.isContinuous, let gain = try known(.positionGain, slot)?.number, gain <= 0 {
            list.holdsNothing("its position gain is 0", setting(.positionGain, slot, "20"))
        }
        if let gain = try known(.velocityGain, slot)?.number, gain <= 0 {
            list.holdsNothing("its velocity gain is 0", setting(.velocityGain, slot, "0.16"))
        }
    }

    /// Every axis afresh; nothing has been written yet but what clears a watchdog.
    func examine() throws(BusError) {
        guard core.checksBeforeArming else {
            for slot in 0..<core.count { try readPosition(slot) }
            return
        }
        try ArmingChecklist.untilAtRest { () throws(BusError) -> [HardwareProblem] in
            var found: [HardwareProblem] = []
            for slot in 0..<core.count { found += try findings(slot) }
            core.problems = found
            return found
        }
    }
}
