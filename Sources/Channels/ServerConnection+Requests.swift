internal import Messages
internal import NIOCore
internal import NIOWebSocket

// What a client asks for.
extension ServerConnection {
    func read(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        complaints = 0
        defer { complaints = 0 }
        if opcode == .text { read(text: data) } else { read(binary: data) }
    }

    private func read(text buffer: ByteBuffer) {
        guard buffer.readableBytes <= ChannelLimits.text else {
            return complain("a text of more than \(ChannelLimits.text) bytes")
        }
        guard let text = try? Foxglove.Text.decode(buffer) else {
            return complain("not a JSON message of the protocol")
        }
        switch text.op {
        case "subscribe": each(text.subscriptions, subscribe)
        case "unsubscribe":
            let ids = Set(text.subscriptionIds ?? [])
            subscriptions = subscriptions.filter { !ids.contains($0.value) }
        case "advertise": each(text.channels, advertise)
        case "unadvertise": each(text.channelIds, unadvertise)
        default: complain("unknown operation “\(ForeignText.clean(text.op, limit: 64))”")
        }
        // told once, with the number of what was not told
        let swallowed = complaints - ChannelLimits.complaints
        guard swallowed > 0 else { return }
        complaints = 0
        complain("and \(swallowed) more mistakes in the same text", level: 1)
    }

    /// Works through the entries of a text, as long as the client is there.
    private func each<Entry>(_ entries: [Entry]?, _ body: (Entry) -> Void) {
        let entries = entries ?? []
        guard entries.count <= ChannelLimits.entries else {
            return complain("a text with \(entries.count) entries: \(ChannelLimits.entries) may be in one")
        }
        for entry in entries {
            body(entry)
            // it may have been dropped for this one
            if isLeaving { return }
        }
    }

    private func subscribe(_ wish: Foxglove.Subscription) {
        guard caller.role >= .observe else {
            return refuse("to subscribe", needs: .observe)
        }
        guard wish.channelId <= announced, let entry = hub.entry(wish.channelId) else {
            return complain("there is no channel \(wish.channelId)")
        }
        subscriptions[wish.channelId] = wish.id
        if entry.latched, let last = entry.last {
            deliver(wish.channelId, logTime: last.logTime, payload: last.payload)
        }
    }

    /// Says that the client's role does not reach, to it and to everybody.
    private func refuse(_ what: String, needs: Role) {
        let refusal = caller.role.refusal(what, needs: needs)
        hub.tell(1, "\(caller.name): \(refusal)")
        complain(refusal)
    }

    private func advertise(_ wish: Foxglove.Channel) {
        guard !readOnly else { return complain("this port is read-only") }
        if let long = tooLong(wish) { return complain(long) }
        guard wish.encoding == "cdr" else { return complain("“\(wish.topic)”: only the encoding cdr is spoken here") }
        guard let needs = hub.role(toPublish: wish.topic) else {
            return complain("“\(wish.topic)” belongs to the body and cannot be published by a client")
        }
        guard caller.role >= needs else {
            return refuse("to publish on \(wish.topic)", needs: needs)
        }
        if published[wish.id] != nil { unadvertise(wish.id) }
        guard published.count < hub.limits.topicsPerClient else {
            return drop(.policyViolation, "you publish on more than \(hub.limits.topicsPerClient) topics")
        }
        switch hub.advertise(
            topic: wish.topic, schemaName: wish.schemaName, schema: wish.schema ?? "",
            latched: wish.metadata?["latched"] == "true", by: caller.connection)
        {
        case .channel(let id): published[wish.id] = id
        case .otherSchema: complain("“\(wish.topic)” exists with another schema")
        case .tooMany:
            complain("clients publish on \(hub.limits.topics) topics already: that is as many as there may be")
        case .gone: break
        }
    }

    /// Why a topic cannot be called that.
    private func tooLong(_ wish: Foxglove.Channel) -> String? {
        let limits = hub.limits
        if wish.topic.utf8.count > limits.name || wish.schemaName.utf8.count > limits.name {
            return "the name of a topic or schema is longer than \(limits.name) bytes"
        }
        if (wish.schema?.utf8.count ?? 0) > limits.schema {
            return "“\(wish.topic)”: its schema is longer than \(limits.schema) bytes"
        }
        return nil
    }

    private func unadvertise(_ id: UInt32) {
        guard let channel = published.removeValue(forKey: id), !published.values.contains(channel) else { return }
        hub.withdraw(channel, by: caller.connection)
    }

    private func read(binary buffer: ByteBuffer) {
        var body = buffer
        switch body.readInteger(as: UInt8.self) {
        case 1:
            guard let id = body.readInteger(endianness: .little, as: UInt32.self), let channel = published[id] else {
                return complain("a message on a channel that was not advertised")
            }
            if let largest = hub.entry(channel)?.largest, body.readableBytes > largest {
                return complain("a message of \(body.readableBytes) bytes: at most \(largest) are taken on this topic")
            }
            if !hub.relay(channel, from: caller, payload: Array(body.readableBytesView)) {
                complain("a latched message of more than \(hub.limits.latched) bytes is not kept", level: 1)
            }
        case 2: call(&body)
        default: complain("unknown binary message")
        }
    }

    private func call(_ body: inout ByteBuffer) {
        guard !readOnly else { return complain("this port is read-only") }
        guard let request = Foxglove.ServiceFrame(opcode: 2, body: &body) else {
            return complain("a service call that is cut short or not encoded as cdr")
        }
        guard let offer = hub.offer(request.service) else {
            return fail(request, "there is no service \(request.service)")
        }
        guard caller.role >= offer.needs else {
            let refusal = caller.role.refusal("to call \(offer.service.name)", needs: offer.needs)
            hub.tell(1, "\(caller.name): \(refusal)")
            return fail(request, refusal)
        }
        if let stop = offer.stop { return call(stop, request) }
        guard request.payload.count <= ChannelLimits.request else {
            return fail(request, "a request of more than \(ChannelLimits.request) bytes")
        }
        guard calls.count < hub.limits.calls else {
            return fail(request, "\(calls.count) of your calls wait for their answer: that is as many as may wait")
        }
        guard hub.waiting(request.payload.count) else {
            return fail(request, "the calls of all clients that wait for their answer take up as much as they may")
        }
        calls.count += 1
        calls.bytes += request.payload.count
        let (loop, caller, handler) = (hub.loop, caller, offer.handler)
        Task { [self] in
            let outcome: Result<[UInt8], any Error>
            do { outcome = .success(try await handler(caller, request.payload)) } catch { outcome = .failure(error) }
            loop.execute { [self] in
                calls.count -= 1
                calls.bytes -= request.payload.count
                hub.answered(request.payload.count)
                answer(request, outcome)
                recount()
            }
        }
    }

    /// Asks the control loop to stop before anything else is done, however many calls wait for their answer.
    private func call(_ stop: StopHandler, _ request: Foxglove.ServiceFrame) {
        let outcome = stop(caller)
        guard calls.stops < ChannelLimits.stops else {
            return fail(request, "it was asked to stop; \(calls.stops) of your calls wait to hear what came of it")
        }
        calls.stops += 1
        let loop = hub.loop
        var request = request
        request.payload = []
        Task { [self, request] in
            let payload = await outcome().serialized()
            loop.execute { [self] in
                calls.stops -= 1
                answer(request, .success(payload))
            }
        }
    }

    private func answer(_ request: Foxglove.ServiceFrame, _ outcome: Result<[UInt8], any Error>) {
        switch outcome {
        case .failure(let error): fail(request, "\(error)")
        case .success(let payload):
            let response = Foxglove.ServiceFrame(
                opcode: 3, service: request.service, call: request.call, payload: payload)
            send(WebSocketFrame(fin: true, opcode: .binary, data: response.encoded()))
        }
    }

    private func fail(_ request: Foxglove.ServiceFrame, _ reason: String) {
        hub.counters.refusedRequests += 1
        var text = Foxglove.Text(op: "serviceCallFailure")
        text.serviceId = request.service
        text.callId = request.call
        text.message = reason
        send(text)
    }
}
