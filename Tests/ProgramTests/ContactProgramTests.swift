import Foundation
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
            let body = try await scratch.startBody(config: config, trace: false)
            let asked = ["calibrate-contact", "--config", config, "--seconds", "14"]

            let unconfirmed = try await scratch.foresight(asked)
            #expect(unconfirmed.code == 1 && unconfirmed.errors.contains("--yes"), "\(unconfirmed)")
            let disarmed = try await scratch.foresight(asked + ["--yes"])
            #expect(disarmed.code == 1 && disarmed.errors.contains("foresight arm"), "\(disarmed)")
            #expect(!FileManager.default.fileExists(atPath: ContactModel.path(beside: config)))

            #expect(try await scratch.foresight(["arm"]).code == 0)
            let made = try await scratch.foresight(asked + ["--yes", "--payload", "0.15"])
            #expect(made.code == 0, "\(made)")
            #expect(made.output.contains("shoulder_lift") && made.output.contains("not watched"), "\(made)")
            let model = try #require(try ContactModel.load(beside: RobotConfiguration.load(path: config)))
            #expect(model.payload == 0.15 && model.margin == ContactModel.usualMargin)
            #expect(model.joints.map(\.isWatched) == [true, true, true, true, true, false])
            for joint in model.joints.prefix(5) {
                // as the trials in virtual time find them; a busy machine measures later, so with room
                #expect((0.02...0.3).contains(joint.expectation.effortDeviation), "\(joint)")
                #expect((0.002...0.06).contains(joint.expectation.errorDeviation), "\(joint)")
                #expect((0.02...0.12).contains(joint.expectation.coulomb), "\(joint)")
            }
            #expect(abs(model.joints[1].expectation.gravity - 1) < 0.3, "\(model.joints[1])")
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
            let nowhere = try await scratch.foresight(["calibrate-contact", "--config", scratch.folder + "/none.toml"])
            #expect(nowhere.code == 78, "\(nowhere)")
        }
    }
}
