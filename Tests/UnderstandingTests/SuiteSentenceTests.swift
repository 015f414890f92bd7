import Evaluation
import Foundation
import RobotModel
import TestSupport
import Testing
import Understanding

/// The sentences of whole suites, understood by the words alone; most were written by people who did not know the program.
struct SuiteSentenceTests {
    private static let suites = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Config/suites")

    @Test(
        "sentences of whole suites are understood as meant",
        arguments: [
            ("development", 1.0), ("hostile", 1.0), ("elsewhere", 0.98), ("sentences", 0.96),
        ])
    func understood(name: String, least: Double) throws {
        let suite = try Evaluation.Suite.load(path: Self.suites.appending(path: name + ".json").path)
        let grounder = Grounder(model: nil)
        let missed = suite.tasks.filter { !MeaningCheck.understanding(of: $0, by: grounder).isRight }
        let share = 1 - Double(missed.count) / Double(suite.tasks.count)
        #expect(share >= least, "\(missed.map { "\($0.id): \($0.instruction)" }.joined(separator: "\n"))")
    }
}
