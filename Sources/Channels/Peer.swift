internal import CPlatform
internal import FoundationEssentials
internal import Glibc
internal import NIOConcurrencyHelpers
internal import NIOPosix

/// Who is at the other end of a Unix socket, as the kernel tells.
struct Peer: Sendable, Equatable {
    var process: Int32
    var user: UInt32
    /// Its group and supplementary groups, as its process had them when it connected.
    var groups: Set<UInt32>

    init(process: Int32, user: UInt32, groups: Set<UInt32>) {
        self.process = process
        self.user = user
        self.groups = groups
    }

    /// The peer of a connected socket; nil if the kernel does not say.
    init?(descriptor: Int32) {
        var credentials = cplatform_peer()
        for capacity in [64, 65_536] {
            var groups = [UInt32](repeating: 0, count: capacity)
            let count = cplatform_unix_peer(descriptor, &credentials, &groups, Int32(capacity))
            if count == -ERANGE { continue }
            guard count >= 0 else { return nil }
            self.init(
                process: credentials.process, user: credentials.user,
                groups: Set(groups.prefix(Int(count))).union([credentials.group]))
            return
        }
        return nil
    }

    /// "ada/4711 (foresight)"; what is not known is left out. Asks no directory of users: see `Accounts.known`.
    var name: String {
        // a process of another user may be hidden
        let program = FileManager.default.contents(atPath: "/proc/\(process)/comm").map {
            String(decoding: $0.filter { 0x20...0x7E ~= $0 }, as: UTF8.self)
        }
        return "\(Accounts.known(user))/\(process)" + (program.map { " (\($0))" } ?? "")
    }
}

/// The machine's users and groups.
///
/// A question may go to a directory on the network and take seconds: it is asked before the server listens, or on a thread
/// that nobody waits for.
enum Accounts {
    /// Users' names as far as somebody has asked for them; "user 1000" while the answer is awaited, or if there is none.
    private static let names = NIOLockedValueBox<[UInt32: String]>([:])

    /// A user's name, told at once: "user 1000" the first time, and what the directory said from then on.
    static func known(_ id: UInt32) -> String {
        let (name, isNew) = names.withLockedValue { names in
            if let name = names[id] { return (name, false) }
            names[id] = "user \(id)"
            return ("user \(id)", true)
        }
        if isNew { NIOThreadPool.singleton.submit { _ in learn(id) } }
        return name
    }

    /// Asks for a user's name; may take its time.
    static func learn(_ id: UInt32) {
        guard let name = name(ofUser: id) else { return }
        names.withLockedValue { $0[id] = name }
    }

    private static func name(ofUser id: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return String(cString: entry.pw_name)
    }

    static func user(_ name: String) -> UInt32? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.pw_uid
    }

    static func group(_ name: String) -> UInt32? {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        // a group's entry lists its members
        var buffer = [CChar](repeating: 0, count: 1 << 18)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}
