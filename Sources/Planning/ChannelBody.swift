public import Channels
internal import CPlatform
public import Messages
public import RobotModel

/// The real body over channels: an ordinary client with an ordinary lease.
public actor ChannelBody: BodyClient, MindVoice {
    private let client: ChannelClient
    private let robot: RobotConfiguration
    private let name: String
    private var joints: JointState?
    private var jointsAt: Int64 = 0
    private var control: ControlState?
    private var properties: [String: ThingProperties] = [:]
    private var sightings: [Sighting] = []
    private var token: UInt64?
    private var answers: [String: CheckedContinuation<String?, Never>] = [:]
    private var interactive: Set<String> = []

    /// Looks kept: four seconds of them at ten a second, longer than anything looks.
    private static let memory = 40

    public init(client: ChannelClient, robot: RobotConfiguration, name: String) {
        self.client = client
        self.robot = robot
        self.name = name
    }

    /// Listens until the connection ends.
    public func listen() async {
        let jointStates = client.subscribe(Topics.jointStates, buffering: 4)
        let states = client.subscribe(Topics.controlState)
        let details = client.subscribe(Topics.detectionProperties, buffering: 4)
        let detections = client.subscribe(Topics.detections, buffering: 16)
        let replies = client.subscribe(Topics.answer)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await state in jointStates { await self.learn(state.message) } }
            group.addTask { for await state in states { await self.learn(state.message) } }
            group.addTask { for await detail in details { await self.learn(detail.message) } }
            group.addTask { for await seen in detections { await self.learn(seen.message) } }
            group.addTask { for await reply in replies { await self.hear(reply.message) } }
        }
        for waiting in answers.values { waiting.resume(returning: nil) }
        answers = [:]
    }

    private func learn(_ message: JointState) {
        // a robot may have joints that are none of ours: wheels
        let places = robot.joints.compactMap { message.name.firstIndex(of: $0.name) }
        guard places.count == robot.joints.count,
            [message.position, message.velocity, message.effort].allSatisfy({ $0.count == message.name.count })
        else { return }
        var ours = message
        ours.name = places.map { message.name[$0] }
        ours.position = places.map { message.position[$0] }
        ours.velocity = places.map { message.velocity[$0] }
        ours.effort = places.map { message.effort[$0] }
        guard ours.position.allSatisfy(\.isFinite) else { return }
        joints = ours
        jointsAt = cplatform_monotonic_nanoseconds()
    }

    private func learn(_ message: ControlState) { control = message }

    private func learn(_ message: ThingPropertiesArray) {
        properties = Dictionary(message.things.map { ($0.id, $0) }) { first, _ in first }
    }

    private func learn(_ message: Detection3DArray) {
        // without its properties a thing's shape is not known: the message beside comes first
        let things = message.detections.compactMap { detection in
            properties[detection.id].flatMap { detection.thing(properties: $0) }
        }
        sightings.append(Sighting(stamp: message.header.stamp.nanoseconds, things: things))
        if sightings.count > Self.memory { sightings.removeFirst() }
    }

    private func hear(_ answer: Answer) { answers.removeValue(forKey: answer.id)?.resume(returning: answer.text) }

    // MARK: BodyClient

    /// The body's time: its stamps are compared with this.
    public func now() -> Int64 { Int64(client.clock.now) }

    public func wait(seconds: Double) async { try? await Task.sleep(for: .seconds(seconds)) }

    public func observation() -> BodyObservation? {
        guard client.isConnected, let joints, let control,
            cplatform_monotonic_nanoseconds() - jointsAt < Wait.silence || control.state == "stopped"
        else { return nil }
        return BodyObservation(
            joints: joints.position, stamp: joints.header.stamp.nanoseconds, state: control.state,
            reason: control.reason)
    }

    public func sightings(after stamp: Int64) -> [Sighting] { sightings.filter { $0.stamp > stamp } }

    public func begin() async throws(PlanningError) {
        do {
            let response = try await client.call(
                Services.leaseAcquire,
                .with {
                    $0.client = name
                    $0.seconds = robot.control.leaseSeconds
                })
            guard response.granted else { throw PlanningError(response.message) }
            token = response.token
        } catch let error as PlanningError {
            throw error
        } catch {
            throw PlanningError("\(error)")
        }
    }

    public func end() async {
        guard let token else { return }
        self.token = nil
        _ = try? await client.call(Services.leaseRelease, .with { $0.token = token })
    }

    public func run(_ trajectory: GuardedTrajectory) async -> MotionResult {
        guard let token else { return .stopped("the lease was lost") }
        let request = ExecuteRequest.with {
            $0.token = token
            $0.trajectory = GuardedTrajectoryMessage(trajectory, jointNames: robot.joints.map(\.name))
        }
        let accepted: ExecuteResponse
        do { accepted = try await client.call(Services.execute, request) } catch { return .gone("\(error)") }
        guard accepted.accepted else {
            return control?.state == "stopped"
                ? .stopped(control?.reason ?? "") : .aborted(MotionAbort(accepted.message))
        }
        return await watch(UInt64(accepted.message) ?? 0, token: token, seconds: trajectory.timeout + Wait.motion)
    }

    /// Watches a motion to its end; each renewal of the lease names the newest observation.
    private func watch(_ id: UInt64, token: UInt64, seconds: Double) async -> MotionResult {
        var named: Int64 = 0
        var renewedAt: Int64 = 0
        let began = cplatform_monotonic_nanoseconds()
        while client.isConnected {
            if let control {
                if control.state == "stopped" { return .stopped(control.reason) }
                if control.trajectoryID == id, control.trajectoryState != "running" {
                    return control.trajectoryState == "succeeded" ? .succeeded : .aborted(MotionAbort(control))
                }
                if control.trajectoryID > id { return .aborted(MotionAbort("another motion took its place")) }
                if control.state == "disarmed" { return .stopped("the robot was disarmed") }
            }
            let now = cplatform_monotonic_nanoseconds()
            guard Double(now - began) * 1e-9 < seconds else {
                return .gone("the body does not tell how the motion ended")
            }
            let stamp = joints?.header.stamp.nanoseconds ?? 0
            if stamp > named, Double(now - renewedAt) * 1e-9 > robot.control.leaseSeconds / Wait.renewals {
                named = stamp
                renewedAt = now
                let renewal = LeaseRenewRequest.with {
                    $0.token = token
                    $0.lastObservation = Time(nanoseconds: stamp)
                }
                let answer = try? await client.call(Services.leaseRenew, renewal, timeoutSeconds: Wait.renewal)
                if answer?.granted == false, control?.state != "stopped" { await wait(seconds: Wait.denial) }
            }
            await wait(seconds: Wait.cycle)
        }
        return .gone("the connection to the body ended")
    }

    // MARK: MindVoice

    public func publish<M: Message>(_ topic: Topic<M>, _ message: M) { client.publish(topic, message) }

    /// Whether somebody is there to answer questions about an instruction.
    public func expectAnswers(to instruction: Instruction) {
        if instruction.interactive { interactive.insert(instruction.id) }
    }

    public func ask(_ question: MindQuestion) async -> String? {
        publish(Topics.mindQuestion, question)
        let id = question.instructionID
        guard interactive.contains(id) else { return nil }
        let clock = Task {
            try? await Task.sleep(for: .seconds(Wait.answer))
            if !Task.isCancelled { self.giveUp(id) }
        }
        defer { clock.cancel() }
        return await withCheckedContinuation { answers[id] = $0 }
    }

    private func giveUp(_ id: String) { answers.removeValue(forKey: id)?.resume(returning: nil) }
}

extension MotionAbort {
    /// As the body tells it.
    fileprivate init(_ control: ControlState) {
        self.init(
            control.trajectoryReason, guardKind: GuardKind(rawValue: control.trajectoryGuard),
            joint: control.trajectoryJoint)
    }
}
