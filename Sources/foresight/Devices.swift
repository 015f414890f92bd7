import ArgumentParser
import CPlatform
import Console
import FoundationEssentials
import SerialLink

struct Devices: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Every serial adapter: its lasting name, its driver, who has it open, what is probably on it.",
        discussion: """
            Opens none of them. A configuration's port is best one of the names shown in bold.
            Exit codes: 0 there are adapters, or the watch was ended by Ctrl-C; 1 udev cannot be asked, 2 there is none,
            64 wrong usage.
            """)

    @Flag(help: "Go on telling what is plugged in and out, until Ctrl-C.") var watch = false
    @Flag(help: "Print one JSON array; with --watch one object a line.") var json = false

    func run() throws {
        if watch { return try follow() }
        let ports = PortDirectory.list()
        guard !ports.isEmpty else {
            if json { Terminal.say("[]") }
            Self.adviseNone()
            throw ExitCode(2)
        }
        Terminal.say(json ? try Self.json(ports.map { Entry($0) }) : Self.table(ports))
    }

    private func follow() throws {
        Signals.prepare()
        do throws(SerialError) {
            // listening begins before looking, so that nothing falls between
            let monitor = try PortMonitor()
            let ports = PortDirectory.list()
            for port in ports where json { try? tell("present", port) }
            if !json {
                Terminal.say(ports.isEmpty ? "No serial adapter is plugged in." : Self.table(ports))
                Terminal.say(Terminal.paint("Watching: plug something in or out; Ctrl-C ends.", .dim))
            }
            while !Signals.hasCome {
                switch try monitor.next(deadlineNanoseconds: cplatform_monotonic_nanoseconds() + 200_000_000) {
                case .added(let port): try? tell("added", port)
                case .removed(let port): try? tell("removed", port)
                case nil: continue
                }
            }
        } catch {
            Terminal.complain(error.description)
            throw ExitCode(1)
        }
    }

    private func tell(_ event: String, _ port: PortDescription) throws {
        if json {
            Terminal.say(try Self.json(Entry(port, event: event)))
        } else {
            let words = event == "added" ? Terminal.paint("+ plugged in", .green) : Terminal.paint("- unplugged ", .red)
            let probably = port.probableDevice.map { ": probably \($0.probably)" } ?? ""
            Terminal.say("\(words)  \(port.device)  \(port.stableName)\(probably)")
        }
    }

    private static func adviseNone() {
        for finding in PortDoctor.examine() where finding.severity == .error {
            Terminal.complain("\(finding.what). \(finding.fix)")
        }
    }

    /// One adapter in JSON.
    struct Entry: Encodable {
        var event: String?
        var name: String
        var device: String
        var links: [String]
        var usb: String?
        var manufacturer: String?
        var product: String?
        var serialNumber: String?
        var driver: String?
        var latencyMilliseconds: Int?
        var holder: String?
        var probably: String?

        init(_ port: PortDescription, event: String? = nil) {
            self.event = event
            name = port.stableName
            device = port.device
            links = port.links
            usb = port.usb.map { "\($0)" }
            manufacturer = port.manufacturer
            product = port.product
            serialNumber = port.serialNumber
            driver = port.driver
            latencyMilliseconds = port.latencyMilliseconds
            holder = port.holder
            probably = port.probableDevice?.probably
        }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func table(_ ports: [PortDescription]) -> String {
        let widths = [13, 10, 17, 11, 8]
        func row(_ cells: [String]) -> String {
            "  " + zip(cells, widths).map { Terminal.pad($0, $1) + " " }.joined() + (cells.last ?? "")
        }
        var lines = [Terminal.paint(row(["device", "USB", "serial number", "driver", "latency", "open in"]), .dim)]
        for port in ports {
            lines.append(Terminal.paint(port.stableName, .bold))
            let latency = port.latencyMilliseconds.map { "\($0) ms" } ?? "–"
            let cells = [
                port.device, port.usb.map { "\($0)" } ?? "–", port.serialNumber ?? "–", port.driver ?? "none", latency,
            ]
            lines.append(row(cells + [port.holder.map { Terminal.paint($0, .yellow) } ?? "nothing"]))
            let names = [port.manufacturer, port.product].compactMap { $0 }.joined(separator: " ")
            let probably = port.probableDevice.map { "probably \($0.probably)" } ?? "not a known adapter"
            lines.append("  " + probably + (names.isEmpty ? "" : Terminal.paint("  (\(names))", .dim)))
        }
        return lines.joined(separator: "\n")
    }
}
