internal import Foundation

/// Where the checkout's parts are.
public enum Places {
    /// The checkout.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A program as it was built: in $FORESIGHT_PROGRAMS, else in .build/release.
    public static func program(_ name: String) -> String {
        let folder = ProcessInfo.processInfo.environment["FORESIGHT_PROGRAMS"] ?? root + "/.build/release"
        return folder + "/" + name
    }

    public static let config = root + "/Config/so101-virtual.toml"

    /// The text of a shipped configuration, with paths that hold wherever it is written to.
    public static func configText(_ name: String = "so101-virtual.toml") throws -> String {
        try String(contentsOfFile: root + "/Config/" + name, encoding: .utf8)
            .replacingOccurrences(of: "\"scenes/", with: "\"\(root)/Config/scenes/")
            .replacingOccurrences(of: "\"arms/", with: "\"\(root)/Config/arms/")
            .replacingOccurrences(of: "\"../.deps/", with: "\"\(root)/.deps/")
    }

    /// A new empty folder, short enough to hold sockets.
    public static func scratch() throws -> String {
        let folder = "/tmp/foresight-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The python of a pinned environment of scripts/python, made on first use.
    public static func python(_ name: String) async throws -> String {
        let made = try await ChildProcess.run("/bin/bash", [root + "/scripts/python-env", name], within: 300)
        guard made.code == 0 else { throw ChildProcess.TimedOut(description: made.errors) }
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
