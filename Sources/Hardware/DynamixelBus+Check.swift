internal import CPlatform
internal import RobotModel
internal import ServoProtocols

extension DynamixelBus {
    /// Asks every device of the configuration who it is and how it is; writes nothing.
    ///
    /// Without errors among the problems the bus is `disarmed` afterwards and may be armed, else `unchecked`. Takes about
    /// 20 ms for each device, and up to a tenth of a second for one that is silent. An armed bus is left alone.
    ///
    /// - Returns: what is wrong, in words; empty if nothing.
    /// - Throws: `BusError.notOpen`, or `serial` when the port hung up meanwhile.
    @discardableResult
    public func check() throws(BusError) -> [HardwareProblem] {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return problems }
        state = .unchecked
        fastMisses = 0
        returnDelayNanoseconds = 508_000
        var found: [HardwareProblem] = []
        for slot in 0..<count { found += try checkDevice(slot) }
        if count > 0, found.filter({ $0.kind == .missingServo }).count == count { found = [portSilent] }
        returnDelayNanoseconds = longestReturnDelay
        problems = found
        if !found.contains(where: { $0.severity == .error }) { state = .disarmed }
        return found
    }

    private var portSilent: HardwareProblem {
        let ids = joints.map { String($0.id) }.joined(separator: ", ")
        return HardwareProblem(
            kind: .portSilent, severity: .error, port: configuration.port,
            what: "no servo answers at \(configuration.baud) bits per second (asked ids \(ids))",
            advice: "Is the servos' power supply on, the bus cable plugged in, and the baud rate right? "
                + "DYNAMIXELs leave the factory at 57600.")
    }

    private var longestReturnDelay: Int64 {
        var longest: Int64 = 0
        for slot in 0..<count where slots[slot].facts.answered {
            longest = max(longest, slots[slot].facts.returnDelayNanoseconds)
        }
        return longest
    }

    // MARK: One device

    private func checkDevice(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        slots[slot].facts = ServoFacts()
        let presence = try findDevice(slot)
        guard presence.answered else {
            if presence.garbled { return [sharedID(slot, presence)] }
            return [
                problem(
                    .missingServo, slot, "its servo does not answer",
                    "Is it plugged into the chain and powered, and is \(joints[slot].id) really its id?")
            ]
        }
        slots[slot].facts.answered = true
        // whatever else such a device says may be another one's word
        if presence.answeredTwice || presence.garbled { return [sharedID(slot, presence)] }
        var found = checkModel(slot)
        guard
            let reply = try readRegisters(
                slot: slot, address: DynamixelState.address, count: DynamixelState.count, tries: 3),
            let state = DynamixelState(reply)
        else {
            found.append(
                problem(
                    .garbledReplies, slot, "it answers pings, but reads go without an answer",
                    "Its status return level may be 0: power it off and on, which sets it to 2 again."))
            return found
        }
        found += try checkSetUp(slot)
        found += try checkLimits(slot)
        found += try checkCondition(slot, state)
        return found
    }

    private struct Presence {
        var answered = false
        var answeredTwice = false
        /// Bytes came, and most of the time no good packet was among them.
        var garbled = false
    }

    /// Pings four times: two devices with one id answer at once, and spoil each other.
    private func findDevice(_ slot: Int) throws(BusError) -> Presence {
        var presence = Presence()
        var good = 0
        var spoiled = 0
        for attempt in 0..<4 {
            let (replies, junk) = try listen(slot)
            if replies > 0 { good += 1 }
            if replies > 1 { presence.answeredTwice = true }
            if replies == 0, junk > 0 { spoiled += 1 }
            // three silences in a row are an absence
            if attempt == 2, good == 0, spoiled == 0 { break }
        }
        presence.answered = good > 0
        presence.garbled = spoiled > good
        return presence
    }

    /// How many good replies and how much junk one ping brings, waiting as long as two devices take to answer.
    private func listen(_ slot: Int) throws(BusError) -> (replies: Int, junk: Int) {
        link.frame.encodePing(id: slots[slot].id)
        slots[slot].statistics.sent += 1
        try send(replyData: 3, deadlineNanoseconds: soon)
        let before = link.junkBytes
        let patience = replyDeadline(devices: 2, data: 3, notAfter: .max) + 15_000_000
        var until = patience
        var replies = 0
        while let reply = try receive(deadlineNanoseconds: until) {
            guard reply.id == slots[slot].id, let model = reply.parameters.unsigned(at: 0, width: 2),
                let firmware = reply.parameters.byte(at: 2)
            else { continue }
            slots[slot].facts.model = UInt16(truncatingIfNeeded: model)
            slots[slot].facts.firmwareMajor = firmware
            replies += 1
            if replies == 1 { slots[slot].statistics.received += 1 } else { slots[slot].statistics.duplicated += 1 }
            // a second device of this id would answer at about the same time
            until = min(patience, replyDeadline(devices: 1, data: 3, notAfter: .max))
        }
        if replies == 0 { slots[slot].statistics.lost += 1 }
        return (replies, link.junkBytes - before)
    }

    private func sharedID(_ slot: Int, _ presence: Presence) -> HardwareProblem {
        if presence.answeredTwice {
            return problem(
                .duplicateID, slot, "two servos answer to this id",
                "Unplug all but one of them and give it another id.")
        }
        return problem(
            .garbledReplies, slot, "something answers, but its replies are garbled",
            "Two servos may share the id: unplug the others and ask again. Else check cable, supply and baud rate.")
    }

    private func checkModel(_ slot: Int) -> [HardwareProblem] {
        let firmware = slots[slot].facts.firmwareMajor
        let number = slots[slot].facts.model
        slots[slot].hasWatchdog = firmware >= DynamixelModel.watchdogVersion
        slots[slot].answersFastReads = DynamixelModel.numbered(number).map { firmware >= $0.fastReadVersion } ?? false
        var found: [HardwareProblem] = []
        if !slots[slot].hasWatchdog {
            found.append(
                problem(
                    .configuration, slot,
                    "its firmware \(firmware) has no bus watchdog: it would hold its last goal if this program died",
                    "Update it to version \(DynamixelModel.watchdogVersion) or newer with DYNAMIXEL Wizard.",
                    severity: .warning))
        }
        if let model = DynamixelModel.numbered(number), firmware < model.fastReadVersion {
            found.append(
                problem(
                    .configuration, slot,
                    "its firmware \(firmware) is too old for fast sync reads: each cycle takes about a fifth longer",
                    "Update it to version \(model.fastReadVersion) or newer with DYNAMIXEL Wizard.",
                    severity: .warning))
        }
        guard let wanted = DynamixelModel.named(joints[slot].servo), wanted.number != number else { return found }
        let name = DynamixelModel.numbered(number).map { "\($0.name)" } ?? "an unknown model"
        found.append(
            problem(
                .wrongModel, slot,
                "its servo is \(name) (model number \(number)), but the configuration says "
                    + "\(wanted.name) (\(wanted.number))",
                "Correct `servo` of this joint, or put the right servo in."))
        return found
    }

    /// Registers 9…11, 20 and 68.
    private func checkSetUp(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        guard
            let setUp = try readRegisters(slot: slot, address: DynamixelAddress.returnDelay, count: 3, tries: 3)?
                .parameters, let delay = setUp.byte(at: 0), let drive = setUp.byte(at: 1), let mode = setUp.byte(at: 2)
        else { return [unreadable(slot)] }
        slots[slot].facts.returnDelayNanoseconds = Int64(delay) * 2000
        slots[slot].driveMode = drive
        slots[slot].mode = mode
        slots[slot].facts.operatingMode = mode
        if let level = try readNumber(slot, DynamixelAddress.statusReturnLevel, 1) {
            slots[slot].facts.responseLevel = UInt8(truncatingIfNeeded: max(0, level - 1))
        }
        var found: [HardwareProblem] = []
        if drive & 0x08 != 0 {
            found.append(
                problem(
                    .wrongMode, slot, "its drive mode switches torque on whenever a goal is written",
                    commandLine(slot, "write", "'drive mode' \(drive & ~0x08)") + " clears that."))
        }
        if let wrong = modeProblem(slot, mode) { found.append(wrong) }
        if let swapped = try checkCalibration(slot) { found.append(swapped) }
        return found
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

    /// A device with another homing offset than the calibration says is another one, or was set up elsewhere.
    private func checkCalibration(_ slot: Int) throws(BusError) -> HardwareProblem? {
        guard let wanted = joints[slot].calibration,
            let found = try readNumber(slot, DynamixelAddress.homingOffset, 4), found != wanted.homingOffset
        else { return nil }
        return problem(
            .calibration, slot,
            "its servo has a homing offset of \(found), but it was calibrated with \(wanted.homingOffset): "
                + "motors were swapped, or this one was set up elsewhere",
            "Put the motors back as they were, or run `foresight calibrate --again`.")
    }

    /// Limits that only EEPROM holds: registers 32…35 and 36…55.
    private func checkLimits(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        if let volts = try readRegisters(slot: slot, address: DynamixelAddress.maximumVoltage, count: 4, tries: 3)?
            .parameters, let most = volts.unsigned(at: 0, width: 2), let least = volts.unsigned(at: 2, width: 2),
            least <= most
        {
            slots[slot].facts.allowedVolts = Double(least) / 10...Double(most) / 10
        }
        guard
            let limits = try readRegisters(slot: slot, address: DynamixelAddress.pwmLimit, count: 20, tries: 3)?
                .parameters, let pwm = limits.unsigned(at: 0, width: 2), let current = limits.unsigned(at: 2, width: 2),
            let velocity = limits.unsigned(at: 8, width: 4), let most = limits.signed(at: 12, width: 4),
            let least = limits.signed(at: 16, width: 4)
        else { return [unreadable(slot)] }
        slots[slot].pwmLimit = pwm
        slots[slot].currentLimit = current
        slots[slot].velocityLimit = velocity
        let isBounded = slots[slot].mode == DynamixelMode.position.rawValue
        slots[slot].lowestCounts = isBounded ? least : -1_048_575
        slots[slot].highestCounts = isBounded ? most : 1_048_575
        guard isBounded, !joints[slot].isContinuous else { return velocityProblem(slot) }
        let conversion = slots[slot].conversion
        let ends = [conversion.counts(radians: joints[slot].lower), conversion.counts(radians: joints[slot].upper)]
            .sorted()
        guard ends[0] < least || ends[1] > most else { return velocityProblem(slot) }
        return [
            problem(
                .limits, slot,
                "its servo is limited to positions \(least)…\(most), and the configuration needs \(ends[0])…\(ends[1]): "
                    + "it will stop short",
                "Widen its “minimum position limit” and “maximum position limit” with `foresight motor write`, or narrow "
                    + "lower and upper.", severity: .warning)
        ] + velocityProblem(slot)
    }

    private func velocityProblem(_ slot: Int) -> [HardwareProblem] {
        guard joints[slot].isContinuous, slots[slot].conversion.profileVelocity > slots[slot].velocityLimit else {
            return []
        }
        let most = abs(slots[slot].conversion.velocity(counts: slots[slot].velocityLimit))
        return [
            problem(
                .limits, slot, "its servo is limited to \((most * 100).rounded() / 100) rad/s, less than max_velocity",
                "Raise its “velocity limit” with `foresight motor write`, or lower max_velocity.", severity: .warning)
        ]
    }

    // MARK: Condition

    private func checkCondition(_ slot: Int, _ state: DynamixelState) throws(BusError) -> [HardwareProblem] {
        // 64 torque, 70 hardware error
        guard
            let block = try readRegisters(slot: slot, address: DynamixelAddress.torqueEnable, count: 7, tries: 3)?
                .parameters, let torque = block.byte(at: 0), let error = block.byte(at: 6)
        else { return [unreadable(slot)] }
        slots[slot].facts.torqueOn = torque != 0
        slots[slot].torqueOn = torque != 0
        slots[slot].hardwareError = error
        if slots[slot].hasWatchdog, let watchdog = try readNumber(slot, DynamixelAddress.busWatchdog, 1) {
            slots[slot].watchdogTripped = watchdog == Int(DynamixelWatchdog.tripped)
        }
        return conditionProblems(slot: slot, state: state)
    }

    /// What is wrong with how a device is just now. A tripped watchdog is none: arming clears it.
    func conditionProblems(slot: Int, state: DynamixelState) -> [HardwareProblem] {
        var found: [HardwareProblem] = []
        let volts = (state.voltage * 10).rounded() / 10
        if state.voltage < safety.minimumVoltage - 1e-9 || state.voltage > safety.maximumVoltage + 1e-9 {
            found.append(
                problem(
                    .voltage, slot,
                    "its supply is \(volts) V, outside \(safety.minimumVoltage)…\(safety.maximumVoltage) V",
                    "Check the power supply and its plug."))
        }
        if state.temperature > safety.maximumTemperature {
            found.append(
                problem(
                    .temperature, slot,
                    "it is \(Int(state.temperature)) °C hot, more than \(safety.maximumTemperature) °C",
                    "Take its load off and let it cool down."))
        }
        for words in DynamixelFaults(rawValue: slots[slot].hardwareError).words {
            found.append(
                problem(
                    .fault, slot, "its servo has latched an error: \(words)",
                    "Hold the joint, then run \(commandLine(slot, "reboot", "--yes"))."))
        }
        return found
    }

    private func unreadable(_ slot: Int) -> HardwareProblem {
        problem(
            .garbledReplies, slot, "it answers, but not every time",
            "Check its cable, or look for a second servo with the same id.")
    }

    /// A command for a person to type, with this device's port and id.
    func commandLine(_ slot: Int, _ verb: String, _ rest: String) -> String {
        configuration.motorCommand(verb, "\(joints[slot].id)", rest)
    }

    func problem(
        _ kind: HardwareProblem.Kind, _ slot: Int, _ what: String, _ advice: String,
        severity: HardwareProblem.Severity = .error
    ) -> HardwareProblem {
        ConfigurationCheck.problem(kind, joints[slot], configuration, what, advice, severity: severity)
    }
}
