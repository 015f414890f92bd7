internal import CPlatform
public import RobotModel
internal import SerialLink
internal import ServoProtocols

/// Looks into one motor of a controller that has no registers (ODrive, VESC, RoboClaw): reads what it says, by name, and
/// restarts it.
///
/// ```swift
/// let tool = DriveTool(.odrive, port: "/dev/ttyACM0", baud: 115_200, id: 0)
/// for reading in try tool.read() { print(reading.name, reading.words) }
/// ```
public struct DriveTool: Sendable {
    /// One thing that a controller says.
    public struct Reading: Sendable, Equatable {
        public var name: String
        /// SI, degrees Celsius, or a plain number.
        public var number: Double
        public var unit: String

        init(_ name: String, _ number: Double, _ unit: String = "") {
            (self.name, self.number, self.unit) = (name, number, unit)
        }

        /// In words: "24.0 V".
        public var words: String {
            let rounded = (number * 10_000).rounded() / 10_000
            let whole = abs(rounded) < 1e15 && rounded == rounded.rounded() && unit.isEmpty
            return (whole ? "\(Int(rounded))" : "\(rounded)") + (unit.isEmpty ? "" : " " + unit)
        }
    }

    private let family: MotorFamily
    private let port: String
    private let baud: Int
    private let id: Int

    public init(_ family: MotorFamily, port: String, baud: Int, id: Int) {
        (self.family, self.port, self.baud, self.id) = (family, port, baud, id)
    }

    /// The program in which the controller's ids, rates and other settings are made.
    public static func settings(of family: MotorFamily) -> String {
        switch family {
        case .odrive: "odrivetool"
        case .vesc: "VESC Tool"
        default: "Basicmicro Motion Studio"
        }
    }

    /// The names that `read` gives, each with its unit.
    public static func names(_ family: MotorFamily) -> [(name: String, unit: String)] {
        let all =
            switch family {
            case .odrive: ODriveProperty.allCases.map { Reading(plainName($0), 0, $0.unit) }
            case .vesc: readings(VescValues(), VescFirmware(major: 0, minor: 0, board: ""))
            default: readings(JointObservation(), ServoFacts())
            }
        return all.map { ($0.name, $0.unit) }
    }

    // MARK: Reading

    /// What the controller says about this motor: what is called `name`, however it is spelled, or everything.
    ///
    /// Writes nothing.
    ///
    /// - Throws: `MotorToolError`: there is no such name, the port cannot be used, nobody answers, or it is no id of this
    ///   family.
    public func read(_ name: String? = nil) throws(MotorToolError) -> [Reading] {
        guard let name else { return try readAll() }
        let names = Self.names(family).map(\.name)
        let plain = MotorRegister.plain(name)
        guard names.contains(where: { MotorRegister.plain($0) == plain }) else {
            let near = names.filter { MotorRegister.isNear($0, to: name) }
            throw .noSuchRegister(name: name, near: Array(near.prefix(3)), family: family)
        }
        let found = try readAll().filter { MotorRegister.plain($0.name) == plain }
        guard !found.isEmpty else { throw .notSupported("The firmware of motor \(id) does not tell “\(name)”.") }
        return found
    }

    private func readAll() throws(MotorToolError) -> [Reading] {
        try withDriver { driver throws(BusError) in
            switch driver {
            case let bus as ODriveBus:
                var readings: [Reading] = []
                for property in ODriveProperty.allCases {
                    guard let reply = try bus.read(property, axis: id) else { continue }
                    // boards say yes and no in two ways
                    let yes: Double = reply == "True" || reply == "1" ? 1 : 0
                    guard let number = property.kind == .boolean ? yes : reply.number else { continue }
                    readings.append(Reading(Self.plainName(property), number, property.unit))
                }
                return readings
            case let bus as VescBus:
                guard let values = try bus.values(0), let firmware = try bus.firmware(0) else { return [] }
                return Self.readings(values, firmware)
            default:
                var seen = JointObservations(count: 1)
                for _ in 0..<3 {
                    _ = try driver.read(
                        into: &seen, deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 60_000_000)
                }
                return Self.readings(seen[0], driver.facts(of: 0))
            }
        }
    }

    private static func plainName(_ property: ODriveProperty) -> String { "\(property.path)" }

    private static func readings(_ values: VescValues, _ firmware: VescFirmware) -> [Reading] {
        [
            Reading("firmware major", Double(firmware.major)), Reading("firmware minor", Double(firmware.minor)),
            Reading("controller id", Double(values.controllerID)), Reading("supply voltage", values.supplyVoltage, "V"),
            Reading("supply current", values.supplyCurrent, "A"), Reading("motor current", values.motorCurrent, "A"),
            Reading("duty", values.duty), Reading("electrical speed", values.electricalSpeed, "rpm"),
            Reading("tachometer", Double(values.tachometer)), Reading("encoder position", values.position, "°"),
            Reading("transistor temperature", values.transistorTemperature, "°C"),
            Reading("motor temperature", values.motorTemperature, "°C"), Reading("fault", Double(values.fault)),
            Reading("status", Double(values.status)),
        ]
    }

    /// Positions and speeds in counts of the encoder, which are all that the board knows.
    private static func readings(_ seen: JointObservation, _ facts: ServoFacts) -> [Reading] {
        let counts = 4096 / (2 * Double.pi)
        return [
            Reading("firmware major", Double(facts.firmwareMajor)),
            Reading("firmware minor", Double(facts.firmwareMinor)), Reading("main voltage", seen.voltage, "V"),
            Reading("motor current", seen.current, "A"), Reading("temperature", seen.temperature, "°C"),
            Reading("encoder", (seen.position * counts).rounded()),
            Reading("speed", (seen.velocity * counts).rounded(), "counts/s"), Reading("errors", Double(seen.faults)),
        ]
    }

    // MARK: Restarting

    /// Restarts the whole controller, and waits until it answers again.
    ///
    /// - Throws: `MotorToolError`: as `read`; `notSupported` where there is no such command; `rejected` if it stays away.
    public func reboot() throws(MotorToolError) {
        guard family != .roboclaw else {
            throw .notSupported("A RoboClaw has no command to restart it. Switch its supply off and on.")
        }
        try withDriver { driver throws(BusError) in
            switch driver {
            case let bus as ODriveBus: try bus.sendReboot()
            case let bus as VescBus: try bus.sendReboot()
            default: break
            }
        }
        let limit = cplatform_monotonic_nanoseconds() + 5_000_000_000
        repeat {
            _ = cplatform_sleep_until(cplatform_monotonic_nanoseconds() + 300_000_000)
            // over USB the port itself goes and comes back
            if (try? withDriver { _ throws(BusError) in }) != nil { return }
        } while cplatform_monotonic_nanoseconds() < limit
        throw .rejected(id: id, why: "it did not come back within five seconds after the restart")
    }

    /// A driver of this one motor, which has answered.
    private func withDriver<R>(
        _ body: (any MotorBus) throws(BusError) -> R
    ) throws(MotorToolError) -> R {
        let bus = BusConfiguration(name: "tool", port: port, family: family, baud: baud, voltage: 0...100)
        let safety = SafetyConfiguration(
            minimumVoltage: 0, maximumVoltage: 100, maximumTemperature: 200, silenceSeconds: 1)
        let joint = JointConfiguration(scanned: id, family: family, bus: bus.name)
        do throws(BusError) {
            let driver = try MotorBuses.make(configuration: bus, joints: [joint], safety: safety)
            try driver.open()
            defer { driver.close() }
            try driver.check()
            guard driver.facts(of: 0).answered else {
                throw .noAnswer(joint: joint.name, id: id, port: port, doing: "it was asked")
            }
            return try body(driver)
        } catch {
            switch error {
            case .serial(let error): throw .serial(error)
            case .problems(let problems): throw .notSupported(problems.map(\.description).joined(separator: "\n"))
            default: throw .noAnswer(id: id, port: port, baud: baud)
            }
        }
    }
}

extension ODriveProperty {
    fileprivate var unit: String {
        switch self {
        case .busVoltage: "V"
        case .torqueCurrent: "A"
        case .transistorTemperature: "°C"
        case .watchdogTimeout: "s"
        case .velocityInput, .velocityLimit: "turns/s"
        case .torqueInput: "N·m"
        case .positionInput: "turns"
        default: ""
        }
    }
}

extension ODriveBus {
    /// Restarts the board; it answers with nothing.
    fileprivate func sendReboot() throws(BusError) {
        text.clear()
        text.appendReboot()
        try text.withBytes { bytes throws(BusError) in try core.send(bytes, deadlineNanoseconds: core.soon) }
    }
}

extension VescBus {
    /// Restarts the controller; it answers with nothing.
    fileprivate func sendReboot() throws(BusError) {
        frame.encode(.reboot, can: can(0))
        try sendFrame(core.soon)
    }
}
