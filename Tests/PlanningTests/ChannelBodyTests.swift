import Channels
import Foundation
import Messages
import Planning
import RobotModel
import Synchronization
import TestSupport
import Testing

/// The mind's body over real channels: a server in this process plays foresightd, word for word.
@Suite("The body over channels", .serialized)
struct ChannelBodyTests {
    private let robot: RobotConfiguration

    init() throws { robot = try RobotConfiguration.load(path: Places.config) }

    /// A server that has every topic of the body, and a body that listens to it.
    private func withBody(_ work: (ChannelServer, ChannelBody) async throws -> Void) async throws {
        let folder = try Places.scratch()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try await ChannelServer(
            name: "test", socketPath: folder + "/body.sock", tcpPort: nil, roles: .standard, limits: ChannelLimits(),
            clock: RealClock(), onMessage: { _ in })
        server.advertise(Topics.jointStates)
        server.advertise(Topics.controlState)
        server.advertise(Topics.detections)
        server.advertise(Topics.detectionProperties)
        try await server.open()
        let client = try await ChannelClient.connect(socketPath: folder + "/body.sock")
        let body = ChannelBody(client: client, robot: robot, name: "test")
        let listening = Task { await body.listen() }
        try await Task.sleep(for: .milliseconds(200))
        do { try await work(server, body) } catch {
            await client.close()
            await server.close()
            throw error
        }
        await client.close()
        listening.cancel()
        await server.close()
    }

    private func joints(_ names: [String], _ positions: [Double]) -> JointState {
        .with {
            $0.name = names
            $0.position = positions
            $0.velocity = positions.map { _ in 0 }
            $0.effort = positions.map { _ in 0 }
            $0.header = Header(nanoseconds: 5)
        }
    }

    private func state(_ state: String, motion: UInt64 = 0, _ word: String = "", reason: String = "") -> ControlState {
        .with {
            $0.state = state
            $0.reason = reason
            $0.trajectoryID = motion
            $0.trajectoryState = word
            $0.trajectoryReason = reason
        }
    }

    private func send<M: Message>(_ server: ChannelServer, _ topic: Topic<M>, _ message: M) {
        server.publish(topic, message, logTime: 1)
    }

    private func eventually(_ what: String, _ condition: () async -> Bool) async throws {
        for _ in 0..<200 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("not in time: \(what)")
    }

    @Test("joints are found by their names among others; what does not fit together or is no number is not taken")
    func observation() async throws {
        try await withBody { server, body in
            #expect(await body.observation() == nil)
            let names = robot.joints.map(\.name)
            send(server, Topics.controlState, state("armed"))
            for wrong in [
                joints(names, [0, 0]), joints(Array(names.dropLast()), [0, 0, 0, 0, 0]),
                joints(names, [0, 0, .nan, 0, 0, 0]),
            ] { send(server, Topics.jointStates, wrong) }
            try await Task.sleep(for: .milliseconds(200))
            #expect(await body.observation() == nil)
            // a wheel first, and the joints in another order
            send(
                server, Topics.jointStates,
                joints(["wheel"] + names.reversed(), [9] + [5, 4, 3, 2, 1, 0].map(Double.init)))
            try await eventually("an observation") { await body.observation()?.joints == [0, 1, 2, 3, 4, 5] }
            // joints of a second ago say nothing any more, unless the robot is stopped
            try await Task.sleep(for: .milliseconds(1100))
            #expect(await body.observation() == nil)
            send(server, Topics.controlState, state("stopped", reason: "asked to"))
            try await eventually("the reason") { await body.observation()?.reason == "asked to" }
        }
    }

    @Test("a detection without its properties is no thing")
    func sightings() async throws {
        try await withBody { server, body in
            let detection = Detection3D.with {
                $0.id = "cup"
                $0.bbox.size = Vector3Message.with { ($0.x, $0.y, $0.z) = (0.03, 0.03, 0.04) }
            }
            send(server, Topics.detections, .with { $0.detections = [detection] })
            try await eventually("a look") { await !body.sightings(after: -1).isEmpty }
            #expect(await body.sightings(after: -1).last?.things.isEmpty == true)
            let cup = ThingProperties.with { ($0.id, $0.shape, $0.color) = ("cup", "cylinder", "red") }
            send(server, Topics.detectionProperties, .with { $0.things = [cup] })
            try await Task.sleep(for: .milliseconds(200))
            send(server, Topics.detections, .with { $0.detections = [detection] })
            try await eventually("the cup") { await body.sightings(after: -1).last?.things.first?.name == "cup" }
        }
    }

    @Test(
        "a motion ends as the body says it did",
        arguments: [
            ("armed", 7, "succeeded", MotionResult.succeeded),
            ("armed", 7, "aborted", .aborted(MotionAbort("why"))), ("stopped", 7, "running", .stopped("why")),
            ("armed", 8, "running", .aborted(MotionAbort("another motion took its place"))),
            ("disarmed", 7, "running", .stopped("the robot was disarmed")),
        ] as [(String, UInt64, String, MotionResult)])
    func motions(_ word: String, _ id: UInt64, _ motion: String, _ result: MotionResult) async throws {
        try await withBody { server, body in
            let renewals = Mutex<[Int64]>([])
            server.offer(Services.leaseAcquire) { _ in .with { ($0.granted, $0.token) = (true, 3) } }
            server.offer(Services.leaseRenew) { request in
                renewals.withLock { $0.append(request.lastObservation.nanoseconds) }
                return .with { $0.granted = true }
            }
            server.offer(Services.execute) { _ in .with { ($0.accepted, $0.message) = (true, "7") } }
            send(server, Topics.controlState, state("moving", motion: 7, "running"))
            send(server, Topics.jointStates, joints(robot.joints.map(\.name), [0, 0, 0, 0, 0, 0]))
            try await eventually("joints") { await body.observation() != nil }
            try await body.begin()
            async let ran = body.run(Self.trajectory)
            try await Task.sleep(for: .milliseconds(400))
            send(server, Topics.controlState, state(word, motion: id, motion, reason: "why"))
            #expect(await ran == result)
            // each renewal names another observation: there was only one
            #expect(renewals.withLock { $0 } == [5])
        }
    }

    @Test("a lease that is not granted is the reason why nothing moves; without one nothing is sent")
    func refused() async throws {
        try await withBody { server, body in
            server.offer(Services.leaseAcquire) { _ in .with { $0.message = "teleop holds it" } }
            await #expect {
                try await body.begin()
            } throws: {
                "\($0)".contains("teleop holds it")
            }
            #expect(await body.run(Self.trajectory) == .stopped("the lease was lost"))
        }
    }

    private static let trajectory: GuardedTrajectory = {
        let zeros = [Double](repeating: 0, count: 6)
        let free = [Double](repeating: .infinity, count: 6)
        return GuardedTrajectory(
            id: 1, label: "test",
            points: [0.0, 1].map { .init(time: $0, positions: zeros, velocities: zeros, compensation: zeros) },
            pathTolerance: free, goalTolerance: free, effortBound: free, goalTime: 1, timeout: 5)
    }()
}
