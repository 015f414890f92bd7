import Foundation
import Hardware
import Plant
import RobotModel
import Testing

@Suite("ODrive boards", .serialized)
struct ODriveBusTests {
    func problems(_ bus: any MotorBus) -> [HardwareProblem] {
        do throws(BusError) {
            try bus.arm()
            return []
        } catch {
            if case .problems(let found) = error { return found }
            return []
        }
    }

    @Test("an axis is 0 or 1") func axes() throws {
        #expect(throws: BusError.self) { try DriveRig(.odrive, ids: [0, 2]) }
        let one = try DriveRig(.odrive, ids: [1])
        defer { one.bench.hangUp() }
        try one.bus.open()
        #expect(try one.bus.check().isEmpty)
    }

    @Test("every request carries a checksum, and nothing is switched on before arming") func bytes() throws {
        var rig = try DriveRig(.odrive, baud: 921_600)
        defer { rig.bench.hangUp() }
        try rig.bus.open()
        try rig.bus.check()
        try rig.run(seconds: 0.3, writing: false)
        let lines = String(decoding: rig.bench.received, as: UTF8.self).split(separator: "\n")
        #expect(lines.count > 50 && lines.allSatisfy { $0.contains(" *") })
        #expect(lines.contains { $0.hasPrefix("f 0 *") } && lines.contains { $0.hasPrefix("f 1 *") })
        #expect(!lines.contains { ["w", "v", "p", "c", "s"].contains($0.prefix(1)) })
        try rig.bus.arm()
        let armed = String(decoding: rig.bench.received, as: UTF8.self)
        let watchdog = try #require(armed.range(of: "w axis0.config.enable_watchdog 1"))
        let loop = try #require(armed.range(of: "w axis0.requested_state 8"))
        #expect(watchdog.lowerBound < loop.lowerBound)
        #expect(try #require(armed.range(of: "v 0 0")).lowerBound < loop.lowerBound)
    }

    @Test("a latched motor error keeps from arming and says how to clear it") func latched() throws {
        var rig = try DriveRig(.odrive)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.bench.afflict(0, .overload)
        try rig.bus.disarm()
        let found = problems(rig.bus)
        #expect(found.count == 1 && found[0].kind == .fault && found[0].joint == "wheel0", "\(found)")
        #expect(found.first?.description.contains("clear") == true)
        #expect(rig.bench.setpoint(0) == nil && rig.bench.setpoint(1) == nil)
    }

    @Test("what the watchdog stopped is armed again by a person") func watchdogAgain() throws {
        var rig = try DriveRig(.odrive)
        defer { rig.bench.hangUp() }
        try rig.arm()
        Thread.sleep(forTimeInterval: 0.7)
        var words: [String] = []
        var held = true
        try rig.run(seconds: 0.6, writing: false) { seen in
            words += MotorBuses.faultWords(seen[0].faults, of: .odrive)
            held = seen[0].torqueOn
        }
        #expect(words.contains { $0.contains("heard nothing") } && !held)
        try rig.bus.disarm()
        let found = try rig.bus.check()
        #expect(found.allSatisfy { $0.severity == .warning } && !found.isEmpty, "\(found)")
        try rig.bus.arm()
        #expect(rig.bench.setpoint(0) == .speed(0))
    }

    @Test("on a slow line both axes have their turn, and no value is forgotten") func slowLine() throws {
        var rig = try DriveRig(.odrive, baud: 115_200)
        defer { rig.bench.hangUp() }
        try rig.arm()
        rig.velocities = JointValues([2, -2])
        var oldest: Int64 = 0
        try rig.run(seconds: 1.5) { seen in
            oldest = max(oldest, now() - seen.oldestNanoseconds)
        }
        #expect(oldest < 150_000_000)
        #expect((0..<2).allSatisfy { rig.seen[$0].current != 0 }, "\(rig.seen.array)")
        rig.bench.setSupply(20)
        try rig.run(seconds: 1)
        #expect(abs(rig.seen[1].voltage - 20) < 0.1)
    }
}
