internal import RobotModel
internal import ServoProtocols

/// The arming checklist of a VESC.
///
/// It takes one goal from whoever sent it last, and its own inputs (PPM, ADC, a script) are such senders: what drives the
/// motor before it was armed would go on doing so (vedderb/bldc#655).
extension VescBus {
    func findings(_ slot: Int, _ values: VescValues) -> [HardwareProblem] {
        var list = core.checklist(slot)
        let seen = core.slots[slot].seen
        if values.present.contains([.motorCurrent, .duty]), abs(values.motorCurrent) > 0.5, abs(values.duty) > 0.005 {
            let amperes = (values.motorCurrent * 10).rounded() / 10
            list.add(
                .wrongMode, "something drives its motor though nobody armed it (\(amperes) A)",
                "Switch off what else commands it (VESC Tool, App Settings, General: App to use = UART), then arm again."
            )
        }
        if !list.joint.isContinuous {
            list.place(seen.position)
            list.stillness(seen.velocity, bound: ArmingChecklist.driveStillness)
        }
        for problem in faultProblems(slot) { list.add(problem) }
        list.condition(volts: seen.voltage, celsius: seen.temperature, core.safety)
        return list.findings
    }

    /// Every controller afresh; nothing has been written yet.
    func examine() throws(BusError) {
        try ArmingChecklist.untilAtRest { () throws(BusError) -> [HardwareProblem] in
            var found: [HardwareProblem] = []
            for slot in 0..<core.count {
                var seen: VescValues?
                // a place that cannot be is asked for again
                for _ in 0..<3 where seen == nil {
                    if let values = try values(slot), take(values, slot) { seen = values }
                }
                guard let values = seen else { throw core.noAnswer(slot, doing: "its position was read") }
                if core.checksBeforeArming { found += findings(slot, values) }
            }
            if core.checksBeforeArming { core.problems = found }
            return found
        }
    }
}
