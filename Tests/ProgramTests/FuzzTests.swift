import TestSupport
import Testing

extension ProgramTests {
    @Suite("libFuzzer")
    struct FuzzTests {
        @Test("make fuzz builds and finds nothing in a second for each protocol", .timeLimit(.minutes(5)))
        func brief() async throws {
            let run = try await ChildProcess.run(Places.root + "/scripts/fuzz", ["1"], within: 280)
            #expect(run.code == 0 && run.output.contains("no crash, no hang, no broken promise"), "\(run)")
            for family in ["Feetech", "Dynamixel", "ODrive", "Vesc", "RoboClaw"] {
                #expect(run.output.contains("==> \(family): 1 s"))
            }
        }
    }
}
