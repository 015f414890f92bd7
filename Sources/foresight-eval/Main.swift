import ArgumentParser
import Console
import Evaluation
import FoundationEssentials
import Glibc
import LanguagePolicy
import Planning
import RobotModel

@main
struct ForesightEval: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-eval",
        abstract: "Run a task suite on simulated robots, faster than real time, and judge it by what really happened.",
        discussion: """
            The real planner, imagination, language model and control code run against a plant whose hidden parameters
            they are never told. Time is simulated: thinking costs none of it.

            Exit codes: 0 the suite was run, 1 something could not be used, 64 wrong usage, 78 a mistake in the suite or
            the configuration, 130 interrupted (what was done so far is printed).
            """)

    @Argument(help: "A task suite (Config/suites/development.json is ours).")
    var suite: String

    @Option(help: "The robot's configuration; default: the virtual SO-101 beside the programs.")
    var config: String = "Config/so101-virtual.toml"

    @Option(help: "random, language-only, language-affordance, foresight, no-language or oracle.")
    var policy: PlanningPolicy = .foresight

    @Option(help: "Write the report there as JSON; - for standard output.")
    var json: String?

    @Option(help: "Only tasks of this family, or the one with this id.")
    var only: String?

    @Option(help: "How many tasks run at once; default: the processors.")
    var jobs: Int?

    @Option(help: "How many plant seeds each task is run with.")
    var seeds: Int = 1

    @Option(help: "Another GGUF model than the configuration's.")
    var model: String?

    @Option(help: .hidden) var worker: String?

    func validate() throws {
        guard (1...1000).contains(seeds) else { throw ValidationError("--seeds is 1 … 1000") }
        if let jobs { guard (1...256).contains(jobs) else { throw ValidationError("--jobs is 1 … 256") } }
    }

    func run() async throws {
        let (suite, robot) = try loaded()
        let runs = suite.tasks.filter { only == nil || $0.family == only || $0.id == only }.flatMap { task in
            (0..<seeds).map { (task, UInt64($0)) }
        }
        guard !runs.isEmpty else {
            throw complain(64, "no task of the suite is of the family or has the id “\(only ?? "")”")
        }
        if let worker { return try await work(worker, runs, robot) }
        let crew = Crew(arguments: Array(CommandLine.arguments.dropFirst()), count: min(jobs ?? processors, runs.count))
        let results = try await crew.run(total: runs.count)
        let order = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ("\($1.0.id)#\($1.1)", $0) })
        let sorted = results.sorted {
            order["\($0.id)#\($0.seed)", default: 0] < order["\($1.id)#\($1.seed)", default: 0]
        }
        let report = SuiteReport(
            suite: suite.name, policy: policy.rawValue,
            model: modelPath(robot).split(separator: "/").last.map(String.init) ?? "",
            tasks: sorted)
        if json != "-" { print(report.table) }
        try write(report)
        if results.count < runs.count { throw ExitCode(130) }
    }

    private var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    private func modelPath(_ robot: RobotConfiguration) -> String {
        model ?? robot.resolve(robot.mind.languageModel)
    }

    private func loaded() throws -> (Suite, RobotConfiguration) {
        do {
            return (try Suite.load(path: suite), try RobotConfiguration.load(path: config))
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
            // grounding is the same for all policies, so that each has the model
            let model = try LanguageModel(path: modelPath(robot), threads: 1)
            runner = try TaskRunner(robot: robot, model: model, policy: policy)
        } catch {
            throw complain(1, "\(error)")
        }
        for (index, run) in runs.enumerated() where index % parts[1] == parts[0] {
            let result = try await runner.run(run.0, seed: run.1)
            var line = try JSONEncoder().encode(result)
            line.append(10)
            line.withUnsafeBytes { _ = Glibc.write(1, $0.baseAddress, $0.count) }
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

extension PlanningPolicy: ExpressibleByArgument {}

func complain(_ code: Int32, _ text: String) -> ExitCode {
    let line = Array("error: \(text)\n".utf8)
    _ = Glibc.write(2, line, line.count)
    return ExitCode(code)
}
