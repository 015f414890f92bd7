import Foundation
import LanguagePolicy
import Synchronization
import Testing

@Suite("A language model behind a server")
struct EndpointTests {
    static let prompt = "Instruction: put the red block in the bin\nGoal:"
    static let options = [" red block in bin", " red block on plate", " arm at home"]

    private func model(_ server: TinyServer, key: String = "", seconds: Double = 5) throws -> EndpointModel {
        EndpointModel(try Endpoint(url: server.url, model: "some-model", key: key, deadlineSeconds: seconds))
    }

    /// As llama-server and Ollama: no echo, a choice in JSON.
    private static func chooser(_ content: String, logprobs: String = "null")
        -> @Sendable (TinyServer.Request) -> TinyServer.Reply
    {
        { request in
            if request.path == "/v1/completions" {
                return .json(#"{"error": {"message": "Only no echo is supported"}}"#, status: "400 Bad Request")
            }
            let text = String(decoding: (try? JSONEncoder().encode(content)) ?? Data(), as: UTF8.self)
            return .json(
                #"{"choices": [{"message": {"role": "assistant", "content": \#(text)}, "logprobs": \#(logprobs)}]}"#)
        }
    }

    @Test("a server that echoes log-probabilities gives the texts' own scores")
    func likelihoods() throws {
        let server = try TinyServer { request in
            let prompts = request.body["prompt"] as? [String] ?? []
            // one token for the prompt, one for each word of the text, the first reaching over the border
            let choices = prompts.enumerated().reversed().map { index, whole -> String in
                let start = whole.hasPrefix(Self.prompt) ? Self.prompt : "one"
                let text = whole.dropFirst(start.count).split(separator: " ").map { " \($0)" }
                let tokens = ["<s>" + start.dropLast(), start.suffix(1) + text[0]] + text.dropFirst()
                let words = String(decoding: (try? JSONEncoder().encode(tokens)) ?? Data(), as: UTF8.self)
                let numbers = ["null"] + (1..<tokens.count).map { "-\(Double($0) * Double(index + 1))" }
                return
                    #"{"index": \#(index), "logprobs": {"tokens": \#(words), "token_logprobs": [\#(numbers.joined(separator: ","))]}}"#
            }
            return .json(#"{"choices": [\#(choices.joined(separator: ","))]}"#)
        }
        let model = try model(server)
        let scoring = try model.score(Self.prompt, Self.options)
        #expect(model.givesLikelihoods)
        #expect(scoring.scores.map(\.text) == Self.options)
        #expect(scoring.scores.map(\.tokens) == [4, 4, 3])
        #expect(scoring.scores.map(\.sum) == [-10, -20, -18])
    }

    @Test("a server that only chooses is held to the options, and its choice scores best")
    func choice() throws {
        let seen = Mutex<[String]>([])
        let choose = Self.chooser(#"{"choice": "red block on plate"}"#)
        let server = try TinyServer { request in
            let format = request.body["response_format"] as? [String: Any]
            let schema = (format?["json_schema"] as? [String: Any])?["schema"] as? [String: Any]
            let property = (schema?["properties"] as? [String: Any])?["choice"] as? [String: Any]
            if let offered = property?["enum"] as? [String] { seen.withLock { $0 = offered } }
            return choose(request)
        }
        let model = try model(server)
        let scores = try model.score(Self.prompt, Self.options).scores
        #expect(seen.withLock { $0 } == ["red block in bin", "red block on plate", "arm at home"])
        #expect(scores.map(\.text) == Self.options && !model.givesLikelihoods)
        #expect(scores[1].mean == 0 && scores[0].mean < -1 && scores[2].mean == scores[0].mean)
    }

    @Test("where a choice comes with alternatives, the others are graded by where they part from it")
    func grades() throws {
        let logprobs = #"""
            {"content": [
             {"token": "{\"choice\": \"", "logprob": -0.1, "top_logprobs": []},
             {"token": "red", "logprob": -0.2, "top_logprobs": [{"token": "red", "logprob": -0.2}, {"token": "arm", "logprob": -3.2}]},
             {"token": " block", "logprob": 0, "top_logprobs": []},
             {"token": " in", "logprob": -0.5, "top_logprobs": [{"token": " in", "logprob": -0.5}, {"token": " on", "logprob": -1.0}]},
             {"token": " bin", "logprob": -0.1, "top_logprobs": []},
             {"token": "\"}", "logprob": 0, "top_logprobs": []}]}
            """#
        let server = try TinyServer(Self.chooser(#"{"choice": "red block in bin"}"#, logprobs: logprobs))
        let scores = try model(server).score(Self.prompt, Self.options).scores.map(\.mean)
        #expect(zip(scores, [0, -0.5, -3]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(scores)")
    }

    @Test("the key goes into the header, and into no message")
    func key() throws {
        let head = Mutex("")
        let server = try TinyServer { request in
            head.withLock { $0 = request.head }
            return .json(#"{"error": {"message": "wrong key"}}"#, status: "401 Unauthorized")
        }
        let model = try model(server, key: "secret-1234")
        let error = #expect(throws: LanguageModelError.self) { try model.score(Self.prompt, Self.options) }
        #expect(head.withLock { $0 }.contains("Authorization: Bearer secret-1234"))
        #expect(error?.description.contains("401") == true && error?.description.contains("wrong key") == true)
        #expect(error?.description.contains("secret") == false && !model.name.contains("secret"))
    }

    @Test(
        "what is no answer is an error in one line",
        arguments: [
            ("500", TinyServer.Reply.json("{}", status: "500 Internal Server Error")),
            ("nonsense", .json("{}")), ("nonsense", .json("not JSON at all")), ("nonsense", .json(#"{"choices": []}"#)),
            ("nonsense", .json(#"{"choices": [{"message": {"content": null}}]}"#)),
            ("nonsense", .json(#"{"choices": [{"message": {"content": "{\"choice\": \"swing fast\"}"}}]}"#)),
            ("nonsense", .json(#"{"choices": [{"message": {"content": "\u001b[31m{\"choice\""}}]}"#)),
            ("broke off", .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"choices\": [".utf8))),
            ("HTTP", .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))),
            ("16 MiB", .raw(Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 32, count: 17 << 20))),
        ])
    func wrong(_ word: String, _ reply: TinyServer.Reply) throws {
        let server = try TinyServer { request in
            request.path.hasSuffix("/chat/completions") ? reply : .json("{}", status: "404 Not Found")
        }
        let error = #expect(throws: LanguageModelError.self) { try model(server).score(Self.prompt, Self.options) }
        let text = error?.description ?? ""
        #expect(error?.kind == .endpoint && text.contains(word), "\(text)")
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control } && text.count < 300)
    }

    @Test("a silent server costs its deadline and no more")
    func silent() throws {
        let server = try TinyServer { _ in .silence }
        for (configured, asked) in [(0.2, nil), (30, 0.2)] as [(Double, Double?)] {
            let began = ContinuousClock.now
            let error = #expect(throws: LanguageModelError.self) {
                try model(server, seconds: configured).score(Self.prompt, Self.options, within: asked)
            }
            #expect(error?.kind == .deadline, "\(error?.description ?? "")")
            #expect(ContinuousClock.now - began < .seconds(2))
        }
    }

    @Test("nobody there is told at once")
    func nobody() throws {
        let server = try TinyServer { _ in .silence }
        try server.end()
        let model = try model(server)
        let error = #expect(throws: LanguageModelError.self) { try model.score(Self.prompt, Self.options) }
        #expect(error?.kind == .endpoint && error?.description.contains("cannot be reached") == true)
    }

    @Test("addresses are read strictly")
    func addresses() throws {
        #expect(try Endpoint(url: "http://localhost:8080").address == "http://localhost:8080/v1")
        #expect(try Endpoint(url: "http://board/api/v1/").address == "http://board:80/api/v1")
        #expect(try Endpoint(url: "http://[::1]:8080/v1").address == "http://[::1]:8080/v1")
        for wrong in [
            "", "localhost:8080", "https://localhost", "http://", "http://:80", "http://a:b", "http://a:0",
            "http://u:p@a", "http://a b", "http://a\r\nX: y", "http://[::1", "http://a/v1?key=1",
        ] {
            let error = #expect(throws: LanguageModelError.self, "\(wrong)") { try Endpoint(url: wrong) }
            #expect(error?.description.contains("endpoint") == true)
        }
        #expect(throws: LanguageModelError.self) { try Endpoint(url: "http://a", key: "two\r\nlines") }
    }

    @Test("a key comes from a file or from systemd")
    func keys() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "k-1\n".write(toFile: folder + "/key", atomically: false, encoding: .utf8)
        func key(_ source: String, _ credentials: String? = nil) throws -> String {
            try Endpoint.key(source, credentials: credentials) { folder + "/" + $0 }
        }
        #expect(try key("") == "")
        #expect(try key("key") == "k-1")
        #expect(try key("credential:key", folder) == "k-1")
        #expect(throws: LanguageModelError.self) { try key("nowhere") }
        #expect(throws: LanguageModelError.self) { try key("credential:key") }
        #expect(throws: LanguageModelError.self) { try key("credential:../key", folder) }
    }
}

@Suite("One model in another's place")
struct FallbackTests {
    /// Says what it is told to, and counts how often it was asked.
    final class Scripted: OptionScorer {
        let name: String
        let answers: Mutex<[LanguageModelError?]>
        let asked = Mutex(0)
        /// Seconds it was given the last time.
        let allowed = Mutex<Double?>(nil)

        init(_ name: String, failing: [LanguageModelError?] = []) {
            self.name = name
            answers = Mutex(failing)
        }

        func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring {
            asked.withLock { $0 += 1 }
            allowed.withLock { $0 = seconds }
            let failure = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            if let failure { throw failure }
            return Scoring(model: name, scores: texts.map { ScoredText(text: $0, sum: -1, tokens: 1) })
        }
    }

    private let problem = LanguageModelError(.endpoint, "endpoint gone")

    @Test("the other takes over with the reason, the wanted one rests, and comes back")
    func takesOver() async throws {
        let wanted = Scripted("far", failing: [problem])
        let own = Scripted("near")
        let said = Mutex<[String]>([])
        let model = FallbackModel(wanted, otherwise: own, restSeconds: 0.3) { line in said.withLock { $0.append(line) }
        }
        let first = try model.score("p", ["a"])
        #expect(first.model == "near" && first.note.contains("endpoint") && first.note.contains("near"))
        #expect(try model.score("p", ["a"]).model == "near")
        #expect(wanted.asked.withLock { $0 } == 1, "left alone for a while")
        try await Task.sleep(for: .milliseconds(350))
        let last = try model.score("p", ["a"])
        #expect(last.model == "far" && last.note.isEmpty)
        let lines = said.withLock { $0 }
        #expect(lines.count == 2 && lines[0].contains("going on with near") && lines[1] == "far is back", "\(lines)")
    }

    @Test("without another a failure is one, and a longer rest follows each")
    func alone() throws {
        let model = FallbackModel(Scripted("far", failing: [problem]), otherwise: nil, restSeconds: 60)
        for _ in 0..<2 { #expect(throws: LanguageModelError.self) { try model.score("p", ["a"]) } }
    }

    @Test("a silent server leaves the other model its part of the time")
    func shares() throws {
        let server = try TinyServer { _ in .silence }
        let own = Scripted("near")
        let model = FallbackModel(EndpointModel(try Endpoint(url: server.url, deadlineSeconds: 30)), otherwise: own)
        let scoring = try model.score(EndpointTests.prompt, EndpointTests.options, within: 1.5)
        #expect(scoring.model == "near" && scoring.note.contains("did not answer"))
        let left = try #require(own.allowed.withLock { $0 })
        #expect(left < 0.7, "what the silent one took is gone: \(left)")
    }
}
