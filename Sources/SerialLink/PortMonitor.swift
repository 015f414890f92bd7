internal import CPlatform
internal import CUdev
internal import Glibc

/// What happened to a serial adapter.
public enum PortEvent: Sendable, Equatable {
    /// Plugged in; udev has set its links and permissions.
    case added(PortDescription)
    /// Gone; described as it was last seen.
    case removed(PortDescription)
}

/// Tells when serial adapters come and go. Belongs to one thread.
///
/// ```swift
/// let monitor = try PortMonitor()
/// while let event = try monitor.next(deadlineNanoseconds: later) { … }
/// ```
public final class PortMonitor {
    /// Becomes readable when `next` has something to look at.
    public let fileDescriptor: Int32

    private let udev: Udev
    private let monitor: OpaquePointer
    private var known: [String: PortDescription] = [:]
    private var waiting: [PortEvent] = []

    /// Listens from now on; what is plugged in already is not told.
    ///
    /// - Throws: `SerialError.failed` if udev's messages cannot be listened to.
    public init() throws(SerialError) {
        guard let udev = Udev(), let monitor = udev_monitor_new_from_netlink(udev.pointer, "udev") else {
            throw Self.failure("listening to udev", errno)
        }
        udev_monitor_filter_add_match_subsystem_devtype(monitor, "tty", nil)
        let code = udev_monitor_enable_receiving(monitor)
        guard code >= 0 else {
            udev_monitor_unref(monitor)
            throw Self.failure("listening to udev", -code)
        }
        self.udev = udev
        self.monitor = monitor
        fileDescriptor = udev_monitor_get_fd(monitor)
        for port in PortDirectory.enumerate() { known[port.device] = port }
    }

    deinit { udev_monitor_unref(monitor) }

    /// The adapters that are plugged in, as far as `next` has told.
    public var ports: [PortDescription] { known.values.sorted { $0.device < $1.device } }

    /// The next event, waiting for it until `deadlineNanoseconds` (monotonic).
    ///
    /// - Returns: nil when the deadline passed.
    /// - Throws: `SerialError.failed` if udev's messages end.
    public func next(deadlineNanoseconds: Int64) throws(SerialError) -> PortEvent? {
        var empty = 0
        while waiting.isEmpty {
            let ready = cplatform_wait_for_descriptor(fileDescriptor, Int16(POLLIN), deadlineNanoseconds)
            if ready == 0 { return nil }
            guard ready > 0 else { throw Self.failure("waiting for udev", -ready) }
            if let pointer = udev_monitor_receive_device(monitor) {
                note(UdevDevice(owning: pointer))
                empty = 0
                continue
            }
            // messages were lost, or filtered out after they woke us: look for ourselves, and never spin
            if errno == ENOBUFS { compare() }
            empty += 1
            guard empty < 16 else { throw Self.failure("listening to udev", errno) }
        }
        return waiting.removeFirst()
    }

    private func note(_ device: UdevDevice) {
        guard let node = device.node else { return }
        switch device.action {
        case "add":
            guard let port = PortDirectory.describe(device) else { return }
            if let old = known.updateValue(port, forKey: node) { waiting.append(.removed(old)) }
            waiting.append(.added(port))
        case "remove":
            if let old = known.removeValue(forKey: node) { waiting.append(.removed(old)) }
        default:
            // links and permissions may come later than the device
            if known[node] != nil, let port = PortDirectory.describe(device) { known[node] = port }
        }
    }

    private func compare() {
        let now = PortDirectory.enumerate()
        for (device, old) in known where !now.contains(where: { $0.device == device }) {
            known[device] = nil
            waiting.append(.removed(old))
        }
        for port in now where known.updateValue(port, forKey: port.device) == nil { waiting.append(.added(port)) }
    }

    private static func failure(_ operation: String, _ code: Int32) -> SerialError {
        .failed(path: "/run/udev", operation: operation, code: code)
    }
}
