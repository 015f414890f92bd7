import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("What doctor warns of, arm refuses", .serialized)
    struct ArmingSafetyTests {
        /// The body on the robot's port, also if it does not like what it finds there.
        private func startBody(_ scratch: ScratchRobot, _ config: String, until words: String) async throws
            -> ChildProcess
        {
            let body = try ChildProcess(
                Places.program("foresightd"),
                [
                    "--config", config, "--port", scratch.link, "--socket", scratch.socket, "--wire-log",
                    scratch.bodyWire,
                ])
            try await body.eventually("the body says: \(words)") { body.errors.contains(words) }
            return body
        }

        /// Refused with `words`, like doctor and status say; nothing was written to the motors but questions.
        private func expectRefusal(_ scratch: ScratchRobot, _ config: String, _ words: String) async throws {
            let doctor = try await scratch.foresight(["doctor", "--config", config, "--port", scratch.link])
            #expect(doctor.code == 1 && doctor.output.contains(words), "\(doctor)")
            let body = try await startBody(scratch, config, until: words)
            let arm = try await scratch.foresight(["arm"])
            #expect(arm.code != 0 && (arm.output + arm.errors).contains(words), "\(arm)")
            let status = try await scratch.foresight(["status"])
            #expect(status.output.contains(words), "\(status)")
            try await body.end()
        }

        /// Issue 15, case 1: the arm stands at 940, its servo cuts every goal to at least 1500.
        @Test("a servo's own limits narrower than where it stands") func ownLimits() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let write = try await scratch.foresight([
                "motor", "write", scratch.link, "2", "minimum position", "1500", "--unlock",
            ])
            #expect(write.code == 0, "\(write)")
            try await expectRefusal(scratch, Places.config, "outside the servo's own limits 1500…4095")
            let wire = try String(contentsOfFile: scratch.bodyWire, encoding: .utf8)
            // instructions 03, 04 and 83 write
            #expect(wire.contains("> FF FF") && !wire.contains(/> FF FF .. .. (03|04|83)\b/))
            // the command that doctor gives for it mends it
            let doctor = try await scratch.foresight(["doctor", "--config", Places.config, "--port", scratch.link])
            let line = try #require(doctor.output.firstMatch(of: /`foresight (motor write [^`]*)`/)?.output.1, "\(doctor)")
            let words = line.split(separator: "'").flatMap { part in
                part.contains("position") ? [String(part)] : part.split(separator: " ").map(String.init)
            }
            let mended = try await scratch.foresight(words)
            #expect(mended.code == 0, "\(words): \(mended)")
            let body = try await scratch.startBody(trace: false)
            let arm = try await scratch.foresight(["arm"])
            #expect(arm.code == 0, "\(arm)")
            try await body.end()
            try await robot.end()
        }

        /// Issue 15, case 2: mode 4 counts whole turns, and its count is not the configuration's. The limits are ±3 rad.
        @Test("a turn count that differs from the configuration's", arguments: [(6144, 4096), (4200, 2152)])
        func turnCount(position: Int, offset: Int) async throws {
            let scratch = try ScratchRobot()
            let config = scratch.folder + "/turns.toml"
            try String(contentsOfFile: Places.root + "/Config/virtual/dynamixel.toml", encoding: .utf8)
                .replacing("../scenes/table.json", with: Places.root + "/Config/scenes/table.json")
                .replacing("lower = -2.5\nupper = 2.5", with: "lower = -3.0\nupper = 3.0")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                ["--config", config, "--link", scratch.link, "--socket", scratch.socket])
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            for (name, number) in [("operating mode", 4), ("homing offset", offset)] {
                let write = try await scratch.foresight([
                    "motor", "write", scratch.link, "1", name, "\(number)", "--family", "dynamixel", "--baud", "1000000",
                ])
                #expect(write.code == 0, "\(write)")
            }
            let read = try await scratch.foresight([
                "motor", "read", scratch.link, "1", "present position", "--family", "dynamixel", "--baud", "1000000",
            ])
            #expect(read.output.contains("\(position)"), "\(read)")
            try await expectRefusal(scratch, config, "its turn count differs from the configuration's")
            let wire = try String(contentsOfFile: scratch.bodyWire, encoding: .utf8)
            #expect(wire.contains("> FF FF FD") && !wire.contains(/> FF FF FD 00 .. .. .. (03|04|83|93)\b/))
            try await robot.end()
        }
    }
}
