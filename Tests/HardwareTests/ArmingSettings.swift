import Foundation
import Plant
import RobotModel

/// Motors of one family set up at random, and whether an oracle calls that harmless.
///
/// The oracle is written from the documents of the registers (facts, sections 3.1 to 3.5; e-Manual; ODrive 0.5 sources;
/// RoboClaw manual), not from the driver: what it calls harmless must be armed, and whatever is armed must not move.
struct ArmingSettings {
    var isHarmless = true
    /// What was set, in words.
    var words: [String] = []
    /// Bytes that another program sends after arming.
    var afterwards: [UInt8] = []
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ 77) }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func choose(_ all: [Int]) -> Int { all.randomElement(using: &random)! }
    mutating func angle(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

    mutating func harms(_ does: Bool) { if does { isHarmless = false } }

    /// Two motors of `family` on a bench of their own, set up.
    static func bench(_ family: MotorFamily, seed: UInt64) throws -> (ArmingBench, ArmingSettings) {
        var settings = ArmingSettings(seed: seed)
        let bench: ArmingBench
        switch family {
        case .feetech: bench = try settings.feetechBench()
        case .dynamixel: bench = try settings.dynamixelBench()
        case .odrive: bench = try settings.odriveBench()
        case .vesc: bench = try settings.vescBench()
        case .roboclaw: bench = try settings.roboclawBench()
        }
        return (bench, settings)
    }

    /// Where a motor stands, counts: mostly inside ±1.5 rad about 2048, sometimes anywhere in its turn.
    private mutating func counts() -> Int { chance(0.9) ? number(1090...3006) : number(0...4095) }

    // MARK: Feetech

    private mutating func feetechBench() throws -> ArmingBench {
        let places = [counts(), counts()]
        let bench = try ArmingBench(.feetech, shafts: places.map { Double($0) / 4096 * 2 * .pi })
        for joint in 0..<2 { feetech(bench, joint, UInt8(joint + 1)) }
        return bench
    }

    private mutating func feetech(_ bench: ArmingBench, _ joint: Int, _ id: UInt8) {
        var registers: [Int: Int] = [:]
        func write(_ address: Int, _ number: Int, _ width: Int) {
            bench.say(HardwareTests.feetech(id, 3, [UInt8(address)] + little(number, width)))
        }
        if chance(0.2) {
            (registers[9], registers[11]) = chance(0.15) ? (0, 0) : (number(0...2600), number(1500...4095))
        }
        if chance(0.15) { registers[18] = choose([0, 8, 14, 12, 28, 13, 140, 141, 44, 76]) }
        if chance(0.1) { registers[31] = number(0...2047) | choose([0, 0x800]) }
        if chance(0.1) { registers[33] = number(0...3) }
        if chance(0.04) { registers[21] = choose([0, 16, 48]) }
        if chance(0.04) { registers[24] = choose([0, 50, 100, 600]) }
        if chance(0.05) { registers[16] = choose([0, 500]) }
        if chance(0.1) { registers[48] = choose([0, 50, 500]) }
        if chance(0.2) { registers[41] = number(0...254) }
        write(55, 0, 1)
        for (address, number) in registers {
            write(address, number, [9, 11, 16, 24, 31, 48].contains(address) ? 2 : 1)
        }
        write(55, 1, 1)
        if chance(0.2) {
            // what some program left there: a goal is torque on, so torque is taken off at once
            bench.say(
                HardwareTests.feetech(id, 3, [42] + little(number(0...4095), 2))
                    + HardwareTests.feetech(id, 3, [40, 0]))
        } else if chance(0.1) {
            write(40, 2, 1)
        }
        let isPending = chance(0.05)
        if isPending {
            bench.say(HardwareTests.feetech(id, 4, [42] + little(number(0...4095), 2)))
            afterwards = HardwareTests.feetech(0xFE, 5)
        }
        bench.runOn(seconds: 0.002)
        let present = bench.look { ($0.devices as! FirmwareBus).servos[joint].present }
        words.append("servo \(id) at \(present): \(registers)\(isPending ? " pending" : "")")
        let (lowest, highest) = (registers[9] ?? 0, registers[11] ?? 4095)
        let phase = registers[18] ?? 12
        harms(lowest == 0 && highest == 0 || lowest > highest || present < lowest || present > highest)
        harms(phase & 4 == 0 || phase & 2 != 0)
        harms(phase & 16 != 0 || (phase & 1 != 0) != (phase & 128 != 0))
        harms(registers[33, default: 0] != 0 || registers[21] == 0 || registers[24, default: 16] > 100 || isPending)
        harms(abs(Double(present - 2048) / 4096 * 2 * .pi) > 1.5)
    }

    // MARK: DYNAMIXEL

    private mutating func dynamixelBench() throws -> ArmingBench {
        let places = [counts(), counts()]
        let bench = try ArmingBench(.dynamixel, shafts: places.map { Double($0) / 4096 * 2 * .pi })
        for joint in 0..<2 {
            // turned by hand since power came on
            let turns = chance(0.1) ? choose([-2, -1, 1]) : 0
            if turns != 0 { bench.turn(joint, to: Double(places[joint] + 4096 * turns) / 4096 * 2 * .pi) }
            words.append("\(turns) turns")
            dynamixel(bench, joint, UInt8(joint + 1))
        }
        return bench
    }

    private mutating func dynamixel(_ bench: ArmingBench, _ joint: Int, _ id: UInt8) {
        func write(_ address: Int, _ number: Int, _ width: Int) {
            bench.say(DynamixelBench.packet(id, 3, little(address, 2) + little(number, width)))
        }
        func register(_ address: Int) -> Int {
            bench.look { ($0.devices as! DynamixelLine).devices[joint].register(address) }
        }
        if chance(0.5) { write(11, chance(0.3) ? choose([0, 1, 16]) : choose([4, 5]), 1) }
        if chance(0.1) { write(20, number(-1000...1000), 4) }
        if chance(0.12) {
            write(48, number(2000...4095), 4)
            write(52, number(0...2100), 4)
        }
        if chance(0.1) { write(12, choose([1, 2, 5, 253, 255]), 1) }
        if chance(0.05) { write(60, 1, 1) }
        if chance(0.03) { write(36, choose([0, 300]), 2) }
        if chance(0.03) { write(38, choose([0, 900]), 2) }
        if chance(0.03) { write(84, choose([0, 400]), 2) }
        if chance(0.6) {
            for (address, most) in [(104, 200), (102, 300)] {
                write(address, number(-most...most), address == 102 ? 2 : 4)
            }
            write(100, number(-885...885), 2)
            write(116, number(0...4095), 4)
        }
        if chance(0.3) {
            write(108, number(0...300), 4)
            write(112, number(0...300), 4)
        }
        if chance(0.15) { write(10, choose([1, 2, 4, 5, 8, 9]), 1) }
        let isPending = chance(0.05)
        if isPending {
            bench.say(DynamixelBench.packet(id, 4, little(116, 2) + little(number(1000...3000), 4)))
            afterwards = DynamixelBench.packet(0xFE, 5, [])
        }
        bench.runOn(seconds: 0.002)
        let present = register(132)
        let seen = [10, 11, 12, 20, 36, 38, 48, 52, 60, 69, 84, 100, 102, 104, 116].map { "\($0)=\(register($0))" }
        words.append("device \(id) at \(present): " + seen.joined(separator: " "))
        let mode = register(11)
        harms(![3, 4, 5].contains(mode) || mode == 3 && !(register(52) <= present && present <= register(48)))
        harms(register(12) == 3 - Int(id) || register(10) & 0x0A != 0 || register(69) != 0)
        harms(register(36) == 0 || register(38) == 0 || register(84) == 0)
        harms(abs(Double(present - 2048) / 4096 * 2 * .pi) > 1.5)
    }

    // MARK: ODrive

    private mutating func odriveBench() throws -> ArmingBench {
        let bench = try ArmingBench(.odrive, shafts: [0, 0])
        for axis in 0..<2 {
            let place = chance(0.85) ? angle(-1.4...1.4) : angle(-7...7)
            bench.turn(axis, to: place)
            harms(abs(place) > 1.5)
            words.append("axis \(axis) at \(place)")
            odrive(bench, axis)
        }
        return bench
    }

    private mutating func odrive(_ bench: ArmingBench, _ axis: Int) {
        func write(_ name: String, _ value: String) {
            bench.say(Array("w axis\(axis).\(name) \(value)\n".utf8))
            words.append("\(name)=\(value)")
        }
        if chance(0.12) {
            write("controller.config.load_encoder_axis", "\(1 - axis)")
            harms(true)
        }
        if chance(0.08) {
            write("config.enable_sensorless_mode", "1")
            harms(true)
        }
        if chance(0.1) {
            write("config.enable_step_dir", "1")
            let rate = angle(-2...2)
            bench.change { state in
                var board = state.devices as! ODriveDevice
                board.pulse(axis, turnsPerSecond: rate)
                state.devices = board
            }
            harms(true)
        }
        if chance(0.06) {
            write("controller.config.circular_setpoints", "1")
            harms(true)
        }
        if chance(0.04) {
            bench.change { state in
                var board = state.devices as! ODriveDevice
                board.forgetCalibration(axis)
                state.devices = board
            }
            words.append("not calibrated")
            harms(true)
        }
        if chance(0.05) {
            write(choose([0, 1]) == 0 ? "controller.config.vel_limit" : "controller.config.pos_gain", "0")
            harms(true)
        }
        if chance(0.3) { write("controller.input_vel", "\(angle(-3...3))") }
        if chance(0.3) { write("controller.input_torque", "\(angle(-0.5...0.5))") }
        if chance(0.3) { write("controller.input_pos", "\(angle(-3...3))") }
        if chance(0.3) { write("controller.config.input_mode", "\(choose([1, 2, 3, 5, 7]))") }
        if chance(0.3) { write("controller.config.control_mode", "\(choose([1, 2, 3]))") }
        if chance(0.05) { write("config.startup_closed_loop_control", "1") }
    }

    // MARK: VESC

    private mutating func vescBench() throws -> ArmingBench {
        let bench = try ArmingBench(.vesc, shafts: [0, 0])
        for joint in 0..<2 {
            // its encoder tells the place within a turn
            let place = chance(0.8) ? angle(-1.4...1.4) : angle(-3.1...3.1)
            bench.turn(joint, to: place)
            harms(abs(place) > 1.5)
            let duty = chance(0.25) ? angle(0.015...0.04) * (chance(0.5) ? 1 : -1) : nil
            let isFaulty = chance(0.05)
            bench.change { state in
                var device = state.devices as! VescDevice
                device.drive(joint, fromOtherInput: duty)
                if isFaulty { device.afflict(joint, .overload, at: state.reached + 1_000_000_000) }
                state.devices = device
            }
            harms(duty != nil || isFaulty)
            words.append("\(joint) at \(place), other input \(duty ?? 0), faulty \(isFaulty)")
        }
        return bench
    }

    // MARK: RoboClaw

    private mutating func roboclawBench() throws -> ArmingBench {
        let bench = try ArmingBench(.roboclaw, shafts: [0, 0])
        for joint in 0..<2 {
            let place = chance(0.85) ? angle(-1.4...1.4) : angle(-4...4)
            bench.turn(joint, to: place)
            harms(abs(place) > 1.5)
            let counts = Int((place / (2 * .pi) * 4096).rounded())
            // as delivered, by a person, and by a person who meant another joint
            let bounds =
                chance(0.1)
                ? (0, 0) : chance(0.3) ? (number(-1200...200), number(-200...1200)) : (-2_000_000_000, 2_000_000_000)
            let gain: UInt32 = chance(0.06) ? 0 : 40_000
            bench.change { state in
                var device = state.devices as! RoboClawDevice
                device.setPosition(joint, gain: gain, bounds: bounds)
                state.devices = device
            }
            harms(gain == 0 || counts < bounds.0 || counts > bounds.1 || bounds.0 > bounds.1)
            words.append("\(joint) at \(counts), bounds \(bounds), gain \(gain)")
        }
        return bench
    }
}
