import Foundation
import TestSupport
import Testing

/// Runs a command on a pty of so many columns and gives its output back.
private let onTerminal = #"""
    import fcntl, os, pty, struct, sys, termios
    columns, command = int(sys.argv[1]), sys.argv[2:]
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execv(command[0], command)
    seen = b""
    while True:
        try: part = os.read(master, 65536)
        except OSError: break
        if not part: break
        seen += part
    sys.stdout.buffer.write(seen)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """#

extension ProgramTests {
    @Suite("Pictures of a plan", .serialized)
    struct PictureTests {
        private struct Strip: Decodable {
            var size: [Int]
            var colours: [Int]
            var changes: [Double]
            var red: [Int]
        }

        private func readStrip(_ path: String) async throws -> Strip {
            let read = try await ChildProcess.run(
                try await Places.python("pictures"),
                [Places.root + "/Tests/ProgramTests/Scripts/read_strip.py", path])
            #expect(read.code == 0, "\(read.errors)")
            return try JSONDecoder().decode(Strip.self, from: Data(read.output.utf8))
        }

        private func foresight(
            _ scratch: ScratchRobot, _ arguments: [String], _ environment: [String: String], columns: Int? = nil
        ) async throws -> (code: Int32, output: String, errors: String) {
            let all = environment.merging(["FORESIGHT_SOCKET": scratch.socket]) { $1 }
            let program = Places.program("foresight")
            guard let columns else { return try await ChildProcess.run(program, arguments, environment: all) }
            return try await ChildProcess.run(
                "/usr/bin/python3", ["-c", onTerminal, "\(columns)", program] + arguments, environment: all)
        }

        @Test("a plan as PNG, as SVG where nothing renders, and in the terminal", .timeLimit(.minutes(3)))
        func pictures() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 1)
            let body = try await scratch.startBody()
            let mind = try await scratch.startMind()
            try await rendered(scratch)
            try await withoutGL(scratch)
            try await crashingDriver(scratch)
            try await inTerminal(scratch)
            // at once, while the trace is being written: the last sentence is told to its end
            let why = try await scratch.foresight(["why", "2", "--trace", scratch.trace])
            #expect(why.code == 0 && why.output.components(separatedBy: "✓ I would go home").count == 3, "\(why)")
            try await mind.end()
            try await body.end()
            try await robot.end()
            try await cutTrace(scratch)
        }

        /// PNG files, read by somebody else's library.
        private func rendered(_ scratch: ScratchRobot) async throws {
            let (png, folder) = (scratch.folder + "/plan.png", scratch.folder + "/pictures")
            let said = try await foresight(
                scratch, ["imagine", "--png", png, "--pictures", folder, "put the red block in the bin"],
                ["LC_ALL": "C.UTF-8"])
            #expect(said.code == 0 && said.errors.isEmpty, "\(said)")
            for words in ["└─ → pick red block", "   └─ → place red block in bin", "worlds good", "% of what I"] {
                #expect(said.output.contains(words), "\(words) is missing in \(said.output)")
            }
            let strip = try await readStrip(png)
            #expect(strip.size[0] == 1980 && strip.colours.count == 8, "\(strip)")
            #expect(strip.colours.allSatisfy { $0 > 300 }, "no panel is blank: \(strip)")
            #expect(strip.changes.allSatisfy { $0 > 0.01 }, "every panel differs from the one before: \(strip)")
            #expect(strip.red.allSatisfy { $0 > 30 }, "the red block is in every panel: \(strip)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let steps = ["plan", "step-1-pick-red-block", "step-2-place-red-block-in-bin"]
            #expect(names == steps.flatMap { [$0 + ".png", $0 + ".svg"] }, "\(names)")
            #expect(try await readStrip(folder + "/step-2-place-red-block-in-bin.png").colours.count == 4)
        }

        private func withoutGL(_ scratch: ScratchRobot) async throws {
            let (png, svg) = (scratch.folder + "/home.png", scratch.folder + "/home.svg")
            let said = try await foresight(
                scratch, ["imagine", "--png", png, "go home"], ["FORESIGHT_GL": "none", "LC_ALL": "C"])
            #expect(said.code == 0 && said.output.contains("`- > go home"), "\(said)")
            #expect(said.errors.contains("no PNG: ") && said.errors.contains(svg), "\(said.errors)")
            #expect(try String(contentsOfFile: svg, encoding: .utf8).contains("1. go home"))
            #expect(!FileManager.default.fileExists(atPath: png))
        }

        /// A driver that takes its process with it costs the PNG, not the plan.
        private func crashingDriver(_ scratch: ScratchRobot) async throws {
            let source = scratch.folder + "/driver.c"
            try "__attribute__((constructor)) static void load(void) { __builtin_trap(); }\n"
                .write(toFile: source, atomically: false, encoding: .utf8)
            let built = try await ChildProcess.run(
                "/usr/bin/cc", ["-shared", "-fPIC", "-o", scratch.folder + "/libEGL.so.1", source])
            #expect(built.code == 0, "\(built.errors)")
            let said = try await foresight(
                scratch, ["imagine", "--png", scratch.folder + "/crash.png", "go home"],
                ["LD_LIBRARY_PATH": scratch.folder, "FORESIGHT_GL": "egl"])
            #expect(said.code == 0 && said.output.contains("I would go home"), "\(said)")
            #expect(said.errors.contains("the graphics driver crashed") && said.errors.contains("crash.svg"), "\(said)")
        }

        private func inTerminal(_ scratch: ScratchRobot) async throws {
            var environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "", "LC_ALL": "C.UTF-8"]
            let coloured = try await foresight(scratch, ["imagine", "--show", "go home"], environment, columns: 90)
            let lines = coloured.output.split(whereSeparator: \.isNewline).filter { $0.contains("▀") }
            #expect(coloured.code == 0 && lines.count > 12, "\(coloured.output)")
            #expect(lines.allSatisfy { $0.contains("38;2;") && $0.count { $0 == "▀" } <= 88 })
            #expect(Set(lines).count > 6, "the pictures are not blank")
            environment["NO_COLOR"] = "1"
            let plain = try await foresight(scratch, ["imagine", "--show", "go home"], environment, columns: 90)
            #expect(plain.code == 0 && plain.output.contains("terminal with colours"), "\(plain.output)")
            #expect(!plain.output.contains("▀") && !plain.output.contains("[38;"))
        }

        /// The last second of a trace is gone, as after a power cut.
        private func cutTrace(_ scratch: ScratchRobot) async throws {
            let whole = try Data(contentsOf: URL(filePath: scratch.trace))
            try whole.prefix(whole.count - whole.count / 5).write(to: URL(filePath: scratch.trace))
            let why = try await scratch.foresight(["why", "99", "--trace", scratch.trace])
            #expect(why.code == 0 && why.output.contains("“put the red block in the bin”"), "\(why)")
            #expect(why.output.contains("pick red block"), "\(why)")
        }

        @Test("where no picture can be written, nothing is imagined")
        func badPaths() async throws {
            let scratch = try ScratchRobot()
            for (option, path) in [
                ("--png", "/nonexistent/plan.png"), ("--png", scratch.folder), ("--svg", "/nonexistent/plan.svg"),
                ("--pictures", "/proc/pictures"),
            ] {
                let said = try await scratch.foresight(["imagine", option, path, "go home"])
                #expect(said.code == 73 && said.errors.contains(path), "\(option) \(path): \(said)")
            }
        }

        @Test("a film that is none, and wrong usage, end the picture program with a word")
        func pictureProgram() async throws {
            let program = Places.program("foresight-picture")
            let none = try await ChildProcess.run(program, ["--pixmaps", "40"], input: "nonsense")
            #expect(none.code == 65 && none.errors.contains("no film"), "\(none)")
            let wrong = try await ChildProcess.run(program, ["--pixmaps", "4"])
            #expect(wrong.code == 64, "\(wrong)")
        }
    }
}
