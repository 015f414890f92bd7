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
    func hazard(_ observed: JointObservations, now: Int64) -> StopReason {
        for joint in 0..<joints {
            let one = observed[joint]
            let age = Double(now - one.measuredAtNanoseconds) * 1e-9
            if age > safety.silenceSeconds {
                return StopReason(.silence, joint: joint, value: age, bound: safety.silenceSeconds)
            }
            if one.faults != 0 { return StopReason(.fault, joint: joint, value: Double(one.faults)) }
            if one.voltage < safety.minimumVoltage {
                return StopReason(.undervoltage, joint: joint, value: one.voltage, bound: safety.minimumVoltage)
            }
            if one.voltage > safety.maximumVoltage {
                return StopReason(.overvoltage, joint: joint, value: one.voltage, bound: safety.maximumVoltage)
            }
            if one.temperature > safety.maximumTemperature {
                return StopReason(.overheated, joint: joint, value: one.temperature, bound: safety.maximumTemperature)
            }
        }
        return .none
    }

    /// Why the robot may not be armed just now; nil if it may.
    public func armingProblem(_ observed: JointObservations, now: Int64) -> StopReason? {
        let hazard = hazard(observed, now: now)
        return hazard.kind == .none ? nil : hazard
    }

    /// The last word on every set-point, whoever it comes from: finite, no faster than the joint may be, within its
    /// limits, and not far ahead of where the joint really is.
    mutating func filter(_ wanted: inout JointValues, _ observed: JointObservations) {
        for joint in 0..<joints {
            let limit = limits[joint]
            var goal = wanted[joint]
            if !goal.isFinite {
                stop(StopReason(.invalidSetpoint, joint: joint))
                goal = goals[joint]
            }
            let position = observed[joint].position
            goal = max(position - followingLimit, min(position + followingLimit, goal))
            let step = limit.maximumVelocity * period
            goal = max(goals[joint] - step, min(goals[joint] + step, goal))
            let speed = (goal - goals[joint]) / period
            let change = limit.maximumAcceleration * period * 4  // a motion may start and end briskly, never jump
            let allowed = max(velocities[joint] - change, min(velocities[joint] + change, speed))
            goal = goals[joint] + allowed * period
            // a joint that was armed outside its limits may stay, and come back, but not go further out
            goal = max(min(limit.lower, goals[joint]), min(max(limit.upper, goals[joint]), goal))
            velocities[joint] = max(-limit.maximumVelocity, min(limit.maximumVelocity, (goal - goals[joint]) / period))
            goals[joint] = goal
        }
    }
}
