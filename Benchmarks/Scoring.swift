import FoundationEssentials
import LanguagePolicy
import RobotModel

/// How fast a prompt is read: our scoring beside llama-bench, the same model file, threads and number of tokens.
enum Scoring {
    static let rounds = 4
    static let turns = 5
    static let words = 160

    static func measure(_ lab: Lab) async throws -> Figure {
        let path = lab.robot.resolve(lab.robot.mind.languageModel)
        let model = try LanguageModel(path: path)
        _ = try model.score(prompt(-1), [" yes"])
        var (ours, theirs, overheads): ([Double], [Double], [Double]) = ([], [], [])
        var tokens = 0
        for turn in 0..<turns {
            // by turns: what else the machine does falls on both alike
            say("    our scoring, turn \(turn + 1) of \(turns)")
            var mine: [Double] = []
            for round in 0..<rounds {
                // no prompt begins like another: nothing is in memory
                let scoring = try model.score(prompt(turn * rounds + round), [" yes"])
                tokens = scoring.freshTokens - 1
                mine.append(Double(tokens) / scoring.prefillSeconds)
            }
            ours += mine
            guard let peers = lab.llamaPeers else { continue }
            say("    llama-bench")
            let other = try await llamaBench(peers, path, tokens: tokens, lab)
            theirs += other
            overheads.append(100 * (1 - median(mine) / median(other)))
        }
        var rows = [Figure.Row("Foresight", .ours, ours, remark: "\(tokens) tokens read at once")]
        var notes: [String] = []
        if theirs.isEmpty {
            notes.append("no peers: `make peers` builds llama-bench")
        } else {
            let (low, high) = (overheads.min() ?? 0, overheads.max() ?? 0)
            rows.append(
                Figure.Row(
                    "llama-bench, the same build", .peer, theirs,
                    remark: "our overhead is \(decimal(median(overheads), digits: 1)) % (by turns"
                        + " \(decimal(low, digits: 1)) to \(decimal(high, digits: 1)))"))
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
