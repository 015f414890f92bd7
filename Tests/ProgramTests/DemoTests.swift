import Foundation
import Messages
import TestSupport
import Testing
import Traces

extension ProgramTests {
    @Suite("One sentence moves one block", .serialized)
    struct DemoTests {
        /// Where a thing really is at the end, from the plant's own record.
        static func truth(_ path: String, _ thing: String) throws -> [Double] {
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            for line in lines.reversed() {
                guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                    let things = object["things"] as? [[String: Any]],
                    let found = things.first(where: { $0["name"] as? String == thing })
                else { continue }
                return found["position"] as? [Double] ?? []
            }
            return []
        }

        /// Frames that write a goal position (address 42, or a block that covers it), with their times.
        static func goalWrites(_ wireLog: String, sent: Character) throws -> [Int64] {
            try String(contentsOfFile: wireLog, encoding: .utf8).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count > 8, words[1].first == sent, let time = Int64(words[0]) else { return nil }
                let bytes = words.dropFirst(2).compactMap { UInt8($0, radix: 16) }
                guard bytes.count > 7, bytes[4] == 0x83 || bytes[4] == 0x03 else { return nil }
                let covered = bytes[4] == 0x83 ? Int(bytes[6]) : bytes.count - 7
                return bytes[5] <= 42 && Int(bytes[5]) + covered > 42 ? time : nil
            }
        }

        /// Says a sentence; once more when the machine itself stood still and the robot rightly stopped for it.
        private func say(
            _ sentence: String, to scratch: ScratchRobot, _ body: ChildProcess
        ) async throws -> (code: Int32, output: String, errors: String) {
            let first = try await scratch.foresight(["do", sentence])
            let stalled = ["stands still", "no good answer", "lease lapsed"].contains { body.errors.contains($0) }
            guard first.code == 1, first.output.contains("[stopped]"), stalled else { return first }
            #expect(try await scratch.foresight(["reset"]).code == 0)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            return try await scratch.foresight(["do", sentence])
        }

        @Test("the block ends in the bin, the trace holds how, and foreign readers agree", .timeLimit(.minutes(3)))
        func demo() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 1)
            let body = try await scratch.startBody()
            let mind = try await scratch.startMind()
            #expect(try await scratch.state() == "disarmed")
            #expect(try Self.goalWrites(scratch.bodyWire, sent: ">").isEmpty)

            let imagined = try await scratch.foresight(["imagine", "put the red block in the bin, then go home"])
            #expect(imagined.code == 0, "\(imagined.output) \(imagined.errors)")
            let plan = "I would pick red block, then place red block in bin, then go home"
            #expect(imagined.output.contains(plan), "\(imagined.output)")
            let impossible = try await scratch.foresight(["imagine", "put the bin on the red block"])
            #expect(impossible.code == 1 && impossible.output.contains("I find no way"), "\(impossible.output)")
            let unarmed = try await scratch.foresight(["do", "put the red block in the bin"])
            #expect(unarmed.code == 1 && unarmed.output.contains("foresight arm"), "\(unarmed.output)")
            #expect(try Self.goalWrites(scratch.bodyWire, sent: ">").isEmpty)

            let armed = try await scratch.foresight(["arm"])
            #expect(armed.code == 0, "\(armed.errors)")
            let done = try await say("put the red block in the bin", to: scratch, body)
            #expect(done.code == 0, "\(done.output) \(done.errors)")
            for words in ["Understood", "red block in bin", "imagined", "→ pick red block", "✓ Done"] {
                #expect(done.output.contains(words), "\(words) is missing in\n\(done.output)")
            }
            let block = try Self.truth(scratch.truth, "red block")
            let bin = try Self.truth(scratch.truth, "bin")
            #expect(abs(block[0] - bin[0]) < 0.05 && abs(block[1] - bin[1]) < 0.05 && block[2] < 0.06, "\(block)")

            // bad sentences: a clear word, no motion
            for (sentence, code, words) in [
                ("put the banana in the bin", 1, "banana"), ("pour the milk over the yellow block", 1, "cannot"),
                ("put the other block on the plate", 3, "Which one"), ("", 64, "empty"),
            ] {
                let said = try await scratch.foresight(["do", sentence])
                #expect(said.code == Int32(code), "“\(sentence)”: \(said.code) \(said.output) \(said.errors)")
                #expect((said.output + said.errors).contains(words), "“\(sentence)”: \(said.output) \(said.errors)")
            }
            let lowered = try await scratch.foresight(["disarm"])
            #expect(lowered.code == 0, "\(lowered.errors)")
            try await mind.end()
            try await body.end()
            try await robot.end()

            let contents = try TraceReader.read(scratch.trace)
            #expect(contents.isComplete && contents.damagedChunks == 0)
            let counts = Dictionary(uniqueKeysWithValues: contents.channels.map { ($0.topic, $0.messages) })
            for topic in [
                "/joint_states", "/control_state", "/detections", "/instruction", "/mind/goal", "/mind/candidates",
                "/mind/imagination", "/mind/decision", "/mind/outcome", "/guarded_trajectory",
            ] { #expect(counts[topic, default: 0] > 0, "\(topic) is not in the trace") }
            let why = try await scratch.foresight(["why", "9", "--trace", scratch.trace])
            #expect(why.code == 0, "\(why.errors)")
            for words in ["“put the red block in the bin”", "Decision 2", "→ place red block in bin", "✓ Done"] {
                #expect(why.output.contains(words), "\(words) is missing in\n\(why.output)")
            }
            try await foreignReadersAgree(scratch.trace, counts)
        }

        private func foreignReadersAgree(_ trace: String, _ counts: [String: Int]) async throws {
            let script = Places.root + "/Tests/TracesTests/Scripts/read_trace.py"
            let read = try await ChildProcess.run(try await Places.python("readers"), [script, trace], within: 60)
            #expect(read.code == 0, "\(read.errors)")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any])
            #expect(object["mcap"] as? [String: Int] == counts)
            #expect(object["rosbags"] as? [String: Int] == counts)
        }

        @Test(
            "a mind that is killed in mid-motion: the arm stops within half a second, and a person brings it back",
            .timeLimit(.minutes(3)))
        func killedMind() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 2)
            let body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind()
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let doing = try ChildProcess(
                Places.program("foresight"), ["do", "put the yellow block on the plate"],
                environment: ["FORESIGHT_SOCKET": scratch.socket])
            try await doing.eventually("the robot moves", within: 60) { (try? await scratch.state()) == "moving" }
            mind.signal(SIGKILL)
            try await body.eventually("the body stops", within: 1.5) {
                body.errors.contains("stopped: the lease lapsed")
            }
            #expect(try await scratch.state() == "stopped")
            doing.signal(SIGKILL)
            let again = try await scratch.startMind()
            let refused = try await scratch.foresight(["do", "put the yellow block on the plate"])
            #expect(refused.code == 1 && refused.output.contains("foresight reset"), "\(refused.output)")
            #expect(try await scratch.foresight(["reset"]).code == 0)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let done = try await say("put the yellow block on the plate", to: scratch, body)
            #expect(done.code == 0, "\(done.output)")
            try await again.end()
            try await body.end()
            try await robot.end()
        }
    }
}
