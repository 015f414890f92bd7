import Control
import Hardware
import RobotModel
import Testing

@Suite("The ways in and out of the control thread")
struct ThreadTests {
    private static func robot(port: String) -> RobotConfiguration {
        var robot = VirtualRobot.configuration
        robot.buses[0].port = port
        robot.control.realtimePriority = 0
        return robot
    }

    @Test("without a port the thread says why, answers arm with a refusal, and ends when asked")
    func noPort() async throws {
        let (notices, feed) = AsyncStream.makeStream(of: ControlThread.Notice.self)
        let control = ControlThread(
            robot: Self.robot(port: "/dev/no-such-port"), protections: .none, wireLog: nil
        ) { feed.yield($0) }
        _ = control.start()
        var said = notices.makeAsyncIterator()
        var first = await said.next()
        while case .information = first { first = await said.next() }
        guard case .waiting(let why) = first else { return #expect(Bool(false), "expected a reason") }
        #expect(why.contains("/dev/no-such-port"))
        control.mailbox.post(.arm)
        guard case .armingRefused = await said.next() else { return #expect(Bool(false), "expected a refusal") }
        #expect(control.stalledFor == nil, "a thread without a robot may take its time")
        let snapshot = try #require(control.ring.pop())
        #expect(!snapshot.isConnected && snapshot.report.state == .disarmed)
        control.quit()
    }
}
