import CPlatform
import Channels
import Messages
import RobotModel

/// From a client's `/stop` to the last byte on the wire that moves a motor, with other work on the machine.
///
/// The body is the program `foresightd`, the devices are emulated at the other end of a pseudo-terminal, and the clock
/// starts in the client before anything is sent. A stop slows the set-points down within the joint's limits; the last byte
/// that moves a motor is that of the last set-point that still moved as fast as before. The limits of acceleration and
/// jerk are so high that slowing down shows at once.
enum StopLatency {
    /// Bytes of one sync write of goals for six servos.
    private static let bytes = 8 + 6 * 7
    private static let baud = 1_000_000
    private static let rateHz = 100

    /// One period, and the time the goals take on the wire; milliseconds.
    static var bound: Double { 1000 / Double(rateHz) + wire }
    private static var wire: Double { Double(bytes) * 10 / Double(baud) * 1000 }

    /// - Parameters:
    ///   - trials: how often a motion is stopped.
    ///   - plantedDelay: milliseconds by which the client holds each stop back: what the measurement must notice.
    static func measure(_ lab: Lab, trials: Int, plantedDelay: Int = 0) async throws -> Figure {
        let socket = lab.folder + "/stop.sock"
        let devices = try FaultBench(rate: 0, seed: Lab.seed, priority: 70) { text(port: $0, socket: socket) }
        defer { devices.end() }
        let config = lab.folder + "/stop.toml"
        try writeBytes(Array(text(port: devices.path, socket: socket).utf8), to: config)
        let body = try Child(
            lab.program("foresightd"), ["--config", config, "--socket", socket], output: lab.folder + "/stop.log")
        defer { body.end() }
        try await body.eventually("the body has found its servos") { body.output.contains("servos checked") }
        let load = lab.processors > 1 ? Load(sparing: lab.processors - 1, of: lab.processors) : nil
        defer { load?.end() }
        let operating = try await StopClient.connect(socket: socket, robot: devices.robot)
        var latencies: [Double] = []
        var stands: [Double] = []
        var answers: [Double] = []
        var unmoved = 0
        var disturbed = 0
        var random = SeededGenerator(seed: Lab.seed)
        while latencies.count < trials {
            if latencies.count % 100 == 0 { say("    stop \(latencies.count) of \(trials)") }
            do { try await operating.move() } catch {
                // a machine without time for the emulated servos makes them look silent
                let said = body.output.split(separator: "\n").last { $0.contains("stopped: ") } ?? ""
                say("    once more: \(error); \(said)")
                disturbed += 1
                guard disturbed <= 5 + trials / 20 else { throw error }
                try await operating.reset()
                continue
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 80...250, using: &random)))
            let sent = cplatform_monotonic_nanoseconds()
            if plantedDelay > 0 { try await Task.sleep(for: .milliseconds(plantedDelay)) }
            try await operating.stop()
            answers.append(Double(cplatform_monotonic_nanoseconds() - sent) * 1e-6)
            // whatever still comes has come by then
            try await Task.sleep(for: .milliseconds(50))
            let changes = devices.changes
            try await operating.reset()
            guard let last = lastOfMotion(changes, before: sent) else {
                unmoved += 1
                guard unmoved <= 20 + trials / 20 else { throw Trouble("the robot does not move before it is stopped") }
                continue
            }
            latencies.append(last > sent ? Double(last - sent) * 1e-6 + wire : 0)
            stands.append(max(0, Double(changes[changes.count - 1].time - sent) * 1e-6 + wire))
        }
        await operating.close()
        return figure(latencies, stands: stands, answers: answers)
    }

    /// When the last set-point came that still moved as fast as those before the command; nil if nothing moved then.
    private static func lastOfMotion(_ changes: [FaultBench.Change], before sent: Int64) -> Int64? {
        let count = changes.count { $0.time <= sent }
        guard count >= 5 else { return nil }
        let (first, newest) = (changes[count - 5], changes[count - 1])
        guard sent - newest.time < 30_000_000 else { return nil }
        let speed = (newest.angle - first.angle) / Double(newest.time - first.time)
        var last = newest.time
        for index in count..<changes.count {
            let step = changes[index].angle - changes[index - 1].angle
            let rate = step / Double(changes[index].time - changes[index - 1].time)
            if rate / speed > 0.75 { last = changes[index].time }
        }
        return last
    }

    private static func figure(_ latencies: [Double], stands: [Double], answers: [Double]) -> Figure {
        let block = Block(latencies)
        let word = block.quantile(0.99) <= bound ? "p99 is within it" : "P99 IS NOT WITHIN IT"
        let none = latencies.count { $0 == 0 }
        return Figure(
            key: "stop", title: "From /stop to the last byte that moves a motor, \(latencies.count) trials under load",
            unit: "ms",
            rows: [
                Figure.Row("one control period and the time on the wire", .limit, bound, remark: word),
                Figure.Row(
                    "Foresight", .ours, latencies, remark: block.tail + "; \(none) without any such byte after it"),
                Figure.Row("until the set-points stand still", .part, stands, remark: Block(stands).tail),
                Figure.Row("until the client has its answer", .part, answers, remark: Block(answers).tail),
            ],
            notes: ["every processor but one computes all the time; devices and body share the rest"])
    }

    private static func text(port: String, socket: String) -> String {
        var text = """
            [robot]
            name = "stop"
            model = "bench"
            [[bus]]
            name = "bus"
            port = "\(port)"
            family = "feetech-sts"
            baud = \(baud)
            [control]
            rate_hz = \(rateHz)
            lease_seconds = 2.0
            following_limit = 1.0
            [channels]
            socket = "\(socket)"

            """
        for id in 1...6 {
            text += "[[joint]]\nname = \"joint_\(id)\"\nid = \(id)\nlower = -1.5\nupper = 1.5\n"
            text += "max_acceleration = 5000.0\nmax_jerk = 5000000.0\nmax_velocity = 6.0\n"
        }
        text += "[poses]\nrest = [0.0,0.0,0.0,0.0,0.0,0.0]\nhome = [0.0,0.0,0.0,0.0,0.0,0.0]\n"
        return text
    }
}
