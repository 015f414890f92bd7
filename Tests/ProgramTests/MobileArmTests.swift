import Foundation
import Messages
import TestSupport
import Testing

extension ProgramTests {
    @Suite("An arm on Feetech servos upon wheels on an ODrive, one robot from one configuration", .serialized)
    struct MobileArmTests {
        /// The shipped configuration with its ports in a folder of the test's own.
        struct Robot {
            let scratch: ScratchRobot
            let config: String
            var arm: String { scratch.folder + "/arm" }
            var base: String { scratch.folder + "/base" }

            init() throws {
                scratch = try ScratchRobot()
                config = scratch.folder + "/mobile.toml"
                let text = try Places.configText("mobile-arm-virtual.toml")
                    .replacing("/tmp/foresight-mobile-arm", with: scratch.folder + "/arm")
                    .replacing("/tmp/foresight-mobile-base", with: scratch.folder + "/base")
                try text.write(toFile: config, atomically: false, encoding: .utf8)
            }

            func virtual(_ arguments: [String]) async throws -> ChildProcess {
                let process = try ChildProcess(
                    Places.program("foresight-virtual"), arguments + ["--socket", scratch.socket])
                try await process.eventually("the virtual robot makes its link") {
                    process.output.contains("linked from")
                }
                return process
            }

            func body() async throws -> ChildProcess {
                let body = try ChildProcess(
                    Places.program("foresightd"), ["--config", config, "--socket", scratch.socket])
                try await body.eventually("the body is connected") { body.errors.contains("8 servos checked") }
                return body
            }

            /// What the ODrive answers to lines of text, asked past any driver.
            func ask(_ lines: [String]) async throws -> [String] {
                let script = """
                    import os, sys, time, tty
                    port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
                    tty.setraw(port)
                    for line in sys.argv[2:]:
                        os.write(port, (line + "\\n").encode())
                        time.sleep(0.1)
                        print(os.read(port, 200).decode().strip())
                    """
                let run = try await ChildProcess.run("/usr/bin/python3", ["-c", script, base] + lines, within: 20)
                try #require(run.code == 0, "\(run)")
                return run.output.split(separator: "\n").map(String.init)
            }
        }

        private struct Status: Decodable {
            struct Motor: Decodable {
                var name: String
                var values: [String: String]
            }
            var state: String
            var reason: String
            var motors: [Motor]
        }

        private func status(_ robot: Robot) async throws -> Status {
            let shown = try await robot.scratch.foresight(["status", "--json"])
            return try JSONDecoder().decode(Status.self, from: Data(shown.output.utf8))
        }

        @Test(
            "arm and wheels move together; when foresightd dies the ODrive's own watchdog stops the wheels",
            .timeLimit(.minutes(2)))
        func together() async throws {
            let robot = try Robot()
            let virtual = try await robot.virtual(["--config", robot.config])
            let body = try await robot.body()
            #expect(try await robot.scratch.foresight(["arm"]).code == 0)
            let motors = try await status(robot).motors.filter { $0.values["watchdog"] != nil }
            #expect(motors.count == 8)
            #expect(motors.filter { $0.values["watchdog"] == "none" }.count == 6, "servos have none: \(motors)")
            #expect(motors.filter { $0.values["watchdog"]?.hasSuffix("ms") == true }.count == 2, "\(motors)")

            let tool = try await Teleoperator(socket: robot.scratch.socket, config: robot.config)
            #expect(try await tool.takeLease())
            let start = try await tool.positions()
            let both = try await tool.move([0: 0.4, 6: 3, 7: -2], seconds: 2)
            #expect(both.accepted, "\(both.message)")
            try await body.eventually("all are there", within: 10) {
                guard let now = try? await tool.positions() else { return false }
                return abs(now[0] - start[0] - 0.4) < 0.05 && abs(now[6] - start[6] - 3) < 0.1
                    && abs(now[7] - start[7] + 2) < 0.1
            }
            try await body.eventually("the motion has ended", within: 10) {
                (try? await robot.scratch.state()) == "armed"
            }
            let rolling = try await tool.move([6: 40, 7: 40], seconds: 8)
            #expect(rolling.accepted, "\(rolling.message)")
            let before = try await tool.positions()[6]
            try await body.eventually("the wheels roll") { ((try? await tool.positions()[6]) ?? before) > before + 3 }
            body.signal(SIGKILL)
            await tool.close()
            try await Task.sleep(for: .seconds(1.5))
            let answers = try await robot.ask(["r axis0.error", "f 0", "r axis1.error", "f 1"])
            try #require(answers.count == 4, "\(answers)")
            // AXIS_ERROR_WATCHDOG_TIMER_EXPIRED
            #expect((Int(answers[0]) ?? 0) & 0x800 != 0 && (Int(answers[2]) ?? 0) & 0x800 != 0, "\(answers)")
            for feedback in [answers[1], answers[3]] {
                let speed = feedback.split(separator: " ").last.flatMap { Double($0) }
                #expect(abs(try #require(speed)) < 0.01, "\(answers)")
            }
            // and what the watchdog did keeps nobody from going on
            let again = try await robot.body()
            #expect(try await robot.scratch.foresight(["arm"]).code == 0)
            try await again.end()
            try await virtual.end()
        }

        @Test(
            "a standard Twist drives the base under the lease, odometry tells where it got to, and silence stops it",
            .timeLimit(.minutes(2)))
        func twist() async throws {
            let robot = try Robot()
            let virtual = try await robot.virtual(["--config", robot.config])
            let body = try await robot.body()
            #expect(try await robot.scratch.foresight(["arm"]).code == 0)
            let client = try await RawClient(socket: robot.scratch.socket, config: robot.config)
            let stranger = try await RawClient(socket: robot.scratch.socket, config: robot.config)
            try await client.acquire(seconds: 0.4)
            for _ in 0..<100 {
                await client.drive(0.2, 0)
                await stranger.drive(0, 2)
                try await client.renew()
                try await Task.sleep(for: .milliseconds(20))
            }
            let straight = try await client.odometry()
            #expect(straight.pose.pose.position.x > 0.2, "\(straight.pose.pose)")
            #expect(abs(straight.pose.pose.position.y) < 0.02 && abs(straight.pose.pose.orientation.z) < 0.05)
            // 5 cm after a metre, however often it is looked; and height is not known
            let share = straight.pose.covariance[0] / straight.pose.pose.position.x
            #expect(share > 0.002 && share < 0.004, "\(straight.pose.covariance)")
            #expect(straight.pose.covariance[14] > 1000)
            #expect(straight.header.frameID == "odom" && straight.childFrameID == "base_link")
            #expect(body.errors.contains("/cmd_vel counts only on the connection that holds the lease"))
            // renewals go on, velocities do not: the base stops by itself within half a second
            for _ in 0..<50 {
                try await client.renew()
                try await Task.sleep(for: .milliseconds(20))
            }
            let rest = try await client.odometry()
            #expect(abs(rest.twist.twist.linear.x) < 0.02, "\(rest.twist.twist)")
            #expect(try await robot.scratch.state() == "armed")
            for _ in 0..<50 {
                await client.drive(0, 1)
                try await client.renew()
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await client.odometry().pose.pose.orientation.z > 0.1, "it turns to the left")
            await client.close()
            await stranger.close()
            try await body.end()
            try await virtual.end()
        }

        @Test("one bus of two that vanishes stops the whole robot by name; back again, it can be armed")
        func halfGone() async throws {
            let robot = try Robot()
            let arm = try await robot.virtual(["--config", Places.config, "--link", robot.arm])
            let wheels = ["--config", Places.root + "/Config/virtual/odrive.toml", "--link", robot.base]
            let base = try await robot.virtual(wheels)
            let body = try await robot.body()
            #expect(try await robot.scratch.foresight(["arm"]).code == 0)
            let tool = try await Teleoperator(socket: robot.scratch.socket, config: robot.config)
            #expect(try await tool.takeLease())
            #expect(try await tool.move([0: 1], seconds: 5).accepted)
            let start = try await tool.positions()[0]
            try await body.eventually("the arm moves") { ((try? await tool.positions()[0]) ?? 0) > start + 0.1 }
            base.signal(SIGKILL)
            try await body.eventually("the body notices", within: 3) { body.errors.contains("vanished") }
            #expect(body.errors.contains(robot.base), "\(body.errors)")
            #expect(try await status(robot).state == "stopped")
            try await Task.sleep(for: .milliseconds(500))
            let rest = try await tool.positions()[0]
            try await Task.sleep(for: .milliseconds(500))
            #expect(abs(try await tool.positions()[0] - rest) < 0.02, "the arm goes on without its base")
            await tool.close()
            #expect(try await robot.scratch.foresight(["arm"]).code != 0)

            try FileManager.default.removeItem(atPath: robot.base)
            let returned = try await robot.virtual(wheels)
            try await body.eventually("both buses are there again") {
                body.errors.components(separatedBy: "servos checked").count == 3
            }
            #expect(try await robot.scratch.foresight(["reset"]).code == 0)
            let armed = try await robot.scratch.foresight(["arm"])
            #expect(armed.code == 0, "\(armed.errors)")
            try await body.end()
            try await arm.end()
            try await returned.end()
        }
    }
}
