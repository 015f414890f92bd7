internal import Hardware
internal import RobotModel

// Set-points that a client sends many times a second: followed as long as they are fresh.
extension ControlCore {
    /// The set-points that are followed, and how fast their positions move.
    struct Stream: Sendable {
        var newest: Setpoints
        /// rad/s, from one message to the next or as told.
        var rates: JointValues
    }

    /// Positions that came further apart than this say nothing about a speed, nanoseconds.
    private static var longestGap: Int64 { 150_000_000 }
    /// And closer together than this they were held up on their way, nanoseconds.
    private static var shortestGap: Int64 { 15_000_000 }

    /// Takes the newest set-points; the robot moves if it is armed and nothing else moves it.
    ///
    /// Older ones than those that are followed, stale ones, and all while a motion runs are passed over.
    public mutating func take(_ newest: Setpoints, now: Int64) {
        guard newest.joints != 0, newest.sequence > 0, now < newest.expiresAt else { return }
        guard report.state == .armed || stream != nil, report.motion != .running else { return }
        if let stream, newest.sequence <= stream.newest.sequence { return }
        var rates = JointValues(count: joints)
        for joint in 0..<joints where newest.names(joint) {
            rates[joint] = rate(of: joint, in: newest)
        }
        if stream == nil {
            yielding = JointValues(count: joints, repeating: .nan)
            forgetWishes()
        }
        stream = Stream(newest: newest, rates: rates)
        movingUnder = newest.lease
        report.setpoints = newest.sequence
        report.isStreaming = true
        report.state = .moving
    }

    private func rate(of joint: Int, in newest: Setpoints) -> Double {
        let told = newest.velocities[joint]
        if told.isFinite { return told }
        guard let last = stream?.newest, last.names(joint) else { return 0 }
        let gap = newest.cameAt - last.cameAt
        let way = newest.positions[joint] - last.positions[joint]
        guard gap < Self.longestGap, way.isFinite else { return 0 }
        // messages that were held up come in a bunch: that is no speed
        return way / (Double(max(gap, Self.shortestGap)) * 1e-9)
    }

    mutating func endStream() {
        guard stream != nil else { return }
        stream = nil
        report.isStreaming = false
        forgetWishes()
        if report.state == .moving { report.state = .armed }
    }

    /// Follows the newest set-points; once they are too old the robot slows down and holds.
    mutating func followStream(now: Int64) {
        guard let stream else { return }
        let newest = stream.newest
        guard now < newest.expiresAt else {
            let age = Double(now - newest.cameAt) * 1e-9
            let allowed = Double(newest.expiresAt - newest.cameAt) * 1e-9
            report.streamEnd = StopReason(.setpointsCeased, value: age, bound: allowed)
            endStream()
            return settle()
        }
        // a position moves on as it did for as long as the next one usually takes
        let ahead = min(Double(now - newest.cameAt), Double(Self.longestGap) / 3) * 1e-9
        var wishes = Wishes(count: joints)
        for joint in 0..<joints where newest.names(joint) {
            let top = limits[joint].velocity
            let rate = max(-top, min(top, stream.rates[joint]))
            let target = newest.positions[joint]
            let position = target.isFinite ? target + rate * ahead : goals[joint] + rate * period
            let isStill = target.isFinite && Double(now - newest.cameAt) >= Double(Self.longestGap) / 3
            wishes.set(joint, position, speed: isStill ? 0 : rate, acceleration: 0)
        }
        pursue(wishes, share: 1)
    }
}
