import Messages
import Planning
import RobotModel
import TestSupport
import Testing
import WorldModel
import Understanding

@Suite("A film of the plan")
struct FilmTests {
    private actor Screen: MindVoice {
        private(set) var films: [MindFilm] = []
        func publish<M: Message>(_ topic: Topic<M>, _ message: M) {
            if let film = message as? MindFilm { films.append(film) }
        }
        func ask(_ question: MindQuestion) -> String? { nil }
    }

    private func imagine(_ text: String, _ things: [Thing]) async throws -> (outcome: MindOutcome, films: [MindFilm]) {
        let robot = try MindTests.robot.get()
        let screen = Screen()
        let mind = Mind(
            robot: robot, body: try StandInBody(things, robot), voice: screen, model: nil,
            world: Worker(try WorldModel(configuration: robot)), reader: PlainReader())
        let outcome = await mind.carryOut(
            .with {
                $0.id = "1"
                $0.text = text
                $0.mode = "imagine"
            })
        return (outcome, await screen.films)
    }

    @Test("it shows the steps that are told, from the table into the bin")
    func shows() async throws {
        let run = try await imagine("put the red block in the bin", MindTests.table)
        #expect(run.outcome.ending == "imagined", "\(run.outcome.says)")
        let film = try #require(run.films.first)
        #expect(run.films.count == 1 && film.skills == ["pick red block", "place red block in bin"])
        #expect(film.worlds == [2, 2] && film.durations.allSatisfy { $0 > 1 })
        #expect(film.frames.allSatisfy { $0.poses.count == 7 * film.solids.count })
        let block = try #require(film.solids.firstIndex { $0.name == "red block" })
        let bin = MindTests.bin.pose.position
        let (first, last) = (try #require(film.frames.first), try #require(film.frames.last))
        func place(_ frame: FilmFrame) -> Vector3 {
            Vector3(frame.poses[7 * block], frame.poses[7 * block + 1], frame.poses[7 * block + 2])
        }
        #expect((place(first) - MindTests.block.pose.position).length < 0.01)
        #expect((place(last) - bin).horizontalLength < 0.05, "\(place(last))")
        let touched = film.frames.flatMap { zip($0.touched, $0.meant) }
        #expect(touched.contains { $0.0 == "red block" && $0.1 })
        #expect(!touched.contains { $0.0 == "blue block" || $0.0 == "red block" && !$0.1 })
        #expect(film.solids.contains { $0.kind == "pad" } && film.solids.contains { $0.kind == "container" })
    }

    @Test("of what goes wrong in every world, it shows how")
    func fails() async throws {
        let robot = try MindTests.robot.get()
        let screen = Screen()
        // the arm has learned that the block is too heavy
        let body = try StandInBody(MindTests.table, robot, mishaps: .init(breaks: ("try", 1)))
        let mind = Mind(
            robot: robot, body: body, voice: screen, model: nil, world: Worker(try WorldModel(configuration: robot)),
            reader: PlainReader())
        for mode in ["", "imagine"] {
            let outcome = await mind.carryOut(
                .with {
                    $0.id = mode
                    $0.text = "put the red block in the bin"
                    $0.mode = mode
                })
            #expect(outcome.ending == "impossible" && outcome.reason == "too-heavy", "\(outcome.says)")
        }
        let film = try #require(await screen.films.first)
        #expect(film.instructionID == "imagine" && film.skills == ["pick red block"] && film.success == [0])
        #expect(film.frames.count > 5)
    }

    @Test("where there is nothing to do, or no motion at all, there is none")
    func none() async throws {
        var inside = MindTests.block
        inside.pose.position = MindTests.bin.pose.position
        inside.pose.position.z = 0.017
        #expect(try await imagine("put the red block in the bin", [inside, MindTests.bin]).films.isEmpty)
        let far = Scenes.thing("far block", .box(x: 0.03, y: 0.03, z: 0.03), 0.55, 0, "green")
        let run = try await imagine("put the far block in the bin", [far, MindTests.bin])
        #expect(run.outcome.ending == "impossible" && run.films.isEmpty, "\(run.outcome.says)")
    }
}
