import Messages
import Planning
import RobotModel
import TestSupport
import Testing
import WorldModel
import Understanding

/// When pushes are thought of; the stand-in's things stay where they are when they are pushed.
@Suite("Plans with pushes")
struct PushingTests {
    private static let box = Scenes.thing("big box", .box(x: 0.12, y: 0.12, z: 0.05), 0.2, 0.111, "brown")
    private static let pencils = Scenes.thing("pencil case", .box(x: 0.11, y: 0.03, z: 0.03), 0.2, 0.03, "red")
    private static let tray = Scenes.thing("tray", .tray(x: 0.14, y: 0.11, z: 0.02), 0.17, -0.13, "white")

    private func say(_ text: String, _ things: [Thing]) async throws -> (outcome: MindOutcome, body: StandInBody) {
        let robot = try MindTests.robot.get()
        let body = try StandInBody(things, robot)
        let mind = Mind(
            robot: robot, body: body, voice: body, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader())
        let outcome = await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = text
            })
        return (outcome, body)
    }

    @Test(
        "what is too wide is pushed where it shall stand next to something; that it did not move is never called done",
        arguments: ["put the big box next to the tray", "push the big box toward the tray"])
    func nextTo(text: String) async throws {
        let (outcome, body) = try await say(text, [Self.box, Self.tray])
        #expect(await body.decisions.first?.skill == "push big box next to tray", "\(outcome.says)")
        #expect(outcome.ending == "failed" && outcome.reason == "no-progress", "\(outcome.says)")
    }

    @Test("an obstacle that is too wide is pushed aside before the thing is picked")
    func aside() async throws {
        let (_, body) = try await say("pick up the pencil case", [Self.box, Self.pencils])
        #expect(await body.decisions.first?.skill == "push big box aside")
        #expect(await body.decisions.first?.why.contains("then pick pencil case") == true)
    }

    @Test("a box too wide for the tray stays too wide: no push brings it in")
    func tooWide() async throws {
        let (outcome, body) = try await say("put the big box in the tray", [Self.box, Self.tray])
        #expect(outcome.reason == "too-wide")
        #expect(await body.motions.isEmpty)
    }

    @Test("no push is imagined where grasping does")
    func ordinary() async throws {
        let (outcome, body) = try await say("put the red block in the bin", MindTests.table + [Self.tray])
        #expect(outcome.ending == "done")
        let imagined = await body.imagined
        #expect(!imagined.isEmpty)
        #expect(imagined.allSatisfy { !$0.hasPrefix("push") && !$0.hasPrefix("nudge") })
    }
}
