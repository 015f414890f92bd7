import CPlatform
import Foundation
import Hardware
import Plant
import RobotModel
import Synchronization
import Testing

/// How an attempt to arm ended.
private struct Attempt: Sendable {
    var refusal: String?
    /// Counts of 4096 that some shaft went.
    var moved = 0.0
    var isHarmless = false
    var words = ""
    var armNanoseconds: Int64 = 0
}

/// `arm`, then what the control thread does first: it holds every joint where it was seen.
private func attempt(_ family: MotorFamily, seed: UInt64, checked: Bool) throws -> Attempt {
    let (bench, settings) = try ArmingSettings.bench(family, seed: seed)
    defer { bench.hangUp() }
    var result = Attempt(isHarmless: settings.isHarmless, words: settings.words.joined(separator: "; "))
    let bus = try bench.makeBus(checked: checked)
    try bus.open()
    defer { bus.close() }
    bench.mark()
    do {
        if checked { _ = try bus.check() }
        let start = now()
        try bus.arm()
        result.armNanoseconds = now() - start
    } catch {
        result.refusal = error.description
        return result
    }
    var seen = JointObservations(count: 2)
    for _ in 0..<3 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
    let goals = JointValues((0..<2).map { bus.stand(of: $0).armedAt })
    if !settings.afterwards.isEmpty { bench.say(settings.afterwards) }
    try bus.write(goals: goals, deadlineNanoseconds: soon())
    try bus.read(into: &seen, deadlineNanoseconds: soon())
    bench.runOn(seconds: 0.4)
    result.moved = bench.moved
    return result
}

/// Attempts with seeds 0 …, four at a time: they mostly wait.
private func attempts(_ family: MotorFamily, _ count: Int, checked: Bool) -> [Attempt] {
    let results = Mutex([Int: Attempt]())
    let next = Atomic(0)
    let group = DispatchGroup()
    for _ in 0..<4 {
        group.enter()
        Thread.detachNewThread {
            while true {
                let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard seed < count else { break }
                var result = (try? attempt(family, seed: UInt64(seed), checked: checked)) ?? Attempt(refusal: "failed")
                // a busy machine may keep a motor from answering in time
                if result.refusal?.contains("did not answer") == true {
                    result = (try? attempt(family, seed: UInt64(seed), checked: checked)) ?? result
                }
                results.withLock { $0[seed] = result }
            }
            group.leave()
        }
    }
    group.wait()
    return results.withLock { results in (0..<count).map { results[$0]! } }
}

/// 60 in every run, all 500 with FORESIGHT_SOAK=1.
private let trials = ProcessInfo.processInfo.environment["FORESIGHT_SOAK"] == "1" ? 500 : 60

@Suite("Arming moves nothing, however the motors are set up", .serialized)
struct ArmingSafetyTests {
    @Test("is refused with a reason, or moves no joint by more than 5 counts", arguments: MotorFamily.allCases)
    func random(family: MotorFamily) {
        let all = attempts(family, trials, checked: true)
        for (seed, one) in all.enumerated() {
            if let refusal = one.refusal {
                #expect(!one.isHarmless, "\(family) seed \(seed) is harmless: \(one.words)\n\(refusal)")
                #expect(refusal.contains("Joint “"), "\(family) seed \(seed): \(refusal)")
            } else {
                #expect(one.moved <= 5, "\(family) seed \(seed) moved by \(one.moved): \(one.words)")
            }
        }
        let armed = all.filter { $0.refusal == nil }
        #expect(armed.count > trials / 8 && armed.count < trials * 9 / 10, "\(armed.count) armed")
        let times = armed.map(\.armNanoseconds).sorted()
        print(
            "arming \(family.rawValue): \(trials) settings, \(armed.count) armed, "
                + "\(all.count(where: \.isHarmless)) harmless, most moved "
                + "\((armed.map(\.moved).max() ?? 0).rounded()) counts, arm takes "
                + "\(times[times.count / 2] / 1_000_000) ms for two joints")
    }

    @Test("with the checks off at least a fifth of them do move", arguments: MotorFamily.allCases)
    func negativeControl(family: MotorFamily) {
        let all = attempts(family, trials, checked: false)
        let moving = all.filter { $0.refusal == nil && $0.moved > 5 }
        print("arming \(family.rawValue) unchecked: \(moving.count) of \(trials) moved")
        #expect(moving.count * 5 >= trials, "\(family): \(moving.count) of \(trials) moved")
        #expect(moving.allSatisfy { !$0.isHarmless }, "\(moving.filter(\.isHarmless).map(\.words))")
    }

    /// Refusal of a bench as it is; nil if it was armed.
    private func refusal(_ bench: ArmingBench) throws -> String? {
        let bus = try bench.makeBus()
        try bus.open()
        defer { bus.close() }
        let found = try bus.check()
        bench.forget()
        do {
            try bus.arm()
            return nil
        } catch {
            let words = found.filter { $0.severity == .error }.map(\.description)
            #expect(words.allSatisfy { error.description.contains($0) }, "check and arm say the same")
            #expect(error.description.contains(words.first ?? "?"))
            return error.description
        }
    }

    /// Issue 15, case 2; a cousin is ROBOTIS-GIT/emanual#1759 (turns are forgotten without power).
    @Test(
        "a DYNAMIXEL whose turn count differs from the configuration's is refused, in modes 4 and 5",
        arguments: [(4, 6144.0), (4, 4200), (5, 6144), (4, -2100), (5, 4200), (4, 10_240)])
    func turnCount(mode: Int, counts: Double) throws {
        let bench = try ArmingBench(.dynamixel, shafts: [Double.pi, .pi], limit: 3)
        defer { bench.hangUp() }
        bench.turn(0, to: counts / 4096 * 2 * .pi)
        bench.say(DynamixelBench.packet(1, 3, [11, 0, UInt8(mode)]))
        bench.runOn(seconds: 0.002)
        let words = try #require(try refusal(bench))
        #expect(words.contains("turn count differs") && words.contains("whole turn"), "\(words)")
        #expect(dynamixelWrites(bench.received).isEmpty, "nothing was written")
        // back by hand: within its range it is armed
        bench.turn(0, to: 3000 / 4096 * 2 * .pi)
        #expect(try refusal(bench) == nil)
    }

    /// Issue 15, case 1. The servo cuts a goal to registers 9 and 11.
    @Test("a Feetech outside its own limits is refused, and the check off it runs there") func ownLimits() throws {
        for isChecked in [true, false] {
            let bench = try ArmingBench(.feetech, shafts: [Double(1200) / 4096 * 2 * .pi, .pi])
            defer { bench.hangUp() }
            let write = feetech(1, 3, [9] + little(1500, 2))
            bench.say(feetech(1, 3, [55, 0]) + write + feetech(1, 3, [55, 1]))
            bench.mark()
            if isChecked {
                let words = try #require(try refusal(bench))
                #expect(words.contains("position 1200") && words.contains("1500…4095"), "\(words)")
                #expect(words.contains("'minimum position' 1060 --unlock"))
                #expect(bench.moved < 1)
            } else {
                let bus = try bench.makeBus(checked: false)
                try bus.open()
                try bus.arm()
                bench.runOn(seconds: 1)
                #expect(abs(bench.moved - 300) < 10, "\(bench.moved)")
            }
        }
    }

    @Test("registers are read anew when arming: what somebody changed since the check is seen")
    func changedSince() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        #expect(try bus.check().isEmpty && bus.state == .disarmed)
        bench.say(feetech(2, 3, [55, 0]) + feetech(2, 3, [33, 3]) + feetech(2, 3, [55, 1]))
        bench.forget()
        do {
            try bus.arm()
            Issue.record("armed in step mode")
        } catch {
            #expect(error.description.contains("operating mode 3") && bus.problems.count == 1)
        }
        #expect(!containsGoalWrite(bench.received) && bench.moved < 1)
        bench.say(feetech(2, 3, [55, 0]) + feetech(2, 3, [33, 0]) + feetech(2, 3, [55, 1]))
        try bus.arm()
        #expect(bus.isArmed && bus.problems.isEmpty)
    }

    /// huggingface/lerobot#3373: servos set to count whole turns in register 18.
    @Test(
        "each odd setting of a Feetech is named",
        arguments: [
            (18, 28, 1, "counts whole turns"), (18, 13, 1, "opposite ways"), (18, 140, 1, "opposite ways"),
            (11, 0, 2, "both its limits are 0"), (21, 0, 1, "P gain"), (24, 700, 2, "start force"),
            (18, 8, 1, "fifty counts a second"), (18, 14, 1, "another kind of motor"), (33, 1, 1, "operating mode 1"),
            (33, 2, 1, "operating mode 2"), (9, 3000, 2, "outside the servo's own"),
        ])
    func feetechNames(address: Int, number: Int, width: Int, words: String) throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        bench.say(
            feetech(2, 3, [55, 0]) + feetech(2, 3, [UInt8(address)] + little(number, width)) + feetech(2, 3, [55, 1]))
        bench.runOn(seconds: 0.002)
        let refused = try #require(try refusal(bench), "\(words)")
        #expect(refused.contains(words) && refused.contains("Joint “joint2” (servo 2"), "\(refused)")
        #expect(refused.contains("`foresight motor write"), "\(refused)")
    }

    @Test("a write that waits for its action is named, on both families of servos") func pending() throws {
        let one = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { one.hangUp() }
        one.say(feetech(1, 4, [42, 0, 4]))
        #expect(try #require(try refusal(one)).contains("registered write"))
        let other = try ArmingBench(.dynamixel, shafts: [Double.pi, .pi])
        defer { other.hangUp() }
        other.say(DynamixelBench.packet(2, 4, [116, 0] + little(1000, 4)))
        #expect(try #require(try refusal(other)).contains("registered write"))
    }

    @Test(
        "each odd setting of a DYNAMIXEL is named",
        arguments: [
            (12, 1, 1, "secondary id is 1, which is joint “joint1”"), (10, 2, 1, "slave of a dual joint"),
            (10, 8, 1, "whenever a goal is written"), (36, 0, 2, "PWM limit is 0"), (38, 0, 2, "current limit is 0"),
            (84, 0, 2, "P gain"), (48, 1000, 4, "outside the servo's own limits"), (11, 16, 1, "PWM control"),
        ])
    func dynamixelNames(address: Int, number: Int, width: Int, words: String) throws {
        let bench = try ArmingBench(.dynamixel, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        bench.say(DynamixelBench.packet(2, 3, little(address, 2) + little(number, width)))
        let refused = try #require(try refusal(bench), "\(words)")
        #expect(refused.contains(words) && refused.contains("Joint “joint2” (servo 2"), "\(refused)")
    }

    /// A shadow motor as Interbotix arms have them: a device that no joint names obeys a joint's id as its second.
    @Test("a secondary id that is no other joint's, and warnings, do not keep from arming") func harmless() throws {
        let bench = try ArmingBench(.dynamixel, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        bench.say(DynamixelBench.packet(2, 3, [12, 0, 5]) + DynamixelBench.packet(1, 3, [10, 0, 5]))
        let bus = try bench.makeBus()
        try bus.open()
        bench.turn(0, to: -Double.pi)
        let found = try bus.check()
        #expect(found.allSatisfy { $0.severity == .warning } && found.count == 2, "\(found)")
        try bus.arm()
        #expect(bus.isArmed && bus.problems == found)
    }

    @Test(
        "a joint may stand 0.1 rad outside its limits and no more, whatever its family", arguments: MotorFamily.allCases
    )
    func tolerance(family: MotorFamily) throws {
        let zero = [.feetech, .dynamixel].contains(family) ? Double.pi : 0
        for (place, isArmed) in [(1.59, true), (-1.59, true), (1.63, false), (-1.63, false)] {
            let bench = try ArmingBench(family, shafts: [zero, zero])
            defer { bench.hangUp() }
            bench.turn(0, to: zero + place)
            let words = try refusal(bench)
            #expect((words == nil) == isArmed, "\(family) at \(place): \(words ?? "armed")")
            if let words { #expect(words.contains("outside its limits") && words.contains("by hand"), "\(words)") }
        }
    }

    /// odriverobotics/ODrive#599: set-points left behind. The line `p` keeps the speed that an earlier line named.
    @Test("an ODrive's old speed and torque are not added to the new goal") func staleFeedForward() throws {
        let bench = try ArmingBench(.odrive, shafts: [0, 0])
        defer { bench.hangUp() }
        bench.say(Array("w axis0.controller.input_vel 3\nw axis0.controller.input_torque 0.4\n".utf8))
        let bus = try bench.makeBus()
        try bus.open()
        try bus.arm()
        bench.mark()
        bench.runOn(seconds: 0.4)
        #expect(bench.moved < 1, "\(bench.moved)")
        // a motion that ends leaves no speed behind either
        try bus.write(goals: JointValues([0, 0]), velocities: JointValues([2, 0]), deadlineNanoseconds: soon())
        try bus.write(goals: JointValues([0, 0]), velocities: JointValues([0, 0]), deadlineNanoseconds: soon())
        var seen = JointObservations(count: 2)
        for _ in 0..<2 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        bench.runOn(seconds: 0.5)
        #expect(bench.look { abs($0.shafts[0].angle) } < 0.01)
    }

    @Test("a joint where it could not go when it was calibrated, and another servo than the checked one, are refused")
    func calibration() throws {
        let bench = ServoBench(ids: [1, 2])
        defer { bench.hangUp() }
        var joints = [joint("pan", id: 1), joint("lift", id: 2)]
        joints[0].calibration = JointCalibration(
            name: "pan", id: 1, model: 777, homingOffset: 0, minimum: 1500, maximum: 2500)
        let bus = try makeBus(bench, joints: joints)
        try bus.open()
        #expect(try bus.check().isEmpty)
        bench.set(1, 56, word: 2700)
        #expect(try refusal(bus).contains("could not go when it was calibrated (1500…2500)"))
        bench.set(1, 56, word: 2048)
        bench.set(1, 31, word: 0x80A)
        #expect(try refusal(bus).contains("homing offset of -10"))
        bench.set(1, 31, word: 0)
        bench.set(2, 3, word: 2825)
        #expect(try refusal(bus).contains("another servo answers than the one that was checked (model number 2825"))
        bench.set(2, 3, word: 777)
        #expect(bench.writes.isEmpty)
        try bus.arm()
    }

    private func refusal(_ bus: FeetechBus) throws -> String {
        do throws(BusError) {
            try bus.arm()
            return "armed"
        } catch {
            return error.description
        }
    }

    /// The quickest of three, for a busy machine.
    @Test("at each family's usual rate arming takes less than half a second", arguments: MotorFamily.allCases)
    func duration(family: MotorFamily) throws {
        let isServo = [.feetech, .dynamixel].contains(family)
        let bench = try ArmingBench(family, shafts: isServo ? [.pi, .pi] : [0, 0], baud: family.usualBaud)
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.check()
        let times = try (0..<3).map { _ in
            let start = now()
            try bus.arm()
            let time = now() - start
            try bus.disarm()
            return time
        }
        print("arming two joints of \(family.rawValue) at \(family.usualBaud) bit/s: \(times.min()! / 1_000_000) ms")
        #expect(times.min()! < 500_000_000, "\(times)")
    }

    @Test("a joint that a hand moves is not armed until it rests") func moving() throws {
        let bench = try ArmingBench(.feetech, shafts: [Double.pi, .pi])
        defer { bench.hangUp() }
        let bus = try bench.makeBus()
        try bus.open()
        try bus.check()
        bench.change { $0.shafts[0].speed = 1.2 }
        usleep(20_000)  // until the servo has measured it
        // friction brings it to rest only after a second
        do {
            try bus.arm()
            Issue.record("armed a joint in motion")
        } catch {
            #expect(error.description.contains("it moves, with"), "\(error)")
        }
        bench.change { $0.shafts[0].speed = 0.2 }
        try bus.arm()
        #expect(bus.isArmed)
    }
}
