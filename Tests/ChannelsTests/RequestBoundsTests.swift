import Channels
import Foundation
import Messages
import TestSupport
import Testing

@Suite("What a client asks for is bounded", .serialized)
struct RequestBoundsTests {
    @Test("a client dropped amid a list of topics advertises none of the rest")
    func droppedAmidList() async throws {
        var limits = ChannelLimits()
        limits.outbox = 1000
        try await withServer(limits: limits) { server, path in
            server.advertise(Topics.jointStates)
            let client = try HostileClient(path, "unread", "30")
            _ = try await client.line(0)
            let message = JointState.with { $0.position = Array(repeating: 1, count: 12_000) }
            for _ in 0..<40 {
                server.publish(Topics.jointStates, message, logTime: 1)
                try await Task.sleep(for: .milliseconds(10))
            }
            _ = try await client.line(1)
            try await eventually("it is dropped") { await server.counters.droppedClients == 1 }
            try await eventually("nothing is left of it") { await server.counters.bytes == 0 }
            let listener = try await ChannelClient.connect(socketPath: path)
            let heard = Heard()
            listener.follow(Topic<MindStatus>("/unread/45")) { _ in Task { await heard.add("there") } }
            try await eventually("the name is free, with any schema") {
                listener.publish(Topic<MindStatus>("/unread/45"), MindStatus())
                return await heard.texts.contains("there")
            }
            await listener.close()
            try await client.end()
        }
    }

    @Test("a text of many mistakes is answered by some, and the number of the others")
    func complaints() async throws {
        try await withServer { server, path in
            let words = try #require(try await HostileClient(path, "list", "1000").line()["words"] as? [String])
            #expect(words.count == 17 && words.last?.contains("984 more mistakes") == true, "\(words.count): \(words)")
            let long = try #require(try await HostileClient(path, "list", "5000").line()["words"] as? [String])
            #expect(long.count == 1 && long[0].contains("5000 entries"), "\(long)")
        }
    }

    @Test("requests of calls that wait count as what their caller takes up, and none is longer than 64 KiB")
    func calls() async throws {
        try await withServer { server, path in
            server.offer(Services.leaseAcquire) { _ in
                try? await Task.sleep(for: .milliseconds(700))
                return LeaseAcquireResponse()
            }
            let client = try await ChannelClient.connect(socketPath: path)
            let call = { @Sendable (bytes: Int) in
                try await client.call(
                    Services.leaseAcquire, .with { $0.client = String(repeating: "x", count: bytes) })
            }
            do {
                _ = try await call(70_000)
                Issue.record("a request of 70 kB")
            } catch { #expect("\(error)".contains("more than 65536 bytes"), "\(error)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await call(60_000) } }
                try await eventually("they count") { await server.counters.bytes > 240_000 }
                try await group.waitForAll()
            }
            try await eventually("and no longer") { await server.counters.bytes == 0 }
            await client.close()
        }
    }

    @Test("what moves the robot is short")
    func setpoints() async throws {
        try await withServer { server, path in
            server.advertise(Topics.setpoints, openTo: .operate, movesRobot: true)
            let heard = Heard()
            server.onPublished(Topics.setpoints) { message in Task { await heard.add("\(message.positions.count)") } }
            let client = try await ChannelClient.connect(socketPath: path)
            let told = Heard()
            client.onComplaint { text in Task { await told.add(text) } }
            for count in [9000, 8] {
                client.publish(Topics.setpoints, .with { $0.positions = Array(repeating: 0, count: count) })
            }
            try await eventually("the short one comes") { await heard.texts == ["8"] }
            let words = await told.texts
            #expect(words.first?.contains("at most 65536") == true, "\(words)")
            await client.close()
        }
    }

    @Test("a message larger than the outbox reaches who reads: the newest is never what is dropped")
    func newest() async throws {
        var limits = ChannelLimits()
        limits.outbox = 50_000
        try await withServer(limits: limits) { server, path in
            server.advertise(Topics.jointStates)
            let client = try await ChannelClient.connect(socketPath: path)
            let heard = Heard()
            client.follow(Topics.jointStates) { state in Task { await heard.add("\(state.position.count)") } }
            try await Task.sleep(for: .milliseconds(200))
            server.publish(
                Topics.jointStates, .with { $0.position = Array(repeating: 1, count: 12_000) }, logTime: 1)
            try await eventually("it comes", within: 3) { await heard.texts == ["12000"] }
            await client.close()
        }
    }
}
