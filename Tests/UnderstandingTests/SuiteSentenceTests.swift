import Evaluation
import Foundation
import RobotModel
import TestSupport
import Testing
import Understanding

/// The sentences of whole suites, understood by the words alone; most were written by people who did not know the program.
struct SuiteSentenceTests {
    private static let suites = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Config/suites")

    /// Of a long suite every fourth sentence in each run, all with FORESIGHT_SOAK=1.
    private static func sample(_ tasks: [SuiteTask]) -> [SuiteTask] {
        guard tasks.count > 200, ProcessInfo.processInfo.environment["FORESIGHT_SOAK"] != "1" else { return tasks }
        return tasks.enumerated().filter { $0.offset % 4 == 1 }.map(\.element)
    }

    /// By how much a sample may hold more of those that are not understood.
    private static let chance = 0.01

    @Test(
        "sentences of whole suites are understood as meant",
        arguments: [
            ("development", 1.0), ("hostile", 1.0), ("elsewhere", 0.98), ("sentences", 0.96),
        ])
    func understood(name: String, least: Double) throws {
        let suite = try Evaluation.Suite.load(path: Self.suites.appending(path: name + ".json").path)
        let grounder = Grounder(model: nil)
        let tasks = Self.sample(suite.tasks)
        let missed = tasks.filter { !MeaningCheck.understanding(of: $0, by: grounder).isRight }
        let share = 1 - Double(missed.count) / Double(tasks.count)
        #expect(
            share >= least - (tasks.count < suite.tasks.count ? Self.chance : 0),
            "\(missed.map { "\($0.id): \($0.instruction)" }.joined(separator: "\n"))")
    }

    @Test(
        "to move more than was asked for is not as meant",
        arguments: [
            ("put the cup on the plate", true), ("put the pen on the table, then the cup on the plate", true),
            ("put the cup and the pen on the plate", false), ("put the pen on the plate", false),
        ])
    func more(said: String, isRight: Bool) throws {
        let text = """
            {"suite": "one", "version": 1, "robot": "so101", "tasks": [{"id": "a", "family": "place",
            "instruction": "\(said)", "goal": {"on": ["cup", "plate"]}, "scene": {"things": [
            {"name": "cup", "shape": "cylinder", "size": [0.03, 0.04], "position": [0.2, 0.1]},
            {"name": "pen", "shape": "box", "size": [0.03, 0.03, 0.03], "position": [0.2, 0]},
            {"name": "plate", "shape": "plate", "size": [0.1, 0.01], "position": [0.2, -0.1]}]}}]}
            """
        let path = FileManager.default.temporaryDirectory.appending(path: "more-\(said.hashValue).json").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let task = try #require(try Evaluation.Suite.load(path: path).tasks.first)
        #expect(MeaningCheck.understanding(of: task, by: Grounder(model: nil)).isRight == isRight)
    }
}
