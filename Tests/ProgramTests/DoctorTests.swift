import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("What foresight doctor finds, and how it says to mend it", .serialized)
    struct DoctorTests {
        private func virtual(_ scratch: ScratchRobot, _ arguments: [String] = []) async throws -> ChildProcess {
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                ["--config", Places.config, "--link", scratch.link, "--socket", scratch.socket] + arguments)
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            return robot
        }

        private func doctor(
            _ scratch: ScratchRobot, config: String = Places.config
        ) async throws -> (code: Int32, output: String, errors: String) {
            try await scratch.foresight(["doctor", "--config", config, "--port", scratch.link])
        }

        @Test("a robot that is well, in words and as JSON") func well() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            let found = try await doctor(scratch)
            #expect(found.code == 0 && found.output.contains("All is well, 6 motors asked"), "\(found)")
            #expect(!found.output.contains("\u{1B}"), "no colours into a file")
            let listed = try await scratch.foresight([
                "doctor", "--config", Places.config, "--port", scratch.link, "--json",
            ])
            let array = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]]
            #expect(try #require(array).allSatisfy { $0["severity"] as? String == "note" }, "\(listed)")
            try await robot.end()
        }

        @Test(
            "a configuration that does not fit the robot",
            arguments: [
                ("family = \"feetech-sts\"", "family = \"dynamixel\"", "family = \"feetech-sts\""),
                ("baud = 1000000", "baud = 115200", "at 1000000 bits per second, not 115200"),
                ("id = 6", "id = 9", "its servo does not answer"),
                ("servo = \"STS3215\"", "servo = \"STS3250\"", "STS3250"),
            ])
        func misfit(text: String, other: String, words: String) async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            var source = try Places.configText()
            try #require(source.contains(text), "\(text) is not in the configuration")
            if other.contains("dynamixel") {
                source = source.replacing("servo = \"STS3215\"", with: "servo = \"XL430-W250\"")
            }
            let config = scratch.folder + "/odd.toml"
            try source.replacing(text, with: other).write(toFile: config, atomically: false, encoding: .utf8)
            let found = try await doctor(scratch, config: config)
            #expect(found.code == 1 && found.output.contains(words), "\(found)")
            try await robot.end()
        }

        @Test("a chain that cannot be used, and a contact model that does not fit") func protections() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            let config = scratch.folder + "/odd.toml"
            let text = try Places.configText()
            try text.replacing("so101.chain.toml", with: "none.toml")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let missing = try await doctor(scratch, config: config)
            #expect(missing.code == 1 && missing.output.contains("arms/none.toml"), "\(missing)")
            #expect(!missing.output.contains("All is well"), "\(missing)")
            try text.write(toFile: config, atomically: false, encoding: .utf8)
            #expect(try await doctor(scratch, config: config).code == 0)
            try BodyTests.otherModel.write(
                toFile: scratch.folder + "/odd.contact.toml", atomically: false, encoding: .utf8)
            let other = try await doctor(scratch, config: config)
            #expect(other.code == 1 && other.output.contains("“another”"), "\(other)")
            #expect(other.output.contains("→ foresight calibrate-contact --config \(config)"), "\(other)")
            try text.replacing("chain = \"", with: "chain = \"\" # ")
                .write(toFile: config, atomically: false, encoding: .utf8)
            let bare = try await doctor(scratch, config: config)
            #expect(bare.output.contains("note: nothing keeps the arm from itself"), "\(bare)")
            try await robot.end()
        }

        @Test(
            "a robot that is not well",
            arguments: [
                (["--faults", "undervoltage@0"], "outside 6.0…8.6 V"), (["--faults", "overload@0"], "overload"),
                (["--faults", "100%:duplicate"], "two servos answer"),
                (["--faults", "100%:drop"], "no motor of “arm” answers"),
            ])
        func unwell(arguments: [String], words: String) async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, arguments)
            let found = try await doctor(scratch)
            #expect(found.code == 1 && found.output.contains(words), "\(found)")
            #expect(found.output.contains("→"), "each with what to do")
            try await robot.end()
        }

        @Test(
            "the command that it gives for a fix is one that mends it",
            arguments: [
                ("so101-virtual.toml", [], ["set-baud", "3", "500000"], "(motor 3) speaks at 500000"),
                ("virtual/dynamixel.toml", ["--faults", "overload@0"], [], "latched an error: overloaded"),
                (
                    "virtual/dynamixel.toml", [],
                    ["set-baud", "2", "57600", "--family", "dynamixel", "--baud", "1000000"],
                    "(motor 2) speaks at 57600"
                ),
                ("virtual/odrive.toml", ["--faults", "overload@0"], [], "motor error"),
            ])
        func command(config: String, mishap: [String], spoil: [String], words: String) async throws {
            let scratch = try ScratchRobot()
            let config = Places.root + "/Config/" + config
            let robot = try await virtual(scratch, ["--config", config] + mishap)
            if let verb = spoil.first {
                let spoilt = try await scratch.foresight(["motor", verb, scratch.link] + spoil.dropFirst())
                #expect(spoilt.code == 0, "\(spoilt)")
            }
            let found = try await doctor(scratch, config: config)
            #expect(found.code == 1 && found.output.contains(words), "\(found)")
            let line = try #require(
                found.output.firstMatch(of: /`foresight (motor [^`]*\d[^`]*)`/)?.output.1, "\(found)")
            let mended = try await scratch.foresight(line.split(separator: " ").map(String.init))
            #expect(mended.code == 0, "\(line): \(mended)")
            let well = try await doctor(scratch, config: config)
            #expect(well.code == 0 && well.output.contains("All is well"), "\(well)")
            try await robot.end()
        }

        @Test("a port that is not there, and one that another program holds") func ports() async throws {
            let scratch = try ScratchRobot()
            let none = try await doctor(scratch)
            #expect(none.code == 1 && none.output.contains(scratch.link), "\(none)")
            let robot = try await virtual(scratch)
            let body = try await scratch.startBody(trace: false)
            let held = try await doctor(scratch)
            #expect(held.code == 1 && held.output.contains("foresightd"), "\(held)")
            #expect(held.output.contains("\(body.processIdentifier)"), "\(held)")
            try await body.end()
            try await robot.end()
        }
    }
}
