internal import CPlatform
public import RobotModel
public import SerialLink

/// Asks the motors of a bus what is wrong with them, and looks for them elsewhere when they are silent.
public enum MotorDoctor {
    /// - Parameter progress: what is done just now.
    /// - Returns: what is wrong, each with its fix; the worst first, empty if all is well.
    public static func examine(
        _ bus: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration,
        progress: (String) -> Void = { _ in }
    ) -> [PortDoctor.Finding] {
        progress("asking the motors of \(bus.name)")
        do throws(BusError) {
            let driver = try MotorBuses.make(configuration: bus, joints: joints, safety: safety)
            try driver.open()
            let problems = try driver.check()
            let facts = driver.joints.indices.map { driver.facts(of: $0) }
            let mine = driver.joints
            driver.close()
            var findings: [PortDoctor.Finding] = []
            if !mine.isEmpty, !facts.contains(where: \.answered) {
                findings.append(silent(bus, progress))
            } else {
                findings += problems.map { finding($0, bus) }
                findings += elsewhere(bus, mine, facts, progress)
                findings += mixedFirmware(bus, mine, facts)
                findings += supply(bus, mine, facts, problems)
                findings += locks(bus, mine, facts)
                findings += delays(bus, mine, facts)
            }
            return [.error, .warning, .note].flatMap { severity in findings.filter { $0.severity == severity } }
        } catch {
            if case .serial(let reason) = error {
                let sentences = reason.description.split(separator: ". ", maxSplits: 1).map(String.init)
                return [
                    PortDoctor.Finding(
                        .error, port: bus.port, what: sentences[0],
                        fix: sentences.count > 1 ? sentences[1] : "Unplug the adapter and plug it in again.")
                ]
            }
            return [
                PortDoctor.Finding(.error, port: bus.port, what: error.description, fix: "Correct the configuration.")
            ]
        }
    }

    private static func finding(_ problem: HardwareProblem, _ bus: BusConfiguration) -> PortDoctor.Finding {
        let place = problem.joint.map { "\($0) (motor \(problem.id ?? -1)): " } ?? ""
        return PortDoctor.Finding(
            problem.severity == .error ? .error : .warning, port: bus.port, what: place + problem.what,
            fix: problem.advice)
    }

    /// Some do not answer: do they at another rate?
    private static func elsewhere(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ facts: [ServoFacts], _ progress: (String) -> Void
    ) -> [PortDoctor.Finding] {
        let silent = zip(joints, facts).filter { !$0.1.answered }.map(\.0)
        // only these can be asked all at once
        guard !silent.isEmpty, [.feetech, .dynamixel].contains(bus.family) else { return [] }
        let rates = bus.family.knownBauds.filter { $0 != bus.baud }
        let scan = MotorScan(families: [bus.family], bauds: rates, isExhaustive: true)
        let found =
            (try? scan.run(path: bus.port) { what, _ in
                progress(what)
                return true
            }) ?? []
        return silent.compactMap { joint in
            guard let motor = found.first(where: { $0.id == joint.id }) else { return nil }
            let command = bus.motorCommand("set-baud", "\(joint.id)", "\(bus.baud)", baud: motor.baud)
            return PortDoctor.Finding(
                .error, port: bus.port,
                what: "\(joint.name) (motor \(joint.id)) speaks at \(motor.baud) bits per second, not \(bus.baud)",
                fix: "\(command) gives it the rate of the others.")
        }
    }

    /// Nobody answers: at another rate, or in another protocol?
    private static func silent(_ bus: BusConfiguration, _ progress: (String) -> Void) -> PortDoctor.Finding {
        let elsewhere =
            (try? MotorScan().run(path: bus.port) { what, _ in
                progress(what)
                return true
            }) ?? []
        guard let motor = elsewhere.first else {
            return PortDoctor.Finding(
                .error, port: bus.port,
                what: "no motor of “\(bus.name)” answers, at any rate and in any protocol",
                fix: "Switch the motors' supply on, plug the bus cable into the adapter, and look for a broken cable.")
        }
        let ids = elsewhere.map { String($0.id) }.joined(separator: ", ")
        if motor.family != bus.family.rawValue {
            return PortDoctor.Finding(
                .error, port: bus.port,
                what: "the motors here (ids \(ids)) are \(motor.family), not \(bus.family.rawValue)",
                fix: "Write family = \"\(motor.family)\" for the bus “\(bus.name)”.")
        }
        if motor.baud != bus.baud {
            return PortDoctor.Finding(
                .error, port: bus.port,
                what: "the motors (ids \(ids)) speak at \(motor.baud) bits per second, not \(bus.baud)",
                fix:
                    "Write baud = \(motor.baud) for the bus “\(bus.name)”, or give them another with `foresight motor set-baud`."
            )
        }
        return PortDoctor.Finding(
            .error, port: bus.port, what: "other motors answer here than the configuration names: ids \(ids)",
            fix: "Correct the ids of the joints, or give the motors theirs with `foresight motor set-id`.")
    }

    private static func mixedFirmware(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ facts: [ServoFacts]
    ) -> [PortDoctor.Finding] {
        let known = zip(joints, facts).filter { $0.1.answered && $0.1.firmwareMajor != 0 }
        let versions = Set(known.map { "\($0.1.firmwareMajor).\($0.1.firmwareMinor)" })
        guard versions.count > 1 else { return [] }
        let list = known.map { "\($0.0.name) \($0.1.firmwareMajor).\($0.1.firmwareMinor)" }.joined(separator: ", ")
        return [
            PortDoctor.Finding(
                .warning, port: bus.port, what: "the motors have different firmware: \(list)",
                fix:
                    "Bring them to one version with the manufacturer's tool; mixed versions time their replies differently."
            )
        ]
    }

    private static func supply(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ facts: [ServoFacts], _ problems: [HardwareProblem]
    ) -> [PortDoctor.Finding] {
        // what the check said needs no second voice
        guard !problems.contains(where: { $0.kind == .voltage }) else { return [] }
        return zip(joints, facts).flatMap { joint, fact in
            MotorTools.supplyProblems(fact.volts, fact, bus.family).map {
                PortDoctor.Finding(
                    .error, port: bus.port, what: "\(joint.name) (motor \(joint.id)): \($0)",
                    fix: "Use the supply the motors are made for.")
            }
        }
    }

    /// Motors that wait before they reply, which costs every cycle.
    private static func delays(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ facts: [ServoFacts]
    ) -> [PortDoctor.Finding] {
        let waiting = zip(joints, facts).filter { $0.1.returnDelayNanoseconds > 50_000 }
        guard let longest = waiting.map(\.1.returnDelayNanoseconds).max() else { return [] }
        let names = waiting.map(\.0.name).joined(separator: ", ")
        return [
            PortDoctor.Finding(
                .note, port: bus.port,
                what: "\(names) wait \(Double(longest / 1000) / 1000) ms before they reply, which slows every cycle",
                fix: bus.motorCommand("write", "ID", "'return delay' 0" + (bus.family == .feetech ? " --unlock" : ""))
                    + " for each.")
        ]
    }

    private static func locks(
        _ bus: BusConfiguration, _ joints: [JointConfiguration], _ facts: [ServoFacts]
    ) -> [PortDoctor.Finding] {
        guard bus.family == .feetech, let port = try? SerialPort(path: bus.port, baud: bus.baud) else { return [] }
        let tool = FeetechTool(port)
        let open = zip(joints, facts).filter { $0.1.answered && (try? tool.isLocked($0.0.id)) == false }.map(\.0.name)
        guard !open.isEmpty else {
            return [
                PortDoctor.Finding(
                    .note, port: bus.port, what: "the motors' EEPROM is locked, as it should be",
                    fix: "Nothing to do; `foresight motor write … --unlock` lifts the lock for one write.")
            ]
        }
        return [
            PortDoctor.Finding(
                .warning, port: bus.port, what: "the EEPROM of \(open.joined(separator: ", ")) is not locked",
                fix: bus.motorCommand("write", "ID", "lock 1")
                    + " for each, so that no stray write changes its settings.")
        ]
    }
}
