public import Hardware
internal import RobotModel

extension ControlCore {
    /// What stops the robot whatever it does: silence, faults, voltage, temperature.
    mutating func watch(_ observed: JointObservations, now: Int64) {
        let hazard = hazard(observed, now: now)
        hazardCycles = hazard.kind == .none ? 0 : hazardCycles + 1
        // silence has its own time; one odd reading of the others is not yet a fact
        if hazard.kind == .silence || hazardCycles >= 10 { stop(hazard) }
    }

    /// The first thing that is not as it must be.
    ///
    /// - Parameter isArming: faults that arming clears do not count.
    func hazard(_ observed: JointObservations, now: Int64, isArming: Bool = false) -> StopReason {
        for joint in 0..<joints {
            let one = observed[joint]
            let age = Double(now - one.measuredAtNanoseconds) * 1e-9
            if age > safety.silenceSeconds || !one.position.isFinite {
                return StopReason(.silence, joint: joint, value: age, bound: safety.silenceSeconds)
            }
            let limit = limits[joint]
            let faults = isArming ? one.faults & ~limit.clearableFaults : one.faults
            if faults != 0 { return StopReason(.fault, joint: joint, value: Double(faults)) }
            if one.voltage < limit.minimumVoltage {
                return StopReason(.undervoltage, joint: joint, value: one.voltage, bound: limit.minimumVoltage)
            }
            if one.voltage > limit.maximumVoltage {
                return StopReason(.overvoltage, joint: joint, value: one.voltage, bound: limit.maximumVoltage)
            }
            if one.temperature > safety.maximumTemperature {
                return StopReason(.overheated, joint: joint, value: one.temperature, bound: safety.maximumTemperature)
            }
            if isHolding, !one.torqueOn { return StopReason(.torqueLost, joint: joint) }
        }
        return .none
    }

    /// Why the robot may not be armed just now; nil if it may.
    public func armingProblem(_ observed: JointObservations, now: Int64) -> StopReason? {
        let hazard = hazard(observed, now: now, isArming: true)
        return hazard.kind == .none ? nil : hazard
    }

    /// The last word on every set-point, whoever it comes from: finite, changing its speed and moving no faster than the
    /// joint may, not far ahead of where the joint really is, and within its limits. What comes later here wins.
    mutating func filter(_ wanted: inout JointValues, _ observed: JointObservations) {
        for joint in 0..<joints {
            let limit = limits[joint]
            let last = goals[joint]
            var goal = wanted[joint]
            if !goal.isFinite {
                stop(StopReason(.invalidSetpoint, joint: joint))
                goal = last
            }
            let step = limit.velocity * period
            goal = max(last - step, min(last + step, goal))
            // a motion may start and end briskly, never jump
            let change = limit.acceleration * Self.briskness * period
            let speed = max(velocities[joint] - change, min(velocities[joint] + change, (goal - last) / period))
            goal = last + speed * period
            let position = observed[joint].position
            goal = max(position - limit.following, min(position + limit.following, goal))
            goal = max(last - step, min(last + step, goal))
            // a joint that was armed outside its limits may stay, and come back, but not go further out
            goal = max(min(limit.lower, last), min(max(limit.upper, last), goal))
            velocities[joint] = (goal - last) / period
            goals[joint] = goal
        }
    }

    /// How many times its acceleration limit a set-point may change its speed by; following and position limits may stop it
    /// more sharply still.
    public static let briskness = 4.0
}
