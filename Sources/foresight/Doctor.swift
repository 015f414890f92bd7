import ArgumentParser
import Control
import FoundationEssentials
import Hardware
import RobotModel
import SerialLink

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for everything that keeps the robot from working, and say how to mend it.",
        discussion: """
            With --config the ports and motors it names are examined, else all serial adapters. Nothing is written to a
            motor and nothing moves. The port must be free for the motors to be asked: stop foresightd first.
            Exit codes: 0 all is well, 1 something is wrong, 64 wrong usage, 78 a mistake in the configuration.
            """)

    @Option(help: "The robot's configuration.") var config: String?
    @Option(help: "Serial port of the first bus, instead of the configuration's.") var port: String?
    @Flag(help: "Print one JSON array.") var json = false

    func run() throws {
        Terminal.tidyWhenInterrupted()
        let robot = try config.map { try Calibrate.load($0, port: port) }
        var findings = robot.map(Self.protection) ?? []
        findings += PortDoctor.examine(ports: robot?.buses.map(\.port) ?? port.map { [$0] } ?? [])
        for bus in robot?.buses ?? [] where !findings.contains(where: { $0.port == bus.port && $0.severity == .error })
        {
            findings += MotorDoctor.examine(bus, joints: robot!.joints, safety: robot!.safety(on: bus)) { what in
                if !json { Terminal.progress(what) }
            }
        }
        if !json { Terminal.endProgress() }
        Terminal.say(json ? try Self.json(findings) : text(findings, robot))
        if findings.contains(where: { $0.severity != .note }) { throw ExitCode(1) }
    }

    /// Whether the files that keep the arm from meeting things can be used: foresightd does not start without that.
    private static func protection(_ robot: RobotConfiguration) -> [PortDoctor.Finding] {
        let protections: Protections
        do { protections = try .load(robot) } catch {
            return [
                .init(
                    .error, port: nil, what: error.description,
                    fix: "Mend that file, or what [safety] chain and [[keep_out]] of \(robot.file) say.")
            ]
        }
        var findings = protections.warnings.map {
            PortDoctor.Finding(.warning, port: nil, what: $0, fix: "foresight calibrate-contact --config \(robot.file)")
        }
        if protections.clearance == nil, robot.joints.contains(where: { !$0.isContinuous }) {
            findings.append(
                .init(
                    .note, port: nil,
                    what: "nothing keeps the arm from itself: [safety] chain names no kinematic chain",
                    fix: "`foresight-arm` writes one from the arm's MJCF; [safety] chain = \"FILE\" names it."))
        }
        if protections.contact == nil, protections.warnings.isEmpty, robot.joints.contains(where: { !$0.isContinuous })
        {
            findings.append(
                .init(
                    .note, port: nil, what: "nothing notices when the arm meets something",
                    fix: "foresight calibrate-contact --config \(robot.file) measures what free motion takes."))
        }
        return findings
    }

    private func text(_ findings: [PortDoctor.Finding], _ robot: RobotConfiguration?) -> String {
        var lines: [String] = []
        for finding in findings {
            let style: Terminal.Style =
                switch finding.severity {
                case .error: .red
                case .warning: .yellow
                case .note: .dim
                }
            let place = finding.port.map { "\($0): " } ?? ""
            lines.append(Terminal.paint("\(finding.severity.rawValue): ", style) + place + finding.what)
            lines.append("  → \(finding.fix)")
        }
        if !findings.contains(where: { $0.severity != .note }) {
            let motors = robot.map { ", \($0.joints.count) motors asked" } ?? ""
            lines.append(Terminal.paint("All is well\(motors).", .green))
        }
        return lines.joined(separator: "\n")
    }

    private static func json(_ findings: [PortDoctor.Finding]) throws -> String {
        struct Shown: Encodable {
            var severity: String
            var port: String?
            var what: String
            var fix: String
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let shown = findings.map { Shown(severity: $0.severity.rawValue, port: $0.port, what: $0.what, fix: $0.fix) }
        return String(decoding: try encoder.encode(shown), as: UTF8.self)
    }
}
