import ArgumentParser
import FoundationEssentials
import LanguagePolicy
import Planning
import RobotModel

/// How often the language model finds the right next skill: the question `SkillQuestion`, on tables of other things than
/// its examples speak of and than it was chosen with.
struct NextSkills: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next-skills",
        abstract: "Counts how often the language model alone finds the right next skill among ten or eleven.",
        discussion: "Exit codes: 0 counted, 1 there is no language model.")

    @Flag(help: "Also tell what it got wrong.") var wrong = false
    @Option(help: "The virtual robot's configuration.") var config = "Config/so101-virtual.toml"

    private struct Table {
        var things: [String]
        var containers: [String]
        var plate: String
    }
    private struct Question {
        var held: String
        var goal: String
        var answer: String
        var skills: [String]
    }

    private static let tables = [
        Table(
            things: ["peg", "die", "dark cube", "tin soldier"], containers: ["game box", "pouch"], plate: "coaster"),
        Table(things: ["walnut", "olive", "pear", "cracker"], containers: ["lunch box", "sack"], plate: "napkin"),
        Table(things: ["fuse", "cable tie", "magnet", "copper coil"], containers: ["cup", "carton"], plate: "foil"),
        Table(
            things: ["razor", "sponge", "shampoo", "tissue pack"], containers: ["cabinet", "basket"], plate: "bath mat"),
        Table(
            things: ["nut", "long bolt", "short bolt", "hinge"], containers: ["left bin", "right bin"], plate: "slate"),
        Table(
            things: ["teal block", "beige block", "violet block"], containers: ["crate", "tray"], plate: "white plate"),
        Table(
            things: ["highlighter", "ruler", "tape roll", "note pad"], containers: ["organizer", "bag"], plate: "folder"
        ),
    ]

    func run() throws {
        let robot = try RobotConfiguration.load(path: config)
        let model = try LanguageModel(path: robot.resolve(robot.mind.languageModel))
        var (right, count): ([String: Int], [String: Int]) = ([:], [:])
        for question in Self.tables.flatMap(Self.questions) {
            let prompt = SkillQuestion.prompt(goal: question.goal, held: question.held)
            let guess = SkillQuestion.guess(question.skills, goal: question.goal, held: question.held)
            let scores = try model.choose(prompt, among: question.skills.map { " " + $0 }, guess: guess).scores
            let best = scores.indices.max { scores[$0].mean < scores[$1].mean }.map { question.skills[$0] }
            let kind = question.held == "nothing" ? "with an empty hand" : "with something held"
            count[kind, default: 0] += 1
            if best == question.answer { right[kind, default: 0] += 1 }
            if wrong, best != question.answer {
                print("\(question.goal), holding \(question.held): \(best ?? "nothing"), not \(question.answer)")
            }
        }
        for (kind, all) in count.sorted(by: { $0.key < $1.key }) { print("\(kind): \(right[kind] ?? 0) of \(all)") }
        print("right: \(right.values.reduce(0, +)) of \(count.values.reduce(0, +))")
    }

    /// Each thing to each place, held and not held.
    private static func questions(_ table: Table) -> [Question] {
        var all: [Question] = []
        for (index, thing) in table.things.enumerated() {
            let other = table.things[(index + 1) % table.things.count]
            let places = table.containers.map { "in \($0)" } + ["on \(table.plate)", "on \(other)"]
            let skills =
                table.things.map { "pick \($0)" } + ["go home", "look"]
                + (places + ["on table"]).map { "place \(thing) \($0)" }
            for place in places {
                let goal = "\(thing) \(place)"
                all.append(Question(held: "nothing", goal: goal, answer: "pick \(thing)", skills: skills))
                all.append(Question(held: thing, goal: goal, answer: "place \(goal)", skills: skills))
            }
            let down = "\(thing) on table"
            all.append(Question(held: "nothing", goal: "\(thing) held", answer: "pick \(thing)", skills: skills))
            all.append(Question(held: thing, goal: down, answer: "place \(down)", skills: skills))
            if index == 0 {
                all.append(Question(held: "nothing", goal: "arm at home", answer: "go home", skills: skills))
            }
        }
        return all
    }
}
