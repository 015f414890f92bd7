import Foundation
import TestSupport
import Testing

/// A client that may misbehave, in a process of its own, as another user if wanted.
struct HostileClient {
    let process: ChildProcess

    init(_ target: String, _ arguments: [String], as user: [String] = []) throws {
        let script = Places.root + "/Tests/ProgramTests/Scripts/hostile_client.py"
        let command = ["/usr/bin/python3", script, target] + arguments
        // another user may not read the checkout: the script comes on its command line
        guard !user.isEmpty else {
            process = try ChildProcess(command[0], Array(command.dropFirst()))
            return
        }
        let text = try String(contentsOfFile: script, encoding: .utf8)
        process = try ChildProcess(
            "/usr/bin/setpriv", user + ["/usr/bin/python3", "-c", text, target] + arguments)
    }

    /// The line of that number that it printed.
    func line(_ number: Int = 0, within seconds: Double = 60) async throws -> [String: Any] {
        let process = process
        try await process.eventually("it prints line \(number)", within: seconds) {
            process.output.split(separator: "\n").count > number && process.output.hasSuffix("\n")
        }
        let text = String(process.output.split(separator: "\n")[number])
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    func end() async throws {
        process.signal(SIGKILL)
        try await process.exitCode(within: 5)
    }
}
