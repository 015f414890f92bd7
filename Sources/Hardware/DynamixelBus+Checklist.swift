internal import RobotModel
internal import ServoProtocols

/// The arming checklist of a DYNAMIXEL: every register that could make `arm` move its joint.
extension DynamixelBus {
    private static var names: (String, String) { ("minimum position limit", "maximum position limit") }

    /// All that arming depends on, as it is now; nil without an answer.
    func readSetUp(_ slot: Int, tries: Int) throws(BusError) -> DynamixelSetUp? {
        guard
            let lasting = try readRegisters(
                slot: slot, address: DynamixelSetUp.lastingAddress, count: DynamixelSetUp.lastingCount, tries: tries),
            let fresh = try readRegisters(
                slot: slot, address: DynamixelSetUp.freshAddress, count: DynamixelSetUp.freshCount, tries: tries)
        else { return nil }
        return DynamixelSetUp(lasting: lasting, fresh: fresh)
    }

    /// What keeps the joint from being armed, and what a person should know before.
    func findings(_ slot: Int, _ setUp: DynamixelSetUp) -> [HardwareProblem] {
        var list = ArmingChecklist(joints[slot], configuration)
        driveMode(&list, setUp)
        list.add(modeProblem(slot, setUp.mode))
        secondaryID(&list, slot, setUp)
        if list.calibrated(homingOffset: setUp.homingOffset) { place(&list, slot, setUp) }
        speed(&list, slot, setUp)
        strength(&list, slot, setUp)
        if setUp.isWritePending { list.pendingWrite() }
        list.condition(volts: setUp.state.voltage, celsius: setUp.state.temperature, safety)
        // a tripped watchdog is no finding: arming clears it
        for words in DynamixelFaults(rawValue: setUp.hardwareError).words {
            list.add(
                .fault, "its servo has latched an error: \(words)",
                "Hold the joint, then run \(commandLine(slot, "reboot", "--yes")).")
        }
        return list.findings
    }

    private func driveMode(_ list: inout ArmingChecklist, _ setUp: DynamixelSetUp) {
        let drive = setUp.driveMode
        func cleared(_ bit: UInt8) -> String { list.write("drive mode", Int(drive & ~bit)) + " clears that." }
        if drive & 0x08 != 0 {
            list.add(.wrongMode, "its drive mode switches torque on whenever a goal is written", cleared(0x08))
        }
        if drive & 0x02 != 0 {
            list.add(
                .wrongMode, "its drive mode makes it the slave of a dual joint: it follows another motor, not its goal",
                cleared(0x02))
        }
        if drive & 0x04 != 0, !list.joint.isContinuous {
            list.add(
                .wrongMode, "its drive mode takes profiles as times: it does not keep to max_velocity by itself",
                cleared(0x04), severity: .warning)
        }
        if drive & 0x01 != 0 {
            list.add(
                .wrongMode, "its drive mode counts backwards",
                "If `direction` of this joint was not set up for that, " + cleared(0x01), severity: .warning)
        }
        if setUp.startUp & 0x01 != 0 {
            list.add(
                .wrongMode, "it switches torque on by itself when power comes on",
                list.write("startup configuration", Int(setUp.startUp & ~0x01)) + " clears that.", severity: .warning)
        }
    }

    private func modeProblem(_ slot: Int, _ mode: UInt8) -> HardwareProblem? {
        let joint = joints[slot]
        let known = DynamixelMode(rawValue: mode)
        let wanted: [DynamixelMode]
        if joint.isContinuous {
            wanted = [.velocity]
        } else if joint.gear == 1 {
            wanted = [.position, .extendedPosition, .currentBasedPosition]
        } else {
            wanted = [.extendedPosition, .currentBasedPosition]
        }
        if let known, wanted.contains(known) { return nil }
        let name = known.map(\.name) ?? "an unknown one"
        let kind = joint.isContinuous ? "a wheel" : joint.gear == 1 ? "this joint" : "a geared joint"
        return problem(
            .wrongMode, slot,
            "its servo is in operating mode \(mode) (\(name)), and \(kind) needs \(wanted[0].rawValue) "
                + "(\(wanted[0].name))",
            commandLine(slot, "write", "'operating mode' \(wanted[0].rawValue)") + " sets it.")
    }

    /// A device obeys what is written to its second id too, in silence.
    private func secondaryID(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: DynamixelSetUp) {
        guard setUp.secondaryID != joints[slot].id,
            let other = joints.first(where: { $0.id == setUp.secondaryID })
        else { return }
        list.add(
            .secondaryID,
            "its secondary id is \(setUp.secondaryID), which is joint “\(other.name)”: it would follow that joint's goals",
            list.write("secondary id", 255) + " clears that.")
    }

    private func place(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: DynamixelSetUp) {
        guard !joints[slot].isContinuous, DynamixelMode(rawValue: setUp.mode)?.followsPosition == true else { return }
        let conversion = slots[slot].conversion
        let state = setUp.state
        if setUp.isBounded {
            let turn = DynamixelModel.countsPerTurn
            guard (0..<turn).contains(state.position) else {
                return list.beyondTurn(
                    state.position, counts: turn, way: "run " + commandLine(slot, "reboot", "--yes"))
            }
            let needed = conversion.limitCounts
            list.servoLimits(present: state.position, setUp.lowest, setUp.highest, needed: needed, names: Self.names)
            list.reach(setUp.lowest, setUp.highest, needed: needed, names: Self.names)
        }
        list.place(
            conversion.radians(counts: state.position), turn: setUp.isBounded ? nil : conversion.turn)
        list.calibratedRange(present: state.position, radiansPerCount: conversion.radiansPerCount)
        list.stillness(conversion.velocity(counts: state.velocity))
    }

    private func speed(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: DynamixelSetUp) {
        guard joints[slot].isContinuous, slots[slot].conversion.profileVelocity > setUp.velocityLimit else { return }
        let most = abs(slots[slot].conversion.velocity(counts: setUp.velocityLimit))
        list.add(
            .limits, "its servo is limited to \((most * 100).rounded() / 100) rad/s, less than max_velocity",
            "Raise its “velocity limit” with `foresight motor write`, or lower max_velocity.", severity: .warning)
    }

    private func strength(_ list: inout ArmingChecklist, _ slot: Int, _ setUp: DynamixelSetUp) {
        if setUp.pwmLimit == 0 {
            list.holdsNothing("its PWM limit is 0", list.write("PWM limit", 885) + " sets the usual one.")
        }
        let measuresCurrent = slots[slot].conversion.currentUnit > 0
        if measuresCurrent, setUp.currentLimit == 0 {
            list.holdsNothing(
                "its current limit is 0",
                list.write("current limit", usualCurrentLimit(slot)) + " sets the usual one.")
        }
        if !joints[slot].isContinuous, setUp.positionGain == 0 {
            list.holdsNothing(
                "the P gain of its position control is 0", list.write("position P gain", 800) + " sets the usual one.")
        }
    }

    /// As its model is delivered.
    private func usualCurrentLimit(_ slot: Int) -> Int {
        (DynamixelModel.named(joints[slot].servo) ?? DynamixelModel.known[0]).currentLimit
    }

    /// Another motor than the one that was checked.
    private func changed(_ slot: Int, _ setUp: DynamixelSetUp) -> [HardwareProblem] {
        var list = ArmingChecklist(joints[slot], configuration)
        list.sameModel(setUp.model, checked: slots[slot].facts.model)
        return list.findings
    }

    /// Everything of every device afresh, all in order; nothing has been written yet. Waits a little for joints to rest.
    func examine() throws(BusError) -> [DynamixelSetUp] {
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
