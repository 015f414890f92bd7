import ArgumentParser
import FoundationEssentials
import Messages
import Traces

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the last decisions again, from a trace: what was understood, scored, imagined and chosen.",
        discussion: "Exit codes: 0 shown, 1 the trace cannot be read or holds no instruction.")

    @Argument(help: "How many of the last instructions.") var count = 1
    @Option(help: "The trace; default: the newest one of this user.") var trace: String?

    func validate() throws {
        guard count > 0 else { throw ValidationError("the number of instructions must be positive") }
    }

    func run() throws {
        guard let path = trace ?? Self.newest() else {
            Terminal.complain("there is no trace in \(Self.folder): name one with --trace FILE")
            throw ExitCode(1)
        }
        var order: [String] = []
        var lines: [(id: String, show: (inout DoView) -> Void)] = []
        var texts: [String: String] = [:]
        do {
            _ = try TraceReader.read(path) { message, _, _ in
                guard let item = try Self.item(message) else { return }
                if let text = item.text {
                    order.append(item.id)
                    texts[item.id] = text
                }
                if let show = item.show { lines.append((item.id, show)) }
            }
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
        guard !order.isEmpty else {
            Terminal.complain("\(path) holds no instruction")
            throw ExitCode(1)
        }
        for id in order.suffix(count) {
            Terminal.say(Terminal.paint("“\(texts[id] ?? "")”", .bold))
            var view = DoView(quiet: false)
            for line in lines where line.id == id { line.show(&view) }
        }
    }

    /// What a message of the mind shows; nil for all others.
    private static func item(
        _ message: TraceMessage
    ) throws -> (id: String, text: String?, show: ((inout DoView) -> Void)?)? {
        switch message.topic {
        case Topics.instruction.name:
            let said = try Instruction(serialized: message.payload)
            return (said.id, said.text, nil)
        case Topics.mindGoal.name:
            let goal = try MindGoal(serialized: message.payload)
            return (goal.instructionID, nil, { $0.show(goal) })
        case Topics.mindCandidates.name:
            let candidates = try MindCandidates(serialized: message.payload)
            return (candidates.instructionID, nil, { $0.show(candidates) })
        case Topics.mindImagination.name:
            let imagination = try MindImagination(serialized: message.payload)
            return (imagination.instructionID, nil, { $0.show(imagination) })
        case Topics.mindDecision.name:
            let decision = try MindDecision(serialized: message.payload)
            return (decision.instructionID, nil, { $0.show(decision) })
        case Topics.mindSurprise.name:
            let surprise = try MindSurprise(serialized: message.payload)
            return (surprise.instructionID, nil, { $0.show(surprise) })
        case Topics.mindOutcome.name:
            let outcome = try MindOutcome(serialized: message.payload)
            return (outcome.instructionID, nil, { _ = $0.finish(outcome) })
        default: return nil
        }
    }

    private static var folder: String {
        let environment = ProcessInfo.processInfo.environment
        return (environment["XDG_STATE_HOME"] ?? (environment["HOME"] ?? "") + "/.local/state") + "/foresight/traces"
    }

    private static func newest() -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let dated = names.filter { $0.hasSuffix(".mcap") }.map { name -> (path: String, date: Date) in
            let path = folder + "/" + name
            let date = (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate]) as? Date
            return (path, date ?? .distantPast)
        }
        return dated.max { $0.date < $1.date }?.path
    }
}
