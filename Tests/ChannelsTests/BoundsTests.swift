import Channels
import Foundation
import Messages
import TestSupport
import Testing

/// Everything told on /events.
actor Heard {
    private(set) var texts: [String] = []
    func add(_ text: String) { texts.append(text) }
}

/// Waits until `condition` holds.
func eventually(_ what: String, within seconds: Double = 10, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not within \(seconds) s: \(what)")
}

@Suite("Clients are bounded", .serialized)
struct BoundsTests {
    /// A server with `limits`, an observer of its events, and a subscription that stays well.
    private func withBounds(
        _ change: (inout ChannelLimits) -> Void,
        _ body: (ChannelServer, String, Heard) async throws -> Void
    ) async throws {
        var limits = ChannelLimits()
        change(&limits)
        try await withServer(limits: limits) { server, path in
            server.advertise(Topics.events)
            server.advertise(Topics.jointStates)
            let client = try await ChannelClient.connect(socketPath: path)
            let heard = Heard()
            let events = client.subscribe(Topics.events)
            let listening = Task { for await event in events { await heard.add(event.message.text) } }
            try await Task.sleep(for: .milliseconds(100))
            try await body(server, path, heard)
            #expect(client.isConnected, "who did nothing wrong stays")
            listening.cancel()
            await client.close()
        }
    }

    private func words(_ heard: Heard, _ part: String) async throws {
        try await eventually("“\(part)” on /events") { await heard.texts.contains { $0.contains(part) } }
    }

    @Test("a message that is too long ends its sender's connection with 1009, the words and a count")
    func tooLong() async throws {
        try await withBounds({ $0.message = 100_000 }) { server, path, heard in
            let good = try HostileClient(path, "large", "3", "90000")
            let kept = try await good.line()
            #expect(kept["stays"] as? Bool == true && kept["close"] is NSNull, "\(kept)")
            let bad = try HostileClient(path, "large", "3", "100100")
            let told = try await bad.line()
            let close = try #require(told["close"] as? [Any])
            #expect(close.first as? Int == 1009 && "\(close)".contains("100000 bytes"), "\(told)")
            #expect("\(told["words"] ?? "")".contains("more than 100000 bytes"), "\(told)")
            try await words(heard, "more than 100000 bytes")
            #expect(await server.counters.droppedClients == 1)
        }
    }

    @Test("who publishes on too many topics is dropped, and everything it advertised is gone for the others")
    func topics() async throws {
        try await withBounds({ $0.topicsPerClient = 10 }) { server, path, heard in
            let greedy = try HostileClient(path, "topics", "50", "100")
            let told = try await greedy.line()
            #expect("\(told["close"] ?? "")".contains("more than 10 topics"), "\(told)")
            try await words(heard, "more than 10 topics")
            try await eventually("nothing is left of it") { await server.counters.bytes < 10_000 }
            try await greedy.end()
            // there is room again
            let modest = try HostileClient(path, "topics", "10", "100")
            let kept = try await modest.line()
            #expect(kept["stays"] as? Bool == true && (kept["words"] as? [Any])?.isEmpty == true, "\(kept)")
            try await modest.end()
        }
    }

    @Test("topics of all clients together have an end; one that leaves makes room")
    func allTopics() async throws {
        try await withBounds({ $0.topics = 15 }) { _, path, _ in
            let first = try HostileClient(path, "topics", "10", "10")
            #expect((try await first.line()["words"] as? [Any])?.isEmpty == true)
            let second = try HostileClient(path, "topics", "10", "10")
            let words = try #require(try await second.line()["words"] as? [String])
            #expect(words.count == 5 && words[0].contains("15 topics already"), "\(words)")
            try await first.end()
            try await second.end()
            let third = try HostileClient(path, "topics", "15", "10")
            #expect((try await third.line()["words"] as? [Any])?.isEmpty == true)
            try await third.end()
        }
    }

    @Test("names and schemas that are too long are refused in words")
    func names() async throws {
        try await withBounds({ $0.schema = 1000 }) { server, path, _ in
            let long = try HostileClient(path, "topics", "1", "1001")
            let words = try #require(try await long.line()["words"] as? [String])
            #expect(words.count == 1 && words[0].contains("longer than 1000 bytes"), "\(words)")
            try await long.end()
            let short = try HostileClient(path, "topics", "1", "1000")
            #expect((try await short.line()["words"] as? [Any])?.isEmpty == true)
            try await short.end()
            #expect(await server.counters.refusedRequests == 1)
        }
    }

    @Test("what a client latched goes with it; the server's own topic stays")
    func leftBehind() async throws {
        try await withBounds({ _ in }) { server, path, _ in
            server.advertise(Topics.mindStatus, latched: true, openTo: .operate)
            let speaker = try await ChannelClient.connect(socketPath: path)
            let own = Topic<MindStatus>("/own")
            speaker.publish(Topics.mindStatus, .with { $0.state = "ready" }, latched: true)
            speaker.publish(own, .with { $0.state = "mine" }, latched: true)
            let listener = try await ChannelClient.connect(socketPath: path)
            for topic in [Topics.mindStatus, own] {
                var stream = listener.subscribe(topic).makeAsyncIterator()
                #expect(await stream.next() != nil)
            }
            await speaker.close()
            try await eventually("nothing is kept of it") { await server.counters.bytes < 1000 }
            await listener.close()
            let late = try await ChannelClient.connect(socketPath: path)
            let heard = Heard()
            late.follow(Topics.mindStatus) { message in Task { await heard.add(message.state) } }
            late.follow(own) { message in Task { await heard.add(message.state) } }
            try await Task.sleep(for: .milliseconds(200))
            #expect(await heard.texts.isEmpty, "what it said last is no news")
            // the listener of the own topic is subscribed anew when it comes again
            let again = try await ChannelClient.connect(socketPath: path)
            again.publish(own, .with { $0.state = "again" }, latched: true)
            again.publish(Topics.mindStatus, .with { $0.state = "again" })
            try await eventually("both are heard again") { await heard.texts == ["again", "again"] }
            await again.close()
            await late.close()
        }
    }

    @Test("connections have an end, for one process and for all; stop has a door of its own")
    func connections() async throws {
        try await withBounds({ ($0.connections, $0.connectionsPerProcess) = (12, 6) }) { server, path, heard in
            server.serveStop(Services.stop) { caller in
                { .with { ($0.success, $0.message) = (true, "by \(caller.name)") } }
            }
            let first = try HostileClient(path, "open", "20")
            let one = try await first.line()
            #expect(one["open"] as? Int == 6 && "\(one["refused"] ?? "")".contains("6 connections already"), "\(one)")
            let second = try HostileClient(path, "open", "20")
            let two = try await second.line()
            #expect(two["open"] as? Int == 5 && "\(two["refused"] ?? "")".contains("12 clients"), "\(two)")
            try await words(heard, "as many as one may have")
            do {
                _ = try await ChannelClient.connect(socketPath: path)
                Issue.record("one too many")
            } catch { #expect("\(error)".contains("foresight stop"), "\(error)") }
            let stopped = try await ChannelClient.stop(socketPath: path)
            #expect(stopped.success && stopped.message.contains("/\(getpid())"), "\(stopped.message)")
            #expect(await server.counters.refusedConnections == 30)
            try await first.end()
            try await eventually("there is room again") {
                guard let client = try? await ChannelClient.connect(socketPath: path) else { return false }
                await client.close()
                return true
            }
            try await second.end()
        }
    }

    @Test("half a request is given so long, and no longer")
    func halfOpen() async throws {
        try await withBounds({ $0.handshakeSeconds = 0.5 }) { server, path, heard in
            let slow = try HostileClient(path, "half", "5")
            #expect(try await slow.line()["open"] as? Int == 5)
            let heardWords = "\(try await slow.line(1)["heard"] ?? "")"
            #expect(heardWords.contains("no WebSocket within 0.5 s"), "\(heardWords)")
            try await words(heard, "no WebSocket within 0.5 s")
            #expect(await server.counters.refusedConnections == 5)
        }
    }

    @Test("who never reads loses the oldest data first and then its place; the others get everything")
    func deaf() async throws {
        try await withBounds({ ($0.outbox, $0.stallSeconds) = (500_000, 2) }) { server, path, heard in
            let deaf = try HostileClient(path, "deaf", "2")
            #expect(try await deaf.line()["open"] as? Int == 2)
            let reader = try await ChannelClient.connect(socketPath: path)
            let counted = Heard()
            reader.follow(Topics.jointStates) { message in Task { await counted.add(message.name[0]) } }
            try await Task.sleep(for: .milliseconds(200))
            let message = JointState.with { ($0.name, $0.position) = (["x"], Array(repeating: 1, count: 12_000)) }
            for _ in 0..<60 {
                server.publish(Topics.jointStates, message, logTime: 1)
                try await Task.sleep(for: .milliseconds(5))
            }
            let busy = await server.counters
            #expect(busy.droppedMessages > 50, "\(busy)")
            #expect(busy.bytes < 2 * 500_000 + 2 * 300_000, "\(busy)")
            try await eventually("the reader has everything") { await counted.texts.count == 60 }
            try await words(heard, "read nothing for 2.0 s")
            try await eventually("both are gone") { await server.counters.droppedClients == 2 }
            #expect(await server.counters.bytes < 10_000)
            await reader.close()
            try await deaf.end()
        }
    }

    @Test("answers that nobody reads stop the reading of requests, not the server")
    func nagging() async throws {
        try await withBounds({ $0.stallSeconds = 3 }) { server, path, heard in
            server.offer(Services.reset) { _ in .with { $0.message = String(repeating: "x", count: 1000) } }
            let nag = try HostileClient(path, "nag", "200000")
            try await eventually("it is not served for ever", within: 20) {
                await heard.texts.contains { $0.contains("read nothing for") || $0.contains("do not read the answers") }
            }
            #expect(await server.counters.bytes < 1 << 20)
            let sent = try await nag.line()["sent"] as? Int
            #expect(try #require(sent) < 20_000)
            try await nag.end()
        }
    }

    @Test("calls that wait for their answer have an end")
    func calls() async throws {
        try await withBounds({ $0.calls = 4 }) { server, path, _ in
            let (gate, open) = AsyncStream.makeStream(of: Void.self)
            server.offer(Services.reset) { _ in
                for await _ in gate { break }
                return TriggerResponse()
            }
            let client = try await ChannelClient.connect(socketPath: path)
            let refused = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        do { _ = try await client.call(Services.reset, TriggerRequest(), timeoutSeconds: 2) } catch {
                            return "\(error)"
                        }
                        return nil
                    }
                }
                try? await Task.sleep(for: .milliseconds(300))
                for _ in 0..<6 { open.yield() }
                open.finish()
                return await group.reduce(into: [String]()) { if let words = $1 { $0.append(words) } }
            }
            #expect(refused.count == 2 && refused.allSatisfy { $0.contains("4 of your calls wait") }, "\(refused)")
            await client.close()
        }
    }

    @Test("all clients together have an end: the one that takes up most goes, and what it latched")
    func total() async throws {
        try await withBounds({ ($0.total, $0.latched) = (3_000_000, 1_000_000) }) { server, path, heard in
            let small = try HostileClient(path, "latch", "2", "500000")
            #expect(try await small.line()["stays"] as? Bool == true)
            #expect(await server.counters.bytes > 1_000_000)
            let big = try HostileClient(path, "latch", "10", "500000")
            #expect("\(try await big.line()["close"] ?? "")".contains("more than 3000000 bytes"))
            try await words(heard, "more than 3000000 bytes")
            let left = await server.counters
            #expect(left.droppedClients == 1 && (1_000_000..<1_100_000).contains(left.bytes), "\(left)")
            try await big.end()
            try await small.end()
            try await eventually("nothing is left") { await server.counters.bytes < 10_000 }
        }
    }

    @Test("a flood of mistakes is no flood of words")
    func words() async throws {
        try await withBounds({ $0.message = 1000 }) { _, path, heard in
            for _ in 0..<3 { _ = try await HostileClient(path, "large", "1", "2000").line() }
            let many = try HostileClient(path, "open", "60")
            _ = try await many.line()
            try await many.end()
            try await Task.sleep(for: .milliseconds(300))
            let count = await heard.texts.count
            #expect((4..<20).contains(count), "\(count)")
        }
    }
}
