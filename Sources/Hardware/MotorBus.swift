public import RobotModel
public import SerialLink

/// How far a bus is from moving its motors.
public enum BusState: Sendable, Equatable {
    /// No port.
    case closed
    /// The port is open; the motors were not checked, or the check found errors.
    case unchecked
    /// Checked and without goals; whether motors hold torque is in the observations.
    case disarmed
    /// Goals are obeyed.
    case armed
}

/// The driver of one bus of motors, whatever their family: registers on one side, joints in SI units on the other.
///
/// It belongs to one thread at a time. `read` and `write` are the cycle: they neither allocate nor wait beyond their
/// deadline. No goal leaves a bus that is not armed. A port that hangs up closes the bus and is told as
/// `BusError.serial(.disconnected)`: `open` it again, `check`, and a person may `arm`.
public protocol MotorBus: AnyObject, Sendable {
    var configuration: BusConfiguration { get }
    /// The joints on this bus, in configuration order.
    var joints: [JointConfiguration] { get }
    var state: BusState { get }
    /// What the last `check` found.
    var problems: [HardwareProblem] { get }
    /// After how long a silence of ours the motors stop by themselves; nil if they have no such thing.
    var watchdogNanoseconds: Int64? { get }

    /// What stops the motors when the thread of this bus no longer does: while armed renewed with every `read`, else empty.
    var haltLine: HaltLine { get }

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if the configuration cannot be driven.
    init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError)

    /// Takes an opened port; afterwards nothing is known of the motors, and nothing moves.
    func open(_ port: SerialPort) throws(BusError)

    /// Lets go of the port. Motors that hold torque may go on holding it: `disarm` first.
    func close()

    /// Asks every motor who it is and how it is; writes nothing that moves or frees it.
    ///
    /// - Returns: what is wrong, in words; without errors among it the bus is `disarmed`, else `unchecked`.
    /// - Throws: `BusError.notOpen`, or `serial` when the port hung up meanwhile.
    @discardableResult
    func check() throws(BusError) -> [HardwareProblem]

    /// Makes every goal the present position (or speed zero), then lets the motors hold it; nothing moves.
    ///
    /// Everything that could make it move a joint is read afresh before the first write, whatever `check` found earlier.
    /// `armWatched` also looks whether it did.
    ///
    /// - Throws: `BusError.problems`, `noAnswer` (torque is off again then) or `serial`.
    func arm() throws(BusError)

    /// Takes torque off every motor, whatever the state; it never writes a goal.
    ///
    /// - Parameter verified: whether to wait for the motors' word; false sends what is needed and returns at once.
    /// - Throws: `BusError.noAnswer` for a motor that cannot be reached, after all others were done; `serial`.
    func disarm(verified: Bool) throws(BusError)

    /// Reads what every joint on this bus measures into the robot's `observations`.
    ///
    /// A joint without an answer keeps its last numbers and their time.
    ///
    /// - Parameter deadlineNanoseconds: monotonic; the call returns by then.
    /// - Returns: how many joints did not answer.
    /// - Throws: `BusError.serial(.disconnected)` when the port hung up; the bus is then closed.
    @discardableResult
    func read(into observations: inout JointObservations, deadlineNanoseconds: Int64) throws(BusError) -> Int

    /// Sends every joint on this bus its goal, cut to the joint's limits.
    ///
    /// - Parameters:
    ///   - goals: radians, of the whole robot, configuration order.
    ///   - velocities: rad/s, how fast the goals move; what a wheel is driven by.
    /// - Throws: `BusError.disarmed` unless armed, `goalNotFinite`, both without sending anything; `serial`.
    func write(goals: JointValues, velocities: JointValues, deadlineNanoseconds: Int64) throws(BusError)

    /// Stops every joint where it was measured last, and every wheel: for when nobody brings goals any more.
    ///
    /// It sends what `haltLine` has ready. Called again, it says the same again, which feeds the motors' watchdogs and follows
    /// no joint that sags; the next `write` ends that. Motors that let go by themselves, or started anew, are left alone.
    ///
    /// - Throws: `BusError.disarmed` unless armed, without sending anything; `serial`.
    func halt(deadlineNanoseconds: Int64) throws(BusError)

    /// How well the motor of `joints[index]` answered since `open`.
    func statistics(of index: Int) -> ServoStatistics

    /// What `check` found out about the motor of `joints[index]`.
    func facts(of index: Int) -> ServoFacts

    /// Where `joints[index]` stood when it was armed last; for `ArmingWatch`.
    func stand(of index: Int) -> JointStand

    /// An observation's fault bits in words, each with the way to clear it.
    static func faultWords(_ bits: UInt16) -> [String]

    /// Those fault bits that arming clears, such as what a watchdog left behind: they keep nobody from trying.
    static var faultsThatArmingClears: UInt16 { get }
}

extension MotorBus {
    public static var faultsThatArmingClears: UInt16 { 0 }
    public var isOpen: Bool { state != .closed }
    public var isArmed: Bool { state == .armed }

    /// Opens the port that the configuration names.
    ///
    /// - Throws: `BusError.serial` with what is wrong with the port.
    public func open(wireLog: WireLog? = nil) throws(BusError) {
        close()
        let port: SerialPort
        do throws(SerialError) {
            port = try SerialPort(path: configuration.port, baud: configuration.baud, wireLog: wireLog)
        } catch {
            throw .serial(error)
        }
        try open(port)
    }

    /// As `disarm(verified: true)`.
    public func disarm() throws(BusError) { try disarm(verified: true) }

    /// Goals that stand still.
    public func write(goals: JointValues, deadlineNanoseconds: Int64) throws(BusError) {
        try write(
            goals: goals, velocities: JointValues(count: goals.count), deadlineNanoseconds: deadlineNanoseconds)
    }
}

/// The motor families and their drivers.
public enum MotorBuses {
    private static func driver(of family: MotorFamily) -> any MotorBus.Type {
        switch family {
        case .feetech: FeetechBus.self
        case .dynamixel: DynamixelBus.self
        case .odrive: ODriveBus.self
        case .vesc: VescBus.self
        case .roboclaw: RoboClawBus.self
        }
    }

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if the configuration cannot be driven.
    public static func make(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) -> any MotorBus {
        try driver(of: configuration.family).init(configuration: configuration, joints: joints, safety: safety)
    }

    /// An observation's fault bits in words, each with the way to clear it.
    public static func faultWords(_ bits: UInt16, of family: MotorFamily) -> [String] {
        driver(of: family).faultWords(bits)
    }

    /// Those fault bits of an observation that arming clears.
    public static func faultsThatArmingClears(of family: MotorFamily) -> UInt16 {
        driver(of: family).faultsThatArmingClears
    }
}
