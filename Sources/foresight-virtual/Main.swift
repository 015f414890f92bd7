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

    @Option(help: "Make this a link to the robot's pseudo-terminal.")
    var link: String

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

    func run() async throws {
        let robot: RobotConfiguration
        let scene: SceneFile
        let truth: GroundTruth?
        let log: WireLog?
        let plant: PlantRobot
        let port: VirtualPort
        let parameters: PlantParameters
        do {
            robot = try RobotConfiguration.load(path: config)
            scene = try SceneFile.load(path: self.scene ?? robot.resolve(robot.virtual.scene))
            parameters = PlantParameters.draw(seed: seed, joints: robot.joints.count)
            plant = try PlantRobot(
                robot: robot, scene: scene, parameters: parameters, seed: seed,
                startingAt: cplatform_monotonic_nanoseconds())
            log = try wireLog.map { try WireLog(path: $0) }
            truth = try groundTruth.map { try GroundTruth(path: $0, parameters: parameters) }
            port = try VirtualPort(link: link)
        } catch {
            complain("\(error)")
            throw ExitCode(1)
        }
        let (frames, continuation) = AsyncStream.makeStream(of: [Thing].self, bufferingPolicy: .bufferingNewest(1))
        let line = VirtualLine(
            plant: plant, port: port, log: log, truth: truth, camera: Camera(parameters: parameters, seed: seed),
            show: { continuation.yield($0) })
        line.start()
        let path = socket ?? (robot.channels.socket.isEmpty ? SocketPath.standard : robot.channels.socket)
        let camera = Task { await CameraClient(socketPath: path).run(frames) }
        say(1, "\(robot.name) on \(port.slavePath), linked from \(link)")
        await Signals.wait()
        camera.cancel()
        line.stop()
        port.close()
        log?.flush()
        truth?.close()
    }
}

func complain(_ text: String) { say(2, "error: \(text)") }

private func say(_ descriptor: Int32, _ text: String) {
    let line = Array((text + "\n").utf8)
    _ = write(descriptor, line, line.count)
}
