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
        guard let setUp = try readSetUp(slot, tries: 5) else {
            found.append(
                problem(
                    .garbledReplies, slot, "it answers pings, but reads go without an answer",
                    "Its status return level may be 0: power it off and on, which sets it to 2 again."))
            return found
        }
        slots[slot].adopt(setUp)
        found += findings(slot, setUp)
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
