internal import RobotModel

/// A motor with its power stage and the control laws every motor controller has; no firmware.
///
/// Everything is at the motor's own shaft: rad, rad/s, N·m. Gains suit a load of a few grams times square metres at the
/// joint, seen through the gear.
struct DriveMotor: Sendable {
    enum Goal: Sendable, Equatable {
        case free
        /// Share of the supply's voltage, −1 … 1.
        case duty(Double)
        /// Amperes.
        case current(Double)
        /// N·m.
        case torque(Double)
        /// rad/s.
        case speed(Double)
        /// Radians, with at most so many rad/s.
        case position(Double, fastest: Double)

        /// What it shall reach; nil where it only pushes.
        var setpoint: DeviceSetpoint? {
            switch self {
            case .free, .duty, .current, .torque: nil
            case .speed(let speed): .speed(speed)
            case .position(let angle, _): .angle(angle)
            }
        }
    }

    /// N·m for one ampere.
    let torqueConstant: Double
    /// Ohm.
    let resistance = 0.15
    /// Amperes.
    let largestCurrent = 30.0
    private let speedGain: Double
    private let integralGain: Double
    private var integral = 0.0
    /// Amperes through the motor.
    private(set) var current = 0.0
    /// Share of the supply's voltage at the motor.
    private(set) var duty = 0.0
    /// Amperes from the supply.
    private(set) var supplyCurrent = 0.0
    /// Degrees Celsius.
    private(set) var temperature = 30.0

    private static let largestDuty = 0.97
    /// Per second: how fast a position is made up for.
    private static let positionGain = 15.0

    init(_ joint: JointConfiguration) {
        torqueConstant = joint.torqueConstant > 0 ? joint.torqueConstant : 0.05
        speedGain = 0.15 / (joint.gear * joint.gear)
        integralGain = 1.5 / (joint.gear * joint.gear)
    }

    /// One step of `dt` seconds; returns the torque on the shaft.
    mutating func step(_ goal: Goal, shaft: Double, speed: Double, supply: Double, dt: Double) -> Double {
        let wanted = wantedCurrent(goal, shaft: shaft, speed: speed, supply: supply, dt: dt)
        // neither more than the limit, nor more than the supply drives against the motor's own voltage
        let back = torqueConstant * speed
        let top = (Self.largestDuty * supply - back) / resistance
        let bottom = (-Self.largestDuty * supply - back) / resistance
        if goal == .free {
            current = 0
            duty = 0
        } else {
            current = max(-largestCurrent, min(largestCurrent, max(bottom, min(top, wanted))))
            duty = supply > 1 ? (resistance * current + back) / supply : 0
        }
        supplyCurrent = duty * current
        // a few hundred joules for a degree, and a minute to cool down
        temperature += (resistance * current * current / 200 - (temperature - 30) / 60) * dt
        return current * torqueConstant
    }

    private mutating func wantedCurrent(
        _ goal: Goal, shaft: Double, speed: Double, supply: Double, dt: Double
    ) -> Double {
        switch goal {
        case .free:
            integral = 0
            return 0
        case .duty(let share):
            integral = 0
            return (share * supply - torqueConstant * speed) / resistance
        case .current(let amperes):
            integral = 0
            return amperes
        case .torque(let torque):
            integral = 0
            return torque / torqueConstant
        case .speed(let wanted): return current(forSpeed: wanted, speed, dt: dt)
        case .position(let wanted, let fastest):
            let towards = max(-fastest, min(fastest, Self.positionGain * (wanted - shaft)))
            return current(forSpeed: towards, speed, dt: dt)
        }
    }

    private mutating func current(forSpeed wanted: Double, _ speed: Double, dt: Double) -> Double {
        let error = wanted - speed
        let limit = largestCurrent * torqueConstant
        integral = max(-limit, min(limit, integral + integralGain * error * dt))
        return (speedGain * error + integral) / torqueConstant
    }
}
