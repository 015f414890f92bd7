import Foundation
import LanguagePolicy
import Messages
import Planning
import RobotModel
import Testing
import WorldModel
import Understanding

/// Decisions against the clock, with the real world model.
@Suite("Deciding in time", .serialized)
struct DeadlineTests {
    /// A model that hangs until its time is over, as a stuck server or a far too big file does.
    private final class Stuck: OptionScorer {
        let name = "stuck"
        func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring {
            Thread.sleep(forTimeInterval: min(seconds ?? 60, 60))
            throw LanguageModelError(.deadline, "stuck")
        }
    }

    private func decide(
        _ limit: DecisionLimit, worlds: Int, model: (any OptionScorer)? = nil, things: [Thing] = MindTests.table
    ) async throws -> (outcome: MindOutcome, decisions: [MindDecision], longest: Duration) {
        var robot = try MindTests.robot.get()
        robot.mind.worlds = worlds
        let body = try StandInBody(things, robot)
        let watch = Watch(body)
        let mind = Mind(
            robot: robot, body: body, voice: watch, model: model, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader(),
            limit: limit)
        let outcome = await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = "put the red block in the bin"
            })
        return (outcome, await body.decisions, await watch.longest)
    }

    /// Measures how long it takes from the goal, or the last motion, to a decision.
    private actor Watch: MindVoice {
        private let body: StandInBody
        private var began = ContinuousClock.now
        private(set) var longest = Duration.zero
        init(_ body: StandInBody) { self.body = body }
        func publish<M: Message>(_ topic: Topic<M>, _ message: M) async {
            switch message {
            case is MindGoal: began = .now
            case let status as MindStatus where status.state == "thinking": began = .now
            case is MindDecision: longest = max(longest, .now - began)
            default: break
            }
            await body.publish(topic, message)
        }
        func ask(_ question: MindQuestion) async -> String? { nil }
    }

    @Test("64 worlds are cut where time is over, and what is done by then decides")
    func cut() async throws {
        // twice as long until something is done in it: how long that is, a busy machine decides
        var allowed = 0.2
        var run = try await decide(.seconds(allowed), worlds: 64)
        while run.decisions.isEmpty, allowed < 10 {
            allowed *= 2
            run = try await decide(.seconds(allowed), worlds: 64)
        }
        let decisions = run.decisions
        let first = try #require(decisions.first)
        #expect(first.cut && first.worlds > 0 && first.worlds < 6 * 64, "\(first.worlds)")
        #expect(first.why.contains("time was over"))
        // the same cut without a clock gives the same decisions
        let cuts = decisions.compactMap { decision in DecisionCut(decision).map { (decision.step, $0) } }
        let again = try await decide(.cuts(Dictionary(uniqueKeysWithValues: cuts)), worlds: 64).decisions
            .prefix(decisions.count)
        #expect(again.map(\.skill) == decisions.map(\.skill))
        #expect(again.map(\.score) == decisions.map(\.score))
        #expect(again.map(\.worlds) == decisions.map(\.worlds) && again.map(\.cut) == decisions.map(\.cut))
    }

    @Test("with time enough nothing is cut, and the decision is the same as without a deadline")
    func enough() async throws {
        let free = try await decide(.none, worlds: 2).decisions
        let timed = try await decide(.seconds(60), worlds: 2).decisions
        #expect(free == timed && !free.contains { $0.cut || $0.languageCut })
    }

    @Test("with no time for one world nothing is moved, and that is said")
    func none() async throws {
        let run = try await decide(.seconds(0.001), worlds: 8)
        #expect(run.outcome.ending == "failed" && run.outcome.reason == "no-time", "\(run.outcome.says)")
        #expect(run.decisions.isEmpty && run.outcome.says.contains("decision_seconds"))
    }

    @Test("a stuck model leaves imagination its part of the time")
    func stuck() async throws {
        let run = try await decide(.seconds(3), worlds: 2, model: Stuck())
        #expect(run.outcome.ending == "done", "\(run.outcome.says)")
        #expect(run.decisions.first?.skill == "pick red block")
        #expect(run.longest < .seconds(30), "\(run.longest)")
    }
}
