import ArgumentParser
import Channels
import Messages

struct Do: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say a sentence, and watch what is understood, imagined, chosen, done and seen.",
        discussion: """
            Exit codes: 0 the goal was measured as reached, or a question answered; 1 it was not, with the reason;
            64 wrong usage; 3 the mind has to ask back and there is no terminal; 4 no daemon or no mind answers; 130
            stopped by Ctrl-C.
            Ctrl-C stops the robot (latched), it does not merely leave.
            A program says exactly what is meant, without a language model (docs/programs.md).
            """)

    @OptionGroup var body: BodyOptions
    @OptionGroup var wanted: Wanted
    @Option(help: "The answer, if the mind asks back.") var answer: String?
    @Flag(help: "Only the last sentence.") var quiet = false
    @Flag(help: "First show what would be done and what would come of it, and wait for Enter.") var confirm = false

    func validate() throws { try wanted.check() }

    func run() async throws {
        let text = try wanted.text()
        let client = try await body.connect()
        let talk = Conversation(
            client: client, sentence: text, answer: answer, quiet: quiet, mode: wanted.isProgram ? "program" : "")
        let stopping = Stopping.whenInterrupted(body)
        if confirm { try await confirmed(talk) }
        let code = await talk.run()
        await Stopping.end(stopping)
        await client.close()
        if code != 0 { throw ExitCode(code) }
    }

    /// Imagines first; goes on only when a person at a terminal presses Enter.
    private func confirmed(_ talk: Conversation) async throws {
        var first = talk
        first.mode = wanted.isProgram ? "imagine program" : "imagine"
        let code = await first.run()
        guard code == 0 else { throw ExitCode(code) }
        guard Terminal.isInteractive else {
            Terminal.complain("--confirm needs a terminal to answer at; nothing was moved")
            throw ExitCode(3)
        }
        guard let answer = Terminal.ask("Enter to do it, anything else to leave it: "), answer.isEmpty else {
            Terminal.say("Nothing was moved.")
            throw ExitCode(1)
        }
    }
}

struct Imagine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say a sentence, and see what would be done and what would come of it; nothing moves.",
        discussion: """
            What is tried after something else hangs below it, with what went wrong in how many worlds; the plan is marked.
            The robot need not be armed.
            Pictures show the arm from start to end of each step, with the fingertip's way and what is touched; when nothing
            works, the step that went wrong. PNG files and pictures in the terminal come from MuJoCo's renderer, which needs
            OpenGL (FORESIGHT_GL=egl, osmesa or none chooses); without it there are drawings from above and from the side.
            Exit codes: 0 there is a plan; 1 there is none, with the reason; 3 the mind has to ask back; 4 nobody answers.
            """)

    @OptionGroup var body: BodyOptions
    @OptionGroup var wanted: Wanted
    @Option(help: "The answer, if the mind asks back.") var answer: String?
    @Flag(help: "Only the last sentence.") var quiet = false
    @Flag(help: "Show the plan as pictures in the terminal.") var show = false
    @Option(help: "Draw the plan into this PNG file.") var png: String?
    @Option(help: "Draw the plan into this SVG file.") var svg: String?
    @Option(help: "Draw the plan, and each step, as SVG and PNG files into this folder.") var pictures: String?

    func validate() throws { try wanted.check() }

    func run() async throws {
        let files = PictureFiles(svg: svg, png: png, folder: pictures, shows: show)
        try files.prepare()
        let text = try wanted.text()
        let client = try await body.connect()
        let talk = Conversation(
            client: client, sentence: text, answer: answer, quiet: quiet,
            mode: wanted.isProgram ? "imagine program" : "imagine", pictures: files)
        let code = await talk.run()
        await client.close()
        if code != 0 { throw ExitCode(code) }
    }
}
