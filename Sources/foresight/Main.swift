import ArgumentParser
import Channels

@main
struct Foresight: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight",
        abstract: "Talk to a robot that imagines before it moves.",
        discussion: """
            foresight stop stops the robot at once, latched; it is not a certified emergency stop.
            Shell completion: foresight --generate-completion-script bash|zsh|fish
            """,
        version: "0.1.0",
        subcommands: [
            Status.self, Do.self, Talk.self, Imagine.self, Why.self, Stop.self, Safety.self, Reset.self, Arm.self,
            Disarm.self,
            Virtual.self,
            Eval.self, TraceCommand.self,
            Devices.self, Scan.self, Motor.self, Calibrate.self, CalibrateContact.self, Init.self, Doctor.self,
        ])
}

/// Where the body is; common to all commands.
struct BodyOptions: ParsableArguments {
    @Option(help: "The body's socket (default: $FORESIGHT_SOCKET, the service's, or this user's).")
    var socket: String?

    /// - Throws: `ExitCode` 4 after saying that nobody answers.
    func connect() async throws -> ChannelClient {
        do {
            let client = try await ChannelClient.connect(
                socketPath: socket ?? SocketPath.standard, timeoutSeconds: 3)
            client.onComplaint { Terminal.complain($0) }
            return client
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(4)
        }
    }
}
