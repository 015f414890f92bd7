internal import CPlatform
internal import RobotModel

/// What would make arming move one joint, in the same words for every family; `doctor`, `arm` and `status` print them.
///
/// Each family fills it from what its motor just said, in one place, and arms only without errors among the findings.
struct ArmingChecklist {
    let joint: JointConfiguration
    let bus: BusConfiguration
    private(set) var findings: [HardwareProblem] = []

    /// Radians that an ordinary joint may stand outside its configured limits and still be armed: what a hand or gravity
    /// leaves an arm at. It stays there, may come back, and goes no farther out.
    static let tolerance = 0.1
    /// Counts that a servo may stand outside its own limits: it is then told the limit, which is no motion to speak of.
    static let servoSlack = 3
    /// rad/s above which a joint is led or falls: where it is read is not where it is when torque comes on.
    static let stillness = 0.15
    /// As `stillness`, for motor controllers that estimate speed from few steps of an encoder.
    static let driveStillness = 0.5

    init(_ joint: JointConfiguration, _ bus: BusConfiguration) {
        self.joint = joint
        self.bus = bus
    }

    mutating func add(
        _ kind: HardwareProblem.Kind, _ what: String, _ advice: String, severity: HardwareProblem.Severity = .error
    ) {
        findings.append(ConfigurationCheck.problem(kind, joint, bus, what, advice, severity: severity))
    }

    mutating func add(_ problem: HardwareProblem?) { if let problem { findings.append(problem) } }

    /// A command for a person to type, which writes a register of this motor.
    func write(_ register: String, _ number: Int) -> String {
        let lock = bus.family == .feetech ? " --unlock" : ""
        return bus.motorCommand("write", "\(joint.id)", "'\(register)' \(number)\(lock)")
    }

    // MARK: Where it stands

    /// Against the configuration's limits.
    ///
    /// - Parameters:
    ///   - angle: radians.
    ///   - turn: radians of the joint in one turn of its encoder, if the motor counts turns and may have lost some.
    mutating func place(_ angle: Double, turn: Double? = nil) {
        guard !joint.isContinuous else { return }
        guard angle.isFinite else {
            return add(.position, "its position is not a number", "Look for its encoder's cable.")
        }
        let outside = outside(angle)
        guard outside > 0 else { return }
        if let turn, let turns = lostTurns(angle, turn, outside) { return add(lost(turns, angle, turn)) }
        // half a count of any encoder is no reason
        guard outside > Self.tolerance + 1e-3 else { return }
        add(
            .position,
            "it stands at \(Self.radians(angle)), \(Self.radians(outside)) outside its limits "
                + "\(Self.radians(joint.lower))…\(Self.radians(joint.upper))",
            "Bring it back by hand while torque is off. If it stands well, its zero or calibration is wrong: run "
                + "`foresight calibrate`, or correct zero, lower and upper.")
    }

    /// Radians beyond the nearest limit; 0 inside.
    private func outside(_ angle: Double) -> Double { max(0, joint.lower - angle, angle - joint.upper) }

    /// By how many whole turns it is elsewhere than its count says: as many as bring it nearer to its range.
    private func lostTurns(_ angle: Double, _ turn: Double, _ outside: Double) -> Int? {
        // a joint that goes through more than a turn is often nearer to its range a turn on: only one clearly out is asked
        let isNarrow = joint.upper - joint.lower < turn
        guard turn > 0, isNarrow || outside > Self.tolerance + 1e-3 else { return nil }
        let middle = (joint.lower + joint.upper) / 2
        let turns = ((angle - middle) / turn).rounded()
        guard turns != 0, abs(turns) < 1e6, self.outside(angle - turns * turn) < outside else { return nil }
        return Int(turns)
    }

    private func lost(_ turns: Int, _ angle: Double, _ turn: Double) -> HardwareProblem {
        let there = angle - Double(turns) * turn
        let many = abs(turns) == 1 ? "one whole turn" : "\(abs(turns)) whole turns"
        return ConfigurationCheck.problem(
            .turnCount, joint, bus,
            "its turn count differs from the configuration's: it says \(Self.radians(angle)), and its limits are "
                + "\(Self.radians(joint.lower))…\(Self.radians(joint.upper)); \(many) away is \(Self.radians(there))",
            bus.family == .dynamixel
                ? "Turned by hand? Turn it back by \(many), or let it count anew: support it, then run "
                    + bus.motorCommand("reboot", "\(joint.id)", "--yes") + "."
                : "Turn it back by \(many), or bring it to its zero and let it count anew from there.")
    }

    /// Whether it is at rest.
    ///
    /// - Parameter bound: rad/s that are no motion.
    mutating func stillness(_ velocity: Double, bound: Double = stillness) {
        guard !joint.isContinuous, abs(velocity) > bound else { return }
        add(
            .moving,
            "it moves, with \(Self.radians(velocity)) per second: where it is now is not where it would be held",
            "Hold it still or let it come to rest, then arm again.")
    }

    // MARK: The servo's own limits

    /// Against the limits inside the servo, counts.
    ///
    /// - Parameters:
    ///   - needed: what the configuration needs of them.
    ///   - names: of the registers with the lower and the upper limit.
    ///   - program: in which they are set, if they are no registers.
    mutating func servoLimits(
        present: Int, _ lowest: Int, _ highest: Int, needed: ClosedRange<Int>, names: (String, String),
        program: String? = nil
    ) {
        guard lowest <= highest else {
            return add(
                .limits, "its servo's own limits are the wrong way round: \(lowest)…\(highest)",
                program.map { "Set them with \($0)." }
                    ?? write(names.0, 0) + " and " + write(names.1, 4095) + " set them.")
        }
        guard present < lowest - Self.servoSlack || present > highest + Self.servoSlack else { return }
        let below = present < lowest
        let wide = below ? max(0, min(present, needed.lowerBound) - 10) : max(present, needed.upperBound) + 10
        add(
            .limits,
            "it stands at position \(present), outside the servo's own limits \(lowest)…\(highest): told to hold still "
                + "it would run to \(below ? lowest : highest)",
            "Move it inside by hand, or widen the limit: "
                + (program.map { "“\(below ? names.0 : names.1)” in \($0)" }
                    ?? write(below ? names.0 : names.1, min(4095, wide))) + ".")
    }

    /// The configuration's limits against the servo's own: goals beyond them are not reached.
    mutating func reach(
        _ lowest: Int, _ highest: Int, needed: ClosedRange<Int>, names: (String, String),
        program: String = "`foresight motor write`"
    ) {
        guard lowest <= highest, needed.lowerBound < lowest || needed.upperBound > highest else { return }
        add(
            .limits,
            "its servo is limited to positions \(lowest)…\(highest), and the configuration needs "
                + "\(needed.lowerBound)…\(needed.upperBound): it will stop short",
            "Widen its “\(names.0)” and “\(names.1)” with \(program), or narrow lower and upper.",
            severity: .warning)
    }

    // MARK: How it is

    /// Whether it is the motor that was checked.
    mutating func sameModel(_ found: UInt16, checked: UInt16) {
        guard found != checked else { return }
        add(
            .wrongModel, "another servo answers than the one that was checked (model number \(found), not \(checked))",
            "Put the right servo in, then ask again with `foresight doctor`.")
    }

    /// Against what `foresight calibrate` found; false if it is not the motor that was calibrated.
    mutating func calibrated(homingOffset found: Int) -> Bool {
        guard let wanted = joint.calibration, wanted.homingOffset != found else { return true }
        add(
            .calibration,
            "its servo has a homing offset of \(found), but it was calibrated with \(wanted.homingOffset): motors were "
                + "swapped, or this one was set up elsewhere",
            "Put the motors back as they were, or run `foresight calibrate --again`.")
        return false
    }

    /// Against the range that a hand found when it was calibrated: beyond it are the ends of the joint.
    mutating func calibratedRange(present: Int, radiansPerCount: Double) {
        guard let range = joint.calibration, range.minimum < range.maximum else { return }
        let outside = max(0, range.minimum - present, present - range.maximum)
        guard Double(outside) * radiansPerCount > Self.tolerance else { return }
        add(
            .calibration,
            "it stands at position \(present), where it could not go when it was calibrated "
                + "(\(range.minimum)…\(range.maximum)): its horn has slipped, or the motor was turned without it",
            "Run `foresight calibrate --again`.")
    }

    /// A write that waits for its action would be carried out some time later, by anybody's word.
    mutating func pendingWrite() {
        add(
            .pendingWrite, "its servo keeps a registered write back, which the next “action” on the line carries out",
            "Support the joint, then run " + bus.motorCommand("reboot", "\(joint.id)", "--yes") + ".")
    }

    /// A servo that counts within one turn, and says a position beyond it: it was turned by hand since power came on.
    ///
    /// - Parameter way: how it comes to count within its turn again.
    mutating func beyondTurn(_ present: Int, counts: Int, way: String) {
        let turns = Int((Double(present) / Double(counts)).rounded(.down))
        let many = abs(turns) == 1 ? "one whole turn" : "\(abs(turns)) whole turns"
        add(
            .turnCount, "it says position \(present), and its turn goes from 0 to \(counts - 1)",
            "Turn it back by \(many), or let it count within its turn again: support it, then \(way).")
    }

    mutating func holdsNothing(_ why: String, _ advice: String) {
        add(.holding, "it would not hold the joint: \(why)", advice)
    }

    /// Supply and temperature.
    mutating func condition(volts: Double, celsius: Double, _ safety: SafetyConfiguration) {
        let allowed = joint.voltage(usual: safety.minimumVoltage...safety.maximumVoltage)
        if volts < allowed.lowerBound - 1e-9 || volts > allowed.upperBound + 1e-9 {
            add(
                .voltage,
                "its supply is \((volts * 10).rounded() / 10) V, outside "
                    + "\(allowed.lowerBound)…\(allowed.upperBound) V",
                "Check the power supply and its plug.")
        }
        if celsius > safety.maximumTemperature {
            add(
                .temperature, "it is \(Int(celsius)) °C hot, more than \(safety.maximumTemperature) °C",
                "Take its load off and let it cool down.")
        }
    }

    /// The goal that holds a servo where it is; a count or two beyond its own limits it is the limit, which the servo takes.
    static func holdingGoal(_ present: Int, _ lowest: Int, _ highest: Int) -> Int {
        let near = max(lowest, min(max(lowest, highest), present))
        return abs(near - present) <= servoSlack ? near : present
    }

    /// Looks at every motor afresh, as `untilAtRest` does.
    ///
    /// - Parameters:
    ///   - checks: false only in tests: what is found does not matter.
    ///   - look: reads what a motor is set to, and what of that keeps it from being armed.
    ///   - note: is given all that was found.
    static func examine<SetUp>(
        _ count: Int, checks: Bool, _ look: (Int) throws(BusError) -> (SetUp, [HardwareProblem]),
        note: ([HardwareProblem]) -> Void
    ) throws(BusError) -> [SetUp] {
        var present: [SetUp] = []
        try untilAtRest { () throws(BusError) -> [HardwareProblem] in
            present = []
            var found: [HardwareProblem] = []
            for slot in 0..<count {
                let (setUp, problems) = try look(slot)
                present.append(setUp)
                if checks { found += problems }
            }
            if checks { note(found) }
            return found
        }
        return present
    }

    /// Looks again while the only errors are joints that move, for 0.3 s at most: a joint let go of comes to rest.
    ///
    /// - Parameter look: finds everything afresh.
    /// - Throws: `BusError.problems` with the errors, and what `look` throws.
    static func untilAtRest(_ look: () throws(BusError) -> [HardwareProblem]) throws(BusError) {
        let patience = cplatform_monotonic_nanoseconds() + 300_000_000
        while true {
            let errors = try look().errors
            if errors.isEmpty { return }
            guard errors.allSatisfy({ $0.kind == .moving }), cplatform_monotonic_nanoseconds() < patience else {
                throw .problems(errors)
            }
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 20_000_000)
        }
    }

    /// Radians as a person reads them, with degrees.
    static func radians(_ angle: Double) -> String {
        guard angle.isFinite, abs(angle) < 1e6 else { return "\(angle) rad" }
        return "\((angle * 1000).rounded() / 1000) rad (\(Int((angle * 180 / .pi).rounded()))°)"
    }
}

extension [HardwareProblem] {
    /// Those that keep from arming.
    var errors: [HardwareProblem] { filter { $0.severity == .error } }
    /// What only `check` looks at and no person mends in between: firmware too old for something.
    var lasting: [HardwareProblem] { filter { $0.kind == .configuration && $0.severity == .warning } }
}
