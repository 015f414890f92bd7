internal import Foundation

/// A virtual robot, a body and (if wanted) a mind in a folder of their own.
public final class ScratchRobot: Sendable {
    public let folder: String
    public var socket: String { folder + "/body.sock" }
    public var link: String { folder + "/robot" }
    public var truth: String { folder + "/truth.jsonl" }
    public var trace: String { folder + "/trace.mcap" }
    public var bodyWire: String { folder + "/body.wire" }
    public var robotWire: String { folder + "/robot.wire" }

    public init() throws {
        folder = try Places.scratch()
        // configurations that are written here name their chain as the shipped ones do
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/arms", withDestinationPath: Places.root + "/Config/arms")
    }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    public func startRobot(seed: Int = 1, scene: String? = nil) async throws -> ChildProcess {
        var arguments = [
            "--config", Places.config, "--link", link, "--socket", socket, "--seed", "\(seed)", "--ground-truth", truth,
            "--wire-log", robotWire,
        ]
        if let scene { arguments += ["--scene", scene] }
        let robot = try ChildProcess(Places.program("foresight-virtual"), arguments)
        try await robot.eventually("the virtual robot makes its link") { robot.output.contains("linked from") }
        return robot
    }

    public func startBody(config: String = Places.config, tcpPort: Int? = nil, trace: Bool = true) async throws
        -> ChildProcess
    {
        var arguments = ["--config", config, "--port", link, "--socket", socket, "--wire-log", bodyWire]
        if trace { arguments += ["--trace", self.trace] }
        if let tcpPort { arguments += ["--tcp-port", "\(tcpPort)"] }
        let body = try ChildProcess(Places.program("foresightd"), arguments)
        try await body.eventually("the body is connected") { body.errors.contains("servos checked") }
        return body
    }

    /// - Parameter options: beside configuration and socket.
    public func startMind(_ options: [String] = [], config: String = Places.config) async throws -> ChildProcess {
        let mind = try ChildProcess(
            Places.program("foresight-mind"), ["--config", config, "--socket", socket] + options)
        try await mind.eventually("the mind is connected", within: 30) { mind.errors.contains("connected to") }
        return mind
    }

    /// Runs the command line against this robot.
    public func foresight(
        _ arguments: [String], input: String? = nil, within seconds: Double = 120
    ) async throws -> (code: Int32, output: String, errors: String) {
        try await ChildProcess.run(
            Places.program("foresight"), arguments, environment: ["FORESIGHT_SOCKET": socket], input: input,
            within: seconds)
    }

    /// "armed", "moving" … as `foresight status` tells it.
    public func state() async throws -> String {
        let status = try await foresight(["status", "--json"])
        let object = try? JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
        return object?["state"] as? String ?? "no answer"
    }
}
