import ArgumentParser
import Channels
import FoundationEssentials
import Messages

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the robot, its motors and the mind are doing.",
        discussion: "Exit codes: 0 connected and well, 1 something is wrong, 4 no daemon answers.")

    @OptionGroup var body: BodyOptions
    @Flag(help: "Print one JSON object.") var json = false
    @Flag(help: "Keep showing it, once a second, until Ctrl-C.") var watch = false

    func run() async throws {
        let client = try await body.connect()
        var states = client.subscribe(Topics.controlState).makeAsyncIterator()
        let joints = client.subscribe(Topics.jointStates, buffering: 1)
        let diagnostics = client.subscribe(Topics.diagnostics, buffering: 1)
        let minds = client.subscribe(Topics.mindStatus, buffering: 1)
        repeat {
            guard let control = await states.next()?.message else { break }
            let report = Report(
                control: control, joints: await Self.first(joints, within: 0.3),
                diagnostics: await Self.first(diagnostics, within: 1.2), mind: await Self.first(minds, within: 0.2))
            Terminal.say(json ? try report.json() : report.text)
            if !watch {
                await client.close()
                if !report.isWell { throw ExitCode(1) }
                return
            }
            try await Task.sleep(for: .seconds(1))
        } while watch
        Terminal.complain("the connection to foresightd has ended")
        throw ExitCode(4)
    }

    private static func first<M: Message>(_ stream: AsyncStream<Received<M>>, within seconds: Double) async -> M? {
        await withTaskGroup(of: M?.self) { group in
            group.addTask {
                for await received in stream { return received.message }; return nil
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// What is shown.
    struct Report {
        var control: ControlState
        var joints: JointState?
        var diagnostics: DiagnosticArray?
        var mind: MindStatus?

        var isWell: Bool {
            control.state != "stopped" && !(diagnostics?.status.contains { $0.level >= 2 } ?? true)
        }

        var text: String {
            let shown = control.state.uppercased()
            let style: Terminal.Style =
                switch control.state {
                case "stopped": .red
                case "armed", "moving": .green
                default: .yellow
                }
            var lines = ["robot   \(Terminal.paint(shown, style))  torque \(control.torque)"]
            if !control.reason.isEmpty { lines.append("        \(control.reason)") }
            lines.append("lease   \(control.leaseHolder.isEmpty ? "free" : control.leaseHolder)")
            lines.append("mind    " + (mind.map { "\($0.state)  \($0.model)  \($0.detail)" } ?? "not running"))
            if let loop = diagnostics?.status.first(where: { $0.name == "control loop" }) {
                lines.append("loop    " + Self.words(loop))
            }
            guard let diagnostics else { return lines.joined(separator: "\n") }
            lines.append("")
            lines.append(
                Terminal.paint(
                    "joint          angle°  volts   °C  age ms    lost/sent  corrupt late again watchdog  state", .dim))
            for status in diagnostics.status {
                guard let place = joints?.name.firstIndex(of: status.name) else { continue }
                let value = { (key: String) in status.values.first { $0.key == key }?.value ?? "–" }
                let whole = { (key: String) in Terminal.number(Double(value(key)) ?? .nan, 0) }
                let degrees = (joints?.position[place] ?? .nan) * 180 / Double.pi
                lines.append(
                    Terminal.pad(status.name, 14) + right(Terminal.number(degrees, 1), 7) + right(value("voltage"), 7)
                        + right(whole("temperature"), 5) + right(whole("age_ms"), 8)
                        + right("\(value("lost"))/\(value("sent"))", 13) + right(value("corrupt"), 9)
                        + right(value("late"), 5) + right(value("retried"), 6) + right(value("watchdog"), 9) + "  "
                        + (status.level == 0 ? status.message : Terminal.paint(status.message, .red)))
            }
            return lines.joined(separator: "\n")
        }

        /// How the control loop keeps time since the robot was armed or disarmed.
        private static func words(_ loop: DiagnosticStatus) -> String {
            let value = { (key: String) in loop.values.first { $0.key == key }?.value ?? "–" }
            let text =
                "\(loop.message)  wakes \(value("wake_up_p50_us")) µs late (p99 \(value("wake_up_p99_us"))), cycle "
                + "\(value("cycle_p50_us")) µs (p99 \(value("cycle_p99_us"))), \(value("overruns")) of "
                + "\(value("cycles")) overran"
            return loop.level == 0 ? text : Terminal.paint(text, .yellow)
        }

        private func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }

        func json() throws -> String {
            struct Joint: Encodable {
                var name: String
                var position: Double
                var velocity: Double
                var effort: Double
            }
            struct Motor: Encodable {
                var name: String
                var level: Int
                var message: String
                var values: [String: String]
            }
            struct Whole: Encodable {
                var state: String
                var reason: String
                var torque: String
                var leaseHolder: String
                var trajectory: String
                var mind: String
                var model: String
                var joints: [Joint]
                var motors: [Motor]
            }
            let whole = Whole(
                state: control.state, reason: control.reason, torque: control.torque, leaseHolder: control.leaseHolder,
                trajectory: control.trajectoryState, mind: mind?.state ?? "absent", model: mind?.model ?? "",
                joints: (joints?.name ?? []).enumerated().map { index, name in
                    Joint(
                        name: name, position: joints!.position[index], velocity: joints!.velocity[index],
                        effort: joints!.effort[index])
                },
                motors: (diagnostics?.status ?? []).map { status in
                    Motor(
                        name: status.name, level: Int(status.level), message: status.message,
                        values: Dictionary(status.values.map { ($0.key, $0.value) }) { first, _ in first })
                })
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(whole), as: UTF8.self)
        }
    }
}
