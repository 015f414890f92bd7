import Foundation
import Messages
import RobotModel
import TestSupport
import Testing

extension ProgramTests {
    /// What else may befall a robot in mid-motion; docs/safety.md says how each ends.
    @Suite("What befalls a robot in mid-motion ends as the table says", .serialized)
    struct EndingTests {
        @Test("a client that is stopped by SIGSTOP looks no more: its lease lapses and the arm stops")
        func stoppedClient() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody(trace: false)
            let mind = try await scratch.startMind()
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let order = try ChildProcess(
                Places.program("foresight"), ["do", "put the red block in the bin"],
                environment: ["FORESIGHT_SOCKET": scratch.socket])
            try await body.eventually("the arm moves", within: 60) { (try? await scratch.state()) == "moving" }
            mind.signal(SIGSTOP)
            try await body.eventually("the lease lapses", within: 2) { body.errors.contains("lapsed") }
            #expect(try await scratch.state() == "stopped")
            mind.signal(SIGCONT)
            try await Task.sleep(for: .seconds(1))
            #expect(try await scratch.state() == "stopped", "whoever comes back does not go on")
            mind.signal(SIGKILL)
            order.signal(SIGKILL)
            try await body.end()
            try await robot.end()
        }

        @Test("a trace whose writing stands still delays neither the motion nor a stop")
        func blockedTrace() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            let body = try await scratch.startBody()
            #expect(try await scratch.foresight(["arm"]).code == 0)
            let tool = try await Teleoperator(socket: scratch.socket, config: Places.config)
            #expect(try await tool.takeLease())
            // as a disk that takes no more bytes for so long does to the thread that writes
            async let frozen = StallTests.freeze(body, "trace", 8)
            try await Task.sleep(for: .milliseconds(300))
            for round in 0..<2 {
                let start = try await tool.positions()[0]
                let way = round % 2 == 0 ? 0.5 : -0.5
                let moved = try await tool.move(joint: 0, by: way, seconds: 1)
                #expect(moved.accepted, "\(moved.message)")
                try await body.eventually("the joint has moved", within: 3) {
                    abs(((try? await tool.positions()[0]) ?? start) - start - way) < 0.05
                }
                try await body.eventually("the motion has ended", within: 3) {
                    (try? await scratch.state()) == "armed"
                }
            }
            let clock = ContinuousClock()
            let asked = clock.now
            #expect(try await scratch.foresight(["stop"]).code == 0)
            #expect(clock.now - asked < .seconds(1))
            await tool.close()
            _ = try await frozen
            try await body.end()
            let info = try await scratch.foresight(["trace", "info", scratch.trace])
            #expect(info.code == 0 && info.output.contains("/joint_states"), "\(info)")
            try await robot.end()
        }
    }
}
