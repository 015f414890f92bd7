import Plant
import RobotModel
import Testing

/// A packet of DYNAMIXEL Protocol 2.0 written without a line of the code under test; its data must need no stuffing.
func dynamixel(_ id: UInt8, _ code: UInt8, _ parameters: [UInt8] = []) -> [UInt8] {
    let length = parameters.count + 3
    let body = [0xFF, 0xFF, 0xFD, 0x00, id, UInt8(length & 255), UInt8(length >> 8), code] + parameters
    var crc: UInt16 = 0
    for byte in body {
        crc ^= UInt16(byte) << 8
        for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x8005 : crc << 1 }
    }
    return body + [UInt8(crc & 255), UInt8(crc >> 8)]
}

/// Little-endian bytes of a number.
func little(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// DYNAMIXEL devices on a line, and a clock that is told.
final class DynamixelBench {
    var line: DynamixelLine
    var now: Int64 = 1_000_000_000

    /// Devices 1 … count; each stands at `counts`.
    init(_ count: Int = 1, model: String = "XM430-W350", counts: Double = 2048, firmware: UInt8 = 48) {
        let devices = (1...count).map { id in
            var device = DynamixelFirmware(model: model, id: UInt8(id), baudIndex: 3, firmware: firmware)
            device.powerOn(shaft: counts * 2 * .pi / 4096, supply: model.hasPrefix("XL330") ? 5 : 12)
            return device
        }
        line = DynamixelLine(devices: devices, random: SeededGenerator(seed: 1))
    }

    func replies(_ sent: [UInt8], after: Int64 = 5_000_000) -> [[UInt8]] {
        now += after
        return line.receive(sent, at: now).map(\.bytes)
    }

    /// Registers read from a device; nil if it does not answer so.
    func read(_ id: UInt8, _ address: Int, _ count: Int) -> [UInt8]? {
        let answer = replies(dynamixel(id, 2, little(address, 2) + little(count, 2)))
        guard answer.count == 1, answer[0].count == count + 11, answer[0][4] == id else { return nil }
        return Array(answer[0][9..<(9 + count)])
    }

    func number(_ id: UInt8, _ address: Int, _ width: Int) -> Int? {
        read(id, address, width)?.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    }

    /// Writes a register; the error byte of the reply, or nil without one.
    @discardableResult
    func write(_ id: UInt8, _ address: Int, _ number: Int, _ width: Int) -> UInt8? {
        let answer = replies(dynamixel(id, 3, little(address, 2) + little(number, width)))
        return answer.count == 1 ? answer[0][8] : nil
    }

    /// Lets the shaft of device 1 turn a plain inertia for some seconds; returns its angle in counts.
    func turn(_ seconds: Double, from counts: Double, inertia: Double = 0.01, load: Double = 0) -> Double {
        var angle = counts * 2 * .pi / 4096
        var speed = 0.0
        for _ in 0..<Int(seconds * 1000) {
            let torque = line.drive(0, shaft: angle, speed: speed, supply: 12, dt: 0.001, delay: 0) + load
            speed = (speed + torque / inertia * 0.001) / (1 + 0.02 / inertia * 0.001)
            angle += speed * 0.001
            now += 1_000_000
            line.tick(at: now)
        }
        self.speed = speed
        return angle / (2 * .pi) * 4096
    }
    var speed = 0.0
}

@Suite("DYNAMIXEL firmware, against the manufacturer's bytes")
struct DynamixelFirmwareTests {
    /// N·m for one count of current: 2.69 mA, and 4.1 N·m at 2.3 A.
    static let torquePerCount: Double = 0.00269 * 4.1 / 2.3

    @Test("pings, alone and of all") func ping() {
        let bench = DynamixelBench(3)
        #expect(bench.replies(bytes("FF FF FD 00 01 03 00 01 19 4E")) == [dynamixel(1, 0x55, [0, 0xFC, 3, 48])])
        let all = bench.replies(bytes("FF FF FD 00 FE 03 00 01 31 42"))
        #expect(all.map { $0[4] } == [1, 2, 3])
        #expect(bench.replies(dynamixel(9, 1)).isEmpty)
        var damaged = dynamixel(1, 1)
        damaged[9] ^= 1
        #expect(bench.replies(damaged).isEmpty)
    }

    @Test("the present position is read, in the manufacturer's bytes") func read() {
        let bench = DynamixelBench(1, counts: 166)
        #expect(
            bench.replies(bytes("FF FF FD 00 01 07 00 02 84 00 04 00 1D 15"))
                == [bytes("FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0")])
        #expect(bench.replies(dynamixel(1, 2, [0x94, 0x02, 4, 0])) == [dynamixel(1, 0x55, [5])], "beyond the table")
    }

    @Test("EEPROM is written only while torque is off") func eeprom() {
        let bench = DynamixelBench()
        #expect(bench.write(1, 31, 70, 1) == 0 && bench.number(1, 31, 1) == 70)
        #expect(bench.replies(bytes("FF FF FD 00 01 06 00 03 40 00 01 DB 66")) == [dynamixel(1, 0x55, [0])])
        #expect(bench.write(1, 31, 60, 1) == 7 && bench.number(1, 31, 1) == 70)
        #expect(bench.write(1, 64, 0, 1) == 0 && bench.write(1, 31, 60, 1) == 0)
        #expect(bench.write(1, 7, 5, 1) == 0)
        #expect(bench.number(5, 7, 1) == 5 && bench.number(1, 7, 1) == nil)
    }

    @Test("refuses what a register cannot hold, what a limit forbids, and what can only be read") func refusals() {
        let bench = DynamixelBench()
        #expect(bench.write(1, 9, 255, 1) == 4)
        #expect(bench.write(1, 11, 2, 1) == 4, "there is no mode 2")
        #expect(bench.write(1, 48, 3000, 4) == 0)
        #expect(bench.write(1, 116, 3001, 4) == 6 && bench.write(1, 116, 3000, 4) == 0)
        #expect(bench.write(1, 104, 201, 4) == 6)
        #expect(bench.write(1, 132, 0, 4) == 7)
        #expect(bench.write(1, 116, 5, 2) == 5, "half a register")
        #expect(bench.replies(dynamixel(1, 0x77)) == [dynamixel(1, 0x55, [2])])
        let load = DynamixelBench(1, model: "XL430-W250")
        #expect(load.write(1, 11, 5, 1) == 4, "it measures no current")
        #expect(load.number(1, 0, 2) == 1060)
    }

    @Test("the status return level silences it") func level() {
        let bench = DynamixelBench()
        #expect(bench.write(1, 68, 1, 1) == 0)
        #expect(bench.write(1, 65, 1, 1) == nil && bench.number(1, 65, 1) == 1)
        #expect(bench.write(1, 68, 0, 1) == nil)
        #expect(bench.number(1, 65, 1) == nil)
        #expect(bench.replies(dynamixel(1, 1)).count == 1)
    }

    @Test("a registered write waits for its action") func registered() {
        let bench = DynamixelBench()
        #expect(bench.replies(bytes("FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E")) == [dynamixel(1, 0x55, [0])])
        #expect(bench.number(1, 104, 4) == 0 && bench.number(1, 69, 1) == 1)
        #expect(bench.replies(bytes("FF FF FD 00 01 03 00 05 02 CE")) == [dynamixel(1, 0x55, [0])])
        #expect(bench.number(1, 104, 4) == 200 && bench.number(1, 69, 1) == 0)
        #expect(bench.replies(dynamixel(1, 5)) == [dynamixel(1, 0x55, [1])])
    }

    @Test("sync and bulk reads are answered in the order they ask, one after another on the wire") func together() {
        let bench = DynamixelBench(3)
        let sync = bench.line.receive(dynamixel(0xFE, 0x82, [132, 0, 4, 0, 3, 9, 1]), at: bench.now)
        #expect(sync.map { $0.bytes[4] } == [3, 1])
        #expect(sync[1].endsAt - sync[0].endsAt >= 500_000 + 150_000, "return delay and fifteen bytes")
        let bulk = bench.replies(dynamixel(0xFE, 0x92, [1, 144, 0, 2, 0, 2, 7, 0, 1, 0]))
        #expect(bulk == [dynamixel(1, 0x55, [0, 120, 0]), dynamixel(2, 0x55, [0, 2])])
        #expect(
            bench.replies(dynamixel(0xFE, 0x83, [116, 0, 4, 0, 1] + little(150, 4) + [2] + little(170, 4))).isEmpty)
        #expect(bench.number(1, 116, 4) == 150 && bench.number(2, 116, 4) == 170)
        #expect(bench.replies(dynamixel(0xFE, 0x93, [1, 65, 0, 1, 0, 1, 2, 31, 0, 1, 0, 66])).isEmpty)
        #expect(bench.number(1, 65, 1) == 1 && bench.number(2, 31, 1) == 66)
    }

    @Test("a fast sync read brings one packet, which breaks off where a device is silent") func fast() {
        let bench = DynamixelBench(2, counts: 166)
        let whole = bench.replies(dynamixel(0xFE, 0x8A, [132, 0, 4, 0, 1, 2]))
        #expect(whole.count == 1 && whole[0].count == 8 + 16)
        #expect(whole[0].prefix(14) == [0xFF, 0xFF, 0xFD, 0, 0xFE, 17, 0, 0x55, 0, 1, 166, 0, 0, 0])
        let broken = bench.replies(dynamixel(0xFE, 0x8A, [132, 0, 4, 0, 1, 9, 2]))
        #expect(broken.count == 1 && broken[0].count == 8 + 8 && broken[0][5] == 25)
        let old = DynamixelBench(2, firmware: 40)
        #expect(old.replies(dynamixel(0xFE, 0x8A, [132, 0, 4, 0, 1, 2])).isEmpty)
    }

    @Test("position control reaches its goal, and the current shows a load") func position() {
        let bench = DynamixelBench()
        bench.write(1, 116, 2500, 4)
        #expect(abs(bench.turn(0.3, from: 2048) - 2048) < 1, "no torque, no motion")
        bench.write(1, 64, 1, 1)
        let end = bench.turn(1.5, from: 2048)
        #expect(abs(end - 2500) < 3)
        #expect(bench.number(1, 132, 4) == Int(end.rounded()))
        let loaded = bench.turn(1.0, from: end, load: 0.8)
        #expect(loaded > end + 3, "a proportional controller gives way")
        let current = Int16(truncatingIfNeeded: bench.number(1, 126, 2) ?? 0)
        let torque: Double = Double(current) * Self.torquePerCount
        #expect(abs(torque + 0.8) < 0.1, "\(current)")
    }

    @Test("a profile velocity bounds the speed") func profile() {
        let bench = DynamixelBench()
        bench.write(1, 112, 40, 4)
        bench.write(1, 64, 1, 1)
        bench.write(1, 116, 4000, 4)
        let after = bench.turn(1, from: 1000) - 1000
        // 40 × 0.229 rpm for a second; the profile begins where torque came on
        #expect(abs(after) < 2000 && bench.speed < 1.2)
    }

    @Test("velocity, current and PWM control") func modes() {
        let bench = DynamixelBench()
        bench.write(1, 11, 1, 1)
        bench.write(1, 64, 1, 1)
        bench.write(1, 104, 100, 4)
        _ = bench.turn(2, from: 2048)
        let wanted: Double = 100 * 0.229 * 2 * Double.pi / 60
        #expect(abs(bench.speed - wanted) < 0.1)
        #expect(bench.number(1, 122, 1) == 1)
        bench.write(1, 64, 0, 1)
        bench.write(1, 11, 0, 1)
        bench.write(1, 64, 1, 1)
        bench.write(1, 102, 200, 2)
        let torque = bench.line.drive(0, shaft: 0, speed: 0, supply: 12, dt: 0.001, delay: 0)
        #expect(abs(torque - 200 * Self.torquePerCount) < 0.02)
        bench.write(1, 64, 0, 1)
        bench.write(1, 11, 16, 1)
        bench.write(1, 64, 1, 1)
        bench.write(1, 100, -442, 2)
        #expect(bench.line.drive(0, shaft: 0, speed: 0, supply: 12, dt: 0.001, delay: 0) < -1.5)
    }

    @Test("extended positions count turns, and a clear forgets them") func turns() {
        let bench = DynamixelBench()
        bench.write(1, 11, 4, 1)
        _ = bench.turn(0.1, from: 2048 + 3 * 4096)
        #expect(bench.number(1, 132, 4) == 2048 + 3 * 4096)
        #expect(bench.replies(bytes("FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC")) == [dynamixel(1, 0x55, [0])])
        #expect(bench.number(1, 132, 4) == 2048)
        bench.write(1, 20, 100, 4)
        _ = bench.turn(0.01, from: 2048 + 3 * 4096)
        #expect(bench.number(1, 132, 4) == 2148, "homing offset")
    }

    @Test("the bus watchdog stops it, and locks the goals until it is cleared") func watchdog() {
        let bench = DynamixelBench()
        bench.write(1, 64, 1, 1)
        #expect(bench.replies(bytes("FF FF FD 00 01 06 00 03 62 00 05 68 E4")) == [dynamixel(1, 0x55, [0])])
        bench.write(1, 116, 2600, 4)
        for _ in 0..<5 {
            _ = bench.turn(0.09, from: 2048)
            // any packet feeds it, also another's
            _ = bench.replies(dynamixel(77, 1), after: 0)
        }
        #expect(bench.number(1, 98, 1) == 5)
        _ = bench.turn(0.12, from: 2048)
        #expect(bench.number(1, 98, 1) == 0xFF)
        #expect(bench.write(1, 116, 2048, 4) == 4)
        #expect(bench.number(1, 64, 1) == 1, "it holds where it stopped")
        #expect(bench.replies(bytes("FF FF FD 00 01 06 00 03 62 00 00 76 E4")) == [dynamixel(1, 0x55, [0])])
        #expect(bench.write(1, 116, 2048, 4) == 0)
        let old = DynamixelBench(1, firmware: 37)
        #expect(old.write(1, 98, 5, 1) == 7)
    }

    @Test("a hardware error takes torque away and stays until a reboot") func hardwareError() {
        let bench = DynamixelBench()
        bench.write(1, 64, 1, 1)
        bench.line.afflict(0, .overload, at: bench.now)
        #expect(bench.replies(dynamixel(1, 2, [64, 0, 1, 0])) == [dynamixel(1, 0x55, [0x80, 0])])
        #expect(bench.number(1, 70, 1) == 32)
        #expect(bench.write(1, 64, 1, 1) == 0x87)
        #expect(bench.replies(bytes("FF FF FD 00 01 03 00 08 2F 4E")) == [dynamixel(1, 0x55, [0x80])])
        #expect(bench.replies(dynamixel(1, 1)).isEmpty, "it restarts")
        #expect(bench.replies(dynamixel(1, 1), after: 500_000_000) == [dynamixel(1, 0x55, [0, 0xFC, 3, 48])])
        #expect(bench.number(1, 70, 1) == 0 && bench.write(1, 64, 1, 1) == 0)
    }

    @Test("a stalled motor protects itself from overload") func stall() {
        let bench = DynamixelBench()
        bench.write(1, 64, 1, 1)
        bench.write(1, 116, 4000, 4)
        for _ in 0..<3000 { _ = bench.line.drive(0, shaft: .pi, speed: 0, supply: 12, dt: 0.001, delay: 0) }
        #expect(bench.number(1, 70, 1) == 32 && bench.number(1, 64, 1) == 0)
    }

    @Test("too little voltage is latched, but keeps torque") func undervoltage() {
        let bench = DynamixelBench()
        bench.write(1, 64, 1, 1)
        _ = bench.line.drive(0, shaft: .pi, speed: 0, supply: 8, dt: 0.001, delay: 0)
        #expect(bench.number(1, 70, 1) == 1 && bench.number(1, 64, 1) == 1 && bench.number(1, 144, 2) == 80)
    }

    @Test("factory reset keeps what it is told to") func factory() {
        let bench = DynamixelBench(2)
        bench.write(2, 31, 60, 1)
        #expect(bench.replies(dynamixel(2, 6, [2])) == [dynamixel(2, 0x55, [0])])
        bench.now += 500_000_000
        #expect(bench.number(2, 31, 1) == 80 && bench.number(2, 8, 1) == 3)
        #expect(bench.replies(dynamixel(2, 6, [1])).count == 1)
        bench.now += 500_000_000
        #expect(bench.number(2, 8, 1) == 1)
    }

    @Test("indirect data shows other registers") func indirect() {
        let bench = DynamixelBench()
        for offset in 0..<4 { bench.write(1, 168 + 2 * offset, 116 + offset, 2) }
        #expect(bench.write(1, 224, 2100, 4) == 0)
        #expect(bench.number(1, 116, 4) == 2100 && bench.number(1, 224, 4) == 2100)
    }

    @Test("a control table is stored and put back") func backup() {
        let bench = DynamixelBench()
        bench.write(1, 31, 61, 1)
        #expect(bench.replies(dynamixel(1, 0x20, [1, 0x43, 0x54, 0x52, 0x4C])) == [dynamixel(1, 0x55, [0])])
        bench.write(1, 31, 50, 1)
        #expect(bench.replies(dynamixel(1, 0x20, [2, 0x43, 0x54, 0x52, 0x4C])) == [dynamixel(1, 0x55, [0])])
        bench.now += 500_000_000
        #expect(bench.number(1, 31, 1) == 61)
    }

    @Test("a second id is obeyed in silence, in RAM only, and the first part of a packet for many counts")
    func secondaryID() {
        let bench = DynamixelBench(2)
        bench.write(2, 12, 1, 1)
        bench.write(1, 112, 55, 4)
        #expect(bench.number(1, 112, 4) == 55 && bench.number(2, 112, 4) == 55)
        bench.write(1, 20, 77, 4)
        #expect(bench.number(2, 20, 4) == 0, "no EEPROM")
        let entries = [UInt8(1)] + little(10, 4) + [2] + little(20, 4)
        _ = bench.replies(dynamixel(0xFE, 0x83, little(112, 2) + little(4, 2) + entries))
        #expect(bench.number(1, 112, 4) == 10 && bench.number(2, 112, 4) == 10)
        #expect(bench.replies(dynamixel(1, 1)).count == 1, "only its own id answers")
    }

    @Test("drive mode: a goal is torque on, a slave holds nothing, a profile of time") func driveMode() {
        let bench = DynamixelBench()
        bench.write(1, 10, 8, 1)
        bench.write(1, 116, 2048, 4)
        #expect(bench.number(1, 64, 1) == 1)
        let slave = DynamixelBench()
        slave.write(1, 10, 2, 1)
        slave.write(1, 64, 1, 1)
        slave.write(1, 116, 2400, 4)
        #expect(abs(slave.turn(0.5, from: 2048) - 2048) < 1)
        let timed = DynamixelBench()
        timed.write(1, 10, 4, 1)
        timed.write(1, 112, 1, 4)
        timed.write(1, 64, 1, 1)
        timed.write(1, 116, 2400, 4)
        #expect(abs(timed.turn(1, from: 2048) - 2400) < 20)
    }

    /// e-Manual, present position: in position mode whole turns are forgotten when torque comes on.
    @Test("turns count on by hand, and are forgotten with torque on in position mode") func turnsForgotten() {
        let bench = DynamixelBench(counts: 2048)
        _ = bench.turn(0.01, from: 2048 + 4096)
        #expect(bench.number(1, 132, 4) == 6144)
        bench.write(1, 64, 1, 1)
        _ = bench.turn(0.001, from: 2048 + 4096)
        #expect(bench.number(1, 132, 4) == 2048)
        let extended = DynamixelBench(counts: 2048)
        extended.write(1, 11, 4, 1)
        _ = extended.turn(0.01, from: 2048 + 4096)
        extended.write(1, 116, 6144, 4)
        extended.write(1, 64, 1, 1)
        _ = extended.turn(0.3, from: 2048 + 4096)
        #expect(extended.number(1, 132, 4) == 6144)
    }

    @Test("torque on at start-up, if it is set so") func startUp() {
        let bench = DynamixelBench()
        bench.write(1, 60, 1, 1)
        _ = bench.replies(dynamixel(1, 8))
        bench.now += 1_000_000_000
        #expect(bench.number(1, 64, 1) == 1)
    }
}
