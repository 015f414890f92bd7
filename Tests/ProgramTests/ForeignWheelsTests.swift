import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("Motor controller clients that others wrote meet the virtual robot", .serialized)
    struct ForeignWheelsTests {
        /// A virtual robot of two wheels on one bus.
        static func start(_ scratch: ScratchRobot, family: String, ids: [Int]) async throws -> ChildProcess {
            var text = """
                [robot]
                name = "wheels"
                model = "bench"
                [[bus]]
                name = "base"
                port = "\(scratch.link)"
                family = "\(family)"

                """
            for id in ids {
                text += """
                    [[joint]]
                    name = "wheel\(id)"
                    id = \(id)
                    type = "continuous"
                    torque_constant = 0.05
                    max_velocity = 40.0

                    """
            }
            let config = scratch.folder + "/wheels.toml"
            try text.write(toFile: config, atomically: true, encoding: .utf8)
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                [
                    "--config", config, "--link", scratch.link, "--socket", scratch.socket, "--scene",
                    Places.root + "/Config/scenes/table.json",
                ])
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            return robot
        }

        static func numbers(_ value: Any?) -> [Double] {
            (value as? [Any] ?? []).compactMap { ($0 as? NSNumber)?.doubleValue }
        }

        @Test(
            "basicmicro reads, sets the time-out, drives two motors, and sees them stop by themselves",
            .timeLimit(.minutes(8)))
        func basicmicro() async throws {
            let python = try await Places.python("wheels")
            let scratch = try ScratchRobot()
            let robot = try await Self.start(scratch, family: "roboclaw", ids: [0, 1])
            let got = try await ForeignClientsTests.run("wheels_roboclaw.py", on: scratch, python: python)
            #expect(got["version"] as? String == "USB Roboclaw 2x15a v4.2.8")
            // tenths
            #expect(abs((got["volts"] as? Int ?? 0) - 120) <= 3)
            #expect(200...400 ~= got["temperature"] as? Int ?? 0, "\(got)")
            #expect(got["error"] as? Int == 0)
            #expect(Self.numbers(got["timeouts"]) == [0, 1, 0.5])
            let start = Self.numbers(got["start"])
            let end = Self.numbers(got["end"])
            let speeds = Self.numbers(got["speeds"])
            try #require(start.count == 2 && end.count == 2 && speeds.count == 2)
            #expect(abs(speeds[0] - 2048) < 150 && abs(speeds[1] + 1024) < 150, "\(speeds)")
            let second = end[1] >= 2_147_483_648 ? end[1] - 4_294_967_296 : end[1]
            #expect(end[0] - start[0] > 2000 && second - start[1] < -900, "\(got)")
            #expect(Self.numbers(got["after silence"]).allSatisfy { $0 < 100 || $0 > 4_294_967_196 }, "\(got)")
            #expect(got["absent"] as? String == "no answer" || (got["absent"] as? [Any])?.first as? Bool == false)
            try await robot.end()
        }

        @Test("PyVESC's framing and setters drive two VESCs, one of them over CAN", .timeLimit(.minutes(8)))
        func pyvesc() async throws {
            let python = try await Places.python("wheels")
            let scratch = try ScratchRobot()
            let robot = try await Self.start(scratch, family: "vesc", ids: [0, 7])
            let got = try await ForeignClientsTests.run("wheels_vesc.py", on: scratch, python: python)
            #expect(got["layout"] as? Int == 74)
            #expect(got["firmware"] as? [Int] == [6, 2])
            func both(_ key: String) throws -> [[String: Double]] {
                try #require(got[key] as? [[String: Double]], "\(got)")
            }
            let start = try both("start")
            let driven = try both("driven")
            let silent = try both("after silence")
            #expect(start.map { $0["id"] } == [1, 7] && start.allSatisfy { $0["fault"] == 0 && $0["status"] == 1 })
            #expect(start.allSatisfy { abs(($0["volts"] ?? 0) - 24) < 0.3 })
            #expect(
                abs((driven[0]["erpm"] ?? 0) - 2100) < 200 && abs((driven[1]["erpm"] ?? 0) + 1400) < 200, "\(driven)")
            // 2100 electrical turns a minute for a second and a half, six steps each
            #expect((driven[0]["tachometer"] ?? 0) > 150 && (driven[1]["tachometer"] ?? 0) < -100, "\(driven)")
            #expect(driven.allSatisfy { $0["status"] == 0 && abs($0["duty"] ?? 0) > 0.01 })
            #expect(silent.allSatisfy { $0["status"] == 1 && $0["duty"] == 0 && $0["amperes"] == 0 }, "\(silent)")
            #expect(((got["by duty"] as? [String: Double])?["erpm"] ?? 0) > 300, "\(got)")
            #expect((got["free"] as? [String: Double])?["amperes"] == 0)
            #expect(got["absent"] is NSNull)
            #expect(got["behind"] as? [Int] == [7])
            try await robot.end()
        }
    }
}
