import Testing
import Understanding

@Suite("Distances of a program")
struct DistancesTests {
    @Test(
        "are those of the sentence, in whatever unit it has them; words for numbers are not looked into",
        arguments: [
            ("move it 4 cm to the right", "move it right 4 cm", true),
            ("move it 4 cm to the right", "move it right 10 cm", false),
            ("shift the cup 30 mm.", "move the cup left 3 cm", true),
            ("push it back 0,1 m, then home", "push it backward 10 cm then home", true),
            ("two inches to the left", "move it left 5.1 cm", true), ("2 inches left", "move it left 5.08 cm", true),
            ("put 3 cups on the tray", "put 3 cup on the tray", true), ("...", "move it left 3 cm", true),
        ])
    func agree(sentence: String, program: String, agrees: Bool) {
        #expect(Distances.agree(program, with: sentence) == agrees)
    }
}
