import Channels
import Foundation
import Messages
import TestSupport
import Testing
import Traces

extension ProgramTests {
    @Suite("Who may do what, and how much", .serialized)
    struct SecurityTests {
        /// What an attack does to the body.
        enum Attack: String, CaseIterable, CustomTestStringConvertible, Sendable {
            case deafReaders, hugeMessages, legalMessages, topics, latchedMessages, connections, halfOpen, nagging
            var testDescription: String { rawValue }

            var clients: [[String]] {
                switch self {
                case .deafReaders: [["deaf", "12"], ["large", "1000", "1000000"]]
                case .hugeMessages: Array(repeating: ["large", "100", "\(8 << 20)"], count: 3)
                case .legalMessages: Array(repeating: ["large", "300", "\((4 << 20) - 100)"], count: 3)
                case .topics: [["topics", "20000", "1000"], ["topics", "20000", "60000"]]
                case .latchedMessages: Array(repeating: ["latch", "60", "1000000"], count: 3)
                case .connections: [["open", "1000"]]
                case .halfOpen: [["half", "1000"]]
                case .nagging: [["nag", "200000"], ["nag", "200000"]]
                }
            }
        }

        /// MB that the body may grow by, whatever its clients do: what the configuration grants them, and the recorder.
        static let growth = 64.0

        @Test(
            "no client makes the body grow, keeps others from their joint states, or stop from being heard",
            .timeLimit(.minutes(5)), arguments: Attack.allCases)
        func siege(_ attack: Attack) async throws {
            let siege = try await Siege(trace: attack == .legalMessages)
            let before = try siege.memory()
            try siege.forgetPeak()
            let clients = try attack.clients.map { try HostileClient(siege.scratch.socket, $0) }
            try await Task.sleep(for: .milliseconds(500))
            let states = siege.states
            let start = ContinuousClock.now
            // an arm in motion is stopped while this goes on
            let stopped = try await siege.stopInMotion()
            let times = try await siege.stops()
            try await Task.sleep(for: .seconds(2))
            let rate = Double(siege.states - states) / ((ContinuousClock.now - start) / .seconds(1))
            let command = try await siege.scratch.foresight(["stop"])
            #expect(command.code == 0, "\(command.errors)")
            let peak = try siege.memory("VmHWM")
            for client in clients { try await client.end() }
            try await siege.body.eventually("the memory is given back", within: 15) {
                ((try? siege.memory()) ?? .infinity) < before + 16
            }
            print(
                attack, "MB before, at most, after:", before.rounded(), peak.rounded(), try siege.memory().rounded(),
                "stop ms median/max by door:", times.door[3], times.door[6], "by connection:", times.service[3],
                times.service[6], "joint states/s:", rate.rounded(), "stop in motion ms:", stopped.rounded())
            #expect(peak < before + Self.growth, "it grew from \(before) to \(peak) MB")
            #expect(times.door[3] < 50 && times.service[3] < 50, "\(times)")
            #expect(rate > 25, "\(rate) joint states a second")
            #expect(siege.client.isConnected)
            switch attack {
            case .legalMessages: break
            case .nagging, .deafReaders: break  // dropped after stall_seconds only
            default: #expect(siege.events.contains { $0.contains("connected: ") }, "nothing is told")
            }
            try await siege.end()
        }

        @Test("without the limits the same latched messages do make it grow: the test can see it")
        func withoutLimits() async throws {
            let siege = try await Siege(
                """
                max_latched_bytes = 67108864
                max_total_bytes = 1073741824
                max_topics_per_client = 1000
                """)
            let before = try siege.memory()
            let clients = try Attack.latchedMessages.clients.map { try HostileClient(siege.scratch.socket, $0) }
            for client in clients { _ = try await client.line() }
            let grown = try siege.memory()
            #expect(grown > before + Self.growth, "from \(before) to \(grown) MB")
            for client in clients { try await client.end() }
            try await siege.end()
        }

        /// Who can do what, by user: nobody on a list, one by a group, one by name, one by a supplementary group.
        static let refusedTo: [String: Role] = [
            "subscribe": .observe, "detections": .publish, "own topic": .publish, "instruction": .operate,
            "answer": .operate, "mind": .operate, "mind of its own": .operate, "/arm": .operate, "/disarm": .operate,
            "/reset": .operate,
            "/lease/acquire": .operate, "/lease/renew": .operate, "/lease/release": .operate, "/execute": .operate,
            "/withdraw": .operate, "setpoints": .operate, "/safety/explain": .observe, "/stop": .stop,
        ]

        @Test(
            "each role can do exactly what it may, by the wire and as other users",
            arguments: [
                (["--reuid", "50001", "--regid", "50001", "--clear-groups"], Role.stop),
                (["--reuid", "50002", "--regid", "50002", "--clear-groups"], .observe),
                (["--reuid", "50003", "--regid", "50003", "--groups", "50103"], .publish),
                (["--reuid", "50004", "--regid", "50104", "--clear-groups"], .operate),
                (["--reuid", "0", "--regid", "0", "--clear-groups"], .operate),
            ])
        func roles(user: [String], role: Role) async throws {
            let siege = try await Siege(
                """
                observers = ["user:50002"]
                publishers = ["group:50103"]
                operators = ["group:50104"]
                """)
            let client = try HostileClient(siege.scratch.socket, ["roles"], as: user)
            let got = try await client.line()
            let services = got.keys.filter { $0.hasPrefix("/") }
            #expect(services.allSatisfy { Self.refusedTo[$0] != nil }, "a service without a role here: \(services)")
            for (what, needs) in Self.refusedTo {
                let answer = try #require(got[what] as? String, "\(what): \(got)")
                if role >= needs {
                    #expect(answer == "done", "\(what): \(answer)")
                } else {
                    #expect(
                        answer.contains("needs the role “\(needs.word)”") && answer.contains("[channels]"),
                        "\(what) by \(role): \(answer)")
                }
            }
            // what is the body's own is nobody else's, and stop has a door for everybody
            #expect((got["joint states"] as? String)?.contains("belongs to the body") == true, "\(got)")
            #expect((got["door"] as? String)?.hasPrefix("stopped: ") == true, "\(got["door"] ?? "")")
            if role < .operate {
                #expect(siege.events.contains { $0.contains("needs the role") && $0.contains("/") }, "\(siege.events)")
            }
            try await siege.end()
        }

        @Test("without any list other users are kept out by the socket's mode, but may stop")
        func standard() async throws {
            let siege = try await Siege()
            let stranger = ["--reuid", "50001", "--regid", "50001", "--clear-groups"]
            let got = try await HostileClient(siege.scratch.socket, ["roles"], as: stranger).line()
            #expect((got["subscribe"] as? String)?.contains("Permission denied") == true, "\(got)")
            #expect((got["door"] as? String)?.hasPrefix("stopped: ") == true, "\(got)")
            let member = ["--reuid", "50001", "--regid", "50001", "--groups", "0"]
            let ours = try await HostileClient(siege.scratch.socket, ["roles"], as: member).line()
            #expect(ours["/arm"] as? String == "done", "the socket's group operates: \(ours)")
            try await siege.end()
        }

        @Test("a user or group that does not exist ends foresightd with 78, and names the list")
        func unknownUser() async throws {
            let scratch = try ScratchRobot()
            let config = try BodyTests.altered(scratch, "[channels]", "[channels]\npublishers = [\"camra\"]")
            let run = try await ChildProcess.run(
                Places.program("foresightd"), ["--config", config, "--socket", scratch.socket])
            #expect(
                run.code == 78 && run.errors.contains("publishers") && run.errors.contains("camra"), "\(run.errors)")
        }

        @Test("`foresight do` of somebody who may not instruct says so, and does not wait for an answer")
        func refusedInstruction() async throws {
            let siege = try await Siege("observers = [\"user:50002\"]")
            siege.client.publish(Topics.mindStatus, .with { $0.state = "ready" }, latched: true)
            await siege.client.flush()
            let user = ["--reuid", "50002", "--regid", "50002", "--clear-groups"]
            let programs = siege.scratch.folder + "/foresight"
            try FileManager.default.copyItem(atPath: Places.program("foresight"), toPath: programs)
            let run = try await ChildProcess.run(
                "/usr/bin/setpriv", user + [programs, "do", "wave"],
                environment: ["FORESIGHT_SOCKET": siege.scratch.socket])
            #expect(run.code == 1 && run.errors.contains("/instruction needs the role “operate”"), "\(run)")
            let stop = try await ChildProcess.run(
                "/usr/bin/setpriv", user + [programs, "stop"], environment: ["FORESIGHT_SOCKET": siege.scratch.socket])
            #expect(stop.code == 0 && stop.output.contains("latched"), "\(stop)")
            try await siege.end()
        }

        @Test(
            "the machine's clock set by a day in the midst of a trace: its times go on, and it is told once",
            arguments: [-86_400.0, 86_400])
        func clockStep(seconds: Double) async throws {
            let clock = try await FakeClock()
            let siege = try await Siege(trace: true, environment: clock.environment)
            let speak = {
                for _ in 0..<5 {
                    siege.client.publish(Topics.instruction, Instruction())
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            try await speak()
            try clock.set(seconds: seconds)
            try await siege.body.eventually("the step is told") {
                siege.events.contains { $0.contains("clock was set") }
            }
            try await speak()
            try await Task.sleep(for: .milliseconds(1200))
            #expect(siege.events.filter { $0.contains("clock was set") }.count == 1, "\(siege.events)")
            try await siege.end()
            var times: [UInt64] = []
            var topics: Set<String> = []
            _ = try TraceReader.read(siege.scratch.trace) { message, _, _ in
                times.append(message.logTime)
                topics.insert(message.topic)
            }
            #expect(topics.isSuperset(of: ["/instruction", "/joint_states", "/events"]), "\(topics)")
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 + 500_000_000 >= $0 }, "log times go back")
            #expect(Double((times.max() ?? 0) - (times.min() ?? 0)) * 1e-9 < 60)
        }
    }
}
