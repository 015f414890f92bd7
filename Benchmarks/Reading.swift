import CPlatform
import FoundationEssentials
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
        let scene = try SceneFile.load(path: lab.robot.resolve(lab.robot.virtual.scene))
        let names = scene.entries.map(\.thing.name)
        _ = reader.read("hello", names: names, turns: [], within: nil)
        var times: [Double] = []
        var understood = 0
        for sentence in try sentences() {
            try Task.checkCancellation()
            let began = cplatform_monotonic_nanoseconds()
            let readings = reader.read(sentence, names: names, turns: [], within: nil)
            times.append(Double(cplatform_monotonic_nanoseconds() - began) * 1e-6)
            understood += readings.isEmpty ? 0 : 1
        }
        return Figure(
            key: "reading", title: "From a sentence to its program (\(times.count) sentences)", unit: "ms",
            rows: [Figure.Row("Foresight", .ours, times, remark: "\(understood) of \(times.count) became programs")],
            notes: ["no peer: llama-server has no grammar of ours to be held to"])
    }

    private static func sentences() throws -> [String] {
        struct Suite: Decodable {
            struct Task: Decodable { var instruction: String }
            var tasks: [Task]
        }
        guard let data = FileManager.default.contents(atPath: suite) else { throw Trouble("\(suite) cannot be read") }
        return Array(try JSONDecoder().decode(Suite.self, from: data).tasks.map(\.instruction).prefix(count))
    }
}
