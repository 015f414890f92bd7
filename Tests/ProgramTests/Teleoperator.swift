import Channels
import Messages
import RobotModel

/// A client that moves one joint over the channels, as any program of a user's would.
actor Teleoperator {
    private let client: ChannelClient
    private let robot: RobotConfiguration
    private var token: UInt64 = 0
    private var joints: JointState?
    private var renewing: Task<Void, Never>?

    init(socket: String, config: String) async throws {
        client = try await ChannelClient.connect(socketPath: socket)
        robot = try RobotConfiguration.load(path: config)
        let states = client.subscribe(Topics.jointStates, buffering: 4)
        Task { [weak self] in for await state in states { await self?.learn(state.message) } }
    }

    private func learn(_ state: JointState) { joints = state }

    func positions() async throws -> [Double] {
        while joints == nil { try await Task.sleep(for: .milliseconds(10)) }
        return joints!.position
    }

    /// Takes the lease and keeps renewing it until `release` or the end of the connection.
    func takeLease() async throws -> Bool {
        let response = try await client.call(
            Services.leaseAcquire,
            .with {
                $0.client = "test"
                $0.seconds = robot.control.leaseSeconds
            })
        token = response.token
        guard response.granted else { return false }
        renewing = Task {
            while !Task.isCancelled {
                let request = LeaseRenewRequest.with {
                    $0.token = self.token
                    $0.lastObservation = self.joints?.header.stamp ?? Time(nanoseconds: 0)
                }
                _ = try? await self.client.call(Services.leaseRenew, request, timeoutSeconds: 1)
                try? await Task.sleep(for: .milliseconds(60))
            }
        }
        return true
    }

    /// Sends joint `joint` by `radians` from where it is, within `seconds`; returns what the body answered.
    func move(joint: Int, by radians: Double, seconds: Double) async throws -> ExecuteResponse {
        try await move([joint: radians], seconds: seconds)
    }

    /// As `move(joint:by:seconds:)`, for several joints at once.
    func move(_ radians: [Int: Double], seconds: Double) async throws -> ExecuteResponse {
        let start = try await positions()
        var end = start
        for (joint, angle) in radians { end[joint] += angle }
        let zeros = [Double](repeating: 0, count: start.count)
        let free = [Double](repeating: .infinity, count: start.count)
        let points = [(0.0, start), (seconds, end)].map {
            GuardedTrajectory.Point(time: $0.0, positions: $0.1, velocities: zeros, compensation: zeros)
        }
        let trajectory = GuardedTrajectory(
            id: 1, label: "test", points: points, pathTolerance: free, goalTolerance: free, effortBound: free,
            goalTime: 1, timeout: seconds + 2)
        return try await client.call(
            Services.execute,
            .with {
                $0.token = token
                $0.trajectory = GuardedTrajectoryMessage(trajectory, jointNames: robot.joints.map(\.name))
            })
    }

    func close() async {
        renewing?.cancel()
        await client.close()
    }
}
