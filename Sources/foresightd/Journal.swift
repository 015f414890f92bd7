import FoundationEssentials
import Glibc

/// Lines for a person on stderr; with the journal's level in front when systemd reads them.
enum Journal {
    private static let underSystemd = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil

    /// - Parameter level: 0 information, 1 warning, 2 error.
    static func write(level: UInt8, _ text: String) {
        let prefix =
            switch level {
            case 0: underSystemd ? "<6>" : ""
            case 1: underSystemd ? "<4>" : "warning: "
            default: underSystemd ? "<3>" : "error: "
            }
        let line = Array((prefix + text + "\n").utf8)
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
