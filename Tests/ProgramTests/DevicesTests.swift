import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("Serial adapters", .serialized)
    struct DevicesTests {
        @Test("foresight devices lists them, for people and for scripts, and advises when there is none")
        func list() async throws {
            let usb = try await FakeUsb()
            let program = Places.program("foresight")
            let none = try await ChildProcess.run(program, ["devices"], environment: usb.environment)
            #expect(none.code == 2 && none.errors.contains("no serial adapter is plugged in"), "\(none)")
            #expect(none.errors.contains("those for charging do not"), "\(none.errors)")
            try await usb.plug(.u2d2, as: "ttyUSB0", socket: "1-2")
            let shown = try await ChildProcess.run(program, ["devices"], environment: usb.environment)
            #expect(shown.code == 0, "\(shown)")
            for part in ["/dev/ttyUSB0", "0403:6014", "FT6Z1234", "ftdi_sio", "16 ms", "nothing", "ROBOTIS U2D2"] {
                #expect(shown.output.contains(part), "\(part) is missing in \(shown.output)")
            }
            #expect(!shown.output.contains("\u{1B}"), "no colours into a file")
            let listed = try await ChildProcess.run(program, ["devices", "--json"], environment: usb.environment)
            let array = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]]
            let first = try #require(array?.first)
            #expect(first["device"] as? String == "/dev/ttyUSB0")
            #expect((first["name"] as? String)?.hasPrefix("/dev/serial/by-id/usb-FTDI") == true)
            #expect(first["usb"] as? String == "0403:6014")
            #expect(first["latencyMilliseconds"] as? Int == 16)
        }

        @Test("foresight devices --watch tells of plug and unplug until Ctrl-C") func watch() async throws {
            let usb = try await FakeUsb()
            let watch = try ChildProcess(
                Places.program("foresight"), ["devices", "--watch"], environment: usb.environment)
            try await watch.eventually("it watches") { watch.output.contains("Watching") }
            try await usb.plug(.ch343, as: "ttyACM0")
            try await watch.eventually("it says so") { watch.output.contains("+ plugged in  /dev/ttyACM0") }
            #expect(watch.output.contains("Waveshare"), "\(watch.output)")
            try await usb.unplug(.ch343, from: "ttyACM0")
            try await watch.eventually("it says so") { watch.output.contains("- unplugged   /dev/ttyACM0") }
            watch.signal(SIGINT)
            #expect(try await watch.exitCode(within: 5) == 0)
        }

        @Test(
            "foresightd comes back after its adapter was pulled out and plugged in under another number",
            .timeLimit(.minutes(2)),
            arguments: ["/dev/serial/by-id/usb-FTDI_USB__-__Serial_Converter_FT6Z1234-if00", "/dev/ttyUSB0", "auto"])
        func replug(port: String) async throws {
            let usb = try await FakeUsb()
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot()
            try await usb.plug(.u2d2, as: "ttyUSB0", behind: scratch.link)
            let config = scratch.folder + "/robot.toml"
            let text = try Places.configText()
                .replacing("port = \"/tmp/foresight-so101\"", with: "port = \"\(port)\"")
                .replacing("calibration = \"", with: "calibration = \"\(Places.root)/Config/")
            try text.write(toFile: config, atomically: false, encoding: .utf8)
            let body = try ChildProcess(
                Places.program("foresightd"),
                ["--config", config, "--socket", scratch.socket, "--wire-log", scratch.bodyWire],
                environment: usb.environment)
            let checks = { @Sendable in body.errors.components(separatedBy: "servos checked").count - 1 }
            try await body.eventually("it found its servos behind the adapter") { checks() == 1 }
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await usb.unplug(.u2d2, from: "ttyUSB0")
            try await body.eventually("it says what happened") {
                body.errors.contains("\(port == "auto" ? "/dev/ttyUSB0" : port) vanished: stopped and disarmed")
            }
            #expect(try await scratch.state() == "stopped")
            // another robot's adapter takes the socket meanwhile
            var stranger = FakeUsb.Adapter.u2d2
            stranger.serialNumber = "FT6Z9999"
            try await usb.plug(stranger, as: "ttyUSB1")
            try await Task.sleep(for: .seconds(1))
            #expect(checks() == 1, "it took a stranger's adapter: \(body.errors)")
            let clock = ContinuousClock()
            let plugged = clock.now
            try await usb.plug(.u2d2, as: "ttyUSB2", socket: "1-3", behind: scratch.link)
            try await body.eventually("it is back") { checks() == 2 }
            #expect(
                clock.now - plugged < .seconds(5), "within a second, and what a busy machine adds")
            #expect(try await scratch.state() == "stopped", "nothing moves before a person says so")
            #expect(try await scratch.foresight(["reset"]).code == 0)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            #expect(try await scratch.state() == "armed")
            try await body.end()
            try await robot.end()
        }
    }
}
