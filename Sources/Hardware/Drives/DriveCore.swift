internal import CPlatform
internal import RobotModel
internal import SerialLink

/// What the drivers of motor controllers have in common: joints, port, and words about what is wrong.
struct DriveCore {
    let configuration: BusConfiguration
    let safety: SafetyConfiguration
    let joints: [JointConfiguration]
    let count: Int
    var slots = InlineArray<16, DriveSlot>(repeating: DriveSlot())
    var link = ByteLink()
    var state = BusState.closed
    /// What stops the motors when this thread no longer does.
    let haltLine = HaltLine()
    var problems: [HardwareProblem] = []
    /// False only in tests of what the checks keep from happening.
    var checksBeforeArming = true
    var cycle = 0
    /// Cycles in a row without time for a slow value: on a slow line positions wait for them now and then.
    var slowDebt = 0
    /// Who is given a goal first when the line is too slow for all.
    var firstWritten = 0
    static let largestSlowDebt = 2

    /// How long to wait beyond the computed wire time for a reply, nanoseconds: adapters and schedulers are late.
    static let slack: Int64 = 3_000_000

    /// - Throws: `BusError.problems` if there are too many joints, ids that cannot be, or what `faults` finds.
    init(
        _ configuration: BusConfiguration, _ joints: [JointConfiguration], _ safety: SafetyConfiguration,
        ids: ClosedRange<Int>, faults: (JointConfiguration) -> (what: String, advice: String)?
    ) throws(BusError) {
        self.configuration = configuration
        self.safety = safety
        let mine = joints.enumerated().filter { $0.element.bus == configuration.name }
        self.joints = mine.map(\.element)
        count = min(mine.count, largestJointCount)
        var found: [HardwareProblem] = []
        if joints.count > largestJointCount {
            found.append(
                HardwareProblem(
                    kind: .configuration, severity: .error, port: configuration.port,
                    what:
                        "the configuration names \(joints.count) joints, and at most \(largestJointCount) can be driven",
                    advice: "Remove joints from the configuration."))
        }
        for (_, joint) in mine {
            var fault = faults(joint)
            if !ids.contains(joint.id) {
                fault = ("has id \(joint.id)", "It must be one of \(ids.lowerBound)…\(ids.upperBound).")
            }
            guard let fault else { continue }
            found.append(ConfigurationCheck.problem(.configuration, joint, configuration, fault.what, fault.advice))
        }
        guard found.isEmpty else { throw .problems(found) }
        for slot in 0..<count {
            slots[slot].id = mine[slot].element.id
            slots[slot].index = mine[slot].offset
            slots[slot].conversion = DriveConversion(mine[slot].element)
            slots[slot].forget()
        }
    }

    mutating func open(_ port: SerialPort) {
        link.attach(port)
        haltLine.attach(port)
        for slot in 0..<count { slots[slot].forget() }
        problems = []
        cycle = 0
        state = .unchecked
    }

    mutating func close() {
        link.detach()
        haltLine.detach()
        state = .closed
    }

    // MARK: The wire

    /// When what was read last had come, monotonic.
    var arrival: Int64 { link.arrival }

    /// Bits on the wire: ten per byte.
    func wireNanoseconds(bytes: Int) -> Int64 {
        Int64(bytes) * 10_000_000_000 / Int64(max(1, configuration.baud))
    }

    /// Bytes that pass before the deadline.
    func room(until deadlineNanoseconds: Int64) -> Int {
        let left = max(0, min(1_000_000_000, deadlineNanoseconds - cplatform_monotonic_nanoseconds()))
        return Int(left * Int64(max(1, configuration.baud)) / 10_000_000_000)
    }

    /// A tenth of a second from now.
    var soon: Int64 { cplatform_monotonic_nanoseconds() + 100_000_000 }

    mutating func send(_ bytes: Span<UInt8>, deadlineNanoseconds: Int64) throws(BusError) {
        guard link.port != nil else { throw .notOpen(port: configuration.port) }
        do throws(SerialError) {
            try link.send(bytes, deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    mutating func fill(_ parser: inout some ByteParser, deadlineNanoseconds: Int64) throws(BusError) -> Bool {
        do throws(SerialError) {
            return try link.fill(&parser, deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    /// A port that hung up closes the bus: what the motors do now is not known.
    private mutating func failed(_ error: SerialError) -> BusError {
        if case .disconnected = error { close() }
        return .serial(error)
    }

    // MARK: The cycle

    /// Counts who of `asked` did not answer, and gives the robot what is known of each.
    mutating func publish(asked: UInt16, missing: UInt16, into observations: inout JointObservations) {
        for slot in 0..<count {
            if missing & bit(slot) != 0 {
                slots[slot].statistics.missedInARow += 1
            } else if asked & bit(slot) != 0 {
                slots[slot].statistics.missedInARow = 0
            }
            // never measured is not zero
            guard slots[slot].seen.measuredAtNanoseconds != 0 else { continue }
            observations[slots[slot].index] = slots[slot].seen
        }
    }

    func bit(_ slot: Int) -> UInt16 { 1 << UInt16(truncatingIfNeeded: slot) }

    var everyone: UInt16 {
        var all: UInt16 = 0
        for slot in 0..<count { all |= bit(slot) }
        return all
    }

    /// Whether goals may be written; throws if not, before anything is sent.
    func admit(_ goals: JointValues, _ velocities: JointValues) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        for slot in 0..<count {
            let index = slots[slot].index
            guard goals[index].isFinite, velocities[index].isFinite else {
                throw .goalNotFinite(joint: joints[slot].name)
            }
        }
        haltLine.thaw()
    }

    // MARK: Halting

    /// Whether a joint would obey a goal as one that was armed: what started anew, or has let go, is not woken.
    func obeys(_ slot: Int) -> Bool {
        let slot = slots[slot]
        return slot.seen.torqueOn && !slot.hasJumped && slot.seen.measuredAtNanoseconds != 0
    }

    /// Where a joint is to stay when it is halted, radians: where it was measured last, within its limits.
    func stop(_ slot: Int) -> Double { slots[slot].position(goal: slots[slot].seen.position) }

    /// Leaves what stops the motors, as `append` adds it for one joint after the other, for the monitor.
    func renewHalt(_ append: (Int, inout HaltBytes) -> Void) {
        guard state == .armed, !haltLine.isFrozen else { return }
        var bytes = HaltBytes()
        for slot in 0..<count where obeys(slot) { append(slot, &bytes) }
        haltLine.renew(bytes)
    }

    /// Sends what is ready, the same until goals come again.
    mutating func halt(_ deadlineNanoseconds: Int64) throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state == .armed else { throw .disarmed }
        haltLine.freeze()
        let bytes = haltLine.ready
        guard !bytes.isEmpty else { return }
        try bytes.withBytes { span throws(BusError) in try send(span, deadlineNanoseconds: deadlineNanoseconds) }
    }

    // MARK: Arming

    /// Whether arming goes on: not if it is armed already. What an earlier session left for the monitor is forgotten.
    ///
    mutating func beginArming() throws(BusError) -> Bool {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        guard state != .armed else { return false }
        haltLine.clear()
        return true
    }

    /// From now on no goal is sent, by the monitor neither.
    mutating func letGo() throws(BusError) {
        guard state != .closed else { throw .notOpen(port: configuration.port) }
        haltLine.clear()
        if state == .armed { state = .disarmed }
    }

    // MARK: Words

    func noAnswer(_ slot: Int, doing: String) -> BusError {
        .noAnswer(joint: joints[slot].name, id: joints[slot].id, port: configuration.port, doing: doing)
    }

    func problem(
        _ kind: HardwareProblem.Kind, _ slot: Int, _ what: String, _ advice: String,
        severity: HardwareProblem.Severity = .error
    ) -> HardwareProblem {
        ConfigurationCheck.problem(kind, joints[slot], configuration, what, advice, severity: severity)
    }

    func portSilent(_ who: String) -> HardwareProblem {
        HardwareProblem(
            kind: .portSilent, severity: .error, port: configuration.port,
            what: "no \(who) answers at \(configuration.baud) bits per second",
            advice: "Is its power supply on, is this its port, and is it set to this rate?")
    }

    /// The arming checklist of a motor, to be filled in.
    func checklist(_ slot: Int) -> ArmingChecklist { ArmingChecklist(joints[slot], configuration) }

    /// Where a joint stood when it was armed.
    ///
    /// - Parameter steps: of the encoder in one turn of the motor.
    func stand(_ index: Int, steps: Double) -> JointStand {
        guard index >= 0, index < count else { return .nowhere }
        let slot = slots[index]
        return JointStand(
            drive: slot.index, armedAt: slot.armedAt, resolution: slot.conversion.turn / max(1, steps),
            wheel: slot.conversion.isContinuous ? slot.armedVelocity : nil)
    }

    /// Settles a check: without errors the bus may be armed.
    mutating func conclude(_ found: [HardwareProblem]) -> [HardwareProblem] {
        problems = found
        state = found.contains { $0.severity == .error } ? .unchecked : .disarmed
        return found
    }

    /// The errors of the last check, as what keeps from arming.
    var obstacles: BusError { .problems(problems.errors) }
}
