import Foundation
import Messages
import TestSupport
import Testing

extension ProgramTests {
    /// Arms that nobody here knew: set up from their files, armed and moved by the programs as they are.
    @Suite("Arms of others", .serialized)
    struct OtherArmsTests {
        private static let model = Places.root + "/.deps/models/SmolLM2-135M-Instruct-Q8_0.gguf"
        private static func gain(_ port: String) -> [String] {
            ["motor", "read", port, "3", "position p gain", "--family", "dynamixel", "--baud", "1000000"]
        }

        private let scratch: ScratchRobot
        private var armFile: String { scratch.folder + "/so102.arm.toml" }
        private var config: String { scratch.folder + "/so102.toml" }

        init() throws {
            scratch = try ScratchRobot()
            try FileManager.default.copyItem(
                atPath: Places.root + "/Tests/ProgramTests/Scripts/so102.arm.toml", toPath: armFile)
        }

        /// servolab's SO-102: seven register-level servos in front of MuJoCo.
        private func startBus(_ python: String) async throws -> ChildProcess {
            let bus = try ChildProcess(
                python, [Places.root + "/Tests/ProgramTests/Scripts/so102_bus.py", scratch.link])
            try await bus.eventually("servolab's bus is there", within: 30) { bus.output.contains("ready") }
            return bus
        }

        /// Writes the chain as a person does, from the arm's public model.
        private func writeChain(_ python: String, frame: String) async throws {
            let place = try await ChildProcess.run(
                python, ["-c", "import servolab; print(servolab.__path__[0], end='')"])
            let run = try await ChildProcess.run(
                Places.program("foresight-arm"),
                [
                    place.output + "/robots/so102/so102.xml", "--frame", frame, "--output",
                    scratch.folder + "/so102.chain.toml",
                ])
            #expect(run.code == 0, "\(run)")
        }

        /// A shared machine may stop a simulation for longer than any cable is silent.
        private func bePatient() throws {
            let text = try String(contentsOfFile: config, encoding: .utf8)
            let patient = text.replacing("[safety]", with: "[safety]\nsilence_seconds = 1.0\nstall_seconds = 1.0")
            #expect(patient != text)
            try patient.write(toFile: config, atomically: false, encoding: .utf8)
        }

        private func angles() async throws -> [Double] {
            let status = try await scratch.foresight(["status", "--json"])
            let told = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
            let joints = try #require(told?["joints"] as? [[String: Any]], "\(status.output)")
            return joints.compactMap { $0["position"] as? Double }
        }

        @Test(
            "servolab's SO-102 is found, configured from its arm's file, armed without a jerk, moved, and lowered",
            .timeLimit(.minutes(3)))
        func so102() async throws {
            let python = try await Places.python("physics")
            let bus = try await startBus(python)
            let command = ["init", config, "--arm", armFile, "--port", scratch.link]
            // in the wrong frame every place on the table would be somewhere else
            try await writeChain(python, frame: "base")
            let askew = try await scratch.foresight(command)
            #expect(askew.code == 78 && askew.errors.contains("[workspace] places"), "\(askew)")
            #expect(!FileManager.default.fileExists(atPath: config))
            try await writeChain(python, frame: "world")
            let made = try await scratch.foresight(command)
            #expect(made.code == 0 && made.output.contains("7 joints; reaches the table"), "\(made)")
            try bePatient()
            let well = try await scratch.foresight(["doctor", "--config", config])
            #expect(well.code == 0 && well.output.contains("7 motors asked"), "\(well)")

            let body = try await scratch.startBody(config: config, trace: false)
            let before = try await angles()
            #expect(before.count == 7)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            // by themselves they would be held, not moved
            let held = try await angles()
            #expect(zip(before, held).allSatisfy { abs($0 - $1) < 0.01 }, "\(before) \(held)")
            // off the floor it has fallen onto, and home
            let home = [0.0, 0.8, -0.6, 0, 1, 0, -0.3]
            let tool = try await Teleoperator(socket: scratch.socket, config: config)
            #expect(try await tool.takeLease())
            let way = Dictionary(uniqueKeysWithValues: zip(home, held).map { $0 - $1 }.enumerated().map { ($0, $1) })
            #expect(try await tool.move(way, seconds: 3).accepted)
            try await Task.sleep(for: .seconds(4))
            let there = try await angles()
            #expect(zip(home, there).allSatisfy { abs($0 - $1) < 0.06 }, "\(there)")
            // lowered to its own rest
            let down = try await scratch.foresight(["disarm"])
            #expect(down.code == 0, "\(down)")
            let resting = try await angles()
            #expect(abs(resting[1] - 1.45) < 0.15 && abs(resting[2] + 1.45) < 0.15, "\(resting)")
            await tool.close()
            try await body.end()
            bus.signal(SIGKILL)
        }

        @Test("an arm's file that no arm can be is refused with what is missing, and nothing is written")
        func refused() async throws {
            let arms = Places.root + "/Config/arms"
            for name in ["koch.chain.toml", "koch.arm.toml"] {
                try FileManager.default.copyItem(atPath: "\(arms)/\(name)", toPath: "\(scratch.folder)/\(name)")
            }
            let file = scratch.folder + "/koch.arm.toml"
            let text = try String(contentsOfFile: file, encoding: .utf8)
            for (from, to, words) in [
                ("widest = 0.040", "widest = 0.400", "its jaws open"),
                ("effort_limit = [1.4, 1.4, 0.5", "effort_limit = [1.4, 0.1, 0.5", "shoulder_lift needs"),
                ("home = [0.0, -1.0", "home = [0.0, -3.0", "outside its limits"),
                ("places = [0.16", "places = [0.50", "does not reach down"),
                ("roll = \"wrist_roll\"", "roll = \"wrist_turn\"", "no joint “wrist_turn”"),
            ] {
                #expect(text.contains(from))
                try text.replacing(from, with: to).write(toFile: file, atomically: false, encoding: .utf8)
                let run = try await scratch.foresight(["init", config, "--arm", file, "--port", "/dev/null"])
                #expect(run.code == 78 && run.errors.contains(words), "\(run)")
                #expect(!FileManager.default.fileExists(atPath: config))
            }
        }

        @Test("the Koch class is found, told its gains, armed and does what it is asked", .timeLimit(.minutes(3)))
        func koch() async throws {
            let virtual = Places.root + "/Config/koch-virtual.toml"
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                ["--config", virtual, "--link", scratch.link, "--socket", scratch.socket])
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            let made = try await scratch.foresight([
                "init", config, "--arm", Places.root + "/Config/arms/koch.arm.toml", "--port", scratch.link,
            ])
            #expect(made.code == 0, "\(made)")
            let written = try String(contentsOfFile: config, encoding: .utf8)
            // the small ones have a supply and a gain of their own
            #expect(written.components(separatedBy: "supply = 5.0").count == 5, "\(written)")
            #expect(written.components(separatedBy: "position_gain = 1500").count == 5)
            try bePatient()
            let body = try await scratch.startBody(config: config, trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let gains = try await scratch.foresight(Self.gain(scratch.link))
            #expect(gains.code != 0, "the port is the body's: \(gains)")
            let mind = try await scratch.startMind(["--model", Self.model], config: config)
            let done = try await scratch.foresight(["do", "put the red block in the bin"])
            #expect(done.code == 0 && done.output.contains("red block in bin"), "\(done)")
            #expect(try await scratch.foresight(["disarm"]).code == 0)
            for program in [mind, body] { try await program.end() }
            let told = try await scratch.foresight(Self.gain(scratch.link))
            #expect(told.output.contains("1500"), "\(told)")
            try await robot.end()
        }
    }
}
