internal import Glibc

/// The serial adapters of this machine, and the way from a name to a device.
///
/// ```swift
/// for port in PortDirectory.list() { print(port.stableName, port.driver ?? "no driver") }
/// let device = try PortDirectory.resolve("usb:1A86:55D3")
/// ```
public enum PortDirectory {
    /// Every serial adapter there is, by name of the device. Asks libudev; opens none.
    public static func list() -> [PortDescription] {
        var ports = enumerate()
        let holders = PortHolder.find(Set(ports.map(\.device)))
        for index in ports.indices { ports[index].holder = holders[ports[index].device] }
        return ports
    }

    /// The device that `name` (see `PortName`) stands for just now.
    ///
    /// - Throws: `SerialError`: no such port, several of them, not permitted, or no serial port.
    public static func resolve(_ name: String) throws(SerialError) -> String { try PortOpening.resolve(name) }

    /// What identifies the adapter behind `device`; nil for what is no adapter, such as a pseudo-terminal.
    public static func identity(of device: String) -> PortIdentity? {
        enumerate().first { $0.device == device || $0.links.contains(device) }?.identity
    }

    /// The device under which an adapter is plugged in just now; nil if it is not.
    public static func find(_ identity: PortIdentity) -> String? { identity.choose(from: enumerate())?.device }

    /// As `list`, without asking who has the ports open.
    static func enumerate() -> [PortDescription] {
        guard let udev = Udev() else { return [] }
        let links = PortLinks()
        return udev.devices(subsystem: "tty", isWanted: mayBeAdapter).compactMap { describe($0, links) }
            .sorted { ($0.device.count, $0.device) < ($1.device.count, $1.device) }
    }

    /// Not the text consoles and pseudo-terminals, of which there are many.
    private static func mayBeAdapter(_ name: Substring) -> Bool {
        guard name.hasPrefix("tty"), let next = name.dropFirst(3).first else { return false }
        return !next.isNumber
    }

    /// - Returns: nil for what is no serial adapter.
    static func describe(_ tty: UdevDevice, _ links: PortLinks = PortLinks()) -> PortDescription? {
        guard let node = tty.node, let parent = tty.parent else { return nil }
        let adapter = tty.ancestor(subsystem: "usb", type: "usb_device")
        var port = PortDescription(device: node)
        port.driver = parent.driver ?? parent.parent?.driver
        // a PC announces four ports of its own, whether they have a socket or not
        if adapter == nil, port.driver == nil || port.driver == "serial8250" || port.driver == "port" { return nil }
        port.links = Array(Set(tty.links + links.of(node))).sorted()
        if let adapter, let vendor = adapter.attribute("idVendor"), let product = adapter.attribute("idProduct") {
            port.usb = UsbNumbers(vendor: vendor[...], product: product[...])
            port.manufacturer = adapter.attribute("manufacturer")
            port.product = adapter.attribute("product")
            port.serialNumber = adapter.attribute("serial")
        }
        port.socket = adapter?.name ?? parent.name
        port.interface = tty.ancestor(subsystem: "usb", type: "usb_interface")?.attribute("bInterfaceNumber")
        port.latencyMilliseconds = parent.attribute("latency_timer").flatMap { Int($0) }
        port.isHiddenFromModemManager =
            ["ID_MM_DEVICE_IGNORE", "ID_MM_PORT_IGNORE"].contains { name in
                tty.property(name) == "1" || adapter?.property(name) == "1"
            }
        return port
    }
}

/// The links in /dev/serial as they are, for machines on which udev keeps no list of them.
struct PortLinks {
    private let links: [(link: String, device: String)]

    init() {
        var links: [(String, String)] = []
        for folder in ["/dev/serial/by-id", "/dev/serial/by-path"] {
            for name in Folder.names(folder) where !name.hasPrefix(".") {
                if let device = Folder.resolved("\(folder)/\(name)") { links.append(("\(folder)/\(name)", device)) }
            }
        }
        self.links = links
    }

    func of(_ device: String) -> [String] { links.filter { $0.device == device }.map(\.link) }
}

/// What a folder holds, without Foundation.
enum Folder {
    static func names(_ folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    /// `path` with links followed.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The first bytes of a small file.
    static func text(_ path: String, limit: Int = 4096) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { buffer in
            var filled = 0
            while filled < limit {
                let count = read(descriptor, buffer.baseAddress! + filled, limit - filled)
                guard count > 0 else { break }
                filled += count
            }
            return String(decoding: buffer.prefix(filled), as: UTF8.self)
        }
    }
}
