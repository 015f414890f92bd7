/// Where the body's clients connect, who may do what, and what they may use.
public struct ChannelsConfiguration: Sendable, Equatable {
    /// Path of the Unix socket; empty = the default of this user.
    public var socket = ""
    /// Read-only TCP port on loopback; 0 = none.
    public var tcpPort = 0
    /// Web pages that may connect, as browsers name them. Foxglove's and Lichtblick's pages, and "file://" of their desktop
    /// programs.
    public var origins = [
        "https://app.foxglove.dev", "https://studio.foxglove.dev", "http://localhost:8080", "file://",
    ]
    /// Users and groups that may subscribe.
    public var observers: [String] = []
    /// Users and groups that may also publish what sensors see.
    public var publishers: [String] = []
    /// Users and groups that may also move the robot; empty = the socket's group.
    public var operators: [String] = []
    /// Connections to the socket, and as many to the TCP port.
    public var maximumConnections = 64
    /// Connections of one process.
    public var maximumConnectionsPerProcess = 16
    /// Seconds a connection may take to become a WebSocket.
    public var handshakeSeconds = 5.0
    /// Seconds a client may leave unread what waits for it.
    public var stallSeconds = 10.0
    /// Bytes of one message of a client.
    public var maximumMessageBytes = 4 << 20
    /// Bytes that may wait for one client.
    public var maximumOutboxBytes = 5 << 20
    /// Bytes of a client's message that is kept for later subscribers.
    public var maximumLatchedBytes = 1 << 20
    /// Bytes that all clients together may take up.
    public var maximumTotalBytes = 32 << 20
    /// Topics one client may publish on.
    public var maximumTopicsPerClient = 64
    /// Topics of all clients.
    public var maximumTopics = 512
    /// Bytes of a topic's or schema's name.
    public var maximumNameBytes = 256
    /// Bytes of a schema's text.
    public var maximumSchemaBytes = 65_536
    /// Calls of one client that may wait for their answer.
    public var maximumCalls = 32

    /// What holds unless a configuration says otherwise: the one place of these numbers beside `Config/so101.toml`.
    public init() {}

    /// Bytes of answers that may wait for a client before its next requests are left unread.
    public static let pauseBytes = 256 << 10
    /// Bytes that keeping a message takes beside its payload.
    public static let messageOverhead = 64
}

extension ChannelsConfiguration {
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        var reader = section
        self.init()
        socket = try reader.string("socket", default: socket)
        tcpPort = try reader.integer("tcp_port", default: tcpPort, in: 0...65535)
        origins = try reader.strings("origins", default: origins)
        observers = try reader.strings("observers", default: observers)
        publishers = try reader.strings("publishers", default: publishers)
        operators = try reader.strings("operators", default: operators)
        maximumConnections = try reader.integer("max_connections", default: maximumConnections, in: 4...1000)
        maximumConnectionsPerProcess = try reader.integer(
            "max_connections_per_process", default: maximumConnectionsPerProcess, in: 1...1000)
        handshakeSeconds = try reader.number("handshake_seconds", default: handshakeSeconds, in: 0.1...60)
        stallSeconds = try reader.number("stall_seconds", default: stallSeconds, in: 1...600)
        maximumMessageBytes = try reader.integer(
            "max_message_bytes", default: maximumMessageBytes, in: 65_536...64 << 20)
        maximumOutboxBytes = try reader.integer(
            "max_outbox_bytes", default: maximumOutboxBytes, in: Self.pauseBytes...256 << 20)
        maximumLatchedBytes = try reader.integer("max_latched_bytes", default: maximumLatchedBytes, in: 1024...64 << 20)
        maximumTotalBytes = try reader.integer("max_total_bytes", default: maximumTotalBytes, in: 1 << 20...1 << 30)
        maximumTopicsPerClient = try reader.integer(
            "max_topics_per_client", default: maximumTopicsPerClient, in: 1...100_000)
        maximumTopics = try reader.integer("max_topics", default: maximumTopics, in: 1...100_000)
        maximumNameBytes = try reader.integer("max_name_bytes", default: maximumNameBytes, in: 32...4096)
        maximumSchemaBytes = try reader.integer("max_schema_bytes", default: maximumSchemaBytes, in: 1024...1 << 20)
        maximumCalls = try reader.integer("max_calls", default: maximumCalls, in: 1...1000)
        for origin in origins where !Self.isOrigin(origin) {
            throw reader.failure(
                "origins", "“\(origin)” is no origin: scheme and host, as in \"https://app.foxglove.dev\", and no path")
        }
        // a subscriber gets any one message whole, and a client that does not read is paused before it is dropped
        let smallest = max(maximumMessageBytes + Self.messageOverhead, Self.pauseBytes)
        guard maximumOutboxBytes >= smallest else {
            throw reader.failure(
                "max_outbox_bytes",
                "\(maximumOutboxBytes) is too little: one message of max_message_bytes (\(maximumMessageBytes)) with "
                    + "\(Self.messageOverhead) bytes beside it must fit, and \(Self.pauseBytes) bytes of answers")
        }
        let largest = max(maximumMessageBytes, maximumOutboxBytes)
        guard maximumTotalBytes >= largest else {
            throw reader.failure(
                "max_total_bytes", "\(maximumTotalBytes) is less than one client may take up: \(largest)")
        }
        try reader.finish()
    }

    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count > 1, parts[0].hasSuffix(":"), parts[1].isEmpty else { return false }
        return !text.contains(" ") && !text.contains("*") && (!parts[2].isEmpty || text == "file://")
    }
}
