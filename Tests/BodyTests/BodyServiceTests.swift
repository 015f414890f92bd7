import Body
import Channels
import Control
import Foundation
import Messages
import RobotModel
import Testing

/// The body on a socket in front of `PtyRobot`.
struct RunningBody {
    let robot: RobotConfiguration
    let socket: String

    static func with(
        log: @escaping @Sendable (UInt8, String) -> Void = { _, _ in }, _ work: (RunningBody) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "body-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let devices = try PtyRobot()
        let socket = folder + "/body.sock"
        let server = try await ChannelServer(name: "test", socketPath: socket, tcpPort: nil, onMessage: { _ in })
        let body = BodyService(
            robot: devices.robot, protections: try .load(devices.robot), server: server, wireLog: nil, log: log,
            onStall: { _ in })
        await body.prepare()
        try await server.open()
        let running = Task { await body.run() }
        #expect(await body.firstTrouble() == nil)
        let result: Result<Void, any Error>
        do { result = .success(try await work(RunningBody(robot: devices.robot, socket: socket))) } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        await server.close()
        devices.end()
        try result.get()
    }

    func client() async throws -> ChannelClient { try await ChannelClient.connect(socketPath: socket) }
}

@Suite("The body's services around the control thread", .serialized)
struct BodyServiceTests {
    /// The loop's status when `isRight` of its values.
    private static func loop(
        _ client: ChannelClient, until isRight: ([String: String]) -> Bool
    ) async throws -> [String: String] {
        for await received in client.subscribe(Topics.diagnostics, buffering: 1) {
            let status = try #require(received.message.status.first { $0.name == "control loop" })
            let values = Dictionary(status.values.map { ($0.key, $0.value) }) { first, _ in first }
            if isRight(values) { return values }
        }
        throw CancellationError()
    }

    @Test(
        "how well the loop keeps time is told on /diagnostics, and counted anew from arming on", .timeLimit(.minutes(1))
    )
    func timing() async throws {
        try await RunningBody.with { body in
            let client = try await body.client()
            let resting = try await Self.loop(client) { Int($0["cycles"] ?? "") ?? 0 >= 100 }
            let numbers = try ["wake_up", "cycle"].map { name in
                try ["p50", "p99", "p99_9", "max"].map { try #require(Int(resting["\(name)_\($0)_us"] ?? "")) }
            }
            for quantiles in numbers { #expect(quantiles == quantiles.sorted() && quantiles[0] > 0, "\(resting)") }
            #expect(Int(resting["overruns"] ?? "") != nil)
            #expect(try await client.call(Services.arm, .init(), timeoutSeconds: 10).success)
            let before = try #require(Int(resting["cycles"]!))
            // without a new count there would be more cycles for ever
            _ = try await Self.loop(client) { Int($0["cycles"] ?? "") ?? .max < before }
            await client.close()
        }
    }

    @Test(
        "clients that arm, move, stop, reset, listen and speak at the same time get an answer each",
        .timeLimit(.minutes(2)))
    func together() async throws {
        try await RunningBody.with { body in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<3 { group.addTask { try await Self.operate(body, number: number) } }
                for _ in 0..<2 { group.addTask { try await Self.listen(body) } }
                var answers = 0
                for try await count in group { answers += count }
                #expect(answers >= 3 * 5 * 5)
            }
            let client = try await body.client()
            let stopped = try await client.call(Services.stop, .init(), timeoutSeconds: 5)
            #expect(stopped.success, "\(stopped.message)")
            await client.close()
        }
    }

    /// Everything a client may ask for, five times over; how many answers came.
    private static func operate(_ body: RunningBody, number: Int) async throws -> Int {
        let client = try await body.client()
        var states = client.subscribe(Topics.jointStates, buffering: 1).makeAsyncIterator()
        var answers = 0
        for _ in 0..<5 {
            let lease = try await client.call(
                Services.leaseAcquire,
                .with {
                    $0.client = "test \(number)"
                    $0.seconds = 1
                })
            _ = try await client.call(Services.arm, .init(), timeoutSeconds: 10)
            let state = try #require(await states.next()).message
            _ = try await client.call(
                Services.leaseRenew,
                .with {
                    $0.token = lease.token
                    $0.lastObservation = state.header.stamp
                })
            _ = try await client.call(
                Services.execute,
                .with {
                    $0.token = lease.token
                    $0.trajectory = motion(body.robot, from: state.position)
                })
            try await Task.sleep(for: .milliseconds(50))
            _ = try await client.call(Services.stop, .init(), timeoutSeconds: 5)
            _ = try await client.call(Services.reset, .init(), timeoutSeconds: 5)
            _ = try await client.call(Services.leaseRelease, .with { $0.token = lease.token })
            answers += 7
        }
        await client.close()
        return answers
    }

    private static func listen(_ body: RunningBody) async throws -> Int {
        let client = try await body.client()
        let joints = client.subscribe(Topics.jointStates)
        let states = client.subscribe(Topics.controlState)
        async let first: Int = {
            var count = 0; for await _ in joints { count += 1; if count == 60 { break } }; return count
        }()
        async let second: Int = {
            var count = 0; for await _ in states { count += 1; if count == 15 { break } }; return count
        }()
        for index in 0..<50 {
            client.publish(Topics.instruction, Instruction.with { $0.text = "\(index)" })
            try await Task.sleep(for: .milliseconds(10))
        }
        _ = await (first, second)
        await client.close()
        return 0
    }

    private static func motion(_ robot: RobotConfiguration, from start: [Double]) -> GuardedTrajectoryMessage {
        let still = [Double](repeating: 0, count: start.count)
        let free = [Double](repeating: .infinity, count: start.count)
        var end = start
        end[0] += start[0] > 0 ? -0.2 : 0.2
        let points = [(0.0, start), (0.5, end)].map {
            GuardedTrajectory.Point(time: $0.0, positions: $0.1, velocities: still, compensation: still)
        }
        let trajectory = GuardedTrajectory(
            id: 1, label: "test", points: points, pathTolerance: free, goalTolerance: free, effortBound: free,
            goalTime: 1, timeout: 3)
        return GuardedTrajectoryMessage(trajectory, jointNames: robot.joints.map(\.name))
    }
}

/// What ThreadSanitizer must find, or it looks at nothing: scripts/soak runs it for that, and nobody else does.
@Suite("A planted race", .enabled(if: ProcessInfo.processInfo.environment["FORESIGHT_PLANTED_RACE"] != nil))
struct PlantedRaceTests {
    private final class Unguarded: @unchecked Sendable { var count = 0 }

    @Test("a variable that the body's log and a test write without a lock")
    func race() async throws {
        let unguarded = Unguarded()
        try await RunningBody.with(log: { _, _ in unguarded.count += 1 }) { body in
            let client = try await body.client()
            let other = Task.detached {
                while !Task.isCancelled {
                    unguarded.count += 1
                    usleep(100)
                }
            }
            defer { other.cancel() }
            for _ in 0..<5 {
                _ = try await client.call(Services.stop, .init(), timeoutSeconds: 5)
                _ = try await client.call(Services.reset, .init(), timeoutSeconds: 5)
            }
            await client.close()
        }
        #expect(unguarded.count > 5)
    }
}
