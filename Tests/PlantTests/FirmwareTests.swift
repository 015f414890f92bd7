import Plant
import RobotModel
import Testing

@Suite("Servo firmware, against the manufacturer's bytes")
struct FirmwareTests {
    @Test("ping is answered") func ping() {
        let bench = FirmwareBench()
        #expect(bench.replies(bytes("FF FF 01 02 01 FB")) == [bytes("FF FF 01 02 00 FC")])
        #expect(bench.replies(packet(2, 1)).isEmpty)
    }

    @Test("the present position is read") func read() {
        let bench = FirmwareBench(counts: 1304)
        #expect(bench.replies(bytes("FF FF 01 04 02 38 02 BE")) == [bytes("FF FF 01 04 00 18 05 DD")])
        #expect(bench.read(1, 3, 2) == [0x09, 0x03])  // 777
    }

    @Test("a goal is written, and is torque on by itself") func goal() {
        let bench = FirmwareBench()
        #expect(bench.bus.servos[0].torqueMode == 0)
        let answer = bench.replies(bytes("FF FF 01 09 03 2A 00 08 00 00 E8 03 D5"))
        #expect(answer == [bytes("FF FF 01 02 00 FC")])
        #expect(bench.read(1, 42, 6) == [0x00, 0x08, 0, 0, 0xE8, 0x03])
        #expect(bench.read(1, 40, 1) == [1] && bench.bus.servos[0].torqueMode == 1)
        #expect(bench.write(1, 40, [0]) && bench.bus.servos[0].torqueMode == 0)
        #expect(bench.replies(bytes("FF FF 01 04 03 28 01 CE")).count == 1)
        #expect(bench.bus.servos[0].torqueMode == 1)
    }

    @Test("EEPROM writes are dropped in silence while the lock is on") func lock() {
        let bench = FirmwareBench()
        #expect(bench.read(1, 55, 1) == [1])
        #expect(bench.write(1, 21, [50]))  // acknowledged all the same
        #expect(bench.read(1, 21, 1) == [32])
        #expect(bench.replies(bytes("FF FF 01 04 03 37 00 C0")).count == 1)
        #expect(bench.write(1, 21, [50]) && bench.read(1, 21, 1) == [50])
        #expect(bench.write(1, 55, [1]) && bench.write(1, 21, [60]) && bench.read(1, 21, 1) == [50])
        // an id is EEPROM too
        #expect(bench.write(1, 55, [0]))
        _ = bench.replies(packet(1, 3, [5, 9]))
        #expect(bench.read(9, 5, 1) == [9] && bench.read(1, 5, 1) == nil)
    }

    @Test("model and measured values cannot be written") func readOnly() {
        let bench = FirmwareBench(counts: 1304)
        bench.write(1, 55, [0])
        for address: UInt8 in [0, 3, 56, 62, 63, 65, 69] {
            let before = bench.read(1, address, 1)
            bench.write(1, address, [0x55])
            #expect(bench.read(1, address, 1) == before, "address \(address)")
        }
    }

    @Test("a sync read is answered in the order it asks, one after another on the wire") func syncRead() {
        let bench = FirmwareBench(6)
        let two = bench.replies(bytes("FF FF FE 06 82 38 02 01 02 3C"))
        #expect(two == [packet(1, 0, [0, 8]), packet(2, 0, [0, 8])])
        let mixed = bench.bus.receive(packet(0xFE, 0x82, [56, 2, 5, 9, 2, 6]), at: bench.now + 5_000_000)
        #expect(mixed.map { $0.bytes[2] } == [5, 2, 6])
        // 8 bytes of 10 bits at 1 Mbit/s are 80 µs
        for (first, second) in zip(mixed, mixed.dropFirst()) { #expect(second.endsAt - first.endsAt >= 80_000) }
        #expect(mixed[0].endsAt >= bench.now + 5_000_000 + 120_000 + 80_000)
    }

    @Test("a sync write reaches each servo with its own data and is not answered") func syncWrite() {
        let bench = FirmwareBench(5)
        let sent = """
            FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 03 00 08 00 00 E8 03 04 00 08 00 00 E8 03 58
            """
        #expect(bench.replies(bytes(sent)).isEmpty)
        for id: UInt8 in 1...4 {
            #expect(bench.read(id, 42, 6) == [0x00, 0x08, 0, 0, 0xE8, 0x03])
            #expect(bench.read(id, 40, 1) == [1])
        }
        #expect(bench.read(5, 40, 1) == [0])
        #expect(bench.replies(packet(0xFE, 0x83, [48, 2, 1, 100, 0, 2, 200, 0])).isEmpty)
        #expect(bench.read(1, 48, 2) == [100, 0] && bench.read(2, 48, 2) == [200, 0])
    }

    @Test("a registered write waits for the action") func action() {
        let bench = FirmwareBench(2)
        for id: UInt8 in 1...2 { #expect(bench.replies(packet(id, 4, [48, 100, 0])) == [packet(id, 0)]) }
        #expect(bench.read(1, 48, 2) == [0xE8, 0x03] && bench.read(1, 64, 1) == [1])
        #expect(bench.replies(bytes("FF FF FE 02 05 FA")).isEmpty)
        for id: UInt8 in 1...2 { #expect(bench.read(id, 48, 2) == [100, 0] && bench.read(id, 64, 1) == [0]) }
    }

    @Test("a broadcast ping is answered by all in turn, a broadcast write by none") func broadcast() {
        let bench = FirmwareBench(6)
        let answers = bench.bus.receive(packet(0xFE, 1), at: bench.now)
        #expect(answers.map(\.bytes) == (1...6).map { packet($0, 0) })
        #expect(zip(answers, answers.dropFirst()).allSatisfy { $1.endsAt - $0.endsAt >= 60_000 })
        #expect(bench.replies(packet(0xFE, 3, [40, 1])).isEmpty)
        #expect(bench.bus.servos.allSatisfy { $0.torqueMode == 1 })
    }

    @Test("a wrong checksum is not heard") func checksum() {
        let bench = FirmwareBench()
        #expect(bench.replies(bytes("FF FF 01 02 01 FA")).isEmpty)
        #expect(bench.replies(bytes("FF FF 01 04 03 28 01 CF")).isEmpty)
        #expect(bench.bus.servos[0].torqueMode == 0)
        #expect(bench.replies(packet(1, 1)).count == 1)
    }

    @Test("junk before a packet, half a packet before a silence, and a packet in pieces") func junk() {
        let bench = FirmwareBench()
        #expect(bench.replies(bytes("00 13 FF 37 FF") + packet(1, 1)) == [packet(1, 0)])
        #expect(bench.replies(bytes("FF FF 01 09 03 2A")).isEmpty)
        #expect(bench.replies(packet(1, 1), after: 50_000_000) == [packet(1, 0)])
        let ping = packet(1, 1)
        for byte in ping.dropLast() { #expect(bench.replies([byte], after: 100_000).isEmpty) }
        #expect(bench.replies([ping[5]], after: 100_000) == [packet(1, 0)])
        #expect(bench.replies(ping + ping).count == 2)
    }

    @Test("a read that is longer than the firmware allows is dropped") func tooLong() {
        let bench = FirmwareBench()
        let ids = [UInt8](repeating: 1, count: 0x80)
        #expect(bench.replies(packet(0xFE, 0x82, [56, 2] + ids)).isEmpty)
        #expect(bench.replies(packet(1, 1)).count == 1)
    }

    @Test("response level 0 answers pings and reads only") func responseLevel() {
        let bench = FirmwareBench()
        bench.write(1, 55, [0])
        _ = bench.replies(packet(1, 3, [8, 0]))
        #expect(bench.replies(packet(1, 3, [48, 100, 0])).isEmpty)
        #expect(bench.read(1, 48, 2) == [100, 0] && bench.replies(packet(1, 1)).count == 1)
    }

    @Test("a reboot is eight tenths of a second of silence and clears RAM, not EEPROM") func reboot() {
        let bench = FirmwareBench(2)
        bench.write(1, 55, [0])
        bench.write(1, 21, [50])
        bench.write(1, 40, [1])
        #expect(bench.replies(packet(1, 8)).isEmpty)
        #expect(bench.replies(packet(1, 1), after: 700_000_000).isEmpty && bench.replies(packet(2, 1)).count == 1)
        #expect(bench.replies(packet(1, 1), after: 200_000_000).count == 1)
        #expect(bench.read(1, 40, 1) == [0] && bench.read(1, 55, 1) == [1] && bench.read(1, 21, 1) == [50])
    }

    @Test("the homing offset has its sign in bit 11 and shifts what is read") func homingOffset() {
        let bench = FirmwareBench()
        bench.write(1, 55, [0])
        #expect(bench.write(1, 31, [0x88, 0x03]))  // 904
        var servo = bench.bus.servos[0]
        servo.powerOn(rawCounts: 628)
        #expect(servo.present == 3820)  // measured on a real servo
        let moved = FirmwareBench(1, counts: 940)
        #expect(moved.replies(packet(1, 0x0B)) == [packet(1, 0)])
        #expect(moved.bus.servos[0].present == 2048)
        #expect(moved.read(1, 31, 2) == [UInt8(1108 & 255), UInt8(1108 >> 8 | 8)])  // 940 − 2048 = −1108
        // torque 128 does the same and is no torque
        let middle = FirmwareBench(1, counts: 3000)
        middle.write(1, 40, [128])
        #expect(middle.bus.servos[0].present == 2048 && middle.read(1, 40, 1) == [0])
        #expect(middle.read(1, 31, 2) == [UInt8(952 & 255), UInt8(952 >> 8)])
    }

    /// Seconds of a plain inertia behind the only servo, from its `counts`; returns where it got to, counts.
    private func turn(_ bench: FirmwareBench, from counts: Double, seconds: Double = 1, load: Double = 0) -> Double {
        var angle = counts / 4096 * 2 * .pi
        var speed = 0.0
        for _ in 0..<Int(seconds * 1000) {
            let torque = bench.bus.drive(0, shaft: angle, speed: speed, supply: 7.4, dt: 0.001, delay: 0) + load
            speed = (speed + torque / 0.01 * 0.001) / (1 + 0.02 / 0.01 * 0.001)
            angle += speed * 0.001
        }
        return angle / (2 * .pi) * 4096
    }

    @Test("a goal is cut to registers 9 and 11; both zero count whole turns and cut nothing") func ownLimits() {
        let bench = FirmwareBench(counts: 1000)
        bench.write(1, 55, [0])
        bench.write(1, 9, [0xDC, 0x05])
        bench.write(1, 42, [0xE8, 0x03])
        #expect(abs(turn(bench, from: 1000) - 1500) < 5, "told 1000, it goes to 1500")
        let free = FirmwareBench(counts: 1000)
        free.write(1, 55, [0])
        free.write(1, 9, [0, 0, 0, 0])
        free.write(1, 42, [0x88, 0x13, 0, 0, 0, 0])
        #expect(abs(turn(free, from: 1000, seconds: 3) - 5000) < 8, "5000 is a turn on")
    }

    /// huggingface/lerobot#3373: positions beyond 4095.
    @Test("bit 4 of the phase shows whole turns, and a restart forgets them") func turns() {
        let bench = FirmwareBench(counts: 1000)
        _ = turn(bench, from: 1000 + 4096, seconds: 0.01)
        #expect(bench.read(1, 56, 2) == [0xE8, 0x03], "one turn as delivered")
        bench.write(1, 55, [0])
        bench.write(1, 18, [28])
        _ = turn(bench, from: 1000 + 4096, seconds: 0.01)
        #expect(bench.read(1, 56, 2) == [0xE8, 0x13])
        _ = bench.replies(packet(1, 8))
        bench.now += 1_000_000_000
        _ = turn(bench, from: 1000 + 4096, seconds: 0.01)
        #expect(bench.read(1, 56, 2) == [0xE8, 0x03])
    }

    @Test("a motor and an encoder turned round together hold, one alone runs away") func phase() {
        for (phase, holds) in [(UInt8(12), true), (141, true), (13, false), (140, false)] {
            let bench = FirmwareBench(counts: 2100)
            bench.write(1, 55, [0])
            bench.write(1, 18, [phase])
            _ = turn(bench, from: 2100, seconds: 0.005)
            let present = bench.read(1, 56, 2)!
            bench.write(1, 42, present + [0, 0, 0, 2])
            let end = turn(bench, from: 2103, seconds: 0.4)
            #expect((abs(end - 2100) < 6) == holds, "phase \(phase): \(end)")
        }
    }

    @Test("register 33: at a speed, at a duty, by steps") func modes() {
        for (mode, writes, way) in [
            (UInt8(1), [UInt8(42), 0, 0, 0, 0, 0xF4, 0x01], 350.0...520), (2, [42, 0, 0, 0xC8, 0, 0, 0], 100...2000),
            (2, [42, 0, 0, 0xC8, 4, 0, 0], -2000 ... -100), (3, [42, 100, 0, 0, 0, 0, 0], 95...105),
            (3, [42, 100, 0x80, 0, 0, 0, 0], -105 ... -95),
        ] {
            let bench = FirmwareBench(counts: 2048)
            bench.write(1, 55, [0])
            bench.write(1, 33, [mode])
            bench.write(1, writes[0], Array(writes[1...]))
            #expect(way.contains(turn(bench, from: 2048) - 2048), "mode \(mode): \(turn(bench, from: 2048) - 2048)")
        }
    }

    @Test("the torque limit begins as the maximum torque, and zero holds nothing") func maximumTorque() {
        let bench = FirmwareBench(counts: 2048)
        bench.write(1, 55, [0])
        bench.write(1, 16, [0, 0])
        _ = bench.replies(packet(1, 8))
        bench.now += 1_000_000_000
        #expect(bench.read(1, 48, 2) == [0, 0])
        bench.write(1, 42, [0, 8])
        #expect(turn(bench, from: 2048, seconds: 0.5, load: 0.3) > 2150)
    }

    @Test("bytes take their time on the wire, at the line's rate")
    func pace() {
        for (index, rate) in [1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400].enumerated() {
            let bus = FirmwareBus(
                servos: [ServoFirmware(id: 1, baudIndex: UInt8(index))], random: SeededGenerator(seed: 1))
            #expect(bus.baud == rate)
            #expect(bus.wireTime(100) == 1_000 * 1_000_000_000 / Int64(rate))
        }
    }

    @Test("whatever comes over the line, servos answer whole packets and then still a ping", arguments: 1...40)
    func anything(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bench = FirmwareBench(6, jitter: 50_000)
        for _ in 0..<400 {
            let size = Int.random(in: 0...24, using: &random)
            var sent = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            switch Int.random(in: 0...3, using: &random) {
            case 0: break
            case 1: sent = [0xFF, 0xFF] + sent
            default:
                let codes: [UInt8] = [
                    1, 2, 3, 4, 5, 6, 9, 0x0A, 0x0B, 0x82, 0x83, UInt8.random(in: 0...255, using: &random),
                ]
                let ids: [UInt8] = [1, 2, 3, 4, 5, 6, 0xFE, UInt8.random(in: 0...255, using: &random)]
                sent = packet(ids.randomElement(using: &random)!, codes.randomElement(using: &random)!, sent)
            }
            let pause = Bool.random(using: &random) ? 30_000_000 : Int64.random(in: 0...200_000, using: &random)
            for reply in bench.replies(sent, after: pause) { #expect(isPacket(reply), "\(sent) → \(reply)") }
        }
        #expect(bench.bus.servos.count == 6)
        for servo in bench.bus.servos where servo.id <= 0xFD {
            let answers = bench.replies(packet(servo.id, 1), after: 2_000_000_000)
            #expect(!answers.isEmpty && answers.allSatisfy { $0[2] == servo.id }, "servo \(servo.id)")
        }
    }
}
