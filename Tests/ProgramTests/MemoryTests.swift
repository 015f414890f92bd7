import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// What the mind keeps when the body, or the mind itself, is started anew.
    @Suite("The mind's memory", .serialized)
    struct MemoryTests {
        /// A red block that could not be lifted.
        private static let heavy =
            #"{"version": 1, "conversation": {"turns": [], "placements": {}, "experience": {"red block": {"mass": [3, 4], "wasTooHeavy": true, "isStuck": false, "slips": 0, "restless": 0}}}}"#

        @Test(
            "what is read from the file outlives a restart of the body, and sentences are written down",
            .timeLimit(.minutes(3)))
        func remembers() async throws {
            let scratch = try ScratchRobot()
            let file = scratch.folder + "/memory.json"
            try Self.heavy.write(toFile: file, atomically: false, encoding: .utf8)
            let robot = try await scratch.startRobot()
            var body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind(["--remember", file])
            for round in 1...2 {
                let said = try await scratch.foresight(["imagine", "put the red block in the bin"])
                let all = said.output + said.errors
                #expect(all.contains("could not lift the red block before"), "\(round): \(all)")
                #expect(all.contains("delete \(file)"), "\(round): \(all)")
                if round == 1 {
                    try await body.end()
                    try await mind.eventually("the mind has lost the body") { mind.errors.contains("the body is gone") }
                    body = try await scratch.startBody(trace: false)
                    try await mind.eventually("the mind is connected again", within: 30) {
                        mind.errors.components(separatedBy: "connected to").count == 3
                    }
                }
            }
            let kept = try String(contentsOfFile: file, encoding: .utf8)
            #expect(kept.components(separatedBy: #""sentence" : "put the red block in the bin""#).count == 3, "\(kept)")
            try await mind.end()
            try await body.end()
            try await robot.end()
        }

        @Test("a file that holds no conversation ends the mind with its path")
        func damaged() async throws {
            let scratch = try ScratchRobot()
            let file = scratch.folder + "/memory.json"
            try "{}".write(toFile: file, atomically: false, encoding: .utf8)
            let ended = try await ChildProcess.run(
                Places.program("foresight-mind"),
                ["--config", Places.config, "--socket", scratch.socket, "--remember", file], within: 60)
            #expect(ended.code == 78 && ended.errors.contains(file), "\(ended.code) \(ended.errors)")
        }
    }
}
