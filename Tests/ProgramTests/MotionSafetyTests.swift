import Channels
import Foundation
import Messages
import RobotModel
import TestSupport
import Testing

extension ProgramTests {
    /// What is asked for, answered and done, through the real processes and the wire.
    @Suite("Motions are answered truly, and only fresh eyes keep them alive", .serialized)
    struct MotionSafetyTests {
        /// A virtual robot, a body that serves it, and a client with the lease.
        private struct Bench {
            let scratch: ScratchRobot
            let robot: ChildProcess
            let body: ChildProcess
            let client: RawClient

            init(arm: Bool = true) async throws {
                scratch = try ScratchRobot()
                robot = try await scratch.startRobot()
                body = try await scratch.startBody()
                client = try await RawClient(socket: scratch.socket)
                if arm {
                    let armed = try await scratch.foresight(["arm"])
                    try #require(armed.code == 0, "\(armed.errors)")
                }
            }

            func end() async throws {
                await client.close()
                try await body.end()
                try await robot.end()
            }
        }

        @Test("a motion that was answered as refused never runs, also when the control thread stood still meanwhile")
        func refusedNeverRuns() async throws {
            let bench = try await Bench()
            var refused = 0
            for round in 0..<4 {
                if try await bench.client.isStopped() {
                    #expect(try await bench.scratch.foresight(["reset"]).code == 0)
                    #expect(try await bench.scratch.foresight(["arm"]).code == 0)
                }
                try await bench.client.acquire(seconds: 0.4)
                let start = try await bench.client.freshPositions()[0]
                try await bench.client.renew()
                // longer than the answer waits, shorter than the lease lasts
                let freezer = try await StallTests.freezing(bench.body, "control", 0.37)
                let said = try await bench.client.move(joint: 0, by: round % 2 == 0 ? 0.3 : -0.3, seconds: 0.4)
                try await freezer.exitCode()
                try await Task.sleep(for: .milliseconds(900))
                let moved = abs(try await bench.client.freshPositions()[0] - start)
                if !said.accepted {
                    refused += 1
                    #expect(moved < 0.03, "refused (\(said.message)) and moved by \(moved)")
                }
            }
            #expect(refused > 0, "nothing was refused, so nothing was tried")
            try await bench.end()
        }

        @Test("a motion and the whole body halted together: what was refused never runs") func haltedBody() async throws
        {
            let bench = try await Bench()
            try await bench.client.acquire(seconds: 0.4)
            for round in 0..<4 {
                if try await bench.client.isStopped() {
                    #expect(try await bench.scratch.foresight(["reset"]).code == 0)
                    #expect(try await bench.scratch.foresight(["arm"]).code == 0)
                    try await bench.client.acquire(seconds: 0.4)
                }
                let start = try await bench.client.freshPositions()
                try await bench.client.renew()
                async let answer = bench.client.move(joint: 0, by: round % 2 == 0 ? 0.3 : -0.3, seconds: 0.4)
                try await Task.sleep(for: .milliseconds(round / 2))
                bench.body.signal(SIGSTOP)
                try await Task.sleep(for: .milliseconds(320))
                bench.body.signal(SIGCONT)
                let said = try await answer
                try await Task.sleep(for: .milliseconds(900))
                let moved = abs(try await bench.client.freshPositions()[0] - start[0])
                if !said.accepted { #expect(moved < 0.03, "refused (\(said.message)) and moved by \(moved)") }
            }
            try await bench.end()
        }

        @Test("a lease that another client takes at once ends the motion of the one before")
        func takenLease() async throws {
            let bench = try await Bench()
            let other = try await RawClient(socket: bench.scratch.socket)
            try await bench.client.acquire(seconds: 0.4)
            await bench.client.keepRenewing()
            #expect(try await bench.client.move(joint: 0, by: 1, seconds: 4).accepted)
            try await Task.sleep(for: .milliseconds(500))
            try await bench.client.release()
            try await other.acquire(seconds: 0.4)
            await other.keepRenewing()
            try await Task.sleep(for: .milliseconds(400))
            #expect(try await bench.scratch.state() == "stopped")
            await other.close()
            try await bench.end()
        }

        @Test("of two motions sent back to back each is answered as it fares: what was accepted runs")
        func acceptedRuns() async throws {
            let bench = try await Bench()
            try await bench.client.acquire(seconds: 5)
            await bench.client.keepRenewing()
            var accepted = 0
            for _ in 0..<10 {
                let ids = try await bench.client.twoMotions()
                accepted += ids.count
                for id in ids {
                    #expect(await bench.client.hasRun(id, within: 2), "motion \(id) was accepted and never ran")
                }
                try await bench.client.untilArmed()
            }
            #expect(accepted >= 10)
            try await bench.end()
        }

        @Test("renewals that name invented, old or future observations do not keep a motion alive")
        func blindClient() async throws {
            let bench = try await Bench()
            for kind in ["counting", "old", "future", "invented"] {
                let old = try await bench.client.newestStamp()
                try await Task.sleep(for: .milliseconds(500))
                try await bench.client.acquire(seconds: 0.4)
                let begun = try await bench.client.move(joint: 0, by: 0.4, seconds: 3)
                #expect(begun.accepted, "\(begun.message)")
                try await blind(bench, kind, old)
            }
            try await bench.end()
        }

        private func blind(_ bench: Bench, _ kind: String, _ old: Int64) async throws {
            var granted = 0
            for round in 1...12 {
                let now = Int64(Date().timeIntervalSince1970 * 1e9)
                let stamp: Int64 =
                    switch kind {
                    case "counting": Int64(round)
                    case "old": old + Int64(round)
                    case "future": now + 1_000_000_000
                    default: now - 20_000_123
                    }
                if try await bench.client.renew(naming: stamp).granted { granted += 1 }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(granted == 0, "\(kind): \(granted) renewals were granted")
            #expect(try await bench.scratch.state() == "stopped", "\(kind)")
            #expect(try await bench.scratch.foresight(["reset"]).code == 0)
            #expect(try await bench.scratch.foresight(["arm"]).code == 0)
        }

        @Test("a motion can be withdrawn by its id, and replaced from wherever the arm is")
        func withdrawAndReplace() async throws {
            let bench = try await Bench()
            try await bench.client.acquire(seconds: 5)
            await bench.client.keepRenewing()
            let start = try await bench.client.freshPositions()[0]
            let first = try await bench.client.move(joint: 0, by: 1.2, seconds: 3)
            try #require(first.accepted, "\(first.message)")
            try await Task.sleep(for: .milliseconds(800))
            let refused = try await bench.client.move(joint: 0, by: 0.1, seconds: 1)
            #expect(!refused.accepted && refused.message.contains("running"), "\(refused.message)")
            let second = try await bench.client.move(joint: 0, by: -0.2, seconds: 1.5, replace: true)
            #expect(second.accepted, "\(second.message)")
            #expect(try await bench.client.withdraw(UInt64(first.message) ?? 0).success == false)
            let gone = try await bench.client.withdraw(UInt64(second.message) ?? 0)
            #expect(gone.success, "\(gone.message)")
            try await Task.sleep(for: .milliseconds(500))
            let held = try await bench.client.freshPositions()[0]
            try await Task.sleep(for: .milliseconds(500))
            #expect(abs(try await bench.client.freshPositions()[0] - held) < 0.01 && held < start + 1)
            #expect(try await bench.scratch.state() == "armed")
            try await bench.end()
        }

        @Test("streamed set-points move the arm, renew the lease, and are the dead-man")
        func stream() async throws {
            let bench = try await Bench()
            try await bench.client.acquire(seconds: 0.4)
            let start = try await bench.client.freshPositions()[0]
            for step in 1...75 {
                let ahead = 0.4 * Double(step) / 75
                try await bench.client.stream(UInt64(step), joint: "shoulder_pan", position: start + ahead)
                try await Task.sleep(for: .milliseconds(20))
            }
            let reached = try await bench.client.freshPositions()[0]
            #expect(reached > start + 0.3, "\(reached - start)")
            // silence: the stream expires, then the lease
            try await Task.sleep(for: .milliseconds(900))
            let state = try await bench.scratch.foresight(["status", "--json"])
            #expect(state.output.contains("\"state\":\"stopped\""), "\(state.output)")
            let held = try await bench.client.freshPositions()[0]
            try await Task.sleep(for: .milliseconds(300))
            #expect(abs(try await bench.client.freshPositions()[0] - held) < 0.01)
            // what is wrong with them is told
            try await bench.client.stream(90, joint: "shoulder_pan", position: 0)
            try await bench.body.eventually("it says why") {
                bench.body.errors.contains("set-points were not followed")
            }
            try await bench.end()
        }

        @Test("whatever a hostile client sends, no byte on the wire asks a servo beyond its joint's limits")
        func hostile() async throws {
            let bench = try await Bench()
            let config = try RobotConfiguration.load(path: Places.config)
            try await bench.client.acquire(seconds: 0.4)
            await bench.client.keepRenewing()
            var random = SeededGenerator(seed: 11)
            var accepted = 0
            for round in 1...150 {
                if try await bench.client.isStopped() {
                    #expect(try await bench.scratch.foresight(["reset"]).code == 0)
                    #expect(try await bench.scratch.foresight(["arm"]).code == 0)
                    try await bench.client.acquire(seconds: 0.4)
                }
                accepted += try await bench.client.hostile(UInt64(round), &random) ? 1 : 0
            }
            #expect(accepted > 3, "nothing was ever accepted, so nothing was tried")
            try await Task.sleep(for: .milliseconds(300))
            let goals = try goals(bench.scratch.robotWire)
            #expect(goals.count > 1000)
            let perRadian = 4096 / (2 * Double.pi)
            for (id, counts) in goals {
                let joint = config.joints[id - 1]
                let ends = [joint.lower, joint.upper].map {
                    Double(joint.zeroCounts + joint.direction * Int($0 * perRadian))
                }
                // the nearest count to a limit may lie beyond it
                let isWithin = Double(counts) >= (ends.min() ?? 0) - 1 && Double(counts) <= (ends.max() ?? 0) + 1
                #expect(isWithin, "\(joint.name): \(counts), allowed \(ends)")
            }
            try await bench.end()
        }

        /// Every goal position in sync writes that the robot received: servo and counts.
        private func goals(_ wireLog: String) throws -> [(id: Int, counts: Int)] {
            try String(contentsOfFile: wireLog, encoding: .utf8).split(separator: "\n").flatMap { line in
                let words = line.split(separator: " ")
                guard words.count > 9, words[1] == "<" else { return [(id: Int, counts: Int)]() }
                let bytes = words.dropFirst(2).compactMap { Int($0, radix: 16) }
                // the checksum's place: more packets may stand behind it in the same line
                let end = bytes[3] + 3
                guard bytes[4] == 0x83, bytes[5] == 42, bytes[6] >= 2, end < bytes.count else { return [] }
                return stride(from: 7, to: end - 2, by: bytes[6] + 1).map {
                    (bytes[$0], bytes[$0 + 1] | bytes[$0 + 2] << 8)
                }
            }
        }

        @Test("a second stop takes torque off at once; a repeated call within half a second is the same one")
        func secondStop() async throws {
            let bench = try await Bench()
            let first = try await bench.client.stop()
            let again = try await bench.client.stop()
            #expect(first.success && again.success)
            #expect(try await bench.client.torque() == "on", "\(again.message)")
            try await Task.sleep(for: .milliseconds(600))
            let second = try await bench.client.stop()
            #expect(second.success && second.message.contains("torque is off"), "\(second.message)")
            #expect(try await bench.client.torque() == "off", "the state is told before the answer")
            #expect(try await bench.scratch.state() == "stopped")
            let safety = try await bench.scratch.foresight(["safety", "explain", "--json"])
            #expect(safety.output.contains("somebody asks for a stop"), "\(safety.output)")
            try await bench.end()
        }

        @Test("foresight safety explain names twelve promises and every condition, with values and states")
        func explain() async throws {
            let bench = try await Bench()
            let told = try await bench.scratch.foresight(["safety", "explain"])
            for part in [
                "12. ", "kept", "certified emergency stop", "lease 0.4 s", "category 1", "category 0",
                "Every motor stops by itself", "10.0 mm are kept, in ", "no joint is watched",
            ] {
                #expect(told.output.contains(part), "\(part) is missing in \(told.output)")
            }
            // servos have no watchdog of their own: that promise cannot be kept, and the exit code says so
            #expect(told.code == 1 && told.output.contains("not now"), "\(told)")
            let json = try await bench.scratch.foresight(["safety", "explain", "--json"])
            struct Lines: Decodable {
                struct Line: Decodable { var kind: String }
                var lines: [Line]
            }
            let lines = try JSONDecoder().decode(Lines.self, from: Data(json.output.utf8)).lines
            #expect(lines.count { $0.kind == "promise" } == 12 && lines.count { $0.kind == "condition" } > 20)
            try await bench.end()
        }

        @Test(
            "after SIGKILL foresightd --release takes torque off servos that would hold for ever; after a clean end not"
        )
        func release() async throws {
            let bench = try await Bench()
            await bench.client.close()
            bench.body.signal(SIGKILL)
            try await Task.sleep(for: .milliseconds(300))
            func release(_ result: String) async throws -> (code: Int32, output: String, errors: String) {
                try await ChildProcess.run(
                    Places.program("foresightd"),
                    ["--config", Places.config, "--port", bench.scratch.link, "--release"],
                    environment: ["SERVICE_RESULT": result], within: 20)
            }
            #expect(try await release("success").code == 0)
            #expect(try await torqueOff(bench) == 0, "a clean end leaves the arm holding")
            let done = try await release("signal")
            #expect(done.code == 0 && done.errors.contains("torque is off"), "\(done)")
            #expect(try await torqueOff(bench) > 0)
            try await bench.robot.end()
        }

        /// How many times torque was taken off all six servos, by the robot's own log of the wire.
        private func torqueOff(_ bench: Bench) async throws -> Int {
            try await Task.sleep(for: .milliseconds(200))
            let bytes = try BodyTests.bytes(bench.scratch.robotWire, "<")
            // sync write, register 40, one byte each: id 0 …
            let pattern: [UInt8] = [0xFE, 0x10, 0x83, 0x28, 0x01, 0x01, 0x00, 0x02, 0x00]
            var found = 0
            for start in bytes.indices.dropLast(pattern.count)
            where Array(bytes[start..<start + pattern.count]) == pattern {
                found += 1
            }
            return found
        }
    }
}
