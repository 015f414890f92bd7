import Foundation
import RobotModel
import TestSupport
import Testing
import Understanding

@Suite("Programs as they are carried out")
struct ProgramRunTests {
    /// A table on which whatever is to become true does, unless it is said to be impossible.
    private struct Table {
        var scene = ResolverTests.scene()
        var impossible: Set<String> = []
        var done: [String] = []

        mutating func run(_ text: String, _ dialogue: Dialogue = Dialogue()) throws -> Dialogue {
            guard case .orders(let statement, let rules) = try Program(parsing: text) else { return dialogue }
            var run = ProgramRun(statement, rules: rules, dialogue: dialogue)
            while case .reach(.then(let goals), _) = try run.next(in: scene), let goal = goals.last {
                if impossible.contains(goal.description) {
                    guard run.fallBack() else { break }
                    continue
                }
                done.append(goal.description)
                for name in goal.subjects { run.dialogue.leave(scene.state.thing(name)!, in: scene.state) }
                bring(about: goal)
                if done.count > 60 { break }
            }
            return run.dialogue
        }

        private mutating func bring(about goal: Goal) {
            switch goal {
            case .all(let goals): for goal in goals { bring(about: goal) }
            case .any(let goals):
                if let first = goals.first(where: { !$0.isTrue(in: scene.state) }) { bring(about: first) }
            case .inside(let name, let target): move(name, to: target)
            case .on(let name, let target): move(name, to: target)
            default: break
            }
        }

        private mutating func move(_ name: String, to target: String) {
            guard let index = scene.state.things.firstIndex(where: { $0.name == name }) else { return }
            let half = scene.state.things[index].shape.extent.z / 2
            if let holder = scene.state.thing(target) {
                let floor = holder.shape.isContainer ? holder.bottom + Shape.wallThickness : holder.top
                scene.state.things[index].pose.position = holder.pose.position
                scene.state.things[index].pose.position.z = floor + half
            } else {
                scene.state.things[index].pose.position = Vector3(0.3, Double(done.count) * 0.05 - 0.3, half)
            }
        }
    }

    @Test(
        "control: order, conditions, loops, choices and fallbacks",
        arguments: [
            ("put the pen in the bin then put the red block in the bin", ["pen in bin", "red block in bin"]),
            ("put the pen in the bin and put the red block in the bin", ["pen in bin and red block in bin"]),
            ("if the bin is empty { put the pen in the bin } else { home }", ["pen in bin"]),
            ("if the plate is empty { put the pen in the bin } else { home }", ["arm at home"]),
            ("if the plate is empty { put the pen in the bin }", []),
            (
                "put the pen in the bin then if the tray is empty { put the pen on the plate }",
                ["pen in bin", "pen on plate"]
            ),
            (
                "for each cup { put it in the bin }",
                ["white cup in bin", "pink cup in bin"]
            ),
            (
                "until each block is in the bin { put a block that is not in the bin in the bin }",
                [
                    "red block in bin or blue block in bin or big green block in bin",
                    "blue block in bin or big green block in bin", "big green block in bin",
                ]
            ),
            (
                "put a cup in the bin then put another cup on the plate",
                ["white cup in bin or pink cup in bin", "pink cup on plate"]
            ),
            (
                "repeat 2 { put a cup that is not in the bin in the bin }",
                ["white cup in bin or pink cup in bin", "pink cup in bin"]
            ),
            ("repeat 2 { home }", ["arm at home", "arm at home"]),
            ("put the spoon in the bin otherwise home", []),
            ("put the pen on the plate otherwise put the pen in the bin", ["pen in bin"]),
            ("put the pen on the plate or put the pen in the bin", ["pen on plate or pen in bin"]),
        ])
    func control(program: String, goals: [String]) throws {
        var table = Table()
        table.impossible = ["pen on plate"].filter { _ in program.contains("otherwise") }.reduce(into: []) {
            $0.insert($1)
        }
        if goals.isEmpty, program.contains("spoon") {
            #expect(throws: Unresolved.absent("the spoon")) { try table.run(program) }
        } else {
            _ = try table.run(program)
            #expect(table.done == goals)
        }
    }

    @Test("what was moved goes back, is undone, and is done again")
    func memory() throws {
        var table = Table()
        var dialogue = try table.run("put the pen in the bin")
        dialogue = try table.run("return it", dialogue)
        #expect(table.done == ["pen in bin", "pen in tray"])
        table.done = []
        dialogue = try table.run("put the red block in the bin and put the white cup in the bin", dialogue)
        _ = try table.run("undo", dialogue)
        #expect(table.done.last == "red block at 20 cm ahead, 10 cm left and white cup at 16 cm ahead, 5 cm left")
        var again = Dialogue()
        again.program = "put the blue block in the bin"
        table.done = []
        _ = try table.run("again", again)
        #expect(table.done == ["blue block in bin"])
    }

    @Test(
        "a program with a part that no robot does, or about what is not here, is not begun",
        arguments: [
            ("put the pen in the bin then cannot pour the milk", true),
            ("put the pen in the bin then hold the spoon", true),
            ("cannot pour the milk otherwise home", false), ("hold the spoon otherwise home", false),
            ("if the bin is empty { hold the spoon }", false), ("put the block that is in the bin on the plate", false),
            ("hold the spoon or hold the pen", false), ("put the cup that is next to the spoon in the bin", true),
        ])
    func objections(program: String, objects: Bool) throws {
        let objection = try Program(parsing: program).objection(in: ResolverTests.scene(), dialogue: Dialogue())
        #expect((objection != nil) == objects, "\(objection.map { "\($0)" } ?? "none")")
    }

    @Test("rules name what must not be touched")
    func rules() throws {
        guard
            case .orders(let statement, let rules) = try Program(
                parsing: "put the pen in the bin; do not touch the blue block; keep the white cup is not in the bin")
        else { return }
        let run = ProgramRun(statement, rules: rules, dialogue: Dialogue())
        #expect(try run.untouchable(in: ResolverTests.scene()) == ["blue block", "white cup"])
    }

    @Test(
        "what no order speaks of is all the rest",
        arguments: ["do not touch each other thing", "keep no other thing is in the bin"])
    func others(rule: String) throws {
        guard case .orders(let statement, let rules) = try Program(parsing: "put the pen in the bin; \(rule)") else {
            return
        }
        let kept = try ProgramRun(statement, rules: rules, dialogue: Dialogue()).untouchable(in: ResolverTests.scene())
        #expect(kept.contains("blue block") && !kept.contains("pen") && !kept.contains("bin"), "\(kept)")
    }

    @Test(
        "what cannot be kept to, or would go on for ever, is refused; what is not here need not be kept to",
        arguments: [
            ("home; keep the bin is empty", "watch that"), ("repeat 21 { home }", "more than 20 times"),
            ("until the tray is empty { home }", "after 20 rounds"), ("wait 121 seconds", "longer than 120 s"),
            ("if the pen is reachable { home }", "without trying"), ("home; do not touch the vase", ""),
            ("home; keep the pen is in the tray", ""),
        ])
    func bounds(program: String, words: String) throws {
        guard case .orders(let statement, let rules) = try Program(parsing: program) else { return }
        var run = ProgramRun(statement, rules: rules, dialogue: Dialogue())
        var found = ""
        do throws(Unresolved) {
            let names = try run.untouchable(in: ResolverTests.scene())
            #expect(names == (program.contains("keep the pen") ? ["pen"] : []))
            while try run.next(in: ResolverTests.scene()) != .finished {}
        } catch { found = error.says }
        #expect(words.isEmpty ? found.isEmpty : found.contains(words), "\(found)")
    }

    @Test("half of many is chosen without listing every way to choose")
    func many() throws {
        var scene = ResolverTests.scene()
        scene.state.things += (0..<24).map { Scenes.thing("bead \($0)", .sphere(diameter: 0.01), 0.2, 0.3, "red") }
        #expect(try ResolverTests.goal("put half the bead in the bin", scene).contains("bead 11 in bin"))
    }

    @Test("a question that was answered is not asked again")
    func settled() throws {
        guard case .orders(let statement, _) = try Program(parsing: "hold the cup") else { return }
        var run = ProgramRun(statement, dialogue: Dialogue())
        #expect(throws: Unresolved.self) { try run.next(in: ResolverTests.scene()) }
        run.settle("pink cup")
        guard case .reach(let goal, let step) = try run.next(in: ResolverTests.scene()) else {
            Issue.record("nothing to reach")
            return
        }
        #expect(goal == .then([.held("pink cup")]) && step == "hold the cup")
        #expect(try run.next(in: ResolverTests.scene()) == .finished)
    }
}

@Suite("Pairs that the model is tuned on")
struct TuningDataTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../scripts/tuning/data")

    private struct Pair: Decodable {
        struct Turn: Decodable {
            var says: String
            var program: String?
        }
        var sentence: String
        var program: String
        var writer: String
        var dialogue: [Turn]?
    }

    @Test("every program of them is one, as it is printed; no writer is in two files, and none of our judged suites is")
    func parses() throws {
        var writers: [String: String] = [:]
        var sentences: Set<String> = []
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "jsonl" && !file.lastPathComponent.hasPrefix("kinds") {
            for line in try Data(contentsOf: file).split(separator: 10) {
                let pair = try JSONDecoder().decode(Pair.self, from: Data(line))
                for text in [pair.program] + (pair.dialogue ?? []).compactMap(\.program) {
                    #expect((try? Program(parsing: text))?.description == text, "\(file.lastPathComponent): \(text)")
                }
                #expect(writers[pair.writer, default: file.lastPathComponent] == file.lastPathComponent)
                writers[pair.writer] = file.lastPathComponent
                sentences.insert(pair.sentence.lowercased())
            }
        }
        #expect(sentences.count > 4000)
        for suite in ["development", "hostile"] {
            let path = Self.folder.appending(path: "../../../Config/suites/\(suite).json")
            let content = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any]
            let tasks = try #require(content?["tasks"] as? [[String: Any]])
            let judged = tasks.compactMap { ($0["instruction"] as? String)?.lowercased() }
            let shared = judged.filter { sentences.contains($0) && $0.split(separator: " ").count > 4 }
            #expect(shared.isEmpty, "\(suite): \(shared)")
        }
    }
}
