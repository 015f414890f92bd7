import Channels
import Foundation
import Messages
import Synchronization
import TestSupport
import Testing

/// What the well-behaved client has seen.
final class Seen: Sendable {
    let box = Mutex((states: 0, events: [String]()))
}

/// A virtual robot and its body with some keys of [channels], and one client that stays well.
final class Siege: Sendable {
    let scratch: ScratchRobot
    let robot: ChildProcess
    let body: ChildProcess
    let client: ChannelClient
    private let seen = Seen()

    init(_ keys: String = "", tcpPort: Int? = nil, trace: Bool = false, environment: [String: String] = [:])
        async throws
    {
        scratch = try ScratchRobot()
        let text = try Places.configText()
        let config = scratch.folder + "/siege.toml"
        try text.replacingOccurrences(of: "[channels]", with: "[channels]\n" + keys)
            .write(toFile: config, atomically: false, encoding: .utf8)
        robot = try await scratch.startRobot()
        var arguments = ["--config", config, "--port", scratch.link, "--socket", scratch.socket]
        if trace { arguments += ["--trace", scratch.trace] }
        if let tcpPort { arguments += ["--tcp-port", "\(tcpPort)"] }
        body = try ChildProcess(Places.program("foresightd"), arguments, environment: environment)
        let body = body
        try await body.eventually("the body is connected") { body.errors.contains("servos checked") }
        client = try await ChannelClient.connect(socketPath: scratch.socket)
        client.follow(Topics.jointStates) { [seen] _ in seen.box.withLock { $0.states += 1 } }
        client.follow(Topics.events) { [seen] event in seen.box.withLock { $0.events.append(event.text) } }
    }

    var states: Int { seen.box.withLock { $0.states } }
    var events: [String] { seen.box.withLock { $0.events } }

    func end() async throws {
        await client.close()
        try await body.end()
        try await robot.end()
    }

    /// MB of memory that the body holds: now, or at most since `forgetPeak`.
    func memory(_ key: String = "VmRSS") throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(body.processIdentifier)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(key + ":") })
        return (Double(line.split(whereSeparator: \.isWhitespace)[1]) ?? .nan) / 1024
    }

    func forgetPeak() throws {
        try "5".write(toFile: "/proc/\(body.processIdentifier)/clear_refs", atomically: false, encoding: .utf8)
    }

    /// Moves the arm under a lease, and stops it by the door in mid-motion; milliseconds until that was answered.
    func stopInMotion() async throws -> Double {
        let mover = try await RawClient(socket: scratch.socket)
        let armed = try await client.call(Services.arm, TriggerRequest(), timeoutSeconds: 15)
        #expect(armed.success, "\(armed.message)")
        try await mover.acquire(seconds: 0.4)
        await mover.keepRenewing()
        let begun = try await mover.move(joint: 0, by: 0.8, seconds: 6)
        #expect(begun.accepted, "\(begun.message)")
        let start = try await mover.freshPositions()[0]
        try await Task.sleep(for: .milliseconds(1500))
        #expect(abs(try await mover.freshPositions()[0] - start) > 0.02, "it does not move")
        #expect(try await mover.isStopped() == false)
        let asked = ContinuousClock.now
        let answer = try await ChannelClient.stop(socketPath: scratch.socket)
        let took = (ContinuousClock.now - asked) / .milliseconds(1)
        #expect(answer.success && answer.message.contains("latched"), "\(answer.message)")
        // it slows down within its limits, and then stays
        try await Task.sleep(for: .milliseconds(700))
        let rest = try await mover.freshPositions()[0]
        try await Task.sleep(for: .milliseconds(500))
        #expect(try await mover.isStopped())
        #expect(abs(try await mover.freshPositions()[0] - rest) < 0.02, "it moves on")
        await mover.close()
        return took
    }

    /// Milliseconds from the request to the answer, by the door and by a connection that stood before.
    func stops(_ count: Int = 7) async throws -> (door: [Double], service: [Double]) {
        var times: (door: [Double], service: [Double]) = ([], [])
        for round in 0..<(2 * count) {
            _ = try await client.call(Services.reset, TriggerRequest())
            let start = ContinuousClock.now
            let answer =
                round % 2 == 0
                ? try await ChannelClient.stop(socketPath: scratch.socket)
                : try await client.call(Services.stop, TriggerRequest())
            let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
            #expect(answer.success, "\(answer.message)")
            if round % 2 == 0 { times.door.append(milliseconds) } else { times.service.append(milliseconds) }
        }
        return (times.door.sorted(), times.service.sorted())
    }
}

/// The real-time clock of one child process, set by a test.
struct FakeClock {
    private let folder: String
    var environment: [String: String] { ["LD_PRELOAD": folder + "/fake_clock.so", "FAKE_CLOCK": folder + "/clock"] }

    init() async throws {
        folder = try Places.scratch()
        let done = try await ChildProcess.run(
            "/usr/bin/cc",
            [
                "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o", folder + "/fake_clock.so",
                Places.root + "/Tests/FakeClock/fake_clock.c",
            ])
        try #require(done.code == 0, "\(done.errors)")
        try Data(count: 8).write(to: URL(filePath: folder + "/clock"))
    }

    /// Adds so many seconds to the machine's clock, as the child sees it.
    func set(seconds: Double) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: folder + "/clock"))
        var nanoseconds = Int64(seconds * 1e9)
        try handle.write(contentsOf: Data(bytes: &nanoseconds, count: 8))
        try handle.close()
    }
}
