import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// What `foresight-bench` measures of the control loop, in short; `make bench` and `make soak` do it at length.
    @Suite("The control loop keeps its promises of time and memory", .serialized)
    struct TimingTests {
        private struct Phase: Decodable {
            var name: String
            var cycles: Int
            var allocations: Int
        }

        private static func allocations(_ config: String, _ arguments: [String]) async throws -> (Int32, [Phase]) {
            let programs = URL(filePath: Places.program("foresight-bench")).deletingLastPathComponent().path
            let run = try await ChildProcess.run(
                Places.program("foresight-bench"),
                ["allocations", "--json", "--programs", programs, "--config", Places.root + "/Config/" + config]
                    + arguments, within: 120)
            let phases = (try? JSONDecoder().decode([Phase].self, from: Data(run.output.utf8))) ?? []
            #expect(phases.count == 4, "\(run)")
            return (run.code, phases)
        }

        @Test(
            "holding, streaming, moving and stopped, no cycle takes memory from the heap", .timeLimit(.minutes(3)),
            arguments: [
                // faster where the line allows it, to see more cycles in the same time
                ("so101-virtual.toml", 400, 1000), ("virtual/dynamixel.toml", 400, 1000),
                ("mobile-arm-virtual.toml", 100, 300), ("virtual/odrive.toml", 100, 300),
                ("virtual/vesc.toml", 100, 300), ("virtual/roboclaw.toml", 100, 300),
            ])
        func noAllocations(config: String, rate: Int, cycles: Int) async throws {
            let (code, phases) = try await Self.allocations(config, ["--rate", "\(rate)", "--cycles", "\(cycles)"])
            for phase in phases {
                #expect(phase.allocations == 0 && phase.cycles >= cycles, "\(config), \(phase)")
            }
            #expect(code == 0)
        }

        @Test("an allocation in each cycle is noticed", .timeLimit(.minutes(1)))
        func plantedAllocation() async throws {
            let (code, phases) = try await Self.allocations(
                "so101-virtual.toml", ["--rate", "200", "--cycles", "100", "--plant"])
            for phase in phases { #expect(phase.allocations >= 100, "\(phase)") }
            #expect(code == 1)
        }

        private struct Report: Decodable {
            struct Figure: Decodable {
                struct Row: Decodable {
                    var median: Double
                    var percentile99: Double?
                    var samples: Int?
                }
                var rows: [Row]
            }
            var figures: [Figure]
        }

        /// The bound and what was measured, milliseconds.
        private static func stops(_ count: Int, _ arguments: [String] = []) async throws -> [Report.Figure.Row] {
            let folder = try Places.scratch()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let programs = URL(filePath: Places.program("foresight-bench")).deletingLastPathComponent().path
            let run = try await ChildProcess.run(
                Places.program("foresight-bench"),
                ["--only", "stop", "--stops", "\(count)", "--programs", programs, "--json", folder + "/stop.json"]
                    + arguments, within: 150)
            #expect(run.code == 0, "\(run)")
            let report = try JSONDecoder().decode(
                Report.self, from: Data(contentsOf: URL(filePath: folder + "/stop.json")))
            return try #require(report.figures.first).rows
        }

        @Test(
            "from /stop to the last byte that moves a motor: one period and its time on the wire",
            .timeLimit(.minutes(3)))
        func stopLatency() async throws {
            let rows = try await Self.stops(25)
            #expect(rows[1].samples == 25)
            // of so few the largest is no 99th percentile, and this machine has other work
            #expect(rows[1].median <= rows[0].median, "\(rows)")
        }

        @Test("a stop that is held back for 60 ms is seen to be late", .timeLimit(.minutes(2)))
        func plantedDelay() async throws {
            let rows = try await Self.stops(5, ["--planted-delay", "60"])
            #expect(rows[1].median > 40 && rows[1].median > rows[0].median, "\(rows)")
        }
    }
}
