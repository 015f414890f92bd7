import CPlatform
import Channels
import Messages
import RobotModel

/// From a client's `/stop` to the last byte on the wire that moves a motor, with other work on the machine.
///
/// The body is the program `foresightd`, the devices are emulated at the other end of a pseudo-terminal, and the clock
/// starts in the client before anything is sent. The joint's limits of acceleration and jerk are so high that the stop
/// shows in the first set-point that obeys it: a real arm's set-points also take their time to slow down.
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
        var answers: [Double] = []
        var unmoved = 0
        var random = SeededGenerator(seed: Lab.seed)
        while latencies.count < trials {
            if latencies.count % 100 == 0 { say("    stop \(latencies.count) of \(trials)") }
            try await operating.move()
            try await Task.sleep(for: .milliseconds(Int.random(in: 80...250, using: &random)))
            let sent = cplatform_monotonic_nanoseconds()
            let movedUntil = devices.changedAt
            if plantedDelay > 0 { try await Task.sleep(for: .milliseconds(plantedDelay)) }
            try await operating.stop()
            answers.append(Double(cplatform_monotonic_nanoseconds() - sent) * 1e-6)
            // whatever still comes has come by then
            try await Task.sleep(for: .milliseconds(50))
            let last = devices.changedAt
            try await operating.reset()
            guard sent - movedUntil < 3_000_000_000 / Int64(rateHz) else {
                unmoved += 1
                guard unmoved <= 20 + trials / 20 else { throw Trouble("the robot does not move before it is stopped") }
                continue
            }
            latencies.append(last > sent ? Double(last - sent) * 1e-6 + wire : 0)
        }
        await operating.close()
        return figure(latencies, answers: answers)
    }

    private static func figure(_ latencies: [Double], answers: [Double]) -> Figure {
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
