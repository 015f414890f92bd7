import FoundationEssentials
import LanguagePolicy
import RobotModel

/// How fast a prompt is read: our scoring beside llama-bench, the same model file, threads and number of tokens.
enum Scoring {
    static let rounds = 6
    static let words = 160

    static func measure(_ lab: Lab) async throws -> Figure {
        let path = lab.robot.resolve(lab.robot.mind.languageModel)
        let model = try LanguageModel(path: path)
        _ = try model.score(prompt(-1), [" yes"])
        say("    our scoring")
        var ours: [Double] = []
        var tokens = 0
        for round in 0..<rounds {
            // no prompt begins like another: nothing is in memory
            let scoring = try model.score(prompt(round), [" yes"])
            tokens = scoring.freshTokens - 1
            ours.append(Double(tokens) / scoring.prefillSeconds)
        }
        var rows = [Figure.Row("Foresight", .ours, ours, remark: "\(tokens) tokens read at once")]
        var notes: [String] = []
        if let peers = lab.llamaPeers {
            say("    llama-bench")
            let theirs = try await llamaBench(peers, path, tokens: tokens, lab)
            let overhead = 100 * (1 - median(ours) / median(theirs))
            rows.append(
                Figure.Row(
                    "llama-bench, the same build", .peer, theirs,
                    remark: "our overhead is \(decimal(overhead, digits: 1)) %"))
        } else {
            notes.append("no peers: `make peers` builds llama-bench")
        }
        return Figure(
            key: "scoring", title: "A prompt read by \(path.split(separator: "/").last ?? "")", unit: "tokens/s",
            rows: rows, notes: notes)
    }

    private static func prompt(_ number: Int) -> String {
        "\(number + 7) " + String(repeating: "put the red block into the bin beside it ", count: words / 9)
    }

    private static func llamaBench(_ peers: String, _ path: String, tokens: Int, _ lab: Lab) async throws -> [Double] {
        struct Run: Decodable { var samples_ts: [Double] }
        let child = try Child(
            peers + "/llama-bench",
            [
                "-m", path, "-p", "\(tokens)", "-n", "0", "-r", "\(rounds)", "-t", "\(lab.processors)", "-b", "512",
                "-o", "json",
            ], output: lab.folder + "/llama-bench.log")
        let text = try await child.result(within: 120)
        guard let start = text.firstIndex(of: "["), let end = text.lastIndex(of: "]"), start < end,
            let run = try JSONDecoder().decode([Run].self, from: Data(text[start...end].utf8)).first
        else { throw Trouble("llama-bench measured nothing: \(text.suffix(300))") }
        return run.samples_ts
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
