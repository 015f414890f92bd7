import RobotModel
import TestSupport
import Testing
import Understanding

/// What descriptions denote in a scene, through the same door as the planner: the goals of programs.
@Suite("What descriptions denote")
struct ResolverTests {
    /// A red, a blue and a bigger green block; two cups, one on the plate; a pen in the tray; a bin.
    static let things = [
        Scenes.thing("red block", .box(x: 0.03, y: 0.03, z: 0.03), 0.20, 0.10, "red"),
        Scenes.thing("blue block", .box(x: 0.03, y: 0.03, z: 0.03), 0.20, 0.0, "blue"),
        Scenes.thing("big green block", .box(x: 0.04, y: 0.04, z: 0.04), 0.20, -0.10, "green"),
        Scenes.thing("white cup", .cylinder(diameter: 0.04, height: 0.06), 0.16, 0.05, "white"),
        Scenes.thing("pink cup", .cylinder(diameter: 0.04, height: 0.06), 0.26, 0.15, "pink", on: 0.01),
        Scenes.thing("plate", .plate(diameter: 0.12, height: 0.01), 0.26, 0.15, "white"),
        Scenes.thing("pen", .box(x: 0.08, y: 0.012, z: 0.012), 0.25, -0.2, "black", on: 0.002),
        Scenes.thing("tray", .tray(x: 0.14, y: 0.1, z: 0.03), 0.25, -0.2, "grey"),
        Scenes.thing("bin", .bin(x: 0.1, y: 0.1, z: 0.06), 0.12, 0.25, "grey"),
    ]

    static func scene(held: String? = nil, judge: (any KindJudge)? = nil, robotView: Bool = true) -> ResolvedScene {
        ResolvedScene(WorldState(things: things, joints: [], held: held), judge: judge, isRobotView: robotView)
    }

    static func goal(
        _ program: String, _ scene: ResolvedScene = scene(), _ dialogue: Dialogue = Dialogue()
    ) throws -> String {
        guard case .orders(let statement, let rules) = try Program(parsing: program) else { return "no orders" }
        var run = ProgramRun(statement, rules: rules, dialogue: dialogue)
        guard case .reach(.then(let goals), _) = try run.next(in: scene), let last = goals.last else { return "none" }
        return last.description
    }

    @Test(
        "kinds, colours, superlatives, clauses, exceptions and quantities",
        arguments: [
            ("put the red block in the bin", "red block in bin"),
            ("put the pen to the plate", "pen on plate"),
            ("put the pen to the bin", "pen in bin"),
            ("put the white cup next to the pen", "white cup near pen"),
            ("put each block in the bin", "red block in bin and blue block in bin and big green block in bin"),
            ("put each block except the blue block in the bin", "red block in bin and big green block in bin"),
            ("put each block that is not red in the bin", "blue block in bin and big green block in bin"),
            ("put the biggest block in the bin", "big green block in bin"),
            ("put the 2nd leftmost block in the bin", "blue block in bin"),
            ("put the cup that is on the plate in the bin", "pink cup in bin"),
            ("put the cup that is not on the plate in the bin", "white cup in bin"),
            ("put each thing that is in the tray in the bin", "pen in bin"),
            ("hold the block that is bigger than the red block", "big green block held"),
            ("hold the block that is nearest to the tray", "big green block held"),
            ("put a block in the bin", "red block in bin or blue block in bin or big green block in bin"),
            (
                "put 2 block in the bin",
                "red block in bin and blue block in bin or red block in bin and big green block in bin"
                    + " or blue block in bin and big green block in bin"
            ),
            ("put both cup in the bin", "white cup in bin and pink cup in bin"),
            ("take the pink cup off the plate", "pink cup on table"),
            ("ensure the tray is empty", "pen on table"),
            ("put the pen right of the table", "pen at the right of the table"),
            ("put the pen between the cup and the other cup", "pen between white cup and pink cup"),
            ("put the red block under the blue block", "blue block on red block"),
            ("hold the big red thing", "red block held"), ("hold the large block", "big green block held"),
            ("move the pen left 3 cm and move it forward 5 cm", "pen at 25 cm ahead, 17 cm right"),
            ("ensure only the white cup is on the plate", "white cup on plate and pink cup on table"),
            ("put the red block left of the plate", "red block left of plate"),
            ("put the pen between the red block and the blue block", "pen between red block and blue block"),
            ("put the pen at the left", "pen at the left of the table"),
            ("move the red block left 3 cm", "red block at 20 cm ahead, 13 cm left"),
            ("stack the big green block and the red block", "red block on big green block"),
            ("swap the red block with the pink cup", "red block on plate and pink cup at 20 cm ahead, 10 cm left"),
            ("put it in the bin", "pen in bin"),
            ("hold the bule block", "blue block held"),
            ("hold the old pen", "pen held"),
            ("put the pen next to it", "pen near white cup"), ("hold the blue thing", "blue block held"),
            (
                "put each block except a block in the bin",
                "red block in bin and blue block in bin or red block in bin and big green block in bin or blue block in bin and big green block in bin"
            ),
            ("put the pen between the cup and the cup", "pen between white cup and pink cup"),
            ("put the pen between both cup and the plate", "pen between white cup and pink cup"),
        ])
    func denoted(program: String, goal: String) throws {
        var dialogue = Dialogue()
        dialogue.mentioned = [["white cup"], ["pen"]]
        #expect(try Self.goal(program, Self.scene(), dialogue) == goal)
    }

    @Test(
        "what is not here is absent, and nothing takes its place",
        arguments: [
            ("hold the purple block", "the purple block"), ("hold the spoon", "the spoon"),
            ("put the red block in the basket", "the basket"), ("hold the yellow pen", "the yellow pen"),
            ("put the block that is in the bin on the plate", "the block that is in the bin"),
        ])
    func absent(program: String, words: String) throws {
        #expect(throws: Unresolved.absent(words)) { try Self.goal(program) }
    }

    @Test("several that fit are a question where it matters, and none where they are alike")
    func ambiguous() throws {
        #expect(throws: Unresolved.ambiguous("the cup", choices: ["white cup", "pink cup"])) {
            try Self.goal("hold the cup")
        }
        // nothing was spoken of
        let loose = ["red block", "blue block", "big green block", "white cup", "pink cup", "pen"]
        #expect(throws: Unresolved.ambiguous("it", choices: loose)) { try Self.goal("hold it") }
        // one of the two is where it is to be: the other is meant
        #expect(try Self.goal("put the cup on the plate") == "white cup on plate")
        // what was spoken of last counts first
        var dialogue = Dialogue()
        dialogue.mentioned = [["white cup"], ["pen"]]
        #expect(try Self.goal("hold the cup", Self.scene(), dialogue) == "white cup held")
        #expect(try Self.goal("hold the other cup", Self.scene(), dialogue) == "pink cup held")
        var twins = Self.scene()
        twins.state.things += [
            Scenes.thing("nut 1", .box(x: 0.02, y: 0.02, z: 0.02), 0.2, 0.2, "grey"),
            Scenes.thing("nut 2", .box(x: 0.02, y: 0.02, z: 0.02), 0.17, 0.2, "grey"),
        ]
        #expect(try Self.goal("hold the nut", twins) == "nut 1 held or nut 2 held")
        #expect(throws: Unresolved.tooFew("3 cup", found: 2)) { try Self.goal("put 3 cup in the bin") }
        #expect(throws: Unresolved.self) { try Self.goal("hold the widest block that is not a green block") }
    }

    @Test("left and right are whose the configuration says")
    func viewpoint() throws {
        #expect(try Self.goal("hold the leftmost block", Self.scene(robotView: false)) == "big green block held")
        #expect(try Self.goal("put the pen left of the plate", Self.scene(robotView: false)) == "pen right of plate")
        #expect(
            try Self.goal("put the pen at the front", Self.scene(robotView: false)) == "pen at the back of the table")
    }

    private struct Fruit: KindJudge {
        func members(of kind: String, among names: [String], isSet: Bool) -> [String] {
            kind == "writing tool" ? names.filter { $0 == "pen" } : []
        }
    }

    @Test("kinds that no name has are judged, and only then")
    func judged() throws {
        #expect(try Self.goal("put each writing tool in the bin", Self.scene(judge: Fruit())) == "pen in bin")
        #expect(throws: Unresolved.absent("each fruit")) {
            try Self.goal("put each fruit in the bin", Self.scene(judge: Fruit()))
        }
    }

    @Test(
        "questions are answered from the scene",
        arguments: [
            ("ask what each thing that is on the plate", "The pink cup."), ("ask count each block", "3: "),
            ("ask where the pen", "in the tray"), ("ask whether the white cup is on the plate", "No."),
            ("ask whether a cup is on the plate", "Yes."), ("ask color the red block", "red"),
            ("ask what each thing that is in the bin", "Nothing"), ("ask count each spoon", "0."),
        ])
    func answers(program: String, answer: String) throws {
        guard case .question(let query) = try Program(parsing: program) else {
            Issue.record("no question")
            return
        }
        var dialogue = Dialogue()
        let says = try Self.scene().answer(query, &dialogue)
        #expect(says?.contains(answer) == true, "\(says ?? "")")
    }

    @Test(
        "an answer to “which one?” is understood by its words, its side, or its colour",
        arguments: [
            ("the white one", "white cup"), ("Pink!", "pink cup"), ("leftmost", "pink cup"),
            ("the one on the right", "white cup"),
            ("the cup that is on the plate", "pink cup"), ("white cup", "white cup"), ("the nice one", ""), ("", ""),
        ])
    func chosen(answer: String, choice: String) {
        let chosen = Self.scene().choice(answer, among: ["white cup", "pink cup"], dialogue: Dialogue())
        #expect((chosen ?? "") == choice)
    }
}
