internal import CPlatform
internal import Channels
internal import Control
internal import Hardware
internal import Messages
internal import RobotModel

/// What clients that steer by hand send.
enum Steering: Sendable {
    case setpoints(SetpointsMessage)
    case velocity(Twist, connection: UInt64)
}

/// Why set-points are not followed.
struct SetpointTrouble: Sendable {
    enum Kind: Sendable { case lease, state, sequence, joints, numbers, expiry, observation }
    var kind: Kind
    var words: String

    /// - Parameter words: may have come from a client.
    init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = ForeignText.clean(words, limit: 400)
    }
}

// Streamed set-points and base velocities: fresh ones are the dead-man.
extension BodyService {
    func steer(_ steering: AsyncStream<Steering>) async {
        for await message in steering {
            switch message {
            case .setpoints(let wanted): follow(wanted)
            case .velocity(let twist, let connection): drive(twist, from: connection)
            }
        }
    }

    private func follow(_ wanted: SetpointsMessage) {
        let now = cplatform_monotonic_nanoseconds()
        if let why = objection(to: wanted, now: now) { return refuseSetpoints(why) }
        var setpoints = Setpoints()
        setpoints.positions = JointValues(count: robot.joints.count, repeating: .nan)
        setpoints.velocities = setpoints.positions
        for (place, name) in wanted.jointNames.enumerated() {
            guard let joint = robot.jointIndex(name) else { continue }
            setpoints.joints |= 1 << UInt16(joint)
            if !wanted.positions.isEmpty { setpoints.positions[joint] = wanted.positions[place] }
            if !wanted.velocities.isEmpty { setpoints.velocities[joint] = wanted.velocities[place] }
        }
        lastSequence = wanted.sequence
        setpoints.lease = wanted.token
        send(setpoints, expiresIn: wanted.expiresIn, now: now)
    }

    /// What is wrong with set-points; nil if they are followed. They renew the lease if they name a newer observation.
    private func objection(to wanted: SetpointsMessage, now: Int64) -> SetpointTrouble? {
        guard lease.isHeld(by: wanted.token, now: now) else { return .init(.lease, "you do not hold the lease") }
        if let objection = objectionToStreaming { return objection }
        guard wanted.sequence > lastSequence else {
            return .init(.sequence, "sequence \(wanted.sequence) does not follow \(lastSequence)")
        }
        let count = wanted.jointNames.count
        guard count > 0, Set(wanted.jointNames).count == count,
            wanted.jointNames.allSatisfy({ robot.jointIndex($0) != nil })
        else { return .init(.joints, "this robot has \(jointNames), and they are for \(wanted.jointNames)") }
        guard wanted.positions.isEmpty || wanted.positions.count == count,
            wanted.velocities.isEmpty || wanted.velocities.count == count,
            !(wanted.positions.isEmpty && wanted.velocities.isEmpty)
        else { return .init(.numbers, "\(count) joints need as many positions, velocities or both") }
        guard (wanted.positions + wanted.velocities).allSatisfy(\.isFinite) else {
            return .init(.numbers, "a number is not finite")
        }
        guard wanted.expiresIn.isFinite, wanted.expiresIn >= 0 else {
            return .init(.expiry, "expires_in must not be negative")
        }
        let stamp = wanted.observation.nanoseconds
        if let why = objection(to: stamp, now: now) { return .init(.observation, why) }
        if stamp > lease.holder?.lastObservation ?? .max { _ = renew(token: wanted.token, seeing: stamp) }
        return nil
    }

    private var objectionToStreaming: SetpointTrouble? {
        guard state != .armed, !lastReport.isStreaming else { return nil }
        return .init(.state, state == .moving ? "a motion is running" : "the robot is \(state.word), not armed")
    }

    /// A base is steered as ROS steers them: no token, but from the connection that holds the lease.
    private func drive(_ twist: Twist, from connection: UInt64) {
        let now = cplatform_monotonic_nanoseconds()
        guard let odometry else { return }
        guard let holder = lease.holder, holder.connection == connection, now < holder.expiresAt else {
            return refuseSetpoints(.init(.lease, "/cmd_vel counts only on the connection that holds the lease"))
        }
        if let objection = objectionToStreaming { return refuseSetpoints(objection) }
        guard twist.linear.x.isFinite, twist.angular.z.isFinite else {
            return refuseSetpoints(.init(.numbers, "a number in /cmd_vel is not finite"))
        }
        let speeds = odometry.wheels(linear: twist.linear.x, angular: twist.angular.z)
        var setpoints = Setpoints()
        setpoints.positions = JointValues(count: robot.joints.count, repeating: .nan)
        setpoints.velocities = setpoints.positions
        setpoints.joints = 1 << UInt16(odometry.joints.left) | 1 << UInt16(odometry.joints.right)
        setpoints.velocities[odometry.joints.left] = speeds.left
        setpoints.velocities[odometry.joints.right] = speeds.right
        setpoints.lease = holder.token
        send(setpoints, expiresIn: 0, now: now)
    }

    private func send(_ wanted: Setpoints, expiresIn seconds: Double, now: Int64) {
        var setpoints = wanted
        // the control thread counts on: a new lease begins at one again
        streamed += 1
        setpoints.sequence = streamed
        setpoints.cameAt = now
        let longest = robot.control.setpointSeconds
        setpoints.expiresAt = now + Int64((seconds > 0 ? min(seconds, longest) : longest) * 1e9)
        control.mailbox.send(setpoints)
        setpointTrouble = nil
    }

    /// Told when it is another kind than before, each at most once a second, and in the control state as long as it holds.
    private func refuseSetpoints(_ trouble: SetpointTrouble) {
        let now = cplatform_monotonic_nanoseconds()
        if setpointTrouble?.kind != trouble.kind, now - setpointTroubleTold[trouble.kind, default: 0] >= 1_000_000_000 {
            setpointTroubleTold[trouble.kind] = now
            say(1, "set-points were not followed: \(trouble.words)")
        }
        setpointTrouble = trouble
    }

    /// Whoever held the lease on a connection that is gone holds it no longer.
    func leave(_ connection: UInt64) {
        guard let holder = lease.holder, holder.connection == connection else { return }
        say(1, "“\(holder.client)” left without giving the lease back")
        _ = release(holder.token)
    }

    /// How streamed set-points fare, for the control state.
    var setpointWords: String {
        if lastReport.isStreaming { return "followed" }
        if let setpointTrouble { return setpointTrouble.words }
        return lastReport.streamEnd.kind == .none ? "none" : words(lastReport.streamEnd)
    }
}
