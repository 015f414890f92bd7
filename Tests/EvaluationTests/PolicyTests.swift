import Evaluation
import Foundation
import LanguagePolicy
import Planning
import RobotModel
import Skills
import Synchronization
import TestSupport
import Testing
import WorldModel

/// The policies that the mind is compared with, made of its own parts.
@Suite("Policies for comparison")
struct PolicyTests {
    private static let robot: Result<RobotConfiguration, any Error> = Result {
        try RobotConfiguration.load(path: folder + "../../Config/so101.toml")
    }
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/"

    private static func thing(_ name: String, _ shape: Shape, _ x: Double, _ y: Double) -> Thing {
        Thing(name: name, shape: shape, pose: Pose(position: Vector3(x, y, shape.extent.z / 2)))
    }
    private static let block = thing("block", .box(x: 0.03, y: 0.03, z: 0.03), 0.2, 0)
    private static let held = HeldThing(name: "block", grasp: .identity, gripper: ArmModel.so101.gripper, opening: 0.3)

    @Test("a planner without a world model is not told what does not stay, or does not fit into where it goes")
    func heedless() throws {
        let compiler = try SkillCompiler(configuration: try Self.robot.get())
        for (call, target, why) in [
            (
                SkillCall.place("block", .on, "ball"), Self.thing("ball", .sphere(diameter: 0.05), 0.2, -0.1),
                SkillFailure.Reason.blocked
            ),
            (
                .place("block", .inside, "cup"), Self.thing("cup", .bin(x: 0.03, y: 0.03, z: 0.04), 0.2, -0.1),
                .tooWide
            ),
        ] {
            let belief = Belief(
                things: [Self.block, target], joints: compiler.configuration.home, held: Self.held)
            let failure = #expect(throws: SkillFailure.self) { try compiler.compile(call, belief) }
            #expect(failure?.reason == why)
            let heedless = belief.seenHeedlessly(for: call, jaw: compiler.arm.jaw)
            #expect(throws: Never.self) { try compiler.compile(call, heedless) }
        }
    }

    /// Worlds in which every skill half succeeds, and which note that they were asked.
    private final class Halves: Futures {
        let asked = Mutex(0)
        let jaw = ArmModel.so101.jaw
        func imagine(
            _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, styles: [Style],
            limit: ImaginationLimit
        ) -> Imagination {
            asked.withLock { $0 += 1 }
            let worlds = [true, false].map {
                ImaginedOutcome(reached: $0, progress: 1, duration: 1, after: belief)
            }
            return Imagination(call: call, worlds: worlds)
        }
        func failure(of call: SkillCall, from belief: Belief) -> SkillFailure? { nil }
        func asides(for held: HeldThing, _ belief: Belief, before next: [[SkillCall]], count: Int) -> [Vector3] { [] }
        func clearings(for thing: Thing, _ belief: Belief, from distances: [String: Double]) -> [Vector3] { [] }
    }

    /// A model that finds one text likeliest.
    private struct Fond: OptionScorer {
        let name = "fond"
        let favourite: String
        func score(_ prompt: String, _ texts: [String], within seconds: Double?) -> Scoring {
            let scores = texts.map { ScoredText(text: $0, sum: $0.contains(favourite) ? -1 : -9, tokens: 1) }
            return Scoring(model: name, scores: scores)
        }
    }

    private func decide(_ policy: ComparedPolicy) throws -> (act: Act, asked: Int) {
        let world = Halves()
        var futures = Rehearsals(in: world, seed: 1)
        let belief = Belief(
            things: [Self.block, Self.thing("lamp", .cylinder(diameter: 0.03, height: 0.05), 0.2, 0.1)],
            joints: [0, 0, 0, 0, 0, 0])
        let question = Question(goal: .held("block"), belief: belief, step: 1)
        let act = try policy.policy(try Self.robot.get(), model: Fond(favourite: "lamp"))
            .decide(question, &futures)
        return (act, world.asked.withLock { $0 })
    }

    @Test("only those that imagine ask for futures, and what the model finds plausible is done by those it leads")
    func parts() throws {
        let blind = try decide(.languageOnly)
        #expect(blind.asked == 0 && blind.act.call == .pick("lamp"))
        #expect(try decide(.random).asked == 0)
        let near = try decide(.languageAffordance)
        #expect(near.asked > 0 && near.act.call == .pick("lamp"))
    }

    @Test("the oracle draws the plant's own masses every time, and nobody else does")
    func oracle() throws {
        let suite = try Suite.load(path: Self.folder + "../../Config/suites/development.json")
        let task = try #require(suite.tasks.first)
        let belief = Belief(things: task.scene.entries.map(\.thing), joints: [0, 0, 0, 0, 0, 0])
        let name = try #require(belief.things.first?.name)
        func masses(_ source: any WorldSource) -> Set<Double> {
            Set(
                (UInt64(1)...5).compactMap { seed in
                    var random = SeededGenerator(seed: seed)
                    return source.draw(belief, joints: 6, &random).mass[name]
                })
        }
        #expect(masses(Oracle(task, joints: 6, uncertainty: Uncertainty())).count == 1)
        #expect(masses(Uncertainty()).count == 5)
    }
}
