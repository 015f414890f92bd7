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
            #expect(none.code == 2 && none.errors.contains("there is no serial adapter"), "\(none)")
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
    }
}
