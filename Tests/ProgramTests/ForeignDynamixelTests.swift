import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("DYNAMIXEL clients that others wrote meet the virtual bench", .serialized)
    struct ForeignDynamixelTests {
        /// The virtual bench of six servos and a wheel, and what `script` got from it.
        private func run(_ script: String) async throws -> [String: Any] {
            let python = try await Places.python("dynamixel")
            let scratch = try ScratchRobot()
            let config = Places.root + "/Config/virtual/dynamixel.toml"
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                ["--config", config, "--link", scratch.link, "--socket", scratch.socket])
            try await robot.eventually("the virtual bench makes its link") { robot.output.contains("linked from") }
            let got = try await ForeignClientsTests.run(script, on: scratch, python: python)
            try await robot.end()
            return got
        }

        private static let models = [1020, 1020, 1020, 1020, 1060, 1060]

        @Test(
            "the manufacturer's SDK pings, reads together and fast, is refused, moves, is stopped and reboots",
            .timeLimit(.minutes(8)))
        func official() async throws {
            let got = try await run("dynamixel_official.py")
            #expect(got["models"] as? [Int] == Self.models + [1060])
            #expect((got["absent"] as? String)?.contains("no status packet") == true)
            let heard = try #require(got["heard"] as? [String: [Int]])
            #expect(heard.count == 7 && heard["7"] == [1060, 48])
            let middle = Array(repeating: 2048, count: 6)
            for key in ["singly", "synchronously", "fast"] { #expect(got[key] as? [Int] == middle, "\(key)") }
            for key in ["synchronously", "fast", "bulk", "fast bulk"] { #expect(got[key + " result"] as? Int == 0) }
            #expect(got["bulk"] as? [Int] == [120, 30, 2048] && got["fast bulk"] as? [Int] == [120, 30, 2048])
            // torque on, EEPROM refused, torque off, EEPROM written, a bad value, a goal beyond the limit
            #expect(got["errors"] as? [Int] == [0, 7, 0, 0, 4, 6])
            #expect((got["explained"] as? String)?.contains("not available to target address") == true)
            #expect(got["limit"] as? Int == 70)
            let moved = try #require(got["moved"] as? [Int])
            #expect(abs(moved[1] - moved[0] - 300) <= 8)
            #expect(ForeignClientsTests.near(got["ends"] as? [Int], got["goals"] as? [Int], 8), "\(got)")
            #expect(abs((got["speed"] as? Int ?? 0) - 100) <= 5 && got["light"] as? Int == 1)
            #expect(got["tripped"] as? Int == 255 && got["locked"] as? Int == 4 && got["stopped"] as? Int == 0)
            #expect(got["cleared"] as? Int == 0 && got["free"] as? Int == 0)
            #expect(got["silence"] as? Bool == true && got["rebooted"] as? [Int] == [1060, 0])
        }

        @Test(
            "rustypot's XL430 and XL330 controllers ping, read together and fast, move and reboot",
            .timeLimit(.minutes(8)))
        func rustypot() async throws {
            let got = try await run("dynamixel_rust.py")
            for (name, tolerance) in [("xl430", 8.0), ("xl330", 0.012)] {
                let seen = try #require(got[name] as? [String: Any])
                #expect(seen["pings"] as? [Bool] == Array(repeating: true, count: 6))
                #expect(seen["absent"] as? Bool == false)
                #expect(seen["models"] as? [Int] == Self.models)
                let singly = try #require(seen["singly"] as? [Double])
                #expect(seen["together"] as? [Double] == singly && seen["fast"] as? [Double] == singly, "\(seen)")
                #expect(seen["volts"] as? Int == 120 && seen["error"] as? Int == 0)
                let goals = try #require(seen["goals"] as? [Double])
                let ends = try #require(seen["ends"] as? [Double])
                #expect(zip(goals, ends).allSatisfy { abs($0 - $1) <= tolerance }, "\(seen)")
                #expect(seen["torques"] as? [Int] == [0, 0])
                #expect(seen["rebooted"] as? Int == 1020)
            }
        }
    }
}
