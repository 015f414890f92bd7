import ArgumentParser
import Console
import Channels
import Glibc
import LanguagePolicy
import Messages
import Planning
import RobotModel
import Understanding
import WorldModel

@main
struct ForesightMind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-mind",
        abstract: "The mind: understands a sentence, imagines what would happen, and asks the body to move.",
        discussion: """
            An ordinary client of the body: it holds the lease only while it moves the robot, and a body that hears
            nothing from it stops. Sentences come from `foresight do`. What it learns of things outlives a restart of the
            body.

            Exit codes: 0 ended on request, 1 the language model cannot be used, 64 wrong usage, 78 a mistake in the
            configuration or in the file of --remember.
            """)

    @Option(help: "The robot's configuration, the same as the body's.")
    var config: String

    @Option(help: "The body's socket, instead of the configuration's.")
    var socket: String?

    @Option(help: "A GGUF file whose opinion of skills is asked, instead of the configuration's language model.")
    var model: String?

    @Option(help: "A GGUF file that writes sentences as programs, instead of the configuration's reader model.")
    var readerModel: String?

    @Option(help: "The GGUF adapter of that model, instead of the configuration's; none: plain orders only.")
    var adapter: String?

    @Option(
        help: ArgumentHelp(
            "Keep what was said and learned in this file, for the next start; without it, it is forgotten at the end.",
            valueName: "file"))
    var remember: String?

    func run() async throws {
        let robot: RobotConfiguration
        // the mind reaches and grasps; wheels are not its joints
        do { robot = try RobotConfiguration.load(path: config).withoutWheels } catch { throw failed(78, "\(error)") }
        let path = socket ?? (robot.channels.socket.isEmpty ? SocketPath.standard : robot.channels.socket)
        let file = model ?? robot.resolve(robot.mind.languageModel)
        let memory = remember.map(ConversationFile.init)
        let remembered: Conversation
        do { remembered = try memory?.load() ?? Conversation() } catch { throw failed(78, "\(error)") }
        _ = nice(5)  // the body and its servos come first
        let language: any OptionScorer
        let reader: any SentenceReader
        let world: WorldModel
        do {
            language = try scorer(robot.mind, file: file, resolve: robot.resolve)
            reader = try self.reader(robot)
            world = try WorldModel(configuration: robot)
        } catch {
            throw failed(1, "\(error)")
        }
        say("scores by \(language.name); sentences are read by \(reader.name)")
        let session = MindSession(
            robot: robot, model: language, world: world, reader: reader, socketPath: path, memory: memory,
            remembered: remembered
        ) { say($0) }
        let serving = Task { await session.run() }
        await Signals.wait()
        serving.cancel()
    }

    /// Who writes sentences as programs. Without its files plain orders are understood all the same.
    private func reader(_ robot: RobotConfiguration) throws(LanguageModelError) -> any SentenceReader {
        if adapter == "none" || adapter == nil && robot.mind.adapter.isEmpty { return PlainReader() }
        let model = readerModel ?? robot.resolve(robot.mind.readerModel)
        let tuned = adapter ?? robot.resolve(robot.mind.adapter)
        do { return ModelReader(try LanguageModel(path: model, adapter: tuned)) } catch {
            // what was named on the command line is wanted
            if adapter != nil || readerModel != nil { throw error }
            say("sentences are read without a language model: \(error)")
            return PlainReader()
        }
    }

    /// The model of the configuration: on this machine, or behind a server with that one to fall back on.
    private func scorer(
        _ mind: MindConfiguration, file: String, resolve: (String) -> String
    ) throws(LanguageModelError) -> any OptionScorer {
        // with a deadline, what is done of a prompt must survive it
        let piece = mind.decisionSeconds > 0 ? 64 : 512
        guard let configured = mind.endpoint else { return try LanguageModel(path: file, pieceTokens: piece) }
        let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
        let endpoint = try Endpoint(
            url: configured.url, model: configured.model,
            key: Endpoint.key(configured.keyFile, credentials: credentials, resolve: resolve),
            deadlineSeconds: configured.deadlineSeconds)
        var own: LanguageModel?
        do { own = try LanguageModel(path: file, pieceTokens: piece) } catch {
            say("without a model to fall back on: \(error)")
        }
        return FallbackModel(EndpointModel(endpoint), otherwise: own) { say($0) }
    }

    private func failed(_ code: Int32, _ text: String) -> ExitCode {
        say("error: \(text)")
        return ExitCode(code)
    }
}

func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(2, line, line.count)
}
