import LanguagePolicy
import Messages
import Planning
import RobotModel
import Synchronization
import TestSupport
import Testing
import WorldModel
import Understanding

/// What must be moved first, and what is promised: the mind with the real world model and a stand-in for the robot.
@Suite("Making way", .serialized)
struct MakingWayTests {
    /// A model that likes one text best.
    private final class Fond: OptionScorer {
        let name = "fond"
        private let favourite: String
        init(of favourite: String) { self.favourite = favourite }
        func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring {
            let scores = texts.map { ScoredText(text: $0, sum: $0.contains(favourite) ? -1 : -4, tokens: 1) }
            return Scoring(model: name, scores: scores)
        }
    }

    private func carryOut(
        _ text: String, _ things: [Thing], model: (any OptionScorer)? = nil,
        floor: Double = Preference.usualFloor, worlds: Int = 4
    ) async throws -> (outcome: MindOutcome, body: StandInBody) {
        var robot = try MindTests.robot.get()
        robot.mind.worlds = worlds
        let body = try StandInBody(things, robot)
        let mind = Mind(
            robot: robot, body: body, voice: body, model: model, world: Worker(try WorldModel(configuration: robot)),
            policy: ForesightPolicy(robot: robot, scorer: SkillPrior(model: model), floor: floor), reader: PlainReader()
        )
        let outcome = await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = text
            })
        return (outcome, body)
    }

    private static func brick(
        _ name: String, _ edge: Double, _ x: Double, _ y: Double, on height: Double = 0
    ) -> Thing {
        Scenes.thing("\(name) brick", .box(x: edge, y: edge, z: 0.025), x, y, name, on: height)
    }
    private static let bucket = Scenes.thing("bucket", .bin(x: 0.1, y: 0.1, z: 0.06), 0.12, -0.19, "grey")

    @Test("the lowest of three is reached by taking the pile down from its top")
    func pile() async throws {
        let things = [
            Self.brick("yellow", 0.045, 0.2, 0.06), Self.brick("green", 0.04, 0.2, 0.06, on: 0.025),
            Self.brick("red", 0.035, 0.2, 0.06, on: 0.05), Self.bucket,
        ]
        let (outcome, body) = try await carryOut("put the yellow brick in the bucket", things)
        #expect(outcome.ending == "done", "\(outcome.says)")
        let skills = await body.decisions.map(\.skill)
        #expect(
            skills == [
                "pick red brick", "place red brick on table", "pick green brick", "place green brick on table",
                "pick yellow brick", "place yellow brick in bucket",
            ])
    }

    @Test("a pile on the goal is taken down, too")
    func pileOnGoal() async throws {
        let things = [
            Self.brick("yellow", 0.03, 0.19, 0.1), Self.brick("blue", 0.05, 0.18, -0.1),
            Self.brick("green", 0.04, 0.18, -0.1, on: 0.025), Self.brick("red", 0.035, 0.18, -0.1, on: 0.05),
        ]
        let (outcome, body) = try await carryOut("put the yellow brick on the blue brick", things)
        #expect(outcome.ending == "done", "\(outcome.says)")
        let skills = await body.decisions.map(\.skill)
        #expect(skills.first == "pick red brick" && skills.contains("pick green brick"), "\(skills)")
    }

    @Test("what lies across the bin is taken off before anything is picked for it")
    func cover() async throws {
        let plank = Scenes.thing("plank", .box(x: 0.14, y: 0.05, z: 0.015), 0.13, 0.15, "burlywood", on: 0.055)
        let things = [
            Scenes.thing("battery", .box(x: 0.045, y: 0.028, z: 0.025), 0.16, -0.14, "green"), plank,
            Scenes.thing("toolbox", .bin(x: 0.1, y: 0.1, z: 0.055), 0.13, 0.15, "red"),
        ]
        let (outcome, body) = try await carryOut("put the battery in the toolbox", things)
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.decisions.first?.skill == "pick plank")
    }

    /// The long ruler can only be grasped across; along both of its sides lies something.
    private static let between = [
        Scenes.thing("ruler", .box(x: 0.08, y: 0.03, z: 0.03), 0.2, 0, "black"),
        Scenes.thing("alpha bar", .box(x: 0.05, y: 0.03, z: 0.03), 0.2, 0.036, "red"),
        Scenes.thing("omega bar", .box(x: 0.05, y: 0.03, z: 0.03), 0.2, -0.036, "blue"), bucket,
    ]

    @Test("of obstacles that must all go, the one the model finds more plausible goes first")
    func prior() async throws {
        func first(_ favourite: String, _ floor: Double) async throws -> String? {
            let run = try await carryOut(
                "pick up the ruler", Self.between, model: Fond(of: favourite), floor: floor, worlds: 2)
            return await run.body.decisions.first?.skill
        }
        #expect(try await first("omega", Preference.usualFloor) == "pick omega bar")
        #expect(try await first("alpha", Preference.usualFloor) == "pick alpha bar")
        let blind = try await (first("omega", 1), first("alpha", 1))
        #expect(blind.0 == blind.1)
    }

    @Test("within one decision nothing is imagined twice from the same belief")
    func once() async throws {
        let (_, body) = try await carryOut("pick up the ruler", Self.between, worlds: 2)
        let decision = await body.imaginations.filter { $0.step == 1 && $0.worlds > 0 }
        let root = decision.filter(\.after.isEmpty).map(\.skill)
        #expect(decision.contains { !$0.after.isEmpty }, "nothing was searched")
        #expect(Set(root).count == root.count, "\(root)")
    }

    @Test("what the first part of a sequence reached is not undone for the second, and that there is no room is said")
    func stays() async throws {
        let things = [
            Self.brick("red", 0.03, 0.2, 0.1), Self.brick("blue", 0.03, 0.22, 0.02),
            Scenes.thing("coaster", .plate(diameter: 0.05, height: 0.008), 0.18, -0.1, "grey"),
        ]
        let (outcome, body) = try await carryOut(
            "put the red brick on the coaster, then put the blue brick on the coaster", things)
        #expect(outcome.ending == "impossible" && outcome.reason == "blocked", "\(outcome.says)")
        let skills = await body.decisions.map(\.skill)
        #expect(skills.count { $0 == "pick red brick" } == 1, "\(skills)")
        let state = WorldState(things: await body.things, joints: await body.joints)
        #expect(Goal.on("red brick", "coaster").isTrue(in: state))
    }

    @Test(
        "what is wanted instead is done when the first wish proves impossible, and only then",
        arguments: [(0.04, "bucket"), (0.1, "tin")])
    func otherwise(tin width: Double, place: String) async throws {
        let things = [
            Scenes.thing("sponge", .box(x: 0.05, y: 0.05, z: 0.03), 0.2, 0.08, "yellow"),
            Scenes.thing("tin", .bin(x: width, y: width, z: 0.05), 0.21, -0.05, "red"), Self.bucket,
        ]
        let text = "put the sponge in the tin otherwise put it in the bucket"
        let (outcome, body) = try await carryOut(text, things)
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.decisions.map(\.skill) == ["pick sponge", "place sponge in \(place)"])
        let state = WorldState(things: await body.things, joints: await body.joints)
        #expect(Goal.inside("sponge", place).isTrue(in: state))
    }

    @Test("away from something is farther than now, and on the table")
    func away() async throws {
        let things = [
            Self.brick("red", 0.03, 0.2, 0.05), Self.brick("blue", 0.03, 0.2, 0), Self.bucket,
        ]
        let (outcome, body) = try await carryOut("move the red brick away from the blue brick", things)
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.decisions.map(\.skill) == ["pick red brick", "place red brick on table"])
        let (red, blue) = await (try #require(body.thing("red brick")), try #require(body.thing("blue brick")))
        #expect(red.gap(to: blue) > 0.08 && red.lowestPoint < 0.01)
    }
}
