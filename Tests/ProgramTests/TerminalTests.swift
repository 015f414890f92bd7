import Foundation
import TestSupport
import Testing

/// A terminal: runs a command on a pty of 80 columns, types a line when a text appears, and Ctrl-C after another.
private let terminal = #"""
    import os, pty, select, sys, time
    wait, line, then, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    child, master = pty.fork()
    if child == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ["TERM"] = "xterm-256color"
        os.execv(command[0], command)
    seen, typed, interrupted, deadline = b"", False, False, time.time() + 60
    while time.time() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try: part = os.read(master, 65536)
            except OSError: break
            if not part: break
            seen += part
        if not typed and wait.encode() in seen:
            os.write(master, line.encode() + b"\n"); typed = True
        if typed and not interrupted and then.encode() in seen.split(line.encode())[-1]:
            time.sleep(1); os.write(master, b"\x03"); interrupted = True
    status = os.waitpid(child, 0)[1]
    sys.stdout.buffer.write(seen)
    sys.exit(os.waitstatus_to_exitcode(status))
    """#

/// A terminal: runs a command on a pty of 80 columns, and presses Ctrl-C a moment after a text appeared; what was seen after
/// that goes to stderr.
private let interruption = #"""
    import os, pty, select, sys, termios, time
    text, command = sys.argv[1].encode(), sys.argv[2:]
    child, master = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(command[0], command)
    before, seen, mark, deadline = termios.tcgetattr(master), b"", None, time.time() + 40
    while time.time() < deadline:
        if select.select([master], [], [], 0.05)[0]:
            try: part = os.read(master, 65536)
            except OSError: break
            if not part: break
            seen += part
        if mark is None and text in seen:
            time.sleep(0.2); mark = len(seen); os.write(master, b"\x03")
    status = os.waitpid(child, 0)[1]
    sys.stdout.buffer.write(seen)
    sys.stderr.buffer.write(seen[mark or 0:])
    if termios.tcgetattr(master) != before: sys.exit("the terminal is set up otherwise than before")
    code = os.waitstatus_to_exitcode(status)
    sys.exit(128 - code if code < 0 else code)
    """#

extension ProgramTests {
    @Suite("At a terminal", .serialized)
    struct TerminalTests {
        @Test(
            "Ctrl-C leaves a clean line, and nothing half done",
            arguments: [
                (["scan", "LINK", "--all"], "feetech-sts at", Int32(130)),
                (["init", "FOLDER/new.toml", "--port", "LINK"], "feetech-sts at", 130),
                (["doctor", "--config", "OTHER", "--port", "LINK"], "feetech-sts at", 130),
                (["motor", "record", "FOLDER/new.capture", "--config", "CONFIG", "--port", "LINK"], "recording", 0),
            ])
        func interrupted(arguments: [String], text: String, code: Int32) async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let words = [
                "LINK": scratch.link, "CONFIG": Places.config, "FOLDER": scratch.folder,
                "OTHER": Places.root + "/Config/virtual/odrive.toml",
            ]
            let filled = arguments.map { word in words.reduce(word) { $0.replacing($1.key, with: $1.value) } }
            let ended = try await ChildProcess.run(
                "/usr/bin/python3", ["-c", interruption, text, Places.program("foresight")] + filled, within: 60)
            #expect(ended.code == code, "\(ended)")
            // the last thing done to the line of progress is that it was cleared
            let last = try #require(ended.errors.range(of: "\r\u{1B}[K", options: .backwards), "\(ended.errors)")
            let rest = ended.errors[last.upperBound...]
            if code == 0 {
                let seconds = try #require(rest.firstMatch(of: /arm, (\d)\.\d s/)?.output.1, "\(rest)")
                #expect((Int(seconds) ?? 9) < 5, "it was cut short: \(rest)")
                let capture = try String(contentsOfFile: scratch.folder + "/new.capture", encoding: .utf8)
                #expect(capture.contains("# saw"), "the notes below are there too")
            } else {
                #expect(rest.isEmpty, "\(rest)")
                #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/new.toml"))
            }
            try await robot.end()
        }

        @Test("a question is answered in words, and Ctrl-C stops the robot", .timeLimit(.minutes(2)))
        func questionAndInterrupt() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 3)
            let body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind()
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let doubt = try await ChildProcess.run(
                "/usr/bin/python3",
                [
                    "-c", terminal, "Enter to do it", "no", "never said",
                    Places.program("foresight"), "do", "--confirm", "put the red block in the bin",
                ],
                environment: ["FORESIGHT_SOCKET": scratch.socket], within: 90)
            #expect(doubt.code == 1 && doubt.output.contains("Nothing was moved"), "\(doubt.output)")
            #expect(doubt.output.contains("I would pick red block"), "\(doubt.output)")
            let talk = try await ChildProcess.run(
                "/usr/bin/python3",
                [
                    "-c", terminal, "Which one", "the blue one", "pick blue block: hover",
                    Places.program("foresight"), "do", "put the block in the bin",
                ],
                environment: ["FORESIGHT_SOCKET": scratch.socket], within: 90)
            #expect(talk.code == 130, "\(talk.output)")
            for words in ["Which one is", "blue block in bin", "Stopped", "\u{1B}["] {
                #expect(talk.output.contains(words), "\(words) is missing in \(talk.output)")
            }
            #expect(try await scratch.state() == "stopped")
            try await mind.end()
            try await body.end()
            try await robot.end()
        }

        @Test("talking: words are completed, sentences remembered, Ctrl-C stops the robot", .timeLimit(.minutes(2)))
        func talk() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 3)
            let body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind()
            let environment = ["FORESIGHT_SOCKET": scratch.socket, "XDG_STATE_HOME": scratch.folder]
            // without a terminal every line is said; the last that was not done is the exit code
            let piped = try await ChildProcess.run(
                "/bin/sh",
                [
                    "-c", "printf 'how many blocks are there?\\n\\nprogram put it\\n' | exec $0 talk",
                    Places.program("foresight"),
                ],
                environment: environment, within: 60)
            #expect(piped.code == 0 && piped.output.contains("4: "), "\(piped.output) \(piped.errors)")
            #expect(piped.errors.contains("At character 7"), "\(piped.errors)")
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let talk = try await ChildProcess.run(
                "/usr/bin/python3",
                [
                    "-c", terminal, "> ", "put the blu\tblock in the bin", "pick blue block: hover",
                    Places.program("foresight"), "talk",
                ], environment: environment, within: 90)
            #expect(talk.code == 130 && talk.output.contains("Stopped"), "\(talk.output)")
            #expect(try await scratch.state() == "stopped")
            for child in [mind, body, robot] { try await child.end() }
        }

        @Test("a thing's name cannot play tricks on the terminal")
        func hostileName() async throws {
            let scratch = try ScratchRobot()
            let scene = scratch.folder + "/scene.json"
            let name = #"block \u001b]0;owned\u0007\u001b[2J\u001b[31mred"#
            try """
            {"things": [{"name": "\(name)", "shape": "box", "size": [0.03, 0.03, 0.03], "position": [0.2, 0.05]},
                        {"name": "bin", "shape": "bin", "size": [0.1, 0.1, 0.06], "position": [0.17, -0.17], "fixed": true}]}
            """.write(toFile: scene, atomically: false, encoding: .utf8)
            let robot = try await scratch.startRobot(scene: scene)
            let body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind()
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let said = try await scratch.foresight(["do", "put the banana in the bin"])
            #expect(said.code == 1 && said.output.contains("owned"), "\(said.output)")
            for trick in ["\u{1B}]", "\u{07}", "\u{1B}[2J"] { #expect(!said.output.contains(trick)) }
            try await mind.end()
            try await body.end()
            try await robot.end()
        }
    }
}
