/// Where the body's clients connect, who may do what, and what they may use.
public struct ChannelsConfiguration: Sendable, Equatable {
    /// Path of the Unix socket; empty = the default of this user.
    public var socket: String
    /// Read-only TCP port on loopback; 0 = none.
    public var tcpPort: Int
    /// Web pages that may connect, as browsers name them: "https://app.foxglove.dev".
    public var origins: [String]
    /// Users and groups that may subscribe.
    public var observers: [String]
    /// Users and groups that may also publish what sensors see.
    public var publishers: [String]
    /// Users and groups that may also move the robot; empty = the socket's group.
    public var operators: [String]
    /// Connections to the socket, and as many to the TCP port.
    public var maximumConnections: Int
    /// Connections of one process.
    public var maximumConnectionsPerProcess: Int
    /// Seconds a connection may take to become a WebSocket.
    public var handshakeSeconds: Double
    /// Seconds a client may leave unread what waits for it.
    public var stallSeconds: Double
    /// Bytes of one message of a client.
    public var maximumMessageBytes: Int
    /// Bytes that may wait for one client.
    public var maximumOutboxBytes: Int
    /// Bytes of a client's message that is kept for later subscribers.
    public var maximumLatchedBytes: Int
    /// Bytes that all clients together may take up.
    public var maximumTotalBytes: Int
    /// Topics one client may publish on.
    public var maximumTopicsPerClient: Int
    /// Topics of all clients.
    public var maximumTopics: Int
    /// Bytes of a topic's or schema's name.
    public var maximumNameBytes: Int
    /// Bytes of a schema's text.
    public var maximumSchemaBytes: Int
    /// Calls of one client that may wait for their answer.
    public var maximumCalls: Int

    /// Foxglove's and Lichtblick's pages, and "file://" of their desktop programs.
    public static let standardOrigins = [
        "https://app.foxglove.dev", "https://studio.foxglove.dev", "http://localhost:8080", "file://",
    ]
}

extension ChannelsConfiguration {
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        var reader = section
        self.init(
            socket: try reader.string("socket", default: ""),
            tcpPort: try reader.integer("tcp_port", default: 0, in: 0...65535),
            origins: try reader.strings("origins", default: Self.standardOrigins),
            observers: try reader.strings("observers", default: []),
            publishers: try reader.strings("publishers", default: []),
            operators: try reader.strings("operators", default: []),
            maximumConnections: try reader.integer("max_connections", default: 64, in: 4...1000),
            maximumConnectionsPerProcess: try reader.integer("max_connections_per_process", default: 16, in: 1...1000),
            handshakeSeconds: try reader.number("handshake_seconds", default: 5, in: 0.1...60),
            stallSeconds: try reader.number("stall_seconds", default: 10, in: 1...600),
            maximumMessageBytes: try reader.integer("max_message_bytes", default: 4 << 20, in: 65_536...64 << 20),
            maximumOutboxBytes: try reader.integer("max_outbox_bytes", default: 4 << 20, in: 65_536...256 << 20),
            maximumLatchedBytes: try reader.integer("max_latched_bytes", default: 1 << 20, in: 1024...64 << 20),
            maximumTotalBytes: try reader.integer("max_total_bytes", default: 32 << 20, in: 1 << 20...1 << 30),
            maximumTopicsPerClient: try reader.integer("max_topics_per_client", default: 64, in: 1...100_000),
            maximumTopics: try reader.integer("max_topics", default: 512, in: 1...100_000),
            maximumNameBytes: try reader.integer("max_name_bytes", default: 256, in: 32...4096),
            maximumSchemaBytes: try reader.integer("max_schema_bytes", default: 65_536, in: 1024...1 << 20),
            maximumCalls: try reader.integer("max_calls", default: 32, in: 1...1000))
        for origin in origins where !Self.isOrigin(origin) {
            throw reader.failure(
                "origins", "“\(origin)” is no origin: scheme and host, as in \"https://app.foxglove.dev\", and no path")
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
