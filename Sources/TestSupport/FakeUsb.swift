internal import Foundation

/// A table on which fake USB adapters are plugged in and out (umockdev), for child processes of a test.
///
/// The children meet the real libudev and libserialport. They need `environment`.
public final class FakeUsb: Sendable {
    /// A kind of adapter.
    public struct Adapter: Sendable {
        public var vendor: String
        public var product: String
        public var manufacturer: String
        public var name: String
        public var serialNumber: String?
        public var driver: String
        public var latency: Int?

        public init(
            vendor: String, product: String, manufacturer: String, name: String, serialNumber: String?, driver: String,
            latency: Int? = nil
        ) {
            self.vendor = vendor
            self.product = product
            self.manufacturer = manufacturer
            self.name = name
            self.serialNumber = serialNumber
            self.driver = driver
            self.latency = latency
        }

        /// As an FT232H of a U2D2 tells about itself.
        public static let u2d2 = Adapter(
            vendor: "0403", product: "6014", manufacturer: "FTDI", name: "USB <-> Serial Converter",
            serialNumber: "FT6Z1234", driver: "ftdi_sio", latency: 16)
        /// As the CH343 of a bus servo adapter tells about itself.
        public static let ch343 = Adapter(
            vendor: "1a86", product: "55d3", manufacturer: "wch.cn", name: "USB Single Serial",
            serialNumber: "58FA083325", driver: "cdc_acm")
    }

    public let folder: String
    /// What a child process needs to see the fake adapters.
    public let environment: [String: String]
    private let table: ChildProcess
    private let orders: String

    /// Compiles the parts with cc and sets up an empty table.
    public init() async throws {
        folder = try Places.scratch()
        orders = folder + "/orders"
        let sources = Places.root + "/Tests/FakeUsb"
        let made = [
            ["-shared", "-fPIC", "-o", "\(folder)/tty_shim.so", "\(sources)/tty_shim.c", "-ldl"],
            ["-o", "\(folder)/fake_usb", "\(sources)/fake_usb.c", "-l:libumockdev.so.0", "-l:libgobject-2.0.so.0"],
        ]
        for arguments in made {
            let done = try await ChildProcess.run("/usr/bin/cc", ["-Wall", "-Wextra", "-Werror", "-O1"] + arguments)
            guard done.code == 0 else { throw ChildProcess.TimedOut(description: done.errors) }
        }
        guard mkfifo(orders, 0o600) == 0 else { throw ChildProcess.TimedOut(description: "no FIFO \(orders)") }
        let table = try ChildProcess(
            "\(folder)/fake_usb", [orders], environment: ["LD_PRELOAD": "libumockdev-preload.so.0"])
        self.table = table
        try await table.eventually("the table is set") { table.output.contains("testbed /") }
        let line = table.output.split(separator: "\n").first { $0.hasPrefix("testbed ") }!
        environment = [
            "UMOCKDEV_DIR": String(line.dropFirst(8)),
            "LD_PRELOAD": "\(folder)/tty_shim.so:libumockdev-preload.so.0",
        ]
    }

    deinit {
        table.signal(SIGKILL)
        if let bed = environment["UMOCKDEV_DIR"] { try? FileManager.default.removeItem(atPath: bed) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Plugs `adapter` in as /dev/`tty`; what is written to it comes back turned over, or goes to the terminal `behind`.
    public func plug(_ adapter: Adapter, as tty: String, socket: String = "1-2", behind: String? = nil) async throws {
        let file = "\(folder)/\(tty).umockdev"
        try Self.describe(adapter, tty: tty, socket: socket).write(toFile: file, atomically: false, encoding: .utf8)
        try await order("plug \(file) /dev/\(tty)" + (behind.map { " \($0)" } ?? ""), answer: "plugged /dev/\(tty) 1")
    }

    /// Plugs in an adapter for which there is no driver.
    public func plugWithoutDriver(_ adapter: Adapter, socket: String = "1-2") async throws {
        let file = "\(folder)/driverless.umockdev"
        try Self.describeUsb(adapter, place: Self.places(adapter, tty: "", socket: socket)[0]).write(
            toFile: file, atomically: false, encoding: .utf8)
        try await order("plug \(file) /dev/none", answer: "plugged /dev/none 0")
    }

    /// Pulls out what was plugged in as /dev/`tty`. It hangs up first and is then taken off udev's list, as in life.
    public func unplug(_ adapter: Adapter, from tty: String, socket: String = "1-2") async throws {
        let places = Self.places(adapter, tty: tty, socket: socket).reversed().map { "/sys\($0)" }
        try await order("unplug /dev/\(tty) \(places.joined(separator: " "))", answer: "unplugged /dev/\(tty)")
    }

    private func order(_ line: String, answer: String) async throws {
        let table = table
        let count = { @Sendable in table.output.split(separator: "\n").count { $0 == answer } }
        let before = count()
        let handle = FileHandle(forWritingAtPath: orders)
        handle?.write(Data((line + "\n").utf8))
        try handle?.close()
        try await table.eventually(answer, within: 5) { count() > before }
    }

    /// The device, its interface, the bridge if there is one, and the tty.
    private static func places(_ adapter: Adapter, tty: String, socket: String) -> [String] {
        let device = "/devices/pci0000:00/0000:00:14.0/usb1/\(socket)"
        let interface = "\(device)/\(socket):1.0"
        // modems have their tty at the interface
        if adapter.driver == "cdc_acm" { return [device, interface, "\(interface)/tty/\(tty)"] }
        return [device, interface, "\(interface)/\(tty)", "\(interface)/\(tty)/tty/\(tty)"]
    }

    private static func describeUsb(_ adapter: Adapter, place: String) -> String {
        let attributes = [
            "idVendor": adapter.vendor, "idProduct": adapter.product, "manufacturer": adapter.manufacturer,
            "product": adapter.name, "serial": adapter.serialNumber, "busnum": "1", "devnum": "5",
        ]
        return """
            P: \(place)
            E: SUBSYSTEM=usb
            E: DEVTYPE=usb_device
            E: DRIVER=usb

            """ + attributes.compactMap { key, value in value.map { "A: \(key)=\($0)\n" } }.sorted().joined() + "\n"
    }

    private static func describe(_ adapter: Adapter, tty: String, socket: String) -> String {
        let places = places(adapter, tty: tty, socket: socket)
        let number = Int(tty.drop { !$0.isNumber }) ?? 0
        let kind = adapter.driver == "cdc_acm" ? 166 : 188
        let id = "usb-\(adapter.manufacturer)_\(adapter.name)\(adapter.serialNumber.map { "_\($0)" } ?? "")-if00"
            .map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? $0 : "_" }
        var text =
            describeUsb(adapter, place: places[0]) + """
                P: \(places[1])
                E: SUBSYSTEM=usb
                E: DEVTYPE=usb_interface
                E: DRIVER=\(adapter.driver)
                L: driver=/sys/bus/usb/drivers/\(adapter.driver)
                A: bInterfaceNumber=00


                """
        if places.count == 4 {
            text += """
                P: \(places[2])
                E: SUBSYSTEM=usb-serial
                E: DRIVER=\(adapter.driver)
                L: driver=/sys/bus/usb-serial/drivers/\(adapter.driver)
                \(adapter.latency.map { "A: latency_timer=\($0)\n" } ?? "")

                """
        }
        return text + """
            P: \(places.last!)
            N: \(tty)
            S: serial/by-id/\(String(id))
            S: serial/by-path/pci-0000:00:14.0-usb-0:\(socket.drop { $0 != "-" }.dropFirst()):1.0
            E: SUBSYSTEM=tty
            E: DEVNAME=/dev/\(tty)
            E: MAJOR=\(kind)
            E: MINOR=\(number)
            A: dev=\(kind):\(number)
            L: device=../../../\(tty)

            """
    }
}
