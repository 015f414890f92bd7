/// Finds what keeps a port from working, as far as it shows without talking to motors, and says what to do about it.
///
/// ```swift
/// for finding in PortDoctor.examine(ports: ["/dev/ttyUSB0"]) { print(finding.what, finding.fix) }
/// ```
public enum PortDoctor {
    public enum Severity: String, Sendable, Comparable {
        /// Works, and could be better.
        case note
        /// Works until something happens.
        case warning
        /// Does not work.
        case error

        private var rank: Int { [.note, .warning, .error].firstIndex(of: self) ?? 0 }
        public static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }
    }

    /// One thing that is wrong, and the way to mend it.
    public struct Finding: Sendable, Equatable {
        public var severity: Severity
        public var what: String
        public var fix: String
        /// The port as the configuration names it, else its stable name; nil for what concerns the whole machine.
        public var port: String?

        public init(_ severity: Severity, port: String?, what: String, fix: String) {
            self.severity = severity
            self.port = port
            self.what = what
            self.fix = fix
        }
    }

    /// What is wrong with `ports`, named as in a configuration (see `PortName`); with every adapter if there are none.
    ///
    /// Opens, for a moment, those FTDI adapters that gather bytes and that nobody has open, to learn whether they can be
    /// told not to; sends nothing.
    ///
    /// - Returns: the findings, the worst first; empty if all is well.
    public static func examine(ports: [String] = []) -> [Finding] { examine(ports: ports, .observed()) }

    /// As `examine(ports:)`, in told surroundings.
    package static func examine(ports names: [String], _ around: PortSurroundings) -> [Finding] {
        var findings = around.driverless.map { withoutDriver($0, around) }
        var examined: [(name: String, port: PortDescription)] = []
        for name in names {
            switch around.look(name) {
            case .failure(let error): findings.append(missing(name, error, around))
            case .success(nil): break
            case .success(let port?): examined.append((name, port))
            }
        }
        if names.isEmpty { examined = around.ports.map { ($0.stableName, $0) } }
        if names.isEmpty, around.ports.isEmpty, around.driverless.isEmpty { findings.append(noAdapter) }
        for (name, port) in examined {
            findings += examine(port, named: name, around)
            // how a configuration names it
            if !names.isEmpty, let finding = numbering(port, name) { findings.append(finding) }
        }
        // a stable sort: in the order found among equals
        return [Severity.error, .warning, .note].flatMap { severity in findings.filter { $0.severity == severity } }
    }

    private static func examine(
        _ port: PortDescription, named name: String, _ around: PortSurroundings
    ) -> [Finding] {
        [
            permission(port, name, around), use(port, name), braille(port, name, around), modem(port, name, around),
            latency(port, name, around),
        ].compactMap { $0 }
    }

    private static let noAdapter = Finding(
        .error, port: nil, what: "no serial adapter is plugged in",
        fix: "Plug the robot's USB cable in, without a hub if there is one, and take a cable that carries data: those "
            + "for charging do not. `sudo dmesg --follow` shows whether the computer notices it.")

    private static func withoutDriver(_ adapter: KnownAdapter, _ around: PortSurroundings) -> Finding {
        let what = "\(adapter.usb) (\(adapter.name)) is plugged in and has no port"
        guard !around.isBrailleSuspect(adapter.usb) else {
            return Finding(
                .error, port: nil, what: what + ": brltty takes it for a braille display",
                fix: brailleFix + " Then plug it in again.")
        }
        return Finding(
            .error, port: nil, what: what + ": its driver \(adapter.driver) is missing",
            fix:
                "Load it with `sudo modprobe \(adapter.driver)`. If there is no such module, install the package of your "
                + "kernel's extra modules (on Ubuntu linux-modules-extra-$(uname -r)).")
    }

    private static func missing(_ name: String, _ error: SerialError, _ around: PortSurroundings) -> Finding {
        guard case .noSuchPort = error else {
            return Finding(.error, port: name, what: "it cannot be used", fix: error.description)
        }
        let others = around.ports.map(\.stableName)
        guard !others.isEmpty else {
            return Finding(.error, port: name, what: "it is not there, nor is any other adapter", fix: noAdapter.fix)
        }
        let number = isNumbered(name) ? "numbers change with every plugging in; " : ""
        return Finding(
            .error, port: name, what: "it is not there; \(number)plugged in: \(others.joined(separator: ", "))",
            fix: "Plug the robot in, or write the name of its adapter into the configuration: "
                + "port = \"\(others[0])\".")
    }

    private static func permission(
        _ port: PortDescription, _ name: String, _ around: PortSurroundings
    ) -> Finding? {
        guard let refusal = around.refused[port.device] else { return nil }
        let what = "you may not open \(port.device)"
        guard let group = refusal.group, group != "root" else {
            return Finding(
                .error, port: name, what: what + ", and no group of users may",
                fix: "Install the udev rules: \(rulesFix)")
        }
        guard !refusal.isMember else {
            return Finding(
                .error, port: name, what: what + ": you joined its group \(group) after you logged in",
                fix: "Log out and in again (or run `newgrp \(group)` in this terminal).")
        }
        return Finding(
            .error, port: name, what: what + ": you are not in its group \(group)",
            fix: "Join it with `sudo usermod -aG \(group) $USER`, then log out and in again. Do not chmod 666 it: "
                + "the next plugging in undoes that.")
    }

    private static func use(_ port: PortDescription, _ name: String) -> Finding? {
        guard let holder = port.holder else { return nil }
        let program = holder.prefix { $0 != " " }
        let fix =
            switch program {
            case "brltty": brailleFix
            case "ModemManager": modemFix
            case "foresightd": "That is the robot's daemon. Stop it before another program drives the bus."
            default: "Stop it first: one program can drive a bus."
            }
        return Finding(
            program == "foresightd" ? .note : .error, port: name, what: "it is open in \(holder)", fix: fix)
    }

    private static func braille(_ port: PortDescription, _ name: String, _ around: PortSurroundings) -> Finding? {
        guard let usb = port.usb, around.isBrailleSuspect(usb) else { return nil }
        return Finding(
            .warning, port: name, what: "brltty, a program for braille displays, may take \(usb) away", fix: brailleFix)
    }

    private static func modem(_ port: PortDescription, _ name: String, _ around: PortSurroundings) -> Finding? {
        guard around.programs.contains("ModemManager"), port.usb != nil, !port.isHiddenFromModemManager else {
            return nil
        }
        return Finding(
            .warning, port: name,
            what: "ModemManager may take it for a modem: it keeps the port for some ten seconds after plugging in, and "
                + "sends bytes to the motors", fix: modemFix)
    }

    private static func numbering(_ port: PortDescription, _ name: String) -> Finding? {
        guard isNumbered(name) else { return nil }
        let what = "\(name) is today's number: another adapter may get it, and this one another"
        if port.stableName != port.device {
            return Finding(
                .warning, port: name, what: what,
                fix: "Write port = \"\(port.stableName)\" into the configuration.")
        }
        guard let usb = port.usb else { return nil }
        let serial = port.serialNumber.map { ":\($0)" } ?? ""
        return Finding(
            .warning, port: name, what: what + "; it has no name in /dev/serial/by-id",
            fix: "Write port = \"usb:\(usb)\(serial)\" into the configuration. (Is udev running? It makes those names.)"
        )
    }

    private static func latency(_ port: PortDescription, _ name: String, _ around: PortSurroundings) -> Finding? {
        guard let latency = port.latencyMilliseconds, latency > 1 else { return nil }
        let what = "the adapter gathers bytes for \(latency) ms before it passes them on"
        switch around.takesLowLatency[port.device] {
        case true?:
            return Finding(
                .note, port: name, what: what + "; Foresight tells it not to whenever it opens it",
                fix: "For other programs, install the udev rules: \(rulesFix)")
        case false?:
            return Finding(
                .warning, port: name, what: what + ", and refuses to be told otherwise",
                fix: "Install the udev rules, which set its latency timer to 1: \(rulesFix)")
        case nil:
            return Finding(
                .note, port: name, what: what + ", unless the program that opens it tells it not to, as Foresight does",
                fix: "Install the udev rules: \(rulesFix)")
        }
    }

    private static func isNumbered(_ name: String) -> Bool {
        ["/dev/ttyUSB", "/dev/ttyACM"].contains { name.hasPrefix($0) }
    }

    private static let rulesFix =
        "`sudo cp systemd/99-foresight.rules /etc/udev/rules.d/ && sudo udevadm control --reload`, then plug it in again."
    private static let modemFix =
        "Install the udev rules: \(rulesFix) Without a modem `sudo systemctl disable --now ModemManager` does as well."
    private static let brailleFix =
        "Without a braille display: `sudo apt remove brltty`, or `sudo systemctl mask --now brltty brltty-udev`."
}
