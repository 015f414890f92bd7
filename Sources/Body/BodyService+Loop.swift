internal import Control
internal import Messages
internal import RobotModel

// How the control loop keeps time, as clients and people read it.
extension BodyService {
    /// The loop's own status on /diagnostics; times are of all cycles since the robot was armed or disarmed.
    func loopStatus(_ snapshot: Snapshot) -> DiagnosticStatus {
        let times = control.times.reading
        let isLate = tellOverruns(times)
        return .with {
            $0.level = isLate ? 1 : 0
            $0.name = "control loop"
            $0.message = "\(robot.control.rateHz) Hz" + (isLate ? ", cycles take longer than their period" : "")
            $0.hardwareID = robot.name
            $0.values = [
                KeyValue("wake_up_lateness_us", microseconds(snapshot.wakeUpLateness)),
                KeyValue("cycle_us", microseconds(snapshot.duration)),
            ]
            for (name, summary) in [("wake_up", times.wakeUp), ("cycle", times.cycle)] {
                $0.values += [
                    KeyValue("\(name)_p50_us", microseconds(summary.p50)),
                    KeyValue("\(name)_p99_us", microseconds(summary.p99)),
                    KeyValue("\(name)_p99_9_us", microseconds(summary.p999)),
                    KeyValue("\(name)_max_us", microseconds(summary.largest)),
                ]
            }
            $0.values += [KeyValue("cycles", "\(times.cycle.count)"), KeyValue("overruns", "\(times.overruns)")]
        }
    }

    /// Says so when more than one cycle in twenty has overrun since the last time, and not again before it is less than
    /// one in a hundred.
    ///
    /// - Returns: whether the loop overruns.
    private func tellOverruns(_ times: LoopTimes.Reading) -> Bool {
        let before = overrunsSeen
        overrunsSeen.cycles = times.cycle.count
        overrunsSeen.overruns = times.overruns
        // counted anew since the robot was armed or disarmed
        guard times.cycle.count > before.cycles, times.overruns >= before.overruns else { return before.areTold }
        let (cycles, overruns) = (times.cycle.count - before.cycles, times.overruns - before.overruns)
        overrunsSeen.areTold = overruns * (before.areTold ? 100 : 20) > cycles
        if overrunsSeen.areTold, !before.areTold {
            let milliseconds = 1000 / Double(robot.control.rateHz)
            say(1, "\(overruns) of the last \(cycles) control cycles took longer than their \(milliseconds) ms")
        }
        return overrunsSeen.areTold
    }

    private func microseconds(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1000)" }
}

/// What was counted of overruns when they were last looked at.
struct OverrunsSeen {
    var cycles = 0
    var overruns = 0
    var areTold = false
}
