internal import RobotModel

/// What a bus keeps of one motor.
struct DriveSlot: Sendable {
    var id = 0
    /// Place in the robot's configuration.
    var index = 0
    var conversion = DriveConversion()
    var statistics = ServoStatistics()
    var facts = ServoFacts()
    /// What was measured last; `measuredAtNanoseconds` is the position's.
    var seen = JointObservation()
    /// Goals beyond these are cut, radians: the limits, widened to where the joint was when armed.
    var lowest = 0.0
    var highest = 0.0
    /// Radians, where it stood when it was armed last, and rad/s.
    var armedAt = 0.0
    var armedVelocity = 0.0
    /// Turns to add to what is read: a wheel's encoder may start anew, and the wheel has not moved.
    private var offset = 0.0
    /// Its position jumped since it was armed: the controller started anew, and whether it obeys is not known.
    var hasJumped = false
    private var doubtful: Double?
    /// Place in the round of values that are asked for one after the other.
    var slowTurn = 0
    /// °C of the power stage and of the motor's windings.
    var stageTemperature = 0.0
    var motorTemperature = 0.0

    mutating func forget() {
        statistics = ServoStatistics()
        facts = ServoFacts()
        seen = JointObservation()
        offset = 0
        hasJumped = false
        doubtful = nil
        slowTurn = 0
        stageTemperature = 0
        motorTemperature = 0
        lowest = conversion.lower
        highest = conversion.upper
    }

    /// How long a joint's last position says something about where it can be now, nanoseconds.
    private static let memory: Int64 = 200_000_000

    /// How far it can have got in `elapsed` nanoseconds, radians.
    private func reach(_ elapsed: Int64) -> Double {
        // a wheel that was silent for long may have started anew: what is far from where it was is no way that it went
        let sudden = elapsed > Self.memory ? 0 : conversion.maximumVelocity / 2 + 1
        let fastest = abs(seen.velocity) + sudden
        return 0.3 + 1.5 * fastest * Double(min(elapsed, 1_000_000_000)) * 1e-9
    }

    /// Takes a position, turns of the motor, unless the joint cannot have got there; what is read twice is believed.
    mutating func take(turns: Double, at now: Int64) -> Bool {
        let angle = conversion.radians(turns: turns + offset)
        let elapsed = now - seen.measuredAtNanoseconds
        let isUnknown = seen.measuredAtNanoseconds == 0 || (!conversion.isContinuous && elapsed > Self.memory)
        if !isUnknown, abs(angle - seen.position) > reach(elapsed) {
            guard let before = doubtful, abs(angle - before) <= reach(elapsed) else {
                doubtful = angle
                return false
            }
            hasJumped = true
            // its encoder started anew: a wheel goes on from where it was, a joint really is elsewhere
            if conversion.isContinuous { offset = conversion.turns(radians: seen.position) - turns }
        }
        doubtful = nil
        seen.position = conversion.radians(turns: turns + offset)
        seen.measuredAtNanoseconds = now
        return true
    }

    /// Where the goal lies for the motor itself, turns.
    func turns(radians: Double) -> Double { conversion.turns(radians: radians) - offset }

    /// Per second: how fast a wheel makes up for where it should be.
    private static let catchUp = 4.0
    /// An older position is none to correct by, nanoseconds.
    private static let freshness: Int64 = 150_000_000

    /// What a wheel shall turn with, rad/s, for a goal that moves with `velocity`.
    func speed(goal: Double, velocity: Double, at now: Int64) -> Double {
        let isFresh = now - seen.measuredAtNanoseconds < Self.freshness
        let wanted = velocity + (isFresh ? Self.catchUp * (goal - seen.position) : 0)
        return max(-conversion.maximumVelocity, min(conversion.maximumVelocity, wanted))
    }

    /// Where a joint shall go, radians, within its limits.
    func position(goal: Double) -> Double { max(lowest, min(highest, goal)) }

    /// Before arming: the limits, widened to where the joint is now.
    mutating func widenLimits() {
        lowest = min(conversion.lower, seen.position)
        highest = max(conversion.upper, seen.position)
        armedAt = seen.position
        armedVelocity = seen.velocity
        hasJumped = false
    }

    mutating func noteLoss() { statistics.lost += 1 }
}
