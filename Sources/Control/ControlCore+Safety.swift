public import Hardware
internal import RobotModel

extension ControlCore {
    /// What stops the robot whatever it does: silence, faults, voltage, temperature.
    ///
    /// Silence has its own time; one odd reading of the others is not yet a fact.
    mutating func hazardThatLasts(now: Int64) -> StopReason {
        let hazard = hazard(seen, now: now)
        hazardCycles = hazard.kind == .none ? 0 : hazardCycles + 1
        return hazard.kind == .silence || hazardCycles >= cycles(Self.hazardSeconds) ? hazard : .none
    }

    /// Whether a joint meets what was not to be met; it backs off a little.
    ///
    /// Joints whose motion has an effort bound of its own are meant to touch things.
    mutating func felt() -> StopReason {
        guard contact != nil else { return .none }
        let mask = unbounded
        let found = contact?.step(
            seen, goals: goals, velocities: velocities, accelerations: accelerations, watching: mask, period: period)
        guard let found, report.state != .stopped || report.stop.kind == .contact else { return .none }
        // each joint that presses backs off once; more of them are told in the cycles after the stop
        let bit: UInt16 = 1 << UInt16(found.joint)
        if report.state != .stopped { backedOff = 0 }
        guard backedOff & bit == 0 else { return .none }
        backedOff |= bit
        yielding[found.joint] = contact?.retreat(found, seen) ?? seen[found.joint].position
        return StopReason(
            .contact, joint: found.joint, value: found.residual, bound: found.bound, isAngle: found.isAngle)
    }

    /// The joints that nothing else keeps from pressing too hard, one bit each.
    private var unbounded: UInt16 {
        var mask: UInt16 = 0
        for joint in 0..<joints {
            let bound = trajectory?._withUnsafeGuaranteedRef { $0.effortBound[joint] } ?? .infinity
            if !bound.isFinite { mask |= 1 << UInt16(joint) }
        }
        return mask
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
            // written so that a number that is none is out of bounds, too
            guard one.voltage >= limit.minimumVoltage else {
                return StopReason(.undervoltage, joint: joint, value: one.voltage, bound: limit.minimumVoltage)
            }
            guard one.voltage <= limit.maximumVoltage else {
                return StopReason(.overvoltage, joint: joint, value: one.voltage, bound: limit.maximumVoltage)
            }
            guard one.temperature <= safety.maximumTemperature else {
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
}
