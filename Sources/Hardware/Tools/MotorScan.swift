internal import CPlatform
public import RobotModel
public import SerialLink

/// A motor that answered.
public struct FoundMotor: Sendable, Equatable, Encodable {
    public var port: String
    public var family: String
    public var baud: Int
    public var id: Int
    public var model: String
    public var firmware: String
    public var volts: Double
    public var temperature: Double
    /// Volts it was made for, as it says itself; nil if it does not.
    public var allowedVolts: [Double]?
    /// Whether it is set up to turn without end.
    public var isWheel: Bool
    /// What it says is wrong with it, in words.
    public var faults: [String]
    /// What a person should know, each with what to do about it.
    public var problems: [String]

    public init(
        port: String, family: String, baud: Int, id: Int, model: String, firmware: String, volts: Double,
        temperature: Double, allowedVolts: [Double]? = nil, isWheel: Bool = false, faults: [String] = [],
        problems: [String] = []
    ) {
        self.port = port
        self.family = family
        self.baud = baud
        self.id = id
        self.model = model
        self.firmware = firmware
        self.volts = volts
        self.temperature = temperature
        self.allowedVolts = allowedVolts
        self.isWheel = isWheel
        self.faults = faults
        self.problems = problems
    }
}

/// Looks for motors of every family at every rate on one port; moves nothing.
public struct MotorScan: Sendable {
    public var families: [MotorFamily]
    /// Rates to try; nil = those of each family.
    public var bauds: [Int]?
    /// Whether to go on after motors were found.
    public var isExhaustive: Bool

    public init(families: [MotorFamily] = MotorFamily.allCases, bauds: [Int]? = nil, isExhaustive: Bool = false) {
        self.families = families
        self.bauds = bauds
        self.isExhaustive = isExhaustive
    }

    /// - Parameters:
    ///   - progress: what is tried, and the share that is done, 0 … 1; false ends the scan.
    /// - Returns: the motors, by family, rate and id.
    /// - Throws: `SerialError` if the port cannot be used at all.
    public func run(
        path: String, progress: (String, Double) -> Bool = { _, _ in true }
    ) throws(SerialError) -> [FoundMotor] {
        let attempts = families.flatMap { family in
            (bauds ?? family.knownBauds).map { (family: family, baud: $0) }
        }
        var found: [FoundMotor] = []
        for (place, attempt) in attempts.enumerated() {
            let share = Double(place) / Double(attempts.count)
            let what = "\(attempt.family.rawValue) at \(attempt.baud) bits per second"
            guard progress(what, share) else { break }
            let ids: [Int]
            do throws(SerialError) {
                let port = try SerialPort(path: path, baud: attempt.baud)
                ids = try self.ids(attempt.family, port) { id in
                    progress(what + (attempt.family == .vesc ? ", who is on its CAN bus" : ", id \(id)"), share)
                }
            } catch {
                // an adapter that cannot do a rate does not end the scan
                if case .settingRefused = error { continue }
                throw error
            }
            found += try describe(ids, family: attempt.family, baud: attempt.baud, path: path)
            if !found.isEmpty, !isExhaustive { break }
        }
        return found
    }

    // MARK: Who is there

    private func ids(
        _ family: MotorFamily, _ port: SerialPort, progress: (Int) -> Bool
    ) throws(SerialError) -> [Int] {
        if family == .vesc {
            var probe = VescProbe(port)
            return try probe.ids { progress(0) }
        }
        guard let tool = MotorTools.make(family, port) else { return family.scannedIDs }
        do throws(MotorToolError) {
            guard try tool.hearsAnybody() else { return [] }
            var ids: [Int] = []
            for id in tool.ids {
                if id % 16 == 0, !progress(id) { break }
                if try tool.ping(id) { ids.append(id) }
            }
            return ids
        } catch {
            if case .serial(let error) = error { throw error }
            return []
        }
    }

    // MARK: What they are

    private func describe(
        _ ids: [Int], family: MotorFamily, baud: Int, path: String
    ) throws(SerialError) -> [FoundMotor] {
        var found: [FoundMotor] = []
        var rest = ids[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(largestJointCount))
            rest = rest.dropFirst(some.count)
            found += try describeSome(some, family: family, baud: baud, path: path)
        }
        return found
    }

    private func describeSome(
        _ ids: [Int], family: MotorFamily, baud: Int, path: String
    ) throws(SerialError) -> [FoundMotor] {
        let bus = BusConfiguration(
            name: "scan", port: path, family: family, baud: baud, voltage: 0...100)
        let joints = ids.map { JointConfiguration(scanned: $0, family: family) }
        let safety = SafetyConfiguration(
            minimumVoltage: 0, maximumVoltage: 100, maximumTemperature: 200, silenceSeconds: 1)
        do throws(BusError) {
            let driver = try MotorBuses.make(configuration: bus, joints: joints, safety: safety)
            try driver.open()
            defer { driver.close() }
            let problems = try driver.check()
            var seen = JointObservations(count: ids.count)
            for _ in 0..<3 {
                _ = try driver.read(
                    into: &seen, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 60_000_000)
            }
            return joints.indices.compactMap { index in
                motor(index, driver, problems, seen[index], path: path)
            }
        } catch {
            if case .serial(let error) = error { throw error }
            return []
        }
    }

    private func motor(
        _ index: Int, _ driver: any MotorBus, _ problems: [HardwareProblem], _ seen: JointObservation, path: String
    ) -> FoundMotor? {
        let facts = driver.facts(of: index)
        guard facts.answered else { return nil }
        let joint = driver.joints[index]
        let family = driver.configuration.family
        // the scan knows no configuration a model or a limit could differ from, and faults have a column of their own
        var known: Set<HardwareProblem.Kind> = [.wrongModel, .limits, .fault, .position, .turnCount, .moving]
        let isWheel = family == .dynamixel ? facts.operatingMode == 1 : family != .feetech
        if isWheel { known.insert(.wrongMode) }
        let own = problems.filter { $0.joint == joint.name && !known.contains($0.kind) }
        let volts = (seen.voltage * 10).rounded() / 10
        return FoundMotor(
            port: path, family: family.rawValue, baud: driver.configuration.baud, id: joint.id,
            model: MotorTools.modelName(facts.model, family), firmware: "\(facts.firmwareMajor).\(facts.firmwareMinor)",
            volts: volts, temperature: seen.temperature.rounded(),
            allowedVolts: facts.allowedVolts.map { [$0.lowerBound, $0.upperBound] }, isWheel: isWheel,
            faults: MotorBuses.faultWords(seen.faults, of: family),
            problems: own.map { "\($0.what). \($0.advice)" } + MotorTools.supplyProblems(volts, facts, family))
    }
}

extension JointConfiguration {
    /// A joint of which nothing is known but its motor's id.
    init(scanned id: Int, family: MotorFamily, bus: String = "scan") {
        let wheel = ![.feetech, .dynamixel].contains(family)
        self.init(
            name: "motor \(id)", bus: bus, family: family, id: id,
            limits: wheel ? -Double.infinity ... .infinity : -3.1...3.1)
    }
}

extension MotorFamily {
    /// Rates worth trying, the usual one first.
    public var knownBauds: [Int] {
        switch self {
        case .feetech: [1_000_000, 500_000, 115_200, 57_600, 250_000, 128_000, 76_800, 38_400]
        case .dynamixel: [57_600, 1_000_000, 115_200, 2_000_000, 3_000_000, 4_000_000, 9600]
        case .odrive: [115_200, 921_600]
        case .vesc: [115_200, 230_400, 460_800]
        case .roboclaw: [38_400, 115_200, 460_800, 9600]
        }
    }

    /// Ids to ask where there is no way to ask all at once.
    var scannedIDs: [Int] {
        switch self {
        case .feetech, .dynamixel, .vesc: []
        case .odrive: [0, 1]
        case .roboclaw: Array(0..<16)
        }
    }
}
