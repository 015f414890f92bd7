import Messages
import Pictures
import Testing

@Suite("The tree of what was tried")
struct PlanTreeTests {
    private static func imagined(
        _ skill: String, after: [String] = [], success: Double = 1, worlds: UInt32 = 8, progress: Double = 1,
        notes: [String] = []
    ) -> MindImagination {
        .with {
            ($0.skill, $0.after, $0.success, $0.worlds) = (skill, after, success, worlds)
            ($0.progress, $0.notes, $0.duration) = (progress, notes, 7.94)
        }
    }

    private static var tree: PlanTree {
        var tree = PlanTree()
        let lift = "6 of 8: lift: shoulder_lift needs 1.31 N·m, bound 1.20 (0.11 over)"
        tree.add(imagined("pick a", success: 0.25, notes: [lift]))
        tree.add(imagined("pick b", worlds: 0, notes: ["the b is too far away"]))
        // what came later hangs where it belongs all the same
        tree.add(imagined("place a in bin", after: ["pick a"], progress: 0))
        tree.add(imagined("go home", after: ["pick a", "place a in bin"]))
        tree.choose(["pick a", "place a in bin"])
        return tree
    }

    @Test("what is tried after something else hangs below it, and why it failed stands there")
    func lines() {
        #expect(
            Self.tree.lines(isPlain: false).map(\.plain) == [
                "├─ → pick a                                   2 of 8 worlds good, 7.9 s, closer",
                "│  │  6 of 8: lift: shoulder_lift needs 1.31 N·m, bound 1.20 (0.11 over)",
                "│  └─ → place a in bin                        8 of 8 worlds good, 7.9 s, no closer",
                "│     └─ go home                              8 of 8 worlds good, 7.9 s, closer",
                "└─ pick b                                     not possible",
                "      the b is too far away",
            ])
    }

    @Test("without UTF-8 it is drawn with what every terminal has")
    func plain() {
        let lines = Self.tree.lines(isPlain: true)
        #expect(lines.filter { $0.kind == .skill }.allSatisfy { $0.plain.allSatisfy(\.isASCII) })
        #expect(lines.map(\.branch) == ["|- ", "|  |  ", "|  `- ", "|     `- ", "`- ", "      "])
        #expect(lines[0].text == "> pick a")
    }

    @Test("what is imagined again takes the place of the first time")
    func again() {
        var tree = Self.tree
        tree.add(Self.imagined("pick a", success: 0.5))
        let lines = tree.lines(isPlain: false)
        #expect(tree.count == 4 && lines.count == 5)
        #expect(lines[0].outcome.contains("4 of 8"))
    }
}
