import Foundation
import LanguagePolicy
import TestSupport
import Testing

/// What `make peers` builds.
enum Peer {
    static let server = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.deps/peers/llama-server").path
    static let isBuilt = FileManager.default.isExecutableFile(atPath: server)
}

/// The real server of the pinned llama.cpp with our own model behind it; `make peers` builds it.
@Suite("A real llama-server", .serialized, .enabled(if: Peer.isBuilt, "make peers builds llama-server"))
struct LlamaServerTests {
    @Test("it chooses among what is offered, with grades, and its end is noticed", .timeLimit(.minutes(10)))
    func chooses() async throws {
        let port = 18000 + Int(getpid()) % 4000
        let server = try ChildProcess(
            Peer.server,
            [
                "-m", LanguageModelTests.path, "--host", "127.0.0.1", "--port", "\(port)", "-c", "2048", "-np", "1",
                "--api-key", "k-17", "--no-webui",
            ])
        try await server.eventually("the server listens", within: 60) {
            server.errors.contains("listening on http") || server.output.contains("listening on http")
        }
        let url = "http://127.0.0.1:\(port)"
        let model = EndpointModel(try Endpoint(url: url, key: "k-17", deadlineSeconds: 60))
        let texts = LanguageModelTests.options
        let scores = try model.score(LanguageModelTests.prompt, texts).scores
        #expect(scores.map(\.text) == texts)
        #expect(scores.count { $0.sum == 0 } == 1 && scores.allSatisfy { $0.sum <= 0 && $0.sum.isFinite })
        #expect(Set(scores.map(\.sum)).count > 2, "graded, not only chosen: \(scores.map(\.sum))")
        let again = try model.score(LanguageModelTests.prompt, texts).scores
        #expect(again.first { $0.sum == 0 }?.text == scores.first { $0.sum == 0 }?.text)

        let stranger = EndpointModel(try Endpoint(url: url, key: "wrong", deadlineSeconds: 10))
        let refused = #expect(throws: LanguageModelError.self) {
            try stranger.score(LanguageModelTests.prompt, texts)
        }
        #expect(refused?.description.contains("401") == true, "\(refused?.description ?? "")")

        let own = try LanguageModelTests.model.get()
        let fallback = FallbackModel(model, otherwise: own)
        #expect(try fallback.score(LanguageModelTests.prompt, texts).note.isEmpty)
        server.signal(SIGKILL)
        try await server.exitCode()
        let without = try fallback.score(LanguageModelTests.prompt, texts)
        #expect(without.model == own.name && without.note.contains("cannot be reached"), "\(without.note)")
    }
}
