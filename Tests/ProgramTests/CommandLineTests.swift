import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("The command line", .serialized)
    struct CommandLineTests {
        static let programs = [
            "foresight", "foresightd", "foresight-mind", "foresight-virtual", "foresight-picture", "foresight-arm",
        ]

        @Test("every program has a help that says what it does", arguments: programs)
        func help(program: String) async throws {
            let help = try await ChildProcess.run(Places.program(program), ["--help"], within: 10)
            #expect(help.code == 0)
            #expect(help.output.contains("OVERVIEW") && help.output.contains("USAGE"))
            let wrong = try await ChildProcess.run(Places.program(program), ["--no-such-option"], within: 10)
            #expect(wrong.code == 64 && wrong.errors.contains("--help"), "\(wrong.errors)")
        }

        @Test("stop's help says what a second stop does, and who may") func stopHelp() async throws {
            let help = try await ChildProcess.run(Places.program("foresight"), ["stop", "--help"], within: 10)
            let words = help.output.split { $0.isWhitespace }.joined(separator: " ")
            for part in ["second stop", "torque off at once", "Everybody", "not a certified emergency stop"] {
                #expect(words.contains(part), "\(part): \(help.output)")
            }
        }

        @Test("completion scripts are made", arguments: ["bash", "zsh", "fish"])
        func completion(shell: String) async throws {
            let made = try await ChildProcess.run(
                Places.program("foresight"), ["--generate-completion-script", shell], within: 10)
            #expect(made.code == 0 && made.output.contains("status"))
        }

        @Test(
            "neither the body nor the command line links physics or inference", arguments: ["foresight", "foresightd"])
        func links(program: String) async throws {
            let dynamic = try await ChildProcess.run("/usr/bin/readelf", ["-d", Places.program(program)], within: 10)
            #expect(dynamic.code == 0 && dynamic.output.contains("NEEDED"))
            for engine in ["mujoco", "llama", "ggml"] {
                let line = dynamic.output.split(separator: "\n").first { $0.contains("NEEDED") && $0.contains(engine) }
                #expect(line == nil, "\(program) links \(engine)")
            }
        }

        @Test(
            "without a body the commands say so and exit with 4",
            arguments: ["status", "arm", "stop", "reset", "disarm"])
        func nobody(command: String) async throws {
            let scratch = try ScratchRobot()
            let said = try await scratch.foresight([command])
            #expect(said.code == 4)
            #expect(said.errors.contains(scratch.socket) && said.errors.contains("foresightd"), "\(said.errors)")
        }

        @Test("stop is latched until reset; disarm takes torque off; each says what it did")
        func switches() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let words = try await scratch.foresight(["status"])
            #expect(words.code == 0 && words.output.contains("DISARMED"), "\(words.output)")
            #expect(words.output.contains("shoulder_pan"), "\(words.output)")
            #expect(try await scratch.foresight(["arm"]).code == 0)
            #expect(try await scratch.foresight(["stop"]).code == 0)
            #expect(try await scratch.state() == "stopped")
            let refused = try await scratch.foresight(["arm"])
            #expect(refused.code == 1 && refused.errors.contains("reset"), "\(refused.output) \(refused.errors)")
            #expect(try await scratch.foresight(["reset"]).code == 0)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            #expect(try await scratch.state() == "armed")
            let disarmed = try await scratch.foresight(["disarm"])
            #expect(disarmed.code == 0 && disarmed.output.contains("torque off"), "\(disarmed.output)")
            #expect(try await scratch.state() == "disarmed")
            try await body.end()
            try await robot.end()
        }

        @Test("do without a mind says so and moves nothing")
        func noMind() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let said = try await scratch.foresight(["do", "put the red block in the bin"])
            #expect(said.code == 4 && said.errors.contains("foresight-mind"), "\(said.code) \(said.errors)")
            try await body.end()
            try await robot.end()
        }

        @Test("a language model that is no GGUF file, or is not there, ends the mind with a word")
        func badModel() async throws {
            let scratch = try ScratchRobot()
            let file = scratch.folder + "/model.gguf"
            try String(repeating: "not a model\n", count: 1000).write(toFile: file, atomically: false, encoding: .utf8)
            for path in [file, scratch.folder + "/missing.gguf"] {
                let ended = try await ChildProcess.run(
                    Places.program("foresight-mind"),
                    ["--config", Places.config, "--socket", scratch.socket, "--model", path], within: 20)
                #expect(ended.code == 1 && ended.errors.contains(path), "\(ended.code) \(ended.errors)")
                #expect(ended.errors.split(separator: "\n").count <= 2, "\(ended.errors)")
            }
        }
    }
}
