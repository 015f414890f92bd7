/// Counts connections from the moment they are accepted.
struct Lobby {
    private var next: UInt64 = 1
    private var clients = 0
    private var lookers = 0
    private var byProcess: [Int32: Int] = [:]
    /// Refused connections that still hear why.
    var farewells = 0

    /// A number for a new connection, never used again.
    mutating func number() -> UInt64 {
        defer { next += 1 }
        return next
    }

    /// Counts a connection of a process (nil: on the TCP port) in.
    ///
    /// - Returns: why it is one too many, if it is.
    mutating func enter(_ peer: Peer?, _ limits: ChannelLimits) -> String? {
        guard let peer else {
            guard lookers < limits.connections else {
                return "\(lookers) clients are connected to this port already: that is as many as there may be"
            }
            lookers += 1
            return nil
        }
        guard clients < limits.connections else {
            return "\(clients) clients are connected already: that is as many as there may be. "
                + "`foresight stop` works all the same."
        }
        guard byProcess[peer.process, default: 0] < limits.connectionsPerProcess else {
            return
                "process \(peer.process) has \(limits.connectionsPerProcess) connections already: that is as many as one "
                + "may have. `foresight stop` works all the same."
        }
        clients += 1
        byProcess[peer.process, default: 0] += 1
        return nil
    }

    mutating func exit(_ peer: Peer?) {
        guard let peer else {
            lookers -= 1
            return
        }
        clients -= 1
        byProcess[peer.process, default: 1] -= 1
        if byProcess[peer.process] == 0 { byProcess[peer.process] = nil }
    }
}
