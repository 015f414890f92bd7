import ArgumentParser
import Channels
import Dispatch
import FoundationEssentials
import Messages

struct Talk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with the robot, sentence by sentence: it remembers what was said before.",
        discussion: """
            Tab completes what stands on the table, the arrow keys bring earlier sentences back. What a sentence leans on
            ("the other one too", "put it back") is what was said before it. A line that begins with “program ” is one
            (docs/programs.md).
            Ctrl-C stops the robot (latched) and leaves; Ctrl-D leaves. Without a terminal each line of the input is said.
            Exit codes: 0 all that was said was done or answered; 1 the last that was not; 3 the mind has to ask back and
            there is no terminal; 4 no daemon or no mind answers; 130 stopped by Ctrl-C.
            """)

    @OptionGroup var body: BodyOptions
    @Flag(help: "Only the last sentence of each answer.") var quiet = false

    /// How a line begins that is a program.
    private static let program = "program "

    func run() async throws {
        let watching = try await body.connect()
        let stopping = Stopping.whenInterrupted(body)
        watching.follow(Topics.detections, ended: {}) { LinePrompt.complete($0.detections.map(\.id)) }
        let history = Self.historyFile()
        if Terminal.isInteractive {
            LinePrompt.begin(history: history)
            // what stands on the table comes several times a second, if there is a camera
            for _ in 0..<10 where !LinePrompt.completes { try? await Task.sleep(for: .milliseconds(100)) }
            Terminal.say("Say what to do. Ctrl-C stops the robot, Ctrl-D leaves.")
        }
        var code: Int32 = 0
        while let line = await Self.next() {
            guard let sentence = wanted(line) else { continue }
            let client = try await body.connect()
            let ended = await Conversation(
                client: client, sentence: sentence.text, answer: nil, quiet: quiet,
                mode: sentence.isProgram ? "program" : ""
            ).run()
            await client.close()
            if ended != 0 { code = ended }
            if ended == 4 { break }
            if Terminal.isInteractive, let history { LinePrompt.save(history: history) }
        }
        if Terminal.isInteractive { Terminal.say("") }
        await Stopping.end(stopping)
        await watching.close()
        if code != 0 { throw ExitCode(code) }
    }

    /// What a line says; nil after saying what is wrong with it.
    private func wanted(_ line: String) -> (text: String, isProgram: Bool)? {
        let text = line.drop(while: \.isWhitespace)
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        let isProgram = text.hasPrefix(Self.program)
        do {
            var wanted = Wanted()
            wanted.sentence = isProgram ? nil : String(text)
            wanted.program = isProgram ? String(text.dropFirst(Self.program.count)) : nil
            wanted.file = nil
            try wanted.check()
            return (try wanted.text(), isProgram)
        } catch {
            Terminal.complain("\(error)")
            return nil
        }
    }

    /// The next line, read on a thread that may wait.
    private static func next() async -> String? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Terminal.isInteractive ? LinePrompt.line("> ") : readLine())
            }
        }
    }

    /// Where earlier sentences are kept; nil where there is no place for them.
    private static func historyFile() -> String? {
        let environment = ProcessInfo.processInfo.environment
        guard let home = environment["XDG_STATE_HOME"] ?? environment["HOME"].map({ $0 + "/.local/state" }) else {
            return nil
        }
        let folder = home + "/foresight"
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            return nil
        }
        return folder + "/talk.history"
    }
}
