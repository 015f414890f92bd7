/// A serial adapter as the system knows it, without opening it.
public struct PortDescription: Sendable, Equatable {
    /// The device file, such as /dev/ttyUSB0; another one after every plugging in.
    public var device: String
    /// All links to the device, sorted.
    public var links: [String]
    /// USB vendor and product number; nil for a port that is no USB adapter.
    public var usb: UsbNumbers?
    public var manufacturer: String?
    public var product: String?
    /// What the adapter's maker wrote into it; many write nothing, or the same into all.
    public var serialNumber: String?
    /// Where it is plugged in: the USB socket's path, such as "1-1.4", or the device's own name on its bus.
    public var socket: String?
    /// Which of the adapter's ports it is: the USB interface number.
    public var interface: String?
    /// The kernel's driver: ftdi_sio, ch341, cdc_acm, cp210x …
    public var driver: String?
    /// How long an FTDI adapter gathers bytes before it passes them on, milliseconds; nil for other adapters.
    public var latencyMilliseconds: Int?
    /// Who has it open, as far as /proc tells: "foresightd (process 123)".
    public var holder: String?
    /// Whether a udev rule tells ModemManager to leave it alone.
    public var isHiddenFromModemManager: Bool

    /// A port of which nothing but the device is known.
    public init(device: String) {
        self.device = device
        links = []
        isHiddenFromModemManager = false
    }

    /// The name that lasts: the by-id link, else the by-path link, else the device.
    public var stableName: String {
        links.first { $0.hasPrefix("/dev/serial/by-id/") } ?? links.first { $0.hasPrefix("/dev/serial/by-path/") }
            ?? device
    }

    /// What makes it this adapter and no other; nil if nothing does.
    public var identity: PortIdentity? {
        guard usb != nil || socket != nil else { return nil }
        return PortIdentity(usb: usb, serialNumber: serialNumber, socket: socket, interface: interface)
    }

    /// What probably hangs on it, going by its numbers and names.
    public var probableDevice: KnownAdapter? { usb.flatMap { KnownAdapter.find($0) } }
}

/// The two numbers of a kind of USB device.
public struct UsbNumbers: Sendable, Hashable {
    public var vendor: UInt16
    public var product: UInt16

    public init(vendor: UInt16, product: UInt16) {
        self.vendor = vendor
        self.product = product
    }

    /// From "0403:6014" or "0403", "6014", hexadecimal.
    init?(vendor: Substring, product: Substring) {
        guard (1...4).contains(vendor.count), (1...4).contains(product.count),
            let vendor = UInt16(vendor, radix: 16), let product = UInt16(product, radix: 16)
        else { return nil }
        self.init(vendor: vendor, product: product)
    }
}

extension UsbNumbers: CustomStringConvertible {
    /// As lsusb prints it, in capitals: "1A86:55D3".
    public var description: String { Self.digits(vendor) + ":" + Self.digits(product) }

    private static func digits(_ value: UInt16) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - text.count) + text
    }
}

/// What makes an adapter this one and no other, wherever and under whatever name it comes back.
///
/// With a USB serial number: kind, serial number and interface; where two carry the same number, the socket decides.
/// Without one: kind, interface and socket, since a guess could move the wrong robot.
public struct PortIdentity: Sendable, Hashable {
    public var usb: UsbNumbers?
    public var serialNumber: String?
    public var socket: String?
    public var interface: String?

    public init(usb: UsbNumbers?, serialNumber: String?, socket: String?, interface: String?) {
        self.usb = usb
        self.serialNumber = serialNumber
        self.socket = socket
        self.interface = interface
    }

    /// The one of `ports` that it is.
    public func choose(from ports: [PortDescription]) -> PortDescription? {
        let candidates = ports.filter {
            $0.usb == usb && $0.serialNumber == serialNumber && $0.interface == interface
        }
        if serialNumber != nil, candidates.count == 1 { return candidates.first }
        return candidates.first { $0.socket == socket }
    }
}
