internal import Glibc

/// Which users and groups have which role.
///
/// Root and the server's own user always operate. With no list at all, so does the socket's group: exactly those who can
/// open the socket then. With any list the socket can be opened by everybody, and who is on no list may only stop.
public struct Roles: Sendable, Equatable {
    /// Users and groups of one role.
    struct Members: Sendable, Equatable {
        var everybody = false
        var users: Set<UInt32> = []
        var groups: Set<UInt32> = []

        func contains(_ peer: Peer) -> Bool {
            everybody || users.contains(peer.user) || !groups.isDisjoint(with: peer.groups)
        }
    }

    private var members: [Role: Members] = [:]
    /// Whether the group of the socket's file operates, whichever that is.
    private let socketGroupOperates: Bool
    /// Whether any list was given: then users outside the socket's group may connect.
    public let isConfigured: Bool

    /// The people who can open a socket of mode 0660.
    public static let standard = try! Roles()

    /// From names of users and groups: "NAME" (a user, a group, or both), "user:NAME", "group:NAME" (a number will do)
    /// or "*" for everybody.
    ///
    /// - Throws: `ChannelError` naming what is neither a user nor a group.
    public init(
        observers: [String] = [], publishers: [String] = [], operators: [String] = []
    ) throws(ChannelError) {
        socketGroupOperates = operators.isEmpty
        isConfigured = !(observers.isEmpty && publishers.isEmpty && operators.isEmpty)
        for (role, names) in [(Role.observe, observers), (.publish, publishers), (.operate, operators)] {
            var found = Members()
            for name in names { try Self.add(name, of: role, to: &found) }
            members[role] = found
        }
        members[.operate]?.users.formUnion([0, geteuid()])
    }

    private static func add(_ name: String, of role: Role, to members: inout Members) throws(ChannelError) {
        if name == "*" {
            members.everybody = true
            return
        }
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        let (kind, bare) = parts.count == 2 ? (parts[0], parts[1]) : ("", name)
        let user = kind == "group" ? nil : Accounts.user(bare) ?? (kind == "user" ? UInt32(bare) : nil)
        let group = kind == "user" ? nil : Accounts.group(bare) ?? (kind == "group" ? UInt32(bare) : nil)
        guard ["", "user", "group"].contains(kind), user != nil || group != nil else {
            throw ChannelError(
                .unknownName,
                "\(role.list) under [channels]: this machine has no user and no group “\(name)”. Write a name, "
                    + "“user:NAME”, “group:NAME” or “*”.")
        }
        if let user { members.users.insert(user) }
        if let group { members.groups.insert(group) }
    }

    /// These roles where the socket's file belongs to `group`; asks the directory for the users' names meanwhile.
    func onSocket(of group: UInt32) -> Roles {
        var roles = self
        if socketGroupOperates { roles.members[.operate]?.groups.insert(group) }
        for user in members.values.reduce(into: Set<UInt32>(), { $0.formUnion($1.users) }) { Accounts.learn(user) }
        return roles
    }

    /// The highest role of a peer.
    func role(of peer: Peer) -> Role {
        Role.allCases.reversed().first { members[$0]?.contains(peer) ?? false } ?? .stop
    }
}
