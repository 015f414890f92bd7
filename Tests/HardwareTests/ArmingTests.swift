import Foundation
import Hardware
import RobotModel
import SerialLink
import Testing

@Suite("Arming and disarming a bus", .serialized)
struct ArmingTests {
    @Test("no byte of a goal leaves a bus that is not armed") func neverBefore() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        var seen = JointObservations(count: 3)
        func refused(_ bus: FeetechBus) {
            do {
                try bus.write(goals: JointValues([0.1, 0.1, 0.1]), deadlineNanoseconds: soon())
                Issue.record("a goal was accepted while \(bus.state)")
            } catch {}
        }
        refused(bus)
        try bus.open()
        refused(bus)
        try bus.check()
        refused(bus)
        for _ in 0..<12 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        try bus.disarm()
        try bus.damp()
        refused(bus)
        #expect(!containsGoalWrite(bench.received))
        #expect(!bench.writes.contains { $0.address != 40 || $0.data == [1] })

        try bus.arm()
        try bus.write(goals: JointValues([0.1, 0.1, 0.1]), deadlineNanoseconds: soon())
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(containsGoalWrite(bench.received))
        try bus.disarm()
        bench.forget()
        refused(bus)
        try bus.open()
        try bus.check()
        refused(bus)
        for _ in 0..<3 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(!containsGoalWrite(bench.received), "neither after disarming nor after opening again")
    }

    @Test("makes the goal the present position before torque is on, and limits torque and speed") func present() throws
    {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.set(1, 56, word: 1100)
        bench.set(2, 56, word: 3000)
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        #expect(bus.state == .armed)
        #expect([1, 2, 7].map { bench.word($0, 42) } == [1100, 3000, 2048])
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 1 })
        // (1.2 N·m · R / kt + kt · 3 rad/s) / 7.4 V, and 3 rad/s in counts per second
        #expect([1, 2, 7].allSatisfy { bench.word($0, 48) == 849 && bench.word($0, 46) == 1956 })
        let goal = bench.writes.firstIndex { $0.address == 42 }
        let torque = bench.writes.firstIndex { $0.address == 40 }
        let limit = bench.writes.firstIndex { $0.address == 48 }
        #expect(limit! < goal! && goal! < torque!)
    }

    @Test("a goal lost on the wire while arming is given again, so that no joint jumps to an old one") func lostGoal()
        throws
    {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.adjust { $0.losesNextSyncWrite = [2: 42, 7: 40] }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        #expect(bench.word(2, 42) == 2048)
        #expect(bench.byte(7, 40) == 1)
        let own = bench.writes.filter { $0.id == 2 }
        #expect(own.firstIndex { $0.address == 42 }! < own.firstIndex { $0.address == 40 }!)
    }

    /// A goal speed of 0, as after power-up, means as fast as possible.
    @Test("the top speed is in every servo before a goal switches torque on, also if it is lost once")
    func speedFirst() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.adjust { $0.losesNextSyncWrite = [2: 46] }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        for id in [UInt8(1), 2, 7] {
            let own = bench.writes.filter { $0.id == id }
            let speed = try #require(own.firstIndex { $0.address == 46 }, "servo \(id)")
            let goal = try #require(own.firstIndex { $0.address == 42 })
            #expect(speed < goal && own[speed].data == [0xA4, 0x07], "\(own)")
        }
        try bus.disarm()
        // one that does not take it is not armed, and no goal wakes any of them
        bench.set(7, 46, word: 0)
        bench.adjust { $0.stuck = [46, 47] }
        bench.set(7, 42, word: 2048)
        bench.forget()
        do {
            try bus.arm()
            Issue.record("armed a servo without a top speed")
        } catch {
            #expect(error.description.contains("its speed was limited") && error.description.contains("grip"))
        }
        #expect(!containsGoalWrite(bench.received))
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 0 })
    }

    @Test("arms servos that answer only reads") func quiet() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.adjust {
            $0.acknowledges = false
            $0.losesNextSyncWrite = [1: 42, 2: 40]
        }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        #expect(bench.word(1, 42) == 2048)
        try bus.disarm()
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 0 })
    }

    @Test("refuses with the reason, and without a write, when something is wrong") func refused() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.check()
        bench.set(7, 62, byte: 50)
        do {
            try bus.arm()
            Issue.record("armed at 5 V")
        } catch {
            #expect(error.description.contains("Joint “grip”") && error.description.contains("5.0 V"))
        }
        bench.set(7, 62, byte: 74)
        bench.adjust { $0.silent = [2] }
        do {
            try bus.arm()
            Issue.record("armed without servo 2")
        } catch {
            #expect(error.description.contains("Joint “lift” (servo 2"))
        }
        #expect(bench.writes.isEmpty)
        #expect(bus.state == .disarmed)
    }

    @Test("a failure half-way takes torque off again") func halfWay() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.check()
        // servo 7 answers all but the reads of its goal
        bench.adjust { $0.mangle = { id, bytes, _ in id == 7 && bytes.count == 8 ? [] : [bytes] } }
        #expect(throws: BusError.self) { try bus.arm() }
        #expect(bus.state != .armed)
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 0 })
    }

    @Test("goals are cut to the limits, and refused if they are no numbers") func limits() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        // grip rests 0.08 rad beyond its lower limit
        let resting = 2048 - Int((1.58 / (2 * .pi) * 4096).rounded())
        bench.set(7, 56, word: resting)
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        bench.forget()
        var seen = JointObservations(count: 3)
        for bad in [Double.nan, .infinity, -.infinity] {
            do {
                try bus.write(goals: JointValues([0, bad, 0]), deadlineNanoseconds: soon())
                Issue.record("\(bad) was sent")
            } catch {
                #expect(error.description.contains("lift"))
            }
        }
        #expect(throws: BusError.self, "a list that is too short") {
            try bus.write(goals: JointValues([0, 0]), deadlineNanoseconds: soon())
        }
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(bench.writes.isEmpty)
        try bus.write(goals: JointValues([1e300, -1e300, -9]), deadlineNanoseconds: soon())
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        let edge = Int((1.5 / (2 * .pi) * 4096).rounded())
        #expect(bench.word(1, 42) == 2048 + edge)
        #expect(bench.word(2, 42) == 2048 + edge, "direction −1")
        #expect(bench.word(7, 42) == resting, "no further out than where it was armed, and no jump back in")
        #expect(bench.writes.allSatisfy { $0.address == 42 && $0.data.count == 2 })
    }

    @Test("disarming reaches every servo, also those that missed the first word") func disarm() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        bench.adjust { $0.losesNextSyncWrite = [1: 40, 2: 40, 7: 40] }
        try bus.disarm()
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 0 })
        #expect(bus.state == .disarmed)
        try bus.arm()
        try bus.damp()
        #expect([1, 2, 7].allSatisfy { bench.byte($0, 40) == 2 })
        #expect(bus.state == .disarmed)
    }

    @Test("disarming with a silent servo does the others and names it") func disarmSilent() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        try bus.arm()
        bench.adjust { $0.silent = [1] }
        do {
            try bus.disarm()
            Issue.record("a silent servo went unnoticed")
        } catch {
            #expect(error.description.contains("Joint “pan” (servo 1"))
        }
        #expect(bench.byte(2, 40) == 0 && bench.byte(7, 40) == 0)
        #expect(bus.state != .armed)
    }
}
