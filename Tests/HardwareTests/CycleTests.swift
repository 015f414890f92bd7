import Foundation
import Hardware
import RobotModel
import Testing

@Suite("The cycle of a bus", .serialized)
struct CycleTests {
    @Test("turns registers into SI units") func units() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        bench.set(1, 56, word: 2048 + 1024)
        bench.set(1, 58, word: 0x8000 | 652)
        bench.set(2, 56, word: 2048 + 1024)
        bench.set(2, 58, word: 652)
        bench.set(2, 60, word: 0x0400 | 300)
        bench.set(7, 60, word: 500)
        bench.set(7, 69, word: 100)
        bench.set(7, 66, byte: 1)
        bench.set(7, 65, byte: 4)
        bench.set(7, 40, byte: 1)
        var seen = JointObservations(count: 3)
        let start = now()
        #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        #expect(abs(seen[0].position - .pi / 2) < 1e-9)
        #expect(abs(seen[0].velocity + 652 * 2 * .pi / 4096) < 1e-9)
        #expect(abs(seen[1].position + .pi / 2) < 1e-9, "direction −1")
        #expect(abs(seen[1].velocity + 652 * 2 * .pi / 4096) < 1e-9)
        // kt / R · (U · load − kt · ω) with the sign of the joint
        let expected = 1.212 / 2.676 * (7.4 * 0.3 + 1.212 * 652 * 2 * .pi / 4096)
        #expect(abs(seen[1].effort - expected) < 1e-9)
        #expect(seen[0].effort == 0, "a free motor that is turned makes no effort")
        #expect(abs(seen[2].effort - 1.212 / 2.676 * 7.4 * 0.5) < 1e-9)
        #expect(abs(seen[2].current - 0.65) < 1e-9)
        #expect(abs(seen[2].voltage - 7.4) < 1e-9)
        #expect(seen[2].temperature == 30)
        #expect(seen[2].moving && seen[2].faults == 4 && seen[2].torqueOn)
        #expect(!seen[0].torqueOn && !seen[0].moving && seen[0].faults == 0)
        #expect(
            (0..<3).allSatisfy { seen[$0].measuredAtNanoseconds > start && seen[$0].measuredAtNanoseconds <= now() })
    }

    @Test("asks with one sync read of 56…70, in the manufacturer's bytes") func golden() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        var seen = JointObservations(count: 3)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        bench.forget()
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(bench.received == [0xFF, 0xFF, 0xFE, 0x07, 0x82, 0x38, 0x0F, 1, 2, 7, 0x27])
    }

    @Test("keeps the last numbers and their age when a servo falls silent") func stale() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        bench.set(2, 56, word: 3000)
        var seen = JointObservations(count: 3)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        let last = seen[1]
        bench.adjust { $0.silent = [2] }
        for _ in 0..<3 { #expect(try bus.read(into: &seen, deadlineNanoseconds: now() + 15_000_000) == 1) }
        #expect(seen[1] == last)
        #expect(seen[0].measuredAtNanoseconds > last.measuredAtNanoseconds)
        #expect(seen.oldestNanoseconds == last.measuredAtNanoseconds)
        let statistics = bus.statistics(of: 1)
        #expect(statistics.missedInARow == 3)
        #expect(statistics.retried == 3)
        #expect(statistics.lost == 6)
        bench.adjust { $0.silent = [] }
        #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        #expect(bus.statistics(of: 1).missedInARow == 0)
    }

    @Test("returns by its deadline, whoever is silent") func deadline() throws {
        let bench = ServoBench(ids: [])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        var seen = JointObservations(count: 3)
        for _ in 0..<5 {
            let start = now()
            #expect(try bus.read(into: &seen, deadlineNanoseconds: start + 5_000_000) == 3)
            #expect(now() - start < 60_000_000)
        }
        #expect(seen[0].measuredAtNanoseconds == 0)
    }

    @Test("a damaged or lost reply is asked for again within the same cycle") func retry() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        bench.adjust { knobs in
            knobs.mangle = { id, bytes, count in
                switch count % 11 {
                case 1:
                    var damaged = bytes
                    damaged[bytes.count - 2] ^= 0x40
                    return [damaged]
                case 6: return []
                default: return [bytes]
                }
            }
        }
        var seen = JointObservations(count: 3)
        var missed = 0
        for _ in 0..<40 { missed += try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        let all = (0..<3).map { bus.statistics(of: $0) }
        #expect(missed < 12, "without asking again it would be 22")
        #expect(all.map(\.retried).reduce(0, +) > 10)
        #expect(all.map(\.corrupt).reduce(0, +) > 5)
        #expect((0..<3).allSatisfy { abs(seen[$0].position) < 1e-9 })
    }

    @Test("no flipped bit, split, junk or foreign id ever becomes a measurement") func fuzz() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        bench.adjust { knobs in
            knobs.mangle = { id, bytes, count in
                var generator = SplitMix(state: UInt64(count) &* 77)
                let place = Int(generator.next() % UInt64(bytes.count))
                var changed = bytes
                switch generator.next() % 8 {
                case 0:
                    changed[place] ^= 1 << UInt8(generator.next() % 8)
                    return [changed]
                case 1: return [Array(bytes[..<place]), Array(bytes[place...])]
                case 2: return [[0xFF, 0xFF, 0x01, 0x0F, 0x00] + bytes]
                case 3: return [Array(bytes[..<place])]
                case 4: return [ServoBench.packet(9, 0, Array(repeating: 0x77, count: 15)) + bytes]
                case 5: return [ServoBench.packet(id, 0, [1, 2, 3]) + bytes]
                default: return [bytes]
                }
            }
        }
        var seen = JointObservations(count: 3)
        var answered = 0
        for _ in 0..<150 { answered += 3 - (try bus.read(into: &seen, deadlineNanoseconds: now() + 20_000_000)) }
        for joint in 0..<3 {
            #expect(seen[joint].position == 0)
            #expect(abs(seen[joint].voltage - 7.4) < 1e-9)
            #expect(seen[joint].temperature == 30)
            #expect(seen[joint].measuredAtNanoseconds > 0)
        }
        #expect(answered > 300)
    }

    @Test("another servo's reply under this one's id is never taken for this one's, however near it stands")
    func wrongID() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        let counts: [UInt8: Int] = [1: 2048, 2: 2080, 7: 2112]
        for (id, position) in counts { bench.set(id, 56, word: position) }
        bench.adjust { knobs in
            knobs.mangle = { id, bytes, count in
                guard bytes.count == 21, count % 5 == 0, id != 1 else { return [bytes] }
                // before and behind the place where its own belongs
                return [ServoBench.packet(count % 2 == 0 ? 1 : 7, 0, Array(bytes[5..<20]))]
            }
        }
        var seen = JointObservations(count: 3)
        var wrong: [String] = []
        for _ in 0..<150 {
            try bus.read(into: &seen, deadlineNanoseconds: now() + 20_000_000)
            for (joint, id) in [UInt8(1), 2, 7].enumerated() where seen[joint].measuredAtNanoseconds > 0 {
                let truth = Double(counts[id]! - 2048) * 2 * .pi / 4096
                if abs(abs(seen[joint].position) - truth) > 1e-6 { wrong.append("\(id): \(seen[joint].position)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count), \(wrong.prefix(3))")
        #expect((0..<3).allSatisfy { bus.statistics(of: $0).received > 100 })
    }

    @Test("a line that loses replies now and then makes no servo one that knows no sync read") func lossyLine() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        bus.replySlackNanoseconds = 1_000_000
        // one in eight, scattered: every eighth would always meet the same servo
        bench.adjust { $0.mangle = { _, bytes, count in ((count &* 0x9E37_79B1) >> 16) & 7 == 0 ? [] : [bytes] } }
        var seen = JointObservations(count: 3)
        // whose replies are lost depends on who is asked again, and that on time: until each has lost enough
        for cycle in 0..<3000 where cycle < 300 || (0..<3).contains(where: { bus.statistics(of: $0).lost <= 20 }) {
            try bus.read(into: &seen, deadlineNanoseconds: now() + 20_000_000)
        }
        #expect((0..<3).allSatisfy { bus.statistics(of: $0).lost > 20 })
        #expect((0..<3).allSatisfy { bus.facts(of: $0).answersSyncRead })
    }

    @Test("a position that cannot have been reached is believed only when it is read twice") func jump() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        let bus = try makeBus(bench)
        try bus.open()
        var seen = JointObservations(count: 3)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        // a checksum that fits by chance, once
        bench.adjust { knobs in
            knobs.mangle = { id, bytes, _ in
                guard id == 1, bytes.count == 21 else { return [bytes] }
                var data = Array(bytes[5..<20])
                data[1] = 0x0F
                return [ServoBench.packet(id, 0, data)]
            }
        }
        bench.adjust { $0.silent = [] }
        try bus.read(into: &seen, deadlineNanoseconds: now() + 1_500_000)
        let after = seen[0].position
        #expect(after == 0 || bus.statistics(of: 0).corrupt > 0)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        #expect(seen[0].position > 2, "the second time it is true")
        #expect(bus.statistics(of: 0).corrupt > 0)
    }

    @Test("replies after their time are counted and thrown away") func late() throws {
        let bench = ServoBench(ids: [1])
        defer { bench.hangUp() }
        let bus = try makeBus(bench, joints: [joint("pan", id: 1)])
        try bus.open()
        var seen = JointObservations(count: 1)
        try bus.read(into: &seen, deadlineNanoseconds: soon())
        bench.adjust { $0.mangle = { _, bytes, _ in [[], [], [], [], bytes] } }
        #expect(try bus.read(into: &seen, deadlineNanoseconds: now() + 2_000_000) == 1)
        usleep(40_000)
        bench.adjust { $0.mangle = nil }
        bench.set(1, 56, word: 2100)
        #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
        #expect(bus.statistics(of: 0).late >= 1)
        #expect(abs(seen[0].position - 52 * 2 * .pi / 4096) < 1e-9, "not the late reply's")
    }

    @Test("works behind an adapter that echoes") func echo() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.adjust { $0.echoes = true }
        let bus = try makeBus(bench)
        try bus.open()
        #expect(try bus.check().isEmpty)
        try bus.arm()
        var seen = JointObservations(count: 3)
        for _ in 0..<20 {
            #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0)
            try bus.write(goals: JointValues([0.1, 0.2, 0.3]), deadlineNanoseconds: soon())
        }
        #expect(bus.statistics(of: 0).lost == 0)
    }

    @Test("a servo that knows no sync read is asked alone") func alone() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.adjust { $0.deafToSync = [7] }
        let bus = try makeBus(bench)
        try bus.open()
        bus.replySlackNanoseconds = 2_000_000
        var seen = JointObservations(count: 3)
        for _ in 0..<25 { #expect(try bus.read(into: &seen, deadlineNanoseconds: soon()) == 0) }
        #expect(!bus.facts(of: 2).answersSyncRead)
        #expect(bus.facts(of: 0).answersSyncRead)
        bench.set(7, 40, byte: 1)
        for _ in 0..<10 { try bus.read(into: &seen, deadlineNanoseconds: soon()) }
        #expect(seen[2].torqueOn)
    }

    @Test("a pulled plug closes the bus at once, and it opens again") func hangUp() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        let bus = try makeBus(bench)
        try bus.open()
        #expect(try bus.check().isEmpty)
        try bus.arm()
        bench.hangUp()
        var seen = JointObservations(count: 3)
        let start = now()
        do {
            try bus.read(into: &seen, deadlineNanoseconds: now() + 5_000_000_000)
            Issue.record("a read succeeded without a bus")
        } catch {
            #expect(error.isDisconnection)
        }
        #expect(now() - start < 1_000_000_000)
        #expect(bus.state == .closed)
        #expect(throws: BusError.self) { try bus.write(goals: JointValues(count: 3), deadlineNanoseconds: soon()) }
        #expect(throws: BusError.self) { try bus.open() }
    }
}

/// A small seeded generator, so that a failure repeats.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
