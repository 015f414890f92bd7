import Hardware
import RobotModel
import Testing

@Suite("Checking the servos of a bus", .serialized)
struct CheckTests {
    func problems(
        ids: [UInt8] = [1, 2, 7], joints: [JointConfiguration] = threeJoints, _ prepare: (ServoBench) -> Void = { _ in }
    ) throws -> [HardwareProblem] {
        let bench = ServoBench(ids: ids)
        defer { bench.hangUp() }
        prepare(bench)
        let bus = try makeBus(bench, joints: joints)
        try bus.open()
        let found = try bus.check()
        #expect(!containsGoalWrite(bench.received))
        #expect(bench.writes.isEmpty, "a check writes nothing")
        #expect((bus.state == .disarmed) == !found.contains { $0.severity == .error })
        return found
    }

    @Test("finds nothing wrong with good servos, and their facts") func good() throws {
        let bench = ServoBench(ids: [1, 2, 7])
        defer { bench.hangUp() }
        bench.set(2, 7, byte: 250)
        bench.set(2, 40, byte: 1)
        let bus = try makeBus(bench)
        #expect(bus.state == .closed)
        try bus.open()
        #expect(bus.state == .unchecked)
        #expect(try bus.check().isEmpty)
        #expect(bus.state == .disarmed)
        let facts = bus.facts(of: 1)
        #expect(facts.answered && facts.model == 777 && facts.firmwareMajor == 3 && facts.firmwareMinor == 10)
        #expect(facts.returnDelayNanoseconds == 500_000)
        #expect(facts.torqueOn)
        #expect(!bus.facts(of: 0).torqueOn)
    }

    @Test("names a missing servo") func missing() throws {
        let found = try problems(ids: [1, 7])
        #expect(found.map(\.kind) == [.missingServo])
        #expect(found.first?.description.contains("Joint “lift” (servo 2 on /dev/pts/") == true)
        #expect(found.first?.description.contains("does not answer") == true)
    }

    @Test("tells a dead bus from missing servos") func silent() throws {
        let found = try problems(ids: [])
        #expect(found.map(\.kind) == [.portSilent])
        #expect(found.first?.advice.contains("power supply") == true)
    }

    @Test("names a wrong model") func model() throws {
        let found = try problems { $0.set(7, 3, word: 2825) }
        #expect(found.map(\.kind) == [.wrongModel])
        #expect(found.first?.what.contains("STS3250") == true)
        #expect(found.first?.joint == "grip")
    }

    @Test("sees two servos with one id when both replies arrive") func twice() throws {
        let found = try problems { bench in
            bench.adjust { $0.mangle = { id, bytes, _ in id == 2 ? [bytes, bytes] : [bytes] } }
        }
        #expect(found.map(\.kind) == [.duplicateID])
        #expect(found.first?.joint == "lift")
    }

    @Test("sees two servos with one id when their replies spoil each other") func collision() throws {
        let found = try problems { bench in
            // a ping's replies are the same bytes and pass; those with data do not
            bench.adjust { knobs in
                knobs.mangle = { id, bytes, _ in
                    id == 2 && bytes.count > 6
                        ? [bytes.enumerated().map { $0.offset > 4 ? $0.element & 0x5A : $0.element }] : [bytes]
                }
            }
        }
        #expect(found.contains { $0.kind == .garbledReplies && $0.joint == "lift" })
        #expect(found.contains { $0.description.contains("share the id") })
        #expect(found.allSatisfy { $0.joint == "lift" })
    }

    @Test("names low voltage, heat, faults and a wrong mode, all at once") func condition() throws {
        let found = try problems { bench in
            bench.set(1, 62, byte: 48)
            bench.set(2, 63, byte: 80)
            bench.set(2, 33, byte: 1)
            bench.set(7, 65, byte: 0x20)
            bench.adjust { $0.errors[7] = 0x20 }
        }
        try #require(found.map(\.kind) == [.voltage, .wrongMode, .temperature, .fault])
        #expect(found[0].what.contains("4.8 V"))
        #expect(found[3].what.contains("overloaded"))
    }

    @Test("works behind an adapter that echoes, also with a voltage fault whose ping reply looks like an echo")
    func echo() throws {
        #expect(try problems { $0.adjust { $0.echoes = true } }.isEmpty)
        let missing = try problems(ids: [2, 7]) { $0.adjust { $0.echoes = true } }
        #expect(missing.map(\.kind) == [.missingServo], "an echo is no answer")
        let fault = try problems { $0.adjust { $0.errors[1] = 1 } }
        #expect(fault.map(\.kind) == [.fault])
    }

    @Test("gets through a noisy line: one reply in five damaged") func noise() throws {
        let found = try problems { bench in
            bench.adjust { knobs in
                knobs.mangle = { _, bytes, count in
                    guard count % 5 == 3 else { return [bytes] }
                    var damaged = bytes
                    damaged[bytes.count - 2] ^= 0x10
                    return [damaged]
                }
            }
        }
        #expect(found.isEmpty)
    }

    @Test("finds what is wrong with a configuration before any servo is asked") func configuration() throws {
        let bench = ServoBench(ids: [])
        defer { bench.hangUp() }
        func words(_ joints: [JointConfiguration]) -> String {
            do {
                _ = try makeBus(bench, joints: joints)
                return "fine"
            } catch {
                return error.description
            }
        }
        #expect(words([joint("a", id: 1), joint("b", id: 1)]).contains("same id as joint “a”"))
        #expect(words([joint("a", id: 1, zero: 100)]).contains("0…4095"))
        var odd = joint("a", id: 1)
        odd.servo = "STS9999"
        #expect(words([odd]).contains("STS9999"))
        #expect(words((0..<17).map { joint("j\($0)", id: $0) }).contains("at most 16"))
        #expect(words(threeJoints) == "fine")
    }
}
