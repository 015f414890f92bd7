import CPlatform
import FoundationEssentials
import Glibc
import Synchronization

/// The pseudo-terminal the virtual servos sit on, and the link to it.
///
/// The slave side stays open here too, so that clients may come and go without a hang-up.
final class VirtualPort: Sendable {
    struct LinkError: Error, CustomStringConvertible { var description: String }

    let master: Int32
    let slavePath: String
    private let slave: Int32
    let link: String
    private let closed = Atomic<Bool>(false)

    var isOpen: Bool { !closed.load(ordering: .relaxed) }

    init(link: String) throws {
        var path = [CChar](repeating: 0, count: 128)
        var slave: Int32 = -1
        master = cplatform_open_pty(&path, Int32(path.count), &slave)
        guard master >= 0 else {
            throw LinkError(description: "no pseudo-terminal: \(String(cString: strerror(-master)))")
        }
        self.slave = slave
        _ = cplatform_set_line_speed(slave, Self.anyBaud)
        slavePath = String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        self.link = link
        var status = stat()
        if lstat(link, &status) == 0, status.st_mode & S_IFMT != S_IFLNK {
            throw LinkError(description: "\(link) exists and is not a link: choose another --link")
        }
        // made aside and moved, so that the name never points nowhere
        let aside = "\(link).\(getpid())"
        unlink(aside)
        guard symlink(slavePath, aside) == 0, rename(aside, link) == 0 else {
            throw LinkError(description: "cannot make the link \(link): \(String(cString: strerror(errno)))")
        }
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
    }

    /// What stands for: nobody has set a rate.
    private static let anyBaud: UInt32 = 1200

    /// Bits per second to which a client has set the port; nil if none did.
    var baud: Int? {
        let speed = cplatform_line_speed(master)
        return speed == 0 || speed == Self.anyBaud ? nil : Int(speed)
    }

    /// Removes the link (if it is still ours) and hangs up.
    func close() {
        guard !closed.exchange(true, ordering: .relaxed) else { return }
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == slavePath { unlink(link) }
        Glibc.close(slave)
        Glibc.close(master)
    }
}
