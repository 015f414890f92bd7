import Foundation
import Messages
import RobotModel
import TestSupport
import Testing

extension ProgramTests {
    @Suite("Contact calibration", .serialized)
    struct ContactProgramTests {
        /// The virtual robot's configuration in the scratch folder, where its contact model may lie beside it.
        static func configuration(_ scratch: ScratchRobot) throws -> String {
            let path = scratch.folder + "/robot.toml"
            let chain = Places.root + "/Config/arms/so101.chain.toml"
            var text = try String(contentsOfFile: Places.config, encoding: .utf8)
            if !text.contains("\nchain = ") {
                text = text.replacingOccurrences(of: "[safety]\n", with: "[safety]\nchain = \"\(chain)\"\n")
            } else {
                text = text.replacingOccurrences(of: "chain = \"arms/", with: "chain = \"\(Places.root)/Config/arms/")
            }
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            return path
        }

        @Test("the running robot is calibrated through its body, and the file is a model of it") func calibrate()
            async throws
        {
            let scratch = try ScratchRobot()
            let config = try Self.configuration(scratch)
            let robot = try await scratch.startRobot(scene: Self.emptyScene(scratch))
            // one that does not fit keeps nobody from calibrating
            let path = ContactModel.path(beside: config)
            try BodyTests.otherModel.write(toFile: path, atomically: false, encoding: .utf8)
            let body = try await scratch.startBody(config: config, trace: false)
            let asked = ["calibrate-contact", "--config", config, "--seconds", "14"]

            let unconfirmed = try await scratch.foresight(asked)
            #expect(unconfirmed.code == 1 && unconfirmed.errors.contains("--yes"), "\(unconfirmed)")
            let disarmed = try await scratch.foresight(asked + ["--yes"])
            #expect(disarmed.code == 1 && disarmed.errors.contains("foresight arm"), "\(disarmed)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == BodyTests.otherModel)

            #expect(try await scratch.foresight(["arm"]).code == 0)
            let made = try await scratch.foresight(
                asked + ["--yes", "--payload", "0.15", "--unwatched", "wrist_roll"])
            #expect(made.code == 0, "\(made)")
            #expect(made.output.contains("shoulder_lift") && made.output.contains("not watched"), "\(made)")
            let model = try #require(try ContactModel.load(beside: RobotConfiguration.load(path: config)))
            #expect(model.payload == 0.15 && model.margin == ContactModel.usualMargin)
            #expect(model.joints.map(\.isWatched) == [true, true, true, true, false, false])
            for joint in model.joints.prefix(5) {
                // as the trials in virtual time find them; a busy machine measures later, so with room
                #expect((0.02...0.3).contains(joint.expectation.effortDeviation), "\(joint)")
                #expect((0.002...0.06).contains(joint.expectation.errorDeviation), "\(joint)")
                #expect((0.02...0.12).contains(joint.expectation.coulomb), "\(joint)")
            }
            #expect(abs(model.joints[1].expectation.gravity - 1) < 0.3, "\(model.joints[1])")
            try await body.end()
            try await robot.end()
            try await meetWalls(scratch, config)
        }

        /// The calibrated arm turns into a wall beside it: the body stops it, and the joint backs off.
        private func meetWalls(_ scratch: ScratchRobot, _ config: String) async throws {
            let walls = scratch.folder + "/walls.json"
            func wall(_ name: String, _ y: Double) -> String {
                """
                {"name": "\(name)", "shape": "box", "size": [0.6, 0.1, 0.6], "position": [0.1, \(y), 0.3], "fixed": true}
                """
            }
            try #"{"things": [\#(wall("left wall", 0.28)), \#(wall("right wall", -0.28))]}"#
                .write(toFile: walls, atomically: false, encoding: .utf8)
            let robot = try await scratch.startRobot(scene: walls)
            let body = try await scratch.startBody(config: config, trace: false)
            let explained = try await scratch.foresight(["safety", "explain"])
            #expect(explained.output.contains("shoulder_pan beyond "), "\(explained.output)")
            let client = try await RawClient(socket: scratch.socket)
            #expect(try await scratch.foresight(["arm"]).code == 0)
            try await client.acquire(seconds: 0.4)
            await client.keepRenewing()
            let out = try await client.move([1: 0.7, 2: -1.1, 3: 1.6], seconds: 2)
            #expect(out.accepted, "\(out.message)")
            try await Task.sleep(for: .seconds(3))
            let start = try await client.freshPositions()[0]
            let turned = try await client.move([0: 1.5], seconds: 2)
            #expect(turned.accepted, "\(turned.message)")
            var farthest = start
            for _ in 0..<150 where !body.errors.contains("met something") {
                farthest = max(farthest, try await client.freshPositions()[0])
            }
            #expect(body.errors.contains("stopped: shoulder_pan met something"), "\(body.errors)")
            #expect(try await client.isStopped())
            for _ in 0..<50 { farthest = max(farthest, try await client.freshPositions()[0]) }
            let rested = try await client.freshPositions()[0]
            #expect(farthest - start > 0.2 && farthest - start < 1.4, "from \(start) to \(farthest)")
            #expect(farthest - rested > 0.02 && farthest - rested < 0.15, "from \(farthest) back to \(rested)")
            #expect(!body.errors.contains("overload"), "\(body.errors)")
            await client.close()
            try await body.end()
            try await robot.end()
        }

        /// The table with nothing on it.
        static func emptyScene(_ scratch: ScratchRobot) throws -> String {
            let path = scratch.folder + "/empty.json"
            try #"{"things": []}"#.write(toFile: path, atomically: false, encoding: .utf8)
            return path
        }

        @Test("wrong usage is told before anything moves") func usage() async throws {
            let scratch = try ScratchRobot()
            let config = try Self.configuration(scratch)
            for (arguments, code, words): ([String], Int32, String) in [
                (["--seconds", "1"], 64, "--seconds"), (["--margin", "1"], 64, "--margin"),
                (["--unwatched", "elbow"], 64, "no joint of that name"), (["--yes"], 4, "foresightd"),
            ] {
                let result = try await scratch.foresight(["calibrate-contact", "--config", config] + arguments)
                #expect(result.code == code && result.errors.contains(words), "\(arguments): \(result)")
            }
            // the file that is to be written is looked at before anything moves
            try FileManager.default.createDirectory(
                atPath: ContactModel.path(beside: config), withIntermediateDirectories: false)
            let folder = try await scratch.foresight(["calibrate-contact", "--config", config, "--yes"])
            #expect(folder.code == 1 && folder.errors.contains("robot.contact.toml cannot be written"), "\(folder)")
            let nowhere = try await scratch.foresight(["calibrate-contact", "--config", scratch.folder + "/none.toml"])
            #expect(nowhere.code == 78, "\(nowhere)")
        }

        @Test("Ctrl-C in mid-calibration stops the arm; a body that does not answer is not said to have stopped")
        func interrupted() async throws {
            let scratch = try ScratchRobot()
            let config = try Self.configuration(scratch)
            let robot = try await scratch.startRobot(scene: Self.emptyScene(scratch))
            let body = try await scratch.startBody(config: config, trace: false)
            for isFrozen in [false, true] {
                _ = try await scratch.foresight(["reset"])
                #expect(try await scratch.foresight(["arm"]).code == 0)
                let tour = try ChildProcess(
                    Places.program("foresight"), ["calibrate-contact", "--config", config, "--yes"],
                    environment: ["FORESIGHT_SOCKET": scratch.socket])
                try await body.eventually("the arm moves", within: 10) { (try? await scratch.state()) == "moving" }
                if isFrozen { body.signal(SIGSTOP) }
                tour.signal(SIGINT)
                #expect(try await tour.exitCode(within: 20) == 130)
                #expect(tour.output.contains("Stopped.") == !isFrozen, "\(tour.output) \(tour.errors)")
                #expect(tour.errors.contains("may not have stopped") == isFrozen, "\(tour.output) \(tour.errors)")
                if isFrozen { body.signal(SIGCONT) } else { #expect(try await scratch.state() == "stopped") }
            }
            #expect(!FileManager.default.fileExists(atPath: ContactModel.path(beside: config)))
            try await body.end()
            try await robot.end()
        }
    }
}
