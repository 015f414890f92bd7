import ArgumentParser
import CAllocations
import CPlatform
import Control
import FoundationEssentials
import Glibc
import Hardware
import RobotModel

/// `foresight-bench allocations`: what the threads of the control loop take from the heap while the robot is armed.
struct Allocations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Counts what the control loop takes from the heap in each cycle while it holds, streams, moves and is stopped.",
        discussion: """
            The body's own control thread, and those of further buses, drive the virtual robot of a configuration; every
            call of malloc and its kind on these threads is counted, and the first ones are told with their stack.
            Exit codes: 0 no more than the threshold, 1 more, or it could not be measured, 64 wrong usage.
            """)

    /// How many allocations a phase of any length may have.
    static let threshold = 0

    @Option(help: "The virtual robot's configuration.") var config = "Config/so101-virtual.toml"
    @Option(help: "Where the programs are.") var programs = ".build/release"
    @Option(help: "Cycles of each phase.") var cycles = 1000
    @Option(help: "Control cycles per second, instead of the configuration's.") var rate: Int?
    @Flag(help: "Let each cycle take memory once, to see that it is noticed.") var plant = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard cycles > 0 else { throw ValidationError("--cycles is 1 or more") }
        guard rate.map((20...1000).contains) ?? true else { throw ValidationError("--rate is 20 … 1000") }
    }

    struct Phase: Encodable {
        var name: String
        var cycles: Int
        var allocations: Int
    }

    func run() async throws {
        var lab = try Lab.make(config: config, programs: programs)
        if let rate { lab.robot.control.rateHz = rate }
        let guardian = lab.guarded()
        defer {
            guardian.cancel()
            lab.remove()
        }
        let virtual = try await lab.startRobot()
        defer { virtual.end() }
        let phases = try await measure(lab.robot)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(phases), as: UTF8.self))
        } else {
            for phase in phases {
                print("\(phase.name): \(phase.allocations) allocations in \(phase.cycles) cycles")
            }
        }
        if phases.contains(where: { $0.allocations > Self.threshold }) { throw ExitCode(1) }
    }

    private func measure(_ robot: RobotConfiguration) async throws -> [Phase] {
        let loop = try await ArmedLoop.start(robot)
        defer { loop.quit() }
        let control = loop.control
        control.mailbox.leaseDeadline = .max
        try await loop.arm()
        let start = try await Self.settled(loop).goals
        // never given back: the threads compare with them for as long as they live
        callocations_watch(strdup("control"), strdup("bus"))
        callocations_plant(plant)
        defer { callocations_plant(false) }
        var phases = [try await phase("holding", loop, isRight: { $0.report.state == .armed })]
        let stream = SetpointStream(robot, from: start)
        let follow = { control.mailbox.send(stream.next()) }
        phases.append(
            try await phase("streaming, from the first cycle", loop, each: follow, isRight: { $0.report.isStreaming }))
        // the stream has to end before a motion may begin
        try await Task.sleep(for: .seconds(SetpointStream.seconds + 0.3))
        let latest = try await Self.settled(loop)
        let seconds = Double(cycles) / Double(robot.control.rateHz) + 1
        let motion = PreparedTrajectory(Self.motion(robot, from: latest, seconds: seconds))
        let begin = { _ = control.mailbox.send(motion) }
        phases.append(
            try await phase(
                "moving, from the first cycle", loop, after: begin, isRight: { $0.report.motion == .running }))
        let stop = { control.mailbox.post(.stop) }
        phases.append(
            try await phase(
                "stopped, from the first cycle", loop, after: stop, isRight: { $0.report.state == .stopped }))
        callocations_plant(false)
        withExtendedLifetime(motion) {}
        control.mailbox.post(.reset)
        try await loop.release()
        return phases
    }

    /// The last cycle after a third of a second.
    private static func settled(_ loop: ArmedLoop) async throws -> Snapshot {
        try await Task.sleep(for: .milliseconds(300))
        var latest: Snapshot?
        loop.drain { latest = $0 }
        guard let latest else { throw Trouble("the control loop makes no cycles") }
        return latest
    }

    /// Counts over so many cycles, and those that `order` begins with; `each` is done fifty times a second, and `isRight`
    /// tells whether the robot does what the phase is about.
    private func phase(
        _ name: String, _ loop: ArmedLoop, after order: () -> Void = {}, each: () -> Void = {},
        isRight: (Snapshot) -> Bool
    ) async throws -> Phase {
        callocations_trace(plant ? 0 : 4)
        defer { callocations_trace(0) }
        let began = loop.control.times.reading.cycle.count
        let before = callocations_watched()
        order()
        for _ in 0..<15 {
            each()
            try await Task.sleep(for: .milliseconds(20))
        }
        loop.drain { _ in }
        var done = 0
        while done < cycles {
            each()
            try await Task.sleep(for: .milliseconds(20))
            var latest: Snapshot?
            loop.drain { latest = $0 }
            guard latest.map(isRight) ?? true else {
                let why =
                    latest!.report.stop.description(joints: []) + latest!.report.motionReason.description(joints: [])
                throw Trouble("\(name): the robot is \(latest!.report.state.word): \(why)")
            }
            done = loop.control.times.reading.cycle.count - began
        }
        return Phase(name: name, cycles: done, allocations: callocations_watched() - before)
    }

    /// Every joint but those that are folded a little back and forth; wheels roll forth.
    private static func motion(_ robot: RobotConfiguration, from latest: Snapshot, seconds: Double) -> GuardedTrajectory
    {
        let count = robot.joints.count
        let still = [Double](repeating: 0, count: count)
        let free = [Double](repeating: .infinity, count: count)
        let start = latest.goals.array
        let home = robot.spread(robot.home)
        let points = (0...20).map { step in
            let time = seconds * Double(step) / 20
            let positions = start.enumerated().map { index, angle in
                if robot.joints[index].isContinuous { return angle + 0.2 * time }
                // those that fold the arm lie on each other in the rest pose
                let isFolded = abs(home[index] - angle) > 0.3
                return isFolded || step % 2 == 0 ? angle : angle + 0.05
            }
            return GuardedTrajectory.Point(time: time, positions: positions, velocities: still, compensation: still)
        }
        return GuardedTrajectory(
            id: 1, label: "allocations", points: points, pathTolerance: free, goalTolerance: free, effortBound: free,
            goalTime: 5, timeout: seconds + 10)
    }
}
