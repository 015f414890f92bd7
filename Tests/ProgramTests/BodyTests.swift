import Foundation
import Messages
import RobotModel
import TestSupport
import Testing

extension ProgramTests {
    @Suite("The body", .serialized)
    struct BodyTests {
        /// All bytes of one direction of a wire log, in order.
        static func bytes(_ wireLog: String, _ direction: Character) throws -> [UInt8] {
            try String(contentsOfFile: wireLog, encoding: .utf8).split(separator: "\n").flatMap { line -> [UInt8] in
                let words = line.split(separator: " ")
                guard words.count > 2, words[1].first == direction else { return [] }
                return words.dropFirst(2).compactMap { UInt8($0, radix: 16) }
            }
        }

        /// The virtual robot's configuration with one text replaced by another.
        static func altered(_ scratch: ScratchRobot, _ text: String, _ other: String) throws -> String {
            let original = try Places.configText()
            let changed = original.replacingOccurrences(of: text, with: other)
            try #require(changed != original, "\(text) is not in the configuration")
            let path = scratch.folder + "/altered.toml"
            try changed.write(toFile: path, atomically: false, encoding: .utf8)
            return path
        }

        @Test("the body's wire log and the robot's agree byte by byte, and no goal is written before arm")
        func wiresAgree() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let tool = try await Teleoperator(socket: scratch.socket, config: Places.config)
            #expect(try await tool.takeLease())
            let early = try await tool.move(joint: 0, by: 0.3, seconds: 0.5)
            #expect(!early.accepted && early.message.contains("arm"), "\(early.message)")
            #expect(try DemoTests.goalWrites(scratch.robotWire, sent: "<").isEmpty)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let start = try await tool.positions()[0]
            let accepted = try await tool.move(joint: 0, by: 0.3, seconds: 0.5)
            #expect(accepted.accepted, "\(accepted.message)")
            try await body.eventually("the joint has moved") {
                ((try? await tool.positions()[0]) ?? 0) > start + 0.25
            }
            await tool.close()
            try await body.end()
            try await robot.end()
            for (sent, received, who) in [
                (scratch.bodyWire, scratch.robotWire, "body to robot"),
                (scratch.robotWire, scratch.bodyWire, "robot to body"),
            ] {
                let out = try Self.bytes(sent, ">")
                let into = try Self.bytes(received, "<")
                #expect(out.count > 2000)
                // the last packet may still be on the wire at the end
                #expect(abs(out.count - into.count) < 300, "\(who): \(out.count) and \(into.count) bytes")
                let common = min(out.count, into.count)
                #expect(out.prefix(common) == into.prefix(common), "\(who) differ")
            }
            #expect(try !DemoTests.goalWrites(scratch.robotWire, sent: "<").isEmpty)
        }

        @Test("pulling the cable in mid-motion: stopped, disarmed, alive, one clear error; then back again")
        func pulledCable() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let tool = try await Teleoperator(socket: scratch.socket, config: Places.config)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            #expect(try await tool.takeLease())
            #expect(try await tool.move(joint: 0, by: 1, seconds: 4).accepted)
            let start = try await tool.positions()[0]
            try await body.eventually("the joint moves") { ((try? await tool.positions()[0]) ?? 0) > start + 0.05 }
            robot.signal(SIGKILL)
            try await body.eventually("the body notices", within: 2) { body.errors.contains("vanished") }
            await tool.close()
            #expect(body.isRunning)
            #expect(try await scratch.state() == "stopped")
            let errors = body.errors.split(separator: "\n").filter { $0.hasPrefix("error:") }
            #expect(errors.count == 1 && errors[0].contains("stopped and disarmed"), "\(body.errors)")
            let refused = try await scratch.foresight(["arm"])
            #expect(refused.code != 0 && !refused.errors.isEmpty)

            try FileManager.default.removeItem(atPath: scratch.link)
            let again = try await scratch.startRobot()
            try await body.eventually("the robot is connected again") {
                body.errors.components(separatedBy: "servos checked").count == 3
            }
            #expect(try DemoTests.goalWrites(scratch.robotWire, sent: "<").isEmpty, "it moves on plug-in")
            #expect(try await scratch.foresight(["reset"]).code == 0)
            let armed = try await scratch.foresight(["arm"])
            #expect(armed.code == 0, "\(armed.errors)")
            #expect(try await scratch.state() == "armed")
            try await body.end()
            try await again.end()
        }

        @Test(
            "a configuration with a mistake ends with 78 and says where",
            arguments: [
                ("max_effort = 1.2", "max_efort = 1.2", "max_efort"), ("id = 2", "id = 1", "Ids on a bus must differ"),
                ("rate_hz", "rate_herz", "rate_herz"), ("family = \"feetech-sts\"", "family = \"fetch\"", "fetch"),
                ("lower = -1.91986", "lower = nan", "lower"), ("upper = 1.91986", "upper = \"left\"", "upper"),
                ("arms/so101.chain.toml", "arms/none.toml", "arms/none.toml"),
                ("name = \"elbow_flex\"", "name = \"knee\"", "“elbow_flex”"),
                ("max_acceleration = 20.0", "max_acceleration = 0.2", "brake"),
            ])
        func mistakes(text: String, other: String, word: String) async throws {
            let scratch = try ScratchRobot()
            let config = try Self.altered(scratch, text, other)
            let ended = try await ChildProcess.run(
                Places.program("foresightd"), ["--config", config, "--socket", scratch.socket], within: 10)
            #expect(ended.code == 78, "\(ended.errors)")
            #expect(ended.errors.contains(word), "\(ended.errors)")
        }

        @Test("a contact model that cannot be read ends the body with 78; one that does not fit is a warning")
        func contactModel() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let config = try Self.altered(scratch, "worlds = 8", "worlds = 4")
            let model = ContactModel.path(beside: config)
            try "margin = 5\n".write(toFile: model, atomically: false, encoding: .utf8)
            let ended = try await ChildProcess.run(
                Places.program("foresightd"), ["--config", config, "--socket", scratch.socket], within: 10)
            #expect(ended.code == 78 && ended.errors.contains(model), "\(ended)")
            try Self.otherModel.write(toFile: model, atomically: false, encoding: .utf8)
            let body = try await scratch.startBody(config: config, trace: false)
            #expect(body.errors.contains("“another”") && body.errors.contains("calibrate-contact"), "\(body.errors)")
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await body.end()
            try await robot.end()
        }

        /// The contact model of a robot with another name.
        static let otherModel = ContactModel(
            robot: "another", payload: 0.2, margin: 5,
            joints: [ContactJoint(name: "knee", isWatched: true, expectation: expectation)]
        ).text

        private static var expectation: ContactExpectation {
            var expectation = ContactExpectation()
            expectation.errorDeviation = 0.01
            return expectation
        }

        @Test(
            "a servo that is missing or another model is named at start",
            arguments: [
                ("id = 6", "id = 9", ["gripper", "9"]),
                ("servo = \"STS3215\"", "servo = \"STS3250\"", ["model number 777", "STS3250"]),
            ])
        func wrongRobot(text: String, other: String, words: [String]) async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let config = try Self.altered(scratch, text, other)
            let ended = try await ChildProcess.run(
                Places.program("foresightd"),
                [
                    "--config", config, "--port", scratch.link, "--socket", scratch.socket, "--wire-log",
                    scratch.bodyWire,
                ],
                within: 15)
            #expect(ended.code == 1 || ended.code == 78, "\(ended.code)")
            for word in words { #expect(ended.errors.contains(word), "\(ended.errors)") }
            let wrote = (try? DemoTests.goalWrites(scratch.robotWire, sent: "<")) ?? []
            #expect(wrote.isEmpty)
            try await robot.end()
        }

        @Test("a port that is not there is named at start, with what to do")
        func noPort() async throws {
            let scratch = try ScratchRobot()
            let ended = try await ChildProcess.run(
                Places.program("foresightd"),
                ["--config", Places.config, "--port", scratch.link, "--socket", scratch.socket], within: 10)
            #expect(ended.code == 1)
            #expect(ended.errors.contains(scratch.link), "\(ended.errors)")
        }

        @Test("a socket that another body serves, or a file in its place, is left alone")
        func takenSocket() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let second = try await ChildProcess.run(
                Places.program("foresightd"),
                ["--config", Places.config, "--port", scratch.link, "--socket", scratch.socket], within: 10)
            #expect(second.code == 1 && second.errors.contains(scratch.socket), "\(second.errors)")
            #expect(try await scratch.state() == "disarmed", "the first still serves")
            let file = scratch.folder + "/precious"
            try "not a socket".write(toFile: file, atomically: false, encoding: .utf8)
            let third = try await ChildProcess.run(
                Places.program("foresightd"),
                ["--config", Places.config, "--port", scratch.link, "--socket", file], within: 10)
            #expect(third.code == 1 && third.errors.contains(file), "\(third.errors)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "not a socket")
            try await body.end()
            try await robot.end()
        }

        @Test("the socket may be used by its owner and group only")
        func socketMode() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let mode = try FileManager.default.attributesOfItem(atPath: scratch.socket)[.posixPermissions] as? Int
            #expect(mode == 0o660)
            try await body.end()
            #expect(!FileManager.default.fileExists(atPath: scratch.socket), "the socket is left behind")
            try await robot.end()
        }

        @Test("when the disk is full the trace ends with a word, and the robot goes on")
        func fullDisk() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let command = """
                trap '' XFSZ; ulimit -f 64; exec \(Places.program("foresightd")) --config \(Places.config) \
                --port \(scratch.link) --socket \(scratch.socket) --trace \(scratch.trace)
                """
            let body = try ChildProcess("/bin/bash", ["-c", command])
            try await body.eventually("the trace fails", within: 60) { body.errors.contains(scratch.trace) }
            #expect(body.isRunning)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            #expect(try await scratch.state() == "armed")
            let told = body.errors.components(separatedBy: scratch.trace).count - 1
            #expect(told == 1, "it is said \(told) times")
            try await body.end()
            let recovered = scratch.folder + "/recovered.mcap"
            let saved = try await scratch.foresight(["trace", "recover", scratch.trace, recovered])
            #expect(saved.code == 3 && saved.output.contains("messages saved"), "\(saved.errors)")
            try await robot.end()
        }
    }
}
