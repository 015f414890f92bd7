import Messages
import Planning
import RobotModel
import TestSupport
import Testing
import Understanding
import WorldModel

/// A sentence that may mean several things: with the real world model, and a reader that is told what to read.
@Suite("Several readings", .serialized)
struct ReadingTests {
    private struct Told: SentenceReader {
        let name = "told"
        let readings: [(String, Double)]

        func read(
            _ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?
        ) -> [ProgramReading] {
            readings.compactMap { text, share in
                (try? Program(parsing: text)).map { ProgramReading($0, probability: share) }
            }
        }
    }

    private static let far = Scenes.thing("far plate", .plate(diameter: 0.12, height: 0.01), 0.5, 0.3, "white")

    private func carryOut(
        _ readings: [(String, Double)], answer: String? = nil
    ) async throws -> (outcome: MindOutcome, body: StandInBody) {
        let robot = try MindTests.robot.get()
        let body = try StandInBody(MindTests.table + [Self.far], robot, answer: answer)
        let mind = Mind(
            robot: robot, body: body, voice: body, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: Told(readings: readings))
        let outcome = await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = "whatever"
            })
        return (outcome, body)
    }

    @Test("what imagination finds impossible gives way to another reading, and its rules with it")
    func givesWay() async throws {
        let far = "put the red block on the far plate; do not touch the blue block"
        let (outcome, body) = try await carryOut([(far, 0.6), ("put the blue block in the bin", 0.4)])
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.decisions.map(\.skill) == ["pick blue block", "place blue block in bin"])
        // a reading that is far less likely is not tried, and the first is what is told
        let (alone, still) = try await carryOut([(far, 0.9), ("put the blue block in the bin", 0.1)])
        #expect(alone.ending == "impossible" && alone.reason == "unreachable", "\(alone.says)")
        #expect(await still.motions.isEmpty)
    }

    @Test("two that stay close are asked about once, and the answer is followed")
    func asks() async throws {
        let close = [
            ("put the red block in the bin", 0.4), ("put the blue block in the bin", 0.35),
            ("put the red block next to the blue block", 0.25),
        ]
        let (outcome, body) = try await carryOut(close, answer: "blue")
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.questions.count == 1)
        #expect(await body.decisions.first?.skill == "pick blue block")
        let (silent, still) = try await carryOut(close)
        #expect(silent.ending == "ask" && silent.says.contains("or “put the blue block in the bin”"), "\(silent.says)")
        #expect(await still.motions.isEmpty)
    }

    @Test("what may be meant as harm is refused, though something else is likelier")
    func harm() async throws {
        let (outcome, body) = try await carryOut([("put the red block in the bin", 0.7), ("harm", 0.3)])
        #expect(outcome.ending == "refused" && outcome.reason == "forbidden", "\(outcome.says)")
        #expect(await body.motions.isEmpty)
    }
}
