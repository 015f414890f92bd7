internal import NIOCore

/// What all connections share: channels, services, and who listens.
///
/// Unchecked `Sendable`: every member is touched on `loop` only.
final class Hub: @unchecked Sendable {
    struct Entry {
        var channel: Foxglove.Channel
        var latched: Bool
        /// Whether the server itself advertised it: then it stays when its publishers leave.
        var isOwn: Bool
        /// The role that may publish on it; nil = the server alone.
        var openTo: Role?
        /// Connections that advertised it.
        var publishers: Set<UInt64> = []
        var last: (logTime: UInt64, payload: [UInt8])?
    }

    struct Offer {
        var service: Foxglove.Service
        var needs: Role
        var handler: @Sendable (Caller, [UInt8]) async throws -> [UInt8]
    }

    let name: String
    let loop: any EventLoop
    private let onMessage: @Sendable (PassedMessage) -> Void
    /// Channels by id; ids grow and are never used again.
    private(set) var entries: [UInt32: Entry] = [:]
    private var idByTopic: [String: UInt32] = [:]
    private var nextChannel: UInt32 = 1
    private(set) var offers: [Offer] = []
    private var connections: [UInt64: ServerConnection] = [:]
    private var nextConnection: UInt64 = 1
    var listeners: [String: [@Sendable (Caller, [UInt8]) -> Void]] = [:]
    var leaveListeners: [@Sendable (UInt64) -> Void] = []
    var dropped = 0

    init(name: String, loop: any EventLoop, onMessage: @escaping @Sendable (PassedMessage) -> Void) {
        self.name = name
        self.loop = loop
        self.onMessage = onMessage
    }

    /// A number for a new connection.
    func number() -> UInt64 {
        defer { nextConnection += 1 }
        return nextConnection
    }

    func join(_ connection: ServerConnection) { connections[connection.caller.connection] = connection }

    func leave(_ connection: ServerConnection) {
        let number = connection.caller.connection
        guard connections.removeValue(forKey: number) != nil else { return }
        for id in entries.keys { withdraw(id, by: number) }
        for listener in leaveListeners { listener(number) }
    }

    func closeAll() { for connection in connections.values { connection.close() } }

    /// Channels in the order they were advertised.
    var channels: [Foxglove.Channel] { entries.values.map(\.channel).sorted { $0.id < $1.id } }

    func entry(_ id: UInt32) -> Entry? { entries[id] }
    func entry(topic: String) -> Entry? { idByTopic[topic].flatMap { entries[$0] } }

    /// A channel of the server's own.
    func advertise(topic: String, schemaName: String, schema: String, latched: Bool, openTo: Role?) {
        guard idByTopic[topic] == nil else { return }
        add(topic, schemaName, schema, latched: latched, isOwn: true, openTo: openTo)
    }

    /// A connection wants to publish on a topic; nil if it exists with another schema.
    func advertise(
        topic: String, schemaName: String, schema: String, latched: Bool, by connection: UInt64
    ) -> UInt32? {
        let id: UInt32
        if let known = idByTopic[topic], let entry = entries[known] {
            guard entry.channel.schemaName == schemaName else { return nil }
            id = known
        } else {
            id = add(topic, schemaName, schema, latched: latched, isOwn: false, openTo: .publish)
        }
        entries[id]?.publishers.insert(connection)
        return id
    }

    @discardableResult
    private func add(
        _ topic: String, _ schemaName: String, _ schema: String, latched: Bool, isOwn: Bool, openTo: Role?
    ) -> UInt32 {
        let channel = Foxglove.Channel(
            id: nextChannel, topic: topic, encoding: "cdr", schemaName: schemaName, schema: schema,
            schemaEncoding: "ros2msg", metadata: latched ? ["latched": "true"] : nil)
        nextChannel += 1
        idByTopic[topic] = channel.id
        entries[channel.id] = Entry(channel: channel, latched: latched, isOwn: isOwn, openTo: openTo)
        for connection in connections.values { connection.announce([channel]) }
        return channel.id
    }

    /// A connection publishes on a channel no longer. What nobody publishes on is removed, unless it is the server's own.
    func withdraw(_ id: UInt32, by connection: UInt64) {
        guard entries[id]?.publishers.remove(connection) != nil, let entry = entries[id], entry.publishers.isEmpty
        else { return }
        if entry.isOwn {
            entries[id]?.last = nil  // what a client that is gone last said is no news for the next subscriber
            return
        }
        entries[id] = nil
        idByTopic[entry.channel.topic] = nil
        for connection in connections.values { connection.withdraw(id) }
    }

    func publish(topic: String, logTime: UInt64, payload: [UInt8]) {
        guard let id = idByTopic[topic] else { return }
        publish(id, logTime: logTime, payload: payload)
    }

    private func publish(_ id: UInt32, logTime: UInt64, payload: [UInt8]) {
        guard let entry = entries[id] else { return }
        if entry.latched { entries[id]?.last = (logTime, payload) }
        for connection in connections.values { connection.deliver(id, logTime: logTime, payload: payload) }
        onMessage(
            PassedMessage(
                topic: entry.channel.topic, schemaName: entry.channel.schemaName, schema: entry.channel.schema ?? "",
                latched: entry.latched, logTime: logTime, payload: payload))
    }

    /// A client's message, relayed to every subscriber, the listeners and the trace.
    func relay(_ id: UInt32, from caller: Caller, logTime: UInt64, payload: [UInt8]) {
        guard let topic = entries[id]?.channel.topic else { return }
        publish(id, logTime: logTime, payload: payload)
        for listener in listeners[topic] ?? [] { listener(caller, payload) }
    }

    func offer(
        _ service: Foxglove.Service, needs: Role,
        _ handler: @escaping @Sendable (Caller, [UInt8]) async throws -> [UInt8]
    ) {
        var service = service
        service.id = UInt32(offers.count + 1)
        offers.append(Offer(service: service, needs: needs, handler: handler))
        for connection in connections.values { connection.announce([service]) }
    }

    func offer(_ id: UInt32) -> Offer? {
        let index = Int(id) - 1
        return offers.indices.contains(index) ? offers[index] : nil
    }
}
