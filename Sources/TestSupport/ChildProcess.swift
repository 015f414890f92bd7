internal import Foundation

/// A program run by a test: its output goes to files, and it is ended when the test lets go of it.
///
/// Unchecked `Sendable`: `Process` is used from one test at a time.
public final class ChildProcess: @unchecked Sendable {
    public struct TimedOut: Error, CustomStringConvertible { public var description: String }

    private let process = Process()
    private let folder: String
    public let name: String

    /// Starts the program at `path`; `environment` is added to this process's.
    public init(_ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws
    {
        name = (path as NSString).lastPathComponent
        folder = NSTemporaryDirectory() + "child-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in ["out", "err", "in"] {
            _ = FileManager.default.createFile(atPath: "\(folder)/\(file)", contents: nil)
        }
        if let input { try input.write(toFile: "\(folder)/in", atomically: false, encoding: .utf8) }
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["NO_COLOR": "1", "FORESIGHT_SOCKET": "/nonexistent"]) { $1 }.merging(environment) { $1 }
        let files = [
            FileHandle(forReadingAtPath: "\(folder)/in"), FileHandle(forWritingAtPath: "\(folder)/out"),
            FileHandle(forWritingAtPath: "\(folder)/err"),
        ]
        // Process keeps its handles for ever, and with a thousand open files its own search through them crashes
        defer { for file in files { try? file?.close() } }
        (process.standardInput, process.standardOutput, process.standardError) = (files[0], files[1], files[2])
        // a run in the background ignores Ctrl-C, and what it starts would inherit that
        Foundation.signal(SIGINT, SIG_DFL)
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    public var output: String { (try? String(contentsOfFile: folder + "/out", encoding: .utf8)) ?? "" }
    public var errors: String { (try? String(contentsOfFile: folder + "/err", encoding: .utf8)) ?? "" }
    public var isRunning: Bool { process.isRunning }
    public var processIdentifier: Int32 { process.processIdentifier }

    public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end without blocking a thread; returns the exit code, or 128 + the signal's number.
    ///
    /// - Throws: `TimedOut` with what it printed when it does not end in time; it is then killed.
    @discardableResult
    public func exitCode(within seconds: Double = 30) async throws -> Int32 {
        try await eventually("\(name) ends", within: seconds) { !self.process.isRunning }
        return process.terminationReason == .uncaughtSignal
            ? 128 + process.terminationStatus : process.terminationStatus
    }

    /// Asks it to end and waits.
    public func end(within seconds: Double = 10) async throws {
        guard process.isRunning else { return }
        signal(SIGTERM)
        try await exitCode(within: seconds)
    }

    /// Waits until `condition` holds.
    ///
    /// - Throws: `TimedOut` naming `what` and showing what the program printed.
    public func eventually(
        _ what: String, within seconds: Double = 15, _ condition: @Sendable () async -> Bool
    ) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while clock.now < deadline {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        if await condition() { return }
        throw TimedOut(description: "not within \(seconds) s: \(what)\n\(output)\n\(errors)")
    }

    /// Runs a program to its end.
    public static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        within seconds: Double = 60
    ) async throws -> (code: Int32, output: String, errors: String) {
        let child = try ChildProcess(path, arguments, environment: environment, input: input)
        let code = try await child.exitCode(within: seconds)
        return (code, child.output, child.errors)
    }
}
