import Foundation
import Messages
import Planning
import RobotModel
import TestSupport
import Testing
import WorldModel
import Understanding

/// The mind with the real world model, words alone, and a stand-in for the robot; the whole way with the real
/// programs is in ProgramTests.
@Suite("The way from a sentence to a measured goal")
struct MindTests {
    static let robot: Result<RobotConfiguration, any Error> = Result {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config/so101.toml").path
        var robot = try RobotConfiguration.load(path: path)
        robot.mind.worlds = 2
        return robot
    }

    static let block = Scenes.thing("red block", .box(x: 0.03, y: 0.03, z: 0.03), 0.22, 0.05, "red")
    static let other = Scenes.thing("blue block", .box(x: 0.035, y: 0.035, z: 0.035), 0.2, -0.06, "blue")
    static let bin = Scenes.thing("bin", .bin(x: 0.1, y: 0.1, z: 0.06), 0.14, -0.19, "grey")
    static let table = [block, other, bin]

    private func say(_ text: String, to body: StandInBody) async throws -> MindOutcome {
        let robot = try Self.robot.get()
        let mind = Mind(
            robot: robot, body: body, voice: body, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader())
        return await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = text
            })
    }

    private func body(
        _ things: [Thing] = table, state: String = "armed", answer: String? = nil,
        mishaps: StandInBody.Mishaps = StandInBody.Mishaps()
    ) throws -> StandInBody {
        try StandInBody(things, try Self.robot.get(), state: state, answer: answer, mishaps: mishaps)
    }

    @Test("a thing is brought where the sentence wants it, in two decisions, and then claimed")
    func carries() async throws {
        let body = try body()
        let outcome = try await say("put the red block in the bin", to: body)
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.decisions.map(\.skill) == ["pick red block", "place red block in bin"])
        let state = WorldState(things: await body.things, joints: await body.joints)
        #expect(Goal.inside("red block", "bin").isTrue(in: state))
    }

    @Test("no motion that was not imagined first: not the look afterwards, nor letting go of what is too heavy")
    func imaginesAll() async throws {
        let carrying = try body()
        #expect(try await say("put the red block in the bin", to: carrying).ending == "done")
        #expect(await carrying.motions.contains("look: look"))
        let lifting = try body(mishaps: .init(breaks: ("try", 1)))
        #expect(try await say("pick up the red block", to: lifting).reason == "too-heavy")
        #expect(await lifting.motions.contains { $0.hasSuffix(": open") })
        for body in [carrying, lifting] {
            let unimagined = await body.unimagined
            #expect(unimagined.isEmpty, "\(unimagined)")
        }
    }

    @Test("a sequence is done in its order")
    func sequence() async throws {
        let body = try body()
        let outcome = try await say("put the red block in the bin, then put the blue block on it", to: body)
        let skills = await body.decisions.map(\.skill)
        #expect(skills.first == "pick red block" && skills.contains("pick blue block"), "\(skills) \(outcome.says)")
    }

    @Test("what is already so needs no motion")
    func already() async throws {
        var inside = Self.block
        inside.pose.position = Self.bin.pose.position
        inside.pose.position.z = 0.017
        let body = try body([inside, Self.other, Self.bin], state: "disarmed")
        let outcome = try await say("put the red block in the bin", to: body)
        #expect(outcome.ending == "done" && outcome.decisions == 0)
        #expect(await body.motions.isEmpty)
    }

    @Test("a grasp that closes on nothing twice is called a loss")
    func slips() async throws {
        let body = try body(mishaps: .init(slips: 2))
        let outcome = try await say("pick up the red block", to: body)
        #expect(outcome.ending == "failed" && outcome.reason == "dropped", "\(outcome.says)")
    }

    @Test("one slip is made good")
    func oneSlip() async throws {
        let body = try body(mishaps: .init(slips: 1))
        #expect(try await say("put the red block in the bin", to: body).ending == "done")
    }

    @Test("what falls on the way is noticed before the jaws open")
    func lost() async throws {
        let body = try body(mishaps: .init(losesAt: "over"))
        let outcome = try await say("put the red block in the bin", to: body)
        #expect(outcome.ending == "failed" && outcome.reason == "dropped", "\(outcome.says)")
        #expect(await body.motions.allSatisfy { !$0.hasSuffix("open") })
    }

    @Test("a goal that the camera does not confirm is never claimed")
    func bounces() async throws {
        let body = try body(mishaps: .init(bounces: true))
        let outcome = try await say("put the red block in the bin", to: body)
        #expect(outcome.ending == "failed" && outcome.decisions <= 16, "\(outcome.ending) \(outcome.says)")
    }

    @Test("a motion that is broken off again and again ends with its reason")
    func broken() async throws {
        let body = try body(mishaps: .init(breaks: ("descend", 99)))
        let outcome = try await say("pick up the red block", to: body)
        #expect(outcome.ending == "failed" && outcome.reason == "blocked" && outcome.says.contains("shoulder_lift"))
    }

    @Test("a stop by a person ends it")
    func stopped() async throws {
        let body = try body(mishaps: .init(stopsAt: "lift"))
        let outcome = try await say("put the red block in the bin", to: body)
        #expect(outcome.ending == "failed" && outcome.reason == "stopped" && outcome.says.contains("foresight reset"))
        #expect(await body.motions.last?.hasSuffix("lift") == true)
    }

    @Test(
        "what cannot or may not be done ends with the reason and without a motion",
        arguments: [
            ("put the red block in the bin", "disarmed", "not-armed"),
            ("put the red block in the bin", "stopped", "stopped"),
            ("put the banana in the bin", "armed", "no-such-thing"),
            ("leg das rote Ding in den Korb", "armed", "not-understood"),
            ("", "armed", "not-understood"),
            ("pick up the bin", "armed", "too-wide"),
            ("put the red block on the far plate", "armed", "unreachable"),
            ("put the far block in the bin", "armed", "unreachable"),
            ("put the block in the bin", "armed", "ambiguous"),
        ])
    func refused(_ text: String, _ state: String, _ reason: String) async throws {
        let far = [
            Scenes.thing("far plate", .plate(diameter: 0.12, height: 0.01), 0.5, 0.3, "white"),
            Scenes.thing("far block", .box(x: 0.03, y: 0.03, z: 0.03), 0.55, 0, "green"),
        ]
        let body = try body(Self.table + far, state: state)
        let outcome = try await say(text, to: body)
        #expect(outcome.reason == reason, "\(outcome.ending) \(outcome.says)")
        #expect(outcome.ending != "done")
        // what is not seen may be behind the arm: it is taken out of the camera's view once, and nothing else moves
        let motions = await body.motions
        #expect(reason == "no-such-thing" ? motions.allSatisfy { $0.hasPrefix("look") } : motions.isEmpty, "\(motions)")
    }

    @Test(
        "whoever names what must not be touched as what to take, or where to put something, is refused",
        arguments: [
            ("put the vase in the bin", "refused"), ("pick up the vase", "refused"),
            ("put the red block on the vase", "refused"), ("put the red block next to the vase", "done"),
        ])
    func forbidden(text: String, ending: String) async throws {
        var vase = Scenes.thing("vase", .cylinder(diameter: 0.04, height: 0.08), 0.2, 0.16, "white")
        vase.forbidden = true
        let body = try body(Self.table + [vase])
        let outcome = try await say(text, to: body)
        #expect(outcome.ending == ending, "\(outcome.says)")
        #expect(await body.motions.isEmpty == (ending == "refused"))
    }

    @Test(
        "what the arm hides is looked for before it is called absent, and belongs to “all”",
        arguments: ["put the red block in the bin", "put all blocks in the bin"])
    func hidden(_ text: String) async throws {
        let body = try body(mishaps: .init(hides: "red block"))
        let outcome = try await say(text, to: body)
        #expect(outcome.ending == "done", "\(outcome.says)")
        let (block, bin) = (await body.thing("red block"), Self.bin)
        #expect(try #require(block).pose.position.isNear(bin.pose.position), "\(outcome.says)")
    }

    @Test("whoever may not move does not look behind the arm")
    func hiddenAndDisarmed() async throws {
        let body = try body(state: "disarmed", mishaps: .init(hides: "red block"))
        #expect(try await say("put the red block in the bin", to: body).reason == "no-such-thing")
        #expect(await body.motions.isEmpty)
    }

    @Test("a question is asked once, and its answer followed")
    func asks() async throws {
        let body = try body(answer: "the blue one")
        let outcome = try await say("put the block in the bin", to: body)
        #expect(outcome.ending == "done", "\(outcome.says)")
        #expect(await body.questions.count == 1)
        #expect(await body.decisions.first?.skill == "pick blue block")
    }
}

extension Vector3 {
    /// Within a hand's breadth on the table.
    fileprivate func isNear(_ other: Vector3) -> Bool { (self - other).horizontalLength < 0.06 }
}
