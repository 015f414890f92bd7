internal import Foundation

/// A client that may misbehave, in a process of its own, as another user if wanted.
public struct HostileClient: Sendable {
    public let process: ChildProcess

    /// - Parameters:
    ///   - target: a Unix socket, or a TCP port on loopback.
    ///   - arguments: what it does, as `Tests/ProgramTests/Scripts/hostile_client.py` describes.
    ///   - user: arguments of setpriv.
    public init(_ target: String, _ arguments: [String], as user: [String] = []) throws {
        let script = Places.root + "/Tests/ProgramTests/Scripts/hostile_client.py"
        guard !user.isEmpty else {
            process = try ChildProcess("/usr/bin/python3", [script, target] + arguments)
            return
        }
        // another user may not read the checkout: the script comes on its command line
        let text = try String(contentsOfFile: script, encoding: .utf8)
        process = try ChildProcess("/usr/bin/setpriv", user + ["/usr/bin/python3", "-c", text, target] + arguments)
    }

    public init(_ target: String, _ arguments: String...) throws { try self.init(target, arguments) }

    /// The line of that number that it printed.
    public func line(_ number: Int = 0, within seconds: Double = 60) async throws -> [String: Any] {
        let process = process
        try await process.eventually("it prints line \(number)", within: seconds) {
            process.output.split(separator: "\n").count > number && process.output.hasSuffix("\n")
        }
        let text = String(process.output.split(separator: "\n")[number])
        guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw ChildProcess.TimedOut(description: "no object: \(text)")
        }
        return object
    }

    public func end() async throws {
        process.signal(SIGKILL)
        try await process.exitCode(within: 5)
    }
}
