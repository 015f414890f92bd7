import ArgumentParser
import Console
import CPlatform
import Channels
import FoundationEssentials
import Glibc
import Plant
import RobotModel
import SerialLink

@main
struct ForesightVirtual: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresight-virtual",
        abstract: "A virtual robot: a simulated arm behind emulated servos on a pseudo-terminal, and a camera.",
        discussion: """
            The servos answer on a pseudo-terminal, at the pace of their line. The camera is a client of the body's
            channels and publishes /detections. How the plant differs from what the mind believes is drawn from --seed.
            """)

    @Option(help: "The robot's configuration.")
    var config: String

    @Option(
        help:
            "Make this a link to the first bus's pseudo-terminal; other buses use the configuration's ports. Default: its port."
    )
    var link: String?

    @Option(help: "The body's socket, for the camera.")
    var socket: String?

    @Option(help: "What stands on the table, instead of the configuration's scene.")
    var scene: String?

    @Option(help: "Seed of what differs between the plant and what the mind believes.")
    var seed: UInt64 = 0

    @Option(name: .customLong("ground-truth"), help: "For tests: write true poses as JSON lines into this file.")
    var groundTruth: String?

    @Option(name: .customLong("wire-log"), help: "Write every serial byte with its time into this file.")
    var wireLog: String?

    @Option(
        help: ArgumentHelp(
            "Mishaps, seeded: a share of the packets and what happens to them, or something that happens once.",
            discussion: """
                "1%" (all kinds), "2%:drop,flip,junk", "hang-up@5", "overload@3 seed=7". To packets: drop, flip,
                truncate, duplicate, delay, wrong-id, echo, junk, split, duplicate-id. Once, after so many seconds:
                overload, undervoltage, reboot, hang-up, rename (back under another name after 1.5 s).
                """))
    var faults: String?

    @Flag(help: "Let every motor's horn sit askew, as on an arm that was never calibrated; drawn from --seed.")
    var askew = false

    @Option(
        help: ArgumentHelp(
            "For tests: a hand that leads joints where this file says.",
            discussion: "Lines of a joint's name and an angle in radians; read again ten times a second."))
    var hand: String?

    func validate() throws {
        guard let faults else { return }
        do { _ = try FaultPlan(parsing: faults) } catch { throw ValidationError("--faults \(error)") }
    }

    private func mounting(_ robot: RobotConfiguration) -> [Double] {
        guard askew else { return [] }
        var random = SeededGenerator(seed: seed ^ 0xA5E)
        return robot.joints.map { _ in random.uniform(-2.5...2.5) }
    }

    func run() async throws {
        Signals.prepare()
        let robot: RobotConfiguration
        let scene: SceneFile
        let truth: GroundTruth?
        let log: WireLog?
        let plant: PlantRobot
        let ports: [VirtualPort]
        let plan: FaultPlan
        let parameters: PlantParameters
        do {
            robot = try RobotConfiguration.load(path: config)
            scene = try SceneFile.load(path: self.scene ?? robot.resolve(robot.virtual.scene))
            parameters = PlantParameters.draw(seed: seed, joints: robot.joints.count)
            plant = try PlantRobot(
                robot: robot, scene: scene, parameters: parameters, seed: seed,
                startingAt: cplatform_monotonic_nanoseconds(), mounting: mounting(robot))
            log = try wireLog.map { try WireLog(path: $0) }
            truth = try groundTruth.map { try GroundTruth(path: $0, parameters: parameters) }
            plan = try FaultPlan(parsing: faults ?? "")
            ports = try robot.buses.enumerated().map { place, bus in
                try VirtualPort(link: place == 0 ? link ?? bus.port : bus.port)
            }
        } catch {
            complain("\(error)")
            throw ExitCode(1)
        }
        let (frames, continuation) = AsyncStream.makeStream(of: [Thing].self, bufferingPolicy: .bufferingNewest(1))
        let line = VirtualLine(
            plant: plant, ports: ports, faults: plan, log: log, truth: truth,
            camera: Camera(parameters: parameters, seed: seed), hand: hand,
            show: { continuation.yield($0) })
        line.start()
        let path = socket ?? (robot.channels.socket.isEmpty ? SocketPath.standard : robot.channels.socket)
        let camera = Task { await CameraClient(socketPath: path).run(frames) }
        for port in ports { say(1, "\(robot.name) on \(port.slavePath), linked from \(port.link)") }
        await Signals.wait()
        camera.cancel()
        line.stop()
        if plan.rate > 0 {
            let counts = line.mishaps.sorted { $0.key.rawValue < $1.key.rawValue }
            say(1, "mishaps: " + counts.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", "))
        }
        log?.flush()
        truth?.close()
    }
}

func complain(_ text: String) { say(2, "error: \(text)") }

private func say(_ descriptor: Int32, _ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(descriptor, line, line.count)
}
