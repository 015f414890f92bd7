import Channels
import Messages
import RobotModel

/// A client that moves the first joint and stops it, as a teleoperation program would.
actor StopClient {
    private let client: ChannelClient
    private let robot: RobotConfiguration
    private var token: UInt64 = 0
    private var joints: JointState?
    private var renewing: Task<Void, Never>?
    private var isForth = false

    /// Connects, takes the lease and keeps it.
    static func connect(socket: String, robot: RobotConfiguration) async throws -> StopClient {
        let operating = StopClient(try await ChannelClient.connect(socketPath: socket), robot)
        try await operating.begin()
        return operating
    }

    private init(_ client: ChannelClient, _ robot: RobotConfiguration) {
        self.client = client
        self.robot = robot
    }

    private func begin() async throws {
        let states = client.subscribe(Topics.jointStates, buffering: 1)
        Task { [weak self] in for await state in states { await self?.learn(state.message) } }
        try await takeLease()
        renewing = Task { [weak self] in
            while !Task.isCancelled {
                await self?.renew()
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func takeLease() async throws {
        let response = try await client.call(
            Services.leaseAcquire,
            .with {
                $0.client = "bench"
                $0.seconds = robot.control.leaseSeconds
            })
        guard response.granted else { throw Trouble("the lease is not granted: \(response.message)") }
        token = response.token
    }

    private func learn(_ state: JointState) { joints = state }

    private func renew() async {
        guard token != 0, let joints else { return }
        let request = LeaseRenewRequest.with {
            $0.token = token
            $0.lastObservation = joints.header.stamp
        }
        _ = try? await client.call(Services.leaseRenew, request, timeoutSeconds: 1)
    }

    /// Arms if need be, and begins a motion of the first joint that lasts longer than anybody waits.
    func move() async throws {
        if token == 0 { try await takeLease() }
        let arming = try await client.call(Services.arm, .init(), timeoutSeconds: 10)
        guard arming.success else { throw Trouble("arm: \(arming.message)") }
        // joint states from before the last stop would start the motion elsewhere, and a joint that still turns too
        joints = nil
        while abs(joints?.velocity[0] ?? .infinity) > 0.05 { try await Task.sleep(for: .milliseconds(5)) }
        let start = joints!.position
        var end = start
        isForth = start[0] < -0.4 ? true : start[0] > 0.4 ? false : !isForth
        end[0] += isForth ? 0.8 : -0.8
        let still = [Double](repeating: 0, count: start.count)
        let free = [Double](repeating: .infinity, count: start.count)
        let points = [(0.0, start), (0.6, end)].map {
            GuardedTrajectory.Point(time: $0.0, positions: $0.1, velocities: still, compensation: still)
        }
        let trajectory = GuardedTrajectory(
            id: 1, label: "stop", points: points, pathTolerance: free, goalTolerance: free, effortBound: free,
            goalTime: 1, timeout: 3)
        let answer = try await client.call(
            Services.execute,
            .with {
                $0.token = token
                $0.trajectory = GuardedTrajectoryMessage(trajectory, jointNames: robot.joints.map(\.name))
            })
        // on a machine without time for it a renewal may be late
        if answer.message.contains("do not hold the lease") { token = 0 }
        guard answer.accepted else { throw Trouble("execute: \(answer.message)") }
    }

    func stop() async throws {
        let answer = try await client.call(Services.stop, .init(), timeoutSeconds: 5)
        guard answer.success else { throw Trouble("stop: \(answer.message)") }
    }

    func reset() async throws {
        let answer = try await client.call(Services.reset, .init(), timeoutSeconds: 5)
        guard answer.success else { throw Trouble("reset: \(answer.message)") }
    }

    func close() async {
        renewing?.cancel()
        await client.close()
    }
}
