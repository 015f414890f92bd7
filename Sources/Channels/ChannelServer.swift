internal import CPlatform
internal import FoundationEssentials
internal import Glibc
public import Messages
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOPosix
public import RobotModel

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
/// What it has of its own is advertised and offered before it opens:
///
///     let server = try await ChannelServer(name: "body", socketPath: path)
///     server.advertise(Topics.jointStates)
///     try await server.open()
///
/// One event-loop thread carries everything; `publish` may be called from any thread and never waits for a client.
/// Beside the socket stands another, with “.stop” after its name, that knows no request but to stop.
public final class ChannelServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let hub: Hub
    private let socket: SocketFile
    private let lockDescriptor: Int32
    private let stopDoor: StopDoor
    private let roles: Roles
    private let origins: Set<String>
    private let wantedPort: Int?
    private let openPort = NIOLockedValueBox(0)
    private let recent = NIOLockedValueBox(ChannelCounters())
    private let stopHandler = NIOLockedValueBox<StopHandler?>(nil)
    /// The TCP port in use, 0 = none, or not open yet.
    public var tcpPort: Int { openPort.withLockedValue { $0 } }
    /// The time that relayed messages bear; what else the body stamps should bear the same.
    public let clock: RealClock

    /// Takes `socketPath`, so that nobody else can; clients that connect wait until `open()`.
    ///
    /// The socket's mode is 0660, and 0666 when `roles` name others than those who can open it then. Connections are
    /// bounded by the descriptors that this process may open, too.
    ///
    /// - Parameters:
    ///   - tcpPort: the port on 127.0.0.1 that `open()` listens on; nil = none, 0 = any that is free.
    ///   - origins: web pages that may connect; programs that are no browser always may.
    ///   - log: level (0 information, 1 warning, 2 error) and a line for a person; the same is told on /events.
    ///   - onMessage: called on the server's thread with everything that passes.
    /// - Throws: `ChannelError` when somebody else owns the socket, or it cannot be made.
    public init(
        name: String, socketPath: String, tcpPort: Int? = nil, roles: Roles = .standard,
        origins: [String] = ChannelsConfiguration().origins, limits: ChannelLimits = ChannelLimits(),
        clock: RealClock = RealClock(), log: @escaping @Sendable (UInt8, String) -> Void = { _, _ in },
        onMessage: @escaping @Sendable (PassedMessage) -> Void = { _ in }
    ) async throws(ChannelError) {
        let lock = try Self.claim(socketPath)
        var made: SocketFile?
        do {
            let file = try SocketFile(path: socketPath, mode: roles.isConfigured ? 0o666 : 0o660)
            made = file
            stopDoor = try StopDoor(beside: socketPath, handler: stopHandler)
            socket = file
        } catch {
            made?.close()
            Glibc.close(lock)
            throw error
        }
        lockDescriptor = lock
        self.clock = clock
        self.roles = roles.onSocket(of: socket.group)
        self.origins = Set(origins.map { $0.lowercased() })
        wantedPort = tcpPort
        cplatform_return_memory()
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bounded = limits.within(descriptors: cplatform_descriptor_limit(), listeners: tcpPort == nil ? 1 : 2)
        if bounded != limits {
            log(1, "only \(bounded.connections) clients can be connected: this process may open no more descriptors")
        }
        hub = Hub(name: name, loop: group.next(), clock: clock, limits: bounded, log: log, onMessage: onMessage)
    }

    /// Lets clients in: everybody who comes finds what has been advertised and offered until now.
    ///
    /// - Throws: `ChannelError` when nobody can be listened to; then `close()` is to be called.
    public func open() async throws(ChannelError) {
        do {
            let local = Gate(origins: origins, checksHost: false)
            _ = try await Self.bootstrap(group, hub: hub, gate: local, roles: roles)
                .withBoundSocket(fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 0)).get()
            if let wantedPort {
                let open = Gate(origins: origins, checksHost: true)
                let tcp = Self.bootstrap(group, hub: hub, gate: open, roles: nil)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                let port = try await tcp.bind(host: "127.0.0.1", port: wantedPort).get().localAddress?.port
                openPort.withLockedValue { $0 = port ?? 0 }
            }
        } catch {
            throw ChannelError(
                .cannotListen, "cannot listen on \(socket.path) or 127.0.0.1:\(wantedPort ?? 0): \(error)")
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
        let lock = Glibc.open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o660)
        guard lock >= 0 else {
            throw ChannelError(.cannotListen, "cannot make \(path).lock: \(String(cString: strerror(errno)))")
        }
        if cplatform_try_lock(lock) != 0 || cplatform_probe_unix(path) == 1 {
            Glibc.close(lock)
            throw ChannelError(
                .cannotListen,
                "another program owns the socket \(path). Stop it, or choose another socket with --socket.")
        }
        return lock
    }

    /// - Parameter roles: nil on the TCP port, where nobody is known and everybody only looks on.
    private static func bootstrap(
        _ group: any EventLoopGroup, hub: Hub, gate: Gate, roles: Roles?
    ) -> ServerBootstrap {
        ServerBootstrap(group: group).serverChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(OverflowHandler(hub: hub))
            }
        }
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try Visitor.receive(channel, hub: hub, gate: gate, roles: roles)
            }
        }
    }

    /// Advertises a channel of the server's own, which also clients publish on that have the role `openTo`.
    ///
    /// A channel that is known beforehand loses no first message: its subscribers are there already.
    ///
    /// A client that has advertised a topic of this name loses it.
    ///
    /// - Parameters:
    ///   - latched: whether a new subscriber gets the last message at once.
    ///   - movesRobot: clients' messages on it are short, and longer ones refused.
    public func advertise<M: Message>(
        _ topic: Topic<M>, latched: Bool = false, openTo role: Role? = nil, movesRobot: Bool = false
    ) {
        let (name, type, schema) = (topic.name, M.typeName, M.schema)
        let largest = movesRobot ? ChannelLimits.request : nil
        onLoop {
            $0.advertise(
                topic: name, schemaName: type, schema: schema, latched: latched, openTo: role, largest: largest)
        }
    }

    /// Keeps all topics that begin with `prefix` for clients that have a role, also those nobody has advertised yet.
    public func reserve(prefix: String, for role: Role) { onLoop { $0.reserved.append((prefix, role)) } }

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
        let description = Self.describe(service)
        onLoop { hub in
            hub.offer(description, needs: needs) { caller, payload in
                try await handler(caller, S.Request(serialized: payload)).serialized()
            }
        }
    }

    /// Offers the service that stops the robot to everybody who can connect, and opens the door beside the socket.
    public func serveStop(_ service: ServiceName<Trigger>, _ ask: @escaping StopHandler) {
        let description = Self.describe(service)
        stopHandler.withLockedValue { $0 = ask }
        onLoop { hub in
            hub.offer(description, needs: .stop, stop: ask) { caller, _ in await ask(caller)().serialized() }
        }
    }

    private static func describe<S: Service>(_ service: ServiceName<S>) -> Foxglove.Service {
        let part = { (type: any Message.Type) in
            Foxglove.Service.Part(
                encoding: "cdr", schemaName: type.typeName, schemaEncoding: "ros2msg", schema: type.schema)
        }
        return Foxglove.Service(
            id: 0, name: service.name, type: S.typeName, request: part(S.Request.self), response: part(S.Response.self))
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

    /// Whether a connection is still there. Once this says no, `onLeave` will not be told of it again later than it was.
    public func isConnected(_ connection: UInt64) -> Bool { hub.present.withLockedValue { $0.contains(connection) } }

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
        socket.close()
        stopDoor.close()
        Glibc.close(lockDescriptor)
        try? await group.shutdownGracefully()
    }
}
