internal import CPlatform
internal import FoundationEssentials
internal import Glibc
public import Messages
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix

/// A message that passed over the channels, as the trace records it.
public struct PassedMessage: Sendable {
    public var topic: String
    public var schemaName: String
    public var schema: String
    public var latched: Bool
    /// Real time, nanoseconds.
    public var logTime: UInt64
    public var payload: [UInt8]
}

/// The body's end of the channels: a Foxglove WebSocket server on a Unix socket, and read-only on loopback TCP.
///
/// One event-loop thread carries everything; `publish` may be called from any thread and never waits for a client.
/// Beside the socket stands another, with “.stop” after its name, that knows no request but to stop.
public final class ChannelServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let hub: Hub
    private let socketPath: String
    private let lockDescriptor: Int32
    private let stopDoor: StopDoor
    private let recent = NIOLockedValueBox(ChannelCounters())
    private let stopHandler = NIOLockedValueBox<StopDoor.Handler?>(nil)
    /// The TCP port in use, 0 = none.
    public let tcpPort: Int
    /// The time that relayed messages bear; what else the body stamps should bear the same.
    public let clock: RealClock

    /// Web pages that may connect unless told otherwise: Foxglove's, Lichtblick's in its container, and what the desktop
    /// programs of both send.
    public static let standardOrigins = [
        "https://app.foxglove.dev", "https://studio.foxglove.dev", "http://localhost:8080", "file://",
    ]

    /// Listens on `socketPath`, and on 127.0.0.1:`tcpPort` unless it is nil (0 = any free port).
    ///
    /// The socket's mode is 0660, and 0666 when `roles` name others than those who can open it then.
    ///
    /// - Parameters:
    ///   - origins: web pages that may connect; programs that are no browser always may.
    ///   - log: level (0 information, 1 warning, 2 error) and a line for a person; the same is told on /events.
    ///   - onMessage: called on the server's thread with everything that passes.
    /// - Throws: `ChannelError` when somebody else owns the socket, or it cannot be made.
    public init(
        name: String, socketPath: String, tcpPort: Int? = nil, roles: Roles = .standard,
        origins: [String] = ChannelServer.standardOrigins, limits: ChannelLimits = ChannelLimits(),
        clock: RealClock = RealClock(), log: @escaping @Sendable (UInt8, String) -> Void = { _, _ in },
        onMessage: @escaping @Sendable (PassedMessage) -> Void = { _ in }
    ) async throws(ChannelError) {
        lockDescriptor = try Self.claim(socketPath)
        self.socketPath = socketPath
        self.clock = clock
        let descriptor = cplatform_listen_unix(socketPath, roles.isConfigured ? 0o666 : 0o660)
        guard descriptor >= 0 else {
            throw ChannelError(
                .cannotListen, "cannot listen on \(socketPath): \(String(cString: strerror(-descriptor)))")
        }
        stopDoor = try StopDoor(beside: socketPath, handler: stopHandler)
        cplatform_return_memory()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        hub = Hub(name: name, loop: group.next(), clock: clock, limits: limits, log: log, onMessage: onMessage)
        let allowed = Set(origins.map { $0.lowercased() })
        do {
            let local = Gate(origins: allowed, checksHost: false)
            _ = try await Self.bootstrap(group, hub: hub, gate: local, roles: roles).withBoundSocket(descriptor).get()
            if let tcpPort {
                let open = Gate(origins: allowed, checksHost: true)
                let tcp = Self.bootstrap(group, hub: hub, gate: open, roles: nil)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                self.tcpPort = try await tcp.bind(host: "127.0.0.1", port: tcpPort).get().localAddress?.port ?? 0
            } else {
                self.tcpPort = 0
            }
        } catch {
            stopDoor.close()
            throw ChannelError(.cannotListen, "cannot listen on 127.0.0.1:\(tcpPort ?? 0): \(error)")
        }
        hub.loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [hub, recent] _ in
            if hub.tick() { cplatform_return_memory() }
            recent.withLockedValue { $0 = hub.count() }
        }
    }

    /// Takes the socket's lock file and makes sure that nobody answers at the socket.
    private static func claim(_ path: String) throws(ChannelError) -> Int32 {
        guard path.utf8.count <= SocketPath.maximumBytes else {
            throw ChannelError(
                .cannotListen,
                "the socket path \(path) is longer than the \(SocketPath.maximumBytes) bytes Linux allows")
        }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try? FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true)
        }
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o660)
        guard lock >= 0 else {
            throw ChannelError(.cannotListen, "cannot make \(path).lock: \(String(cString: strerror(errno)))")
        }
        if cplatform_try_lock(lock) != 0 || cplatform_probe_unix(path) == 1 {
            Glibc.close(lock)
            throw ChannelError(
                .cannotListen,
                "another program owns the socket \(path). Stop it, or choose another socket with --socket.")
        }
        guard removeSocket(path) else {
            Glibc.close(lock)
            throw ChannelError(
                .cannotListen, "\(path) is there already and no socket. Choose another place with --socket.")
        }
        return lock
    }

    /// Removes what a program that died left behind; false if something else stands there.
    private static func removeSocket(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return true }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return false }
        return unlink(path) == 0
    }

    /// - Parameter roles: nil on the TCP port, where nobody is known and everybody only looks on.
    private static func bootstrap(
        _ group: any EventLoopGroup, hub: Hub, gate: Gate, roles: Roles?
    ) -> ServerBootstrap {
        ServerBootstrap(group: group).childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try Visitor.receive(channel, hub: hub, gate: gate, roles: roles)
            }
        }
    }

    /// Advertises a channel of the server's own, which also clients publish on that have the role `openTo`.
    ///
    /// A channel that is known beforehand loses no first message: its subscribers are there already.
    ///
    /// - Parameter latched: whether a new subscriber gets the last message at once.
    public func advertise<M: Message>(_ topic: Topic<M>, latched: Bool = false, openTo role: Role? = nil) {
        let (name, type, schema) = (topic.name, M.typeName, M.schema)
        onLoop { $0.advertise(topic: name, schemaName: type, schema: schema, latched: latched, openTo: role) }
    }

    /// Publishes on an advertised channel; `logTime` in nanoseconds of real time.
    public func publish<M: Message>(_ topic: Topic<M>, _ message: M, logTime: UInt64) {
        let payload = message.serialized()
        let name = topic.name
        onLoop { $0.publish(topic: name, logTime: logTime, payload: payload) }
    }

    /// Offers a service to clients that have the role `needs`, and tells `handler` who calls.
    ///
    /// A refusal inside the response is the handler's; a thrown error becomes a failure.
    public func offer<S: Service>(
        _ service: ServiceName<S>, needs: Role,
        _ handler: @escaping @Sendable (Caller, S.Request) async throws -> S.Response
    ) {
        let part = { (type: any Message.Type) in
            Foxglove.Service.Part(
                encoding: "cdr", schemaName: type.typeName, schemaEncoding: "ros2msg", schema: type.schema)
        }
        let offered = Foxglove.Service(
            id: 0, name: service.name, type: S.typeName, request: part(S.Request.self), response: part(S.Response.self))
        if service.name == Services.stop.name { openDoor(handler) }
        onLoop { hub in
            hub.offer(offered, needs: needs) { caller, payload in
                try await handler(caller, S.Request(serialized: payload)).serialized()
            }
        }
    }

    /// Whoever knocks at the door calls the service.
    private func openDoor<Request: Message, Response: Message>(
        _ handler: @escaping @Sendable (Caller, Request) async throws -> Response
    ) {
        let empty = TriggerRequest().serialized()
        stopHandler.withLockedValue {
            $0 = { caller in
                do {
                    let answer = try await handler(caller, Request(serialized: empty)).serialized()
                    return try TriggerResponse(serialized: answer)
                } catch {
                    return .with { $0.message = "\(error)" }
                }
            }
        }
    }

    /// Offers a service to operators, whoever they are.
    public func offer<S: Service>(
        _ service: ServiceName<S>, _ handler: @escaping @Sendable (S.Request) async throws -> S.Response
    ) {
        offer(service, needs: .operate) { try await handler($1) }
    }

    /// Runs `handler` for each message clients publish on `topic`, in order, on the server's thread: it must not block.
    public func onPublished<M: Message>(_ topic: Topic<M>, _ handler: @escaping @Sendable (Caller, M) -> Void) {
        let name = topic.name
        onLoop { hub in
            hub.listeners[name, default: []].append { caller, payload in
                if let message = try? M(serialized: payload) { handler(caller, message) }
            }
        }
    }

    /// As `onPublished(_:_:)` with a caller, for those who need not know who it was.
    public func onPublished<M: Message>(_ topic: Topic<M>, _ handler: @escaping @Sendable (M) -> Void) {
        onPublished(topic) { _, message in handler(message) }
    }

    /// Runs `handler` with the number of each connection that ended, after its last message.
    public func onLeave(_ handler: @escaping @Sendable (UInt64) -> Void) {
        onLoop { $0.leaveListeners.append(handler) }
    }

    /// What happened to clients so far.
    public var counters: ChannelCounters {
        get async { (try? await hub.loop.submit { [hub] in hub.count() }.get()) ?? ChannelCounters() }
    }

    /// The same, at most a second old; waits for nobody.
    public var recentCounters: ChannelCounters { recent.withLockedValue { $0 } }

    private func onLoop(_ body: @escaping @Sendable (Hub) -> Void) {
        hub.loop.execute { [hub] in body(hub) }
    }

    /// Closes every connection and removes the socket.
    public func close() async {
        try? await hub.loop.submit { [hub] in hub.closeAll() }.get()
        unlink(socketPath)
        stopDoor.close()
        Glibc.close(lockDescriptor)
        try? await group.shutdownGracefully()
    }
}
