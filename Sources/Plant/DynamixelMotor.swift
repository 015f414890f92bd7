internal import ServoProtocols

/// The motor behind a control table: PID control makes a PWM duty, the duty makes current, the current torque.
///
/// `τ = kt / R · (U · duty − kt · ω)`, with kt and R from the model's stall torque, stall current and supply. Gains as
/// the e-Manual scales them: P / 128, D / 16, I / 65536, velocity P / 128 and I / 65536, on counts, once a millisecond.
struct DynamixelMotor: Sendable {
    /// Shaft angle, counts, unwrapped.
    private var raw = 0.0
    /// Whole turns that the device does not know of, counts.
    private var turns = 0.0
    /// Shaft speed, rad/s.
    private var speed = 0.0
    private var supply = 12.0
    /// Where the profile is, counts, and how fast, counts/s.
    private var target = 0.0
    private var pace = 0.0
    private var goal = 0.0
    private var lastError = 0.0
    private var integral = 0.0
    /// Where it was stopped by the watchdog.
    private var stopped: Double?
    /// Share of the supply at the motor, −1 … 1, towards rising counts of the shaft.
    private var duty = 0.0
    private var current = 0.0
    private var temperature = 30.0
    private var seconds = 0.0
    private var overloadSeconds = 0.0
    private(set) var supplyCurrent = 0.0

    static let countsPerRadian = 4096 / (2 * Double.pi)

    /// −1 where drive mode reverses the sense of rotation.
    private static func sense(_ memory: DynamixelMemory) -> Double { memory[10] & 1 != 0 ? -1 : 1 }

    private func position(_ memory: DynamixelMemory) -> Double {
        Self.sense(memory) * (raw - turns) + Double(memory[20])
    }

    /// The shaft angle, radians, at which the device would read `counts`.
    func shaft(_ counts: Double, _ memory: DynamixelMemory) -> Double {
        (Self.sense(memory) * (counts - Double(memory[20])) + turns) / Self.countsPerRadian
    }

    mutating func place(shaft: Double, supply: Double) {
        raw = shaft * Self.countsPerRadian
        self.supply = supply
    }

    mutating func forgetTurns() { turns = 4096 * (raw / 4096).rounded(.down) }

    /// Torque or mode has changed: whatever was pursued begins at the present position.
    mutating func begin(_ memory: DynamixelMemory) {
        target = position(memory)
        goal = target
        pace = 0
        integral = 0
        lastError = 0
        overloadSeconds = 0
        stopped = nil
    }

    mutating func stop(_ memory: DynamixelMemory) { stopped = position(memory) }
    mutating func resume() { stopped = nil }

    mutating func drive(
        _ memory: inout DynamixelMemory, shaft: Double, speed: Double, supply: Double, dt: Double, delay: Double
    ) -> Double {
        place(shaft: shaft, supply: supply)
        self.speed = speed
        seconds += dt
        let kt = memory.model.torqueConstant
        let resistance = memory.model.resistance
        guard memory.isTorqueOn else {
            (duty, current) = (0, 0)
            supplyCurrent = 0.04
            warm(resistance, dt: dt)
            return 0
        }
        // the slave of a dual joint obeys its master's cable, and there is none here
        let isSlave = memory[10] & 2 != 0
        let counts = isSlave ? 0 : pwm(memory, dt: dt, delay: delay)
        duty = Self.sense(memory) * counts / DynamixelModel.fullPWM
        current = (supply * duty - kt * speed) / resistance
        if memory.model.measuresCurrent {
            let bound = currentBound(memory)
            current = max(-bound, min(bound, current))
        }
        supplyCurrent = abs(current * duty) + 0.04
        warm(resistance, dt: dt)
        return kt * current
    }

    private func currentBound(_ memory: DynamixelMemory) -> Double {
        let limit = Double(memory[38])
        let asked = memory.mode == .currentBasedPosition ? Double(abs(memory[102])) : limit
        return min(limit, asked) * memory.model.currentUnit
    }

    /// PWM counts towards rising positions.
    private mutating func pwm(_ memory: DynamixelMemory, dt: Double, delay: Double) -> Double {
        let bound = Double(abs(memory[100]))
        switch memory.mode {
        case .pwm: return stopped == nil ? Double(memory[100]) : 0
        case .current: return currentPWM(memory)
        case .velocity: return max(-bound, min(bound, velocityPWM(memory, bound, dt)))
        default: return max(-bound, min(bound, positionPWM(memory, bound, dt, delay)))
        }
    }

    private func currentPWM(_ memory: DynamixelMemory) -> Double {
        let asked = stopped == nil ? Double(memory[102]) * memory.model.currentUnit : 0
        let volts = asked * memory.model.resistance + memory.model.torqueConstant * speed * Self.sense(memory)
        return max(-1, min(1, volts / max(1, supply))) * DynamixelModel.fullPWM
    }

    private mutating func velocityPWM(_ memory: DynamixelMemory, _ bound: Double, _ dt: Double) -> Double {
        let asked = stopped == nil ? Double(memory[104]) : 0
        // counts of velocity a second, in units of 214.577 revolutions per minute²
        let step = memory[108] > 0 ? Double(memory[108]) * 214.577 / 60 / 0.229 * dt : .infinity
        pace += max(-step, min(step, asked - pace))
        let error = pace - Self.sense(memory) * speed / DynamixelModel.velocityUnit
        let share = Double(memory[76]) / 65536
        integral += error * dt * 1000
        if share > 0 { integral = max(-bound / share, min(bound / share, integral)) }
        return error * Double(memory[78]) / 128 + integral * share
    }

    private mutating func positionPWM(
        _ memory: DynamixelMemory, _ bound: Double, _ dt: Double, _ delay: Double
    ) -> Double {
        let asked = stopped ?? Double(memory[116])
        // the motor answers a little late: a first-order lag stands for the delay
        goal += (asked - goal) * (delay > dt ? dt / delay : 1)
        let before = target
        follow(memory, dt)
        let error = target - position(memory)
        let share = Double(memory[82]) / 65536
        integral += error * dt * 1000
        if share > 0 { integral = max(-bound / share, min(bound / share, integral)) } else { integral = 0 }
        let slope = (error - lastError) / (dt * 1000)
        lastError = error
        let ahead = (target - before) / (dt * 1000) * Double(memory[90]) / 4
        return error * Double(memory[84]) / 128 + slope * Double(memory[80]) / 16 + integral * share + ahead
    }

    /// One step of the profile: profile velocity 0 is no bound, profile acceleration 0 is none either.
    private mutating func follow(_ memory: DynamixelMemory, _ dt: Double) {
        let unit = DynamixelModel.velocityUnit * Self.countsPerRadian
        let way = goal - target
        // bit 2 of the drive mode: the profile takes a time, ms
        if memory[10] & 4 != 0 {
            let step = memory[112] > 0 ? abs(way) * min(1, dt * 1000 / Double(memory[112])) : abs(way)
            target += max(-step, min(step, way))
            return
        }
        let fastest = memory[112] > 0 ? Double(memory[112]) * unit : .infinity
        guard memory[108] > 0 else {
            let step = max(-fastest * dt, min(fastest * dt, way))
            target += fastest == .infinity ? way : step
            return
        }
        let acceleration = Double(memory[108]) * 214.577 / 3600 * 4096
        let allowed = min(fastest, (2 * acceleration * abs(way)).squareRoot())
        let wanted = way < 0 ? -allowed : allowed
        pace += max(-acceleration * dt, min(acceleration * dt, wanted - pace))
        let step = pace * dt
        if abs(step) >= abs(way), abs(pace) <= acceleration * dt * 2 {
            target = goal
            pace = 0
        } else {
            target += step
        }
    }

    private mutating func warm(_ resistance: Double, dt: Double) {
        // 12 K per watt at rest, in about five minutes
        temperature += dt * (current * current * resistance * 12 - (temperature - 28)) / 300
    }

    /// What is measured, into the table.
    func sense(_ memory: inout DynamixelMemory) {
        let sense = Self.sense(memory)
        let velocity = (sense * speed / DynamixelModel.velocityUnit).rounded()
        memory[120] = Int(seconds * 1000) % 32768
        memory[122] = abs(Int(velocity)) > memory[24] ? 1 : 0
        memory[123] = abs(position(memory) - goal) < 20 ? 1 : 0
        memory[124] = Int((sense * duty * DynamixelModel.fullPWM).rounded())
        memory[126] =
            memory.model.measuresCurrent
            ? Int((sense * current / memory.model.currentUnit).rounded()) : Int((sense * duty * 1000).rounded())
        memory[128] = Int(velocity)
        memory[132] = Int(position(memory).rounded())
        memory[136] = Int((pace / (DynamixelModel.velocityUnit * Self.countsPerRadian)).rounded())
        memory[140] = Int(target.rounded())
        memory[144] = Int(max(0, (supply * 10).rounded()))
        memory[146] = Int(max(0, min(255, temperature.rounded())))
    }

    /// What it has to protect itself from.
    mutating func troubles(_ memory: DynamixelMemory, dt: Double) -> DynamixelFaults {
        var faults: DynamixelFaults = []
        if memory[144] < memory[34] || memory[144] > memory[32] { faults.insert(.voltage) }
        if memory[146] > memory[31] { faults.insert(.overheated) }
        let isStalled = abs(duty) > 0.9 && abs(speed) < 0.1
        overloadSeconds = isStalled ? overloadSeconds + dt : 0
        if overloadSeconds > 2 { faults.insert(.overload) }
        return faults
    }
}
