public import RobotModel
package import ServoProtocols

/// An emulated ODrive board, firmware 0.5.4: two axes behind the text protocol.
///
/// Source: facts, section 3.3. Set-points and writes are taken in silence, wrong checksums too; errors latch and make the
/// axis idle until `sc`; the watchdog is off until it is switched on.
public struct ODriveDevice: EmulatedBus {
    struct Axis: Sendable {
        var motor: DriveMotor
        var state = ODriveState.idle
        var error: UInt32 = 0
        var motorError: UInt32 = 0
        var mode = ODriveControlMode.position
        var inputMode = 1
        var position = 0.0
        var velocity = 0.0
        var torque = 0.0
        var velocityLimit = 50.0
        var positionGain = 20.0
        var velocityGain = 0.16
        var isCircular = false
        /// Whose encoder closes its loops; nil = its own.
        var loadEncoder: Int?
        var isReady = true
        var isSensorless = false
        /// Its goal follows pulses on a pin.
        var followsSteps = false
        var startsInClosedLoop = false
        /// Turns/s that the pulses ask for.
        var stepRate = 0.0
        var hasWatchdog = false
        var watchdogTimeout = 0.0
        var fedAt: Int64 = 0
        /// Turns of the encoder when power came on stay: it is an absolute one.
        var turns = 0.0
        var speed = 0.0
        var supply = 24.0

        mutating func fail(_ fault: ODriveFaults) {
            error |= fault.rawValue
            state = .idle
        }
    }

    public let baud: Int
    var axes: [Axis]
    /// Axis of each motor.
    private let places: [Int]
    private var pace: SerialPace
    private var line: [UInt8] = []
    private var isTooLong = false
    /// What it says instead of a property's value.
    private var complaints: [String: ODriveComplaint] = [:]
    private var silentUntil: Int64 = 0
    private static let longestLine = 256

    public init(
        joints: [JointConfiguration], baud: Int, jitterNanoseconds: Int64 = 0,
        random: SeededGenerator = SeededGenerator(seed: 1)
    ) {
        self.baud = baud
        places = joints.map { max(0, min(1, $0.id)) }
        pace = SerialPace(baud: baud, jitterNanoseconds: jitterNanoseconds, random: random)
        axes = (0..<2).compactMap { axis in
            (joints.first { $0.id == axis } ?? joints.first).map { Axis(motor: DriveMotor($0)) }
        }
    }

    public mutating func receive(_ bytes: [UInt8], at now: Int64) -> [FirmwareBus.Reply] {
        var replies: [FirmwareBus.Reply] = []
        for byte in bytes {
            let arrived = pace.arrival(now)
            guard arrived >= silentUntil else { continue }
            if byte == 0x0A || byte == 0x0D || byte == 0x21 {
                if !isTooLong, !line.isEmpty {
                    for text in answer(line, at: arrived) { replies.append(pace.reply(text, to: arrived)) }
                }
                line = []
                isTooLong = false
            } else if line.count < Self.longestLine {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
        return replies
    }

    /// The lines a request is answered with; most are silent.
    private mutating func answer(_ line: [UInt8], at now: Int64) -> [[UInt8]] {
        guard let (text, hasChecksum) = ODriveRequest.checked(line) else { return [] }
        return perform(ODriveRequest(text: text), at: now).map { words in
            var reply = ODriveText()
            reply.appendReply(Array(words.utf8).span, checksum: hasChecksum)
            return reply.array
        }
    }

    private mutating func perform(_ request: ODriveRequest, at now: Int64) -> [String] {
        switch request {
        case .nothing, .save, .erase: return []
        case .malformed: return [ODriveComplaint.invalidFormat.text]
        case .unknown: return [ODriveComplaint.unknownCommand.text]
        case .read(let name): return [read(name)]
        case .write(let name, let value): return write(name, value, at: now).map { [$0.text] } ?? []
        case .clearErrors:
            for axis in axes.indices {
                axes[axis].error = 0
                axes[axis].motorError = 0
            }
            return []
        case .reboot:
            reboot(at: now)
            return []
        case .information:
            return ["Hardware version: 3.6-56V", "Firmware version: 0.5.4", "Serial number: 306A396A3235"]
        case .help: return ["Please see documentation for more details"]
        default: return command(request, at: now)
        }
    }

    private mutating func command(_ request: ODriveRequest, at now: Int64) -> [String] {
        guard let axis = request.axis else { return [] }
        guard axes.indices.contains(axis) else {
            return [ODriveComplaint.invalidMotor(UInt32(truncatingIfNeeded: axis)).text]
        }
        switch request {
        case .feedback: return ["\(Self.fixed(axes[axis].turns)) \(Self.fixed(axes[axis].speed))"]
        case .position(_, let turns, let velocity, let torque):
            axes[axis].mode = .position
            axes[axis].position = turns
            // what a line does not name stays: firmware 0.5, ascii_protocol.cpp
            axes[axis].velocity = velocity ?? axes[axis].velocity
            axes[axis].torque = torque ?? axes[axis].torque
        case .limitedPosition(_, let turns, let limit, _):
            axes[axis].mode = .position
            axes[axis].position = turns
            if let limit { axes[axis].velocityLimit = limit }
        case .trajectory(_, let turns):
            axes[axis].mode = .position
            axes[axis].position = turns
        case .velocity(_, let speed, let torque):
            axes[axis].mode = .velocity
            axes[axis].velocity = speed
            axes[axis].torque = torque ?? axes[axis].torque
        case .torque(_, let torque):
            axes[axis].mode = .torque
            axes[axis].torque = torque
        default: break
        }
        axes[axis].fedAt = now
        return []
    }

    private mutating func reboot(at now: Int64) {
        silentUntil = now + 300_000_000
        line = []
        for axis in axes.indices {
            var fresh = Axis(motor: axes[axis].motor)
            (fresh.turns, fresh.supply) = (axes[axis].turns, axes[axis].supply)
            fresh.startsInClosedLoop = axes[axis].startsInClosedLoop
            fresh.position = fresh.turns
            if fresh.startsInClosedLoop { fresh.state = .closedLoop }
            axes[axis] = fresh
        }
    }

    /// As C prints `%f`.
    static func fixed(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let millionths = Int((value * 1e6).rounded())
        let fraction = String(millionths.magnitude % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        return "\(millionths < 0 ? "-" : "")\(millionths.magnitude / 1_000_000).\(zeros)\(fraction)"
    }
}

extension ODriveRequest {
    /// The axis a command is for.
    fileprivate var axis: Int? {
        switch self {
        case .position(let axis, _, _, _), .limitedPosition(let axis, _, _, _), .velocity(let axis, _, _),
            .torque(let axis, _), .trajectory(let axis, _), .feedback(let axis), .feed(let axis),
            .setEncoder(let axis, _, _):
            axis
        default: nil
        }
    }
}

// MARK: - Properties

extension ODriveDevice {
    /// The value, cut to the nine characters that the firmware's buffer of ten holds.
    private func read(_ name: String) -> String {
        if let complaint = complaints[name] { return complaint.text }
        guard let (property, axis) = Self.find(name) else { return ODriveComplaint.invalidProperty.text }
        return String(value(property, axes[axis], axis).prefix(9))
    }

    private static func find(_ name: String) -> (ODriveProperty, Int)? {
        for axis in 0..<2 {
            for property in ODriveProperty.allCases where property.name(axis: axis) == name { return (property, axis) }
        }
        return nil
    }

    private static func truth(_ value: Bool) -> String { value ? "1" : "0" }

    private func value(_ property: ODriveProperty, _ axis: Axis, _ place: Int) -> String {
        switch property {
        case .busVoltage: Self.fixed(axis.supply)
        case .firmwareMajor: "0"
        case .firmwareMinor: "5"
        case .firmwareRevision: "4"
        case .currentState: "\(axis.state.rawValue)"
        case .requestedState: "0"
        case .axisError: "\(axis.error)"
        case .motorError: "\(axis.motorError)"
        case .encoderError, .controllerError: "0"
        case .torqueCurrent: Self.fixed(axis.motor.current)
        case .transistorTemperature: Self.fixed(axis.motor.temperature)
        case .watchdogEnabled: axis.hasWatchdog ? "1" : "0"
        case .watchdogTimeout: Self.fixed(axis.watchdogTimeout)
        case .controlMode: "\(axis.mode.rawValue)"
        case .inputMode: "\(axis.inputMode)"
        case .velocityInput: Self.fixed(axis.velocity)
        case .positionInput: Self.fixed(axis.position)
        case .velocityLimit: Self.fixed(axis.velocityLimit)
        case .torqueInput: Self.fixed(axis.torque)
        case .positionGain: Self.fixed(axis.positionGain)
        case .velocityGain: Self.fixed(axis.velocityGain)
        case .circularSetpoints: Self.truth(axis.isCircular)
        case .loadEncoderAxis: "\(axis.loadEncoder ?? place)"
        case .encoderReady, .motorCalibrated: Self.truth(axis.isReady)
        case .sensorless: Self.truth(axis.isSensorless)
        case .stepDirection: Self.truth(axis.followsSteps)
        case .startsInClosedLoop: Self.truth(axis.startsInClosedLoop)
        }
    }

    private mutating func write(_ name: String, _ text: String, at now: Int64) -> ODriveComplaint? {
        guard let (property, axis) = Self.find(name) else { return .invalidProperty }
        guard property.isWritable, let number = Double(text), number.isFinite, abs(number) < 1e15 else {
            return .notImplemented
        }
        switch property {
        case .requestedState: request(ODriveState(rawValue: Int(number)), axis)
        case .axisError: axes[axis].error = UInt32(max(0, min(4e9, number)))
        case .motorError: axes[axis].motorError = UInt32(max(0, min(4e9, number)))
        case .watchdogEnabled:
            axes[axis].hasWatchdog = number != 0
            if axes[axis].fedAt == 0 { axes[axis].fedAt = now }
        case .watchdogTimeout: axes[axis].watchdogTimeout = max(0, number)
        case .controlMode: axes[axis].mode = ODriveControlMode(rawValue: Int(number)) ?? axes[axis].mode
        case .inputMode: axes[axis].inputMode = Int(number)
        case .velocityInput: axes[axis].velocity = number
        case .positionInput: axes[axis].position = number
        case .velocityLimit: axes[axis].velocityLimit = max(0, number)
        case .torqueInput: axes[axis].torque = number
        case .positionGain: axes[axis].positionGain = number
        case .velocityGain: axes[axis].velocityGain = number
        case .circularSetpoints: axes[axis].isCircular = number != 0
        case .loadEncoderAxis: axes[axis].loadEncoder = number == 0 ? 0 : 1
        case .sensorless: axes[axis].isSensorless = number != 0
        case .stepDirection: axes[axis].followsSteps = number != 0
        case .startsInClosedLoop: axes[axis].startsInClosedLoop = number != 0
        default: break
        }
        return nil
    }

    private mutating func request(_ state: ODriveState?, _ axis: Int) {
        switch state {
        case .idle: axes[axis].state = .idle
        case .closedLoop:
            // an axis with errors refuses
            let isAble = axes[axis].error == 0 && (axes[axis].isReady || axes[axis].isSensorless)
            if isAble { axes[axis].state = .closedLoop } else { axes[axis].fail(.invalidState) }
        case .fullCalibration, .motorCalibration, .encoderOffsetCalibration, .encoderIndexSearch:
            axes[axis].state = .idle
        default: axes[axis].fail(.invalidState)
        }
    }
}

// MARK: - As physics and mishaps meet it

extension ODriveDevice {
    public mutating func drive(
        _ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        let place = places[index]
        axes[place].turns = shaft / (2 * .pi)
        axes[place].speed = speed / (2 * .pi)
        axes[place].supply = supply
        if axes[place].followsSteps { axes[place].position += axes[place].stepRate * dt }
        // its loops look at the encoder they are told to
        let seen = axes[place].loadEncoder.map { axes[$0].turns * 2 * .pi } ?? shaft
        return axes[place].motor.step(goal(axes[place]), shaft: seen, speed: speed, supply: supply, dt: dt)
    }

    /// Pulses on the step pin of motor `index`, turns/s.
    package mutating func pulse(_ index: Int, turnsPerSecond: Double) {
        axes[places[index]].stepRate = turnsPerSecond
    }

    /// From now on a read of this property is answered with `complaint`.
    package mutating func complain(_ complaint: ODriveComplaint, about property: String) {
        complaints[property] = complaint
    }

    /// The encoder of motor `index` is not calibrated since power came on.
    package mutating func forgetCalibration(_ index: Int) { axes[places[index]].isReady = false }

    private func goal(_ axis: Axis) -> DriveMotor.Goal {
        guard axis.state == .closedLoop else { return .free }
        let turn = 2 * Double.pi
        // it spins up first, and takes set-points later
        if axis.isSensorless { return .speed(min(axis.velocityLimit, 6) * turn) }
        guard axis.velocityLimit > 0, axis.velocityGain > 0 else { return .torque(0) }
        switch axis.mode {
        case .voltage: return .free
        case .torque: return .torque(axis.torque)
        case .velocity: return .speed(max(-axis.velocityLimit, min(axis.velocityLimit, axis.velocity)) * turn)
        case .position where axis.positionGain <= 0: return .speed(axis.velocity * turn)
        case .position:
            // a speed that is added moves the point where both balance
            let ahead = axis.velocity / axis.positionGain
            return .position((wrapped(axis) + ahead) * turn, fastest: axis.velocityLimit * turn)
        }
    }

    /// The goal, turns; on a circle the one nearest to where the axis is.
    private func wrapped(_ axis: Axis) -> Double {
        guard axis.isCircular else { return axis.position }
        return axis.position + (axis.turns - axis.position).rounded()
    }

    public mutating func powerOn(_ index: Int, shaft: Double, supply: Double) {
        axes[places[index]].turns = shaft / (2 * .pi)
        axes[places[index]].position = shaft / (2 * .pi)
        axes[places[index]].supply = supply
    }

    public func supplyCurrent(_ index: Int) -> Double { axes[places[index]].motor.supplyCurrent }

    public func setpoint(_ index: Int) -> DeviceSetpoint? { goal(axes[places[index]]).setpoint }

    public mutating func tick(at now: Int64) {
        for axis in axes.indices where axes[axis].hasWatchdog && axes[axis].state == .closedLoop {
            if Double(now - axes[axis].fedAt) * 1e-9 > axes[axis].watchdogTimeout { axes[axis].fail(.watchdog) }
        }
    }

    public mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64) {
        switch trouble {
        case .overload:
            axes[places[index]].motorError = 0x1000
            axes[places[index]].fail(.motor)
        case .reboot: reboot(at: now)
        }
    }
}
