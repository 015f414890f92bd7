import Foundation
import Messages
import Planning
import RobotModel
import TestSupport
import Testing
import WorldModel
import Understanding

/// What a mind keeps of what it handled, from one sentence to the next.
@Suite("Learning from what was handled")
struct LearningTests {
    private func mind(_ body: StandInBody) throws -> Mind {
        let robot = try MindTests.robot.get()
        return Mind(
            robot: robot, body: body, voice: body, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader())
    }

    private func say(_ text: String, to mind: Mind) async -> MindOutcome {
        await mind.carryOut(
            .with {
                $0.id = text
                $0.text = text
            })
    }

    @Test("what could not be lifted is not lifted again, and what is lighter still is")
    func heavy() async throws {
        let body = try StandInBody(
            MindTests.table, try MindTests.robot.get(), mishaps: .init(breaks: ("try", 1)))
        let mind = try mind(body)
        let first = await say("put the red block in the bin", to: mind)
        #expect(first.ending == "impossible" && first.reason == "too-heavy", "\(first.says)")
        let moved = await body.motions.count
        let second = await say("put the red block in the bin", to: mind)
        #expect(second.ending == "impossible" && second.reason == "too-heavy", "\(second.says)")
        #expect(second.says.contains("could not lift the red block before"), "\(second.says)")
        #expect(await body.motions.count == moved)
        let other = await say("put the blue block in the bin", to: mind)
        #expect(other.ending == "done", "\(other.says)")
    }

    @Test("what is too heavy is left where the goal has another way")
    func another() async throws {
        let candles = [("red candle", 0.05), ("white candle", -0.05)].map { name, y in
            Scenes.thing(name, .cylinder(diameter: 0.04, height: 0.05), 0.2, y, "white")
        }
        let body = try StandInBody(
            candles + [MindTests.bin], try MindTests.robot.get(), mishaps: .init(breaks: ("try", 1)))
        let outcome = await say("put a candle in the bin", to: try mind(body))
        #expect(outcome.ending == "done", "\(outcome.says)")
        let picked = await body.decisions.map(\.skill).filter { $0.hasPrefix("pick") }
        #expect(Set(picked) == ["pick red candle", "pick white candle"], "\(picked)")
    }

    @Test("what ends otherwise than in every imagined world is called a surprise, with numbers")
    func surprised() async throws {
        let body = try StandInBody(MindTests.table, try MindTests.robot.get(), mishaps: .init(bounces: true))
        _ = await say("put the red block in the bin", to: try mind(body))
        let place = await body.surprises.first { $0.quantity == "place" }
        #expect(place?.thing == "red block" && (place?.innovation ?? 0) > 4)
        #expect(place?.says.contains("mm from where I imagined it") == true, "\(place?.says ?? "none")")
    }

    @Test("what goes as imagined surprises nobody")
    func expected() async throws {
        let body = try StandInBody(MindTests.table, try MindTests.robot.get())
        #expect(await say("put the red block in the bin", to: try mind(body)).ending == "done")
        #expect(await body.surprises.map(\.says) == [])
    }
}
