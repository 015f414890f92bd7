import CPlatform
import Glibc
import SerialLink

/// What the tests of ports run under umockdev: each word of the command line is a step; what it sees it prints.
@main
struct PortProbe {
    static func main() {
        for step in CommandLine.arguments.dropFirst() {
            do throws(SerialError) { try take(step) } catch { say("error: \(error)") }
        }
    }

    private static func take(_ step: String) throws(SerialError) {
        let parts = step.split(separator: "=", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1] : ""
        switch parts[0] {
        case "list": for port in PortDirectory.list() { say(words(port)) }
        case "resolve": say("resolved \(try PortDirectory.resolve(argument))")
        case "doctor":
            for finding in PortDoctor.examine(ports: argument.isEmpty ? [] : [argument]) {
                say("\(finding.severity) \(finding.port ?? "-"): \(finding.what) | \(finding.fix)")
            }
        case "watch": try watch(count: Int(argument) ?? 1)
        case "follow": try follow(argument)
        default: say("error: no step \(step)")
        }
    }

    private static func words(_ port: PortDescription) -> String {
        [
            port.device, port.stableName, port.usb.map { "\($0)" } ?? "-", port.manufacturer ?? "-",
            port.product ?? "-", port.serialNumber ?? "-", port.driver ?? "-",
            port.latencyMilliseconds.map { "\($0)" } ?? "-", port.holder ?? "-",
        ].joined(separator: "|")
    }

    private static func watch(count: Int) throws(SerialError) {
        let monitor = try PortMonitor()
        say("watching")
        for _ in 0..<count {
            switch try monitor.next(deadlineNanoseconds: now() + 20_000_000_000) {
            case .added(let port): say("added \(words(port))")
            case .removed(let port): say("removed \(words(port))")
            case nil: say("nothing happened")
            }
        }
        say("used \(processorMilliseconds()) ms")
    }

    /// Opens the port at 1 Mbps, talks, waits for the hang-up with a period of 10 ms, and for the adapter's return.
    private static func follow(_ name: String) throws(SerialError) {
        let monitor = try PortMonitor()
        var device = try PortDirectory.resolve(name)
        guard let identity = PortDirectory.identity(of: device) else {
            say("no identity")
            return
        }
        for round in 1...2 {
            let port = try SerialPort(path: device, baud: 1_000_000)
            say("open \(port.device) low latency \(port.hasLowLatency) pty \(port.isPseudoTerminal)")
            try talk(port)
            if round == 2 { return }
            do throws(SerialError) { try waitForHangUp(port) } catch .disconnected { say("hung up") }
            // until udev says so, the list still holds what has hung up already
            let gone = port.device
            while case let found = PortDirectory.find(identity), found == nil || found == gone {
                guard try monitor.next(deadlineNanoseconds: now() + 10_000_000_000) != nil else {
                    say("it does not come back")
                    return
                }
            }
            device = PortDirectory.find(identity) ?? gone
            say("back as \(device)")
        }
    }

    private static func talk(_ port: SerialPort) throws(SerialError) {
        let sent: [UInt8] = [0xFF, 0xFF, 0x01, 0x02, 0x01, 0xFB, 0x0A, 0x0D, 0x11, 0x13, 0x03, 0x00]
        try port.write(sent.span)
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        let deadline = now() + 2_000_000_000
        while received.count < sent.count, now() < deadline {
            var span = buffer.mutableSpan
            let count = try port.read(into: &span, deadlineNanoseconds: deadline)
            received += buffer.prefix(count)
        }
        say("exchanged \(received == sent.map { ~$0 })")
    }

    private static func waitForHangUp(_ port: SerialPort) throws(SerialError) {
        var buffer = [UInt8](repeating: 0, count: 64)
        let before = processorMilliseconds()
        let start = now()
        var longest: Int64 = 0
        defer {
            say(
                "waited \((now() - start) / 1_000_000) ms, used \(processorMilliseconds() - before) ms, "
                    + "longest period \(longest / 1_000_000) ms")
        }
        while now() - start < 20_000_000_000 {
            let began = now()
            defer { longest = max(longest, now() - began) }
            var span = buffer.mutableSpan
            _ = try port.read(into: &span, deadlineNanoseconds: began + 10_000_000)
        }
    }

    /// At once, also into a file.
    private static func say(_ text: String) {
        print(text)
        fflush(nil)
    }

    private static func now() -> Int64 { cplatform_monotonic_nanoseconds() }

    private static func processorMilliseconds() -> Int {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
            + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000
    }
}
