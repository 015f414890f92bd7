import Channels
import Foundation
import Messages
import TestSupport
import Testing

/// A server in a folder of its own, closed at the end; open unless a test opens it.
func withServer(
    tcp: Bool = false, roles: Roles = .standard, limits: ChannelLimits = ChannelLimits(),
    clock: RealClock = RealClock(), isOpen: Bool = true,
    onMessage: @escaping @Sendable (PassedMessage) -> Void = { _ in },
    _ body: (ChannelServer, String) async throws -> Void
) async throws {
    let folder = NSTemporaryDirectory() + "channels-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/body.sock"
    let server = try await ChannelServer(
        name: "test", socketPath: path, tcpPort: tcp ? 0 : nil, roles: roles, limits: limits, clock: clock,
        onMessage: onMessage)
    do {
        if isOpen { try await server.open() }
        try await body(server, path)
    } catch {
        await server.close()
        throw error
    }
    await server.close()
}

@Suite("Channels over a real socket")
struct ChannelTests {
    @Test("a published message reaches a subscriber, also one that came before the channel")
    func publish() async throws {
        try await withServer { server, path in
            let client = try await ChannelClient.connect(socketPath: path)
            var states = client.subscribe(Topics.jointStates).makeAsyncIterator()
            server.advertise(Topics.jointStates)
            try await Task.sleep(for: .milliseconds(100))
            let message = JointState.with { $0.position = [1, 2, 3] }
            server.publish(Topics.jointStates, message, logTime: 42)
            let received = await states.next()
            #expect(received?.message == message && received?.logTime == 42)
            await client.close()
            #expect(await states.next() == nil)
        }
    }

    @Test("what one client publishes reaches the others, the listeners and the tap")
    func relay() async throws {
        let (tapped, tap) = AsyncStream.makeStream(of: PassedMessage.self)
        try await withServer(onMessage: { tap.yield($0) }) { server, path in
            let (heard, hear) = AsyncStream.makeStream(of: Instruction.self)
            server.onPublished(Topics.instruction) { hear.yield($0) }
            let speaker = try await ChannelClient.connect(socketPath: path)
            let listener = try await ChannelClient.connect(socketPath: path)
            var stream = listener.subscribe(Topics.instruction).makeAsyncIterator()
            let first = Instruction.with { $0.text = "first" }
            speaker.publish(Topics.instruction, first)
            try await Task.sleep(for: .milliseconds(150))
            let second = Instruction.with { $0.text = "second" }
            speaker.publish(Topics.instruction, second)
            #expect(await stream.next()?.message == second)
            var texts = heard.makeAsyncIterator()
            #expect(await texts.next() == first)
            var passed = tapped.makeAsyncIterator()
            let message = try #require(await passed.next())
            #expect(message.topic == "/instruction" && message.schema == Instruction.schema)
            await speaker.close()
            await listener.close()
        }
    }

    @Test("a latched channel greets a new subscriber with its last message")
    func latched() async throws {
        try await withServer { server, path in
            server.advertise(Topics.controlState, latched: true)
            server.publish(Topics.controlState, .with { $0.state = "armed" }, logTime: 1)
            let client = try await ChannelClient.connect(socketPath: path)
            for _ in 0..<2 {
                var stream = client.subscribe(Topics.controlState).makeAsyncIterator()
                #expect(await stream.next()?.message.state == "armed")
            }
            await client.close()
        }
    }

    @Test("services answer, fail in words, and do not hang when nobody offers them")
    func services() async throws {
        try await withServer { server, path in
            server.offer(Services.arm) { _ in .with { $0.message = "armed" } }
            server.offer(Services.stop) { _ in throw ChannelError(.callFailed, "no brakes") }
            let client = try await ChannelClient.connect(socketPath: path)
            #expect(try await client.call(Services.arm, TriggerRequest()).message == "armed")
            await #expect(throws: ChannelError.self) { try await client.call(Services.stop, TriggerRequest()) }
            await #expect(throws: ChannelError.self) {
                try await client.call(Services.reset, TriggerRequest(), timeoutSeconds: 0.1)
            }
            await client.close()
        }
    }

    @Test("a message of a megabyte passes")
    func large() async throws {
        try await withServer { server, path in
            server.advertise(Topics.jointStates)
            let client = try await ChannelClient.connect(socketPath: path)
            var stream = client.subscribe(Topics.jointStates).makeAsyncIterator()
            try await Task.sleep(for: .milliseconds(100))
            let message = JointState.with { $0.position = Array(repeating: 0.5, count: 131_072) }
            server.publish(Topics.jointStates, message, logTime: 1)
            #expect(await stream.next()?.message == message)
            await client.close()
        }
    }

    @Test("a socket that a living server owns is not taken; one left behind is")
    func ownership() async throws {
        try await withServer { _, path in
            await #expect(throws: ChannelError.self) {
                _ = try await ChannelServer(name: "second", socketPath: path)
            }
            let client = try await ChannelClient.connect(socketPath: path)
            #expect(client.isConnected)
            await client.close()
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o660)
        }
        let stale = NSTemporaryDirectory() + "stale-\(UUID().uuidString.prefix(8)).sock"
        // a socket whose program is gone: the file stays
        let bound = try await ChildProcess.run(
            "/usr/bin/python3", ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", stale])
        #expect(bound.code == 0 && FileManager.default.fileExists(atPath: stale))
        let server = try await ChannelServer(name: "heir", socketPath: stale)
        await server.close()
        #expect(!FileManager.default.fileExists(atPath: stale))
        let precious = stale + ".txt"
        _ = FileManager.default.createFile(atPath: precious, contents: nil)
        await #expect(throws: ChannelError.self) {
            _ = try await ChannelServer(name: "intruder", socketPath: precious)
        }
        #expect(FileManager.default.fileExists(atPath: precious), "what is no socket is left alone")
        try FileManager.default.removeItem(atPath: precious)
        await #expect(throws: ChannelError.self) {
            _ = try await ChannelServer(name: "long", socketPath: "/tmp/" + String(repeating: "x", count: 120))
        }
    }

    @Test("nobody at the socket is said in words")
    func nobody() async throws {
        do {
            _ = try await ChannelClient.connect(socketPath: "/tmp/nobody-\(UUID().uuidString.prefix(8)).sock")
            Issue.record("connected to nobody")
        } catch {
            #expect("\(error)".contains("is foresightd running?"))
        }
    }
}

@Suite("The control lease")
struct LeaseTests {
    static let second: Int64 = 1_000_000_000

    @Test("one holder at a time, until release or lapse")
    func exclusive() throws {
        var lease = Lease(seed: 1)
        let token = try lease.acquire(client: "mind", seconds: 0.5, now: 0).get()
        #expect(throws: LeaseRefusal.self) { try lease.acquire(client: "teleop", seconds: 0.5, now: 1).get() }
        #expect(lease.isHeld(by: token, now: Self.second / 2 - 1))
        #expect(!lease.isHeld(by: token, now: Self.second / 2))
        #expect(lease.expire(now: Self.second / 2) == "mind")
        let next = try lease.acquire(client: "teleop", seconds: 0.5, now: Self.second).get()
        #expect(next != token && !lease.release(token: token) && lease.release(token: next))
    }

    @Test("a renewal must name a newer observation each time")
    func renewal() throws {
        var lease = Lease(seed: 1)
        let token = try lease.acquire(client: "mind", seconds: 0.5, now: 0).get()
        try lease.renew(token: token, observation: 100, now: 1).get()
        #expect(throws: LeaseRefusal.self) { try lease.renew(token: token, observation: 100, now: 2).get() }
        #expect(throws: LeaseRefusal.self) { try lease.renew(token: token &+ 1, observation: 101, now: 2).get() }
        try lease.renew(token: token, observation: 101, now: Self.second / 4).get()
        #expect(lease.isHeld(by: token, now: Self.second / 2 + 1))
        #expect(throws: LeaseRefusal.self) { try lease.renew(token: token, observation: 102, now: Self.second).get() }
    }

    @Test("senseless durations are refused", arguments: [0, -1, .nan, .infinity, 6])
    func durations(seconds: Double) {
        var lease = Lease(seed: 1)
        #expect(throws: LeaseRefusal.self) { try lease.acquire(client: "x", seconds: seconds, now: 0).get() }
        #expect(lease.holder == nil)
    }
}
