internal import CLlama
internal import Glibc
internal import Synchronization

/// A language model on this machine, in this process: scores texts, never writes any.
///
/// The prompt's longest prefix still in memory is not computed again, and there is room for two prompts, so that two kinds
/// of question do not push each other out; all texts are scored as one tree of tokens in one batch with the prompt's last
/// new words, so that a token they share is computed once. One call at a time; calls block for tenths of seconds.
///
/// Unchecked `Sendable`: the contexts are used under `lock` only.
public final class LanguageModel: OptionScorer, @unchecked Sendable {
    /// Most texts scored in one batch.
    public static let batchTexts = 63
    /// Most tokens of a prompt and its longest text together.
    static let promptTokens = 1024

    /// "llama 135M Q4_1 …", as the engine describes it.
    public let name: String
    private let model: OpaquePointer
    let vocabulary: OpaquePointer
    private let lock = Mutex<Void>(())
    private let deadline: UnsafeMutablePointer<Int64>
    private let settings: ModelContext.Settings
    let scoring: ModelContext
    private var choosing: ModelContext?

    /// Loads a GGUF file; `threads` 0 = one for each processor.
    ///
    /// - Parameter pieceTokens: tokens of a prompt that are computed at once, at most 512. The pieces done survive an
    ///   abort, so with short ones a prompt too long for one deadline is ready at a later one. It changes the last bits
    ///   of scores.
    /// - Throws: `LanguageModelError` when the file is missing, no model, or too big for this machine.
    ///   - adapter: a GGUF with low-rank changes to this model's weights (LoRA); nil = as it is.
    public init(
        path: String, adapter: String? = nil, threads: Int = 0, pieceTokens: Int = 512
    ) throws(LanguageModelError) {
        try ModelFile.check(path)
        cllama_silence()
        llama_backend_init()
        guard let model = llama_model_load_from_file(path, llama_model_default_params()) else {
            throw LanguageModelError(.engine, "llama.cpp cannot load \(path): is it complete, and of a kind it knows?")
        }
        let deadline = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
        deadline.pointee = .max
        var settings = ModelContext.Settings(
            threads: threads > 0 ? threads : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), pieceTokens: pieceTokens,
            deadline: deadline)
        if let adapter {
            // freed with the model
            guard let loaded = llama_adapter_lora_init(model, adapter) else {
                llama_model_free(model)
                deadline.deallocate()
                throw LanguageModelError(
                    .engine, "\(adapter) is no adapter for \(path): is it there, complete, and made for this model?")
            }
            do throws(LanguageModelError) { try AdapterFile.check(loaded, adapter, for: path) } catch {
                llama_model_free(model)
                deadline.deallocate()
                throw error
            }
            settings.adapter = loaded
        }
        guard let scoring = ModelContext(model, settings) else {
            llama_model_free(model)
            deadline.deallocate()
            throw LanguageModelError(.engine, "not enough memory to run \(path)")
        }
        self.settings = settings
        self.model = model
        self.scoring = scoring
        self.deadline = deadline
        vocabulary = llama_model_get_vocab(model)
        var text = [CChar](repeating: 0, count: 128)
        llama_model_desc(model, &text, text.count)
        name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        scoring.free()
        choosing?.free()
        llama_model_free(model)
        deadline.deallocate()
    }

    static func monotonic() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    func tokenize(_ text: String, start: Bool) -> [llama_token] {
        let utf8 = Array(text.utf8).map(CChar.init(bitPattern:))
        var tokens = [llama_token](repeating: 0, count: utf8.count + 8)
        let count = llama_tokenize(
            vocabulary, utf8, Int32(utf8.count), &tokens, Int32(tokens.count), start, start)
        return Array(tokens.prefix(max(0, Int(count))))
    }

    /// Scores each of `texts` as what follows `prompt`.
    ///
    /// - Parameter seconds: time allowed; nil = as long as it takes.
    /// - Throws: `LanguageModelError.deadline` when time is over (the model stays usable), `tooLong` when prompt and
    ///   texts do not fit its memory.
    public func score(_ prompt: String, _ texts: [String], within seconds: Double? = nil) throws(LanguageModelError)
        -> Scoring
    {
        try scored(prompt, texts, within: seconds, wanted: .all, littleAtATime: false)
    }

    /// Finds the likeliest of `texts`: the one `score` would find, but for rounding, in less time.
    ///
    /// - Throws: as `score`.
    public func choose(
        _ prompt: String, among texts: [String], guess: Int? = nil, within seconds: Double? = nil
    ) throws(LanguageModelError) -> Scoring {
        let isOneBatch = texts.count <= Self.batchTexts
        return try scored(
            prompt, texts, within: seconds, wanted: isOneBatch ? .best(guess: guess) : .all, littleAtATime: isOneBatch)
    }

    /// All scores, computed the way `choose` does: what a test compares it with.
    package func scoreLittleAtATime(_ prompt: String, _ texts: [String]) throws(LanguageModelError) -> Scoring {
        try scored(prompt, texts, within: nil, wanted: .all, littleAtATime: true)
    }

    /// - Parameter littleAtATime: by the context for that, whose last bits are others.
    private func scored(
        _ prompt: String, _ texts: [String], within seconds: Double?, wanted: ModelContext.Wanted, littleAtATime: Bool
    ) throws(LanguageModelError) -> Scoring {
        try locked(within: seconds) { () throws(LanguageModelError) in
            try scoreLocked(prompt, texts, wanted, littleAtATime)
        }
    }

    /// Does `body` alone with the model, and within a time in which waiting for another call to end counts too.
    func locked<Value: Sendable>(
        within seconds: Double?, _ body: () throws(LanguageModelError) -> Value
    ) throws(LanguageModelError) -> Value {
        let ends = seconds.map { Self.monotonic() + Int64(max(0, min($0, 1e6)) * 1e9) } ?? .max
        let result = lock.withLock { _ -> Result<Value, LanguageModelError> in
            deadline.pointee = ends
            defer { deadline.pointee = .max }
            do throws(LanguageModelError) { return .success(try body()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func scoreLocked(
        _ prompt: String, _ texts: [String], _ wanted: ModelContext.Wanted, _ littleAtATime: Bool
    ) throws(LanguageModelError) -> Scoring {
        let began = Self.monotonic()
        let tokens = tokenize(prompt, start: true)
        let options = texts.map { tokenize($0, start: false) }
        let longest = options.map(\.count).max() ?? 0
        guard tokens.count > 1, tokens.count + longest < Self.promptTokens else {
            throw LanguageModelError(.tooLong, "a prompt of \(tokens.count) tokens is longer than this model is given")
        }
        let context = littleAtATime ? contextForLittle() : scoring
        let shelf = context.shelf(for: tokens)
        let kept = context.kept(of: tokens, on: shelf)
        var start = try context.prefill(tokens, shelf)
        let filled = Self.monotonic()
        var scores: [ScoredText] = []
        for chunk in stride(from: 0, to: options.count, by: Self.batchTexts) {
            let range = chunk..<min(options.count, chunk + Self.batchTexts)
            if chunk > 0 { start = try context.prefill(tokens, shelf) }
            let tree = TokenTree(options[range].map { Array($0) })
            let sums = try context.sums(of: tree, after: tokens, from: start, shelf, wanted)
            for (path, index) in range.enumerated() {
                scores.append(
                    ScoredText(
                        text: texts[index], sum: sums.values[path], tokens: options[index].count,
                        isBound: !sums.isWhole(path)))
            }
        }
        let done = Self.monotonic()
        var scoring = Scoring(model: name, scores: scores)
        scoring.prefillSeconds = Double(filled - began) * 1e-9
        scoring.scoringSeconds = Double(done - filled) * 1e-9
        scoring.freshTokens = tokens.count - kept
        scoring.cachedTokens = kept
        return scoring
    }

    /// Made when it is first needed.
    private func contextForLittle() -> ModelContext {
        if choosing == nil { choosing = ModelContext(model, settings, readsLittle: true) }
        // too little memory for two: one does all
        return choosing ?? scoring
    }
}
