import ArgumentParser
import Console
import FoundationEssentials
import Hardware
import RobotModel
import SerialLink

struct Scan: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find motors: every family, every rate, every id. Moves nothing.",
        discussion: """
            Without PORT every serial adapter is tried. The port must be free: stop foresightd first.
            Exit codes: 0 motors were found and are well, 1 something is wrong with one, 2 none was found,
            3 a port cannot be used, 64 wrong usage.
            """)

    @Argument(help: "A serial port, such as /dev/ttyACM0 or a link to one.") var port: String?
    @Option(help: ArgumentHelp("Try this family only.", valueName: "name")) var family: MotorFamily?
    @Option(help: "Try these rates only, bits per second, 9600 … 4000000.") var baud: [Int] = []
    @Flag(help: "Go on to other families and rates after motors were found.") var all = false
    @Flag(help: "Print one JSON array.") var json = false

    func validate() throws { try baud.forEach(Motor.checkRate) }

    func run() throws {
        Terminal.tidyWhenInterrupted()
        let ports = port.map { [$0] } ?? Self.adapters()
        guard !ports.isEmpty else {
            Terminal.complain("there is no serial adapter. Plug the robot in; `foresight doctor` looks for the cause.")
            throw ExitCode(2)
        }
        let scan = MotorScan(
            families: family.map { [$0] } ?? MotorFamily.allCases, bauds: baud.isEmpty ? nil : baud,
            isExhaustive: all)
        var found: [FoundMotor] = []
        var trouble = false
        for port in ports {
            do throws(SerialError) {
                found += try scan.run(path: port) { what, share in
                    if !json { Terminal.progress("\(Terminal.bar(share)) \(port): \(what)") }
                    return true
                }
            } catch {
                Terminal.endProgress()
                Terminal.complain(error.description)
                trouble = true
            }
        }
        if !json { Terminal.endProgress() }
        // where a port was refused that is the cause, and no advice about cables
        if json || !found.isEmpty || !trouble {
            Terminal.say(json ? try Self.json(found) : Self.table(found, ports: ports))
        }
        if found.contains(where: { !$0.problems.isEmpty || !$0.faults.isEmpty }) { throw ExitCode(1) }
        if found.isEmpty { throw ExitCode(trouble ? 3 : 2) }
    }

    /// The ports of all adapters there are.
    static func adapters() -> [String] { PortDirectory.list().map(\.stableName) }

    /// A name of a port that lasts when it is plugged in again; itself if there is none.
    static func stableName(_ port: String) -> String {
        guard let device = try? PortDirectory.resolve(port) else { return port }
        return PortDirectory.list().first { $0.device == device }?.stableName ?? port
    }

    private static func json(_ found: [FoundMotor]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(found), as: UTF8.self)
    }

    private static func table(_ found: [FoundMotor], ports: [String]) -> String {
        guard !found.isEmpty else {
            return "No motor answers on \(ports.joined(separator: ", ")). Is their supply on, and the cable plugged in?"
        }
        var lines: [String] = []
        var place = ""
        for motor in found {
            let here = "\(motor.port)  \(motor.family) at \(motor.baud) bits per second"
            if here != place {
                lines.append(Terminal.paint(here, .bold))
                lines.append(Terminal.paint("   id  model         firmware   volts   °C  state", .dim))
                place = here
            }
            let state =
                !motor.faults.isEmpty
                ? motor.faults.joined(separator: ", ") : motor.problems.isEmpty ? "well" : "see below"
            lines.append(
                "  " + right("\(motor.id)", 3) + "  " + Terminal.pad(motor.model, 13) + " "
                    + Terminal.pad(motor.firmware, 9) + right(Terminal.number(motor.volts, 1), 7)
                    + right(Terminal.number(motor.temperature, 0), 5) + "  "
                    + (state == "well" ? state : Terminal.paint(state, .red)))
            lines += motor.problems.map { "       " + Terminal.paint($0, .yellow) }
        }
        return lines.joined(separator: "\n")
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension MotorFamily: ExpressibleByArgument {}
