import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// What `make setup` downloads is verified, and what fails is said.
    @Suite("Setup", .serialized)
    struct SetupTests {
        static let text = String(repeating: "a package\n", count: 20_000)
        static let sum = String(repeating: "0", count: 64)

        private func fetch(
            index: String, sum: String, to destination: String, limit: String = ""
        ) async throws -> (code: Int32, output: String, errors: String) {
            let command =
                "\(limit) exec /usr/bin/python3 \(Places.root)/scripts/fetch thing thing-1.tar.gz \(sum) \(destination)"
            return try await ChildProcess.run(
                "/bin/bash", ["-c", command], environment: ["PIP_INDEX_URL": index, "no_proxy": "*"], within: 30)
        }

        @Test("a wrong sum, no network and no space are told apart, and leave nothing behind")
        func failures() async throws {
            let folder = try Places.scratch()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.createDirectory(atPath: folder + "/thing", withIntermediateDirectories: true)
            try Self.text.write(toFile: folder + "/thing/thing-1.tar.gz", atomically: false, encoding: .utf8)
            try #"{"files": [{"filename": "thing-1.tar.gz", "url": "thing-1.tar.gz"}]}"#
                .write(toFile: folder + "/thing/index.html", atomically: false, encoding: .utf8)
            let real = try await ChildProcess.run("/usr/bin/sha256sum", [folder + "/thing/thing-1.tar.gz"])
            let sum = String(real.output.prefix(64))
            let server = try ChildProcess(
                "/usr/bin/python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder])
            try await server.eventually("the index answers") { server.output.contains("port") }
            let port = try #require(server.output.components(separatedBy: "port ").last?.split(separator: " ").first)
            let index = "http://127.0.0.1:\(port)/"
            let destination = folder + "/got"

            let wrong = try await fetch(index: index, sum: Self.sum, to: destination)
            #expect(wrong.code == 1 && wrong.errors.contains("wrong SHA-256"), "\(wrong.errors)")
            let offline = try await fetch(index: "http://127.0.0.1:9/", sum: sum, to: destination)
            #expect(offline.code == 1 && offline.errors.contains("Check the network"), "\(offline.errors)")
            let full = try await fetch(index: index, sum: sum, to: destination, limit: "ulimit -f 8;")
            #expect(full.code == 1 && full.errors.contains("disk space"), "\(full.errors)")
            #expect(!FileManager.default.fileExists(atPath: destination))

            let good = try await fetch(index: index, sum: sum, to: destination)
            #expect(good.code == 0, "\(good.errors)")
            #expect(try String(contentsOfFile: destination, encoding: .utf8) == Self.text)
            server.signal(SIGKILL)
        }
    }
}
