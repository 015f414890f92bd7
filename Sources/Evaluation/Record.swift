public import FoundationEssentials
public import Messages
internal import Plant
public import RobotModel

/// What a virtual robot of another process wrote down of itself while it carried out a task.
public struct Record: Sendable {
    private struct Line: Decodable {
        struct Entry: Decodable {
            var name: String
            var position: [Double]
            var turn: [Double]
        }
        var time: Int64
        var joints: [Double]
        var things: [Entry]
        var touching: [[String]]
        var touchedByArm: [String]
    }

    private let lines: [Line]

    /// - Parameter data: lines of JSON, as `foresight-virtual --ground-truth` writes them; others are passed over.
    public init(_ data: Data) {
        lines = data.split(separator: 10).compactMap { try? JSONDecoder().decode(Line.self, from: Data($0)) }
    }

    /// Judges a task by the record, whose last second is the last second of the task.
    public func result(
        _ task: SuiteTask, seed: UInt64, outcome: MindOutcome, asked: Int, thinking: Double, robot: RobotConfiguration
    ) -> TaskResult {
        var judge = Judge(task, robot: robot)
        let end = lines.last?.time ?? 0
        var isLast = false
        for line in lines {
            if !isLast, line.time > end - 1_000_000_000 {
                judge.beginLastSecond()
                isLast = true
            }
            judge.watch(things(line, task), joints: line.joints, touches: Self.touches(line), time: line.time)
        }
        let seconds = Double(end - (lines.first?.time ?? end)) * 1e-9
        return TaskResult(
            task, seed: seed, outcome: outcome, verdict: judge.verdict, asked: asked,
            decisions: Int(outcome.decisions), futures: 0, violations: 0, simulated: seconds, thinking: thinking,
            latencies: [])
    }

    private func things(_ line: Line, _ task: SuiteTask) -> [Thing] {
        let entries = Dictionary(line.things.map { ($0.name, $0) }) { first, _ in first }
        return task.scene.entries.map { entry in
            var thing = entry.thing
            if let seen = entries[thing.name], seen.position.count == 3, seen.turn.count == 4 {
                thing.pose.position = Vector3(seen.position[0], seen.position[1], seen.position[2])
                thing.pose.orientation = Quaternion(w: seen.turn[0], x: seen.turn[1], y: seen.turn[2], z: seen.turn[3])
            }
            return thing
        }
    }

    private static func touches(_ line: Line) -> [Touch] {
        line.touching.filter { $0.count == 2 }.map { Touch(a: .thing($0[0]), b: .thing($0[1])) }
            + line.touchedByArm.map { Touch(a: .arm, b: .thing($0)) }
    }
}
