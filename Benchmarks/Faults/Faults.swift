import ArgumentParser
import Foundation
import Glibc
import Hardware
import RobotModel

/// `make faults`: thousands of seeded mishaps on the line of each family, and every mishap that must stop the robot.
struct Faults: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets seeded mishaps happen to the packets of each motor family, and reports what came of it.",
        discussion: """
            The driver talks to the virtual devices of its family on a pseudo-terminal, as fast as it can, while a share
            of the packets is dropped, damaged, doubled, delayed, cut, mixed with junk or answered by two devices at once.
            Then every mishap that must stop the robot happens once.
            Exit codes: 0 all held, 1 something did not, 64 wrong usage.
            """)

    @Option(help: "Mishaps to packets for each family.") var count = 10_000
    @Option(help: "Share of the packets, percent.") var rate = 1.0
    @Option(help: "Seed.") var seed: UInt64 = 1
    @Option(help: "Only this family.") var family: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard count > 0, rate > 0, rate <= 50 else { throw ValidationError("--count and --rate must be positive") }
        if let family, MotorFamily(rawValue: family) == nil {
            let known = MotorFamily.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("“\(family)” is no family: \(known)")
        }
    }

    func run() throws {
        var results: [FaultResult] = []
        for family in MotorFamily.allCases where self.family == nil || self.family == family.rawValue {
            say("==> \(family.rawValue): \(count) mishaps")
            var result = try FaultCampaign(family: family, rate: rate / 100, seed: seed).run(count: count)
            say("    mishaps that stop the robot")
            result.stops = try StopTrials(family: family, seed: seed).run()
            results.append(result)
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(results), as: UTF8.self))
        } else {
            for result in results { print(result.text) }
        }
        if results.contains(where: { !$0.held }) { throw ExitCode(1) }
    }
}

/// What came of one family's campaign.
struct FaultResult: Encodable {
    struct Stop: Encodable {
        var mishap: String
        var reason: String
        var isRight: Bool
    }

    var family: String
    var mishaps: [String: Int] = [:]
    var cycles = 0
    var samples = 0
    /// Samples that no joint ever had.
    var garbage: [String] = []
    /// Set-points beyond a limit that would have reached a motor.
    var beyondLimits: [String] = []
    /// Errors other than the refusal of a goal that is no number.
    var errors: [String] = []
    /// Goals that are no numbers and were not refused.
    var unrefused = 0
    var falseStops: [String] = []
    /// Cycles after a pause of this machine, of which nothing can be said.
    var unjudged = 0
    /// The oldest sample that was still shown as a joint's last, milliseconds.
    var oldestMilliseconds = 0.0
    var retried = 0
    var lost = 0
    var corrupt = 0
    var late = 0
    var seconds = 0.0
    var stops: [Stop] = []

    var held: Bool {
        garbage.isEmpty && beyondLimits.isEmpty && errors.isEmpty && unrefused == 0 && falseStops.isEmpty
            && stops.allSatisfy(\.isRight) && unjudged < cycles
    }

    var text: String {
        let total = mishaps.values.reduce(0, +)
        let kinds = mishaps.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        var lines = [
            "\(family): \(held ? "held" : "DID NOT HOLD")",
            "  \(total) mishaps (\(kinds)) in \(cycles) cycles, \(Int(seconds)) s",
            "  \(samples) samples: \(garbage.count) garbage; oldest \(Int(oldestMilliseconds)) ms;"
                + " lost \(lost), corrupt \(corrupt), late \(late), retried \(retried)",
            "  set-points beyond limits: \(beyondLimits.count); errors: \(errors.count); false stops: \(falseStops.count)",
        ]
        if unjudged > 0 {
            lines.append("  \(unjudged) cycles not judged: this machine had no time for devices or driver before")
        }
        for problem in (garbage + beyondLimits + errors + falseStops).prefix(8) { lines.append("    \(problem)") }
        for stop in stops {
            lines.append("  \(stop.mishap): \(stop.isRight ? "stopped" : "WRONG"): \(stop.reason)")
        }
        return lines.joined(separator: "\n")
    }
}
