internal import CPlatform
internal import RobotModel
internal import ServoProtocols

extension FeetechBus {
    /// Asks every servo of the configuration who it is and how it is; writes nothing.
    ///
    /// Without errors among the problems the bus is `disarmed` afterwards and may be armed, else `unchecked`. Takes about
    /// 20 ms for each servo, and up to a tenth of a second for one that is silent. An armed bus is left alone.
    ///
    /// - Returns: what is wrong, in words; empty if nothing.
    /// - Throws: `BusError.notOpen`, or `serial` when the port hung up meanwhile.
    @discardableResult
    public func check() throws(BusError) -> [HardwareProblem] {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return problems }
        state = .unchecked
        var found: [HardwareProblem] = []
        for slot in 0..<count { found += try checkServo(slot) }
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
            advice: "Is the servos' power supply on, and the bus cable plugged into the adapter?")
    }

    private var longestReturnDelay: Int64 {
        var longest: Int64 = 0
        for slot in 0..<count where slots[slot].facts.answered {
            longest = max(longest, slots[slot].facts.returnDelayNanoseconds)
        }
        return longest
    }

    // MARK: One servo

    private func checkServo(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        let presence = try findServo(slot)
        guard presence.answered else { return [absence(slot, presence)] }
        slots[slot].facts.answered = true
        // whatever else such a servo says may be another one's word
        if presence.answeredTwice || presence.garbled { return [sharedID(slot, presence)] }
        var found = try checkIdentity(slot)
        guard let setUp = try readSetUp(slot, tries: 5) else {
            if found.isEmpty { found.append(sharedID(slot, presence)) }
            return found
        }
        slots[slot].adopt(setUp)
        return found + findings(slot, setUp)
    }

    private struct Presence {
        var answered = false
        var answeredTwice = false
        /// Bytes came, and most of the time no good packet was among them.
        var garbled = false
    }

    /// Reads the state four times: two servos with one id answer at once, and differing bytes spoil each other.
    private func findServo(_ slot: Int) throws(BusError) -> Presence {
        var presence = Presence()
        var good = 0
        var spoiled = 0
        for attempt in 0..<4 {
            let (replies, junk) = try listen(slot, ping: attempt == 0)
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

    /// How many good replies and how much junk one request brings, waiting as long as two servos take to answer.
    private func listen(_ slot: Int, ping: Bool) throws(BusError) -> (replies: Int, junk: Int) {
        let length = ping ? 0 : FeetechState.count
        if ping {
            link.frame.encodePing(id: slots[slot].id)
        } else {
            link.frame.encodeRead(id: slots[slot].id, address: FeetechState.address, count: UInt8(length))
        }
        slots[slot].statistics.sent += 1
        try send(replyParameters: length, deadlineNanoseconds: soon)
        let before = link.junkBytes
        let patience = replyDeadline(servos: 2, parameters: length, notAfter: .max) + 15_000_000
        var until = patience
        var replies = 0
        while let reply = try receive(deadlineNanoseconds: until) {
            guard reply.id == slots[slot].id, !link.gaveDoubtful else { continue }
            replies += 1
            if replies == 1 { slots[slot].statistics.received += 1 } else { slots[slot].statistics.duplicated += 1 }
            // a second servo of this id would answer at about the same time
            until = min(patience, replyDeadline(servos: 1, parameters: length, notAfter: .max))
        }
        if replies == 0 { slots[slot].statistics.lost += 1 }
        return (replies, link.junkBytes - before)
    }

    private func absence(_ slot: Int, _ presence: Presence) -> HardwareProblem {
        if presence.garbled { return sharedID(slot, presence) }
        return problem(
            .missingServo, slot, "its servo does not answer",
            "Is it plugged into the chain and powered, and is \(joints[slot].id) really its id?")
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

    private func checkIdentity(_ slot: Int) throws(BusError) -> [HardwareProblem] {
        if let version = try readRegisters(slot: slot, address: FeetechAddress.firmwareMajor, count: 2, tries: 3) {
            slots[slot].facts.firmwareMajor = version.parameters.byte(at: 0) ?? 0
            slots[slot].facts.firmwareMinor = version.parameters.byte(at: 1) ?? 0
        }
        guard let number = try readWord(slot: slot, address: FeetechAddress.model, tries: 3) else {
            return [
                problem(
                    .garbledReplies, slot, "it answers, but does not tell its model",
                    "Check its cable, or look for a second servo with the same id.")
            ]
        }
        slots[slot].facts.model = number
        guard let wanted = FeetechModel.named(joints[slot].servo), wanted.number != number else { return [] }
        // an accusation is asked for twice
        if try readWord(slot: slot, address: FeetechAddress.model, tries: 3) == wanted.number { return [] }
        let name = FeetechModel.numbered(number).map { "\($0.name)" } ?? "an unknown model"
        return [
            problem(
                .wrongModel, slot,
                "its servo is \(name) (model number \(number)), but the configuration says "
                    + "\(wanted.name) (\(wanted.number))",
                "Correct `servo` of this joint, or put the right servo in.")
        ]
    }

    private func problem(
        _ kind: HardwareProblem.Kind, _ slot: Int, _ what: String, _ advice: String
    ) -> HardwareProblem {
        ConfigurationCheck.problem(kind, joints[slot], configuration, what, advice)
    }
}
