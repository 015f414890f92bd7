import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("Servo clients that others wrote meet the virtual robot", .serialized)
    struct ForeignClientsTests {
        /// Counts the arm may sag, and the encoder flicker, between two reads.
        static let sag = 12
        /// Counts a joint may miss its goal by: play, dry friction and what is left of the motion.
        static let aim = 20
        /// Where the six servos stand at rest: 2048 + angle × 4096 / 2π.
        static let rest = [2048, 940, 3117, 1005, 2048, 2113]

        static func run(_ script: String, on robot: ScratchRobot, python: String) async throws -> [String: Any] {
            let path = Places.root + "/Tests/ProgramTests/Scripts/\(script)"
            let run = try await ChildProcess.run(python, [path, robot.link], within: 90)
            try #require(run.code == 0, "\(run.output)\(run.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        }

        static func near(_ a: [Int]?, _ b: [Int]?, _ tolerance: Int) -> Bool {
            guard let a, let b, a.count == b.count else { return false }
            return zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
        }

        /// What all three clients read at rest, and after a goal for servos 5 and 6 in one packet.
        private func checkCommon(_ got: [String: Any]) {
            let singly = got["singly"] as? [Int]
            #expect(singly?.count == 6)
            #expect(Self.near(got["synchronously"] as? [Int], singly, Self.sag), "\(got)")
            #expect(Self.near(got["ends"] as? [Int], got["goals"] as? [Int], Self.aim), "\(got)")
            #expect(got["torques"] as? [Int] == Array(repeating: 0, count: 6))
        }

        private func checkMove(_ got: [String: Any]) throws {
            let moved = try #require(got["moved"] as? [Int])
            #expect(abs(moved[1] - moved[0] - 300) <= Self.aim, "\(moved)")
        }

        @Test("feetech-servo-sdk pings, reads, writes, moves, and finds the lock on EEPROM", .timeLimit(.minutes(8)))
        func servoSDK() async throws {
            // made before the robot stands there without torque and sags
            let python = try await Places.python("servos")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 3)
            let got = try await Self.run("servo_sdk.py", on: scratch, python: python)
            checkCommon(got)
            try checkMove(got)
            #expect(got["models"] as? [Int] == Array(repeating: 777, count: 6))
            #expect((got["absent"] as? String)?.contains("no status packet") == true)
            #expect(Self.near(got["singly"] as? [Int], Self.rest, 40), "\(got["singly"] ?? "")")
            #expect(abs((got["voltage"] as? Int ?? 0) - 74) <= 3)
            #expect(28...31 ~= got["temperature"] as? Int ?? 0)
            // locked, unlocked, locked, unlocked
            #expect(got["gains"] as? [Int] == [32, 32, 50, 50, 32])
            #expect(got["torque before the goal"] as? Int == 0 && got["torque after the goal"] as? Int == 1)
            #expect(got["registered"] as? Int == 100 && got["acted"] as? Int == 250)
            try await robot.end()
        }

        @Test("rustypot pings, scans, reads radians, writes, moves and reboots", .timeLimit(.minutes(8)))
        func rustypot() async throws {
            // made before the robot stands there without torque and sags
            let python = try await Places.python("servos")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 4)
            let got = try await Self.run("servo_rust.py", on: scratch, python: python)
            checkCommon(got)
            try checkMove(got)
            #expect(got["pings"] as? [Bool] == Array(repeating: true, count: 6))
            #expect(got["absent"] as? Bool == false)
            #expect(got["models"] as? [Int] == Array(repeating: 777, count: 6))
            // a broadcast ping: each servo answers in its turn, and nobody else
            #expect(got["heard"] as? [String: Int] == ["1": 777, "2": 777, "3": 777, "4": 777, "5": 777, "6": 777])
            let radians = try #require(got["radians"] as? [Double])
            for (angle, wanted) in zip(radians, [0, -1.7, 1.64, -1.6, 0, 0.1]) {
                #expect(abs(angle - wanted) < 0.07, "\(radians)")
            }
            #expect(got["error"] as? Int == 0)
            #expect(Self.near(got["voltage, temperature"] as? [Int], [74, 30], 3))
            #expect(got["locked gain"] as? Int == 32 && got["unlocked gain"] as? Int == 50)
            #expect(got["rebooted"] as? Int == 777)
            try await robot.end()
        }

        @Test(
            "st3215-bus pings, reads, writes EEPROM by registered write and action, and moves", .timeLimit(.minutes(8)))
        func servoBus() async throws {
            let python = try await Places.python("st3215")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 6)
            let got = try await Self.run("servo_bus.py", on: scratch, python: python)
            checkCommon(got)
            try checkMove(got)
            #expect(got["pings"] as? [Int] == [1, 2, 3, 4, 5, 6])
            // what it calls the model's number are registers 0 and 1: firmware 3.10
            #expect(got["models"] as? [Int] == Array(repeating: 3 | 10 << 8, count: 6))
            #expect(abs((got["voltage"] as? Int ?? 0) - 74) <= 3)
            #expect(got["unverified"] as? [Int] == [] && got["gains"] as? [Int] == [32, 50])
            try await robot.end()
        }

        @Test("LeRobot's FeetechMotorsBus shakes hands, reads, writes and moves", .timeLimit(.minutes(8)))
        func lerobot() async throws {
            let python = try await Places.python("lerobot")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 7)
            let got = try await Self.run("servo_lerobot.py", on: scratch, python: python)
            checkCommon(got)
            try checkMove(got)
            #expect(got["heard"] as? [String: Int] == ["1": 777, "2": 777, "3": 777, "4": 777, "5": 777, "6": 777])
            #expect(got["models"] as? [Int] == Array(repeating: 777, count: 6))
            #expect(abs((got["voltage"] as? Int ?? 0) - 74) <= 3 && got["gains"] as? [Int] == [32, 50])
            try await robot.end()
        }

        @Test(
            "feetech-cli scans, reads, writes, tests a servo by itself, and moves two at once", .timeLimit(.minutes(8)))
        func servoCLI() async throws {
            let python = try await Places.python("servo-cli")
            let scratch = try ScratchRobot()
            let robot = try await scratch.startRobot(seed: 5)
            let program = python.replacing(/python$/, with: "feetech")
            func feetech(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String) {
                try await ChildProcess.run(
                    program, ["-p", scratch.link, "-b", "1000000", "--timeout", "0.5", "--max-id", "6"] + arguments,
                    within: 90)
            }
            let found = try await feetech("scan")
            #expect(found.output.contains("Found 6 servo(s)"), "\(found.output)\(found.errors)")
            #expect(found.output.ranges(of: "model   777").count == 6, "\(found.output)")
            #expect(try await feetech("read", "3", "model_number").output.contains("= 777"))
            #expect(try await feetech("write", "3", "torque_limit", "400").code == 0)
            #expect(try await feetech("read", "3", "torque_limit").output.contains("= 400"))
            #expect(try await feetech("read", "9", "lock").code != 0)
            let tested = try await feetech("selftest", "5", "--moves", "2")
            #expect(tested.code == 0 && tested.output.contains("PASS"), "\(tested.output)\(tested.errors)")
            checkCommon(try await Self.run("servo_cli.py", on: scratch, python: python))
            try await robot.end()
        }
    }
}
