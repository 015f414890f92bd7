import Foundation
import Messages
import RobotModel
import TestSupport
import Testing

extension ProgramTests {
    @Suite("When a thread of the body stands still", .serialized)
    struct StallTests {
        static func freeze(_ body: ChildProcess, _ thread: String, _ seconds: Double) async throws -> (Int64, Int64) {
            let script = Places.root + "/Tests/ProgramTests/Scripts/freeze_thread.py"
            let run = try await ChildProcess.run(
                "/usr/bin/python3", [script, "\(body.processIdentifier)", thread, "\(seconds)"], within: 30)
            let times = run.output.split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
            try #require(run.code == 0 && times.count == 2, "\(run)")
            return (times[0], times[1])
        }

        /// Begins to freeze a thread for so long: it stands when this returns.
        static func freezing(_ body: ChildProcess, _ thread: String, _ seconds: Double) async throws -> ChildProcess {
            let script = Places.root + "/Tests/ProgramTests/Scripts/freeze_thread.py"
            let freezer = try ChildProcess(
                "/usr/bin/python3", [script, "\(body.processIdentifier)", thread, "\(seconds)"])
            try await freezer.eventually("the thread stands") { !freezer.output.isEmpty }
            return freezer
        }

        /// What the robot received between two monotonic times, nanoseconds.
        private func received(_ wireLog: String, between begin: Int64, and end: Int64) throws -> [[UInt8]] {
            try String(contentsOfFile: wireLog, encoding: .utf8).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count > 2, words[1] == "<", let time = Int64(words[0]), begin < time, time < end else {
                    return nil
                }
                return words.dropFirst(2).compactMap { UInt8($0, radix: 16) }
            }
        }

        /// Goals of sync writes to address 42 between two times: six counts for each.
        private func goals(_ wireLog: String, between begin: Int64, and end: Int64) throws -> [[Int]] {
            try received(wireLog, between: begin, and: end).compactMap { bytes in
                guard bytes.starts(with: [0xFF, 0xFF, 0xFE, 0x16, 0x83, 0x2A, 0x02]), bytes.count >= 26 else {
                    return nil
                }
                return (0..<6).map { Int(bytes[8 + $0 * 3]) | Int(bytes[9 + $0 * 3]) << 8 }
            }
        }

        @Test(
            "a loop that stands still: the monitor tells the motors to stay, and nothing moves on when it is back",
            arguments: [false, true])
        func controlLoop(moving: Bool) async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let config = try BodyTests.altered(scratch, "stall_seconds = 1.0", "stall_seconds = 0.2")
            let body = try await scratch.startBody(config: config, trace: false)
            let client = try await RawClient(socket: scratch.socket)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await client.acquire(seconds: 0.4)
            await client.keepRenewing()
            if moving {
                let begun = try await client.move(joint: 0, by: 0.8, seconds: 4)
                #expect(begun.accepted, "\(begun.message)")
            }
            try await Task.sleep(for: .milliseconds(900))
            // noticed within 50 ms of the limit
            let (began, ended) = try await Self.freeze(body, "control", 0.3)
            try await body.eventually("it is told") { body.errors.contains("motors of 1 of 1 buses were stopped") }
            try await body.eventually("the stop is latched") { (try? await scratch.state()) == "stopped" }
            let status = try await scratch.foresight(["status", "--json"])
            #expect(status.output.contains("the control loop stood still"), "\(status.output)")
            try await Task.sleep(for: .milliseconds(500))
            let halts = try goals(scratch.robotWire, between: began + 20_000_000, and: ended)
            #expect(halts.count == 1, "\(halts)")
            let halt = try #require(halts.first)
            // where each joint was: near the goals of before, and behind them
            let before = try goals(scratch.robotWire, between: began - 60_000_000, and: began)
            let last = try #require(before.last)
            for joint in 0..<6 { #expect(abs(halt[joint] - last[joint]) < 120, "\(halt) after \(last)") }
            if moving { #expect(halt[0] < last[0], "it moved towards rising counts, and lagged behind its goal") }
            // and no set-point leads away from there afterwards
            let after = try goals(scratch.robotWire, between: ended, and: ended + 400_000_000)
            #expect(after.count > 10)
            for frame in after {
                for joint in 0..<6 { #expect(abs(frame[joint] - halt[joint]) <= 12, "\(frame) after \(halt)") }
            }
            // and only a person lets it move again
            #expect(try await scratch.foresight(["reset"]).code == 0)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            await client.close()
            try await body.end()
            try await robot.end()
        }

        @Test("after a reset nothing is written, by the monitor neither")
        func disarmedStall() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let config = try BodyTests.altered(scratch, "stall_seconds = 1.0", "stall_seconds = 0.2")
            let body = try await scratch.startBody(config: config, trace: false)
            for command in ["arm", "stop", "reset"] { #expect(try await scratch.foresight([command]).code == 0) }
            let (began, ended) = try await Self.freeze(body, "control", 0.5)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try goals(scratch.robotWire, between: began, and: ended).isEmpty)
            try await body.end()
            try await robot.end()
        }

        @Test("without the monitor's limit the same stall passes unnoticed on the wire")
        func negativeControl() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)  // stall_seconds = 1.0
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let (began, ended) = try await Self.freeze(body, "control", 0.5)
            try await Task.sleep(for: .milliseconds(300))
            #expect(try received(scratch.robotWire, between: began + 20_000_000, and: ended).isEmpty)
            #expect(try await scratch.state() == "armed")
            try await body.end()
            try await robot.end()
        }

        @Test("a second bus's thread that stands still while arming is not waited for without end")
        func busThread() async throws {
            let robot = try MobileArmTests.Robot()
            let virtual = try await robot.virtual(["--config", robot.config])
            let body = try await robot.body()
            async let frozen = Self.freeze(body, "bus", 8)
            try await Task.sleep(for: .milliseconds(300))
            let clock = ContinuousClock()
            let asked = clock.now
            let refused = try await ChildProcess.run(
                Places.program("foresight"), ["arm"], environment: ["FORESIGHT_SOCKET": robot.scratch.socket],
                within: 20)
            #expect(refused.code != 0, "\(refused)")
            #expect(clock.now - asked < .seconds(7))
            #expect(try await robot.scratch.foresight(["stop"]).code == 0, "the body goes on meanwhile")
            _ = try await frozen
            try await Task.sleep(for: .seconds(1))
            let status = try await robot.scratch.foresight(["status", "--json"])
            #expect(status.output.contains("\"torque\":\"off\""), "\(status.output)")
            try await body.end()
            try await virtual.end()
        }
    }
}
