internal import RobotModel
internal import ServoProtocols

/// The arming checklist of a Feetech servo: every register that could make `arm` move its joint.
extension FeetechBus {
    private static var names: (String, String) { ("minimum position", "maximum position") }

    /// All that arming depends on, as it is now; nil without an answer.
    func readSetUp(_ slot: Int, tries: Int) throws(BusError) -> FeetechSetUp? {
        guard
            let lasting = try readRegisters(
                slot: slot, address: FeetechSetUp.lastingAddress, count: FeetechSetUp.lastingCount, tries: tries),
            let fresh = try readRegisters(
                slot: slot, address: FeetechSetUp.freshAddress, count: FeetechSetUp.freshCount, tries: tries)
        else { return nil }
        return FeetechSetUp(lasting: lasting, fresh: fresh)
    }

    /// What keeps the joint from being armed, and what a person should know before.
    func findings(_ slot: Int, _ setUp: FeetechSetUp) -> [HardwareProblem] {
        var list = ArmingChecklist(joints[slot], configuration)
        if list.calibrated(homingOffset: setUp.homingOffset) {
            mode(&list, setUp)
            // where it stands means something only in position mode
            if list.findings.errors.isEmpty { place(&list, slot, setUp) }
        }
        strength(&list, slot, setUp)
        if setUp.isWritePending { list.pendingWrite() }
        list.condition(volts: setUp.state.voltage, celsius: setUp.state.temperature, safety)
        for words in FeetechFaults(rawValue: setUp.state.faults).words {
            list.add(
                .fault, "its servo reports: \(words)", "Remove the cause, then switch its power off and on.")
        }
        return list.findings
    }

    private func mode(_ list: inout ArmingChecklist, _ setUp: FeetechSetUp) {
        if setUp.mode != 0 {
            list.add(
                .wrongMode, "its servo is in operating mode \(setUp.mode), not in position mode (0)",
                list.write("operating mode", 0) + " sets it.")
        }
        if setUp.driveIsReversed != setUp.encoderIsReversed {
            list.add(
                .wrongMode,
                "its servo's phase \(setUp.phase) turns motor and encoder opposite ways: it would run away from its goal",
                list.write("phase", Int(setUp.phase & ~0x81)) + " sets both the usual way.")
        } else if setUp.encoderIsReversed {
            list.add(
                .wrongMode, "its servo counts backwards (phase \(setUp.phase))",
                "If `direction` of this joint was not set up for that, "
                    + list.write("phase", Int(setUp.phase & ~0x81)) + " sets the usual way.", severity: .warning)
        }
        if !setUp.hasFineSpeed {
            list.add(
                .wrongMode,
                "its servo's phase \(setUp.phase) makes fifty counts a second the unit of speeds (bit 2 is clear): told to keep "
                    + "to max_velocity it would go fifty times as fast",
                list.write("phase", Int(setUp.phase | 0x04)) + " sets the usual unit.")
        }
        if let usual = FeetechModel.numbered(setUp.model)?.phase, (setUp.phase ^ usual) & 0x02 != 0 {
            list.add(
                .wrongMode,
                "its servo's phase \(setUp.phase) is for another kind of motor (bit 1): it would not hold the joint",
                list.write("phase", Int(setUp.phase ^ 0x02)) + " sets the usual one; then switch its power off and on.")
        }
        guard setUp.countsTurns else { return }
        let bit = setUp.phase & 0x10 != 0
        list.add(
            .wrongMode,
            "its servo counts whole turns (\(bit ? "phase \(setUp.phase)" : "both its limits are 0")), and "
                + "forgets them without power",
            (bit ? list.write("phase", Int(setUp.phase & ~0x10)) : list.write("maximum position", 4095))
                + " sets one turn.")
    }

    private func place(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: FeetechSetUp) {
        let conversion = slots[slot].conversion
        let present = setUp.state.position
        guard (0..<conversion.countsPerTurn).contains(present) else {
            return list.beyondTurn(
                present, counts: conversion.countsPerTurn, way: "switch its power off and on")
        }
        let needed = conversion.limitCounts
        list.servoLimits(present: present, setUp.lowest, setUp.highest, needed: needed, names: Self.names)
        list.place(conversion.radians(counts: present))
        list.calibratedRange(present: present, radiansPerCount: conversion.radiansPerCount)
        list.stillness(conversion.velocity(countsPerSecond: setUp.state.speed))
        // a calibrated servo keeps the range that a hand found
        if let known = joints[slot].calibration, known.minimum == setUp.lowest, known.maximum == setUp.highest {
            return
        }
        list.reach(setUp.lowest, setUp.highest, needed: needed, names: Self.names)
    }

    private func strength(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: FeetechSetUp) {
        if setUp.proportionalGain == 0 {
            list.holdsNothing(
                "the P gain of its position control is 0", list.write("position P gain", 32) + " sets the usual one.")
        }
        if setUp.startForce > 200 {
            list.add(
                .holding, "its minimum start force is \(setUp.startForce / 10) %: it would jerk about its goal",
                list.write("minimum start force", 16) + " sets the usual one.")
        }
        // where the motor is known, arming sets the limit itself
        if setUp.torqueLimit == 0, slots[slot].conversion.resistance == 0 {
            list.holdsNothing(
                "its torque limit is 0",
                configuration.motorCommand("write", "\(joints[slot].id)", "'torque limit' 1000") + " sets it.")
        }
    }

    /// Another motor than the one that was checked.
    private func changed(_ slot: Int, _ setUp: FeetechSetUp) -> [HardwareProblem] {
        var list = ArmingChecklist(joints[slot], configuration)
        list.sameModel(setUp.model, checked: slots[slot].facts.model)
        return list.findings
    }

    /// Everything of every servo afresh, all in order; nothing has been written yet. Waits a little for joints to rest.
    func examine() throws(BusError) -> [FeetechSetUp] {
        try ArmingChecklist.examine(count, checks: checksBeforeArming) { slot throws(BusError) in
            guard let setUp = try readSetUp(slot, tries: 5) else {
                throw noAnswer(slot, doing: "its settings were read")
            }
            slots[slot].adopt(setUp)
            return (setUp, changed(slot, setUp) + findings(slot, setUp))
        } note: {
            problems = problems.lasting + $0
        }
    }
}
