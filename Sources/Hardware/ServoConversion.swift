internal import RobotModel
internal import ServoProtocols

/// What turns radians of a joint into counts of its servo.
protocol CountConversion: Sendable {
    var lower: Double { get }
    var upper: Double { get }
    func counts(radians angle: Double) -> Int
}

extension CountConversion {
    /// The joint's limits, counts, the smaller first.
    var limitCounts: ClosedRange<Int> {
        let ends = (counts(radians: lower), counts(radians: upper))
        return min(ends.0, ends.1)...max(ends.0, ends.1)
    }
}

/// Register counts of one servo to SI units of its joint and back.
///
/// `angle = direction · (counts − zero) · 2π / counts per turn`.
struct ServoConversion: CountConversion {
    var zero: Int = 2048
    var direction: Double = 1
    var countsPerTurn: Int = 4096
    var torqueConstant: Double = 0
    var resistance: Double = 0
    /// N·m that stand for full load where the motor's constants are not known.
    var assumedTorque: Double = 0
    var lower: Double = 0
    var upper: Double = 0
    var maximumVelocity: Double = 0
    var maximumEffort: Double = 0

    init() {}

    init(_ joint: JointConfiguration, model: FeetechModel?) {
        zero = joint.zeroCounts
        direction = joint.direction < 0 ? -1 : 1
        countsPerTurn = model?.countsPerTurn ?? 4096
        torqueConstant = model?.torqueConstant ?? 0
        resistance = model?.resistance ?? 0
        assumedTorque = joint.maximumEffort
        lower = joint.lower
        upper = joint.upper
        maximumVelocity = joint.maximumVelocity
        maximumEffort = joint.maximumEffort
    }

    var radiansPerCount: Double { 2 * Double.pi / Double(countsPerTurn) }

    func radians(counts: Int) -> Double { direction * Double(counts - zero) * radiansPerCount }

    /// The nearest counts; `angle` must be finite.
    func counts(radians angle: Double) -> Int {
        let counts = (direction * angle / radiansPerCount).rounded() + Double(zero)
        return Int(max(-1e6, min(1e6, counts)))
    }

    func velocity(countsPerSecond: Int) -> Double { direction * Double(countsPerSecond) * radiansPerCount }

    /// Torque at the horn, N·m, from load (the share of the supply's voltage at the motor, 0.1 %).
    ///
    /// `τ = kt / R · (U · load − kt · ω)`: a moving motor spends most of its load against its own back-EMF, which is
    /// no effort. Friction in the gears is not taken off. Positive load drives towards rising counts.
    func effort(loadPermille: Int, voltage: Double, velocity: Double) -> Double {
        let share = direction * Double(loadPermille) / 1000
        guard resistance > 0 else { return share * assumedTorque }
        return torqueConstant / resistance * (voltage * share - torqueConstant * velocity)
    }

    /// Register 48, 0.1 %: the load at which the configured effort is still there at the configured top speed.
    func torqueLimitPermille(voltage: Double) -> UInt16? {
        guard resistance > 0, voltage > 1 else { return nil }
        let load = (maximumEffort * resistance / torqueConstant + torqueConstant * maximumVelocity) / voltage
        return UInt16(max(50, min(1000, (load * 1000).rounded())))
    }

    /// Register 46, counts per second: the configured top speed.
    var goalSpeed: UInt16 { UInt16(max(1, min(32767, (maximumVelocity / radiansPerCount).rounded()))) }
}
