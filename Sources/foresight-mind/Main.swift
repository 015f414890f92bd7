import ArgumentParser
import Console
import Channels
import Glibc
import LanguagePolicy
import Messages
import Planning
import RobotModel
import WorldModel

@main
struct ForesightMind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-mind",
        abstract: "The mind: understands a sentence, imagines what would happen, and asks the body to move.",
        discussion: """
            An ordinary client of the body: it holds the lease only while it moves the robot, and a body that hears
            nothing from it stops. Sentences come from `foresight do`.

            Exit codes: 0 ended on request, 1 the language model cannot be used, 64 wrong usage, 78 a mistake in the
            configuration.
            """)

    @Option(help: "The robot's configuration, the same as the body's.")
    var config: String

    @Option(help: "The body's socket, instead of the configuration's.")
    var socket: String?

    @Option(help: "A GGUF file, instead of the configuration's language model.")
    var model: String?

    func run() async throws {
        let robot: RobotConfiguration
        // the mind reaches and grasps; wheels are not its joints
        do { robot = try RobotConfiguration.load(path: config).withoutWheels } catch { throw failed(78, "\(error)") }
        let path = socket ?? (robot.channels.socket.isEmpty ? SocketPath.standard : robot.channels.socket)
        let file = model ?? robot.resolve(robot.mind.languageModel)
        _ = nice(5)  // the body and its servos come first
        let language: LanguageModel
        let world: WorldModel
        do {
            language = try LanguageModel(path: file)
            world = try WorldModel(configuration: robot)
        } catch {
            throw failed(1, "\(error)")
        }
        say("\(language.name) loaded")
        let session = Session(robot: robot, model: language, world: world, socketPath: path)
        let serving = Task { await session.run() }
        await Signals.wait()
        serving.cancel()
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
