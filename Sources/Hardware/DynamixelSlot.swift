internal import RobotModel
internal import ServoProtocols

/// What a DYNAMIXEL bus keeps of one device.
struct DynamixelSlot: Sendable {
    var id: UInt8 = 0
    /// Place in the robot's configuration.
    var index = 0
    var isContinuous = false
    var conversion = DynamixelConversion()
    var statistics = ServoStatistics()
    var facts = ServoFacts()
    var torqueOn = false
    /// Register 11.
    var mode: UInt8 = 0
    /// Register 10.
    var driveMode: UInt8 = 0
    var hasWatchdog = false
    var answersFastReads = false
    /// Replies to single reads while sync reads went without, in a row.
    var syncMisses = 0
    var lastCounts = 0
    /// Radians, as read last.
    var position = 0.0
    var lastTime: Int64 = 0
    /// A position that was too far to be believed at once.
    var doubtfulCounts: Int?
    /// Goals beyond these are cut, radians: the limits, widened to where the joint was when armed.
    var lowest = 0.0
    var highest = 0.0
    /// Radians, where it was held when it was armed last, and how fast a wheel rolled then.
    var armedAt = 0.0
    var armedVelocity = 0.0
    /// Limits in EEPROM: a goal beyond them would be refused without a word.
    var lowestCounts = 0
    var highestCounts = 4095
    var pwmLimit = 885
    var currentLimit = 2047
    var velocityLimit = 2047
    /// The alert bit of its last reply.
    var alert = false
    /// Register 70, as read last.
    var hardwareError: UInt8 = 0
    /// Register 98 said −1.
    var watchdogTripped = false

    mutating func forget() {
        let fresh = DynamixelSlot()
        statistics = fresh.statistics
        facts = fresh.facts
        torqueOn = false
        syncMisses = 0
        lastTime = 0
        doubtfulCounts = nil
        alert = false
        hardwareError = 0
        watchdogTripped = false
        hasWatchdog = false
        answersFastReads = false
        lowest = conversion.lower
        highest = conversion.upper
    }

    /// Takes over what it is set to, as the cycle needs it.
    mutating func adopt(_ setUp: DynamixelSetUp) {
        driveMode = setUp.driveMode
        mode = setUp.mode
        facts.operatingMode = setUp.mode
        facts.returnDelayNanoseconds = Int64(setUp.returnDelay) * 2000
        facts.responseLevel = UInt8(max(0, Int(setUp.statusReturnLevel) - 1))
        if setUp.leastVolts <= setUp.mostVolts {
            facts.allowedVolts = Double(setUp.leastVolts) / 10...Double(setUp.mostVolts) / 10
        }
        facts.torqueOn = setUp.isTorqueOn
        torqueOn = setUp.isTorqueOn
        pwmLimit = setUp.pwmLimit
        currentLimit = setUp.currentLimit
        velocityLimit = setUp.velocityLimit
        lowestCounts = setUp.isBounded ? setUp.lowest : -1_048_575
        highestCounts = setUp.isBounded ? setUp.highest : 1_048_575
        hardwareError = setUp.hardwareError
        if hasWatchdog { watchdogTripped = setUp.watchdog == DynamixelWatchdog.tripped }
    }

    /// The goal that holds it where it is, or speed zero.
    func holdingGoal(_ setUp: DynamixelSetUp) -> Int {
        isContinuous ? 0 : ArmingChecklist.holdingGoal(setUp.state.position, lowestCounts, highestCounts)
    }

    /// Bits of an observation's faults; see `DynamixelBus.faultWords`.
    var faults: UInt16 {
        var bits = UInt16(hardwareError)
        if watchdogTripped { bits |= DynamixelBus.watchdogFault }
        if alert, hardwareError == 0 { bits |= DynamixelBus.alertFault }
        return bits
    }

    /// Whether it obeys a goal as one that was armed: what let go, or was stopped by its watchdog, is not woken.
    var obeys: Bool {
        return torqueOn && !watchdogTripped
    }

    /// Register and bytes of its goal.
    var goalAddress: UInt16 { isContinuous ? DynamixelAddress.goalVelocity : DynamixelAddress.goalPosition }

    /// Counts of a goal position, within the joint's and the device's limits; `angle` must be finite.
    func goalCounts(_ angle: Double) -> Int {
        let counts = conversion.counts(radians: max(lowest, min(highest, angle)))
        return max(lowestCounts, min(highestCounts, counts))
    }

    /// Counts of a goal velocity that follows a moving goal; both must be finite.
    func velocityCounts(goal: Double, velocity: Double) -> Int {
        let bound = conversion.maximumVelocity
        let speed = velocity + DynamixelBus.wheelGain * (goal - position)
        let counts = conversion.velocityCounts(max(-bound, min(bound, speed)))
        return max(-velocityLimit, min(velocityLimit, counts))
    }

    /// Faster than any of these devices turns, counts per second.
    private static let fastest = 50_000.0
    /// Older positions say nothing about where the joint can be now, nanoseconds.
    private static let memory: Int64 = 200_000_000

    /// Whether the joint can be at `counts` now, or was read there twice.
    mutating func believes(_ counts: Int, at now: Int64) -> Bool {
        let elapsed = now - lastTime
        let reach = Int(Self.fastest * Double(min(elapsed, Self.memory)) / 1e9) + 64
        let near = lastTime == 0 || elapsed > Self.memory || abs(counts - lastCounts) <= reach
        let twice = doubtfulCounts.map { abs(counts - $0) <= reach } ?? false
        guard near || twice else {
            doubtfulCounts = counts
            return false
        }
        doubtfulCounts = nil
        lastCounts = counts
        lastTime = now
        position = conversion.radians(counts: counts)
        return true
    }
}
