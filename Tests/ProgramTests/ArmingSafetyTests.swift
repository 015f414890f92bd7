import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("What doctor warns of, arm refuses", .serialized)
    struct ArmingSafetyTests {
        /// `doctor` says `words`, and a body that meets such a robot says them too, arms nothing and writes nothing.
        private func expectRefusal(_ scratch: ScratchRobot, _ config: String, _ words: String) async throws {
            let doctor = try await scratch.foresight(["doctor", "--config", config, "--port", scratch.link])
            #expect(doctor.code == 1 && doctor.output.contains(words), "\(doctor)")
            let body = try ChildProcess(
                Places.program("foresightd"),
                [
                    "--config", config, "--port", scratch.link, "--socket", scratch.socket, "--wire-log",
                    scratch.bodyWire,
                ])
            try await body.eventually("the body says: \(words)") { body.errors.contains(words) }
            let arm = try await scratch.foresight(["arm"])
            #expect(arm.code == 1 && arm.errors.contains(words), "\(arm)")
            let status = try await scratch.foresight(["status"])
            #expect(status.code == 1 && status.output.contains(words), "\(status)")
            try? await body.end()
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
            let line = try #require(
                doctor.output.firstMatch(of: /`foresight (motor write [^`]*)`/)?.output.1, "\(doctor)")
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

        @Test("where a joint stands when it is armed counts, not where it stood when the body came up")
        func ledMeanwhile() async throws {
            let scratch = try ScratchRobot()
            let hand = scratch.folder + "/hand"
            try "".write(toFile: hand, atomically: true, encoding: .utf8)
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                [
                    "--config", Places.config, "--link", scratch.link, "--socket", scratch.socket, "--hand", hand,
                ])
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            let write = try await scratch.foresight([
                "motor", "write", scratch.link, "1", "maximum position", "2400", "--unlock",
            ])
            #expect(write.code == 0, "\(write)")
            let body = try await scratch.startBody(trace: false)
            // 2700 counts, inside the configuration's limits and outside the servo's own
            try "shoulder_pan 1.0\n".write(toFile: hand, atomically: true, encoding: .utf8)
            try await Task.sleep(for: .seconds(2))
            let refused = try await scratch.foresight(["arm"])
            #expect(refused.code != 0, "\(refused)")
            let words = "outside the servo's own limits 0…2400: told to hold still it would run to 2400"
            #expect((refused.output + refused.errors).contains(words), "\(refused)")
            #expect(try DemoTests.goalWrites(scratch.bodyWire, sent: ">").isEmpty)
            // and back
            try "shoulder_pan 0.2\n".write(toFile: hand, atomically: true, encoding: .utf8)
            try await Task.sleep(for: .seconds(2))
            try "".write(toFile: hand, atomically: true, encoding: .utf8)
            try await Task.sleep(for: .seconds(1))
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
                    "motor", "write", scratch.link, "1", name, "\(number)", "--family", "dynamixel", "--baud",
                    "1000000",
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
