import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// Programs as people write them, from the command line to the motors.
    @Suite("A program instead of a sentence", .serialized)
    struct WrittenProgramTests {
        @Test("it is imagined, carried out, read from a file, and answered", .timeLimit(.minutes(4)))
        func carriedOut() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 1)
            let body = try await scratch.startBody()
            let mind = try await scratch.startMind()

            let program = "if the bin is empty { put the red block in the bin } else { home }"
            let imagined = try await scratch.foresight(["imagine", "--program", program])
            #expect(imagined.code == 0, "\(imagined.output) \(imagined.errors)")
            #expect(
                imagined.output.contains("I would pick red block, then place red block in bin"), "\(imagined.output)")

            let asked = try await scratch.foresight(["do", "--program", "ask count each block"])
            #expect(asked.code == 0 && asked.output.contains("4: "), "\(asked.output) \(asked.errors)")
            let absent = try await scratch.foresight(["do", "--program", "hold the spoon"])
            #expect(absent.code == 1 && absent.output.contains("no-such-thing"), "\(absent.output)")
            // nothing moves before arm
            let unarmed = try await scratch.foresight(["do", "--program", program])
            #expect(unarmed.code == 1, "\(unarmed.output)")

            #expect(try await scratch.foresight(["arm"]).code == 0)
            let file = scratch.folder + "/tidy.program"
            try "# the bin first\n\(program)\nthen put the yellow block at the left\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            let before = try DemoTests.truth(scratch.truth, "blue block")
            let done = try await scratch.foresight(["do", "--file", file])
            #expect(done.code == 0, "\(done.output) \(done.errors)")
            let yellow = try DemoTests.truth(scratch.truth, "yellow block")
            #expect(yellow.count == 3 && yellow[1] > 0.08, "\(yellow)")
            let whole = try await scratch.foresight(["do", "--program", "ask what each thing that is in the bin"])
            #expect(whole.output.contains("The red block."), "\(whole.output)")
            let moved = try await scratch.foresight(["do", "--program", "put the blue block on the plate"])
            #expect(moved.code == 0, "\(moved.output) \(moved.errors)")
            let back = try await scratch.foresight(["do", "--program", "undo"])
            #expect(back.code == 0, "\(back.output) \(back.errors)")
            let after = try DemoTests.truth(scratch.truth, "blue block")
            #expect(hypot(after[0] - before[0], after[1] - before[1]) < 0.04, "\(before) \(after)")
            for child in [mind, body, robot] { try await child.end() }
        }

        @Test(
            "what is no program is refused with its place, before anything is asked of the robot",
            arguments: [
                (["do", "--program", "put the cup"], "At character 12"),
                (["do", "--program", "put the cup in the bin", "put the cup in the bin"], "one sentence"),
                (["do"], "one sentence"), (["imagine", "--file", "/nowhere/tidy.program"], "cannot be read"),
                (["do", "--program", ""], "At character 1"), (["do", " ?! "], "empty"),
                (["do", "--program", String(repeating: "put it on ", count: 900)], "end"),
            ])
        func refused(arguments: [String], words: String) async throws {
            let result = try await ChildProcess.run(Places.program("foresight"), arguments)
            #expect(result.code == 64 && result.errors.contains(words), "\(result.code) \(result.errors)")
        }
    }
}
