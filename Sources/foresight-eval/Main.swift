import ArgumentParser
import Console
import Evaluation
import Foundation
import Glibc
import LanguagePolicy
import RobotModel
import Understanding

@main
struct ForesightEval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-eval",
        abstract: "Run a task suite on simulated robots, faster than real time, and judge it by what really happened.",
        discussion: """
            The real mind, imagination, language model and control code run against a plant whose hidden parameters
            they are never told. Time is simulated: thinking costs none of it.

            Exit codes: 0 the suite was run, 1 something could not be used, 64 wrong usage, 78 a mistake in the suite or
            the configuration, 130 interrupted (what was done so far is printed).
            """)

    @Argument(
        help:
            "Task suites, run as one (Config/suites/development.json and hostile.json are ours); with --compare, a report."
    )
    var suite: [String]

    @Option(help: "The robot's configuration; default: the virtual SO-101 beside the programs.")
    var config: String = "Config/so101-virtual.toml"

    @Option(help: "random, language-only, language-affordance, foresight, no-language or oracle.")
    var policy: ComparedPolicy = .foresight

    @Option(help: "Write the report there as JSON; - for standard output.")
    var json: String?

    @Option(help: "Only tasks of this family, or the one with this id.")
    var only: String?

    @Option(help: "How many tasks run at once; default: the processors.")
    var jobs: Int?

    @Option(help: "How many plant seeds each task is run with.")
    var seeds: Int = 1

    @Option(help: "Another GGUF model, whose opinion of skills is asked, than the configuration's.")
    var model: String?

    @Option(help: "Another GGUF model that writes sentences as programs than the configuration's.")
    var readerModel: String?

    @Option(
        help: "Its adapter (GGUF), instead of the configuration's; base: the model as it is; none: plain orders only.")
    var adapter: String?

    @Option(
        help: ArgumentHelp(
            "Programs that people wrote, JSON lines with sentence and program, instead of a model's.",
            valueName: "file"))
    var readings: String?

    @Option(help: "Compare this report (of --json) with the other one, task by task, and run nothing.")
    var compare: String?

    @Flag(help: "Tell what the mind imagines and decides, on standard error.")
    var tell = false

    @Flag(help: "Only understand the sentences, and print the programs: nothing moves.")
    var understand = false

    @Option(
        help: ArgumentHelp(
            "Run this many tasks through the real programs, in real time, and print how many end as with a told clock.",
            valueName: "tasks"))
    var realTime: Int?

    @Option(help: .hidden) var worker: String?

    func validate() throws {
        guard (1...1000).contains(seeds) else { throw ValidationError("--seeds is 1 … 1000") }
        if let jobs { guard (1...256).contains(jobs) else { throw ValidationError("--jobs is 1 … 256") } }
    }

    func run() async throws {
        if let compare { return try printComparison(compare, suite[0]) }
        let (suite, robot) = try loaded()
        let runs = suite.tasks.filter { only == nil || $0.family == only || $0.id == only }.flatMap { task in
            (0..<seeds).map { (task, UInt64($0)) }
        }
        guard !runs.isEmpty else {
            throw complain(64, "no task of the suite is of the family or has the id “\(only ?? "")”")
        }
        if let worker { return try await work(worker, runs, robot) }
        if let realTime { return try await bothWays(RealTime.sample(suite.tasks, realTime), robot) }
        if understand { return try printPrograms(of: runs.map(\.0), robot) }
        let crew = Crew(arguments: Array(CommandLine.arguments.dropFirst()), count: min(jobs ?? processors, runs.count))
        let results = try await crew.run(total: runs.count)
        let order = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ("\($1.0.id)#\($1.1)", $0) })
        let sorted = results.sorted {
            order["\($0.id)#\($0.seed)", default: 0] < order["\($1.id)#\($1.seed)", default: 0]
        }
        let report = SuiteReport(
            suite: suite.name, policy: policy.rawValue,
            model: readerName(robot), tasks: sorted)
        if json != "-" { print(report.table) }
        try write(report)
        if results.count < runs.count { throw ExitCode(130) }
    }

    private var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    private func modelPath(_ robot: RobotConfiguration) -> String {
        model ?? robot.resolve(robot.mind.languageModel)
    }

    /// What sentences are read by, as a report names it.
    private func readerName(_ robot: RobotConfiguration) -> String {
        if let readings { return readings }
        let file = (adapter ?? robot.mind.adapter).split(separator: "/").last.map(String.init) ?? "none"
        return file == "base" ? readerPath(robot).split(separator: "/").last.map(String.init) ?? "" : file
    }

    private func readerPath(_ robot: RobotConfiguration) -> String {
        readerModel ?? robot.resolve(robot.mind.readerModel)
    }

    /// Unlike the mind, which falls back: what is measured is what was asked for, or nothing.
    private func reader(_ robot: RobotConfiguration, threads: Int) throws -> any SentenceReader {
        if let readings { return try WrittenReader(path: readings) }
        if adapter == "none" || adapter == nil && robot.mind.adapter.isEmpty { return PlainReader() }
        let tuned = adapter == "base" ? nil : adapter ?? robot.resolve(robot.mind.adapter)
        return ModelReader(try LanguageModel(path: readerPath(robot), adapter: tuned, threads: threads))
    }

    private func loaded() throws -> (Suite, RobotConfiguration) {
        do {
            let (suite, robot) = (try Suite.load(paths: suite), try RobotConfiguration.load(path: config))
            guard suite.robot == robot.model else {
                throw ConfigurationError(
                    file: config,
                    problem: "has the arm “\(robot.model)”, the suite is made for “\(suite.robot)”: "
                        + "choose with --config")
            }
            return (suite, robot)
        } catch {
            throw complain(78, "\(error)")
        }
    }

    /// One of several workers: every so many tasks, a line of JSON for each.
    private func work(_ share: String, _ runs: [(SuiteTask, UInt64)], _ robot: RobotConfiguration) async throws {
        let parts = share.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2, parts[1] > 0 else { throw complain(64, "--worker needs I/N") }
        let runner: TaskRunner
        do {
            runner = try TaskRunner(
                robot: robot, model: try LanguageModel(path: modelPath(robot), threads: 1), policy: policy,
                reader: try reader(robot, threads: 1))
        } catch {
            throw complain(1, "\(error)")
        }
        for (index, run) in runs.enumerated() where index % parts[1] == parts[0] {
            let hears: (@Sendable (String) -> Void)? = tell ? { @Sendable in complainLine($0) } : nil
            let result = try await runner.run(run.0, seed: run.1, tell: hears)
            var line = try JSONEncoder().encode(result)
            line.append(10)
            line.withUnsafeBytes { _ = Glibc.write(1, $0.baseAddress, $0.count) }
        }
    }

    private func printComparison(_ first: String, _ second: String) throws {
        do {
            print(Comparison(try Comparison.load(first), try Comparison.load(second)).table)
        } catch {
            throw complain(78, "\(first) and \(second) are not two reports that can be compared: \(error)")
        }
    }

    /// The same tasks with the real programs and with a told clock.
    private func bothWays(_ tasks: [SuiteTask], _ robot: RobotConfiguration) async throws {
        guard readings == nil, adapter != "base" else {
            throw complain(64, "--real-time runs the mind, which reads sentences by an adapter, or plain orders")
        }
        let options = [("--model", model), ("--reader-model", readerModel), ("--adapter", adapter)]
        let real = RealTime(
            config: config, options: options.flatMap { name, value in value.map { [name, $0] } ?? [] }, robot: robot)
        let told = try TaskRunner(
            robot: robot, model: try LanguageModel(path: modelPath(robot), threads: 1), policy: .foresight,
            reader: try reader(robot, threads: 0))
        let scenes = try suite.map(Self.scenes).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        var results: [TaskResult] = []
        var alike = 0
        for task in tasks {
            let there: TaskResult
            do { there = try await real.run(task, scene: scenes[task.id] ?? Data()) } catch {
                throw complain(1, "\(task.id): \(error)")
            }
            let here = try await told.run(task, seed: 0)
            results.append(there)
            let same = there.ended == here.ended && there.reason == here.reason && there.goalTrue == here.goalTrue
            if same { alike += 1 }
            print(
                "\(task.id): real time \(Self.words(there)); told clock \(Self.words(here))\(same ? "" : "   DIFFERS")")
            fflush(nil)
        }
        print("\(alike) of \(tasks.count) end alike")
        try write(
            SuiteReport(
                suite: try Suite.load(paths: suite).name, policy: "foresight",
                model: readerName(robot), tasks: results))
    }

    private static func words(_ result: TaskResult) -> String {
        let goal = result.goalTrue.map { $0 ? ", goal true" : ", goal not true" } ?? ""
        return "\(result.ended) \(result.reason)\(goal) (\(Int(result.simulatedSeconds)) s)"
    }

    /// What stands on the table, as the suite writes it, by the task's id.
    private static func scenes(_ path: String) throws -> [String: Data] {
        let suite = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any]
        var scenes: [String: Data] = [:]
        for task in suite?["tasks"] as? [[String: Any]] ?? [] {
            guard let id = task["id"] as? String, let scene = task["scene"] else { continue }
            scenes[id] = try JSONSerialization.data(withJSONObject: scene)
        }
        return scenes
    }

    private func printPrograms(of tasks: [SuiteTask], _ robot: RobotConfiguration) throws {
        let reader: any SentenceReader
        do { reader = try self.reader(robot, threads: 0) } catch { throw complain(1, "\(error)") }
        for task in tasks {
            print("\(task.id): “\(task.instruction)”")
            let names = task.scene.entries.map(\.thing.name)
            for reading in reader.read(task.instruction, names: names, turns: [], within: nil) {
                print("    \(Int((reading.probability * 100).rounded())) %  \(reading.program)")
            }
        }
    }

    private func write(_ report: SuiteReport) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(report)
        if json == "-" { return print(String(decoding: data, as: UTF8.self)) }
        do { try data.write(to: URL(filePath: json)) } catch { throw complain(1, "cannot write \(json): \(error)") }
    }
}

extension ComparedPolicy: ExpressibleByArgument {}

/// A line on standard error.
func complainLine(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = Glibc.write(2, line, line.count)
}

func complain(_ code: Int32, _ text: String) -> ExitCode {
    let line = Array("error: \(text)\n".utf8)
    _ = Glibc.write(2, line, line.count)
    return ExitCode(code)
}
