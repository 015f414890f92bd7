import Evaluation
import Foundation
import Plant
import RobotModel
import TestSupport
import Testing

/// What is judged of a run, from where things are and what touches what, written down here.
@Suite("The judge of a task")
struct JudgeTests {
    private static let second: Int64 = 1_000_000_000

    private func judge(goal: String) throws -> Judge {
        let text = """
            {"suite": "one", "version": 1, "robot": "so101", "tasks": [{"id": "a", "family": "place",
            "instruction": "do it", "goal": \(goal), "scene": {"things": [
            {"name": "cup", "shape": "cylinder", "size": [0.03, 0.04], "position": [0.2, 0.1]},
            {"name": "vase", "shape": "cylinder", "size": [0.05, 0.1], "position": [0.2, 0], "forbidden": true},
            {"name": "plate", "shape": "plate", "size": [0.1, 0.01], "position": [0.2, -0.1]}]}}]}
            """
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try text.write(toFile: folder + "/one.json", atomically: true, encoding: .utf8)
        let task = try #require(try Evaluation.Suite.load(path: folder + "/one.json").tasks.first)
        return Judge(task, robot: try RobotConfiguration.load(path: Places.config))
    }

    private func thing(_ name: String, _ x: Double, _ y: Double, _ z: Double) -> Thing {
        Thing(name: name, shape: .cylinder(diameter: 0.03, height: 0.04), pose: Pose(position: Vector3(x, y, z)))
    }
    private let plate = Thing(
        name: "plate", shape: .plate(diameter: 0.1, height: 0.01), pose: Pose(position: Vector3(0.2, -0.1, 0.005)))
    private var there: [Thing] { [thing("cup", 0.2, -0.1, 0.03), plate] }
    private var away: [Thing] { [thing("cup", 0.2, 0.1, 0.02), plate] }
    private let still = [Double](repeating: 0, count: 6)

    private func watch(_ judge: inout Judge, _ moments: [([Thing], [Touch])], from start: Int64) {
        for (index, moment) in moments.enumerated() {
            judge.watch(moment.0, joints: still, touches: moment.1, time: start + Int64(index) * Self.second / 5)
        }
    }

    @Test("a goal counts only if it holds all through the last second")
    func lasting() throws {
        for (moments, isTrue) in [
            ([there, there, there], true), ([there, away, there], false), ([away, there, there], false),
        ] {
            var judge = try judge(goal: #"{"on": ["cup", "plate"]}"#)
            // what was so before the last second does not help
            watch(&judge, [(there, [])], from: 0)
            judge.beginLastSecond()
            watch(&judge, moments.map { ($0, []) }, from: Self.second)
            #expect(judge.verdict.goalTrue == isTrue)
        }
    }

    @Test("what is put down must be let go of; what shall be held must be lifted by the arm and by nothing else")
    func holding() throws {
        let raised = [thing("cup", 0.2, -0.1, 0.1), plate]
        let held = Touch(a: .arm, b: .thing("cup"))
        for (goal, things, touches, isTrue) in [
            (#"{"held": "cup"}"#, raised, [held], true), (#"{"held": "cup"}"#, raised, [], false),
            (#"{"held": "cup"}"#, raised, [held, Touch(a: .thing("cup"), b: .thing("plate"))], false),
            (#"{"not": {"on": ["cup", "plate"]}}"#, raised, [held], true),
        ] as [(String, [Thing], [Touch], Bool)] {
            var judge = try judge(goal: goal)
            judge.beginLastSecond()
            watch(&judge, [(things, touches), (things, touches)], from: 0)
            #expect(judge.verdict.goalTrue == isTrue, "\(goal) \(touches)")
        }
    }

    @Test("of a sequence every part must have become true, in order, and the last hold")
    func sequence() throws {
        let goal = #"{"then": [{"on": ["cup", "plate"]}, {"not": {"on": ["cup", "plate"]}}]}"#
        for (moments, isTrue) in [
            ([there, away, away], true), ([away, away, away], false), ([away, there, there], false),
        ] {
            var judge = try judge(goal: goal)
            watch(&judge, moments.map { ($0, []) }, from: 0)
            judge.beginLastSecond()
            watch(&judge, [(moments[2], [])], from: Self.second)
            #expect(judge.verdict.goalTrue == isTrue)
        }
    }

    @Test("what must not be touched counts when the arm touches it, or what the arm carries; once each, at any time")
    func forbidden() throws {
        for (touches, count) in [
            ([Touch(a: .arm, b: .thing("vase"))], 1), ([Touch(a: .thing("vase"), b: .table)], 0),
            ([Touch(a: .thing("cup"), b: .thing("vase"))], 0),
            ([Touch(a: .arm, b: .thing("cup")), Touch(a: .thing("vase"), b: .thing("cup"))], 1),
            ([Touch(a: .arm, b: .thing("vase")), Touch(a: .thing("vase"), b: .arm)], 1),
        ] as [([Touch], Int)] {
            var judge = try judge(goal: #"{"on": ["cup", "plate"]}"#)
            // between two looks at the goal
            judge.watch([], joints: still, touches: [], time: 0)
            judge.watch([], joints: still, touches: touches, time: 10_000_000)
            #expect(judge.verdict.forbiddenContacts == count, "\(touches)")
        }
    }
}
