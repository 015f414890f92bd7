import CPlatform
import Control
import Glibc
import RobotModel

/// How late the control loop wakes up, beside `cyclictest` at the same priority, period and power settings in the same
/// run.
///
/// The loop is the body's own thread, armed, reading and writing the virtual robot; both keep the processor out of deep
/// sleep meanwhile. Ours and theirs take turns, so that what else the machine does meets both; the virtual robot runs all
/// the time.
enum WakeUp {
    /// Of ours and of theirs each.
    static let blocks = 10
    static let seconds = 4.0
    /// Largest lateness that cyclictest sorts, microseconds.
    static let histogram = 20_000
    /// Ratio of ours to theirs that is aimed at.
    static let goal = 1.2

    /// - Parameter isLoaded: every processor but that of the loop computes all the time, as a mind that thinks does.
    static func measure(_ lab: Lab, isLoaded: Bool) async throws -> Figure {
        guard !isLoaded || lab.processors > 1 else { throw Trouble("this needs a second processor to load") }
        let virtual = try await lab.startRobot()
        defer { virtual.end() }
        let locked = cplatform_lock_memory() == 0
        defer { munlockall() }
        var lab = lab
        if isLoaded { lab.robot.control.cpu = lab.processors - 1 }
        let load = isLoaded ? Load(sparing: lab.processors - 1, of: lab.processors) : nil
        defer { load?.end() }
        var pairs: [(ours: Block, theirs: Block)] = []
        var only: [Block] = []
        var granted = true
        for turn in 1...blocks {
            say("    block \(turn) of \(blocks)")
            let block = try await patiently { try await watch(lab.robot) }
            granted = granted && block.isRealTime
            // cyclictest runs at a real-time priority or not at all
            guard granted, let path = lab.cyclictest else {
                only.append(block.times)
                continue
            }
            pairs.append((block.times, try await cyclictest(path, lab, isLocked: locked)))
        }
        return figure(lab, pairs, only, isLoaded: isLoaded, isRealTime: granted, isLocked: locked)
    }

    private static func figure(
        _ lab: Lab, _ pairs: [(ours: Block, theirs: Block)], _ only: [Block], isLoaded: Bool, isRealTime: Bool,
        isLocked: Bool
    ) -> Figure {
        let priority = isRealTime ? "SCHED_FIFO \(lab.robot.control.realtimePriority)" : "normal priority"
        let load = isLoaded ? ", every other processor at full load" : ""
        let ours = Block(joining: only + pairs.map(\.ours))
        let theirs = Block(joining: pairs.map(\.theirs))
        var figure = Figure(
            key: isLoaded ? "jitter-loaded" : "jitter",
            title: "Wake-up of the control loop, lateness at \(lab.robot.control.rateHz) Hz, \(priority)\(load)",
            unit: "µs", rows: [Figure.Row("Foresight, armed and cycling", .ours, ours.values, remark: ours.tail)])
        if pairs.isEmpty {
            if lab.cyclictest == nil { figure.notes.append("cyclictest is not here: install the package rt-tests") }
        } else {
            figure.rows.append(Figure.Row("cyclictest", .peer, theirs.values, remark: theirs.tail))
            let quantiles: [(String, Double, Double?)] = [
                ("p50", 0.5, goal), ("p99", 0.99, goal), ("p99.9", 0.999, nil),
            ]
            for (name, share, goal) in quantiles {
                let ratios = Ratios(pairs.map { $0.ours.quantile(share) / max(1, $0.theirs.quantile(share)) })
                figure.rows.append(ratios.row("ratio of \(name), median of \(pairs.count) pairs", goal: goal))
            }
            figure.notes.append("blocks of \(shown(seconds)) s take turns; cyclictest has no work between wake-ups")
        }
        if !isLocked {
            figure.notes.append("memory could not be locked here, for ours nor for theirs: raise the limit memlock")
        }
        if !isRealTime {
            figure.notes.append("SCHED_FIFO is not permitted here: ours ran at normal priority, cyclictest refuses to")
        }
        return figure
    }

    /// On a machine without time for the virtual servos a check of theirs may fail: then once more, and again.
    private static func patiently<Result>(_ work: () async throws -> Result) async throws -> Result {
        for _ in 0..<4 {
            do { return try await work() } catch { say("    once more: \(error)") }
        }
        return try await work()
    }

    /// Arms, holds for one block and releases.
    private static func watch(_ robot: RobotConfiguration) async throws -> (times: Block, isRealTime: Bool) {
        let loop = try await ArmedLoop.start(robot)
        defer { loop.quit() }
        try await loop.arm()
        let period = Int64(1_000_000_000 / robot.control.rateHz)
        let end = cplatform_monotonic_nanoseconds() + Int64(seconds * 1e9)
        var values: [Double] = []
        var skipped = 0
        var isSleptFor = false
        while cplatform_monotonic_nanoseconds() < end {
            try await Task.sleep(for: .milliseconds(50))
            loop.drain { snapshot in
                guard snapshot.isHolding else { return }
                // arming itself is not real time
                skipped += 1
                // cyclictest tells whole microseconds that have passed
                if skipped > 10, isSleptFor { values.append(Double(snapshot.wakeUpLateness / 1000)) }
                isSleptFor = max(0, snapshot.wakeUpLateness) + snapshot.duration <= period
            }
        }
        try await loop.release()
        guard !values.isEmpty else {
            throw Trouble("every cycle takes longer than its \(1000 / robot.control.rateHz) ms: there is no wake-up")
        }
        return (Block(values), loop.isRealTime)
    }

    /// Runs cyclictest for one block; microseconds of every wake-up.
    private static func cyclictest(_ path: String, _ lab: Lab, isLocked: Bool) async throws -> Block {
        let rate = lab.robot.control.rateHz
        var arguments = [
            "-q", "-i", "\(1_000_000 / rate)", "-l", "\(Int(seconds * Double(rate)))", "-h", "\(histogram)",
            "--policy=fifo", "-p", "\(lab.robot.control.realtimePriority)",
        ]
        if isLocked { arguments.append("-m") }
        if lab.robot.control.cpu >= 0 { arguments += ["-a", "\(lab.robot.control.cpu)"] }
        let child = try Child(path, arguments, output: lab.folder + "/cyclictest.log")
        let text = try await child.result(within: seconds + 10)
        var values: [Double] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            // "000017 000042": microseconds and how often
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let time = Double(words[0]), let count = Int(words[1]) else { continue }
            values += Array(repeating: time, count: count)
        }
        guard !values.isEmpty else { throw Trouble("cyclictest printed no histogram: \(text.prefix(300))") }
        return Block(values)
    }
}

/// Measured values, sorted.
struct Block {
    let values: [Double]

    init(_ values: [Double]) { self.values = values.sorted() }
    init(joining blocks: [Block]) { self.init(blocks.flatMap(\.values)) }

    func quantile(_ share: Double) -> Double {
        values.isEmpty ? .nan : values[min(values.count - 1, Int(share * Double(values.count)))]
    }

    /// What a row has no columns for.
    var tail: String { "p99.9 \(shown(quantile(0.999))), largest \(shown(values.last ?? .nan)), of \(values.count)" }
}
