import Foundation
import Hardware
import Plant
import RobotModel
import Testing

/// What holds for every family of motor controllers.
@Suite("Buses of motor controllers, against emulated ones", .serialized)
struct DriveBusTests {
    static let families: [MotorFamily] = [.odrive, .vesc, .roboclaw]

    @Test("checks, arms, turns wheels by speed and measures in SI units", arguments: families)
    func drives(family: MotorFamily) throws {
        var rig = try DriveRig(family, gear: 2)
        defer { rig.bench.hangUp() }
        try rig.bus.open()
        #expect(try rig.bus.check().isEmpty)
        #expect(rig.bus.state == .disarmed)
        #expect(rig.bus.facts(of: 1).answered && rig.bus.facts(of: 1).firmwareMinor >= 2)
        #expect(try #require(rig.bus.watchdogNanoseconds) <= 1_000_000_000)
        try rig.bus.arm()
        try rig.settle()
        let start = [rig.seen[0].position, rig.seen[1].position]
        rig.velocities = JointValues([3, -1.5])
        // summed: one sample may be of a moment in which the wheel is ahead of its goal
        var pushes = [0.0, 0.0]
        try rig.run(seconds: 1) { seen in for joint in 0..<2 { pushes[joint] += seen[joint].effort } }
        for (joint, speed) in [3, -1.5].enumerated() {
            let one = rig.seen[joint]
            #expect(abs(one.velocity - speed) < 0.4, "\(one)")
            #expect(abs(one.position - start[joint] - speed) < 0.35, "\(one)")
            #expect(one.torqueOn && one.moving && one.faults == 0)
            #expect(abs(one.voltage - (family == .roboclaw ? 12 : 24)) < 0.2)
            #expect(one.temperature > 25 && one.temperature < 45)
            // oil takes a part of what the motor gives: the shaft's own direction, times the gear's
            #expect(pushes[joint] * speed > 0 && abs(one.effort) < 1, "\(one)")
            let direction: Double = joint == 0 ? 1 : -1
            let wheel = rig.bench.wheels[joint]
            #expect(abs(direction * wheel.speed / 2 - speed) < 0.4)
            #expect(rig.bus.statistics(of: joint).received > 30)
        }
        rig.velocities = JointValues([0, 0])
        try rig.run(seconds: 0.5)
        #expect(rig.bench.wheels.allSatisfy { abs($0.speed) < 0.3 })
        try rig.bus.disarm()
        #expect(rig.bench.setpoint(0) == nil && rig.bench.setpoint(1) == nil)
        try rig.run(seconds: 0.3, writing: false)
        #expect(!rig.seen[0].torqueOn)
    }

    @Test("nothing moves before arming or after disarming, and what is no number is refused", arguments: families)
    func refuses(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        func isRefused(_ goals: [Double], _ velocities: [Double]) -> Bool {
            do {
                try rig.bus.write(
                    goals: JointValues(goals), velocities: JointValues(velocities), deadlineNanoseconds: soon())
                return false
            } catch { return true }
        }
        #expect(isRefused([1, 1], [1, 1]))
        try rig.bus.open()
        #expect(isRefused([1, 1], [1, 1]))
        try rig.bus.check()
        try rig.run(seconds: 0.1, writing: false)
        #expect(isRefused([1, 1], [1, 1]))
        #expect(rig.bench.setpoint(0) == nil && rig.bench.setpoint(1) == nil)
        try rig.bus.arm()
        rig.bench.forget()
        #expect(isRefused([.nan, 0], [0, 0]) && isRefused([0, 0], [0, .infinity]))
        #expect(rig.bench.received.isEmpty, "not even the first joint's goal was sent")
        try rig.bus.disarm()
        #expect(isRefused([1, 1], [1, 1]))
        #expect(rig.bench.wheels.allSatisfy { abs($0.angle) < 0.05 })
    }

    @Test("stops by itself when we fall silent", arguments: families) func watchdog(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([4, 4])
        try rig.run(seconds: 0.5)
        #expect(rig.bench.setpoint(0) != nil)
        let patience = Double(try #require(rig.bus.watchdogNanoseconds)) / 1e9
        Thread.sleep(forTimeInterval: patience * 0.5)
        #expect(rig.bench.setpoint(0) != nil, "not before its time")
        Thread.sleep(forTimeInterval: patience * 0.5 + 0.2)
        #expect(rig.bench.setpoint(0) == nil && rig.bench.setpoint(1) == nil)
    }

    @Test("an overloaded motor is named, and clears the way its words say", arguments: families)
    func overload(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.bench.afflict(1, .overload)
        var words: [String] = []
        var lost = false
        try rig.run(seconds: 0.4) { seen in
            if seen[1].faults != 0 { words = MotorBuses.faultWords(seen[1].faults, of: family) }
            lost = lost || !seen[1].torqueOn
        }
        #expect(words.count == 1 && words[0].contains("("), "\(words)")
        #expect(lost, "a motor that protects itself holds nothing")
        try rig.bus.disarm()
    }

    @Test("reports who is missing", arguments: families) func missing(family: MotorFamily) throws {
        let rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        rig.bench.setDeaf(true)
        try rig.bus.open()
        let found = try rig.bus.check()
        #expect(found.map(\.kind) == [.portSilent], "\(found)")
        #expect(rig.bus.state == .unchecked)
        #expect(throws: BusError.self) { try rig.bus.arm() }
        rig.bench.setDeaf(false)
        #expect(try rig.bus.check().isEmpty)
    }

    @Test("a supply out of range keeps from arming", arguments: families) func voltage(family: MotorFamily) throws {
        let rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        rig.bench.setSupply(4.8)
        Thread.sleep(forTimeInterval: 0.02)
        try rig.bus.open()
        let found = try rig.bus.check()
        #expect(!found.isEmpty && found.allSatisfy { $0.kind == .voltage && $0.what.contains("4.8 V") }, "\(found)")
        #expect(rig.bus.state == .unchecked)
    }

    @Test("a pulled cable closes the bus and says so", arguments: families) func unplugged(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        try rig.arm()
        rig.bench.hangUp()
        do throws(BusError) {
            for _ in 0..<3 { try rig.bus.read(into: &rig.seen, deadlineNanoseconds: soon()) }
            Issue.record("nobody noticed")
        } catch {
            #expect(error.isDisconnection, "\(error)")
        }
        #expect(rig.bus.state == .closed)
    }

    @Test("lost, doubled, damaged and late replies give no false number", arguments: families)
    func damage(family: MotorFamily) throws {
        // fast enough for a second try within a cycle
        var rig = try DriveRig(family, baud: 921_600)
        defer { rig.bench.hangUp() }
        try rig.arm()
        // the wheels stand far apart, so that one's place is never the other's
        rig.bench.turn(0, by: 40)
        try rig.run(seconds: 0.5, writing: false)
        try rig.settle()
        rig.bench.mangle { bytes, number in
            var random = SeededGenerator(seed: UInt64(number))
            switch random.next() % 24 {
            case 0: return []
            case 1: return [(bytes, 0), (bytes, 0)]
            case 2:
                var bytes = bytes
                bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << UInt8(random.next() % 8)
                return [(bytes, 0)]
            case 3: return [(bytes, Int64(random.uniform(1e6...20e6)))]
            case 4: return [(Array(bytes.dropLast()), 0)]
            case 5: return [([0xFF, 0x02, 0x31, 0x80] + bytes, 0)]
            case 6:
                let half = bytes.count / 2
                return [(Array(bytes[..<half]), 0), (Array(bytes[half...]), 1_000_000)]
            default: return [(bytes, 0)]
            }
        }
        let start = [rig.seen[0].position, rig.seen[1].position]
        var jumps: [String] = []
        var oldest: Int64 = 0
        rig.velocities = JointValues([1, -1])
        try rig.run(seconds: 3) { seen in
            for joint in 0..<2 {
                let one = seen[joint]
                if abs(one.position - start[joint]) > 3.8 { jumps.append("\(joint): \(one)") }
                if abs(one.velocity) > 8 || abs(one.current) > 40 { jumps.append("\(joint): \(one)") }
                if one.voltage < 10 || one.voltage > 30 || one.temperature < 20 || one.temperature > 60 {
                    jumps.append("\(joint): \(one)")
                }
                oldest = max(oldest, now() - one.measuredAtNanoseconds)
            }
        }
        #expect(jumps.isEmpty, "\(jumps.prefix(3))")
        #expect(oldest < 300_000_000, "oldest \(oldest)")
        let statistics = (0..<2).map { rig.bus.statistics(of: $0) }
        #expect(statistics.allSatisfy { $0.lost > 5 && $0.retried > 0 && $0.received > 100 }, "\(statistics)")
        rig.bench.mangle(nil)
        try rig.run(seconds: 0.2)
        #expect(rig.bus.statistics(of: 0).missedInARow == 0)
    }

    @Test(
        "a thread that finds replies late dates them back: the wheel's way meanwhile is no jump",
        .timeLimit(.minutes(1)), arguments: families)
    func pauses(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([8, 8])
        try rig.run(seconds: 0.8)
        let before = rig.bench.wheels[0].angle - rig.seen[0].position
        // what a busy machine does to a thread without real-time priority: no processor for a fifth of a second
        signal(SIGUSR1) { _ in
            var pause = timespec(tv_sec: 0, tv_nsec: 200_000_000)
            nanosleep(&pause, nil)
        }
        let driver = pthread_self()
        Thread.detachNewThread {
            for place in 0..<14 {
                usleep(UInt32(250_000 + 1300 * (place % 7)))
                pthread_kill(driver, SIGUSR1)
            }
        }
        var lost = 0
        try rig.run(seconds: 2.5) { seen in if !seen[0].torqueOn { lost += 1 } }
        rig.velocities = JointValues([0, 0])
        try rig.settle()
        try rig.run(seconds: 1.5)
        let after = rig.bench.wheels[0].angle - rig.seen[0].position
        #expect(abs(after - before) < 0.4, "it is taken to stand \(after - before) rad elsewhere")
        #expect(lost == 0, "torque was said to be lost")
    }

    @Test("a joint goes to positions, within its limits, and starts where it is", arguments: families)
    func positions(family: MotorFamily) throws {
        var rig = try DriveRig(family, revolute: true)
        defer { rig.bench.hangUp() }
        rig.bench.turn(0, by: 0.3)
        Thread.sleep(forTimeInterval: 0.02)
        try rig.arm()
        #expect(abs(rig.seen[0].position - 0.3) < 0.05)
        try rig.run(seconds: 0.2)
        #expect(abs(rig.bench.wheels[0].angle - 0.3) < 0.05, "arming moved it")
        rig.goals = JointValues([-0.5, 0.5])
        try rig.run(seconds: 1)
        #expect(abs(rig.seen[0].position + 0.5) < 0.06 && abs(rig.seen[1].position - 0.5) < 0.06, "\(rig.seen.array)")
        rig.goals = JointValues([-9, 9])
        try rig.run(seconds: 1)
        #expect(abs(rig.seen[0].position + 1) < 0.08 && abs(rig.seen[1].position - 1) < 0.08, "\(rig.seen.array)")
        try rig.bus.disarm()
    }

    @Test("a cycle ends by its deadline, also when nobody answers", arguments: families)
    func deadline(family: MotorFamily) throws {
        var rig = try DriveRig(family)
        defer { rig.bench.hangUp() }
        try rig.arm()
        let last = rig.seen[0]
        rig.bench.setDeaf(true)
        for _ in 0..<5 {
            let until = now() + 8_000_000
            let missing = try rig.bus.read(into: &rig.seen, deadlineNanoseconds: until)
            #expect(missing > 0)
            #expect(now() < until + 50_000_000)
        }
        #expect(rig.seen[0].measuredAtNanoseconds <= last.measuredAtNanoseconds + 1)
        #expect(rig.bus.statistics(of: 0).missedInARow > 0)
    }
}
