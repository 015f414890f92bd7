/// How a configuration names a port.
///
/// | text | names |
/// |---|---|
/// | `/dev/serial/by-id/…`, `/dev/ttyACM0` or any link | that file |
/// | `usb:1A86:55D3` | the only adapter with these USB numbers |
/// | `usb:1A86:55D3:SERIAL` | the one with this serial number |
/// | `path:pci-0000:00:14.0-usb-0:2:1.0` | what is plugged in there: a name in /dev/serial/by-path |
public enum PortName: Sendable, Equatable {
    case path(String)
    case usb(UsbNumbers, serialNumber: String?)
    case socket(String)

    /// - Throws: `SerialError.notASerialPort` for a name that begins like one of these and is none.
    public init(_ text: String) throws(SerialError) {
        if text.hasPrefix("usb:") {
            let parts = text.dropFirst(4).split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count >= 2, let numbers = UsbNumbers(vendor: parts[0], product: parts[1]),
                parts.count == 2 || !parts[2].isEmpty
            else {
                throw .notASerialPort(
                    path: text, why: "such a name is usb:VENDOR:PRODUCT or usb:VENDOR:PRODUCT:SERIAL, hexadecimal")
            }
            self = .usb(numbers, serialNumber: parts.count == 3 ? String(parts[2]) : nil)
        } else if text.hasPrefix("path:") {
            let name = text.dropFirst(5)
            guard !name.isEmpty, !name.contains("/") else {
                throw .notASerialPort(path: text, why: "such a name is path:NAME, with a name in /dev/serial/by-path")
            }
            self = .socket(String(name))
        } else {
            self = .path(text)
        }
    }

    /// Those of `ports` that it names; paths name none here.
    func matches(in ports: [PortDescription]) -> [PortDescription] {
        switch self {
        case .path: []
        case .usb(let numbers, nil): ports.filter { $0.usb == numbers }
        case .usb(let numbers, let serialNumber):
            ports.filter { $0.usb == numbers && $0.serialNumber == serialNumber }
        case .socket(let name): ports.filter { $0.links.contains("/dev/serial/by-path/\(name)") }
        }
    }
}
