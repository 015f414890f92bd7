import Foundation
import Hardware
import Plant
import RobotModel
import SerialLink
import Testing

/// A joint on a DYNAMIXEL bus.
func dynamixelJoint(
    _ name: String, id: Int, direction: Int = 1, servo: String = "XM430-W350",
    limits: ClosedRange<Double> = -1.5...1.5
) -> JointConfiguration {
    var joint = JointConfiguration(name: name, bus: "arm", family: .dynamixel, id: id, limits: limits)
    joint.servo = servo
    joint.direction = direction
    return joint
}

/// Three joints on one bench; the second counts backwards.
let threeDynamixels = [
    dynamixelJoint("pan", id: 1), dynamixelJoint("lift", id: 2, direction: -1), dynamixelJoint("grip", id: 7),
]

func makeDynamixelBus(
    _ port: String, joints: [JointConfiguration] = threeDynamixels, voltage: ClosedRange<Double> = 10...14.8
) throws(BusError) -> DynamixelBus {
    let configuration = BusConfiguration(
        name: "arm", port: port, family: .dynamixel, baud: 1_000_000, voltage: voltage)
    let safety = SafetyConfiguration(
        minimumVoltage: voltage.lowerBound, maximumVoltage: voltage.upperBound, maximumTemperature: 65,
        silenceSeconds: 1)
    return try DynamixelBus(configuration: configuration, joints: joints, safety: safety)
}

/// Registers that packets from the host write, (id, address, number) in order, read anew from the bytes alone.
func dynamixelWrites(_ bytes: [UInt8]) -> [(id: UInt8, address: Int, number: Int)] {
    func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    var writes: [(id: UInt8, address: Int, number: Int)] = []
    var index = 0
    while index + 10 <= bytes.count {
        guard Array(bytes[index..<index + 4]) == [0xFF, 0xFF, 0xFD, 0] else {
            index += 1
            continue
        }
        let end = index + 7 + number(bytes[index + 5..<index + 7])
        guard end <= bytes.count else { break }
        let body = Array(bytes[index + 8..<end - 2])
        switch bytes[index + 7] {
        case 0x03, 0x04: writes.append((bytes[index + 4], number(body[0..<2]), number(body[2...])))
        case 0x83:
            let width = number(body[2..<4])
            for start in stride(from: 4, to: body.count, by: width + 1) {
                writes.append((body[start], number(body[0..<2]), number(body[start + 1...start + width])))
            }
        default: break
        }
        index = end
    }
    return writes
}

@Suite("The driver of a DYNAMIXEL bus", .serialized)
struct DynamixelBusTests {
    @Test("asks with one fast sync read of 126…146, and turns registers into SI units") func units() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.place(0, counts: 3072)
        bench.place(1, counts: 3072)
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        #expect(try bus.check().isEmpty)
        #expect(bus.state == .disarmed && bus.watchdogNanoseconds == 100_000_000)
        #expect(bus.facts(of: 0).model == 1020 && bus.facts(of: 0).firmwareMajor == 48)
        #expect(bus.facts(of: 0).allowedVolts == 9.5...16)
        var seen = JointObservations(count: 3)
        let start = now()
        #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        bench.forget()
        #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        #expect(bench.received == Self.fastRequest)
        #expect(abs(seen[0].position - .pi / 2) < 2e-3 && abs(seen[1].position + .pi / 2) < 2e-3, "direction −1")
        #expect((0..<3).allSatisfy { abs(seen[$0].voltage - 12) < 0.11 && seen[$0].temperature == 30 })
        #expect((0..<3).allSatisfy { !seen[$0].torqueOn && !seen[$0].moving && seen[$0].faults == 0 })
        #expect((0..<3).allSatisfy { seen[$0].measuredAtNanoseconds > start && seen[$0].effort == 0 })
    }

    static let fastRequest: [UInt8] = [
        0xFF, 0xFF, 0xFD, 0x00, 0xFE, 0x0A, 0x00, 0x8A, 0x7E, 0x00, 0x15, 0x00, 0x01, 0x02, 0x07, 0x59, 0x9E,
    ]

    @Test("firmware too old for it is asked with a plain sync read") func oldFirmware() throws {
        let bench = DynamixelBench(ids: [1, 2, 7], firmware: 44)
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        var seen = JointObservations(count: 3)
        for _ in 0..<2 {
            bench.forget()
            #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        }
        var wanted = Self.fastRequest
        wanted[7] = 0x82
        wanted.replaceSubrange(15..., with: [0x69, 0x1E])
        #expect(bench.received == wanted)
        let older = DynamixelBench(ids: [1], firmware: 37)
        defer { older.hangUp() }
        let blind = try makeDynamixelBus(older.path, joints: [dynamixelJoint("pan", id: 1)])
        try blind.open()
        let problems = try blind.check()
        #expect(problems.count == 2 && problems[0].what.contains("no bus watchdog") && blind.state == .disarmed)
        #expect(problems[1].what.contains("too old for fast sync reads") && problems[1].severity == .warning)
        #expect(blind.watchdogNanoseconds == nil)
        try blind.arm()
        #expect(blind.isArmed && !dynamixelWrites(older.received).contains { $0.address == 98 })
    }

    @Test("nothing is written before arming; then goals become the present before torque comes on") func arming() throws
    {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        // stale goals, far from where the joints are
        for id: UInt8 in [1, 2, 7] { bench.write(id, 116, 3500, 4) }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        var seen = JointObservations(count: 3)
        for _ in 0..<12 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(throws: BusError.self) {
            try bus.write(goals: JointValues([0, 0, 0]), deadlineNanoseconds: soon())
        }
        #expect(dynamixelWrites(bench.received).isEmpty)
        try bus.arm()
        let writes = dynamixelWrites(bench.received)
        let goals = try #require(writes.lastIndex { $0.address == 116 })
        let torque = try #require(writes.firstIndex { $0.address == 64 })
        #expect(goals < torque && writes[goals].number == 2048)
        #expect(writes.allSatisfy { $0.address >= 64 }, "no EEPROM")
        #expect((0..<3).allSatisfy { bench.register($0, 64) == 1 && bench.register($0, 98) == 5 })
        #expect(bench.register(0, 112) == 125, "3 rad/s")
        for _ in 0..<30 {
            #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
            usleep(5000)
        }
        #expect((0..<3).allSatisfy { seen[$0].torqueOn && abs(bench.counts($0) - 2048) < 2 })
        try bus.disarm()
        #expect((0..<3).allSatisfy { bench.register($0, 64) == 0 && bench.register($0, 98) == 0 })
        #expect(bus.state == .disarmed)
    }

    @Test("goals are followed, cut to the limits, and never a number that is none") func goals() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        try bus.arm()
        var seen = JointObservations(count: 3)
        for _ in 0..<300 {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            try bus.write(goals: JointValues([0.4, 0.5, 9]), deadlineNanoseconds: soon())
            usleep(4000)
        }
        #expect(abs(seen[0].position - 0.4) < 0.01 && abs(seen[1].position - 0.5) < 0.01, "\(seen.array)")
        #expect(abs(seen[2].position - 1.5) < 0.01)
        bench.forget()
        #expect(throws: BusError.self) {
            try bus.write(goals: JointValues([0.4, .nan, 0]), deadlineNanoseconds: soon())
        }
        usleep(3000)
        #expect(bench.received.isEmpty)
        #expect(bus.statistics(of: 0).lost < 15, "on a busy machine a reply may come late")
    }

    @Test("a wheel is driven by speed, which follows a moving goal") func wheel() throws {
        let bench = DynamixelBench(ids: [3])
        defer { bench.hangUp() }
        bench.write(3, 11, 1, 1)
        var joint = dynamixelJoint("left", id: 3, limits: -.infinity ... .infinity)
        joint.maximumVelocity = 4
        let bus = try makeDynamixelBus(bench.path, joints: [joint])
        try bus.open()
        #expect(try bus.check().isEmpty)
        try bus.arm()
        #expect(bench.register(0, 104) == 0)
        var seen = JointObservations(count: 1)
        let began = now()
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        let start = seen[0].position
        for _ in 0..<300 {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            let time = Double(now() - began) * 1e-9
            try bus.write(
                goals: JointValues([start + 2 * time]), velocities: JointValues([2]), deadlineNanoseconds: soon())
            usleep(5000)
        }
        let wanted = start + 2 * Double(now() - began) * 1e-9
        #expect(abs(seen[0].velocity - 2) < 0.4 && abs(seen[0].position - wanted) < 0.3, "\(seen[0]) \(wanted)")
        try bus.write(goals: JointValues([1e6]), velocities: JointValues([50]), deadlineNanoseconds: soon())
        usleep(3000)
        #expect(bench.register(0, 104) == 167, "4 rad/s")
    }

    @Test("a program that falls silent is stopped by the devices, and told so when it is back") func watchdog() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        try bus.arm()
        try bus.write(goals: JointValues([1.4, 0, 0]), deadlineNanoseconds: soon())
        usleep(200_000)
        #expect((0..<3).allSatisfy { bench.register($0, 98) == -1 })
        let stopped = bench.counts(0)
        var seen = JointObservations(count: 3)
        for _ in 0..<12 {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            usleep(3000)
        }
        #expect(seen[0].faults == 1 << 8)
        #expect(DynamixelBus.faultWords(seen[0].faults).first?.contains("bus watchdog") == true)
        #expect(abs(bench.counts(0) - stopped) < 40)
        try bus.disarm()
        try bus.check()
        try bus.arm()
        for _ in 0..<12 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect((0..<3).allSatisfy { seen[$0].faults == 0 && seen[$0].torqueOn })
    }

    @Test("an overload is named, keeps the robot from arming, and only a reboot ends it") func overload() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        try bus.arm()
        bench.afflict(1, .overload)
        var seen = JointObservations(count: 3)
        for _ in 0..<12 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(seen[1].faults == 32 && !seen[1].torqueOn && seen[0].faults == 0 && seen[0].torqueOn)
        #expect(DynamixelBus.faultWords(32).first?.contains("overloaded (free the joint, then reboot") == true)
        try bus.disarm()
        let problems = try bus.check()
        #expect(
            problems.count == 1 && problems[0].kind == .fault
                && problems[0].advice.contains("motor reboot \(bench.path) 2 --yes"))
        #expect(throws: BusError.self) { try bus.arm() }
        bench.afflict(1, .reboot)
        usleep(500_000)
        #expect(try bus.check().isEmpty)
        try bus.arm()
        for _ in 0..<12 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(seen[1].faults == 0 && seen[1].torqueOn)
    }

    @Test("names what is missing, of the wrong model, in the wrong mode, and limited elsewhere") func problems() throws
    {
        let bench = DynamixelBench(ids: [1, 2])
        defer { bench.hangUp() }
        bench.write(2, 11, 1, 1)
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        var found = try bus.check()
        try #require(found.map(\.kind) == [.wrongMode, .missingServo] && bus.state == .unchecked)
        #expect(found[0].what.contains("velocity control") && found[0].advice.contains("'operating mode' 3"))
        #expect(throws: BusError.self) { try bus.arm() }
        #expect(!dynamixelWrites(bench.received).contains { $0.address == 64 })
        bus.close()
        let other = try makeDynamixelBus(
            bench.path, joints: [dynamixelJoint("pan", id: 1, servo: "XL430-W250")], voltage: 6...11)
        try other.open()
        found = try other.check()
        #expect(found.map(\.kind) == [.wrongModel, .voltage])
        other.close()
        bench.write(1, 48, 2500, 4)
        bench.write(1, 10, 8, 1)
        let limited = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 1)])
        try limited.open()
        found = try limited.check()
        try #require(found.map(\.kind) == [.wrongMode, .limits])
        #expect(found[1].severity == .warning && found[1].what.contains("0…2500"))
        limited.close()
        let silent = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 9)])
        try silent.open()
        #expect(try silent.check().map(\.kind) == [.portSilent])
    }

    @Test("configurations that cannot be are refused before any port is opened") func configuration() {
        let wrong: [[JointConfiguration]] = [
            [dynamixelJoint("a", id: 1, servo: "AX-12")], [dynamixelJoint("a", id: 253)],
            [dynamixelJoint("a", id: 1), dynamixelJoint("b", id: 1)], [dynamixelJoint("a", id: 1, limits: -1...4)],
        ]
        for joints in wrong {
            #expect(throws: BusError.self) { try makeDynamixelBus("/dev/null", joints: joints) }
        }
    }

    @Test("two devices of one id are found out") func duplicateID() throws {
        let bench = DynamixelBench(ids: [1, 1, 2])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(
            bench.path, joints: [dynamixelJoint("pan", id: 1), dynamixelJoint("lift", id: 2)])
        try bus.open()
        let found = try bus.check()
        #expect(found.map(\.kind) == [.duplicateID] && found.first?.what.contains("two servos") == true)
        #expect(throws: BusError.self) { try bus.arm() }
    }

    @Test("a lost write while arming is noticed, and made good for that device alone") func lostWrite() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        for id: UInt8 in [1, 2, 7] { bench.write(id, 116, 3500, 4) }
        bench.losesSyncWrites(2)
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        try bus.arm()
        usleep(30_000)
        #expect((0..<3).allSatisfy { bench.register($0, 116) == 2048 && bench.register($0, 64) == 1 })
        #expect((0..<3).allSatisfy { abs(bench.counts($0) - 2048) < 2 })
        try bus.disarm()
    }

    @Test("a joint that stands beyond the servo's own limits is not armed: it would run to them") func outside() throws
    {
        let bench = DynamixelBench(ids: [1])
        defer { bench.hangUp() }
        bench.write(1, 48, 2000, 4)
        let bus = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 1)])
        try bus.open()
        try bus.check()
        #expect(throws: BusError.self) { try bus.arm() }
        #expect(bench.register(0, 64) == 0)
    }

    @Test("load stands for effort where no current is measured") func load() throws {
        let bench = DynamixelBench(ids: [1], model: "XL430-W250")
        defer { bench.hangUp() }
        bench.write(1, 11, 16, 1)
        bench.write(1, 64, 1, 1)
        bench.write(1, 100, 200, 2)
        let bus = try makeDynamixelBus(bench.path, joints: [dynamixelJoint("pan", id: 1, servo: "XL430-W250")])
        try bus.open()
        usleep(400_000)
        var seen = JointObservations(count: 1)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(seen[0].current == 0 && seen[0].velocity > 1 && seen[0].torqueOn)
        // nearly free: what is left of the duty turns the oil
        #expect(abs(seen[0].effort - 0.02 * seen[0].velocity) < 0.05, "\(seen[0])")
    }

    @Test("no flipped bit, split, junk or foreign id ever becomes a measurement", arguments: [48, 44])
    func fuzz(firmware: UInt8) throws {
        let bench = DynamixelBench(ids: [1, 2, 7], firmware: firmware)
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        bench.mangle { bytes, count in
            var generator = SplitMix(state: UInt64(count) &* 77)
            let place = Int(generator.next() % UInt64(bytes.count))
            var changed = bytes
            switch generator.next() % 8 {
            case 0:
                changed[place] ^= 1 << UInt8(generator.next() % 8)
                return [changed]
            case 1: return [Array(bytes[..<place]), Array(bytes[place...])]
            case 2: return [[0xFF, 0xFF, 0xFD, 0x00, 0x01, 0x19, 0x00, 0x55] + bytes]
            case 3: return [Array(bytes[..<place])]
            case 4: return [DynamixelBench.packet(9, 0x55, Array(repeating: 0x77, count: 22)) + bytes]
            case 5: return [DynamixelBench.packet(1, 0x55, [0, 1, 2, 3]) + bytes]
            default: return [bytes]
            }
        }
        var seen = JointObservations(count: 3)
        var answered = 0
        for _ in 0..<150 { answered += 3 - (try bus.read(into: &seen, deadlineNanoseconds: now() + 20_000_000)) }
        for joint in 0..<3 {
            #expect(abs(seen[joint].position) < 2e-3 && abs(seen[joint].voltage - 12) < 0.11)
            #expect(seen[joint].temperature == 30 && seen[joint].faults == 0 && seen[joint].measuredAtNanoseconds > 0)
        }
        #expect(answered > 300)
        let lost = (0..<3).map { bus.statistics(of: $0).retried }.reduce(0, +)
        #expect(lost > 10)
    }

    @Test("a silent device costs only its own answers, and keeps its last numbers and their age") func stale() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        var seen = JointObservations(count: 3)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        let last = seen[1]
        bench.afflict(1, .reboot)
        for _ in 0..<5 { #expect(try bus.read(into: &seen, deadlineNanoseconds: now() + 30_000_000) == 1) }
        #expect(seen[1].measuredAtNanoseconds == last.measuredAtNanoseconds && seen[1].position == last.position)
        #expect(seen[0].measuredAtNanoseconds > last.measuredAtNanoseconds)
        #expect(seen[2].measuredAtNanoseconds > last.measuredAtNanoseconds, "behind the silent one")
        #expect(bus.statistics(of: 1).missedInARow == 5 && bus.statistics(of: 1).lost >= 5)
        usleep(500_000)
        var missing = 3
        for _ in 0..<20 where missing > 0 { missing = try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(missing == 0)
    }

    @Test("works behind an adapter that echoes") func echo() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let request = Self.fastRequest
        bench.mangle { bytes, _ in [request + bytes] }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        #expect(try bus.check().isEmpty)
        var seen = JointObservations(count: 3)
        for _ in 0..<20 { #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0) }
        #expect(bus.statistics(of: 0).lost < 3)
    }

    @Test("returns by its deadline, whoever is silent") func deadline() throws {
        let bench = DynamixelBench(ids: [])
        defer { bench.hangUp() }
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        var seen = JointObservations(count: 3)
        for _ in 0..<5 {
            let start = now()
            #expect(try bus.read(into: &seen, deadlineNanoseconds: start + 5_000_000) == 3)
            #expect(now() - start < 60_000_000)
        }
    }

    @Test("a port that hangs up closes the bus") func hangUp() throws {
        let bench = DynamixelBench(ids: [1, 2, 7])
        let bus = try makeDynamixelBus(bench.path)
        try bus.open()
        try bus.check()
        bench.hangUp()
        var seen = JointObservations(count: 3)
        do throws(BusError) {
            try bus.read(into: &seen, deadlineNanoseconds: soon())
            Issue.record("the read should have failed")
        } catch {
            #expect(error.isDisconnection)
        }
        #expect(bus.state == .closed)
    }

    @Test("one call makes the driver of the family") func family() throws {
        let configuration = BusConfiguration(
            name: "arm", port: "/dev/null", family: .dynamixel, baud: 57_600, voltage: 10...14)
        let bus = try MotorBuses.make(
            configuration: configuration, joints: threeDynamixels, safety: parsed.safety)
        #expect(bus is DynamixelBus && bus.joints.count == 3)
        #expect(MotorBuses.faultWords(4, of: .dynamixel).first?.hasPrefix("too hot") == true)
    }
}
