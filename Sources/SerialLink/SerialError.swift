internal import Glibc

/// What can go wrong with a serial port, in words a person can act on.
public enum SerialError: Error, Equatable, Sendable {
    case noSuchPort(path: String)
    /// The name fits more than one adapter.
    case ambiguous(path: String, candidates: [String])
    /// Behind none of the adapters that were asked do the motors of `bus` answer.
    case noMotors(path: String, bus: String, asked: [String])
    case permissionDenied(path: String, group: String?)
    /// `holder` names the process that has it open, if /proc tells.
    case busy(path: String, holder: String?)
    case notASerialPort(path: String, why: String)
    case settingRefused(path: String, setting: String, why: String)
    /// The device hung up: unplugged, switched off, or the other end of a pty is gone.
    case disconnected(path: String)
    /// The other end takes no more bytes.
    case stalled(path: String)
    case failed(path: String, operation: String, code: Int32)
}

extension SerialError: CustomStringConvertible {
    /// The port as it was asked for.
    public var path: String {
        switch self {
        case .noSuchPort(let path), .ambiguous(let path, _), .noMotors(let path, _, _),
            .permissionDenied(let path, _), .busy(let path, _), .notASerialPort(let path, _),
            .settingRefused(let path, _, _), .disconnected(let path), .stalled(let path), .failed(let path, _, _):
            path
        }
    }

    public var description: String {
        switch self {
        case .noSuchPort(let path):
            "There is no serial port \(path). Is the robot plugged in and switched on? "
                + "`foresight devices` shows the ports there are."
        case .ambiguous(let path, let candidates):
            "\(path) fits \(candidates.count) adapters: \(candidates.joined(separator: ", ")). "
                + "Name one of them by its link, by usb:VENDOR:PRODUCT:SERIAL, or by path:NAME."
        case .noMotors(_, let bus, let asked):
            asked.isEmpty
                ? "There is no serial adapter for the bus “\(bus)”. Plug the robot in; `foresight devices` shows what is there."
                : "The motors of the bus “\(bus)” do not all answer on one adapter (asked \(asked.joined(separator: ", "))). "
                    + "Is their supply on? `foresight scan` shows who answers where."
        case .permissionDenied(let path, let group):
            "You may not open \(path)." + Self.advice(group: group)
        case .busy(let path, let holder):
            "\(path) is in use" + (holder.map { " by \($0)" } ?? "")
                + ". Only one program can drive a bus: stop the other one first."
        case .notASerialPort(let path, let why):
            "\(path) is not a serial port (\(why)). Give the path of the robot's port, such as /dev/ttyACM0."
        case .settingRefused(let path, let setting, let why):
            "\(path) refused \(setting): \(why). Can this adapter do that?"
        case .disconnected(let path):
            "\(path) hung up: unplugged, or switched off. Plug it in again; nothing will move until it is armed again."
        case .stalled(let path):
            "\(path) takes no more bytes. Is the adapter hanging? Unplug it and plug it in again."
        case .failed(let path, let operation, let code):
            "\(operation) failed on \(path): \(Self.words(code))."
        }
    }

    private static func advice(group: String?) -> String {
        guard let group, group != "root" else {
            return " Set its group with a udev rule, or run as a user who may."
        }
        return " Join its group with `sudo usermod -aG \(group) $USER`, then log in again."
    }

    static func words(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Whether `code` is how the kernel says that a terminal is gone.
    static func meansGone(_ code: Int32) -> Bool { code == EIO || code == ENXIO || code == ENODEV || code == EPIPE }
}
