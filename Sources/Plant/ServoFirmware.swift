internal import ServoProtocols

/// Emulated firmware of one STS3215: its registers, what writing them does, and the motor's control law.
///
/// No clock and no I/O: time is told. Register addresses: servo-protocols facts, section 3.2.
public struct ServoFirmware: Sendable {
    private(set) var registers: [UInt8]
    private let factory: [UInt8]
    /// Encoder angle in counts, before the homing offset; wraps at 4096.
    public private(set) var rawCounts = 2048.0
    /// Encoder angle in counts since power came on, with whole turns, which it forgets without power.
    private var turned = 2048.0
    /// Whole turns that it does not know of, counts.
    private var forgotten = 0.0
    private var held: (address: UInt8, data: [UInt8])?
    private var silentUntil: Int64 = 0
    private var stepGoal = 2048.0
    private var target = 2048.0
    private var goal = 2048.0
    private var overloadSeconds = 0.0
    private var isProtected = false
    /// The sign of the duty that overloaded it.
    private var overloadedTowards = 0.0
    /// What overloaded it is still there: a new goal does not help, taking torque off does.
    private var isJammed = false
    private var temperature = 30.0
    /// Amperes drawn from the supply.
    public private(set) var supplyCurrent = 0.0
    /// Share of the supply at the motor, −1 … 1.
    private var duty = 0.0

    static let countsPerRadian = 4096 / (2 * Double.pi)
    static let torqueConstant = 1.212
    static let resistance = 2.676
    /// Duty per radian of error and unit of P gain.
    static let dutyPerGain = 0.166
    static let largestDuty = 0.97

    public init(id: UInt8, baudIndex: UInt8) {
        var memory = [UInt8](repeating: 0, count: 96)
        func set(_ address: Int, _ value: Int, width: Int = 1) {
            memory[address] = UInt8(value & 0xFF)
            if width == 2 { memory[address + 1] = UInt8(value >> 8) }
        }
        set(0, 3)
        set(1, 10)
        set(3, 777, width: 2)
        set(5, Int(id))
        set(6, Int(baudIndex))
        set(8, 1)
        set(11, 4095, width: 2)
        set(13, 70)
        set(14, 90)
        set(15, 40)
        set(16, 1000, width: 2)
        set(18, 12)
        set(19, 44)
        set(20, 47)
        set(21, 32)
        set(22, 32)
        set(24, 16, width: 2)
        set(26, 1)
        set(27, 1)
        set(28, 310, width: 2)
        set(30, 1)
        set(34, 20)
        set(35, 200)
        set(36, 80)
        set(37, 10)
        set(38, 200)
        set(39, 10)
        set(48, 1000, width: 2)
        set(55, 1)
        registers = memory
        factory = memory
    }

    public var id: UInt8 { registers[5] }
    /// Nanoseconds between request and reply.
    public var returnDelayNanoseconds: Int64 { Int64(registers[7]) * 2000 }
    public var baud: Int { FeetechBaud.rate(index: Int(registers[6])) ?? 1_000_000 }
    /// Register 42.
    var goalCounts: Int { signed(42, 15) }
    /// Whether it holds torque (1), brakes (2) or is free (0).
    public var torqueMode: UInt8 { registers[40] }
    var faults: UInt8 { registers[65] }

    private func word(_ address: Int) -> UInt16 { UInt16(registers[address]) | UInt16(registers[address + 1]) << 8 }

    private mutating func setWord(_ address: Int, _ value: UInt16) {
        registers[address] = UInt8(value & 0xFF)
        registers[address + 1] = UInt8(value >> 8)
    }

    private func signed(_ address: Int, _ bit: Int) -> Int { SignMagnitude.decode(word(address), signBit: bit) }

    private mutating func setSigned(_ address: Int, _ value: Int, bit: Int) {
        let largest = (1 << bit) - 1
        setWord(address, SignMagnitude.encode(max(-largest, min(largest, value)), signBit: bit) ?? 0)
    }

    /// Whether it answers at all just now (not rebooting).
    public func isListening(at now: Int64) -> Bool { now >= silentUntil }
}

// What packets do
extension ServoFirmware {
    /// Registers from `address`; zeros beyond the map.
    func read(_ address: UInt8, _ count: UInt8) -> [UInt8] {
        (0..<Int(count)).map { Int(address) + $0 < registers.count ? registers[Int(address) + $0] : 0 }
    }

    /// Writes registers one after another, as far as the lock and the map let it.
    mutating func write(_ address: UInt8, _ data: [UInt8]) {
        for (offset, byte) in data.enumerated() {
            let place = Int(address) + offset
            // EEPROM is dropped silently under lock; what is measured cannot be written
            guard place < 56, place >= 5, place >= 40 || registers[55] == 0 else { continue }
            registers[place] = byte
        }
        let touched = Int(address)..<Int(address) + data.count
        if touched.contains(42) || touched.contains(43) {
            if registers[40] != 1 { (target, goal) = (position, position) }
            // in step mode a goal is a way to go from here
            if registers[33] == 3 { stepGoal = position + Double(signed(42, 15)) }
            registers[40] = 1  // on these servos a goal is torque on
            relent()
        }
        if touched.contains(40) {
            if registers[40] == 128 { calibrate(counts: 2048) }
            if registers[40] == 0 { clearOverload() }
            if registers[40] == 1 {
                (target, goal) = (position, position)
                if registers[33] == 3 { stepGoal = position }
            }
        }
        if touched.contains(40), registers[40] == 128 { registers[40] = 0 }
    }

    mutating func registeredWrite(_ address: UInt8, _ data: [UInt8]) {
        held = (address, data)
        registers[64] = 1
    }

    mutating func action() {
        guard let pending = held else { return }
        held = nil
        registers[64] = 0
        write(pending.address, pending.data)
    }

    /// 0x0B and torque 128: makes the present position read as `counts`, by the homing offset.
    mutating func calibrate(counts: Int) {
        var offset = Int(rawCounts.rounded()) - counts
        offset = ((offset + 2048) % 4096 + 4096) % 4096 - 2048
        setSigned(31, offset, bit: 11)
    }

    /// About 0.8 s of silence; RAM as after power-up.
    mutating func reboot(at now: Int64) {
        silentUntil = now + 800_000_000
        for address in 40..<registers.count { registers[address] = factory[address] }
        // the torque limit begins as the maximum torque
        (registers[48], registers[49]) = (registers[16], registers[17])
        held = nil
        forgotten += 4096 * (turned / 4096).rounded(.down)
        turned = rawCounts
        clearOverload()
    }

    /// EEPROM parameters back to the factory's, the id kept.
    mutating func resetParameters() {
        for address in 6..<40 { registers[address] = factory[address] }
    }

    /// A goal that no longer asks for what overloaded the motor ends its protection; one that still does, changes nothing:
    /// set-points streamed into an obstacle do not keep the protection away.
    private mutating func relent() {
        let asked = Double(max(Int(word(9)), min(Int(word(11)), goalCounts)))
        let error = (asked - Double(present)) / Self.countsPerRadian * overloadedTowards
        guard error * Double(registers[21]) * Self.dutyPerGain * 100 <= Double(registers[36]), !isJammed else { return }
        if isProtected { clearOverload() }
    }

    private mutating func clearOverload() {
        isJammed = false
        overloadSeconds = 0
        isProtected = false
    }

    /// Whether it answers a request of this kind: level 0 answers only pings and reads.
    func answers(_ request: FeetechRequest) -> Bool {
        switch request {
        case .ping, .read, .syncRead: true
        case .reboot, .syncWrite: false
        default: registers[8] != 0
        }
    }
}

// What the motor does
extension ServoFirmware {
    /// Present position after the homing offset, counts 0 … 4095; with bit 4 of the phase it goes on over whole turns.
    public var present: Int {
        let counts = Int((encoderSense * turned).rounded()) - signed(31, 11)
        if registers[18] & 0x10 != 0 { return counts }
        return (counts % 4096 + 4096) % 4096
    }

    /// Bit 7 of the phase turns the encoder's counting round.
    private var encoderSense: Double { registers[18] & 0x80 != 0 ? -1 : 1 }
    /// Counts per second that are one in a register: without bit 2 of the phase fifty.
    private var speedUnit: Double { registers[18] & 0x04 != 0 ? 1 : 50 }
    /// Bit 0 turns the motor round.
    private var driveSense: Double { registers[18] & 0x01 != 0 ? -1 : 1 }
    /// Both limits zero: goals are not cut, and count whole turns also where the present position does not show them.
    private var isUnlimited: Bool { word(9) == 0 && word(11) == 0 }
    /// What the control law compares with the goal, counts.
    private var position: Double {
        isUnlimited ? Double(Int((encoderSense * turned).rounded()) - signed(31, 11)) : Double(present)
    }

    /// The motor's torque in the next `dt` seconds, N·m in the direction of rising counts.
    ///
    /// duty = error · P · 0.166, τ = kt / R · (U · duty − kt · ω): the law identified on real STS3215.
    mutating func torque(
        rawCounts counts: Double, speed: Double, supply: Double, dt: Double, delay: Double = 0
    ) -> Double {
        turned = counts - forgotten
        rawCounts = counts - 4096 * (counts / 4096).rounded(.down)
        let kt = Self.torqueConstant
        switch registers[40] {
        case 0: duty = 0
        case 2: duty = 0
        default: drive(dt: dt, delay: delay, speed: speed)
        }
        // a bridge that is switched for another kind of motor turns none
        let voltage = registers[18] & 0x02 != 0 ? 0 : supply * duty
        var torque = registers[40] == 0 ? 0 : kt / Self.resistance * (voltage - kt * speed)
        torque = max(-1.2, min(1.2, torque))
        let current = registers[40] == 0 ? 0 : torque / kt
        supplyCurrent = abs(current * duty) + 0.05
        warm(current, dt: dt)
        sense(speed: speed, supply: supply, current: current, dt: dt)
        return torque
    }

    /// As register 33 says: 0 position, 1 speed, 2 PWM, 3 steps.
    private mutating func drive(dt: Double, delay: Double, speed: Double) {
        let share = isProtected ? Double(registers[34]) / 100 : Double(word(48)) / 1000
        let bound = min(Self.largestDuty, share)
        switch registers[33] {
        case 1:
            let asked = Double(signed(46, 15)) * speedUnit
            let error = asked - encoderSense * speed * Self.countsPerRadian
            duty = driveSense * max(-bound, min(bound, asked / 4000 + error * 0.002))
        case 2: duty = driveSense * max(-bound, min(bound, Double(signed(44, 10)) / 1000))
        case 3: hold(stepGoal, bound, dt: dt, delay: delay)
        default:
            let wanted = signed(42, 15)
            let cut = isUnlimited ? wanted : max(Int(word(9)), min(Int(word(11)), wanted))
            hold(Double(cut), bound, dt: dt, delay: delay)
        }
    }

    private mutating func hold(_ asked: Double, _ bound: Double, dt: Double, delay: Double) {
        // the motor answers a little late: a first-order lag stands for the delay
        goal += (asked - goal) * (delay > dt ? dt / delay : 1)
        let limit = abs(signed(46, 15))
        let step = (limit == 0 ? 4000.0 : Double(limit) * speedUnit) * dt
        target += max(-step, min(step, goal - target))
        let counts = target - position
        var push = counts / Self.countsPerRadian * Double(registers[21]) * Self.dutyPerGain
        // beyond the dead zone it pushes at least with the start force
        let least = Double(word(24)) / 1000
        if abs(counts) > Double(max(registers[26], registers[27])), abs(push) < least, registers[21] > 0 {
            push = counts < 0 ? -least : least
        }
        duty = driveSense * max(-bound, min(bound, push))
    }

    private mutating func warm(_ current: Double, dt: Double) {
        // 15 K per watt at rest, in about five minutes
        let power = current * current * Self.resistance
        temperature += dt * (power * 15 - (temperature - 28)) / 300
    }

    private mutating func sense(speed: Double, supply: Double, current: Double, dt: Double) {
        setSigned(56, present, bit: 15)
        setSigned(58, Int((speed * Self.countsPerRadian / speedUnit).rounded()), bit: 15)
        setSigned(60, Int((duty * 1000).rounded()), bit: 10)
        registers[62] = UInt8(max(0, min(255, (supply * 10).rounded())))
        registers[63] = UInt8(max(0, min(255, temperature.rounded())))
        registers[66] = abs(speed) > 0.05 ? 1 : 0
        setSigned(67, Int(target.rounded()), bit: 15)
        setSigned(69, Int((current / 0.0065).rounded()), bit: 15)
        overloadSeconds = abs(duty) * 100 > Double(registers[36]) ? overloadSeconds + dt : 0
        if overloadSeconds > Double(registers[35]) * 0.01 {
            (isProtected, overloadedTowards) = (true, duty < 0 ? -1 : 1)
        }
        var status: UInt8 = 0
        if registers[62] < registers[15] || registers[62] > registers[14] { status |= 1 }
        if registers[63] > registers[13] { status |= 1 << 2 }
        if isProtected { status |= 1 << 5 }
        registers[65] = status
        if status & (1 << 2) != 0 { registers[40] = 0 }
    }

    /// The servo as it is when power comes on, at `counts`.
    public mutating func powerOn(rawCounts counts: Double, supply: Double = 7.4) {
        rawCounts = counts
        forgotten = 4096 * (counts / 4096).rounded(.down)
        turned = counts - forgotten
        (target, goal) = (position, position)
        sense(speed: 0, supply: supply, current: 0, dt: 0)
    }

    /// As after too much load for too long.
    mutating func protect() { (isProtected, isJammed) = (true, true) }
}
