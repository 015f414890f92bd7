internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The driver of one ODrive board with its two axes, over its text protocol (UART or USB); `id` is the axis, 0 or 1.
///
/// Replies of this protocol do not say what they answer. So every exchange ends with a question that nobody can answer
/// otherwise: feeding an axis that does not exist gives `invalid motor N` with our own number N. Only if exactly as many
/// lines as were asked for came before it are they believed; a lost, late or doubled line costs an exchange and nothing
/// else. Wheels turn by speed, other joints go by position. While armed, the axis watchdog is on.
///
/// Unchecked `Sendable`: all of it is touched by the one thread it belongs to.
public final class ODriveBus: MotorBus, @unchecked Sendable {
    /// What an axis waits for goals before it lets go of the motor, seconds.
    static let watchdogSeconds = 0.5

    /// False only in tests of what the checks keep from happening.
    @_spi(Testing) public var checksBeforeArming: Bool {
        get { core.checksBeforeArming }
        set { core.checksBeforeArming = newValue }
    }

    var core: DriveCore
    public var haltLine: HaltLine { core.haltLine }
    var text = ODriveText()
    var parser = ODriveParser()
    var replies = InlineArray<4, ODriveReply?>(repeating: nil)
    private var marker = 1
    /// Place in the round of slow values.
    var turn = 0
    /// The slow value whose answer is still on its way.
    var awaited: (property: ODriveProperty, slot: Int)?
    /// Lines that came since the last exchange began.
    private var got = 0
    /// The axis whose turn it is when the line is too slow for both.
    var favoured = 0
    /// Slow values that this firmware does not have, as bits of `ODriveProperty.rawValue`.
    var unknownProperties: UInt32 = 0

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if a joint's id is no axis, or there are more than 16 joints.
    public init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        core = try DriveCore(configuration, joints, safety, ids: 0...1) { _ in nil }
    }

    public var configuration: BusConfiguration { core.configuration }
    public var joints: [JointConfiguration] { core.joints }
    public var state: BusState { core.state }
    public var problems: [HardwareProblem] { core.problems }
    public var watchdogNanoseconds: Int64? { Int64(Self.watchdogSeconds * 1e9) }

    public func open(_ port: SerialPort) {
        close()
        parser = ODriveParser()
        turn = 0
        unknownProperties = 0
        awaited = nil
        core.open(port)
    }

    public func close() { core.close() }

    public func statistics(of index: Int) -> ServoStatistics {
        index >= 0 && index < core.count ? core.slots[index].statistics : ServoStatistics()
    }

    public func facts(of index: Int) -> ServoFacts {
        index >= 0 && index < core.count ? core.slots[index].facts : ServoFacts()
    }

    public func stand(of index: Int) -> JointStand {
        core.stand(index, steps: index >= 0 && index < core.count ? core.slots[index].conversion.countsPerTurn : 1)
    }

    public static var faultsThatArmingClears: UInt16 { ODriveFaults.watchdog.compact }

    public static func faultWords(_ bits: UInt16) -> [String] { ODriveFaults(compact: bits).words }

    // MARK: One exchange

    func axis(_ slot: Int) -> Int { core.slots[slot].id }

    /// Sends the lines in work with a mark behind them, and takes in the lines that come before the mark's echo.
    ///
    /// - Returns: whether exactly `expected` lines, all whole, came in time; they are in `replies`.
    func exchange(expecting expected: Int, deadlineNanoseconds: Int64) throws(BusError) -> Bool {
        // what is still on its way from earlier belongs to nobody
        while try core.fill(&parser, deadlineNanoseconds: 0) { while parser.next() != nil {} }
        parser.reset()
        marker = marker >= 99 ? 10 : max(10, marker + 1)
        text.appendFeed(axis: marker)
        try text.withBytes { bytes throws(BusError) in
            try core.send(bytes, deadlineNanoseconds: deadlineNanoseconds)
        }
        got = 0
        return try collect(expecting: expected, deadlineNanoseconds: deadlineNanoseconds)
    }

    /// Goes on taking in the lines of the last exchange.
    func collect(expecting expected: Int, deadlineNanoseconds: Int64) throws(BusError) -> Bool {
        while true {
            guard let reply = parser.next() else {
                guard try core.fill(&parser, deadlineNanoseconds: deadlineNanoseconds) else { return false }
                continue
            }
            if case .invalidMotor(let number) = reply.complaint {
                if number == UInt32(marker) { return got == expected }
                // the mark of an earlier exchange: all before it is of that one
                got = 0
                continue
            }
            if got < 4 { replies[got] = reply }
            got += 1
        }
    }

    /// How long the lines in work take, with `replyBytes` in all, until the mark is back, nanoseconds.
    func duration(requestBytes: Int, replyBytes: Int) -> Int64 {
        // the line carries both ways at once; the first reply starts when its request is whole
        core.wireNanoseconds(bytes: max(requestBytes + Self.markReply, Self.feedbackRequest + replyBytes)) + 500_000
    }

    static let feedbackRequest = 9
    static let feedbackReply = 28
    static let markRequest = 10
    static let markReply = 22
    static let goalRequest = 34

    /// Asks for one property outside the cycle; nil if it does not exist or no try got an answer.
    func read(_ property: ODriveProperty, axis: Int, tries: Int = 4) throws(BusError) -> ODriveReply? {
        for _ in 0..<tries {
            guard let reply = try ask(property, axis: axis) else { continue }
            return reply.complaint == nil ? reply : nil
        }
        return nil
    }

    /// Asks once outside the cycle; a complaint is an answer.
    func ask(_ property: ODriveProperty, axis: Int) throws(BusError) -> ODriveReply? {
        text.clear()
        text.appendRead(property, axis: axis)
        return try exchange(expecting: 1, deadlineNanoseconds: patience) ? replies[0] : nil
    }

    /// Sends the lines that `build` writes, which a board takes in silence, until the mark behind them comes back alone.
    ///
    /// - Parameter again: whether the lines may be sent twice.
    func command(_ build: (inout ODriveText) -> Void) throws(BusError) -> Bool {
        for _ in 0..<5 {
            text.clear()
            build(&text)
            if try exchange(expecting: 0, deadlineNanoseconds: patience) { return true }
        }
        return false
    }

    private var patience: Int64 {
        cplatform_monotonic_nanoseconds() + core.wireNanoseconds(bytes: 200) + 20_000_000
    }
}
