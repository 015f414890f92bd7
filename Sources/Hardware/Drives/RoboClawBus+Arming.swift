internal import CPlatform
internal import RobotModel
internal import ServoProtocols

extension RoboClawBus {
    @discardableResult
    public func check() throws(BusError) -> [HardwareProblem] {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return problems }
        var found: [HardwareProblem] = []
        for board in 0..<boardCount { found += try checkBoard(board) }
        if boardCount > 0, found.filter({ $0.kind == .missingServo }).count == boardCount {
            found = [core.portSilent("RoboClaw")]
        }
        return core.conclude(found)
    }

    public func arm() throws(BusError) {
        guard try core.beginArming() else { return }
        if core.checksBeforeArming {
            if state == .unchecked { try check() }
            guard state == .disarmed else { throw core.obstacles }
        }
        try examine()
        for slot in 0..<core.count { core.slots[slot].widenLimits() }
        do throws(BusError) {
            for board in 0..<boardCount { try setTimeout(board) }
            for slot in 0..<core.count { try engage(slot) }
        } catch {
            try? disarm()
            throw error
        }
        core.state = .armed
        for slot in 0..<core.count {
            core.slots[slot].facts.torqueOn = true
            core.slots[slot].seen.torqueOn = true
        }
    }

    public func disarm(verified: Bool) throws(BusError) {
        try core.letGo()
        guard verified else {
            frame.clear()
            for slot in 0..<core.count { frame.appendDuty(address: address(slot), motor: motor(slot), duty: 0) }
            try sendFrame(core.soon)
            return
        }
        var failure: BusError?
        for slot in 0..<core.count {
            if try command({ $0.appendDuty(address: address(slot), motor: motor(slot), duty: 0) }) {
                core.slots[slot].seen.torqueOn = false
            } else {
                failure = failure ?? core.noAnswer(slot, doing: "its duty was set to zero")
            }
        }
        if let failure { throw failure }
    }

    // MARK: Checking

    private func anyone(_ board: Int) -> Int { boards[board].first >= 0 ? boards[board].first : boards[board].second }

    private func checkBoard(_ board: Int) throws(BusError) -> [HardwareProblem] {
        let address = boards[board].address
        let hex = "0x" + String(address, radix: 16)
        guard let version = try read(.version, address) else {
            return [
                core.problem(
                    .missingServo, anyone(board), "no RoboClaw answers at address \(hex)",
                    "Is it powered and in packet serial mode, and is that its address (Motion Studio, General)?")
            ]
        }
        takeVersion(version.text, board)
        guard let encoders = try read(.encoders, address) else {
            return [
                core.problem(
                    .wrongModel, anyone(board), "“\(version.text)” does not tell both encoders (command 78)",
                    "Update its firmware with Motion Studio.")
            ]
        }
        _ = takeEncoder(encoders, boards[board].first, at: 0)
        _ = takeEncoder(encoders, boards[board].second, at: 4)
        for command in [RoboClawCommand.mainVoltage, .temperature, .errors, .currents, .speeds] {
            if let reply = try read(command, address) { keep(reply, command, board) }
        }
        var found: [HardwareProblem] = []
        for slot in [boards[board].first, boards[board].second] where slot >= 0 {
            core.slots[slot].facts.answered = true
            found += try findings(slot)
        }
        return found
    }

    /// The version inside a text like `USB Roboclaw 2x15a v4.2.8`.
    private func takeVersion(_ text: String, _ board: Int) {
        let numbers = text.split(separator: "v").last?.split(separator: ".").compactMap { UInt8($0) } ?? []
        for slot in [boards[board].first, boards[board].second] where slot >= 0 {
            core.slots[slot].facts.firmwareMajor = numbers.first ?? 0
            core.slots[slot].facts.firmwareMinor = numbers.count > 1 ? numbers[1] : 0
        }
    }

    func faultProblems(_ slot: Int) -> [HardwareProblem] {
        return RoboClawFaults(rawValue: UInt32(core.slots[slot].seen.faults)).words.map { words in
            core.problem(
                .fault, slot, "its RoboClaw reports: \(words)", "Remove the cause.",
                severity: RoboClawFaults(rawValue: UInt32(core.slots[slot].seen.faults)).isSubset(of: .heldFast)
                    ? .warning : .error)
        }
    }

    // MARK: Arming

    /// Where the joints of a device are, and how fast they turn, as now.
    func readPresent(_ board: Int) throws(BusError) {
        let address = boards[board].address
        guard try readPlaces(board), let speeds = try read(.speeds, address), let errors = try read(.errors, address)
        else { throw core.noAnswer(anyone(board), doing: "its position was read") }
        keep(speeds, .speeds, board)
        keep(errors, .errors, board)
    }

    /// Whether both places came; one that cannot be is asked for again, since an older one would be no place to hold.
    private func readPlaces(_ board: Int) throws(BusError) -> Bool {
        for _ in 0..<3 {
            guard let encoders = try read(.encoders, boards[board].address) else { return false }
            let first = takeEncoder(encoders, boards[board].first, at: 0)
            let second = takeEncoder(encoders, boards[board].second, at: 4)
            if first && second { return true }
        }
        return false
    }

    /// The device stops its motors by itself when it hears nothing; read back, since all depends on it.
    private func setTimeout(_ board: Int) throws(BusError) {
        let address = boards[board].address
        guard try command({ $0.appendTimeout(address: address, tenths: Self.timeoutTenths) }),
            try read(.getTimeout, address)?.byte(at: 0) == Self.timeoutTenths
        else { throw core.noAnswer(anyone(board), doing: "its serial time-out was set") }
    }

    /// Duty zero clears what a stall left behind; then it stands still, or stays where it is.
    private func engage(_ slot: Int) throws(BusError) {
        let (address, motor) = (address(slot), motor(slot))
        let cleared = try command { $0.appendDuty(address: address, motor: motor, duty: 0) }
        let held: Bool
        if core.slots[slot].conversion.isContinuous {
            held = try command { $0.appendSpeed(address: address, motor: motor, countsPerSecond: 0) }
        } else {
            let goal = positionGoal(slot, radians: core.slots[slot].seen.position)
            held = try command {
                $0.appendPosition(
                    address: address, motor: motor, counts: goal.counts, countsPerSecond: goal.countsPerSecond)
            }
        }
        guard cleared, held, let errors = try read(.errors, address) else {
            throw core.noAnswer(slot, doing: "it was told to stand still")
        }
        keep(errors, .errors, slot: slot, motor: motor)
        let found = faultProblems(slot)
        guard found.isEmpty else { throw .problems(found) }
    }
}
