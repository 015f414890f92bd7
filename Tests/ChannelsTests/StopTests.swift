import Channels
import Foundation
import Messages
import Synchronization
import TestSupport
import Testing

@Suite("Stop is heard whatever else goes on", .serialized)
struct StopTests {
    /// Requests heard, and an answer that comes only when the test says so.
    private final class Brake: Sendable {
        let heard = Mutex<[String]>([])
        let isOpen = Mutex(false)

        func serve(_ server: ChannelServer) {
            server.serveStop(Services.stop) { [self] caller in
                heard.withLock { $0.append(caller.name) }
                return {
                    while !self.isOpen.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
                    return .with { ($0.success, $0.message) = (true, "at rest") }
                }
            }
        }

        var count: Int { heard.withLock { $0.count } }
    }

    @Test("by a connection all of whose calls wait, and each request of many is passed on at once")
    func manyCalls() async throws {
        var limits = ChannelLimits()
        limits.calls = 2
        try await withServer(limits: limits) { server, path in
            let brake = Brake()
            brake.serve(server)
            server.offer(Services.reset) { _ in
                try? await Task.sleep(for: .seconds(3))
                return TriggerResponse()
            }
            let client = try await ChannelClient.connect(socketPath: path)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { _ = try? await client.call(Services.reset, TriggerRequest()) } }
                try await Task.sleep(for: .milliseconds(200))
                let refused = Heard()
                for _ in 0..<10 {
                    group.addTask {
                        do {
                            let answer = try await client.call(Services.stop, TriggerRequest())
                            #expect(answer.success && answer.message == "at rest")
                        } catch { await refused.add("\(error)") }
                    }
                }
                try await eventually("all ten are heard, before any is answered") { brake.count == 10 }
                try await eventually("who cannot wait is told") { await refused.texts.count == 6 }
                let words = await refused.texts
                #expect(words.allSatisfy { $0.contains("it was asked to stop") }, "\(words)")
                brake.isOpen.withLock { $0 = true }
                try await group.waitForAll()
            }
            await client.close()
        }
    }

    @Test("by the door, also from more callers than may wait for their answer")
    func door() async throws {
        try await withServer { server, path in
            let early = try await ChannelClient.stop(socketPath: path)
            #expect(!early.success && early.message.contains("still starting"))
            let brake = Brake()
            brake.serve(server)
            // as many threads as wait at once are few: a child process asks
            let many = """
                import socket, sys, time
                lines = []
                for _ in range(80):
                    line = socket.socket(socket.AF_UNIX); line.connect(sys.argv[1]); lines.append(line)
                lines[79].settimeout(5)
                print(lines[79].recv(1000).decode().strip(), flush=True)
                time.sleep(60)
                """
            let callers = try ChildProcess("/usr/bin/python3", ["-c", many, path + ".stop"])
            try await callers.eventually("the last is told at once") { callers.output.contains("\n") }
            #expect(callers.output.contains("it was asked to"), "\(callers.output)")
            #expect(brake.count == 80)
            brake.isOpen.withLock { $0 = true }
            callers.signal(SIGKILL)
            // those who waited leave one after another
            try await eventually("whoever comes then is answered") {
                let answer = try await ChannelClient.stop(socketPath: path)
                return answer.success && answer.message == "at rest"
            }
        }
    }

    @Test("a door that nobody opens is given up in time")
    func nobodyAccepts() async throws {
        let path = "/tmp/door-\(UUID().uuidString.prefix(8))"
        let listens = """
            import socket, sys, time
            door = socket.socket(socket.AF_UNIX); door.bind(sys.argv[1]); door.listen(0)
            line = socket.socket(socket.AF_UNIX); line.connect(sys.argv[1])
            print("full", flush=True); time.sleep(60)
            """
        let deaf = try ChildProcess("/usr/bin/python3", ["-c", listens, path + ".stop"])
        try await deaf.eventually("nobody else can be queued") { deaf.output.contains("full") }
        do {
            _ = try await ChannelClient.stop(socketPath: path, timeoutSeconds: 0.3)
            Issue.record("answered by nobody")
        } catch {
            #expect(error.kind == .timedOut && error.description.contains("supply"), "\(error)")
        }
        deaf.signal(SIGKILL)
        unlink(path + ".stop")
    }

    @Test("a file in the door's place that is no socket is left alone, and nothing is kept of the attempt")
    func precious() async throws {
        let path = "/tmp/place-\(UUID().uuidString.prefix(8))"
        let file = path + ".stop"
        _ = FileManager.default.createFile(atPath: file, contents: Data("precious".utf8))
        defer { for name in [path, file, path + ".lock"] { unlink(name) } }
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<5 {
            await #expect(throws: ChannelError.self) { _ = try await ChannelServer(name: "test", socketPath: path) }
        }
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(after <= before + 2, "from \(before) to \(after) descriptors")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        unlink(file)
        let server = try await ChannelServer(name: "test", socketPath: path)
        await server.close()
        #expect(!FileManager.default.fileExists(atPath: file))
    }
}
