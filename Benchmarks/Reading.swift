import CPlatform
import Evaluation
import LanguagePolicy
import RobotModel
import Understanding

/// From a sentence to its program by the model that is shipped for it: three texts followed at a time, held to the grammar.
///
/// Sentences are the instructions of a task suite, each with its own things on the table.
enum Reading {
    private static let suite = "Config/suites/development.json"
    private static let count = 60

    static func measure(_ lab: Lab) async throws -> Figure {
        say("    loading the model")
        let model = try lab.readerModel()
        let reader = ModelReader(model)
        _ = reader.read("hello", names: [], turns: [], within: nil)
        var times: [Double] = []
        var understood = 0
        for task in try Suite.load(path: suite).tasks.prefix(count) {
            try Task.checkCancellation()
            let names = task.scene.entries.map(\.thing.name)
            let began = cplatform_monotonic_nanoseconds()
            let readings = reader.read(task.instruction, names: names, turns: [], within: nil)
            times.append(Double(cplatform_monotonic_nanoseconds() - began) * 1e-6)
            understood += readings.isEmpty ? 0 : 1
        }
        return Figure(
            key: "reading", title: "From a sentence to its program (\(times.count) sentences)", unit: "ms",
            rows: [Figure.Row("Foresight", .ours, times, remark: "\(understood) of \(times.count) became programs")],
            notes: ["no peer: llama-server has no grammar of ours to be held to"])
    }
}
