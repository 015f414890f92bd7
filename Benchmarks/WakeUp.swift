import CPlatform
import Control
import Glibc
import RobotModel
import Synchronization

/// How late the control loop wakes up, beside `cyclictest` at the same priority and period in the same run.
///
/// The loop is the body's own thread, armed, reading and writing the virtual robot. Ours and theirs take turns, so that
/// what else the machine does meets both; the virtual robot runs all the time.
enum WakeUp {
    static let turns = 3
    static let seconds = 2.5
    /// Largest lateness that cyclictest sorts, microseconds.
    static let histogram = 20_000

    static func measure(_ lab: Lab) async throws -> Figure {
        let virtual = try await lab.startRobot()
        defer { virtual.end() }
        let locked = cplatform_lock_memory() == 0
        defer { munlockall() }
        let memory = locked ? ["-m"] : []
        var ours: [Double] = []
        var theirs: [Double] = []
        var alike: [Double] = []
        var granted = true
        for turn in 1...turns {
            say("    turn \(turn) of \(turns)")
            granted = try await watch(lab.robot, into: &ours) && granted
            // cyclictest runs at a real-time priority or not at all
            if granted, let path = lab.cyclictest {
                theirs += try await cyclictest(path, lab, arguments: memory)
                alike += try await cyclictest(path, lab, arguments: memory + ["--laptop"])
            }
        }
        let priority = granted ? "SCHED_FIFO \(lab.robot.control.realtimePriority)" : "normal priority"
        func largest(_ values: [Double]) -> String { "largest \(shown(values.max() ?? .nan))" }
        var figure = Figure(
            key: "jitter",
            title: "Wake-up of the control loop, lateness at \(lab.robot.control.rateHz) Hz, \(priority)",
            unit: "µs", rows: [Figure.Row("Foresight, armed and cycling", .ours, ours, remark: largest(ours))])
        if !theirs.isEmpty {
            figure.rows.append(Figure.Row("cyclictest", .peer, theirs, remark: largest(theirs)))
            figure.rows.append(
                Figure.Row("cyclictest --laptop", .peer, alike, remark: largest(alike) + "; power settings as ours"))
            figure.notes.append(
                "cyclictest alone keeps the processor out of deep sleep; it has no work between wake-ups")
        } else if lab.cyclictest == nil {
            figure.notes.append("cyclictest is not here: install the package rt-tests")
        }
        if !locked {
            figure.notes.append("memory could not be locked here, for ours nor for theirs: raise the limit memlock")
        }
        if !granted {
            figure.notes.append("SCHED_FIFO is not permitted here: ours ran at normal priority, cyclictest refuses to")
        }
        return figure
    }

    /// Arms, holds for one turn and disarms; returns whether the thread was given its priority.
    private static func watch(_ robot: RobotConfiguration, into values: inout [Double]) async throws -> Bool {
        let told = Told()
        let control = ControlThread(robot: robot, wireLog: nil) { told.take($0) }
        let granted = control.start()
        defer { control.quit() }
        try await told.await("connected")
        control.mailbox.post(.arm)
        try await told.await("armed")
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var skipped = 0
        while clock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            while let snapshot = control.ring.pop() {
                guard snapshot.isHolding else { continue }
                // arming itself is not real time
                skipped += 1
                if skipped > 10 { values.append(Double(snapshot.wakeUpLateness) * 1e-3) }
            }
        }
        control.mailbox.post(.release)
        try await told.await("disarmed")
        return granted
    }

    /// What the control thread told.
    private final class Told: Sendable {
        private let words = Mutex<Set<String>>([])
        private let refusal = Mutex<String?>(nil)

        func take(_ notice: ControlThread.Notice) {
            switch notice {
            case .connected: put("connected")
            case .armed: put("armed")
            case .disarmed: put("disarmed")
            case .armingRefused(let why), .waiting(let why): refusal.withLock { $0 = why }
            case .checked, .portLost, .warning: break
            }
        }

        private func put(_ word: String) { _ = words.withLock { $0.insert(word) } }

        func await(_ word: String) async throws {
            for _ in 0..<1000 {
                if words.withLock({ $0.contains(word) }) { return }
                if let why = refusal.withLock({ $0 }) { throw Trouble("the control loop says: \(why)") }
                try await Task.sleep(for: .milliseconds(10))
            }
            throw Trouble("the control loop is not \(word) after ten seconds")
        }
    }

    /// Runs cyclictest for one turn; microseconds of every wake-up.
    private static func cyclictest(
        _ path: String, _ lab: Lab, arguments: [String]
    ) async throws -> [Double] {
        let rate = lab.robot.control.rateHz
        let policy = ["--policy=fifo", "-p", "\(lab.robot.control.realtimePriority)"]
        let common = [
            "-q", "-i", "\(1_000_000 / rate)", "-l", "\(Int(seconds * Double(rate)))", "-h", "\(histogram)",
        ]
        let child = try Child(path, common + policy + arguments, output: lab.folder + "/cyclictest.log")
        let text = try await child.result(within: seconds + 10)
        var values: [Double] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            // "000017 000042": microseconds and how often
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let time = Double(words[0]), let count = Int(words[1]) else { continue }
            values += Array(repeating: time, count: count)
        }
        guard !values.isEmpty else { throw Trouble("cyclictest printed no histogram: \(text.prefix(300))") }
        return values
    }
}
