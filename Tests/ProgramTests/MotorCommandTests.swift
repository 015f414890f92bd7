import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("Finding motors and setting them up", .serialized)
    struct MotorCommandTests {
        private struct Found: Decodable {
            var id: Int
            var family: String
            var model: String
            var firmware: String
            var baud: Int
            var volts: Double
            var problems: [String]
            var faults: [String]
        }

        /// What `status --json` tells of each motor.
        private struct Statistics: Decodable {
            struct Motor: Decodable { var values: [String: String] }
            var motors: [Motor]
        }

        private func virtual(_ scratch: ScratchRobot, _ arguments: [String] = []) async throws -> ChildProcess {
            let robot = try ChildProcess(
                Places.program("foresight-virtual"),
                ["--config", Places.config, "--link", scratch.link, "--socket", scratch.socket] + arguments)
            try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
            return robot
        }

        private func scan(_ scratch: ScratchRobot) async throws -> (code: Int32, motors: [Found]) {
            let run = try await scratch.foresight(["scan", scratch.link, "--json"])
            return (run.code, try JSONDecoder().decode([Found].self, from: Data(run.output.utf8)))
        }

        @Test("scan finds all six with model, firmware and supply; nothing is written to them")
        func scanFinds() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, ["--wire-log", scratch.robotWire])
            let found = try await scan(scratch)
            #expect(found.code == 0)
            #expect(found.motors.map(\.id) == [1, 2, 3, 4, 5, 6])
            for motor in found.motors {
                #expect(motor.family == "feetech-sts" && motor.model == "STS3215" && motor.baud == 1_000_000)
                #expect(motor.firmware == "3.10" && abs(motor.volts - 7.4) < 0.3 && motor.problems.isEmpty)
            }
            try await robot.end()
            let wire = try String(contentsOfFile: scratch.robotWire, encoding: .utf8)
            // instructions 03, 04 and 83 write
            #expect(!wire.split(separator: "\n").contains { $0.contains(/< FF FF .. .. (03|04|83)\b/) })
        }

        @Test("a supply of the wrong brick, and two motors under one id, are told apart") func oddMotors() async throws
        {
            let scratch = try ScratchRobot()
            let config = scratch.folder + "/odd.toml"
            let text = try Places.configText()
                .replacing(
                    "scene = \"\(Places.root)/Config/scenes/table.json\"",
                    with: "scene = \"\(Places.root)/Config/scenes/table.json\"\nsupply_voltage = 12.2")
            try text.write(toFile: config, atomically: false, encoding: .utf8)
            let robot = try await virtual(scratch, ["--config", config])
            let brick = try await scan(scratch)
            #expect(brick.code == 1 && brick.motors.count == 6)
            #expect(brick.motors.allSatisfy { $0.problems.contains { $0.contains("wrong power brick") } })
            try await robot.end()

            let second = try ScratchRobot()
            let twins = try await virtual(second, ["--faults", "100%:duplicate"])
            let doubled = try await scan(second)
            #expect(doubled.code == 1)
            #expect(doubled.motors.contains { $0.problems.contains { $0.contains("two servos answer") } }, "\(doubled)")
            try await twins.end()
        }

        @Test("without a motor, without a port, and on a port that is none, scan says so") func nobody() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, ["--faults", "100%:drop"])
            let silent = try await scratch.foresight(["scan", scratch.link, "--family", "feetech-sts"])
            #expect(silent.code == 2 && silent.output.contains("No motor answers"), "\(silent)")
            try await robot.end()
            let absent = try await scratch.foresight(["scan", scratch.folder + "/nothing"])
            #expect(absent.code == 3 && absent.errors.contains("There is no serial port"), "\(absent)")
            let file = try await scratch.foresight(["scan", Places.config])
            #expect(file.code == 3 && file.errors.contains("an ordinary file"), "\(file)")
        }

        @Test("registers are read and written by name; lock, torque, motion, range and names are guarded")
        func registers() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            func motor(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String) {
                try await scratch.foresight(["motor"] + arguments)
            }
            #expect(try await motor("read", scratch.link, "3", "present_voltage").output.contains("7.4 V (74)"))
            #expect(try await motor("read", scratch.link, "3", "--json").output.contains(#""model":777"#))
            let locked = try await motor("write", scratch.link, "3", "position p gain", "40")
            #expect(locked.code == 1 && locked.errors.contains("--unlock"), "\(locked)")
            #expect(try await motor("read", scratch.link, "3", "position p gain").output.contains("32"))
            #expect(try await motor("write", scratch.link, "3", "position p gain", "40", "--unlock").code == 0)
            #expect(try await motor("read", scratch.link, "3", "position p gain").output.contains("40"))
            #expect(try await motor("read", scratch.link, "3", "lock").output.contains("1"), "locked again")
            for (arguments, words) in [
                (["goal position", "2000"], "Arm the robot"), (["torque enable", "1"], "Arm the robot"),
                (["present position", "1"], "only be read"), (["homing offset", "2114"], "-2047 … 2047"),
                (["voltage", "1"], "Did you mean"),
            ] {
                let refused = try await scratch.foresight(
                    ["motor", "write", scratch.link, "3"] + arguments + ["--unlock"])
                #expect(refused.code == 1 && refused.errors.contains(words), "\(arguments): \(refused)")
            }
            let absent = try await motor("read", scratch.link, "17")
            #expect(absent.code == 3 && absent.errors.contains("does not answer"), "\(absent)")
            let taken = try await motor("set-id", scratch.link, "3", "4")
            #expect(taken.code == 1 && taken.errors.contains("is there already"), "\(taken)")
            #expect(try await motor("set-id", scratch.link, "3", "9").code == 0)
            #expect(try await scan(scratch).motors.map(\.id) == [1, 2, 4, 5, 6, 9])
            let unsure = try await motor("reboot", scratch.link, "9")
            #expect(unsure.code == 1 && unsure.errors.contains("--yes"), "\(unsure)")
            #expect(try await motor("reboot", scratch.link, "9", "--yes").code == 0)
            try await robot.end()
        }

        @Test("a VESC tells scan and init who is behind it on its CAN bus; an id that is none is refused")
        func controllersOnCAN() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, ["--config", Places.root + "/Config/virtual/vesc.toml"])
            let found = try await scan(scratch)
            #expect(found.code == 0 && found.motors.map(\.id) == [0, 7], "\(found)")
            let file = scratch.folder + "/base.toml"
            let name = "a \"base\" of\nmine"
            let made = try await scratch.foresight(["init", file, "--port", scratch.link, "--name", name])
            #expect(made.code == 0 && made.output.contains("2 joints") && made.output.contains("foresight doctor"))
            let well = try await scratch.foresight(["doctor", "--config", file])
            #expect(well.code == 0 && well.output.contains("2 motors asked"), "\(well)")
            let nowhere = try await scratch.foresight(["init", scratch.folder + "/no/x.toml", "--port", scratch.link])
            #expect(nowhere.code == 1 && nowhere.errors.contains("no folder that you may write into"), "\(nowhere)")
            try await robot.end()
        }

        @Test(
            "controllers without registers are read by name and restarted, and say where their settings are made",
            arguments: [
                ("odrive", 1, "vbus-voltage", "24.0 V"), ("vesc", 7, "supply_voltage", "24.0 V"),
                ("roboclaw", 1, "Main Voltage", "12.0 V"),
            ])
        func controllers(family: String, id: Int, name: String, value: String) async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(
                scratch, ["--config", Places.root + "/Config/virtual/\(family).toml", "--wire-log", scratch.robotWire])
            func motor(_ verb: String, _ rest: String...) async throws -> (code: Int32, output: String, errors: String)
            {
                try await scratch.foresight(["motor", verb, scratch.link, "\(id)", "--family", family] + rest)
            }
            #expect(try await motor("read", name).output.contains(value))
            let all = try await motor("read")
            let table = try await scratch.foresight(["motor", "table", "--family", family])
            #expect(table.code == 0 && all.code == 0)
            let names = table.output.split(separator: "\n").dropFirst().map { String($0.dropFirst(18)) }
            #expect(names.count > 6)
            for name in names { #expect(all.output.contains(name), "\(name) is not in \(all.output)") }
            let odd = try await motor("read", "volt")
            #expect(odd.code == 1 && odd.errors.contains("Did you mean"), "\(odd)")
            let written = try await motor("write", name, "3")
            #expect(written.code == 1 && written.errors.contains("settings are made in"), "\(written)")
            let absent = try await scratch.foresight(["motor", "read", scratch.link, "99", "--family", family])
            #expect(absent.code != 0 && absent.errors.contains("99"), "\(absent)")
            let restarted = try await motor("reboot", "--yes")
            #expect(restarted.code == (family == "roboclaw" ? 1 : 0), "\(restarted)")
            #expect(try await motor("read", name).output.contains(value), "it is back")
            try await robot.end()
        }

        @Test("numbers that are no rate, and registers with a command of their own, are refused in words")
        func refusals() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            for rate in ["0", "5", "99999999999"] {
                let scanned = try await scratch.foresight(["scan", scratch.link, "--baud", rate])
                #expect(scanned.code == 64 && scanned.errors.contains("9600 … 4000000"), "\(scanned)")
                let read = try await scratch.foresight(["motor", "read", scratch.link, "1", "--baud", rate])
                #expect(read.code == 64 && read.errors.contains("9600 … 4000000"), "\(read)")
            }
            for (register, command) in [("id", "set-id"), ("baud index", "set-baud")] {
                let refused = try await scratch.foresight(
                    ["motor", "write", scratch.link, "1", register, "7", "--unlock"])
                #expect(refused.code == 1 && refused.errors.contains("foresight motor \(command)"), "\(refused)")
            }
            let near = try await scratch.foresight(["motor", "write", scratch.link, "1", "max torque", "10"])
            #expect(near.code == 1 && near.errors.contains("“maximum torque”"), "\(near)")
            #expect(try await scan(scratch).motors.map(\.id) == [1, 2, 3, 4, 5, 6], "nothing has changed")
            #expect(try await scratch.foresight(["motor", "read", scratch.link, "1", "lock"]).output.contains("1"))
            let nowhere = scratch.folder + "/no/such.capture"
            let record = try await scratch.foresight(
                ["motor", "record", nowhere, "--config", Places.config, "--port", scratch.link])
            #expect(record.code == 1 && record.errors.contains("\(nowhere) cannot be written"), "\(record)")
            #expect(!record.errors.contains("--wire-log"), "\(record)")
            try await robot.end()
        }

        @Test(
            "behind an adapter that echoes every byte, motors are found and driven",
            arguments: ["so101-virtual.toml", "virtual/dynamixel.toml"])
        func echo(config: String) async throws {
            let scratch = try ScratchRobot()
            let config = Places.root + "/Config/" + config
            let robot = try await virtual(
                scratch, ["--config", config, "--faults", "100%:echo", "--wire-log", scratch.robotWire])
            let found = try await scan(scratch)
            #expect(found.code == 0 && found.motors.count >= 6, "\(found)")
            let body = try await scratch.startBody(config: config, trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await body.end()
            try await robot.end()
            #expect(robot.output.contains(/mishaps: echo \d\d/), "\(robot.output)")
        }

        @Test("a port that foresightd holds is not shared") func busy() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            let body = try await scratch.startBody(trace: false)
            let refused = try await scratch.foresight(["scan", scratch.link])
            #expect(!refused.output.contains("supply"), "what is wrong is the port: \(refused)")
            #expect(refused.code == 3 && refused.errors.contains("in use by foresightd"), "\(refused)")
            try await body.end()
            try await robot.end()
        }

        @Test("init writes a configuration that foresightd takes, and leaves a file alone") func initiate() async throws
        {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            let file = scratch.folder + "/new.toml"
            let written = try await scratch.foresight(["init", file, "--port", scratch.link])
            #expect(written.code == 0 && written.output.contains("6 joints"), "\(written)")
            let again = try await scratch.foresight(["init", file, "--port", scratch.link])
            #expect(again.code == 1 && again.errors.contains("--force"), "\(again)")
            let body = try await scratch.startBody(config: file, trace: false)
            let kept = try await scratch.foresight(["safety", "explain"])
            #expect(kept.output.contains("10.0 mm are kept"), "the arm's chain was written and named: \(kept.output)")
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await body.end()
            try await robot.end()
        }

        @Test("init takes the supply of motors that are made for more than the usual one") func strongerArm()
            async throws
        {
            let scratch = try ScratchRobot()
            let config = scratch.folder + "/strong.toml"
            let text = try Places.configText()
                .replacing(
                    "scene = \"\(Places.root)/Config/scenes/table.json\"",
                    with: "scene = \"\(Places.root)/Config/scenes/table.json\"\nsupply_voltage = 12.2")
            try text.write(toFile: config, atomically: false, encoding: .utf8)
            let robot = try await virtual(scratch, ["--config", config])
            for id in 1...6 {
                let command = ["motor", "write", scratch.link, "\(id)", "maximum voltage", "140", "--unlock"]
                let run = try await scratch.foresight(command)
                #expect(run.code == 0, "\(run)")
            }
            #expect(try await scan(scratch).code == 0)
            let file = scratch.folder + "/new.toml"
            #expect(try await scratch.foresight(["init", file, "--port", scratch.link]).code == 0)
            let written = try String(contentsOfFile: file, encoding: .utf8)
            #expect(written.contains("minimum_voltage = 9.8\nmaximum_voltage = 14.0"), "\(written)")
            let body = try await scratch.startBody(config: file, trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await body.end()
            try await robot.end()
        }

        @Test(
            "calibrate leads through all joints; the same robot is known again, and another one is refused",
            .timeLimit(.minutes(4)))
        func calibrate() async throws {
            let scratch = try ScratchRobot()
            let (config, hand) = (scratch.folder + "/robot.toml", scratch.folder + "/hand")
            let text = try Places.configText()
            try text.write(toFile: config, atomically: false, encoding: .utf8)
            let robot = try await virtual(scratch, ["--askew", "--seed", "5", "--hand", hand])
            let command = [
                Places.root + "/Tests/ProgramTests/Scripts/calibrate.py", hand, Places.program("foresight"),
                "calibrate", "--config", config, "--port", scratch.link,
            ]
            // Ctrl-C at the second joint: nothing is left behind
            let broken = try await ChildProcess.run(
                "/usr/bin/python3", command, environment: ["INTERRUPT": "2"], within: 60)
            #expect(broken.code == 1 && broken.output.contains("as it was before"), "\(broken.output.suffix(600))")
            #expect(!FileManager.default.fileExists(atPath: scratch.folder + "/robot.calibration.json"))
            let offset = try await scratch.foresight(["motor", "read", scratch.link, "1", "homing offset"])
            #expect(offset.output.contains("(0)"), "\(offset)")

            let whole = try await ChildProcess.run("/usr/bin/python3", command, within: 120)
            #expect(whole.code == 0, "\(whole.output.suffix(800))")
            let again = try await scratch.foresight(["calibrate", "--config", config, "--port", scratch.link])
            #expect(again.code == 0 && again.output.contains("calibrated already"), "\(again)")
            // the middle reads as the middle now, within what a hand can do
            let present = try await scratch.foresight([
                "motor", "read", scratch.link, "5", "present position", "--json",
            ])
            let counts = Int(present.output.split(separator: ":").last?.filter(\.isNumber) ?? "") ?? 0
            #expect(abs(counts - 2048) < 40, "\(present)")
            let body = try await scratch.startBody(config: config, trace: false)
            try await body.end()
            try await robot.end()

            // another robot, whose servos hold other offsets
            let other = try await virtual(scratch)
            let refusing = try ChildProcess(
                Places.program("foresightd"), ["--config", config, "--port", scratch.link, "--socket", scratch.socket])
            #expect(try await refusing.exitCode() == 1)
            #expect(refusing.errors.contains("motors were swapped"), "\(refusing.errors)")
            try await other.end()
        }

        @Test(
            "what must stop the robot stops it, by its name",
            arguments: [
                ("overload@4", "overloaded"), ("undervoltage@4", "V"), ("reboot@4", "shoulder_pan"),
                ("hang-up@4", "the serial port vanished"),
            ])
        func stops(mishap: String, words: String) async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, ["--faults", mishap])
            let body = try await scratch.startBody(trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await body.eventually("the body stops") { body.errors.contains("stopped") }
            let status = try await scratch.foresight(["status"])
            #expect(status.output.contains("STOPPED") && status.output.contains(words), "\(status.output)")
            if mishap.hasPrefix("hang-up") {
                // it comes back under another name: found, checked, ready to be armed, and nothing has moved
                try await body.eventually("the robot is back") {
                    body.errors.components(separatedBy: "servos checked").count == 3
                }
                let told = body.errors.split(separator: "\n").filter { $0.contains(scratch.link) }
                #expect(told.count == 3, "found, lost and found again, each told once: \(told)")
                #expect(try await scratch.foresight(["reset"]).code == 0)
                #expect(try await scratch.foresight(["arm"]).code == 0)
            }
            try await body.end()
            try await robot.end()
        }

        @Test("one packet in a hundred goes wrong, and nobody notices", .timeLimit(.minutes(2)))
        func noisyLine() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch, ["--faults", "1% seed=3"])
            let body = try await scratch.startBody(trace: false)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await Task.sleep(for: .seconds(6))
            #expect(try await scratch.state() == "armed", "\(body.errors)")
            // every motor's packets are counted, and told
            let words = try await scratch.foresight(["status"])
            #expect(words.output.contains("age ms    lost/sent  corrupt late again watchdog"), "\(words)")
            let shown = try await scratch.foresight(["status", "--json"])
            let motors = try JSONDecoder().decode(Statistics.self, from: Data(shown.output.utf8)).motors.prefix(6)
            func total(_ key: String) -> Double { motors.compactMap { Double($0.values[key] ?? "") }.reduce(0, +) }
            #expect(motors.count == 6 && total("sent") > 1000 && total("lost") > 0 && total("retried") > 0, "\(motors)")
            #expect(total("lost") + total("corrupt") + total("late") < total("sent") / 4, "\(motors)")
            #expect(motors.allSatisfy { (0..<500).contains(Double($0.values["age_ms"] ?? "") ?? -1) }, "\(motors)")
            try await body.end()
            try await robot.end()
            let told = try #require(robot.output.firstMatch(of: /mishaps: .*/)?.output)
            #expect(told.matches(of: /\d+/).reduce(0) { $0 + (Int($1.output) ?? 0) } > 20, "\(told)")
        }

        @Test("a motor is given another rate, and found there") func setBaud() async throws {
            let scratch = try ScratchRobot()
            let robot = try await virtual(scratch)
            let refused = try await scratch.foresight(["motor", "set-baud", scratch.link, "3", "12345"])
            #expect(refused.code == 1 && refused.errors.contains("1000000, 500000"), "\(refused)")
            let set = try await scratch.foresight(["motor", "set-baud", scratch.link, "3", "500000"])
            #expect(set.code == 0, "\(set)")
            #expect(try await scan(scratch).motors.map(\.id) == [1, 2, 4, 5, 6])
            let slow = try await scratch.foresight(["scan", scratch.link, "--baud", "500000", "--json"])
            let found = try JSONDecoder().decode([Found].self, from: Data(slow.output.utf8))
            #expect(found.map(\.id) == [3] && found.first?.baud == 500_000, "\(slow)")
            let doctor = try await scratch.foresight(["doctor", "--config", Places.config, "--port", scratch.link])
            #expect(doctor.code == 1 && doctor.output.contains("(motor 3) speaks at 500000 bits"), "\(doctor)")
            let back = ["motor", "set-baud", scratch.link, "3", "1000000", "--baud", "500000"]
            #expect(try await scratch.foresight(back).code == 0)
            #expect(try await scan(scratch).motors.map(\.id) == [1, 2, 3, 4, 5, 6])
            try await robot.end()
        }

        @Test(
            "seeded mishaps on the line of each family: no error, no garbage, nothing beyond the limits, right stops",
            .timeLimit(.minutes(5)), arguments: ["feetech-sts", "dynamixel", "odrive", "vesc", "roboclaw"])
        func campaign(family: String) async throws {
            let run = try await ChildProcess.run(
                Places.program("foresight-bench"), ["faults", "--family", family, "--count", "250"], within: 240)
            #expect(run.code == 0 && run.output.contains("\(family): held"), "\(run.output)\(run.errors)")
        }
    }
}
