import Channels
import Foundation
import Messages
import RobotModel
import TestSupport

/// A client that can be as careless as any: it renews, streams and asks just what a test says.
actor RawClient {
    private let client: ChannelClient
    private let robot: RobotConfiguration
    private var token: UInt64 = 0
    private var joints: JointState?
    private var control: ControlState?
    private var seen: Set<UInt64> = []
    private var reckoned: Odometry?
    /// What the safety filter changed last.
    private(set) var lastChange: FilterChangeMessage?
    private var renewing: Task<Void, Never>?

    init(socket: String, config: String? = nil) async throws {
        robot = try RobotConfiguration.load(path: config ?? Places.config)
        client = try await ChannelClient.connect(socketPath: socket)
        let states = client.subscribe(Topics.jointStates, buffering: 4)
        let controls = client.subscribe(Topics.controlState)
        let ways = client.subscribe(Topics.odometry, buffering: 1)
        let changes = client.subscribe(Topics.filterChange, buffering: 4)
        Task { [weak self] in for await change in changes { await self?.learn(change.message) } }
        Task { [weak self] in for await way in ways { await self?.learn(way.message) } }
        Task { [weak self] in for await state in states { await self?.learn(state.message) } }
        Task { [weak self] in for await state in controls { await self?.learn(state.message) } }
    }

    private func learn(_ state: JointState) { joints = state }
    private func learn(_ way: Odometry) { reckoned = way }
    private func learn(_ change: FilterChangeMessage) { lastChange = change }
    private func learn(_ state: ControlState) {
        control = state
        if state.trajectoryID != 0, state.trajectoryState == "running" || state.trajectoryState == "succeeded" {
            seen.insert(state.trajectoryID)
        }
    }

    func close() async {
        renewing?.cancel()
        await client.close()
    }

    /// Renews the lease as a careful client does, until `close`.
    func keepRenewing() {
        renewing = Task {
            while !Task.isCancelled {
                _ = try? await self.renew()
                try? await Task.sleep(for: .milliseconds(60))
            }
        }
    }

    // MARK: What it sees

    func newestStamp() async throws -> Int64 {
        while joints == nil { try await Task.sleep(for: .milliseconds(5)) }
        return joints?.header.stamp.nanoseconds ?? 0
    }

    /// Measured after now.
    func freshPositions() async throws -> [Double] {
        let before = try await newestStamp()
        for _ in 0..<400 {
            if let joints, joints.header.stamp.nanoseconds > before { return joints.position }
            try await Task.sleep(for: .milliseconds(5))
        }
        return joints?.position ?? []
    }

    func odometry() async throws -> Odometry {
        reckoned = nil
        for _ in 0..<400 {
            if let reckoned { return reckoned }
            try await Task.sleep(for: .milliseconds(5))
        }
        return Odometry()
    }

    func torque() async throws -> String {
        while control == nil { try await Task.sleep(for: .milliseconds(5)) }
        return control?.torque ?? ""
    }

    func hasRun(_ id: UInt64, within seconds: Double) async -> Bool {
        for _ in 0..<Int(seconds * 100) {
            if seen.contains(id) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    func untilArmed() async throws {
        for _ in 0..<300 {
            if control?.state == "armed" { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: What it asks

    func acquire(seconds: Double) async throws {
        if token != 0 { _ = try? await client.call(Services.leaseRelease, .with { $0.token = token }) }
        let answer = try await client.call(
            Services.leaseAcquire,
            .with {
                $0.client = "raw"
                $0.seconds = seconds
            })
        token = answer.token
    }

    func release() async throws { _ = try await client.call(Services.leaseRelease, .with { $0.token = token }) }

    func renew() async throws { _ = try await renew(naming: newestStamp()) }

    func renew(naming stamp: Int64) async throws -> LeaseRenewResponse {
        try await client.call(
            Services.leaseRenew,
            .with {
                $0.token = token
                $0.lastObservation = Time(nanoseconds: stamp)
            })
    }

    func stop() async throws -> TriggerResponse { try await client.call(Services.stop, TriggerRequest()) }

    func withdraw(_ id: UInt64) async throws -> WithdrawResponse {
        try await client.call(
            Services.withdraw,
            .with {
                $0.token = token
                $0.id = id
            })
    }

    func move(joint: Int, by radians: Double, seconds: Double, replace: Bool = false) async throws -> ExecuteResponse {
        try await move([joint: radians], seconds: seconds, replace: replace)
    }

    func move(_ radians: [Int: Double], seconds: Double, replace: Bool = false) async throws -> ExecuteResponse {
        _ = try await newestStamp()
        return try await client.call(Services.execute, request(radians, seconds, replace), timeoutSeconds: 10)
    }

    /// Two motions without waiting for an answer in between; the ids of those that were accepted.
    func twoMotions() async throws -> [UInt64] {
        _ = try await newestStamp()
        let (first, second) = (request([0: 0.05], 0.3, false), request([0: -0.05], 0.3, false))
        async let one = client.call(Services.execute, first)
        async let other = client.call(Services.execute, second)
        return try await [one, other].filter(\.accepted).compactMap { UInt64($0.message) }
    }

    func stream(_ sequence: UInt64, joint: String, position: Double) async throws {
        let stamp = try await newestStamp()
        client.publish(
            Topics.setpoints,
            .with {
                $0.token = token
                $0.sequence = sequence
                $0.observation = Time(nanoseconds: stamp)
                $0.expiresIn = 0.2
                $0.jointNames = [joint]
                $0.positions = [position]
            })
    }

    func isStopped() async throws -> Bool {
        _ = try await torque()
        return control?.state == "stopped"
    }

    /// Sends something that no sane client would; whether it was accepted.
    func hostile(_ round: UInt64, _ random: inout SeededGenerator) async throws -> Bool {
        let odd: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, 40, -40, 0, 3.2, -3.2]
        func number(_ random: inout SeededGenerator) -> Double {
            Bool.random(using: &random) ? odd.randomElement(using: &random) ?? 0 : .random(in: -3...3, using: &random)
        }
        let stamp = try await newestStamp()
        let names = robot.joints.map(\.name)
        guard round % 3 == 0 else {
            for burst in 0..<8 {
                client.publish(
                    Topics.setpoints,
                    .with {
                        $0.token = Int.random(in: 0..<9, using: &random) == 0 ? 1 : token
                        $0.sequence =
                            Bool.random(using: &random)
                            ? round * 10 + UInt64(burst) : .random(in: 0...9, using: &random)
                        $0.observation = Time(nanoseconds: stamp)
                        $0.expiresIn = burst % 4 == 0 ? number(&random) : 0.3
                        $0.jointNames = burst % 5 == 0 ? names : [names.randomElement(using: &random) ?? ""]
                        let count = $0.jointNames.count
                        $0.positions = burst % 2 == 0 ? (0..<count).map { _ in number(&random) } : []
                        $0.velocities = burst % 3 == 0 ? (0..<count).map { _ in number(&random) * 5 } : []
                    })
                try await Task.sleep(for: .milliseconds(5))
            }
            return false
        }
        var start = joints?.position ?? []
        var request = request(
            [Int.random(in: 0..<6, using: &random): number(&random)], 0.2, Bool.random(using: &random))
        if round % 2 == 0 {
            // the farthest that is not refused at once: past the limit by less than the margin, and as fast as may be
            for joint in start.indices { start[joint] += .random(in: -0.2...0.2, using: &random) }
            request.trajectory.trajectory.points[1].positions = start
        }
        return try await client.call(Services.execute, request, timeoutSeconds: 10).accepted
    }

    func drive(_ linear: Double, _ angular: Double) {
        client.publish(
            Topics.commandVelocity,
            .with {
                $0.linear.x = linear
                $0.angular.z = angular
            })
    }

    private func request(_ radians: [Int: Double], _ seconds: Double, _ replace: Bool) -> ExecuteRequest {
        let start = joints?.position ?? []
        var end = start
        for (joint, angle) in radians { end[joint] += angle }
        let zeros = [Double](repeating: 0, count: start.count)
        let free = [Double](repeating: .infinity, count: start.count)
        let trajectory = GuardedTrajectory(
            id: 1, label: "raw",
            points: [(0.0, start), (seconds, end)].map {
                .init(time: $0.0, positions: $0.1, velocities: zeros, compensation: zeros)
            }, pathTolerance: free, goalTolerance: free, effortBound: free, goalTime: 1, timeout: seconds + 2)
        return .with {
            $0.token = token
            $0.replace = replace
            $0.trajectory = GuardedTrajectoryMessage(trajectory, jointNames: robot.joints.map(\.name))
        }
    }
}
