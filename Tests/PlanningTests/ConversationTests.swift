import Foundation
import Messages
import Planning
import RobotModel
import Skills
import TestSupport
import Testing
import WorldModel
import Understanding

/// What lasts between sentences, bodies and minds.
@Suite("What lasts from one sentence to the next")
struct ConversationTests {
    private static let sentence = "put the red block in the bin"

    private func mind(
        _ body: StandInBody, _ conversation: Conversation = Conversation(), remedy: String? = nil
    ) throws -> Mind {
        let robot = try MindTests.robot.get()
        return Mind(
            robot: robot, body: body, voice: body, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader(),
            conversation: conversation, remedy: remedy)
    }

    private func body(_ mishaps: StandInBody.Mishaps = .init()) throws -> StandInBody {
        try StandInBody(MindTests.table, try MindTests.robot.get(), mishaps: mishaps)
    }

    private func say(_ text: String, to mind: Mind) async -> MindOutcome {
        await mind.carryOut(
            .with {
                $0.id = text
                $0.text = text
            })
    }

    @Test("what was learned of a thing outlives the body; what was seen and held does not")
    func newBody() async throws {
        let mind = try mind(try body(.init(breaks: ("try", 1))))
        #expect(await say(Self.sentence, to: mind).reason == "too-heavy")
        let second = try StandInBody([MindTests.block, MindTests.bin], try MindTests.robot.get())
        await mind.meet(second, voice: second)
        let outcome = await say(Self.sentence, to: mind)
        #expect(outcome.reason == "too-heavy", "\(outcome.says)")
        #expect(outcome.says.contains("could not lift the red block before"), "\(outcome.says)")
        #expect(await second.motions.isEmpty)
        // the blue block stood before the first body only
        #expect(await say("pick up the blue block", to: mind).reason == "no-such-thing")
    }

    @Test("sentences, what was learned, and where things were put are written down and read again")
    func file() async throws {
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = ConversationFile(path: folder + "/memory.json")
        #expect(try file.load() == Conversation())
        let first = try mind(try body(.init(breaks: ("try", 1))))
        _ = await say(Self.sentence, to: first)
        #expect(await say("put the blue block in the bin", to: first).ending == "done")
        try file.save(await first.conversation)
        let kept = try file.load()
        #expect(kept == (await first.conversation))
        #expect(kept.turns.map(\.ending) == ["impossible", "done"])
        #expect(kept.placements["blue block"]?.target == "bin")
        // another mind knows it, and says how to make it forget
        let moved = try body()
        let outcome = await say(Self.sentence, to: try mind(moved, kept, remedy: "delete the file"))
        #expect(outcome.reason == "too-heavy" && outcome.says.contains("delete the file"), "\(outcome.says)")
        #expect(await moved.motions.isEmpty)
    }

    @Test(
        "a file of another version, or with what cannot be, is refused with its path",
        arguments: [
            ("", "no conversation"), ("{}", "no conversation"), (#"{"version": 2}"#, "version 2"),
            (#"{"version": 1}"#, "no conversation"),
            (
                #"{"version": 1, "conversation": {"turns": [], "placements": {}, "experience": {"cup": {"mass": [-1, 2], "wasTooHeavy": true, "isStuck": false, "slips": 0, "restless": 0}}}}"#,
                "“cup” cannot be"
            ),
        ])
    func damaged(_ text: String, _ why: String) throws {
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/memory.json"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        let failure = #expect(throws: ConversationFile.Failure.self) { try ConversationFile(path: path).load() }
        #expect(failure?.description.contains(path) == true && failure?.description.contains(why) == true)
    }
}
