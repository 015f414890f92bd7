import Foundation
import RobotModel
import Testing

@Suite("Robot configuration")
struct ConfigurationTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config").path

    static func text() throws -> String {
        try String(contentsOfFile: folder + "/so101.toml", encoding: .utf8)
    }

    /// The error that parsing the reference configuration gives after a replacement.
    static func problem(replacing old: String, with new: String) throws -> ConfigurationError? {
        let text = try text()
        #expect(text.contains(old))
        do {
            _ = try RobotConfiguration.parse(text.replacingOccurrences(of: old, with: new), file: "robot.toml")
            return nil
        } catch {
            return error
        }
    }

    @Test("the shipped configurations load", arguments: ["so101.toml", "so101-virtual.toml", "koch-virtual.toml"])
    func shipped(name: String) throws {
        let robot = try RobotConfiguration.load(path: Self.folder + "/" + name)
        #expect(robot.joints.map(\.name).last == "gripper")
        #expect(robot.joints.count == 6)
        #expect(robot.rest.count == 6 && robot.home.count == 6)
        #expect(robot.resolve("scenes/table.json").hasSuffix("Config/scenes/table.json"))
    }

    @Test("a motor that is fed on its own needs its own volts, and only a DYNAMIXEL is told a gain")
    func singleMotors() throws {
        let koch = try RobotConfiguration.load(path: Self.folder + "/koch-virtual.toml")
        #expect(koch.joints.map { koch.voltage(of: $0).contains(5) } == [false, false, true, true, true, true])
        #expect(koch.joints.map { koch.voltage(of: $0).contains(12) } == [true, true, false, false, false, false])
        #expect(koch.joints.map(\.positionGain) == [0, 0, 1500, 1500, 1500, 1500])
        let text = try String(contentsOfFile: Self.folder + "/koch-virtual.toml", encoding: .utf8)
        let feetech = text.replacing("family = \"dynamixel\"", with: "family = \"feetech-sts\"")
        #expect {
            try RobotConfiguration.parse(feetech, file: Self.folder + "/other.toml")
        } throws: {
            "\($0)".contains("position_gain") && "\($0)".contains("DYNAMIXEL")
        }
    }

    @Test("defaults in the reference are the defaults in the code")
    func defaultsAgree() throws {
        var full = try RobotConfiguration.parse(Self.text(), file: "robot.toml")
        // the one key that cannot have the arm's value as its default
        #expect(full.safety.chain == "arms/so101.chain.toml")
        full.safety.chain = ""
        let sections = ["[control]", "[safety]", "[channels]", "[trace]", "[mind]", "[virtual]"]
        let start = try #require(Self.text().range(of: "[control]")).lowerBound
        let bare = try RobotConfiguration.parse(String(Self.text()[..<start]), file: "robot.toml")
        #expect(try sections.allSatisfy { try Self.text().contains($0) })
        #expect(full == bare)
    }

    @Test("an unknown key is an error with its line and the known keys")
    func unknownKey() throws {
        let error = try #require(try Self.problem(replacing: "rate_hz = 100", with: "rate_herz = 100"))
        let line = try #require(Self.text().components(separatedBy: "\n").firstIndex { $0.hasPrefix("rate_hz") })
        #expect(error.line == line + 1)
        #expect(error.description.contains("rate_herz") && error.description.contains("rate_hz"))
    }

    @Test("an unknown section is an error")
    func unknownSection() throws {
        let error = try #require(try Self.problem(replacing: "[safety]", with: "[saftey]"))
        #expect(error.description.contains("saftey"))
        #expect(error.line != nil)
    }

    @Test(
        "bad values are refused with the reason",
        arguments: [
            ("id = 2", "id = 1", "Ids on a bus must differ"),
            ("id = 2", "id = 300", "outside"),
            ("id = 2", "id = 2.5", "whole number"),
            ("id = 2", "id = \"two\"", "whole number"),
            ("id = 2\n", "", "“id” is missing"),
            ("lower = -1.69", "lower = 1.7", "is not below upper"),
            ("lower = -1.69", "lower = nan", "outside"),
            ("lower = -1.69", "lower = 1e300", "outside"),
            ("direction = 1 ", "direction = 0 ", "must be 1 or -1"),
            ("bus = \"arm\" ", "bus = \"leg\" ", "no [[bus]] is named “leg”"),
            ("family = \"feetech-sts\"", "family = \"stepper\"", "not a motor family"),
            ("[[bus]]", "[bus]", "[[bus]]"),
            ("home = [", "home = [9, ", "expected 6 numbers"),
            ("\"file://\"]", "\"app.foxglove.dev\"]", "is no origin"),
            ("\"file://\"]", "\"https://app.foxglove.dev/\"]", "is no origin"),
            ("\"file://\"]", "\"*\"]", "is no origin"),
            ("operators = []", "operators = \"ada\"", "array of texts"),
            ("operators = []", "operators = [1]", "texts in quotes"),
            ("max_connections = 64", "max_connections = 0", "outside"),
            ("max_total_bytes = 33554432", "max_total_bytes = 2000000", "less than one client"),
            ("max_message_bytes = 4194304", "max_message_bytes = 5242880", "one message of max_message_bytes"),
            ("max_outbox_bytes = 5242880", "max_outbox_bytes = 262143", "outside 262144"),
            ("name = \"so101\" ", "name = \"so101 ", ""),
            ("rate_hz = 100 ", "rate_hz = 1001 ", "outside 20 … 1000"),
            ("cpu = -1 ", "cpu = -2 ", "outside -1 … 1023"),
            ("setpoint_seconds = 0.5 ", "setpoint_seconds = 2.1 ", "outside 0.02 … 2"),
            ("max_acceleration = 20.0 ", "max_acceleration = 0.25 ", "12.0 s or 1200 cycles"),
            ("max_acceleration = 20.0 ", "max_acceleration = 0.29 ", "1034 cycles"),
            ("overrun_limit = 0 ", "overrun_limit = -1 ", "outside 0"),
        ])
    func badValues(old: String, new: String, words: String) throws {
        let error = try #require(try Self.problem(replacing: old, with: new))
        #expect(words.isEmpty || error.description.contains(words), "\(error)")
        #expect(error.line != nil, "\(error)")
    }

    @Test("what belongs together is checked together: cycles of braking, and periods before the loop counts as stalled")
    func together() throws {
        let text = try Self.text()
        func problem(_ rate: Int, _ stall: Double, velocity: Double = 3) throws -> ConfigurationError? {
            let changed = text.replacing("rate_hz = 100 ", with: "rate_hz = \(rate) ")
                .replacing("stall_seconds = 0.2 ", with: "stall_seconds = \(stall) ")
                .replacing("max_velocity = 3.0 ", with: "max_velocity = \(velocity) ")
            try #require(changed != text)
            do { _ = try RobotConfiguration.parse(changed, file: "robot.toml") } catch { return error }
            return nil
        }
        let stalled = try #require(try problem(20, 0.149))
        #expect(stalled.description.contains("three control periods") && stalled.line != nil, "\(stalled)")
        #expect(try problem(20, 0.15) == nil && problem(60, 0.05) == nil && problem(50, 0.05) != nil)
        // the same joint brakes for as long, and that is ten times as many cycles
        #expect(try problem(100, 0.2, velocity: 30) == nil)
        let long = try #require(try problem(1000, 0.2, velocity: 30))
        #expect(long.description.contains("cycles are allowed") && long.line != nil, "\(long)")
    }

    @Test("a pose outside a joint's limits is refused")
    func poseOutsideLimits() throws {
        let text = try Self.text().replacingOccurrences(of: "home = [0.0", with: "home = [1.95")
        #expect(throws: ConfigurationError.self) { try RobotConfiguration.parse(text, file: "robot.toml") }
    }

    @Test("a missing file says so")
    func missingFile() {
        #expect(throws: ConfigurationError.self) { try RobotConfiguration.load(path: "/nowhere/robot.toml") }
    }
}
