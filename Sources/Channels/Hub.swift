internal import NIOCore

/// What all connections share: channels, services, and who listens.
///
/// Unchecked `Sendable`: every member is touched on `loop` only.
final class Hub: @unchecked Sendable {
    struct Entry {
        var channel: Foxglove.Channel
        var latched: Bool
        /// Whether clients may publish on it; the server's own channels are closed to them.
        var isOpen: Bool
        /// The client that advertised it last.
        var owner: ObjectIdentifier?
        var last: (logTime: UInt64, payload: [UInt8])?
    }

    typealias Handler = @Sendable ([UInt8]) async throws -> [UInt8]

    let name: String
    let loop: any EventLoop
    private let onMessage: @Sendable (PassedMessage) -> Void
    private(set) var entries: [Entry] = []
    private var indexByTopic: [String: Int] = [:]
    private(set) var services: [Foxglove.Service] = []
    private var handlers: [Handler] = []
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    var listeners: [String: [@Sendable ([UInt8]) -> Void]] = [:]
    var dropped = 0

    init(name: String, loop: any EventLoop, onMessage: @escaping @Sendable (PassedMessage) -> Void) {
        self.name = name
        self.loop = loop
        self.onMessage = onMessage
    }

    func join(_ connection: ServerConnection) { connections[ObjectIdentifier(connection)] = connection }

    func leave(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        for index in entries.indices where entries[index].owner == ObjectIdentifier(connection) {
            entries[index].last = nil  // what a client that is gone last said is no news for the next subscriber
        }
    }

    func closeAll() { for connection in connections.values { connection.close() } }

    /// The id of the topic's channel, advertising it to everyone if it is new; nil if it exists with another schema.
    @discardableResult
    func advertise(
        topic: String, schemaName: String, schema: String, latched: Bool, isOpen: Bool, owner: ObjectIdentifier? = nil
    ) -> UInt32? {
        if let index = indexByTopic[topic] {
            guard entries[index].channel.schemaName == schemaName else { return nil }
            if let owner { entries[index].owner = owner }
            return entries[index].channel.id
        }
        let channel = Foxglove.Channel(
            id: UInt32(entries.count + 1), topic: topic, encoding: "cdr", schemaName: schemaName, schema: schema,
            schemaEncoding: "ros2msg", metadata: latched ? ["latched": "true"] : nil)
        indexByTopic[topic] = entries.count
        entries.append(Entry(channel: channel, latched: latched, isOpen: isOpen, owner: owner, last: nil))
        for connection in connections.values { connection.announce([channel]) }
        return channel.id
    }

    func entry(_ id: UInt32) -> Entry? {
        let index = Int(id) - 1
        return entries.indices.contains(index) ? entries[index] : nil
    }

    func publish(topic: String, logTime: UInt64, payload: [UInt8]) {
        guard let index = indexByTopic[topic] else { return }
        let entry = entries[index]
        if entry.latched { entries[index].last = (logTime, payload) }
        for connection in connections.values {
            connection.deliver(entry.channel.id, logTime: logTime, payload: payload)
        }
        onMessage(
            PassedMessage(
                topic: topic, schemaName: entry.channel.schemaName, schema: entry.channel.schema ?? "",
                latched: entry.latched, logTime: logTime, payload: payload))
    }

    /// A client's message, relayed to every subscriber, the listeners and the trace.
    func relay(_ id: UInt32, logTime: UInt64, payload: [UInt8]) {
        guard let topic = entry(id)?.channel.topic else { return }
        publish(topic: topic, logTime: logTime, payload: payload)
        for listener in listeners[topic] ?? [] { listener(payload) }
    }

    func offer(_ service: Foxglove.Service, _ handler: @escaping Handler) {
        var service = service
        service.id = UInt32(services.count + 1)
        services.append(service)
        handlers.append(handler)
        for connection in connections.values { connection.announce([service]) }
    }

    func handler(_ id: UInt32) -> Handler? {
        let index = Int(id) - 1
        return handlers.indices.contains(index) ? handlers[index] : nil
    }
}
