import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("The virtual robot's command line", .serialized)
    struct VirtualRobotTests {
        /// Runs the program to its end; one that starts instead is ended.
        private func run(_ arguments: [String]) async throws -> (code: Int32, output: String, errors: String) {
            try await ChildProcess.run(Places.program("foresight-virtual"), arguments, within: 20)
        }

        private func target(_ link: String) -> String? {
            try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        }

        @Test(
            "a scene that is wrong is told with its file and the place in it, and leaves no link",
            arguments: [
                ("{", "not JSON"), ("[]", "expected"), (#"{"things": [{"shape": "box"}]}"#, "things[0]"),
                (
                    #"{"things": [{"name": "a", "shape": "box", "size": [1, 2], "position": [0.3, 0]}]}"#,
                    "does not fit the shape"
                ),
                (
                    #"{"things": [{"name": "a", "shape": "sphere", "size": [0.03], "position": [0.3, 0], "mas": 1}]}"#,
                    "unknown key “mas”"
                ),
                (
                    #"{"things": [{"name": "a", "shape": "sphere", "size": [0.03], "position": [0.3, 0], "mass": -1}]}"#,
                    "mass"
                ),
            ])
        func badScene(text: String, words: String) async throws {
            let scratch = try ScratchRobot()
            let scene = scratch.folder + "/scene.json"
            try text.write(toFile: scene, atomically: false, encoding: .utf8)
            let ended = try await run(["--config", Places.config, "--link", scratch.link, "--scene", scene])
            #expect(ended.code == 1)
            #expect(ended.errors.contains("scene.json") && ended.errors.contains(words), "\(ended.errors)")
            #expect(target(scratch.link) == nil)
        }

        @Test("a scene or a configuration that is not there is named") func missingFiles() async throws {
            let scratch = try ScratchRobot()
            let missing = scratch.folder + "/missing"
            for files in [["--config", Places.config, "--scene", missing], ["--config", missing]] {
                let ended = try await run(files + ["--link", scratch.link])
                #expect(ended.code == 1 && ended.errors.contains(missing), "\(ended.errors)")
            }
        }

        @Test("an unknown option, a missing one and a value that is none are refused with the usage")
        func badOptions() async throws {
            let scratch = try ScratchRobot()
            for (arguments, words) in [
                (["--config", Places.config, "--link", scratch.link, "--wings"], "--wings"),
                (["--link", scratch.link], "--config"),
                (["--config", Places.config, "--link", scratch.link, "--faults", "1%:gremlins"], "gremlins"),
                (["--config", Places.config, "--link", scratch.link, "--seed", "many"], "many"),
            ] {
                let ended = try await run(arguments)
                #expect(ended.code == 64, "\(arguments): \(ended.code)")
                #expect(ended.errors.contains(words) && ended.errors.contains("Usage"), "\(ended.errors)")
            }
            #expect(target(scratch.link) == nil)
        }

        @Test("a file or a folder where the link should be is left alone") func occupied() async throws {
            let scratch = try ScratchRobot()
            let file = scratch.folder + "/file"
            try "mine\n".write(toFile: file, atomically: false, encoding: .utf8)
            for path in [file, scratch.folder] {
                let ended = try await run(["--config", Places.config, "--link", path])
                #expect(ended.code == 1 && ended.errors.contains(path) && ended.errors.contains("--link"))
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine\n")
            let nowhere = scratch.folder + "/no/such/folder/robot"
            let ended = try await run(["--config", Places.config, "--link", nowhere])
            #expect(ended.code == 1 && ended.errors.contains(nowhere), "\(ended.errors)")
        }

        @Test("SIGTERM and SIGINT end it and remove its link", arguments: [SIGTERM, SIGINT])
        func ends(signal: Int32) async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            #expect(target(scratch.link)?.hasPrefix("/dev/pts/") == true)
            robot.signal(signal)
            #expect(try await robot.exitCode(within: 10) == 0, "\(robot.errors)")
            var status = stat()
            #expect(lstat(scratch.link, &status) != 0 && errno == ENOENT)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted() == [
                    "arms", "robot.wire", "truth.jsonl",
                ])
        }

        @Test("a link that a killed robot left is taken over; one that another robot took stays") func handOver()
            async throws
        {
            let scratch = try ScratchRobot()
            let killed = try await scratch.startRobot()
            killed.signal(SIGKILL)
            try await killed.exitCode(within: 10)
            #expect(target(scratch.link) != nil)
            let second = try await scratch.startRobot()
            let third = try await scratch.startRobot()
            let taken = target(scratch.link)
            try await second.end()
            #expect(taken != nil && target(scratch.link) == taken)
            try await third.end()
            #expect(target(scratch.link) == nil)
        }
    }
}
