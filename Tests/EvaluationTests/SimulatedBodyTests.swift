import Evaluation
import Foundation
import Planning
import RobotModel
import Testing

@Suite("The simulated body of the task suites")
struct SimulatedBodyTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config")
        .path

    /// Turns the arm by a radian and a half; what came of it.
    private func turn(_ keepOuts: [KeepOut]) async throws -> MotionResult {
        var robot = try RobotConfiguration.load(path: Self.folder + "/so101-virtual.toml")
        robot.keepOuts = keepOuts
        var task = try #require(try Evaluation.Suite.load(path: Self.folder + "/suites/development.json").tasks.first)
        task.scene = SceneFile(entries: [])
        task.arm = .pose("home")
        let body = try SimulatedBody(task, robot: robot)
        await body.arm()
        try await body.begin()
        let start = try #require(await body.observation()).joints
        var end = start
        end[0] += 1.5
        let (still, free) = ([Double](repeating: 0, count: 6), [Double](repeating: .infinity, count: 6))
        return await body.run(
            GuardedTrajectory(
                id: 1, label: "turn",
                points: [(0, start), (2, end)].map {
                    .init(time: $0.0, positions: $0.1, velocities: still, compensation: still)
                }, pathTolerance: free, goalTolerance: free, effortBound: free, goalTime: 1, timeout: 5))
    }

    @Test("it keeps out of what the real body keeps out of, and says so in the same words") func keepsOut() async throws
    {
        let walls = [0.22, -0.22].map {
            KeepOut(
                name: "cupboard",
                volume: .box(pose: Pose(position: Vector3(0.1, $0, 0.2)), half: Vector3(0.3, 0.05, 0.3)))
        }
        let met = try await turn(walls)
        guard case .aborted(let why) = met else {
            Issue.record("the arm turned through a cupboard: \(met)")
            return
        }
        #expect("\(why)".contains("and the cupboard: they would come within"), "\(why)")
        let free = try await turn([])
        #expect(free == .succeeded)
    }
}
