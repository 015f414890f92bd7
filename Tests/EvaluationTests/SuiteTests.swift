import Evaluation
import Foundation
import RobotModel
import TestSupport
import Testing

@Suite("Task suites as others write them")
struct SuiteTests {
    private static let task = """
        {"suite": "s", "tasks": [{"id": "a", "family": "f", "instruction": "put the block left of the cup",
        "before": [{"says": "hello"}, {"says": "hold the block"}],
        "scene": {"things": [
          {"name": "block", "shape": "box", "size": [0.03, 0.03, 0.03], "position": [0.2, 0.05]},
          {"name": "cup", "shape": "cylinder", "size": [0.04, 0.05], "position": [0.2, -0.05]}]},
        "goal": GOAL, "ending": "done"}]}
        """

    private func load(_ text: String) throws -> SuiteTask {
        let path = try Places.scratch() + "/suite.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try #require(try Suite.load(path: path).tasks.first)
    }

    @Test(
        "places on the table are goals",
        arguments: [
            (#"{"side": ["block", "left", "cup"]}"#, Goal.stands("block", .side(.left, of: "cup"))),
            (#"{"between": ["block", "cup", "cup"]}"#, .stands("block", .between("cup", "cup"))),
            (#"{"region": ["block", "back"]}"#, .stands("block", .region(.back))),
            (#"{"moved": ["block", [0.0, 0.03], 0.02]}"#, .stands("block", .point(x: 0.2, y: 0.08, within: 0.02))),
        ])
    func places(text: String, goal: Goal) throws {
        let task = try load(Self.task.replacing("GOAL", with: text))
        #expect(task.goal == goal && task.before == ["hello", "hold the block"])
    }

    @Test(
        "what cannot be is refused with its place",
        arguments: [
            (#"{"side": ["block", "above", "cup"]}"#, "goal.side"), (#"{"region": ["block", "north"]}"#, "goal.region"),
            (#"{"moved": ["block", [0.1], 0.02]}"#, "goal.moved"),
            (#"{"moved": ["spoon", [0, 0], 0.02]}"#, "goal.moved"),
            (#"{"between": ["block", "cup"]}"#, "goal.between"),
            (#"{"side": ["block", "left", "spoon"]}"#, "goal.side"),
        ])
    func refused(text: String, place: String) {
        #expect { try load(Self.task.replacing("GOAL", with: text)) } throws: { "\($0)".contains(place) }
    }

    @Test("an answer must hold one of each list, and a task that is answered needs such texts")
    func replies() throws {
        let answered = Self.task.replacing("\"ending\": \"done\"", with: "\"ending\": \"answered\"")
            .replacing("\"goal\": GOAL,", with: "")
        #expect(throws: ConfigurationError.self) { try load(answered) }
        let text = answered.replacing("\"family\"", with: "\"reply\": [\"yes\", [\"two\", \"2\"]], \"family\"")
        #expect(try load(text).reply == [["yes"], ["two", "2"]])
    }
}
