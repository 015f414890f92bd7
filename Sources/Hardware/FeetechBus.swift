internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The driver of one bus of Feetech STS servos: registers on one side, joints in SI units on the other.
///
/// It belongs to one thread. `read` and `write` are the cycle: they neither allocate nor wait beyond their deadline.
/// The bus knows whether it is armed, and no goal position leaves it otherwise: on these servos writing a goal *is*
/// switching torque on. A port that hangs up closes the bus; `open` it again until that works, then `check`, and a
/// person may `arm`.
///
/// ```swift
/// var bus = try FeetechBus(configuration: robot.buses[0], joints: robot.joints, safety: robot.safety)
/// try bus.open()
/// let problems = try bus.check()
/// try bus.arm()
/// try bus.read(into: &observations, deadlineNanoseconds: deadline)
/// try bus.write(goals: goals, deadlineNanoseconds: deadline)
/// try bus.disarm()
/// ```
///
/// Unchecked `Sendable`: all of it is touched by the one thread it belongs to.
public final class FeetechBus: MotorBus, @unchecked Sendable {
    public let configuration: BusConfiguration
    public let safety: SafetyConfiguration
    /// The joints on this bus, in configuration order.
    public let joints: [JointConfiguration]
    public internal(set) var state = BusState.closed
    /// What the last `check` found.
    public internal(set) var problems: [HardwareProblem] = []
    /// How long to wait beyond the computed wire time for a reply, nanoseconds: adapters and schedulers are late.
    public var replySlackNanoseconds: Int64 = 3_000_000
    /// False only in tests of what the checks keep from happening.
    @_spi(Testing) public var checksBeforeArming = true

    let count: Int
    var slots = InlineArray<16, ServoSlot>(repeating: ServoSlot())
    var link = FeetechLink()
    public let haltLine = HaltLine()
    var haltFrame = FeetechFrame()
    var cycle = 0
    /// The longest pause between request and reply of any servo.
    var returnDelayNanoseconds: Int64 = 508_000
    /// Who answered the last request at all, as bits by slot.
    var heard: UInt16 = 0

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if there are more than 16 joints, or a joint's limits need positions its servo
    ///   does not have.
    public init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        self.configuration = configuration
        self.safety = safety
        let mine = joints.enumerated().filter { $0.element.bus == configuration.name }
        self.joints = mine.map(\.element)
        count = min(mine.count, largestJointCount)
        let faults = ConfigurationCheck.problems(bus: configuration, joints: self.joints, all: joints.count)
        guard faults.isEmpty else { throw .problems(faults) }
        for (slot, joint) in mine.enumerated() {
            slots[slot].id = UInt8(truncatingIfNeeded: joint.element.id)
            slots[slot].index = joint.offset
            slots[slot].conversion = ServoConversion(
                joint.element, model: FeetechModel.named(joint.element.servo))
        }
    }

    /// These servos have no such thing: they hold their last goal for ever.
    public var watchdogNanoseconds: Int64? { nil }

    /// Takes an opened port; afterwards nothing is known of the servos, and nothing moves.
    public func open(_ port: SerialPort) {
        close()
        link.attach(port)
        haltLine.attach(port)
        for slot in 0..<count { slots[slot].forget() }
        problems = []
        cycle = 0
        state = .unchecked
    }

    /// Lets go of the port. Servos that hold torque go on holding it: `disarm` first.
    public func close() {
        link.detach()
        haltLine.detach()
        state = .closed
    }

    /// How well the servo of `joints[index]` answered since `open`.
    public func statistics(of index: Int) -> ServoStatistics {
        index >= 0 && index < count ? slots[index].statistics : ServoStatistics()
    }

    /// What `check` found out about the servo of `joints[index]`.
    public func facts(of index: Int) -> ServoFacts {
        index >= 0 && index < count ? slots[index].facts : ServoFacts()
    }

    public func stand(of index: Int) -> JointStand {
        guard index >= 0, index < count else { return .nowhere }
        return JointStand(servo: slots[index].index, armedAt: slots[index].armedAt, turn: 2 * .pi)
    }

    /// Bits of register 65 in words, each with the way to clear it.
    public static func faultWords(_ bits: UInt16) -> [String] {
        let faults = FeetechFaults(rawValue: UInt8(truncatingIfNeeded: bits))
        let way = faults.contains(.overheated) ? "let it cool down" : "disarm, free the joint, then arm"
        return faults.words.map { "\($0) (\(way))" }
    }

    /// Bytes since `open` that belonged to no packet: noise, collisions, a wrong baud rate.
    public var junkBytes: Int { link.junkBytes }
}

/// What the bus keeps of one servo.
struct ServoSlot: Sendable {
    var id: UInt8 = 0
    /// Place in the robot's configuration.
    var index = 0
    var conversion = ServoConversion()
    var statistics = ServoStatistics()
    var facts = ServoFacts()
    var torqueOn = false
    /// It was silent for long: it gets no goal before it has shown that it is still set up.
    var isSuspect = false
    /// It has forgotten what it was told at arming.
    var hasRestarted = false
    /// Replies to single reads while sync reads went without, in a row.
    var syncMisses = 0
    var last: FeetechState?
    var lastTime: Int64 = 0
    /// A reply that was too far from the last one to be believed at once.
    var doubtful: FeetechState?
    /// Goals beyond these are cut, radians: the limits, widened to where the joint was when armed.
    var lowest = 0.0
    var highest = 0.0
    /// Radians, its goal when it was armed last.
    var armedAt = 0.0

    mutating func forget() {
        statistics = ServoStatistics()
        facts = ServoFacts()
        torqueOn = false
        isSuspect = false
        hasRestarted = false
        syncMisses = 0
        lastTime = 0
        doubtful = nil
        last = nil
        lowest = conversion.lower
        highest = conversion.upper
    }

    /// Takes over what it is set to, as the cycle and `facts` need it.
    mutating func adopt(_ setUp: FeetechSetUp) {
        facts.returnDelayNanoseconds = Int64(setUp.returnDelay) * 2000
        facts.responseLevel = setUp.responseLevel
        if setUp.leastVolts <= setUp.mostVolts {
            facts.allowedVolts = Double(setUp.leastVolts) / 10...Double(setUp.mostVolts) / 10
        }
        facts.volts = setUp.state.voltage
        facts.torqueOn = setUp.torque != 0
        torqueOn = setUp.torque != 0
    }
}

// MARK: - One exchange

extension FeetechBus {
    /// Bits on the wire: ten per byte.
    func wireNanoseconds(bytes: Int) -> Int64 {
        Int64(bytes) * 10_000_000_000 / Int64(max(1, configuration.baud))
    }

    /// When `servos` replies of `parameters` bytes to the frame in work must be in.
    func replyDeadline(servos: Int, parameters: Int, notAfter limit: Int64) -> Int64 {
        let bytes = link.frame.count + servos * (parameters + 6)
        let span = wireNanoseconds(bytes: bytes) + Int64(servos) * returnDelayNanoseconds + replySlackNanoseconds
        return min(limit, cplatform_monotonic_nanoseconds() + span)
    }

    /// Throws away what came too late, then sends the frame in work.
    func send(replyParameters: Int?, deadlineNanoseconds: Int64) throws(BusError) {
        guard link.port != nil else { throw .notOpen(port: configuration.port) }
        do throws(SerialError) {
            while let late = try link.takeLate() {
                if let slot = slotIndex(id: late.id) { slots[slot].statistics.late += 1 }
            }
            try link.send(replyParameters: replyParameters, deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    func receive(deadlineNanoseconds: Int64) throws(BusError) -> FeetechPacket? {
        do throws(SerialError) {
            return try link.receive(deadlineNanoseconds: deadlineNanoseconds)
        } catch {
            throw failed(error)
        }
    }

    /// A port that hung up closes the bus: what the servos do now is not known.
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
