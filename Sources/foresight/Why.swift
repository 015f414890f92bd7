import ArgumentParser
import FoundationEssentials
import Glibc
import Messages
import Traces

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Show the last sentences again, from a trace: what was understood, scored, imagined, chosen and done.",
        discussion: "Exit codes: 0 shown, 1 the trace cannot be read or holds no instruction.")

    @Argument(help: "How many of the last sentences.") var count = 1
    @Option(help: "The trace; default: the newest one of this user.") var trace: String?

    func validate() throws {
        guard count > 0 else { throw ValidationError("the number of sentences must be positive") }
    }

    func run() throws {
        guard let path = trace ?? Self.newest() else {
            Terminal.complain("there is no trace in \(Self.folder): name one with --trace FILE")
            throw ExitCode(1)
        }
        var told = try Self.read(path)
        // a trace that is being written is behind by up to a second
        for _ in 0..<3 where told.isUnfinished(count) && Self.isFresh(path) {
            _ = usleep(700_000)
            told = try Self.read(path)
        }
        guard !told.order.isEmpty else {
            Terminal.complain("\(path) holds no instruction")
            throw ExitCode(1)
        }
        if told.damaged > 0 {
            Terminal.complain("\(told.damaged) damaged parts of \(path) are left out")
        }
        for id in told.order.suffix(count) { told.show(id) }
    }

    /// What a trace tells of sentences.
    private struct Told {
        var order: [String] = []
        var texts: [String: String] = [:]
        var lines: [(id: String, show: (inout DoView) -> Void)] = []
        var ended: Set<String> = []
        var damaged = 0

        func isUnfinished(_ count: Int) -> Bool {
            order.isEmpty || order.suffix(count).contains { !ended.contains($0) }
        }

        func show(_ id: String) {
            Terminal.say(Terminal.paint("“\(texts[id] ?? "")”", .bold))
            var view = DoView(quiet: false)
            for line in lines where line.id == id { line.show(&view) }
            guard !ended.contains(id) else { return }
            view.showTree()
            Terminal.say("  The trace holds no end of it: it was cut, or the mind is still at it.")
        }
    }

    private static func read(_ path: String) throws -> Told {
        var told = Told()
        do {
            let contents = try TraceReader.read(path) { message, _, _ in
                guard let item = try Self.item(message) else { return }
                if let text = item.text {
                    told.order.append(item.id)
                    told.texts[item.id] = text
                }
                if message.topic == Topics.mindOutcome.name { told.ended.insert(item.id) }
                if let show = item.show { told.lines.append((item.id, show)) }
            }
            told.damaged = contents.damagedChunks
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(1)
        }
        return told
    }

    /// Whether somebody writes it just now.
    private static func isFresh(_ path: String) -> Bool {
        let date = (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate]) as? Date
        return date.map { -$0.timeIntervalSinceNow < 3 } ?? false
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
        case Topics.mindPlan.name:
            let plan = try MindPlan(serialized: message.payload)
            return (plan.instructionID, nil, { $0.show(plan) })
        case Topics.mindDecision.name:
            let decision = try MindDecision(serialized: message.payload)
            return (decision.instructionID, nil, { $0.show(decision) })
        case Topics.mindSurprise.name:
            let surprise = try MindSurprise(serialized: message.payload)
            return (surprise.instructionID, nil, { $0.show(surprise) })
        case Topics.mindQuestion.name:
            let question = try MindQuestion(serialized: message.payload)
            return (question.instructionID, nil, { $0.show(question) })
        case Topics.answer.name:
            let answer = try Answer(serialized: message.payload)
            return (answer.id, nil, { $0.show(answer) })
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
