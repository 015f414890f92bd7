internal import Messages
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOWebSocket

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
        /// Longest message that a client may publish on it, bytes; nil = as long as any.
        var largest: Int?
        /// Connections that advertised it.
        var publishers: Set<UInt64> = []
        var last: (logTime: UInt64, payload: [UInt8])?

        /// What clients made the server keep, bytes.
        var bytes: Int {
            let kept = openTo == nil ? 0 : last?.payload.count ?? 0
            guard !isOwn else { return kept }
            return kept + channel.topic.utf8.count + channel.schemaName.utf8.count + (channel.schema?.utf8.count ?? 0)
                + 512
        }
    }

    struct Offer {
        var service: Foxglove.Service
        var needs: Role
        var handler: @Sendable (Caller, [UInt8]) async throws -> [UInt8]
        /// What hears it at once, if it is the service that stops the robot.
        var stop: StopHandler?
    }

    let name: String
    let session: String
    let loop: any EventLoop
    let clock: RealClock
    let limits: ChannelLimits
    private let onMessage: @Sendable (PassedMessage) -> Void
    private let log: @Sendable (UInt8, String) -> Void
    /// Channels by id; ids grow and are never used again.
    private(set) var entries: [UInt32: Entry] = [:]
    /// Ids of the channels, ascending.
    private var order: [UInt32] = []
    /// The text that advertises the channels after one id up to another: most clients need the same.
    private var advertisement: (after: UInt32, last: UInt32, text: ByteBuffer)?
    private var isAnnouncing = false
    private var idByTopic: [String: UInt32] = [:]
    private var nextChannel: UInt32 = 1
    private(set) var offers: [Offer] = []
    private(set) var connections: [UInt64: ServerConnection] = [:]
    /// The numbers of `connections`, for every thread.
    let present = NIOLockedValueBox<Set<UInt64>>([])
    /// Beginnings of topics that only a role may publish on, whether they are advertised or not.
    var reserved: [(prefix: String, openTo: Role)] = []
    var listeners: [String: [@Sendable (Caller, [UInt8]) -> Void]] = [:]
    var leaveListeners: [@Sendable (UInt64) -> Void] = []
    var counters = ChannelCounters()
    var lobby = Lobby()
    private var notices = Notices()
    private var watch = ClockWatch()
    /// Bytes of connections and of topics.
    private var connectionBytes = 0
    private var topicBytes = 0
    /// Bytes of requests that are being carried out, also of callers that have left since.
    private var callBytes = 0
    private var foreignTopics = 0
    private var recorded: Set<String> = []
    private var isEnforcing = false
    private var hasMemoryToReturn = false

    init(
        name: String, loop: any EventLoop, clock: RealClock, limits: ChannelLimits,
        log: @escaping @Sendable (UInt8, String) -> Void, onMessage: @escaping @Sendable (PassedMessage) -> Void
    ) {
        self.name = name
        self.loop = loop
        self.clock = clock
        self.limits = limits
        self.log = log
        self.onMessage = onMessage
        session = String(clock.now)
    }

    // MARK: connections

    func join(_ connection: ServerConnection) {
        connections[connection.caller.connection] = connection
        _ = present.withLockedValue { $0.insert(connection.caller.connection) }
    }

    func leave(_ connection: ServerConnection) {
        let number = connection.caller.connection
        guard connections.removeValue(forKey: number) != nil else { return }
        // before anybody is told: who asks afterwards whether it is there is never told yes
        _ = present.withLockedValue { $0.remove(number) }
        for id in entries.keys { withdraw(id, by: number) }
        for listener in leaveListeners { listener(number) }
        hasMemoryToReturn = true
    }

    func closeAll() { for connection in connections.values { connection.close() } }

    /// A connection takes up more or fewer bytes.
    func charge(_ bytes: Int) {
        connectionBytes += bytes
        enforce()
    }

    var bytes: Int { connectionBytes + topicBytes }

    /// Drops the client that takes up most when all together take up too much; soon, since one is in the midst of
    /// something now.
    private func enforce() {
        guard bytes > limits.total, !isEnforcing else { return }
        isEnforcing = true
        loop.execute { [self] in
            isEnforcing = false
            while bytes > limits.total, let worst = connections.values.max(by: { share($0) < share($1) }) {
                worst.drop(
                    .policyViolation,
                    "all clients together take up more than \(limits.total) bytes, and you the most of it")
            }
        }
    }

    /// A request of so many bytes wants to be carried out; false if too much is already.
    func waiting(_ bytes: Int) -> Bool {
        guard callBytes + bytes <= limits.total / 4 else { return false }
        callBytes += bytes
        return true
    }

    func answered(_ bytes: Int) { callBytes -= bytes }

    private func share(_ connection: ServerConnection) -> Int {
        let number = connection.caller.connection
        return entries.values.reduce(connection.bytes) { $0 + ($1.publishers.contains(number) ? $1.bytes : 0) }
    }

    // MARK: words

    /// Tells something about clients on /events and in the log, unless there is too much of it.
    func tell(_ level: UInt8, _ text: String) {
        guard let text = notices.take(text) else { return }
        announce(level, text)
    }

    private func announce(_ level: UInt8, _ text: String) {
        let text = ForeignText.clean(text, limit: ForeignText.line)
        log(level, text)
        let event = Event.with {
            $0.header = Header(nanoseconds: Int64(clock.now))
            $0.level = level
            $0.source = "channels"
            $0.text = text
        }
        publish(topic: Topics.events.name, logTime: clock.now, payload: event.serialized())
    }

    /// Once a second. Returns whether clients left since, and memory may be given back.
    func tick() -> Bool {
        notices.tick()
        if let step = watch.step(clock.drift) { announce(1, step) }
        for connection in connections.values { connection.tick() }
        defer { hasMemoryToReturn = false }
        return hasMemoryToReturn
    }

    /// The counters, with what is so now.
    func count() -> ChannelCounters {
        counters.clients = connections.count
        counters.bytes = bytes
        return counters
    }

    // MARK: channels

    func entry(_ id: UInt32) -> Entry? { entries[id] }
    func entry(topic: String) -> Entry? { idByTopic[topic].flatMap { entries[$0] } }

    /// A channel of the server's own. A client that has one of this name loses it, and is told.
    func advertise(topic: String, schemaName: String, schema: String, latched: Bool, openTo: Role?, largest: Int?) {
        if let known = idByTopic[topic], let entry = entries[known] {
            guard !entry.isOwn else { return }
            for number in entry.publishers { connections[number]?.lose(known, topic) }
            for number in entry.publishers { withdraw(known, by: number) }
        }
        add(topic, schemaName, schema, latched: latched, isOwn: true, openTo: openTo, largest: largest)
    }

    /// The role that may publish on a topic; nil = the server alone.
    func role(toPublish topic: String) -> Role? {
        if let known = entry(topic: topic) { return known.openTo }
        return reserved.first { topic.hasPrefix($0.prefix) }?.openTo ?? .publish
    }

    enum Advertised {
        case channel(UInt32)
        case otherSchema
        case tooMany
        /// The connection has ended: whatever it advertised now would never be withdrawn.
        case gone
    }

    /// A connection wants to publish on a topic.
    func advertise(
        topic: String, schemaName: String, schema: String, latched: Bool, by connection: UInt64
    ) -> Advertised {
        guard connections[connection] != nil else { return .gone }
        let id: UInt32
        if let known = idByTopic[topic], let entry = entries[known] {
            guard entry.channel.schemaName == schemaName else { return .otherSchema }
            id = known
        } else {
            guard foreignTopics < limits.topics else { return .tooMany }
            id = add(topic, schemaName, schema, latched: latched, isOwn: false, openTo: role(toPublish: topic))
        }
        entries[id]?.publishers.insert(connection)
        return .channel(id)
    }

    @discardableResult
    private func add(
        _ topic: String, _ schemaName: String, _ schema: String, latched: Bool, isOwn: Bool, openTo: Role?,
        largest: Int? = nil
    ) -> UInt32 {
        let channel = Foxglove.Channel(
            id: nextChannel, topic: topic, encoding: "cdr", schemaName: schemaName, schema: schema,
            schemaEncoding: "ros2msg", metadata: latched ? ["latched": "true"] : nil)
        nextChannel += 1
        idByTopic[topic] = channel.id
        let entry = Entry(channel: channel, latched: latched, isOwn: isOwn, openTo: openTo, largest: largest)
        entries[channel.id] = entry
        topicBytes += entry.bytes
        order.append(channel.id)
        if !isOwn { foreignTopics += 1 }
        announceSoon()
        enforce()
        return channel.id
    }

    /// A connection publishes on a channel no longer. What nobody publishes on is removed, unless it is the server's own.
    func withdraw(_ id: UInt32, by connection: UInt64) {
        guard entries[id]?.publishers.remove(connection) != nil, let entry = entries[id], entry.publishers.isEmpty
        else { return }
        topicBytes -= entry.bytes
        if entry.isOwn {
            entries[id]?.last = nil  // what a client that is gone last said is no news for the next subscriber
            return
        }
        foreignTopics -= 1
        entries[id] = nil
        idByTopic[entry.channel.topic] = nil
        order.removeAll { $0 == id }
        advertisement = nil
        for connection in connections.values { connection.withdraw(id) }
    }

    /// Tells everybody of new channels, of many at once where many come at once.
    private func announceSoon() {
        guard !isAnnouncing else { return }
        isAnnouncing = true
        loop.execute { [self] in
            isAnnouncing = false
            for connection in connections.values { connection.channelsChanged() }
        }
    }

    /// The text that advertises channels after `id`, not many more than `limit` bytes of schemas at once, and the last
    /// of them.
    func advertisement(after id: UInt32, limit: Int) -> (last: UInt32, text: ByteBuffer)? {
        if let known = advertisement, known.after == id { return (known.last, known.text) }
        var batch: [Foxglove.Channel] = []
        var bytes = 0
        // ids ascend: the new ones are at the end
        let start = order.lastIndex { $0 <= id }.map { $0 + 1 } ?? 0
        for channel in order[start...].lazy.compactMap({ self.entries[$0]?.channel }) where bytes <= limit {
            batch.append(channel)
            bytes += channel.schema?.utf8.count ?? 0
        }
        guard let last = batch.last?.id else { return nil }
        var text = Foxglove.Text(op: "advertise")
        text.channels = batch
        let encoded = text.encoded()
        advertisement = (id, last, encoded)
        return (last, encoded)
    }

    func publish(topic: String, logTime: UInt64, payload: [UInt8]) {
        guard let id = idByTopic[topic], let entry = entries[id] else { return }
        if entry.latched { latch(id, logTime, payload) }
        distribute(id, entry, logTime: logTime, payload: payload)
    }

    /// A client's message, relayed to every subscriber, the listeners and the trace; false if it is too large to be
    /// kept for later subscribers.
    func relay(_ id: UInt32, from caller: Caller, payload: [UInt8]) -> Bool {
        guard let entry = entries[id] else { return true }
        let fits = !entry.latched || payload.count <= limits.latched
        if entry.latched, fits { latch(id, clock.now, payload) }
        distribute(id, entry, logTime: clock.now, payload: payload)
        for listener in listeners[entry.channel.topic] ?? [] { listener(caller, payload) }
        return fits
    }

    private func latch(_ id: UInt32, _ logTime: UInt64, _ payload: [UInt8]) {
        let before = entries[id]?.bytes ?? 0
        entries[id]?.last = (logTime, payload)
        topicBytes += (entries[id]?.bytes ?? 0) - before
        enforce()
    }

    private func distribute(_ id: UInt32, _ entry: Entry, logTime: UInt64, payload: [UInt8]) {
        for connection in connections.values { connection.deliver(id, logTime: logTime, payload: payload) }
        guard entry.isOwn || isRecorded(entry.channel.topic) else { return }
        onMessage(
            PassedMessage(
                topic: entry.channel.topic, schemaName: entry.channel.schemaName, schema: entry.channel.schema ?? "",
                latched: entry.latched, logTime: logTime, payload: payload))
    }

    /// Whether a client's topic is in the trace; a trace keeps every name for good, so there is an end to new ones.
    private func isRecorded(_ topic: String) -> Bool {
        if recorded.contains(topic) { return true }
        guard recorded.count < limits.topics * ChannelLimits.recordedTopics else {
            if counters.unrecordedMessages == 0 {
                announce(1, "clients have used \(recorded.count) topics of their own: further ones are not recorded")
            }
            counters.unrecordedMessages += 1
            return false
        }
        recorded.insert(topic)
        return true
    }

    // MARK: services

    func offer(
        _ service: Foxglove.Service, needs: Role, stop: StopHandler? = nil,
        _ handler: @escaping @Sendable (Caller, [UInt8]) async throws -> [UInt8]
    ) {
        var service = service
        service.id = UInt32(offers.count + 1)
        offers.append(Offer(service: service, needs: needs, handler: handler, stop: stop))
        for connection in connections.values { connection.announce([service]) }
    }

    func offer(_ id: UInt32) -> Offer? {
        let index = Int(id) - 1
        return offers.indices.contains(index) ? offers[index] : nil
    }
}
