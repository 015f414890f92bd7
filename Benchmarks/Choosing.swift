import CPlatform
import FoundationEssentials
import LanguagePolicy
import Planning
import RobotModel

/// One decision among twelve grounded skills: our scoring beside llama-server held to them by a JSON schema; the same
/// model file, threads and questions.
enum Choosing {
    struct Case: Encodable {
        var instruction: String
        var goal: String
        var held: String
        var answer: String
        var prompt = ""
    }

    static let skills = [
        "pick red block", "pick green block", "pick blue block", "pick yellow block", "go home", "look",
        "place red block in bin", "place red block in tray", "place red block on plate",
        "place red block on blue block",
        "place red block on green block", "place red block on table",
    ]

    private static let turns = 3
    private static let ways = [("chat", "llama-server, chat"), ("completion", "llama-server, our prompt")]

    static func measure(_ lab: Lab) async throws -> Figure {
        let path = lab.robot.resolve(lab.robot.mind.languageModel)
        let model = try LanguageModel(path: path)
        let cases = cases
        let texts = skills.map { " " + $0 }
        _ = try model.choose(cases[0].prompt, among: texts)
        var (ours, right) = ([Double](), 0)
        var theirs: [String: [Answer]] = [:]
        // by turns: what else the machine does falls on all alike
        for turn in 1...turns {
            say("    our scoring, turn \(turn) of \(turns)")
            for question in cases {
                let began = cplatform_monotonic_nanoseconds()
                let guess = SkillQuestion.guess(skills, goal: question.goal, held: question.held)
                let scores = try model.choose(question.prompt, among: texts, guess: guess).scores
                ours.append(Double(cplatform_monotonic_nanoseconds() - began) * 1e-6)
                let best = scores.indices.max { scores[$0].mean < scores[$1].mean }
                if best.map({ skills[$0] }) == question.answer { right += 1 }
            }
            guard let peers = lab.llamaPeers else { continue }
            for (way, name) in ways {
                say("    \(name)")
                theirs[way, default: []] += try await server(peers, path, cases, way: way, lab)
            }
        }
        var rows = [Figure.Row("Foresight", .ours, ours, remark: "\(right) of \(ours.count) right")]
        for (way, name) in ways {
            guard let answers = theirs[way] else { continue }
            let times = Scoring.median(answers.map(\.milliseconds)) / Scoring.median(ours)
            let correct = zip(answers, (1...turns).flatMap { _ in cases }).count { $0.choice == $1.answer }
            rows.append(
                Figure.Row(
                    name + ", JSON schema", .peer, answers.map(\.milliseconds),
                    remark: "\(correct) of \(answers.count) right; ours is \(decimal(times, digits: 1)) times as fast"))
        }
        let notes = lab.llamaPeers == nil ? ["no peers: `make peers` builds llama-server"] : []
        return Figure(
            key: "choosing", title: "A choice among \(skills.count) grounded skills by the language model", unit: "ms",
            rows: rows, notes: notes)
    }

    private struct Answer: Decodable {
        var milliseconds: Double
        var choice: String
    }
    private struct Questions: Encodable {
        var skills: [String]
        var cases: [Case]
    }

    private static func server(
        _ peers: String, _ path: String, _ cases: [Case], way: String, _ lab: Lab
    ) async throws -> [Answer] {
        let file = lab.folder + "/choices.json"
        try writeBytes(JSONEncoder().encode(Questions(skills: skills, cases: cases)), to: file)
        let child = try Child(
            "/usr/bin/python3",
            [lab.peers + "/llama_server.py", peers + "/llama-server", path, file, way, "\(lab.processors)"],
            output: lab.folder + "/llama-server-\(way).log")
        let lines = try await child.result(within: 180).split(separator: "\n").filter { $0.hasPrefix("{") }
        let answers = try lines.map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
        guard answers.count == cases.count else {
            throw Trouble("llama-server answered too little: \(child.output.suffix(400))")
        }
        return answers
    }

    private static var cases: [Case] {
        let free = [
            ("put the red block in the bin", "red block in bin", "pick red block"),
            ("stack the green block on the blue block", "green block on blue block", "pick green block"),
            ("move the blue block to the tray", "blue block in tray", "pick blue block"),
            ("put the yellow block on the plate", "yellow block on plate", "pick yellow block"),
            ("could you drop the green block into the bin", "green block in bin", "pick green block"),
            ("throw the yellow block into the bin please", "yellow block in bin", "pick yellow block"),
            ("grab the red block", "red block held", "pick red block"),
            ("pick up the blue block", "blue block held", "pick blue block"),
            ("I want the green block on the plate", "green block on plate", "pick green block"),
            ("go home", "arm at home", "go home"), ("back to your home position", "arm at home", "go home"),
        ].map { Case(instruction: $0.0, goal: $0.1, held: "nothing", answer: $0.2) }
        let holding = [
            ("put the red block in the bin", "red block in bin", "place red block in bin"),
            ("put the red block in the tray", "red block in tray", "place red block in tray"),
            ("set the red block down on the plate", "red block on plate", "place red block on plate"),
            ("stack the red block on the blue block", "red block on blue block", "place red block on blue block"),
            ("pile red on green", "red block on green block", "place red block on green block"),
            ("drop the red one into the bin", "red block in bin", "place red block in bin"),
            ("put the red block back on the table", "red block on table", "place red block on table"),
        ].map { Case(instruction: $0.0, goal: $0.1, held: "red block", answer: $0.2) }
        return (free + holding).map { question in
            var asked = question
            asked.prompt = SkillQuestion.prompt(goal: question.goal, held: question.held)
            return asked
        }
    }
}
