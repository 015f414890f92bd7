import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite("foresight-arm")
    struct ArmProgramTests {
        private func run(_ arguments: [String]) async throws -> (code: Int32, output: String, errors: String) {
            try await ChildProcess.run(Places.program("foresight-arm"), arguments, within: 20)
        }

        @Test("a shipped arm's chain is written as it is kept")
        func builtIn() async throws {
            let kept = try String(contentsOfFile: Places.root + "/Config/arms/so101.chain.toml", encoding: .utf8)
            let shown = try await run([Places.root + "/Config/arms/so101.xml"])
            #expect(shown.code == 0 && shown.output == kept)
        }

        @Test("an arm in a larger model: its root, its name and what its names begin with are said")
        func rootAndPrefix() async throws {
            let folder = try Places.scratch()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let file = folder + "/cell.xml"
            try """
            <mujoco><worldbody><body name="table" pos="1 0 0.7"><geom size="0.1"/>
            <body name="left_base" pos="0.2 0.3 0"><geom size="0.05"/>
            <body name="left_arm" pos="0 0 0.1"><joint name="lift" axis="0 1 0"/>
            <geom name="left_rod" type="capsule" fromto="0 0 0 0 0 0.2" size="0.02"/></body></body></body></worldbody></mujoco>
            """.write(toFile: file, atomically: false, encoding: .utf8)
            let made = try await run([file, "--root", "left_base", "--prefix", "left_", "--name", "left"])
            #expect(made.code == 0, "\(made)")
            for line in ["name = \"left\"", "name = \"base\"", "name = \"arm\"", "name = \"rod\"", "link = \"base\""] {
                #expect(made.output.contains(line + "\n"), "\(line): \(made.output)")
            }
            #expect(!made.output.contains("table") && !made.output.contains("left_"), "\(made.output)")
            // what keep-out volumes are measured from is the arm's base, wherever it stands
            let position = made.output.split(separator: "\n").first { $0.hasPrefix("position") }
            #expect(position == "position = [0.0, 0.0, 0.0]")
            let wrong = try await run([file, "--root", "right_base"])
            #expect(wrong.code == 65 && wrong.errors.contains("right_base"), "\(wrong)")
        }

        @Test("a person's own MJCF becomes a chain in a file; what is none says which body is why")
        func own() async throws {
            let folder = try Places.scratch()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let model = """
                <mujoco><worldbody><body name="base"><geom name="foot" type="box" size="0.1 0.1 0.01"/>
                <body name="arm" pos="0 0 0.1"><joint name="lift" axis="0 1 0"/>
                <geom type="capsule" fromto="0 0 0 0 0 0.2" size="0.02"/></body></body></worldbody></mujoco>
                """
            let file = folder + "/two.xml"
            try model.write(toFile: file, atomically: false, encoding: .utf8)
            #expect(try await run([file, "--output", folder + "/two.chain.toml"]).code == 0)
            let text = try String(contentsOfFile: folder + "/two.chain.toml", encoding: .utf8)
            #expect(text.contains("name = \"two\"") && text.contains("joint = \"lift\"") && text.contains("capsule"))
            try model.replacing("<joint name=\"lift\" axis=\"0 1 0\"/>", with: "<joint name=\"rail\" type=\"slide\"/>")
                .write(toFile: file, atomically: false, encoding: .utf8)
            let sliding = try await run([file])
            #expect(sliding.code == 65 && sliding.errors.contains("“arm”") && sliding.output.isEmpty, "\(sliding)")
            let missing = try await run([folder + "/none.xml"])
            #expect(missing.code == 65 && missing.errors.contains("none.xml"), "\(missing)")
            let unwritable = try await run(["so101", "-o", folder + "/no/where.toml"])
            #expect(unwritable.code == 73 && unwritable.errors.contains("where.toml"), "\(unwritable)")
        }
    }
}
