import Channels
import Foundation
import Messages
import Planning
import RobotModel
import Synchronization
import TestSupport
import Testing
import WorldModel
import Understanding

/// The mind's side of a connection, with a server in this process in foresightd's place.
@Suite("The mind's session", .serialized)
struct MindSessionTests {
    private func server(_ path: String) async throws -> ChannelServer {
        let server = try await ChannelServer(
            name: "test", socketPath: path, tcpPort: nil, roles: .standard, limits: ChannelLimits(),
            clock: RealClock(), onMessage: { _ in })
        server.advertise(Topics.jointStates)
        server.advertise(Topics.controlState)
        server.advertise(Topics.instruction, openTo: .operate)
        server.advertise(Topics.mindOutcome, openTo: .operate)
        server.advertise(Topics.mindStatus, openTo: .operate)
        try await server.open()
        return server
    }

    /// Tells an instruction as a person does, and waits for so many endings: reason by instruction.
    private func tell(_ words: [String], path: String) async throws -> [String: String] {
        let client = try await ChannelClient.connect(socketPath: path)
        let outcomes = client.subscribe(Topics.mindOutcome)
        try await Task.sleep(for: .milliseconds(200))
        for text in words {
            client.publish(Topics.instruction, .with { ($0.id, $0.text) = (text, text) })
            try await Task.sleep(for: .milliseconds(50))
        }
        var endings: [String: String] = [:]
        for await outcome in outcomes {
            endings[outcome.message.instructionID] = outcome.message.reason
            if endings.count == words.count { break }
        }
        await client.close()
        return endings
    }

    @Test("one sentence at a time; when the body comes back the session goes on", .timeLimit(.minutes(1)))
    func serves() async throws {
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/body.sock"
        let robot = try RobotConfiguration.load(path: Places.config)
        let said = Mutex<[String]>([])
        let session = MindSession(
            robot: robot, model: nil, world: try WorldModel(configuration: robot), reader: PlainReader(),
            socketPath: path
        ) { line in said.withLock { $0.append(line) } }
        let running = Task { await session.run() }
        func hears(_ words: String) async throws {
            for _ in 0..<500 where !said.withLock({ $0.last?.contains(words) ?? false }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(said.withLock { $0.last?.contains(words) } == true, "\(words) in \(said.withLock { $0 })")
        }
        try await hears("waiting:")
        for _ in 0..<2 {
            let server = try await server(path)
            try await hears("connected to")
            try await Task.sleep(for: .milliseconds(500))
            // armed, and nothing is seen: the first is looked after for a while
            let telling = Task {
                while !Task.isCancelled {
                    server.publish(Topics.controlState, .with { $0.state = "armed" }, logTime: 1)
                    server.publish(
                        Topics.jointStates,
                        .with {
                            $0.name = robot.joints.map(\.name)
                            $0.position = robot.rest
                            $0.velocity = robot.rest.map { _ in 0 }
                            $0.effort = robot.rest.map { _ in 0 }
                        }, logTime: 1)
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            try await Task.sleep(for: .milliseconds(200))
            let endings = try await tell(["put the cup away", "go home"], path: path)
            #expect(endings == ["put the cup away": "blind", "go home": "busy"], "\(endings)")
            telling.cancel()
            await server.close()
            try await hears("the body is gone")
        }
        running.cancel()
    }
}
