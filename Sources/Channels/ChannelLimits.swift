/// What clients may use of the server; every key of [channels] that bounds them. Bytes unless it says otherwise.
public struct ChannelLimits: Sendable, Equatable {
    /// Connections to the socket, and as many again to the TCP port.
    public var connections = 64
    /// Connections of one process to the socket.
    public var connectionsPerProcess = 16
    /// Seconds a new connection may take to become a WebSocket.
    public var handshakeSeconds = 5.0
    /// Seconds a client may leave unread what waits for it.
    public var stallSeconds = 10.0
    /// One message of a client.
    public var message = 4 << 20
    /// What waits for one client; beyond it the oldest data is dropped.
    public var outbox = 4 << 20
    /// A client's message that is kept for later subscribers.
    public var latched = 1 << 20
    /// All clients together: what waits for them, what is half received, and their topics.
    public var total = 32 << 20
    /// Topics that one client publishes on.
    public var topicsPerClient = 64
    /// Topics of all clients that are not the server's own.
    public var topics = 512
    /// The name of a topic, and of a schema.
    public var name = 256
    /// The text of a schema.
    public var schema = 64 << 10
    /// Calls of one client that wait for their answer.
    public var calls = 32

    public init() {}

    /// A JSON text of the protocol: parsing takes many times its size.
    static let text = 512 << 10
    /// The HTTP request that asks for the WebSocket.
    static let request = 16 << 10
    /// What may wait for a client in answers before its next requests are left unread, and when they are read again.
    static let answers = (high: 256 << 10, low: 64 << 10)
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
