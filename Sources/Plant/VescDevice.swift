public import RobotModel
internal import ServoProtocols

/// Emulated VESCs, firmware 6.2: one on the cable (`id` 0) and others behind its CAN bus.
///
/// Source: facts, section 3.4. A controller that gets no command for its time-out lets go of the motor; faults last half
/// a second and clear by themselves.
public struct VescDevice: EmulatedBus {
    struct Controller: Sendable {
        /// As it is on the CAN bus.
        var id: UInt8
        var motor: DriveMotor
        var polePairs: Double
        var goal = DriveMotor.Goal.free
        var fedAt = Int64.min / 2
        var hasTimedOut = true
        var fault: UInt8 = 0
        var faultEndsAt: Int64 = 0
        var silentUntil: Int64 = 0
        var stoppedUntil: Int64 = 0
        /// Radians of the shaft where the tachometer is zero.
        var tachometerZero = 0.0
        var shaft = 0.0
        var speed = 0.0
        var supply = 24.0
        /// What another input of its own asks for, a pulse receiver for instance: a duty; nil = nothing.
        var otherInput: Double?
    }

    public let baud: Int
    /// The one on the cable is the first.
    var controllers: [Controller] = []
    /// Controller of each motor.
    private var places: [Int] = []
    private var parser = VescParser()
    private var pace: SerialPace
    private var lastByteAt: Int64 = 0
    /// After how long without a command a controller lets go, nanoseconds.
    static let timeout: Int64 = 1_000_000_000
    private static let faultTime: Int64 = 500_000_000

    public init(
        joints: [JointConfiguration], baud: Int, jitterNanoseconds: Int64 = 0,
        random: SeededGenerator = SeededGenerator(seed: 1)
    ) {
        self.baud = baud
        pace = SerialPace(baud: baud, jitterNanoseconds: jitterNanoseconds, random: random)
        guard let any = joints.first else { return }
        let taken = Set(joints.map(\.id))
        let own = UInt8((1...253).first { !taken.contains($0) } ?? 253)
        let local = joints.first { $0.id == 0 } ?? any
        controllers = [Controller(id: own, motor: DriveMotor(local), polePairs: Double(local.polePairs))]
        for joint in joints {
            if joint.id != 0 {
                let id = UInt8(truncatingIfNeeded: joint.id)
                controllers.append(
                    Controller(id: id, motor: DriveMotor(joint), polePairs: Double(joint.polePairs)))
            }
            places.append(joint.id == 0 ? 0 : controllers.count - 1)
        }
    }

    public mutating func receive(_ bytes: [UInt8], at now: Int64) -> [FirmwareBus.Reply] {
        // real firmware forgets half a packet after some milliseconds of silence
        if now - lastByteAt > 10_000_000, parser.pendingBytes > 0 { parser.reset() }
        lastByteAt = now
        var replies: [FirmwareBus.Reply] = []
        for byte in bytes {
            let arrived = pace.arrival(now)
            parser.append([byte].span)
            while let packet = parser.next() {
                if let reply = answer(packet, at: arrived) { replies.append(pace.reply(reply, to: arrived)) }
            }
        }
        return replies
    }

    private mutating func answer(_ packet: VescPacket, at now: Int64) -> [UInt8]? {
        guard !controllers.isEmpty, now >= controllers[0].silentUntil else { return nil }
        guard let (can, inner) = packet.forwarded else { return perform(packet, 0, at: now) }
        guard let place = controllers.indices.dropFirst().first(where: { controllers[$0].id == can }) else {
            return nil
        }
        guard now >= controllers[place].silentUntil else { return nil }
        // there and back over CAN
        return perform(inner, place, at: now + 300_000)
    }

    private mutating func perform(_ packet: VescPacket, _ place: Int, at now: Int64) -> [UInt8]? {
        var frame = VescFrame()
        switch packet.command {
        case .firmwareVersion: VescFirmware(major: 6, minor: 2, board: "60").encode(into: &frame)
        case .getValues:
            frame.begin(.getValues)
            values(controllers[place]).append(VescValues.Field.all.rawValue, to: &frame)
            frame.finish()
        case .pingCAN:
            frame.begin(.pingCAN)
            for other in controllers.dropFirst() where now >= other.silentUntil { frame.append(other.id) }
            frame.finish()
        case .getSelectedValues:
            guard let mask = packet.long(at: 1) else { return nil }
            frame.begin(.getSelectedValues)
            frame.append(long: mask)
            values(controllers[place]).append(UInt32(bitPattern: mask), to: &frame)
            frame.finish()
        default:
            command(packet, place, at: now)
            return nil
        }
        return frame.array
    }

    private mutating func command(_ packet: VescPacket, _ place: Int, at now: Int64) {
        let number = Double(packet.long(at: 1) ?? 0)
        let goal: DriveMotor.Goal
        switch packet.command {
        case .setDuty: goal = .duty(max(-0.95, min(0.95, number / 1e5)))
        case .setCurrent: goal = number == 0 ? .free : .current(number / 1e3)
        case .setBrakeCurrent, .setHandBrake: goal = number == 0 ? .free : .speed(0)
        case .setElectricalSpeed: goal = .speed(number / 60 / controllers[place].polePairs * 2 * .pi)
        case .setPosition: goal = .position(nearest(number / 1e6, controllers[place]), fastest: 20)
        case .setRelativeCurrent: goal = .current(number / 1e5 * controllers[place].motor.largestCurrent)
        case .alive: goal = controllers[place].goal
        case .reboot:
            reboot(place, at: now)
            return
        case .emergencyStop:
            controllers[place].goal = .free
            controllers[place].stoppedUntil = now + Int64(packet.word(at: 1) ?? 0) * 1_000_000
            return
        default: return
        }
        controllers[place].fedAt = now
        controllers[place].hasTimedOut = false
        if now >= controllers[place].stoppedUntil { controllers[place].goal = goal }
    }

    /// The shaft angle nearest to where it is that the encoder shows as `degrees`.
    private func nearest(_ degrees: Double, _ controller: Controller) -> Double {
        let turns = controller.shaft / (2 * .pi)
        let wanted = degrees / 360
        return (wanted + (turns - wanted).rounded()) * 2 * .pi
    }

    private func values(_ controller: Controller) -> VescValues {
        var values = VescValues()
        values.transistorTemperature = controller.motor.temperature
        values.motorTemperature = controller.motor.temperature
        values.motorCurrent = controller.motor.current
        values.torqueCurrent = controller.motor.current
        values.supplyCurrent = controller.motor.supplyCurrent
        values.duty = controller.motor.duty
        values.electricalSpeed = controller.speed / (2 * .pi) * 60 * controller.polePairs
        values.supplyVoltage = controller.supply
        let turns = (controller.shaft - controller.tachometerZero) / (2 * .pi)
        values.tachometer = Int((turns * 6 * controller.polePairs).rounded())
        values.fault = controller.fault
        let place = controller.shaft / (2 * .pi)
        values.position = (place - place.rounded(.down)) * 360
        values.controllerID = controller.id
        values.status = controller.hasTimedOut ? 1 : 0
        return values
    }

    private mutating func reboot(_ place: Int, at now: Int64) {
        // longer than the half second without an answer that stops a robot: a race between both would tell nothing
        controllers[place].silentUntil = now + 800_000_000
        controllers[place].goal = .free
        controllers[place].fault = 0
        controllers[place].hasTimedOut = true
        controllers[place].tachometerZero = controllers[place].shaft
    }
}

// MARK: - As physics and mishaps meet them

extension VescDevice {
    public mutating func drive(
        _ index: Int, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        let place = places[index]
        controllers[place].shaft = shaft
        controllers[place].speed = speed
        controllers[place].supply = supply
        var goal = controllers[place].fault == 0 ? controllers[place].goal : .free
        if controllers[place].fault == 0, let duty = controllers[place].otherInput { goal = .duty(duty) }
        return controllers[place].motor.step(goal, shaft: shaft, speed: speed, supply: supply, dt: dt)
    }

    /// Another input of the controller asks for a duty; nil = for nothing.
    package mutating func drive(_ index: Int, fromOtherInput duty: Double?) {
        controllers[places[index]].otherInput = duty
    }

    public mutating func powerOn(_ index: Int, shaft: Double, supply: Double) {
        controllers[places[index]].shaft = shaft
        controllers[places[index]].supply = supply
    }

    public func supplyCurrent(_ index: Int) -> Double { controllers[places[index]].motor.supplyCurrent }

    public func setpoint(_ index: Int) -> DeviceSetpoint? { controllers[places[index]].goal.setpoint }

    public mutating func tick(at now: Int64) {
        for place in controllers.indices {
            if !controllers[place].hasTimedOut, now - controllers[place].fedAt > Self.timeout {
                controllers[place].hasTimedOut = true
                controllers[place].goal = .free
            }
            if controllers[place].fault != 0, now >= controllers[place].faultEndsAt {
                // what was asked for before the fault is forgotten
                controllers[place].fault = 0
                controllers[place].goal = .free
            }
        }
    }

    public mutating func afflict(_ index: Int, _ trouble: DeviceTrouble, at now: Int64) {
        switch trouble {
        case .overload:
            controllers[places[index]].fault = 4
            controllers[places[index]].faultEndsAt = now + Self.faultTime
        case .reboot: reboot(places[index], at: now)
        }
    }

    public func readdressed(_ reply: [UInt8]) -> [UInt8]? {
        var parser = VescParser()
        parser.append(reply.span)
        guard let packet = parser.next(), let values = VescValues(packet), let command = packet.command else {
            return nil
        }
        var other = values
        other.controllerID = controllers.first { $0.id != values.controllerID }?.id ?? values.controllerID ^ 1
        var frame = VescFrame()
        frame.begin(command)
        if command == .getSelectedValues { frame.append(long: Int32(bitPattern: values.present.rawValue)) }
        other.append(values.present.rawValue, to: &frame)
        frame.finish()
        return frame.array
    }
}
