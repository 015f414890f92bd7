public import RobotModel

/// What clients may use of the server; every key of [channels] that bounds them. Bytes unless it says otherwise.
public struct ChannelLimits: Sendable, Equatable {
    /// Connections to the socket, and as many again to the TCP port.
    public var connections: Int
    /// Connections of one process to the socket.
    public var connectionsPerProcess: Int
    /// Seconds a new connection may take to become a WebSocket.
    public var handshakeSeconds: Double
    /// Seconds a client may leave unread what waits for it.
    public var stallSeconds: Double
    /// One message of a client.
    public var message: Int
    /// What waits for one client; beyond it the oldest data is dropped.
    public var outbox: Int
    /// A client's message that is kept for later subscribers.
    public var latched: Int
    /// All clients together: what waits for them, what is half received, and their topics.
    public var total: Int
    /// Topics that one client publishes on.
    public var topicsPerClient: Int
    /// Topics of all clients that are not the server's own.
    public var topics: Int
    /// The name of a topic, and of a schema.
    public var name: Int
    /// The text of a schema.
    public var schema: Int
    /// Calls of one client that wait for their answer.
    public var calls: Int

    /// The configured bounds.
    public init(_ channels: ChannelsConfiguration = ChannelsConfiguration()) {
        connections = channels.maximumConnections
        connectionsPerProcess = channels.maximumConnectionsPerProcess
        handshakeSeconds = channels.handshakeSeconds
        stallSeconds = channels.stallSeconds
        message = channels.maximumMessageBytes
        outbox = channels.maximumOutboxBytes
        latched = channels.maximumLatchedBytes
        total = channels.maximumTotalBytes
        topicsPerClient = channels.maximumTopicsPerClient
        topics = channels.maximumTopics
        name = channels.maximumNameBytes
        schema = channels.maximumSchemaBytes
        calls = channels.maximumCalls
    }

    /// The same with as many connections as fit into so many descriptors.
    func within(descriptors: Int64, listeners: Int64) -> ChannelLimits {
        var bounded = self
        let free = max(1, (descriptors - Int64(Self.descriptorsKept)) / listeners)
        if descriptors > 0, free < Int64(connections) { bounded.connections = Int(free) }
        return bounded
    }

    /// A JSON text of the protocol: parsing takes many times its size.
    static let text = 512 << 10
    /// Entries of one text, and complaints about them.
    static let entries = 4096
    static let complaints = 16
    /// A service's request, and a message that moves the robot.
    static let request = 64 << 10
    /// The HTTP request that asks for the WebSocket.
    static let handshake = 16 << 10
    /// What may wait for a client in answers before its next requests are left unread, and when they are read again.
    static let answers = (high: ChannelsConfiguration.pauseBytes, low: 64 << 10)
    /// Calls of one client to the service that stops, that wait for their answer beside `calls`.
    static let stops = 4
    /// Descriptors that are no connection of a client: files, ports, refused connections that linger, requests to stop.
    static let descriptorsKept = 192
    /// Names of clients' topics that are recorded in one run, in multiples of `topics`: a trace keeps every name.
    static let recordedTopics = 4
}

/// What happened to clients since the server started.
public struct ChannelCounters: Sendable, Equatable {
    /// Clients that are connected now.
    public var clients = 0
    /// Bytes that clients take up now, as `ChannelLimits.total` counts them.
    public var bytes = 0
    /// Connections refused: too many of them, a foreign web page, no WebSocket in time.
    public var refusedConnections = 0
    /// Clients that were dropped because they broke a limit.
    public var droppedClients = 0
    /// Data messages dropped because a client read too slowly.
    public var droppedMessages = 0
    /// Requests refused: for want of a role, over a limit, or not understood.
    public var refusedRequests = 0
    /// Clients' messages that are not in the trace because of `ChannelLimits.recordedTopics`.
    public var unrecordedMessages = 0

    public init() {}
}
