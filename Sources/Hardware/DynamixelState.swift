internal import RobotModel
internal import ServoProtocols

/// The registers 126…146 of one device as they came over the wire.
///
/// ```
///   126 current or load (2) | 128 velocity (4) | 132 position (4) | 136 velocity trajectory (4)
///   140 position trajectory (4) | 144 voltage (2) | 146 temperature
/// ```
struct DynamixelState {
    static var address: UInt16 { DynamixelAddress.presentCurrent }
    static var count: Int { 21 }

    var current: Int
    var velocity: Int
    var position: Int
    var voltage: Double
    var temperature: Double
    var hasAlert: Bool

    /// Reads a reply; nil if it is a refusal or too short.
    init?(_ reply: DynamixelPacket) { self.init(reply.parameters, error: reply.error) }

    /// Reads registers 126…146; nil if there are too few.
    ///
    /// - Parameter error: the reply's error byte; a refusal has no registers.
    init?(_ bytes: DynamixelBytes, error: UInt8) {
        guard let current = bytes.signed(at: 0, width: 2), let velocity = bytes.signed(at: 2, width: 4),
            let position = bytes.signed(at: 6, width: 4), let voltage = bytes.unsigned(at: 18, width: 2),
            let temperature = bytes.byte(at: 20), DynamixelError(errorByte: error) == nil
        else { return nil }
        self.current = current
        self.velocity = velocity
        self.position = position
        self.voltage = Double(voltage) * 0.1
        self.temperature = Double(temperature)
        hasAlert = error & DynamixelError.alertBit != 0
    }

    /// Puts the numbers into `observation` in SI units, measured at `time`.
    func store(into observation: inout JointObservation, conversion: DynamixelConversion, time: Int64) {
        observation.measuredAtNanoseconds = time
        observation.position = conversion.radians(counts: position)
        observation.velocity = conversion.velocity(counts: velocity)
        observation.voltage = voltage
        observation.temperature = temperature
        observation.current = conversion.amperes(current)
        observation.effort = conversion.effort(current, voltage: voltage, velocity: observation.velocity)
        // as a device with the factory's moving threshold says it
        observation.moving = abs(velocity) > 10
    }
}

/// Register counts of one device to SI units of its joint and back.
///
/// `angle = direction · (counts − zero) · 2π / counts per turn / gear`.
struct DynamixelConversion: CountConversion {
    var zero = 2048
    var direction = 1.0
    var gear = 1.0
    var radiansPerCount = 2 * Double.pi / 4096
    /// Amperes for one count; 0 where the register holds load in 0.1 %.
    var currentUnit = 0.0
    /// N·m/A at the motor.
    var torqueConstant = 0.0
    var resistance = 0.0
    var lower = 0.0
    var upper = 0.0
    var maximumVelocity = 0.0
    var maximumEffort = 0.0

    init() {}

    init(_ joint: JointConfiguration, model: DynamixelModel) {
        zero = joint.zeroCounts
        direction = joint.direction < 0 ? -1 : 1
        gear = joint.gear
        radiansPerCount = 2 * Double.pi / Double(joint.countsPerTurn)
        currentUnit = model.currentUnit
        torqueConstant = joint.torqueConstant > 0 ? joint.torqueConstant : model.torqueConstant
        resistance = model.resistance
        lower = joint.lower
        upper = joint.upper
        maximumVelocity = joint.maximumVelocity
        maximumEffort = joint.maximumEffort
    }

    func radians(counts: Int) -> Double { direction * Double(counts - zero) * radiansPerCount / gear }

    /// The nearest counts; `angle` must be finite.
    func counts(radians angle: Double) -> Int {
        let counts = (direction * angle * gear / radiansPerCount).rounded() + Double(zero)
        return Int(max(-1_048_575, min(1_048_575, counts)))
    }

    func velocity(counts: Int) -> Double { direction * Double(counts) * DynamixelModel.velocityUnit / gear }

    /// Velocity counts of `speed` rad/s at the joint; it must be finite.
    func velocityCounts(_ speed: Double) -> Int {
        Int(max(-32_767, min(32_767, (direction * speed * gear / DynamixelModel.velocityUnit).rounded())))
    }

    /// Radians of the joint in one turn of its encoder.
    var turn: Double { radiansPerCount * Double(DynamixelModel.countsPerTurn) / gear }

    /// Amperes; nothing is known of them where only load is measured.
    func amperes(_ counts: Int) -> Double { Double(counts) * currentUnit }

    /// Torque at the joint, N·m: from the current, or from the load (the share of the supply at the motor, 0.1 %) by
    /// `τ = kt / R · (U · load − kt · ω)`, as for servos that measure no current.
    func effort(_ counts: Int, voltage: Double, velocity: Double) -> Double {
        if currentUnit > 0 { return direction * amperes(counts) * torqueConstant * gear }
        guard resistance > 0, counts != 0 else { return 0 }
        let drop = voltage * direction * Double(counts) / 1000 - torqueConstant * velocity * gear
        return torqueConstant / resistance * drop * gear
    }

    /// Register 100, PWM counts: the duty at which the configured effort is still there at the configured top speed.
    func goalPWM(voltage: Double, limit: Int) -> Int {
        guard resistance > 0, torqueConstant > 0, voltage > 1 else { return limit }
        let duty =
            (maximumEffort / gear * resistance / torqueConstant + torqueConstant * maximumVelocity * gear) / voltage
        return min(limit, max(50, Int(min(1, duty) * DynamixelModel.fullPWM)))
    }

    /// Register 102, current counts of the configured effort.
    func goalCurrent(limit: Int) -> Int {
        guard currentUnit > 0, torqueConstant > 0 else { return limit }
        return min(limit, max(1, Int(maximumEffort / gear / torqueConstant / currentUnit)))
    }

    /// Register 112, velocity counts: the configured top speed.
    var profileVelocity: Int { max(1, abs(velocityCounts(maximumVelocity))) }
}
