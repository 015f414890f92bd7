import RobotModel
import Testing
import Understanding

/// Readings are weighed by what they come to in the scene of `ResolverTests`.
@Suite("Readings and their outcomes")
struct OutcomeTests {
    private static func merged(_ readings: [(String, Double)]) throws -> [MergedReading] {
        try readings.map { ProgramReading(try Program(parsing: $0.0), probability: $0.1) }
            .merged(in: ResolverTests.scene(), dialogue: Dialogue())
    }

    @Test("two programs that come to the same are one reading, and their shares are added")
    func merges() throws {
        let merged = try Self.merged([
            ("put the pen in the bin", 0.4), ("put the white cup on the plate", 0.35),
            ("put the cup that is not on the plate on the plate", 0.25),
        ])
        #expect(
            merged.map(\.reading.program.description) == ["put the white cup on the plate", "put the pen in the bin"])
        #expect(abs(merged[0].weight - 0.6) < 1e-9 && abs(merged[1].weight - 0.4) < 1e-9)
    }

    @Test("the order of what is wanted of different things makes no other outcome")
    func orders() throws {
        let merged = try Self.merged([
            ("stack the big green block and the red block", 0.4), ("put the red block on the big green block", 0.3),
            ("put the pen in the bin and put the white cup on the plate", 0.2),
            ("put the white cup on the plate and put the pen in the bin", 0.1),
        ])
        #expect(merged.count == 2 && abs(merged[0].weight - 0.7) < 1e-9, "\(merged)")
    }

    @Test("harm has the last word before it is the likeliest", arguments: [(0.2, false), (0.3, true), (1, true)])
    func harm(share: Double, may: Bool) throws {
        let merged = try Self.merged([("put the pen in the bin", 1 - share), ("harm", share)])
        #expect(merged.mayHarm == may)
        // that the scene speaks against the other is no sign of harm
        #expect(try Self.merged([("put the block in the bin", 0.8), ("harm", 0.2)]).mayHarm == false)
    }

    @Test("what denotes nothing here loses weight against what does, and stays first where nothing else does")
    func impossible() throws {
        let absent = "put the spoon in the bin"
        #expect(try Self.merged([(absent, 0.6), ("put the pen in the bin", 0.4)])[0].outcome.isPossible)
        let far = try Self.merged([(absent, 0.9), ("put the pen in the bin", 0.1)])
        #expect(!far[0].outcome.isPossible && far[0].weight > 0.8)
        #expect(try Self.merged([(absent, 1)])[0].weight == 1)
        // asked for, not missing
        #expect(try Self.merged([("put the block in the bin", 1)])[0].outcome.isPossible)
    }

    @Test(
        "steps, conditions and rules make different outcomes",
        arguments: [
            ("put the pen in the bin then home", "put the pen in the bin"),
            ("put the pen in the bin", "put the pen in the bin; do not touch the white cup"),
            ("if the tray is empty { home } else { put the pen in the bin }", "home"),
            ("ask what each cup", "ask count each cup"), ("harm", "unclear"),
        ])
    func different(one: String, other: String) throws {
        #expect(try Self.merged([(one, 0.5), (other, 0.5)]).count == 2)
    }

    @Test(
        "an answer chooses by the words that only one of two has",
        arguments: [
            ("the plate, please", "put the pen on the plate"), ("into the bin", "put the pen in the bin"),
            ("hmm", nil), ("bin or plate", nil),
        ] as [(String, String?)])
    func chosen(answer: String, program: String?) throws {
        let merged = try Self.merged([("put the pen in the bin", 0.5), ("put the pen on the plate", 0.5)])
        #expect(merged.chosen(by: answer)?.reading.program.description == program)
    }
}
