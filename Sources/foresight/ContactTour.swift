import Channels
import Console
import Messages
import RobotModel

/// The motions of a contact calibration as an ordinary client asks for them, and what the joints told meanwhile.
actor ContactTour {
    struct Problem: Error, CustomStringConvertible { var description: String }

    private let client: ChannelClient
    private let robot: RobotConfiguration
    private var states: [JointState] = []
    private var control: ControlState?
    private var token: UInt64 = 0
    private var named: Int64 = 0
    /// When the running motion began, by the body's clock, nanoseconds: told as progress, at every state a little too late.
    private var beganAt = Int64.max
    private var running: (id: UInt64, duration: Double)?

    init(client: ChannelClient, robot: RobotConfiguration) {
        self.client = client
        self.robot = robot
    }

    /// Makes the tour and hands back what was measured in it; `progress` hears its share that is done.
    ///
    /// - Throws: `Problem` in words when the body does not move, or stops.
    func record(
        _ excursions: ContactExcursions, seconds: Double, progress: @Sendable (Double) -> Void
    ) async throws -> ContactRecording {
        let listening = listen()
        defer { for task in listening { task.cancel() } }
        let start = try await begin()
        let motions = excursions.motions(from: start, seconds: seconds)
        let whole = motions.reduce(0) { $0 + $1.duration }
        var recording = ContactRecording()
        var done = 0.0
        do {
            for (index, motion) in motions.enumerated() {
                try await run(motion)
                // the first motion leads out of wherever the arm lay
                if index > 0 { recording.motions.append(moments(of: motion)) }
                done += motion.duration
                progress(done / whole)
            }
        } catch {
            await end()
            throw error
        }
        await end()
        return recording
    }

    // MARK: Listening

    private func listen() -> [Task<Void, Never>] {
        let joints = client.subscribe(Topics.jointStates, buffering: 512)
        let controls = client.subscribe(Topics.controlState)
        return [
            Task { for await state in joints { self.learn(state.message) } },
            Task { for await state in controls { self.learn(state.message) } },
        ]
    }

    private func learn(_ state: JointState) { states.append(state) }

    private func learn(_ state: ControlState) {
        control = state
        guard let running, state.trajectoryID == running.id, state.trajectoryState == "running" else { return }
        let elapsed = Int64(state.progress * running.duration * 1e9)
        beganAt = min(beganAt, state.header.stamp.nanoseconds - elapsed)
    }

    // MARK: Moving

    /// Takes the lease; returns where the joints are, radians.
    private func begin() async throws -> [Double] {
        for _ in 0..<200 where states.isEmpty || control == nil { try await Task.sleep(for: .milliseconds(10)) }
        guard let control, let position = states.last?.position, position.count == robot.joints.count else {
            throw Problem(description: "the body tells nothing of the joints: `foresight status` says why")
        }
        guard control.state == "armed" else {
            throw Problem(
                description: "the robot is \(control.state): `foresight arm` first, and let nobody else move it")
        }
        let lease = try await client.call(
            Services.leaseAcquire,
            .with {
                $0.client = "foresight calibrate-contact"
                $0.seconds = robot.control.leaseSeconds
            })
        guard lease.granted else { throw Problem(description: lease.message) }
        token = lease.token
        return position
    }

    private func end() async { _ = try? await client.call(Services.leaseRelease, .with { $0.token = token }) }

    private func run(_ motion: GuardedTrajectory) async throws {
        states = []
        beganAt = .max
        running = nil
        let id = try await ask(for: motion)
        running = (id, motion.duration)
        if let control { learn(control) }
        try await watch(id, until: motion.timeout + 2)
        // the pose is held a little, and measured
        try await rest(seconds: ContactExcursions.rest)
    }

    /// Asks for a motion until it is accepted, a few times: a busy machine may answer too late once, and a refusal is one.
    private func ask(for motion: GuardedTrajectory) async throws -> UInt64 {
        let request = ExecuteRequest.with {
            $0.token = token
            $0.trajectory = GuardedTrajectoryMessage(motion, jointNames: robot.joints.map(\.name))
        }
        for attempt in 1...3 {
            let answer = try await client.call(Services.execute, request)
            if answer.accepted, let id = UInt64(answer.message) { return id }
            if attempt == 3 || control?.state != "armed" { throw Problem(description: answer.message) }
            try await rest(seconds: ContactExcursions.rest)
        }
        throw Problem(description: "no motion is accepted")
    }

    private func watch(_ id: UInt64, until seconds: Double) async throws {
        for _ in 0..<Int(seconds / Self.look) {
            try await rest(seconds: Self.look)
            guard let control else { continue }
            if control.state == "stopped" { throw Problem(description: "stopped: \(control.reason)") }
            guard control.trajectoryID == id, control.trajectoryState != "running" else { continue }
            guard control.trajectoryState == "succeeded" else {
                throw Problem(
                    description: "\(control.trajectoryReason). Something is in the arm's way, or --reach is too far")
            }
            return
        }
        throw Problem(description: "the body does not tell how a motion ended: `foresight status` says what it does")
    }

    /// Seconds between two looks at the body's state.
    private static let look = 0.04

    /// Waits, and keeps the lease; each renewal names the newest observation.
    private func rest(seconds: Double) async throws {
        for _ in 0..<max(1, Int(seconds / Self.look)) {
            try await Task.sleep(for: .seconds(Self.look))
            guard client.isConnected else { throw Problem(description: "the connection to the body ended") }
            guard let stamp = states.last?.header.stamp.nanoseconds, stamp > named else { continue }
            named = stamp
            let renewal = LeaseRenewRequest.with {
                $0.token = token
                $0.lastObservation = Time(nanoseconds: stamp)
            }
            _ = try? await client.call(Services.leaseRenew, renewal, timeoutSeconds: 1)
        }
    }

    // MARK: What was measured

    /// The joint states of a motion with the set-points that the motors had then: those of the cycle before.
    private func moments(of motion: GuardedTrajectory) -> [ContactRecording.Moment] {
        guard beganAt != .max else { return [] }
        let period = 1 / Double(robot.control.rateHz)
        let count = robot.joints.count
        return states.compactMap { state in
            let time = Double(state.header.stamp.nanoseconds - beganAt) * 1e-9
            guard time > 0, [state.position, state.velocity, state.effort].allSatisfy({ $0.count == count }) else {
                return nil
            }
            let readings = (0..<count).map { joint in
                let sent = motion.sample(joint, at: time - period)
                return ContactSignals.Reading(
                    position: state.position[joint], speed: state.velocity[joint], effort: state.effort[joint],
                    setpoint: sent.position, setpointSpeed: sent.speed, gravity: 0)
            }
            return ContactRecording.Moment(time: time, readings: readings)
        }
    }
}
