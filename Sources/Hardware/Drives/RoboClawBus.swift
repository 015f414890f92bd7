internal import CPlatform
public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The driver of RoboClaws on one packet serial line: up to eight addresses with two motors each.
///
/// `id` is (address − 0x80) · 2 + 0 for motor 1, or + 1 for motor 2. Wheels turn by speed, other joints go to positions
/// of their encoders, which count from where they stood when power came on. Replies carry no header, but their checksum
/// covers the request, so that each is known for what it answers. Armed, a device that hears nothing for half a second
/// stops its motors by itself.
///
/// Unchecked `Sendable`: all of it is touched by the one thread it belongs to.
public final class RoboClawBus: MotorBus, @unchecked Sendable {
    /// Command 14, tenths of a second.
    static let timeoutTenths: UInt8 = 5

    /// False only in tests of what the checks keep from happening.
    @_spi(Testing) public var checksBeforeArming: Bool {
        get { core.checksBeforeArming }
        set { core.checksBeforeArming = newValue }
    }

    var core: DriveCore
    public var haltLine: HaltLine { core.haltLine }
    var frame = RoboClawFrame()
    var parser = RoboClawReplyParser(searchesJunk: false)
    /// The devices that have joints: address and the places of their motors, −1 = none.
    var boards = InlineArray<8, RoboClawBoard>(repeating: RoboClawBoard())
    let boardCount: Int
    /// The device whose turn it is first when the line is too slow for all.
    var favoured = 0
    /// The device that is asked for a slow value next.
    var slowBoard = 0

    /// A closed bus with those of `joints`, all the robot's, that are on it.
    ///
    /// - Throws: `BusError.problems` if an id is none of 0…15.
    public init(
        configuration: BusConfiguration, joints: [JointConfiguration], safety: SafetyConfiguration
    ) throws(BusError) {
        core = try DriveCore(configuration, joints, safety, ids: 0...15) { _ in nil }
        var count = 0
        for slot in 0..<core.count {
            let address = UInt8(0x80 + core.slots[slot].id / 2)
            var place = 0
            while place < count, boards[place].address != address { place += 1 }
            if place == count { count += 1 }
            boards[place].address = address
            if core.slots[slot].id % 2 == 0 { boards[place].first = slot } else { boards[place].second = slot }
        }
        boardCount = count
    }

    public var configuration: BusConfiguration { core.configuration }
    public var joints: [JointConfiguration] { core.joints }
    public var state: BusState { core.state }
    public var problems: [HardwareProblem] { core.problems }
    public var watchdogNanoseconds: Int64? { Int64(Self.timeoutTenths) * 100_000_000 }

    public func open(_ port: SerialPort) {
        close()
        parser = RoboClawReplyParser(searchesJunk: false)
        for board in 0..<boardCount { boards[board].turn = 0 }
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

    public static var faultsThatArmingClears: UInt16 { UInt16(truncatingIfNeeded: RoboClawFaults.heldFast.rawValue) }

    public static func faultWords(_ bits: UInt16) -> [String] { RoboClawFaults(rawValue: UInt32(bits)).words }

    // MARK: One exchange

    /// Whether the joint is motor 2 of its device.
    func motor(_ slot: Int) -> Int { core.slots[slot].id % 2 + 1 }

    func address(_ slot: Int) -> UInt8 { UInt8(0x80 + core.slots[slot].id / 2) }

    func sendFrame(_ deadline: Int64) throws(BusError) {
        try frame.withBytes { bytes throws(BusError) in try core.send(bytes, deadlineNanoseconds: deadline) }
    }

    /// Asks once; nil if no right reply came before the deadline.
    func ask(_ command: RoboClawCommand, _ address: UInt8, _ deadline: Int64) throws(BusError) -> RoboClawReply? {
        try discardLate()
        frame.clear()
        frame.appendRead(command, address: address)
        parser.expect(command, address: address)
        try sendFrame(deadline)
        return try awaitReply(deadline)
    }

    func discardLate() throws(BusError) {
        while try core.fill(&parser, deadlineNanoseconds: 0) {}
    }

    func awaitReply(_ deadline: Int64) throws(BusError) -> RoboClawReply? {
        while true {
            if let reply = parser.next() { return reply }
            guard try core.fill(&parser, deadlineNanoseconds: deadline) else { return nil }
        }
    }

    /// Asks outside the cycle, several times if need be.
    func read(_ command: RoboClawCommand, _ address: UInt8) throws(BusError) -> RoboClawReply? {
        for _ in 0..<4 {
            if let reply = try ask(command, address, patience) { return reply }
        }
        return nil
    }

    /// Sends the one write that `build` encodes until it is acknowledged.
    func command(_ build: (inout RoboClawFrame) -> Void) throws(BusError) -> Bool {
        for _ in 0..<5 {
            try discardLate()
            frame.clear()
            build(&frame)
            parser.expect(.setTimeout, address: 0x80)
            try sendFrame(core.soon)
            if try awaitReply(patience) != nil { return true }
        }
        return false
    }

    private var patience: Int64 {
        cplatform_monotonic_nanoseconds() + core.wireNanoseconds(bytes: 80) + 20_000_000
    }
}

/// One device of the line.
struct RoboClawBoard: Sendable {
    var address: UInt8 = 0
    /// Places of the joints on its motors; −1 = none.
    var first = -1
    var second = -1
    /// Place in the round of slow values.
    var turn = 0
}
