internal import FoundationEssentials
internal import Synchronization

/// A language model behind an OpenAI-compatible server (llama-server, Ollama, vLLM).
///
/// Where the server gives the log-probabilities of given texts (vLLM: `echo` with `logprobs`), these are the scores, as on
/// the device. Others are asked to choose one of the texts, held to them by a JSON schema: then the chosen one scores 0
/// and the rest by how much less likely they were where they part from it, or a fixed step less when the server does
/// not say.
public final class EndpointModel: OptionScorer {
    /// How this server gives scores.
    enum Method: Sendable { case unknown, likelihood, choice }

    public let endpoint: Endpoint
    private let method = Mutex(Method.unknown)
    private let clock = ContinuousClock()

    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    public var name: String { (endpoint.model.isEmpty ? "a model" : endpoint.model) + " at \(endpoint.address)" }

    /// Whether scores are log-probabilities of the texts themselves; false before the first answer.
    public var givesLikelihoods: Bool { method.withLock { $0 == .likelihood } }

    /// - Throws: `LanguageModelError` of kind `.deadline` when time is over, `.endpoint` when nobody answers, or the answer is
    ///   none.
    public func score(
        _ prompt: String, _ texts: [String], within seconds: Double? = nil
    ) throws(LanguageModelError) -> Scoring {
        let began = clock.now
        let ends = began + .nanoseconds(Int64(min(endpoint.deadlineSeconds, seconds ?? .infinity) * 1e9))
        let scores: [ScoredText]
        if texts.isEmpty {
            scores = []
        } else {
            let known = try knownMethod(by: ends)
            scores =
                try known == .likelihood
                ? likelihoods(prompt, texts, by: ends) : choose(prompt, texts, by: ends)
        }
        var scoring = Scoring(model: name, scores: scores)
        scoring.scoringSeconds = (clock.now - began) / .seconds(1)
        return scoring
    }

    /// Asks for two words' echo once: whoever does not know that refuses it, or writes something of its own.
    private func knownMethod(by ends: ContinuousClock.Instant) throws(LanguageModelError) -> Method {
        let known = method.withLock { $0 }
        guard known == .unknown else { return known }
        let answer = try echo("one", [" two"], by: ends)
        if answer.status >= 500, answer.status != 501 { throw refused(answer) }
        let isEchoed = answer.status == 200 && scores(answer, "one", [" two"]) != nil
        let found = isEchoed ? Method.likelihood : .choice
        method.withLock { $0 = found }
        return found
    }

    /// Sums over the tokens of each text.
    private func likelihoods(
        _ prompt: String, _ texts: [String], by ends: ContinuousClock.Instant
    ) throws(LanguageModelError) -> [ScoredText] {
        let answer = try echo(prompt, texts, by: ends)
        guard answer.status == 200 else { throw refused(answer) }
        guard let scores = scores(answer, prompt, texts) else {
            throw nonsense(String(decoding: answer.body, as: UTF8.self))
        }
        return scores
    }

    private func echo(
        _ prompt: String, _ texts: [String], by ends: ContinuousClock.Instant
    ) throws(LanguageModelError) -> HTTPExchange.Answer {
        try post(
            EndpointShapes.EchoRequest(model: modelName, prompt: texts.map { prompt + $0 }), "/completions", by: ends)
    }

    private func scores(_ answer: HTTPExchange.Answer, _ prompt: String, _ texts: [String]) -> [ScoredText]? {
        let response = try? decode(EndpointShapes.EchoResponse.self, answer.body)
        return response.flatMap { LikelihoodReader.scores($0, prompt: prompt, texts: texts) }
    }

    /// Lets the server choose, and grades the others by what it says of them.
    private func choose(
        _ prompt: String, _ texts: [String], by ends: ContinuousClock.Instant
    ) throws(LanguageModelError) -> [ScoredText] {
        let offered = texts.map(Self.trimmed)
        var distinct: [String] = []
        for text in offered where !distinct.contains(text) { distinct.append(text) }
        let longest = distinct.map(\.utf8.count).max() ?? 0
        let request = EndpointShapes.ChoiceRequest(
            model: modelName,
            messages: [
                .init(role: "system", content: Self.task),
                .init(role: "user", content: prompt + "\n\nOffered:\n" + distinct.joined(separator: "\n")),
            ],
            max_tokens: longest + 32,
            response_format: .init(json_schema: .init(schema: .init(properties: ["choice": .init(enum: distinct)]))))
        let answer = try post(request, "/chat/completions", by: ends)
        guard answer.status == 200 else { throw refused(answer) }
        guard let choice = try? decode(EndpointShapes.ChoiceResponse.self, answer.body).choices.first,
            let content = choice.message.content
        else { throw nonsense(String(decoding: answer.body, as: UTF8.self)) }
        guard let chosen = try? decode(EndpointShapes.Chosen.self, Array(content.utf8)).choice,
            distinct.contains(chosen)
        else { throw nonsense(content) }
        let margins = ChoiceGrades.margins(
            of: distinct, chosen: chosen, content: content, tokens: choice.logprobs?.content ?? [])
        return zip(texts, offered).map { text, offered in
            ScoredText(text: text, sum: margins[offered] ?? ChoiceGrades.unsaid, tokens: 1)
        }
    }

    private static let task = """
        You continue a text for a robot. Answer only with JSON: {"choice": "…"}, where the choice is the one of the offered \
        texts that comes next.
        """

    private var modelName: String? { endpoint.model.isEmpty ? nil : endpoint.model }

    private static func trimmed(_ text: String) -> String {
        let head = text.drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }

    private func post(
        _ request: some Encodable, _ path: String, by ends: ContinuousClock.Instant
    ) throws(LanguageModelError) -> HTTPExchange.Answer {
        let left = clock.now.duration(to: ends) / .seconds(1)
        guard left > 0 else { throw LanguageModelError(.deadline, "\(endpoint.address) did not answer in time") }
        let body: [UInt8]
        do { body = Array(try JSONEncoder().encode(request)) } catch {
            throw LanguageModelError(.endpoint, "the question to \(endpoint.address) cannot be written: \(error)")
        }
        return try HTTPExchange.post(body, to: endpoint, path: path, within: left)
    }

    private func decode<T: Decodable>(_ type: T.Type, _ body: [UInt8]) throws -> T {
        try JSONDecoder().decode(type, from: Data(body))
    }

    private func nonsense(_ text: String) -> LanguageModelError {
        LanguageModelError(.endpoint, "\(endpoint.address) answered nonsense: “\(Self.quoted(text))”")
    }

    private func refused(_ answer: HTTPExchange.Answer) -> LanguageModelError {
        let failure = try? decode(EndpointShapes.Failure.self, answer.body)
        let words = failure?.error?.message ?? failure?.message ?? ""
        let hint =
            switch answer.status {
            case 401, 403: "; is endpoint_key_file the right one?"
            case 404: "; is the address right, and endpoint_model known there?"
            default: ""
            }
        return LanguageModelError(
            .endpoint,
            "\(endpoint.address) refused with HTTP status \(answer.status)"
                + (words.isEmpty ? "" : " (“\(Self.quoted(words))”)") + hint)
    }

    /// Foreign text for one line of ours: short, and nothing in it that a terminal obeys.
    private static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(plain.prefix(80)) + (plain.count > 80 ? "…" : "")
    }
}
