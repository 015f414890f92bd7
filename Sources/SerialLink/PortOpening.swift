internal import CPlatform
internal import CSerialPort
internal import Glibc

/// Opening a port: following links, the two back ends, and taking it for this process alone.
enum PortOpening {
    /// The device that `name` stands for, if it is a character device that may be read and written.
    static func resolve(_ name: String) throws(SerialError) -> String {
        let parsed = try PortName(name)
        if case .path(let path) = parsed { return try follow(path) }
        let found = parsed.matches(in: PortDirectory.enumerate())
        guard let port = found.first else { throw .noSuchPort(path: name) }
        guard found.count == 1 else { throw .ambiguous(path: name, candidates: found.map(\.stableName)) }
        return try follow(port.device)
    }

    /// `path` with links followed.
    private static func follow(_ path: String) throws(SerialError) -> String {
        guard let resolved = realpath(path, nil) else {
            throw errno == EACCES ? .permissionDenied(path: path, group: nil) : .noSuchPort(path: path)
        }
        defer { free(resolved) }
        let device = String(cString: resolved)
        var facts = stat()
        guard stat(device, &facts) == 0 else { throw .noSuchPort(path: path) }
        switch facts.st_mode & S_IFMT {
        case S_IFCHR: break
        case S_IFDIR: throw .notASerialPort(path: path, why: "a folder")
        case S_IFREG: throw .notASerialPort(path: path, why: "an ordinary file")
        default: throw .notASerialPort(path: path, why: "no character device")
        }
        guard access(device, R_OK | W_OK) == 0 else {
            throw .permissionDenied(path: path, group: groupName(facts.st_gid))
        }
        return device
    }

    private static func groupName(_ group: gid_t) -> String? {
        guard let entry = getgrgid(group) else { return nil }
        return String(cString: entry.pointee.gr_name)
    }

    static func openPseudoTerminal(_ device: String, path: String, baud: Int) throws(SerialError) -> Int32 {
        let descriptor = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw openingFailure(errno, device: device, path: path) }
        do throws(SerialError) {
            // no TIOCEXCL here: the robot's end may keep the slave open too, and the mark would outlive us
            try lock(descriptor, device: device, path: path)
            var settings = termios()
            guard tcgetattr(descriptor, &settings) == 0 else {
                throw .notASerialPort(path: path, why: SerialError.words(errno))
            }
            cfmakeraw(&settings)
            guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else {
                throw .settingRefused(path: path, setting: "raw mode", why: SerialError.words(errno))
            }
            // who is at the other end may want to know
            _ = cplatform_set_line_speed(descriptor, UInt32(clamping: baud))
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    static func openSerial(
        _ device: String, path: String, baud: Int
    ) throws(SerialError) -> (OpaquePointer, Int32) {
        var found: OpaquePointer?
        guard sp_get_port_by_name(device, &found) == SP_OK, let handle = found else {
            throw .notASerialPort(path: path, why: "the system lists no such port")
        }
        guard sp_open(handle, SP_MODE_READ_WRITE) == SP_OK else {
            let code = sp_last_error_code()
            sp_free_port(handle)
            throw openingFailure(code, device: device, path: path)
        }
        do throws(SerialError) {
            var descriptor: Int32 = -1
            guard sp_get_port_handle(handle, &descriptor) == SP_OK, descriptor >= 0 else {
                throw .failed(path: path, operation: "opening", code: sp_last_error_code())
            }
            try lock(descriptor, device: device, path: path)
            let exclusive = cplatform_take_exclusively(descriptor)
            guard exclusive == 0 else {
                throw .failed(path: path, operation: "taking the port exclusively", code: exclusive)
            }
            try configure(handle, path: path, baud: baud)
            return (handle, descriptor)
        } catch {
            sp_close(handle)
            sp_free_port(handle)
            throw error
        }
    }

    private static func configure(_ handle: OpaquePointer, path: String, baud: Int) throws(SerialError) {
        let steps: [(String, sp_return)] = [
            ("\(baud) bits per second", sp_set_baudrate(handle, Int32(clamping: baud))),
            ("8 data bits", sp_set_bits(handle, 8)),
            ("no parity", sp_set_parity(handle, SP_PARITY_NONE)),
            ("one stop bit", sp_set_stopbits(handle, 1)),
            ("no flow control", sp_set_flowcontrol(handle, SP_FLOWCONTROL_NONE)),
        ]
        for (setting, result) in steps where result != SP_OK {
            throw .settingRefused(path: path, setting: setting, why: SerialError.words(sp_last_error_code()))
        }
    }

    /// Root is not stopped by TIOCEXCL, so the lock is what two programs of this project meet at.
    private static func lock(_ descriptor: Int32, device: String, path: String) throws(SerialError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .failed(path: path, operation: "locking", code: errno) }
            throw .busy(path: path, holder: PortHolder.find(device))
        }
    }

    private static func openingFailure(_ code: Int32, device: String, path: String) -> SerialError {
        switch code {
        case ENOENT: .noSuchPort(path: path)
        case EACCES, EPERM: .permissionDenied(path: path, group: nil)
        case EBUSY: .busy(path: path, holder: PortHolder.find(device))
        case ENOTTY, EINVAL: .notASerialPort(path: path, why: SerialError.words(code))
        case _ where SerialError.meansGone(code): .disconnected(path: path)
        default: .failed(path: path, operation: "opening", code: code)
        }
    }
}
