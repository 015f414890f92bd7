import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("When the control thread stands still, and the thread of another bus lives", .serialized)
    struct BusThreadTests {
        /// Lines of text that the base received between two monotonic times, nanoseconds.
        private func lines(_ wireLog: String, between begin: Int64, and end: Int64) throws -> [String] {
            let bytes = try String(contentsOfFile: wireLog, encoding: .utf8).split(separator: "\n").flatMap { line in
                let words = line.split(separator: " ")
                guard words.count > 2, words[1] == "<", let time = Int64(words[0]), begin < time, time < end else {
                    return [UInt8]()
                }
                return words.dropFirst(2).compactMap { UInt8($0, radix: 16) }
            }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        /// The robot's own limit for a stall is a second: its monitor does nothing here.
        @Test(
            "that bus halts its wheels after a tenth of a second, and keeps its motors' watchdog fed",
            .timeLimit(.minutes(2)))
        func halts() async throws {
            let robot = try MobileArmTests.Robot()
            let wire = robot.scratch.folder + "/base.wire"
            let arm = try await robot.virtual(["--config", Places.config, "--link", robot.arm])
            let base = try await robot.virtual([
                "--config", Places.root + "/Config/virtual/odrive.toml", "--link", robot.base, "--wire-log", wire,
            ])
            let body = try await robot.body()
            #expect(try await robot.scratch.foresight(["arm"]).code == 0)
            let client = try await RawClient(socket: robot.scratch.socket, config: robot.config)
            try await client.acquire(seconds: 1)
            await client.keepRenewing()
            for _ in 0..<60 {
                await client.drive(0.2, 0)
                try await Task.sleep(for: .milliseconds(20))
            }
            let (began, ended) = try await StallTests.freeze(body, "control", 0.8)
            try await Task.sleep(for: .milliseconds(300))
            let before = try lines(wire, between: began - 100_000_000, and: began)
            #expect(before.contains { $0.hasPrefix("v 0 ") && !$0.hasPrefix("v 0 0 ") }, "the wheels turn: \(before)")
            let early = try lines(wire, between: began + 20_000_000, and: began + 80_000_000)
            #expect(!early.contains { $0.hasPrefix("v 0 0 0 ") }, "not at once: \(early)")
            let stalled = try lines(wire, between: began + 200_000_000, and: ended)
            for axis in 0..<2 {
                let speeds = stalled.filter { $0.hasPrefix("v \(axis) ") }
                #expect(speeds.count > 5 && speeds.allSatisfy { $0.hasPrefix("v \(axis) 0 0 ") }, "\(stalled)")
            }
            // half a second of silence would have made them let go
            let status = try await robot.scratch.foresight(["status", "--json"])
            #expect(!status.output.contains("heard nothing"), "\(status.output)")
            await client.close()
            try await body.end()
            try await arm.end()
            try await base.end()
        }
    }
}
