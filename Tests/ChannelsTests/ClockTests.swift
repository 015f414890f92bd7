import Channels
import Foundation
import Messages
import Synchronization
import TestSupport
import Testing

@Suite("One time base")
struct ClockTests {
    /// A machine whose clock is set by a test.
    final class Machine: Sendable {
        private let added = Mutex(Int64(1_800_000_000_000_000_000))

        /// The one that all processes of a machine share.
        var monotonic: Int64 {
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
        }
        var realtime: Int64 { added.withLock { $0 } + monotonic }
        func step(seconds: Double) { added.withLock { $0 += Int64(seconds * 1e9) } }
        var clock: RealClock { RealClock(monotonic: { self.monotonic }, realtime: { self.realtime }) }
    }

    @Test("a step of a day leaves relayed messages in order, and is told once", arguments: [-86_400.0, 86_400])
    func step(seconds: Double) async throws {
        let machine = Machine()
        let passed = Mutex<[PassedMessage]>([])
        try await withServer(clock: machine.clock, onMessage: { message in passed.withLock { $0.append(message) } }) {
            server, path in
            server.advertise(Topics.events)
            server.advertise(Topics.instruction, openTo: .operate)
            let client = try await ChannelClient.connect(socketPath: path)
            let began = machine.realtime
            for round in 0..<4 {
                if round == 2 { machine.step(seconds: seconds) }
                for _ in 0..<5 {
                    client.publish(Topics.instruction, Instruction())
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            try await eventually("the step is told") {
                passed.withLock { $0.contains { $0.topic == "/events" } }
            }
            try await Task.sleep(for: .milliseconds(2100))
            await client.close()
            let all = passed.withLock { $0 }
            let times = all.map { Int64($0.logTime) }
            #expect(times == times.sorted(), "log times go back")
            #expect(times.allSatisfy { $0 >= began && $0 < began + 20_000_000_000 })
            let told = try all.filter { $0.topic == "/events" }.map { try Event(serialized: $0.payload) }
            #expect(told.count == 1, "\(told)")
            let word = seconds < 0 ? "set back by 86400.0 s" : "set forward by 86400.0 s"
            #expect(told.first?.text.contains(word) == true, "\(told)")
            #expect(abs((told.first?.header.stamp.nanoseconds ?? 0) - began) < 20_000_000_000)
        }
    }

    @Test("a client is told the body's clock and can stamp by it, also after a step of the machine's")
    func anchor() async throws {
        let machine = Machine()
        try await withServer(clock: machine.clock) { server, path in
            machine.step(seconds: 3600)
            let client = try await ChannelClient.connect(socketPath: path)
            let apart = Int64(client.clock.now) - Int64(server.clock.now)
            #expect(abs(apart) < 1_000_000_000, "\(apart) ns")
            #expect(abs(Int64(client.clock.now) - machine.realtime) > 3_000_000_000_000)
            await client.close()
        }
    }

    @Test("a clock that is not stepped, or by less than is worth a word, is not spoken of")
    func noStep() async throws {
        let machine = Machine()
        let passed = Mutex<[String]>([])
        try await withServer(
            clock: machine.clock, onMessage: { message in passed.withLock { $0.append(message.topic) } }
        ) {
            server, _ in
            server.advertise(Topics.events)
            machine.step(seconds: 0.4)
            try await Task.sleep(for: .milliseconds(1300))
            #expect(passed.withLock { $0 }.isEmpty)
        }
    }
}
