import ArgumentParser
import Body
import Console
import CPlatform
import Channels
import Control
import FoundationEssentials
import Glibc
import RobotModel
import SerialLink
import Traces

@main
struct Foresightd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foresightd",
        abstract: "The body: talks to the motors, holds the limits, serves the channels.",
        discussion: """
            Nothing moves before a client calls arm, and never on start. A software stop is not a certified emergency
            stop: keep a switch in the motors' supply within reach.

            At start the robot has to be there and in order; one that vanishes later is waited for.

            Exit codes: 0 ended on request, 1 the robot is not there or not in order, or the socket or a file cannot be
            used, 64 wrong usage, 70 the control loop stood still, 78 a mistake in the configuration.
            """)

    @Option(help: "The robot's configuration (Config/so101.toml documents every key).")
    var config: String

    @Option(help: "Serial port of the first bus, instead of the configuration's.")
    var port: String?

    @Option(help: "Unix socket, instead of the configuration's.")
    var socket: String?

    @Option(
        name: .customLong("tcp-port"), help: "Read-only port on loopback for Foxglove, instead of the configuration's.")
    var tcpPort: Int?

    @Option(help: "Record everything on the channels into this MCAP file.")
    var trace: String?

    @Option(name: .customLong("wire-log"), help: "Write every serial byte with its time into this file.")
    var wireLog: String?

    @Flag(
        help: """
            Take torque off motors that do not stop by themselves, and end. The unit calls it after the body was killed;
            with $SERVICE_RESULT = success nothing is done.
            """)
    var release = false

    func run() async throws {
        let robot = try configured()
        if release { return try Release.run(robot) }
        let protections: Protections
        do { protections = try Protections.load(robot) } catch { throw Failure(code: 78, "\(error)") }
        let unlocked = cplatform_lock_memory()
        if unlocked != 0 {
            let why = String(cString: strerror(unlocked))
            Journal.write(
                level: 1, "memory is not locked, and swapping may delay the control loop: \(why) (raise memlock)")
        }
        // a reader of stderr that is gone ends nothing
        signal(SIGPIPE, SIG_IGN)
        if cplatform_raise_descriptor_limit() < 0 { Journal.write(level: 1, "the limit of open files stays as it is") }
        let roles = try roles(robot.channels)
        let recorder = try record(robot)
        let server: ChannelServer
        do {
            server = try await ChannelServer(
                name: "foresightd \(robot.name)", socketPath: robot.channels.socket,
                tcpPort: robot.channels.tcpPort == 0 ? nil : robot.channels.tcpPort,
                roles: roles, origins: robot.channels.origins, limits: ChannelLimits(robot.channels),
                log: { Journal.write(level: $0, $1) },
                onMessage: { message in
                    recorder?.record(
                        topic: message.topic, schemaName: message.schemaName, schema: message.schema,
                        latched: message.latched, logTime: message.logTime, payload: message.payload)
                })
        } catch {
            throw Failure(code: 1, "\(error)")
        }
        let service = Supervisor()
        let log: WireLog?
        do { log = try wireLog.map { try WireLog(path: $0) } } catch { throw Failure(code: 1, "\(error)") }
        let body = BodyService(
            robot: robot, protections: protections, server: server, wireLog: log,
            log: { level, text in
                Journal.write(level: level, text)
                service.tell(status: text)
            },
            onStall: { text in
                Journal.write(level: 2, text)
                _exit(70)  // at once: nothing that runs here can be relied on any more
            })
        await body.prepare()
        do { try await server.open() } catch {
            await server.close()
            throw Failure(code: 1, "\(error)")
        }
        Journal.write(level: 0, "listening on \(robot.channels.socket)")
        if server.tcpPort != 0 { Journal.write(level: 0, "read-only on ws://127.0.0.1:\(server.tcpPort)") }
        let running = Task { await body.run() }
        let watchdog = Task { await service.feed { await body.isAlive } }
        let signalled = Task { await Signals.wait() }
        if await body.firstTrouble() != nil {
            running.cancel()
            await running.value
            await server.close()
            _ = recorder?.close()
            log?.flush()
            throw ExitCode(1)
        }
        service.notify("READY=1")
        await signalled.value
        service.notify("STOPPING=1")
        watchdog.cancel()
        running.cancel()
        await running.value
        await server.close()
        log?.flush()
        if let recorder, let trouble = recorder.close() {
            throw Failure(code: 1, "the trace is not complete: \(trouble)")
        }
        Journal.write(level: 0, "ended; servos that held torque still hold their last goal")
    }

    private func configured() throws -> RobotConfiguration {
        var robot: RobotConfiguration
        do { robot = try RobotConfiguration.load(path: config) } catch { throw Failure(code: 78, "\(error)") }
        if let port { robot.buses[0].port = port }
        if let tcpPort {
            guard (0...65535).contains(tcpPort) else { throw ValidationError("--tcp-port is 0 … 65535") }
            robot.channels.tcpPort = tcpPort
        }
        if let socket { robot.channels.socket = socket }
        if robot.channels.socket.isEmpty { robot.channels.socket = SocketPath.standard }
        return robot
    }

    private func roles(_ channels: ChannelsConfiguration) throws -> Roles {
        do {
            return try Roles(
                observers: channels.observers, publishers: channels.publishers, operators: channels.operators)
        } catch {
            throw Failure(code: 78, "\(config): \(error)")
        }
    }

    private func record(_ robot: RobotConfiguration) throws -> TraceRecorder? {
        var path = trace
        if path == nil, !robot.trace.folder.isEmpty {
            let folder = robot.resolve(robot.trace.folder)
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            path = "\(folder)/\(robot.name)-\(cplatform_realtime_nanoseconds() / 1_000_000_000).mcap"
        }
        guard let path else { return nil }
        do {
            return try TraceRecorder(path: path, library: "foresight") { Journal.write(level: 2, $0) }
        } catch {
            throw Failure(code: 1, "\(error)")
        }
    }
}

/// Ends the program with a code and a line on stderr.
struct Failure: Error, CustomStringConvertible {
    var description: String
    init(code: Int32, _ text: String) {
        description = text
        Journal.write(level: 2, text)
        exit(code)
    }
}
