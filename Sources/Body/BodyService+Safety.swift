internal import CPlatform
internal import Channels
internal import Control
internal import Hardware
internal import Messages
internal import RobotModel

// What the body promises, and what it does about everything that can be the matter (docs/safety.md).
extension BodyService {
    func safetyReport() -> SafetyExplainResponse {
        .with { $0.lines = promises() + conditions() }
    }

    // MARK: Promises

    private func promises() -> [SafetyLine] {
        let connected = isConnected
        let age = latest.map { cplatform_monotonic_nanoseconds() - $0.time } ?? .max
        let loops = age < Int64(robot.safety.stallSeconds * 1e9)
        let holder = lease.holder.map { "“\($0.client)” holds it" } ?? "nobody holds it"
        let period = Double(1000) / Double(robot.control.rateHz)
        return [
            promise(
                "Nothing moves before arm: connecting, plugging in, starting and resetting write no goal.",
                "state \(state.word), torque \(torque)", true),
            promise(
                "A stop from anybody is latched, overrides everything and reaches the wire within one control period; "
                    + "reset leaves the robot disarmed.",
                "control period \(short(period)) ms; a second request takes torque off", loops || !connected),
            promise(
                "Motion goes on only while whoever asked for it looks: each renewal of the lease names a fresh observation, "
                    + "and streamed set-points expire.",
                "lease \(short(robot.control.leaseSeconds)) s, \(holder); set-points "
                    + "\(short(robot.control.setpointSeconds)) s, \(setpointWords)", true),
            promise(
                "A monitor beside the loop stops the motors by its own way to the wire when the loop stands still.",
                "after \(short(robot.safety.stallSeconds)) s; last cycle \(age == .max ? "never" : short(Double(age) * 1e-6) + " ms ago")",
                loops || !connected),
            promise(
                "Every motor stops by itself when this program falls silent.", watchdogWords,
                !connected || control.deviceWatchdogs.allSatisfy { $0 != nil }),
            promise(
                "A bad packet never ends the loop; a motor that gives no good answer for too long stops the robot, by name.",
                "\(short(robot.safety.silenceSeconds)) s; oldest measurement \(oldestWords)",
                !connected || oldest < robot.safety.silenceSeconds),
            promise(
                "Position, speed, acceleration, jerk and following limits are applied last, to every source, and braking is "
                    + "always possible within them.",
                limitWords, true),
            promise(
                "What is done about a condition is a table that is tried in every combination; the most severe action wins.",
                "\(StopReason.Kind.allCases.count - 1) conditions, below", true),
            promise(
                "Arming is refused with reasons unless everything that could move a joint was read and is in order.",
                obstacles.isEmpty ? "no reason against it" : obstacles.joined(separator: "; "), obstacles.isEmpty),
            promise(
                "Faults of motors are told in words, with the way to clear them.",
                faultWords.isEmpty ? "none" : faultWords.joined(separator: "; "), faultWords.isEmpty),
            promise(
                "Every port belongs to this program alone, every wait has an end, and time is monotonic.",
                robot.buses.map(\.port).joined(separator: ", "), connected),
            promise(
                "What was asked, refused, changed and done is on the channels, and in the trace if one is recorded.",
                "\(control.ring.droppedCount) cycles not told because this machine was too slow",
                control.ring.droppedCount == 0),
        ]
    }

    private func promise(_ words: String, _ present: String, _ isKept: Bool) -> SafetyLine {
        .with {
            $0.kind = "promise"
            $0.words = words
            $0.present = present
            $0.active = isKept
        }
    }

    private var oldest: Double {
        guard let latest else { return .infinity }
        let stamp = latest.observations.oldestNanoseconds
        return stamp == 0 ? .infinity : Double(latest.time - stamp) * 1e-9
    }

    private var oldestWords: String { oldest.isFinite ? "\(short(max(0, oldest))) s ago" : "never" }

    private var watchdogWords: String {
        zip(jointNames, control.deviceWatchdogs).map { name, watchdog in
            "\(name) \(watchdog.map { "\($0 / 1_000_000) ms" } ?? "none: it holds its last goal")"
        }.joined(separator: ", ")
    }

    private var limitWords: String {
        robot.joints.map { joint in
            let range = joint.isContinuous ? "wheel" : "\(short(joint.lower)) … \(short(joint.upper)) rad"
            return
                "\(joint.name) \(range), \(short(joint.maximumVelocity)) rad/s, \(short(joint.maximumAcceleration)) rad/s², "
                + "\(short(joint.maximumJerk)) rad/s³"
        }.joined(separator: "; ")
    }

    private var obstacles: [String] {
        var found = problems.filter { $0.severity == .error }.map(\.description)
        if !isConnected { found.append("the robot is not connected") }
        if state == .stopped { found.append("a stop is latched: reset first") }
        return found
    }

    private var faultWords: [String] {
        guard let latest else { return [] }
        return robot.joints.enumerated().compactMap { index, joint in
            let bits = latest.observations[index].faults
            guard bits != 0 else { return nil }
            return joint.name + ": " + MotorBuses.faultWords(bits, of: joint.family).joined(separator: ", ")
        }
    }

    // MARK: Conditions

    private func conditions() -> [SafetyLine] {
        StopReason.Kind.allCases.filter { $0 != .none }.map { kind in
            let rule = Failsafe.rule(kind)
            let isLatched = lastReport.state == .stopped && lastReport.stop.kind == kind
            let isLast = lastReport.motion == .aborted && lastReport.motionReason.kind == kind
            return .with {
                $0.kind = "condition"
                $0.words = rule.words
                $0.action = rule.action.words
                $0.clearing = rule.clearing == .reset ? "reset, then arm" : "the next motion"
                $0.active = isLatched
                $0.present =
                    isLatched
                    ? words(lastReport.stop)
                    : isLast ? "last: \(words(lastReport.motionReason))" : bound(kind)
            }
        }
    }

    /// Volts that each bus needs, and each joint that is fed on its own.
    private var supplies: [(name: String, volts: ClosedRange<Double>)] {
        robot.buses.map { ($0.name, $0.voltage) }
            + robot.joints.filter { $0.supply > 0 }.map { ($0.name, robot.voltage(of: $0)) }
    }

    /// The value that decides, where the configuration has one.
    private func bound(_ kind: StopReason.Kind) -> String {
        switch kind {
        case .leaseLapsed: "after \(short(robot.control.leaseSeconds)) s without renewal"
        case .silence: "after \(short(robot.safety.silenceSeconds)) s"
        case .undervoltage: supplies.map { "\($0.name) below \(short($0.volts.lowerBound)) V" }.joined(separator: ", ")
        case .overvoltage: supplies.map { "\($0.name) above \(short($0.volts.upperBound)) V" }.joined(separator: ", ")
        case .overheated: "above \(short(robot.safety.maximumTemperature)) °C"
        case .contact: protections.contactWords(joints: robot.joints)
        case .clearance: protections.clearanceWords
        case .loopStalled: "after \(short(robot.safety.stallSeconds)) s"
        case .setpointsCeased: "after \(short(robot.control.setpointSeconds)) s, or less if they say so"
        case .startTooFar: "more than \(short(ControlCore.largestEntry)) rad"
        case .pathTolerance, .goalTolerance, .effortBound, .timeout: "as the motion says"
        default: ""
        }
    }

    private func short(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)" }
}
