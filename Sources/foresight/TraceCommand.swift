import ArgumentParser
import FoundationEssentials
import Traces

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Look into a trace, or repair one that was cut.",
        subcommands: [Info.self, Recover.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a trace holds, channel by channel.",
            discussion: "Exit codes: 0 whole, 1 unreadable, 3 cut or damaged: `foresight trace recover` saves the rest."
        )
        @Argument(help: "An MCAP file.") var file: String

        func run() throws {
            let contents = try loading { try TraceReader.read(file) }
            let seconds = contents.messages == 0 ? 0 : Double(contents.last - contents.first) * 1e-9
            Terminal.say("\(contents.messages) messages, \(Terminal.number(seconds, 1)) s")
            for channel in contents.channels.sorted(by: { $0.topic < $1.topic }) {
                Terminal.say(
                    "  \(Terminal.pad(channel.topic, 24)) \(Terminal.pad("\(channel.messages)", 8)) \(channel.schemaName)"
                )
            }
            guard contents.isComplete, contents.damagedChunks == 0 else {
                Terminal.say("The file is cut or damaged. `foresight trace recover \(file) NEW` saves what is whole.")
                throw ExitCode(3)
            }
        }
    }

    struct Recover: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what is whole in a cut trace as a new one; the old one stays as it is.",
            discussion: "Exit codes: 0 nothing was lost, 1 unreadable, 3 recovered with loss.")
        @Argument(help: "The cut MCAP file.") var file: String
        @Argument(help: "The new file.") var target: String

        func run() throws {
            let contents = try loading { try TraceReader.recover(file, to: target) }
            Terminal.say("\(contents.messages) messages saved in \(target)")
            guard contents.isComplete, contents.damagedChunks == 0 else {
                Terminal.say(
                    "The end was missing\(contents.damagedChunks > 0 ? ", \(contents.damagedChunks) chunks were damaged" : "")."
                )
                throw ExitCode(3)
            }
        }
    }
}

private func loading<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch {
        Terminal.complain("\(error)")
        throw ExitCode(1)
    }
}
