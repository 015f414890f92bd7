internal import Glibc

/// What `PortDoctor` knows of the machine.
package struct PortSurroundings: Sendable {
    /// A port that this user may not open.
    package struct Refusal: Sendable {
        package var group: String?
        /// Whether the user is in that group since after the log-in.
        package var isMember: Bool

        package init(group: String?, isMember: Bool) {
            self.group = group
            self.isMember = isMember
        }
    }

    package var ports: [PortDescription] = []
    /// Known adapters that are plugged in and have no port.
    package var driverless: [KnownAdapter] = []
    /// Names of the running programs.
    package var programs: Set<String> = []
    /// What brltty's udev rules start it for.
    package var brailleRules: Set<UsbNumbers> = []
    package var refused: [String: Refusal] = [:]
    /// Whether FTDI adapters let themselves be told to pass bytes on at once; absent if that could not be tried.
    package var takesLowLatency: [String: Bool] = [:]
    /// Devices that are no adapters, such as pseudo-terminals.
    package var isOtherDevice: @Sendable (String) -> Bool = { _ in false }

    package init() {}

    /// The machine as it is.
    static func observed() -> PortSurroundings {
        var around = PortSurroundings()
        around.ports = PortDirectory.list()
        around.driverless = driverless()
        around.programs = PortHolder.programs()
        around.brailleRules = brailleRules()
        around.isOtherDevice = { name in
            var facts = stat()
            return stat(name, &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR
        }
        for port in around.ports {
            if let refusal = refusal(port.device) {
                around.refused[port.device] = refusal
            } else if port.latencyMilliseconds ?? 1 > 1, port.holder == nil {
                around.takesLowLatency[port.device] =
                    (try? SerialPort(path: port.device, baud: 1_000_000))?.hasLowLatency
            }
        }
        return around
    }

    /// The adapter that `name` stands for; nil if it is a device of another kind, which is not examined.
    func look(_ name: String) -> Result<PortDescription?, SerialError> {
        do throws(SerialError) {
            let parsed = try PortName(name)
            let found: [PortDescription]
            if case .path(let path) = parsed {
                let device = Folder.resolved(path) ?? path
                found = ports.filter { $0.device == device || $0.links.contains(path) }
                if found.isEmpty, isOtherDevice(path) { return .success(nil) }
            } else {
                found = parsed.matches(in: ports)
            }
            if found.count > 1 { throw .ambiguous(path: name, candidates: found.map(\.stableName)) }
            guard let port = found.first else { throw .noSuchPort(path: name) }
            return .success(port)
        } catch {
            return .failure(error)
        }
    }

    func isBrailleSuspect(_ usb: UsbNumbers) -> Bool {
        brailleRules.contains(usb) || programs.contains("brltty") && KnownAdapter.brailleTwins.contains(usb)
    }

    private static func refusal(_ device: String) -> Refusal? {
        guard access(device, R_OK | W_OK) != 0, errno == EACCES else { return nil }
        var facts = stat()
        guard stat(device, &facts) == 0, let entry = getgrgid(facts.st_gid) else {
            return Refusal(group: nil, isMember: false)
        }
        let group = String(cString: entry.pointee.gr_name)
        guard facts.st_mode & (S_IRGRP | S_IWGRP) == S_IRGRP | S_IWGRP else {
            return Refusal(group: nil, isMember: false)
        }
        var members: [String] = []
        var next = entry.pointee.gr_mem
        while let name = next?.pointee {
            members.append(String(cString: name))
            next = next?.advanced(by: 1)
        }
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        return Refusal(group: group, isMember: user.map { members.contains($0) } ?? false)
    }

    private static func driverless() -> [KnownAdapter] {
        guard let udev = Udev() else { return [] }
        let withPort = udev.devices(subsystem: "tty") { $0.hasPrefix("ttyUSB") || $0.hasPrefix("ttyACM") }
            .compactMap { $0.ancestor(subsystem: "usb", type: "usb_device")?.path }
        return udev.devices(subsystem: "usb") { !$0.contains(":") }.compactMap { device in
            guard let path = device.path, !withPort.contains(path), let vendor = device.attribute("idVendor"),
                let product = device.attribute("idProduct"),
                let usb = UsbNumbers(vendor: vendor[...], product: product[...])
            else { return nil }
            return KnownAdapter.find(usb)
        }
    }

    /// What the rules files of brltty match, those of /etc before those of the system.
    private static func brailleRules() -> Set<UsbNumbers> {
        var seen: Set<String> = []
        var found: Set<UsbNumbers> = []
        for folder in ["/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"] {
            for name in Folder.names(folder) where name.contains("brltty") && seen.insert(name).inserted {
                found.formUnion(brailleNumbers(Folder.text("\(folder)/\(name)", limit: 1 << 18) ?? ""))
            }
        }
        return found
    }

    /// The known adapters that rules with lines such as `ENV{PRODUCT}=="1a86/7523/*"` match.
    package static func brailleNumbers(_ rules: String) -> Set<UsbNumbers> {
        let lines = rules.split(separator: "\n").filter { line in
            line.first { !$0.isWhitespace } != "#" && line.contains("PRODUCT")
        }
        return Set(
            KnownAdapter.all.map(\.usb).filter { usb in
                let text = "\"" + String(usb.vendor, radix: 16) + "/" + String(usb.product, radix: 16) + "/"
                return lines.contains { $0.lowercased().contains(text) }
            })
    }
}

extension KnownAdapter {
    /// Chips that braille displays use too, under the maker's own numbers.
    static let brailleTwins: Set<UsbNumbers> = [
        UsbNumbers(vendor: 0x1A86, product: 0x7523), UsbNumbers(vendor: 0x10C4, product: 0xEA60),
        UsbNumbers(vendor: 0x0403, product: 0x6001),
    ]
}
