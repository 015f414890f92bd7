import FoundationEssentials
import Glibc
import Synchronization

/// Lines for a person on stderr; with the journal's level in front when systemd reads them.
///
/// Never waits for the reader: the control loop's servants write here, and so does whatever hears a request to stop. Lines
/// that find no room are counted, and the next one that does says how many there were.
enum Journal {
    private static let underSystemd = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
    private static let lost = Mutex(0)
    /// A pipe that can be written to takes so many bytes at once (pipe(7)).
    private static let longest = 4096

    /// - Parameter level: 0 information, 1 warning, 2 error.
    static func write(level: UInt8, _ text: String) {
        let prefix =
            switch level {
            case 0: underSystemd ? "<6>" : ""
            case 1: underSystemd ? "<4>" : "warning: "
            default: underSystemd ? "<3>" : "error: "
            }
        lost.withLock { lost in
            let note = lost == 0 ? "" : " (\(lost) lines before were lost: nobody read them)"
            lost = put(prefix + text + note + "\n") ? 0 : lost + 1
        }
    }

    private static func put(_ line: String) -> Bool {
        var bytes = Array(line.utf8)
        if bytes.count > longest { bytes = bytes.prefix(longest - 1) + [UInt8(ascii: "\n")] }
        let sent = send(2, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        if sent >= 0 || errno != ENOTSOCK { return sent >= 0 }
        var room = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
        guard poll(&room, 1, 0) > 0, room.revents & Int16(POLLOUT) != 0 else { return false }
        return Glibc.write(2, bytes, bytes.count) >= 0
    }
}
