import Foundation
import SerialLink
import TestSupport
import Testing

/// Against the real libudev and libserialport, with adapters that umockdev fakes.
@Suite("Serial adapters", .serialized)
struct PortDirectoryTests {
    private static let byId = "/dev/serial/by-id/usb-FTDI_USB__-__Serial_Converter_FT6Z1234-if00"

    private func probe(_ usb: FakeUsb, _ steps: [String]) async throws -> [String] {
        let done = try await ChildProcess.run(
            Places.program("port-probe"), steps, environment: usb.environment, within: 20)
        return done.output.split(separator: "\n").map(String.init)
    }

    @Test("are listed with numbers, names, driver and latency, and found under every name")
    func list() async throws {
        let usb = try await FakeUsb()
        #expect(try await probe(usb, ["list"]) == [])
        try await usb.plug(.u2d2, as: "ttyUSB0", socket: "1-2")
        try await usb.plug(.ch343, as: "ttyACM0", socket: "1-3")
        let second = "/dev/serial/by-id/usb-wch.cn_USB_Single_Serial_58FA083325-if00"
        #expect(
            try await probe(usb, ["list"]) == [
                "/dev/ttyACM0|\(second)|1A86:55D3|wch.cn|USB Single Serial|58FA083325|cdc_acm|-|-",
                "/dev/ttyUSB0|\(Self.byId)|0403:6014|FTDI|USB <-> Serial Converter|FT6Z1234|ftdi_sio|16|-",
            ])
        let names = [
            Self.byId, "usb:0403:6014", "usb:0403:6014:FT6Z1234", "path:pci-0000:00:14.0-usb-0:2:1.0", "/dev/ttyUSB0",
        ]
        for name in names {
            #expect(try await probe(usb, ["resolve=\(name)"]) == ["resolved /dev/ttyUSB0"], "\(name)")
        }
        for name in ["usb:0403:6015", "usb:0403:6014:OTHER", "path:pci-0000:00:14.0-usb-0:4:1.0"] {
            let said = try await probe(usb, ["resolve=\(name)"]).first ?? ""
            #expect(said.hasPrefix("error: There is no serial port \(name)."), "\(said)")
        }
        for name in ["usb:zz", "usb:0403", "usb:0403:6014:", "path:", "path:a/b"] {
            let said = try await probe(usb, ["resolve=\(name)"]).first ?? ""
            #expect(said.hasPrefix("error: \(name) is not a serial port"), "\(said)")
        }
        var twin = FakeUsb.Adapter.u2d2
        twin.serialNumber = "FT6Z9999"
        try await usb.plug(twin, as: "ttyUSB1", socket: "1-4")
        let said = try await probe(usb, ["resolve=usb:0403:6014"]).first ?? ""
        #expect(said.contains("fits 2 adapters") && said.contains(Self.byId), "\(said)")
        #expect(try await probe(usb, ["resolve=usb:0403:6014:FT6Z9999"]) == ["resolved /dev/ttyUSB1"])
    }

    @Test("talk at 1 Mbps; unplugging is noticed without spinning; the adapter is found under another number")
    func unplugAndReturn() async throws {
        let usb = try await FakeUsb()
        try await usb.plug(.u2d2, as: "ttyUSB0", socket: "1-2")
        let follower = try ChildProcess(
            Places.program("port-probe"), ["follow=\(Self.byId)"], environment: usb.environment)
        try await follower.eventually("bytes went both ways") { follower.output.contains("exchanged true") }
        #expect(follower.output.contains("open /dev/ttyUSB0 low latency true pty false"), "\(follower.output)")
        let lines = try await probe(usb, ["list"])
        #expect(
            lines.first?.hasSuffix("|port-probe (process \(follower.processIdentifier))") == true, "\(lines)")
        try await Task.sleep(for: .milliseconds(500))
        try await usb.unplug(.u2d2, from: "ttyUSB0", socket: "1-2")
        try await follower.eventually("it hung up") { follower.output.contains("hung up") }
        // another adapter of the kind takes the old number
        var stranger = FakeUsb.Adapter.u2d2
        stranger.serialNumber = "FT6Z9999"
        try await usb.plug(stranger, as: "ttyUSB1", socket: "1-2")
        try await usb.plug(.u2d2, as: "ttyUSB2", socket: "1-5")
        try await follower.exitCode(within: 10)
        let said = follower.output
        #expect(said.contains("back as /dev/ttyUSB2"), "\(said)")
        #expect(said.components(separatedBy: "exchanged true").count == 3, "\(said)")
        let waited = try #require(said.split(separator: "\n").first { $0.hasPrefix("waited ") })
        let numbers = waited.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(numbers[1] * 4 < numbers[0], "it spun: \(waited)")
        #expect(numbers[2] < 200, "longer than its period of 10 ms and what a busy machine adds: \(waited)")
    }

    @Test("come and go before a monitor's eyes") func monitor() async throws {
        let usb = try await FakeUsb()
        let watcher = try ChildProcess(Places.program("port-probe"), ["watch=3"], environment: usb.environment)
        try await watcher.eventually("it watches") { watcher.output.contains("watching") }
        try await usb.plug(.ch343, as: "ttyACM0")
        try await usb.unplug(.ch343, from: "ttyACM0")
        try await usb.plug(.ch343, as: "ttyACM1")
        try await watcher.exitCode(within: 10)
        let events = watcher.output.split(separator: "\n").map { $0.split(separator: "|")[0] }
        #expect(
            events.prefix(4) == ["watching", "added /dev/ttyACM0", "removed /dev/ttyACM0", "added /dev/ttyACM1"],
            "\(watcher.output)")
        let used = events.last?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0
        #expect(used < 500, "\(watcher.output)")
    }

    @Test("are examined: none, no driver, in use, missing, numbered, slow") func doctor() async throws {
        let usb = try await FakeUsb()
        #expect(try await probe(usb, ["doctor"]).first?.contains("no serial adapter is plugged in") == true)
        try await usb.plugWithoutDriver(
            .init(
                vendor: "1a86", product: "55d4", manufacturer: "wch.cn", name: "UART", serialNumber: nil,
                driver: "cdc_acm"), socket: "1-7")
        let driverless = try await probe(usb, ["doctor"]).first ?? ""
        #expect(driverless.contains("1A86:55D4") && driverless.contains("modprobe cdc_acm"), "\(driverless)")
        try await usb.plug(.u2d2, as: "ttyUSB0", socket: "1-2")
        let words = try await probe(usb, ["doctor=/dev/ttyUSB0"]).joined(separator: "\n")
        #expect(words.contains("Write port = \"\(Self.byId)\""), "\(words)")
        #expect(words.contains("gathers bytes for 16 ms") && words.contains("Foresight tells it not to"), "\(words)")
        let missing = try await probe(usb, ["doctor=/dev/ttyUSB7"]).joined(separator: "\n")
        #expect(missing.contains("error /dev/ttyUSB7: it is not there") && missing.contains(Self.byId), "\(missing)")
        let follower = try ChildProcess(
            Places.program("port-probe"), ["follow=/dev/ttyUSB0"], environment: usb.environment)
        try await follower.eventually("it has the port") { follower.output.contains("exchanged true") }
        let used = try await probe(usb, ["doctor=\(Self.byId)"]).joined(separator: "\n")
        #expect(used.contains("it is open in port-probe (process \(follower.processIdentifier))"), "\(used)")
    }
}

@Suite("What is known of adapters")
struct PortKnowledgeTests {
    private func port(_ device: String, serial: String?, socket: String, product: UInt16 = 0x6014) -> PortDescription {
        var port = PortDescription(device: device)
        port.usb = UsbNumbers(vendor: 0x0403, product: product)
        port.serialNumber = serial
        port.socket = socket
        port.interface = "00"
        return port
    }

    @Test("identity: the serial number decides, among equal ones the socket, without one nothing is guessed")
    func identity() throws {
        let first = port("/dev/ttyUSB0", serial: "A", socket: "1-1")
        let moved = port("/dev/ttyUSB5", serial: "A", socket: "1-9")
        #expect(try #require(first.identity).choose(from: [moved])?.device == "/dev/ttyUSB5")
        let twin = port("/dev/ttyUSB6", serial: "A", socket: "1-1")
        #expect(try #require(first.identity).choose(from: [moved, twin])?.device == "/dev/ttyUSB6")
        let nameless = port("/dev/ttyUSB0", serial: nil, socket: "1-1")
        let identity = try #require(nameless.identity)
        #expect(identity.choose(from: [port("/dev/ttyUSB3", serial: nil, socket: "1-1")])?.device == "/dev/ttyUSB3")
        #expect(identity.choose(from: [port("/dev/ttyUSB3", serial: nil, socket: "1-2")]) == nil)
        #expect(identity.choose(from: [port("/dev/ttyUSB3", serial: "A", socket: "1-1")]) == nil)
    }

    @Test("brltty, ModemManager, groups: each with its fix") func surroundings() {
        var slow = port("/dev/ttyUSB0", serial: "A", socket: "1-1", product: 0x6001)
        slow.latencyMilliseconds = 16
        var around = PortSurroundings()
        around.ports = [slow]
        around.programs = ["ModemManager", "brltty"]
        around.refused = ["/dev/ttyUSB0": .init(group: "dialout", isMember: false)]
        let findings = PortDoctor.examine(ports: [], around)
        let words = findings.map { "\($0.what) \($0.fix)" }.joined(separator: "\n")
        #expect(findings.first?.severity == .error)
        for part in ["usermod -aG dialout", "apt remove brltty", "ModemManager", "99-foresight.rules", "16 ms"] {
            #expect(words.contains(part), "\(part) is missing in \(words)")
        }
        around.refused = ["/dev/ttyUSB0": .init(group: "dialout", isMember: true)]
        #expect(PortDoctor.examine(ports: [], around).contains { $0.fix.contains("Log out and in again") })
        around.refused = [:]
        around.programs = []
        slow.latencyMilliseconds = 1
        around.ports = [slow]
        #expect(PortDoctor.examine(ports: [], around).isEmpty)
        around.isOtherDevice = { $0 == "/dev/pts/7" }
        #expect(PortDoctor.examine(ports: ["/dev/pts/7"], around).isEmpty)
        #expect(PortDoctor.examine(ports: ["usb:0403:6001:B"], around).first?.severity == .error)
    }

    @Test("brltty's rules count when they are not commented out") func brailleRules() {
        let rules = """
            # ENV{PRODUCT}=="1a86/7523/*", GOTO="x"
            ENV{PRODUCT}=="403/6001/*", ATTRS{manufacturer}=="x", GOTO="x"
            """
        #expect(PortSurroundings.brailleNumbers(rules) == [UsbNumbers(vendor: 0x0403, product: 0x6001)])
    }

    @Test("the udev rules know every adapter of the table") func rules() throws {
        let rules = try String(contentsOfFile: Places.root + "/systemd/99-foresight.rules", encoding: .utf8)
        for adapter in KnownAdapter.all {
            let numbers = "\(adapter.usb)".lowercased().split(separator: ":")
            let match = "ATTRS{idVendor}==\"\(numbers[0])\", ATTRS{idProduct}==\"\(numbers[1])\""
            #expect(rules.contains(match), "\(adapter.name)")
        }
        #expect(Set(KnownAdapter.all.map(\.usb)).count == KnownAdapter.all.count)
    }
}
