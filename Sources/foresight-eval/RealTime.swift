import Channels
import Evaluation
import Foundation
import Messages
import RobotModel

/// Tasks one by one through the real programs: a virtual robot on a pseudo-terminal, the body and the mind.
struct RealTime {
    let config: String
    /// What the mind is started with beside the configuration.
    let options: [String]
    let robot: RobotConfiguration

    /// Seconds a program may take until it is there.
    private static let patience = 40.0
    /// Seconds of real time a mind may think beside what the task allows for moving.
    private static let thinking = 90.0

    struct Failure: Error, CustomStringConvertible { var description: String }

    /// Every so many of a suite's tasks: always the same ones of the same suite.
    static func sample(_ tasks: [SuiteTask], _ count: Int) -> [SuiteTask] {
        // the virtual robot draws its plant from a seed and starts at rest
        let fit = tasks.filter { task in
            guard case .seed = task.plant, case .pose("rest") = task.arm else { return false }
            return true
        }
        guard fit.count > count else { return fit }
        return (0..<count).map { fit[$0 * fit.count / count] }
    }

    func run(_ task: SuiteTask, scene: Data) async throws -> TaskResult {
        let folder = FileManager.default.temporaryDirectory.appending(path: "foresight-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try scene.write(to: URL(filePath: folder + "/scene.json"))
        guard case .seed(let seed) = task.plant else { throw Failure(description: "\(task.id) has no plant seed") }
        let common = ["--config", config, "--socket", folder + "/socket"]
        var children: [Process] = []
        // the mind first, then the body, then the robot
        defer { for child in children.reversed() { Self.end(child) } }
        children.append(
            try start(
                "foresight-virtual",
                common + [
                    "--link", folder + "/robot", "--scene", folder + "/scene.json", "--seed", "\(seed)",
                    "--ground-truth", folder + "/truth",
                ], folder))
        try await wait("the virtual robot's port") { FileManager.default.fileExists(atPath: folder + "/robot") }
        children.append(try start("foresightd", common + ["--port", folder + "/robot"], folder))
        try await wait("the body's socket") { FileManager.default.fileExists(atPath: folder + "/socket") }
        let client = try await ChannelClient.connect(socketPath: folder + "/socket")
        children.append(try start("foresight-mind", common + options, folder))
        let (outcome, asked, seconds) = try await say(task, client)
        try await Task.sleep(for: .seconds(1.3))
        await client.close()
        for child in children.reversed() { Self.end(child) }
        let record = Record(try Data(contentsOf: URL(filePath: folder + "/truth")))
        return record.result(
            task, seed: 0, outcome: outcome, asked: asked, thinking: seconds, robot: robot)
    }

    private func say(
        _ task: SuiteTask, _ client: ChannelClient
    ) async throws -> (outcome: MindOutcome, asked: Int, seconds: Double) {
        let states = client.subscribe(Topics.mindStatus, buffering: 4)
        let ready = await Self.first(within: Self.patience) {
            for await status in states where status.message.state == "ready" { return true }
            return nil
        }
        guard ready == true else { throw Failure(description: "the mind is not ready after \(Self.patience) s") }
        var armed = try await client.call(Services.arm, TriggerRequest(), timeoutSeconds: 5)
        for _ in 0..<50 where !armed.success {
            try await Task.sleep(for: .milliseconds(200))
            armed = try await client.call(Services.arm, TriggerRequest(), timeoutSeconds: 5)
        }
        guard armed.success else { throw Failure(description: "the robot does not arm: \(armed.message)") }
        try await Task.sleep(for: .milliseconds(500))
        let questions = Questions(answer: task.answer)
        client.follow(Topics.mindQuestion, ended: {}) { question in
            guard question.instructionID == task.id else { return }
            let text = questions.next()
            client.publish(
                Topics.answer,
                .with {
                    $0.id = task.id
                    $0.text = text
                })
        }
        let outcomes = client.subscribe(Topics.mindOutcome, buffering: 4)
        let clock = ContinuousClock()
        let began = clock.now
        client.publish(
            Topics.instruction,
            .with {
                $0.id = task.id
                $0.text = task.instruction
                $0.interactive = true
            })
        let outcome = await Self.first(within: task.timeLimit + Self.thinking) {
            for await outcome in outcomes where outcome.message.instructionID == task.id { return outcome.message }
            return nil
        }
        let seconds = Double((clock.now - began).components.seconds)
        if outcome == nil { _ = try? await client.call(Services.stop, TriggerRequest(), timeoutSeconds: 5) }
        return (
            outcome
                ?? .with {
                    $0.ending = "failed"; $0.reason = "time"
                }, questions.count, seconds
        )
    }

    /// Answers as a task says: once, then "I don't know".
    private final class Questions: Sendable {
        private let answer: String?
        private let asked = Locked(0)
        init(answer: String?) { self.answer = answer }
        var count: Int { asked.value }
        func next() -> String { asked.increment() == 1 ? answer ?? "I don't know" : "I don't know" }
    }

    private static func first<Value: Sendable>(
        within seconds: Double, _ body: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func wait(_ what: String, _ condition: () -> Bool) async throws {
        let steps = Int(Self.patience * 10)
        for _ in 0..<steps {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure(description: "\(what) did not appear within \(Self.patience) s")
    }

    private func start(_ program: String, _ arguments: [String], _ folder: String) throws -> Process {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let process = Process()
        process.executableURL = own.appending(path: program)
        process.arguments = arguments
        let log = folder + "/\(program).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = process.standardOutput
        try process.run()
        return process
    }

    private static func end(_ process: Process) {
        guard process.isRunning else { return }
        process.terminate()
        for _ in 0..<50 where process.isRunning { usleep(100_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }
}

/// A number that several threads count.
private final class Locked: @unchecked Sendable {
    // unchecked: the number is touched under the lock only
    private let lock = NSLock()
    private var number: Int
    init(_ number: Int) { self.number = number }
    var value: Int { lock.withLock { number } }
    func increment() -> Int {
        lock.withLock {
            number += 1
            return number
        }
    }
}
