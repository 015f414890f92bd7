internal import RobotModel
internal import ServoProtocols

/// What can be said about a bus's configuration without any servo.
enum ConfigurationCheck {
    static func problems(
        bus: BusConfiguration, joints: [JointConfiguration], all: Int
    ) -> [HardwareProblem] {
        var problems: [HardwareProblem] = []
        if all > largestJointCount {
            problems.append(
                HardwareProblem(
                    kind: .configuration, severity: .error, port: bus.port,
                    what: "the configuration names \(all) joints, and at most \(largestJointCount) can be driven",
                    advice: "Remove joints from the configuration."))
        }
        for (place, joint) in joints.enumerated() {
            problems += self.problems(of: joint, bus: bus)
            for other in joints[..<place] where other.id == joint.id {
                problems.append(
                    problem(
                        .duplicateID, joint, bus, "has the same id as joint “\(other.name)”",
                        "Ids on one bus must differ: correct the configuration."))
            }
        }
        return problems
    }

    private static func problems(of joint: JointConfiguration, bus: BusConfiguration) -> [HardwareProblem] {
        guard let model = FeetechModel.named(joint.servo), model.countsPerTurn == 4096 else {
            let known = FeetechModel.known.filter { $0.countsPerTurn == 4096 }.map(\.name).joined(separator: ", ")
            return [
                problem(
                    .configuration, joint, bus, "its servo “\(joint.servo)” is none this version can drive",
                    "It knows \(known).")
            ]
        }
        let conversion = ServoConversion(joint, model: model)
        let needed = conversion.limitCounts
        guard needed.lowerBound >= 0, needed.upperBound < model.countsPerTurn else {
            return [
                problem(
                    .limits, joint, bus,
                    "its limits need positions \(needed.lowerBound)…\(needed.upperBound), and the servo turns only through "
                        + "0…\(model.countsPerTurn - 1)",
                    "Mount the horn so that zero lies near the middle, or narrow lower and upper.")
            ]
        }
        return []
    }

    static func problem(
        _ kind: HardwareProblem.Kind, _ joint: JointConfiguration, _ bus: BusConfiguration, _ what: String,
        _ advice: String, severity: HardwareProblem.Severity = .error
    ) -> HardwareProblem {
        HardwareProblem(
            kind: kind, severity: severity, joint: joint.name, id: joint.id, port: bus.port, what: what,
            advice: advice)
    }
}
