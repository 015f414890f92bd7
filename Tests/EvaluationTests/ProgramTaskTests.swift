import Evaluation
import Foundation
import RobotModel
import Testing

/// Programs on the simulated robot: what the suite holds whole, by the forms that differ most.
@Suite("Programs in the plant")
struct ProgramTaskTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Config/"

    private static func run(_ ids: [String], readings: String) async throws -> [TaskResult] {
        let robot = try RobotConfiguration.load(path: folder + "so101-virtual.toml")
        let suite = try Suite.load(path: folder + "suites/programs.json")
        let runner = try TaskRunner(
            robot: robot, model: nil, policy: .foresight, reader: try WrittenReader(path: readings))
        var results: [TaskResult] = []
        for task in suite.tasks where ids.contains(task.id) { results.append(try await runner.run(task, seed: 0)) }
        return results
    }

    @Test("sides, displacements, loops, fallbacks, undoing, rules, questions and names end as they should")
    func asExpected() async throws {
        let ids = [
            "place-left-and-right", "step-move-push", "step-swap", "control-until", "control-repeat",
            "control-otherwise",
            "quantity-another", "step-undo", "rule-keep", "ask-where", "ask-can", "name-call", "absent",
            "ambiguous-side",
        ]
        let results = try await Self.run(ids, readings: Self.folder + "suites/programs.jsonl")
        #expect(results.count == ids.count)
        for result in results {
            #expect(result.asExpected, "\(result.id): \(result.ended) \(result.reason) \(result.says)")
            #expect(result.forbiddenContacts == 0 && !result.falseClaim)
        }
    }

    @Test("a program that says something else is seen to end otherwise")
    func mutant() async throws {
        let path = "/tmp/foresight-readings-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let task = try #require(
            try Suite.load(path: Self.folder + "suites/programs.json").tasks.first { $0.id == "place-in" })
        let line = try JSONSerialization.data(
            withJSONObject: ["sentence": task.instruction, "program": "put the biggest block in the bin"])
        try line.write(to: URL(filePath: path))
        let results = try await Self.run(["place-in"], readings: path)
        #expect(results.map(\.asExpected) == [false] && results.map(\.falseClaim) == [true])
    }
}
