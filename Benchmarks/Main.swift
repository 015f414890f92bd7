import ArgumentParser
import CPlatform
import Console
import Glibc
import RobotModel

@main
struct ForesightBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-bench", abstract: "Measures the figures README quotes, and lets packets go wrong.",
        subcommands: [Measure.self, Grasps.self, Approximations.self, NextSkills.self, Faults.self, Allocations.self],
        defaultSubcommand: Measure.self)
}

struct Measure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the figures README quotes, each beside its limit or its peers in the same run.",
        discussion: """
            scripts/bench finds programs and peers, then runs this. The table goes to standard output, progress to
            standard error. Exit codes: 0 all measured, 1 a figure could not be measured, 64 wrong usage.
            """)

    static let keys = [
        "bus", "codec", "dynamixel", "dynamixel-codec", "jitter", "jitter-loaded", "stop", "scoring", "choosing",
        "reading", "decision", "futures", "trace",
    ]

    @Option(help: "Only these figures, separated by commas: \(Measure.keys.joined(separator: ", ")).")
    var only: String?

    @Option(help: "Also write the figures as JSON into this file.")
    var json: String?

    @Option(help: "The virtual robot's configuration.")
    var config = "Config/so101-virtual.toml"

    @Option(help: "Where the programs are.")
    var programs = ".build/release"

    @Option(help: "Where the peers' scripts are.")
    var peers = "Benchmarks/Peers"

    @Option(name: .customLong("servo-python"), help: "A python with rustypot and feetech-servo-sdk.")
    var servoPython: String?

    @Option(name: .customLong("lerobot-python"), help: "A python with LeRobot's motor bus.")
    var lerobotPython: String?

    @Option(name: .customLong("physics-python"), help: "A python with mujoco.")
    var physicsPython: String?

    @Option(name: .customLong("llama-peers"), help: "The folder of llama-server and llama-bench.")
    var llamaPeers: String?

    @Option(help: "Control cycles per second of jitter, instead of the configuration's.")
    var rate: Int?

    @Option(help: "How many times the robot is stopped for the figure stop.")
    var stops = 1000

    @Option(name: .customLong("planted-delay"), help: .hidden)
    var plantedDelay = 0

    @Option(help: "The program cyclictest.")
    var cyclictest: String?

    func validate() throws {
        _ = try chosen()
        guard stops > 0 else { throw ValidationError("--stops is 1 or more") }
        guard rate.map((20...1000).contains) ?? true else { throw ValidationError("--rate is 20 … 1000") }
    }

    private func chosen() throws -> [String] {
        guard let only else { return Self.keys }
        let names = only.split(separator: ",").map { String($0) }
        for name in names where !Self.keys.contains(name) {
            throw ValidationError("there is no figure “\(name)”: choose from \(Self.keys.joined(separator: ", "))")
        }
        return Self.keys.filter(names.contains)
    }

    func run() async throws {
        let lab = try lab()
        let guardian = lab.guarded()
        var load = [0.0]
        getloadavg(&load, 1)
        var figures: [Figure] = []
        var failed = false
        for key in try chosen() {
            say("==> \(key)")
            do { figures.append(try await measure(key, lab)) } catch {
                say("error: \(key): \(error)")
                failed = true
            }
        }
        Child.endAll()
        lab.remove()
        guardian.cancel()
        let report = Report(
            machine: processorName(), processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)), loadBefore: load[0],
            figures: figures)
        let bold = isatty(1) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
        print(report.table(bold: bold), terminator: "")
        if let json { try writeBytes(report.json(), to: json) }
        if failed { throw ExitCode(1) }
    }

    private func measure(_ key: String, _ lab: Lab) async throws -> Figure {
        switch key {
        case "bus": try await BusCycle.measure(lab)
        case "codec": try CycleCodec.measure(lab)
        case "dynamixel": try await DynamixelCycle.measure(lab)
        case "dynamixel-codec": try DynamixelCodec.measure()
        case "jitter": try await WakeUp.measure(lab, isLoaded: false)
        case "jitter-loaded": try await WakeUp.measure(lab, isLoaded: true)
        case "stop": try await StopLatency.measure(lab, trials: stops, plantedDelay: plantedDelay)
        case "scoring": try await Scoring.measure(lab)
        case "choosing": try await Choosing.measure(lab)
        case "reading": try await Reading.measure(lab)
        case "decision": try await Decision.measure(lab)
        case "futures": try await Futures.measure(lab)
        default: try await Recording.measure(lab)
        }
    }

    private func lab() throws -> Lab {
        var lab = try Lab.make(config: config, programs: programs)
        if let rate { lab.robot.control.rateHz = rate }
        lab.peers = peers
        lab.servoPython = servoPython
        lab.lerobotPython = lerobotPython
        lab.physicsPython = physicsPython
        lab.llamaPeers = llamaPeers
        lab.cyclictest = cyclictest
        return lab
    }
}

/// As the kernel calls the processor.
private func processorName() -> String {
    let lines = ((try? readText("/proc/cpuinfo")) ?? "").split(separator: "\n")
    let line = lines.first { $0.hasPrefix("model name") } ?? lines.first { $0.hasPrefix("Model") }
    return line?.split(separator: ":").last.map { String($0.drop(while: \.isWhitespace)) } ?? "unknown processor"
}
