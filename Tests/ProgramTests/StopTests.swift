import Channels
import Foundation
import Messages
import TestSupport
import Testing
import Traces

extension ProgramTests {
    /// Stopping and serving when something the body needs is used up, or when others would rather it did not.
    @Suite("Stop is everybody's, and needs nothing that can be used up", .serialized)
    struct StopTests {
        @Test("the second request takes torque off, whoever makes it and by whatever way, and both are named")
        func secondStop() async throws {
            let siege = try await Siege("observers = [\"user:50002\"]")
            let armed = try await siege.client.call(Services.arm, TriggerRequest(), timeoutSeconds: 15)
            #expect(armed.success, "\(armed.message)")
            let programs = siege.scratch.folder + "/foresight"
            try FileManager.default.copyItem(atPath: Places.program("foresight"), toPath: programs)
            let stranger = ["--reuid", "50001", "--regid", "50001", "--clear-groups"]
            let stop = {
                try await ChildProcess.run(
                    "/usr/bin/setpriv", stranger + [programs, "stop"],
                    environment: ["FORESIGHT_SOCKET": siege.scratch.socket])
            }
            let first = try await stop()
            #expect(first.code == 0 && first.output.contains("Once more takes torque off"), "\(first)")
            try await Task.sleep(for: .milliseconds(700))
            let second = try await stop()
            #expect(second.code == 0 && second.output.contains("torque is off, the arm falls"), "\(second)")
            let status = try await siege.scratch.foresight(["status", "--json"])
            #expect(status.output.contains("\"torque\":\"off\""), "\(status.output)")
            #expect(status.output.contains("by user 50001"), "who did it: \(status.output)")
            try await siege.body.eventually("both are told") {
                siege.events.count { $0.contains("stopped on request") && $0.contains("by user 50001") } == 2
            }
            // nothing is left to be taken off
            let third = try await siege.client.call(Services.stop, TriggerRequest())
            #expect(third.success && !third.message.contains("Once more"), "\(third.message)")
            #expect(third.message.contains("Torque is off"), "\(third.message)")
            try await siege.end()
        }

        @Test("a robot that was never armed is told to have no torque, and a reset makes the next stop a first one")
        func unarmed() async throws {
            let siege = try await Siege()
            let first = try await ChannelClient.stop(socketPath: siege.scratch.socket)
            #expect(first.success && first.message.contains("Torque is off."), "\(first.message)")
            _ = try await siege.client.call(Services.reset, TriggerRequest())
            let armed = try await siege.client.call(Services.arm, TriggerRequest(), timeoutSeconds: 15)
            #expect(armed.success, "\(armed.message)")
            let again = try await ChannelClient.stop(socketPath: siege.scratch.socket)
            #expect(again.success && again.message.contains("Once more"), "\(again.message)")
            let status = try await siege.scratch.foresight(["status", "--json"])
            #expect(status.output.contains("\"torque\":\"on\""), "\(status.output)")
            try await siege.end()
        }

        @Test("nobody reads the body's stderr: it goes on, and stops when it is asked to")
        func fullPipe() async throws {
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            // a pipe that is full from the start, whose reading end stays open
            let full = """
                import fcntl, os, sys
                out, into = os.pipe()
                os.set_blocking(into, False)
                try:
                    while True: os.write(into, bytes(4096))
                except BlockingIOError: pass
                os.set_blocking(into, True)
                os.set_inheritable(out, True)
                os.dup2(into, 2)
                os.execv(sys.argv[1], sys.argv[1:])
                """
            let body = try ChildProcess(
                "/usr/bin/python3",
                [
                    "-c", full, Places.program("foresightd"), "--config", Places.config, "--port", scratch.link,
                    "--socket", scratch.socket,
                ])
            try await body.eventually("it is there") { (try? await scratch.state()) == "disarmed" }
            let client = try await RawClient(socket: scratch.socket)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            // each of these is a line in the log
            for _ in 0..<5 {
                let stopped = try await ChannelClient.stop(socketPath: scratch.socket, timeoutSeconds: 3)
                #expect(stopped.success, "\(stopped.message)")
                #expect(try await scratch.foresight(["reset"]).code == 0)
            }
            #expect(try await client.freshPositions().count == 6)
            await client.close()
            try await body.end()
            try await robot.end()
        }

        @Test("connections are bounded by what the process may open, and without any descriptor left stop works")
        func descriptors() async throws {
            let siege = try await Siege("max_connections_per_process = 1000\nmax_connections = 1000")
            // the soft limit was raised to the hard one
            let limits = try String(
                contentsOfFile: "/proc/\(siege.body.processIdentifier)/limits", encoding: .utf8)
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            #expect(numbers.count == 2 && numbers[0] == numbers[1], "\(line)")
            // none is left
            let folder = "/proc/\(siege.body.processIdentifier)/fd"
            let used = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0) }
            let limit = (used.max() ?? 0) + 1
            let lowered = try await ChildProcess.run(
                "/usr/bin/prlimit", ["--pid", "\(siege.body.processIdentifier)", "--nofile=\(limit):\(limit)"])
            try #require(lowered.code == 0, "\(lowered.errors)")
            let crowd = try HostileClient(siege.scratch.socket, ["open", "\(limit + 3)"])
            let got = try await crowd.line()
            #expect("\(got["refused"] ?? "")".contains("no descriptor left"), "\(got)")
            let stopped = try await ChannelClient.stop(socketPath: siege.scratch.socket)
            try await siege.body.eventually("the robot is stopped") {
                siege.events.contains { $0.contains("stopped on request") }
            }
            #expect(stopped.success || stopped.message.contains("it was asked to"), "\(stopped.message)")
            #expect(siege.client.isConnected)
            try await crowd.end()
            try await siege.body.eventually("there is room again") {
                (try? await siege.scratch.state()) == "stopped"
            }
            try await siege.end()
        }

        @Test("a hard limit of open files bounds the connections, and says so at the start")
        func hardLimit() async throws {
            let scratch = try ScratchRobot()
            let config = try BodyTests.altered(
                scratch, "[channels]", "[channels]\nmax_connections_per_process = 1000\nmax_connections = 1000")
            let robot = try await scratch.startRobot()
            let body = try ChildProcess(
                "/usr/bin/prlimit",
                [
                    "--nofile=64:230", Places.program("foresightd"), "--config", config, "--port", scratch.link,
                    "--socket", scratch.socket,
                ])
            try await body.eventually("the body is connected") { body.errors.contains("servos checked") }
            #expect(body.errors.contains("only 38 clients can be connected"), "\(body.errors)")
            let crowd = try HostileClient(scratch.socket, ["open", "60"])
            let got = try await crowd.line()
            #expect(got["open"] as? Int ?? 0 >= 36 && "\(got["refused"] ?? "")".contains("38 clients"), "\(got)")
            #expect(try await ChannelClient.stop(socketPath: scratch.socket).success)
            try await crowd.end()
            try await body.end()
            try await robot.end()
        }

        @Test("who asks for the lease and leaves at once does not keep it")
        func leaver() async throws {
            let siege = try await Siege()
            let leaver = try HostileClient(siege.scratch.socket, ["leave", "40"])
            _ = try await leaver.line()
            try await Task.sleep(for: .milliseconds(200))
            let lease = try await siege.client.call(
                Services.leaseAcquire, .with { ($0.client, $0.seconds) = ("well\u{1B}[2J\nbehaved", 0.4) })
            #expect(lease.granted, "\(lease.message)")
            // and a name is cleaned before anybody reads it
            var states = siege.client.subscribe(Topics.controlState).makeAsyncIterator()
            var holder = ""
            while holder.isEmpty { holder = try #require(await states.next()).message.leaseHolder }
            #expect(holder == "well\u{FFFD}[2J\u{FFFD}behaved", "\(holder)")
            let long = try await siege.client.call(
                Services.leaseAcquire, .with { ($0.client, $0.seconds) = (String(repeating: "x", count: 300), 0.4) })
            #expect(!long.granted && long.message.contains("max_name_bytes"), "\(long.message)")
            try await siege.end()
        }

        @Test("set-points that are refused in ever other words are one line in the log")
        func refusedSetpoints() async throws {
            let siege = try await Siege()
            for sequence in 0..<200 {
                siege.client.publish(
                    Topics.setpoints,
                    .with { ($0.token, $0.sequence, $0.jointNames) = (UInt64(sequence), 1, ["x\(sequence)\n"]) })
            }
            try await siege.body.eventually("it is told") { siege.events.contains { $0.contains("not followed") } }
            try await Task.sleep(for: .milliseconds(500))
            #expect(siege.events.count { $0.contains("not followed") } == 1, "\(siege.events)")
            try await siege.end()
        }

        @Test("the camera and the mind stamp by the body's clock, wherever that of their machine stands")
        func oneTimeBase() async throws {
            let clock = try await FakeClock()
            try clock.set(seconds: -86_400)
            let siege = try await Siege(trace: true, environment: clock.environment)
            let mind = try await siege.scratch.startMind()
            try await Task.sleep(for: .seconds(1))
            try await mind.end()
            try await siege.end()
            var apart: [String: Double] = [:]
            _ = try TraceReader.read(siege.scratch.trace) { message, _, _ in
                let stamp: Int64? =
                    switch message.topic {
                    case "/detections": (try? Detection3DArray(serialized: message.payload))?.header.stamp.nanoseconds
                    case "/mind/status": (try? MindStatus(serialized: message.payload))?.header.stamp.nanoseconds
                    default: nil
                    }
                guard let stamp else { return }
                apart[message.topic] = abs(Double(Int64(message.logTime) - stamp)) * 1e-9
            }
            #expect(apart["/detections"] ?? .infinity < 10 && apart["/mind/status"] ?? .infinity < 10, "\(apart) s")
        }
    }
}
