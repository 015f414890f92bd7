public import RobotModel
internal import ServoProtocols

/// Emulated RoboClaws, firmware 4.2, on one packet serial line: each address has two motors.
///
/// Source: facts, section 3.5. The serial time-out is off until it is set; a device that then hears no packet stops both
/// motors. An overloaded motor stays off until its duty is set to zero.
public struct RoboClawDevice: EmulatedBus {
    struct Channel: Sendable {
        var motor: DriveMotor
        var countsPerTurn: Double
        var goal = DriveMotor.Goal.free
        /// Radians of the shaft where the encoder counts zero.
        var encoderZero = 0.0
        var shaft = 0.0
        var speed = 0.0
        /// Position control as a person has set it up: P gain, and the bounds that goals are cut to; all 0 as delivered.
        var positionGain: UInt32 = 0x0001_0000
        var lowest = Int(Int32.min)
        var highest = Int(Int32.max)

        var counts: Int { Int(((shaft - encoderZero) / (2 * .pi) * countsPerTurn).rounded()) }
        var countsPerSecond: Int { Int((speed / (2 * .pi) * countsPerTurn).rounded()) }
    }

    struct Board: Sendable {
        var address: UInt8
        var channels: [Channel]
        var timeoutTenths: UInt8 = 0
        var heardAt: Int64 = 0
        var errors: RoboClawFaults = []
        var silentUntil: Int64 = 0
        var supply = 12.0
    }

    public let baud: Int
    public var clientBaud: Int?
    var boards: [Board] = []
    /// Board and channel of each motor.
    private var places: [(board: Int, channel: Int)] = []
    private var parser = RoboClawRequestParser()
    private var pace: SerialPace
    private var lastByteAt: Int64 = 0

    public init(
        joints: [JointConfiguration], baud: Int, jitterNanoseconds: Int64 = 0,
        random: SeededGenerator = SeededGenerator(seed: 1)
    ) {
        self.baud = baud
        pace = SerialPace(baud: baud, jitterNanoseconds: jitterNanoseconds, random: random)
        for joint in joints {
            let address = UInt8(0x80 + max(0, min(15, joint.id)) / 2)
            let channel = Channel(motor: DriveMotor(joint), countsPerTurn: Double(joint.countsPerTurn))
            if !boards.contains(where: { $0.address == address }) {
                boards.append(Board(address: address, channels: [channel, channel]))
            }
            let board = boards.firstIndex { $0.address == address } ?? 0
            boards[board].channels[joint.id % 2] = channel
            places.append((board, joint.id % 2))
        }
    }

    public mutating func receive(_ bytes: [UInt8], at now: Int64) -> [FirmwareBus.Reply] {
        guard clientBaud ?? baud == baud else { return [] }
        // real firmware forgets half a packet after ten milliseconds of silence
        if now - lastByteAt > 10_000_000, parser.pendingBytes > 0 { parser.reset() }
        lastByteAt = now
        var replies: [FirmwareBus.Reply] = []
        for byte in bytes {
            let arrived = pace.arrival(now)
            parser.append([byte].span)
            while let request = parser.next() {
                guard let board = boards.firstIndex(where: { $0.address == request.address }),
                    arrived >= boards[board].silentUntil
                else { continue }
                boards[board].heardAt = arrived
                replies.append(pace.reply(answer(request, board), to: arrived))
            }
        }
        return replies
    }

    private mutating func answer(_ request: RoboClawRequest, _ board: Int) -> [UInt8] {
        var frame = RoboClawFrame()
        if request.command.isRead {
            let data = read(request.command, boards[board])
            frame.appendReply(address: request.address, command: request.command, data: data.span)
        } else {
            write(request, board)
            frame.appendAcknowledgement()
        }
        return frame.array
    }

    // MARK: Commands

    private func read(_ command: RoboClawCommand, _ board: Board) -> [UInt8] {
        let first = board.channels[0]
        let second = board.channels[1]
        switch command {
        case .getTimeout: return [board.timeoutTenths]
        case .version: return Array("USB Roboclaw 2x15a v4.2.8\n".utf8) + [0]
        case .encoder1: return Self.long(first.counts) + [first.speed < 0 ? 2 : 0]
        case .encoder2: return Self.long(second.counts) + [second.speed < 0 ? 2 : 0]
        case .speed1: return Self.long(first.countsPerSecond) + [first.speed < 0 ? 1 : 0]
        case .speed2: return Self.long(second.countsPerSecond) + [second.speed < 0 ? 1 : 0]
        case .mainVoltage: return Self.word(Int((board.supply * 10).rounded()))
        case .logicVoltage: return Self.word(50)
        case .pwms: return Self.word(Self.duty(first)) + Self.word(Self.duty(second))
        case .currents: return Self.word(Self.hundredths(first)) + Self.word(Self.hundredths(second))
        case .encoders: return Self.long(first.counts) + Self.long(second.counts)
        case .speedsRaw: return Self.long(first.countsPerSecond / 300) + Self.long(second.countsPerSecond / 300)
        case .speeds: return Self.long(first.countsPerSecond) + Self.long(second.countsPerSecond)
        case .temperature, .temperature2:
            return Self.word(Int((max(first.motor.temperature, second.motor.temperature) * 10).rounded()))
        case .errors: return Self.long(Int(board.errors.rawValue))
        case .positionPID1: return Self.positionPID(first)
        case .positionPID2: return Self.positionPID(second)
        default: return []
        }
    }

    private static func word(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    private static func long(_ value: Int) -> [UInt8] { word(value >> 16) + word(value) }
    private static func positionPID(_ channel: Channel) -> [UInt8] {
        long(Int(channel.positionGain)) + long(0) + long(0) + long(0) + long(0) + long(channel.lowest)
            + long(channel.highest)
    }
    private static func duty(_ channel: Channel) -> Int { Int((channel.motor.duty * 32767).rounded()) }
    private static func hundredths(_ channel: Channel) -> Int { Int((channel.motor.current * 100).rounded()) }

    private mutating func write(_ request: RoboClawRequest, _ board: Int) {
        let data = request.data
        switch request.command {
        case .setTimeout: boards[board].timeoutTenths = data.byte(at: 0) ?? 0
        case .resetEncoders:
            for channel in 0..<2 { boards[board].channels[channel].encoderZero = boards[board].channels[channel].shaft }
        case .duty1: setDuty(board, 0, data.signedWord(at: 0))
        case .duty2: setDuty(board, 1, data.signedWord(at: 0))
        case .dutyBoth:
            setDuty(board, 0, data.signedWord(at: 0))
            setDuty(board, 1, data.signedWord(at: 2))
        case .setSpeed1: setSpeed(board, 0, data.signedLong(at: 0))
        case .setSpeed2: setSpeed(board, 1, data.signedLong(at: 0))
        case .setSpeedBoth:
            setSpeed(board, 0, data.signedLong(at: 0))
            setSpeed(board, 1, data.signedLong(at: 4))
        case .setPosition1: setPosition(board, 0, data.signedLong(at: 0), fastest: 40_000)
        case .setPosition2: setPosition(board, 1, data.signedLong(at: 0), fastest: 40_000)
        case .setSpeedPosition1: setPosition(board, 0, data.signedLong(at: 4), fastest: data.signedLong(at: 0))
        case .setSpeedPosition2: setPosition(board, 1, data.signedLong(at: 4), fastest: data.signedLong(at: 0))
        case .resetEmergencyStop: boards[board].errors.remove(.emergencyStop)
        default: break
        }
    }

    private mutating func setDuty(_ board: Int, _ channel: Int, _ duty: Int?) {
        guard let duty else { return }
        boards[board].channels[channel].goal = duty == 0 ? .free : .duty(Double(duty) / 32767)
        if duty == 0 { forgive(board, channel) }
    }

    private mutating func setSpeed(_ board: Int, _ channel: Int, _ countsPerSecond: Int?) {
        guard let countsPerSecond else { return }
        let turns = Double(countsPerSecond) / boards[board].channels[channel].countsPerTurn
        boards[board].channels[channel].goal = .speed(turns * 2 * .pi)
    }

    private mutating func setPosition(_ board: Int, _ channel: Int, _ counts: Int?, fastest: Int?) {
        guard let counts, let fastest else { return }
        let scale = 2 * Double.pi / boards[board].channels[channel].countsPerTurn
        let (lowest, highest) = (boards[board].channels[channel].lowest, boards[board].channels[channel].highest)
        let cut = max(lowest, min(highest, counts))
        guard boards[board].channels[channel].positionGain > 0 else {
            boards[board].channels[channel].goal = .torque(0)
            return
        }
        boards[board].channels[channel].goal = .position(
            Double(cut) * scale + boards[board].channels[channel].encoderZero, fastest: Double(abs(fastest)) * scale)
    }

    private mutating func forgive(_ board: Int, _ channel: Int) {
        boards[board].errors.remove(channel == 0 ? .current1 : .current2)
    }
}

// MARK: - As physics and mishaps meet them

extension RoboClawDevice {
    public mutating func drive(
        _ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        let (board, channel) = places[index]
        boards[board].supply = supply
        boards[board].channels[channel].shaft = shaft
        boards[board].channels[channel].speed = speed
        let overloaded = boards[board].errors.contains(channel == 0 ? .current1 : .current2)
        let goal = overloaded ? .free : boards[board].channels[channel].goal
        return boards[board].channels[channel].motor.step(goal, shaft: shaft, speed: speed, supply: supply, dt: dt)
    }

    /// Position settings of motor `index`, as Motion Studio makes them.
    package mutating func setPosition(_ index: Int, gain: UInt32, bounds: (lowest: Int, highest: Int)) {
        let (board, channel) = places[index]
        boards[board].channels[channel].positionGain = gain
        (boards[board].channels[channel].lowest, boards[board].channels[channel].highest) = bounds
    }

    public mutating func powerOn(_ index: Int, shaft: Double, supply: Double) {
        let (board, channel) = places[index]
        boards[board].supply = supply
        boards[board].channels[channel].shaft = shaft
    }

    public func supplyCurrent(_ index: Int) -> Double {
        boards[places[index].board].channels[places[index].channel].motor.supplyCurrent
    }

    public func setpoint(_ index: Int) -> DeviceSetpoint? {
        boards[places[index].board].channels[places[index].channel].goal.setpoint
    }

    public mutating func tick(at now: Int64) {
        for board in boards.indices where boards[board].timeoutTenths > 0 {
            guard now - boards[board].heardAt > Int64(boards[board].timeoutTenths) * 100_000_000 else { continue }
            for channel in 0..<2 { boards[board].channels[channel].goal = .free }
        }
    }

    public mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64) {
        let (board, channel) = places[index]
        switch trouble {
        case .overload: boards[board].errors.insert(channel == 0 ? .current1 : .current2)
        case .reboot:
            boards[board].silentUntil = now + 300_000_000
            boards[board].timeoutTenths = 0
            boards[board].errors = []
            for channel in 0..<2 {
                boards[board].channels[channel].goal = .free
                boards[board].channels[channel].encoderZero = boards[board].channels[channel].shaft
            }
        }
    }
}
