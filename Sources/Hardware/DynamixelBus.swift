internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The driver of one bus of DYNAMIXEL X-series devices (Protocol 2.0).
///
/// Goals can be written without switching torque on, so arming first makes every goal the present position and only
/// then lets the devices hold it. While armed each device's bus watchdog runs: it stops by itself when nothing was heard
/// on the line for 100 ms. Hardware errors are latched in the device until a reboot, which lets go of torque and is left
/// to a person.
///
/// ```swift
/// let bus = try DynamixelBus(configuration: robot.buses[0], joints: robot.joints, safety: robot.safety)
/// try bus.open()
/// let problems = try bus.check()
/// try bus.arm()
/// try bus.read(into: &observations, deadlineNanoseconds: deadline)
/// try bus.write(goals: goals, deadlineNanoseconds: deadline)
/// try bus.disarm()
/// ```
///
/// Unchecked `Sendable`: all of it is touched by the one thread it belongs to.
public final class DynamixelBus: MotorBus, @unchecked Sendable {
    public let configuration: BusConfiguration
    public let safety: SafetyConfiguration
    public let joints: [JointConfiguration]
    public internal(set) var state = BusState.closed
    public internal(set) var problems: [HardwareProblem] = []
    public let haltLine = HaltLine()
    /// What stops the joints, and what stops the wheels; empty = nothing.
    var haltFrames = (joints: DynamixelFrame(), wheels: DynamixelFrame())
    /// How long to wait beyond the computed wire time for a reply, nanoseconds: adapters and schedulers are late.
    public var replySlackNanoseconds: Int64 = 3_000_000
    /// Whether to ask all devices for one packet, where their firmware can.
    public var usesFastReads = true
    /// False only in tests of what the checks keep from happening.
    @_spi(Testing) public var checksBeforeArming = true

    /// Fault bit of an observation: the bus watchdog has stopped the device.
    static var watchdogFault: UInt16 { 1 << 8 }
    /// Fault bit of an observation: the device reports an error whose kind is not read yet.
    static var alertFault: UInt16 { 1 << 9 }
    /// rad/s per radian by which a wheel lags behind its goal.
    static var wheelGain: Double { 4 }
    /// Register 98 while armed, 20 ms each.
    static var watchdogCounts: Int { 5 }

    let count: Int
    var slots = InlineArray<16, DynamixelSlot>(repeating: DynamixelSlot())
    var link = DynamixelLink()
    var cycle = 0
    /// The longest pause between request and reply of any device.
    var returnDelayNanoseconds: Int64 = 508_000
    /// Who answered the last request at all, as bits by slot.
    var heard: UInt16 = 0
    /// Fast reads in a row that were not complete.
    var fastMisses = 0

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if there are more than 16 joints, or a joint cannot be driven as configured.
    public init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        self.configuration = configuration
        self.safety = safety
        let mine = joints.enumerated().filter { $0.element.bus == configuration.name }
        self.joints = mine.map(\.element)
        count = min(mine.count, largestJointCount)
        let faults = Self.configurationProblems(bus: configuration, joints: self.joints, all: joints.count)
        guard faults.isEmpty else { throw .problems(faults) }
        for (slot, joint) in mine.enumerated() {
            guard let model = DynamixelModel.named(joint.element.servo) else { continue }
            slots[slot].id = UInt8(truncatingIfNeeded: joint.element.id)
            slots[slot].index = joint.offset
            slots[slot].isContinuous = joint.element.isContinuous
            slots[slot].conversion = DynamixelConversion(joint.element, model: model)
        }
    }

    /// 100 ms; nil if the firmware of some device is too old to have the watchdog.
    public var watchdogNanoseconds: Int64? {
        for slot in 0..<count where slots[slot].facts.answered && !slots[slot].hasWatchdog { return nil }
        return Int64(Self.watchdogCounts) * DynamixelWatchdog.unitNanoseconds
    }

    public func open(_ port: SerialPort) {
        close()
        link.attach(port)
        haltLine.attach(port)
        for slot in 0..<count { slots[slot].forget() }
        problems = []
        cycle = 0
        fastMisses = 0
        state = .unchecked
    }

    /// Lets go of the port. Devices that hold torque hold it on, or stop by their watchdog: `disarm` first.
    public func close() {
        link.detach()
        haltLine.detach()
        state = .closed
    }

    public func statistics(of index: Int) -> ServoStatistics {
        index >= 0 && index < count ? slots[index].statistics : ServoStatistics()
    }

    public func facts(of index: Int) -> ServoFacts {
        index >= 0 && index < count ? slots[index].facts : ServoFacts()
    }

    public func stand(of index: Int) -> JointStand {
        guard index >= 0, index < count else { return .nowhere }
        return JointStand(
            servo: slots[index].index, armedAt: slots[index].armedAt, turn: slots[index].conversion.turn,
            wheel: slots[index].isContinuous ? slots[index].armedVelocity : nil)
    }

    public static var faultsThatArmingClears: UInt16 { watchdogFault }

    /// Bits of register 70, and two of our own, in words, each with the way to clear it.
    public static func faultWords(_ bits: UInt16) -> [String] {
        var words = DynamixelFaults(rawValue: UInt8(truncatingIfNeeded: bits)).words
        if bits & watchdogFault != 0 {
            words.append("stopped by its bus watchdog after 100 ms of silence (disarm, then arm again)")
        }
        if bits & alertFault != 0 {
            words.append(
                "reports a hardware error that could not be read yet (`foresight motor read` shows it; then reboot it)")
        }
        return words
    }

    /// Bytes since `open` that belonged to no packet: noise, collisions, a wrong baud rate.
    public var junkBytes: Int { link.junkBytes }

    private static func configurationProblems(
        bus: BusConfiguration, joints: [JointConfiguration], all: Int
    ) -> [HardwareProblem] {
        var problems: [HardwareProblem] = []
        func add(_ what: String, _ advice: String) {
            problems.append(
                HardwareProblem(
                    kind: .configuration, severity: .error, port: bus.port, what: what, advice: advice))
        }
        if all > largestJointCount {
            add(
                "the configuration names \(all) joints, and at most \(largestJointCount) can be driven",
                "Remove joints from the configuration.")
        }
        if DynamixelBaud.index(rate: bus.baud) == nil {
            let rates = DynamixelBaud.rates.map(String.init).joined(separator: ", ")
            add("no DYNAMIXEL talks at \(bus.baud) bits per second", "Set baud to one of \(rates).")
        }
        for (place, joint) in joints.enumerated() {
            if let problem = configurationProblem(joint, bus) { problems.append(problem) }
            for other in joints[..<place] where other.id == joint.id {
                problems.append(
                    ConfigurationCheck.problem(
                        .duplicateID, joint, bus, "has the same id as joint “\(other.name)”",
                        "Ids on one bus must differ: correct the configuration."))
            }
        }
        return problems
    }

    private static func configurationProblem(_ joint: JointConfiguration, _ bus: BusConfiguration) -> HardwareProblem? {
        guard let model = DynamixelModel.named(joint.servo) else {
            let known = DynamixelModel.known.map(\.name).joined(separator: ", ")
            return ConfigurationCheck.problem(
                .configuration, joint, bus, "its servo “\(joint.servo)” is none this version can drive",
                "It knows \(known).")
        }
        guard 0...Int(DynamixelFrame.largestID) ~= joint.id else {
            return ConfigurationCheck.problem(
                .configuration, joint, bus, "no DYNAMIXEL has the id \(joint.id)", "Ids go from 0 to 252.")
        }
        guard !joint.isContinuous, joint.gear == 1 else { return nil }
        let conversion = DynamixelConversion(joint, model: model)
        let needed = conversion.limitCounts
        guard needed.lowerBound < 0 || needed.upperBound >= DynamixelModel.countsPerTurn else { return nil }
        return ConfigurationCheck.problem(
            .limits, joint, bus,
            "its limits need positions \(needed.lowerBound)…\(needed.upperBound), and in position control the servo turns only through 0…4095",
            "Mount the horn so that zero lies near the middle, or narrow lower and upper.")
    }
}

// MARK: - One exchange

extension DynamixelBus {
    /// Bits on the wire: ten per byte.
    func wireNanoseconds(bytes: Int) -> Int64 {
        Int64(bytes) * 10_000_000_000 / Int64(max(1, configuration.baud))
    }

    /// When `devices` replies of `data` bytes to the frame in work must be in.
    func replyDeadline(devices: Int, data: Int, notAfter limit: Int64) -> Int64 {
        let bytes = link.frame.count + devices * (data + 11)
        let span = wireNanoseconds(bytes: bytes) + Int64(devices) * returnDelayNanoseconds + replySlackNanoseconds
        return min(limit, cplatform_monotonic_nanoseconds() + span)
    }

    /// Throws away what came too late, then sends the frame in work.
    func send(replyData: Int?, deadlineNanoseconds: Int64) throws(BusError) {
        guard link.port != nil else { throw .notOpen(port: configuration.port) }
        do throws(SerialError) {
            while let late = try link.takeLate() {
                if let slot = slotIndex(id: late.id) { slots[slot].statistics.late += 1 }
            }
            try link.send(replyData: replyData, deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    func receive(deadlineNanoseconds: Int64) throws(BusError) -> DynamixelPacket? {
        do throws(SerialError) {
            return try link.receive(deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    func receiveBlock(count: Int, blocks: Int, deadlineNanoseconds: Int64) throws(BusError) -> DynamixelPacket? {
        do throws(SerialError) {
            return try link.receiveBlock(count: count, blocks: blocks, deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    /// A port that hung up closes the bus: what the devices do now is not known.
    private func failed(_ error: SerialError) -> BusError {
        if case .disconnected = error { close() }
        return .serial(error)
    }

    func slotIndex(id: UInt8) -> Int? {
        for slot in 0..<count where slots[slot].id == id { return slot }
        return nil
    }

    /// Counts a request to `slot` that got no good reply.
    func noteLoss(slot: Int, checksumFailuresBefore: Int) {
        slots[slot].statistics.lost += 1
        if link.checksumFailures > checksumFailuresBefore, link.lastFailedID == slots[slot].id {
            slots[slot].statistics.corrupt += 1
        }
    }
}
