import Channels
import FoundationEssentials
import Glibc

/// What systemd is told: datagrams to $NOTIFY_SOCKET, nothing if there is none.
struct Supervisor: Sendable {
    private let address: String?
    private let watchdogMicroseconds: Int?

    init() {
        let environment = ProcessInfo.processInfo.environment
        address = environment["NOTIFY_SOCKET"]
        watchdogMicroseconds = environment["WATCHDOG_USEC"].flatMap(Int.init)
    }

    /// What the person who asks for the service's status reads; one line, since each line is a message of its own. Sent at
    /// once or not at all: a supervisor that does not read delays nobody.
    func tell(status: String) {
        notify("STATUS=\(ForeignText.clean(status, limit: 500))", flags: Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    func notify(_ text: String, flags: Int32 = 0) {
        guard let address, address.utf8.count < 108 else { return }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        if path.first == UInt8(ascii: "@") { path[0] = 0 }  // an abstract socket
        withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(text.utf8)
        withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(descriptor, bytes, bytes.count, flags, $0, length)
            }
        }
    }

    /// Feeds the watchdog at half its time, only while `alive` says that a control cycle has completed since.
    func feed(alive: @escaping @Sendable () async -> Bool) async {
        guard let watchdogMicroseconds, watchdogMicroseconds > 0 else { return }
        while !Task.isCancelled {
            if await alive() { notify("WATCHDOG=1") }
            try? await Task.sleep(for: .microseconds(watchdogMicroseconds / 2))
        }
    }
}
