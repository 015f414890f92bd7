internal import CPlatform
internal import RobotModel

/// Watches joints in the first moments under torque: a joint that is driven away from where it was armed gets free again.
///
/// What it must tell apart is sagging: a raised arm gives way to gravity until the servo's error makes enough torque, on an
/// STS3215 up to some 20 counts. A joint that sags is pushed *against* its motion, one that is driven away *along* it. So
/// motion with the motor's push counts from `bound` on (5 counts), motion against it from `sagBound` on, where the motor
/// is too weak and the joint falls. A motor whose push is not known counts as driving. Two looks in a row are needed: one
/// damaged reading is no motion. A wheel that rolled when it was armed is braked, and may take its way for it.
///
/// ```swift
/// try bus.arm()
/// var watch = ArmingWatch(bus, at: now)
/// while !watch.isOver(at: now) {        // once a cycle, 100 Hz or faster
///     try bus.read(into: &observations, deadlineNanoseconds: deadline)
///     if let motion = watch.motion(in: observations) { … disarm, say watch.problem(motion, of: bus) … }
/// }
/// ```
/// `motion(in:)` neither allocates nor waits.
public struct ArmingWatch: Sendable {
    /// How long it watches, nanoseconds.
    public static let nanoseconds: Int64 = 200_000_000
    /// Counts of 4096 in a turn that a joint may move along its motor's push.
    public static let counts = 5.0
    /// Radians that a joint may give way against its motor's push.
    public static let sagBound = 0.1

    /// A joint that moved.
    public struct Motion: Sendable, Equatable {
        /// Place in the bus's `joints`.
        public var index: Int
        /// Radians from where it was armed.
        public var distance: Double
        /// Whether its motor pushed it that way, as far as that is known.
        public var isDriven: Bool
    }

    private struct Joint: Sendable {
        var place = 0
        var start = 0.0
        var bound = 0.0
        var sagBound = 0.0
        var tellsPush = true
        var strikes = 0
        var seenAt: Int64 = 0
    }

    private let count: Int
    private let begin: Int64
    private var joints = InlineArray<16, Joint>(repeating: Joint())

    /// From now on, for a bus that was armed just now.
    public init(_ bus: any MotorBus, at now: Int64) {
        count = min(bus.joints.count, largestJointCount)
        begin = now
        for index in 0..<count {
            let stand = bus.stand(of: index)
            joints[index] = Joint(
                place: stand.place, start: stand.armedAt, bound: stand.bound, sagBound: stand.sagBound,
                tellsPush: stand.tellsPush)
        }
    }

    public func isOver(at now: Int64) -> Bool { now - begin >= Self.nanoseconds }

    /// The bus's first joint that has moved since it was armed; nil while none has.
    public mutating func motion(in observations: JointObservations) -> Motion? {
        for index in 0..<count {
            let seen = observations[joints[index].place]
            guard seen.measuredAtNanoseconds > max(begin, joints[index].seenAt) else { continue }
            joints[index].seenAt = seen.measuredAtNanoseconds
            let distance = seen.position - joints[index].start
            let isDriven =
                !joints[index].tellsPush || seen.effort == 0 || (seen.effort > 0) == (distance > 0)
            // what is no number is no rest
            guard !(abs(distance) <= (isDriven ? joints[index].bound : joints[index].sagBound)) else {
                joints[index].strikes = 0
                continue
            }
            joints[index].strikes += 1
            if joints[index].strikes > 1 { return Motion(index: index, distance: distance, isDriven: isDriven) }
        }
        return nil
    }

    /// The first joint that was not read at all since it was armed.
    public var unseen: Int? {
        for index in 0..<count where joints[index].seenAt == 0 { return index }
        return nil
    }

    /// A motion in words.
    ///
    /// - Parameter isFree: whether torque is known to be off again.
    public func problem(_ motion: Motion, of bus: any MotorBus, isFree: Bool) -> HardwareProblem {
        let joint = bus.joints[motion.index]
        let way = ArmingChecklist.radians(motion.distance)
        let end = isFree ? "torque is off again" : "torque may still be on: cut the supply"
        let what =
            motion.isDriven
            ? "it moved by \(way) as soon as torque came on; \(end)"
            : "it gave way by \(way) when torque came on, too weak for what it carries; \(end)"
        let advice =
            motion.isDriven
            ? "Something in its motor makes it go elsewhere: compare its settings with those of a joint that stays "
                + "(`foresight motor read`), then arm again with a hand on it."
            : "Support it or take its load off, and see whether something else pushes it; then arm again."
        return ConfigurationCheck.problem(.movedWhenArmed, joint, bus.configuration, what, advice)
    }
}

/// Where a joint was held when it was armed.
public struct JointStand: Sendable {
    /// Place in the robot's configuration.
    public var place: Int
    /// Radians; what `arm` made the goal, or where a wheel stood.
    public var armedAt: Double
    /// Radians that it may move along its motor's push: 5 counts of 4096, or as fine as the motor can be read.
    public var bound: Double
    /// Radians that it may give way against its motor's push.
    public var sagBound: Double
    /// Whether an observation's effort says which way its motor pushes, as fresh as its position.
    public var tellsPush: Bool

    /// The joint of a servo that tells its push with its position.
    ///
    /// - Parameters:
    ///   - turn: radians of the joint in one turn of the servo.
    ///   - wheel: rad/s at which it rolled when it was armed; nil if it is no wheel.
    init(servo place: Int, armedAt: Double, turn: Double, wheel: Double? = nil) {
        let rolling = wheel.map { ArmingWatch.sagBound + abs($0) * 0.25 }
        self.place = place
        self.armedAt = armedAt
        bound = rolling ?? ArmingWatch.counts * turn / 4096 + 1e-9
        sagBound = rolling ?? ArmingWatch.sagBound
        tellsPush = true
    }

    /// The joint of a motor controller, whose current comes late or without a sign: what moves is driven.
    ///
    /// Its velocity loop integrates, so that it hardly sags; 0.03 rad are 20 counts of 4096.
    ///
    /// - Parameter resolution: radians of the joint in one step of its encoder.
    public init(drive place: Int, armedAt: Double, resolution: Double, wheel: Double? = nil) {
        self.place = place
        self.armedAt = armedAt
        bound = max(wheel.map { ArmingWatch.sagBound + abs($0) * 0.25 } ?? 0.03, 2.5 * resolution)
        sagBound = bound
        tellsPush = false
    }

    /// No joint: may be anywhere.
    static var nowhere: JointStand {
        var stand = JointStand(drive: 0, armedAt: 0, resolution: 0)
        (stand.bound, stand.sagBound) = (.infinity, .infinity)
        return stand
    }
}

extension MotorBus {
    /// Arms as `arm` does, then watches for 200 ms: a joint that moves is let go of again, with all others of the bus.
    ///
    /// Call it in the thread of the bus; it asks the motors a hundred times a second, which also feeds those watchdogs that
    /// any packet feeds. With several buses run it on all at the same time, or use `ArmingWatch` in the cycle.
    ///
    /// - Throws: as `arm`, and `BusError.problems` with who moved, how far, and what to do.
    public func armWatched() throws(BusError) {
        guard !isArmed else { return }
        try arm()
        var watch = ArmingWatch(self, at: cplatform_monotonic_nanoseconds())
        var seen = JointObservations(count: largestJointCount)
        do throws(BusError) {
            while true {
                let start = cplatform_monotonic_nanoseconds()
                guard !watch.isOver(at: start) else { break }
                _ = try read(into: &seen, deadlineNanoseconds: start + 20_000_000)
                if let motion = watch.motion(in: seen) { throw .problems([released(motion, watch)]) }
                _ = cplatform_sleep_until(start + 10_000_000)
            }
            if let index = watch.unseen {
                throw .noAnswer(
                    joint: joints[index].name, id: joints[index].id, port: configuration.port,
                    doing: "it was watched after torque came on")
            }
        } catch {
            if isArmed { try? disarm(verified: true) }
            throw error
        }
    }

    private func released(_ motion: ArmingWatch.Motion, _ watch: ArmingWatch) -> HardwareProblem {
        // one frame first: the motors' word takes longer than a joint may go on
        try? disarm(verified: false)
        let isFree = (try? disarm(verified: true)) != nil
        return watch.problem(motion, of: self, isFree: isFree)
    }
}
