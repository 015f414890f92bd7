internal import CLlama
internal import CPlatform
internal import Glibc
internal import Synchronization

/// A language model on this machine, in this process: scores texts, never writes any.
///
/// The prompt's longest prefix still in memory is not computed again, and there is room for two prompts, so that two kinds
/// of question do not push each other out; all texts are scored as one tree of tokens in one batch with the prompt's last
/// new words, so that a token they share is computed once. One call at a time; calls block for tenths of seconds.
///
/// Unchecked `Sendable`: the context is used under `lock` only.
public final class LanguageModel: OptionScorer, @unchecked Sendable {
    /// Most texts scored in one batch.
    public static let batchTexts = 63
    /// Prompts kept in memory.
    static let shelfCount = 2
    /// Most tokens of a prompt and its longest text together.
    static let promptTokens = 1024
    static let batchTokens: UInt32 = 512
    /// Most new tokens of a prompt that are computed together with the texts.
    static let tailTokens = 48
    /// The prompt's last tokens in which a draft is looked for.
    static let hintTokens = 16

    /// "llama 135M Q4_1 …", as the engine describes it.
    public let name: String
    private let model: OpaquePointer
    private let context: OpaquePointer
    private let vocabulary: OpaquePointer
    private let lock = Mutex<Void>(())
    private let deadline: UnsafeMutablePointer<Int64>
    private let pieceTokens: Int
    /// The prompts in memory; a shelf's index is its sequence id.
    private var shelves = [Shelf](repeating: Shelf(), count: shelfCount)
    private var calls = 0

    /// Loads a GGUF file; `threads` 0 = one for each processor.
    ///
    /// - Parameter pieceTokens: tokens of a prompt that are computed at once, at most 512. The pieces done survive an
    ///   abort, so with short ones a prompt too long for one deadline is ready at a later one. It changes the last bits
    ///   of scores.
    /// - Throws: `LanguageModelError` when the file is missing, no model, or too big for this machine.
    public init(path: String, threads: Int = 0, pieceTokens: Int = 512) throws(LanguageModelError) {
        self.pieceTokens = max(1, min(pieceTokens, Int(Self.batchTokens)))
        try ModelFile.check(path)
        cllama_silence()
        llama_backend_init()
        guard let model = llama_model_load_from_file(path, llama_model_default_params()) else {
            throw LanguageModelError(.engine, "llama.cpp cannot load \(path): is it complete, and of a kind it knows?")
        }
        var parameters = llama_context_default_params()
        parameters.n_ctx = UInt32(Self.shelfCount * Self.promptTokens) + Self.batchTokens
        parameters.n_batch = Self.batchTokens
        parameters.n_ubatch = Self.batchTokens
        parameters.n_seq_max = UInt32(Self.batchTexts + Self.shelfCount)
        parameters.kv_unified = true
        let count = Int32(threads > 0 ? threads : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        parameters.n_threads = count
        parameters.n_threads_batch = count
        let deadline = UnsafeMutablePointer<Int64>.allocate(capacity: 1)
        deadline.pointee = .max
        parameters.abort_callback = { data in
            guard let data else { return false }
            return LanguageModel.monotonic() > data.assumingMemoryBound(to: Int64.self).pointee
        }
        parameters.abort_callback_data = UnsafeMutableRawPointer(deadline)
        guard let context = llama_init_from_model(model, parameters) else {
            llama_model_free(model)
            deadline.deallocate()
            throw LanguageModelError(.engine, "not enough memory to run \(path)")
        }
        self.model = model
        self.context = context
        self.deadline = deadline
        vocabulary = llama_model_get_vocab(model)
        var text = [CChar](repeating: 0, count: 128)
        llama_model_desc(model, &text, text.count)
        name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        llama_free(context)
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
        try scored(prompt, texts, within: seconds, onlyBest: false)
    }

    /// Finds the likeliest of `texts`: exactly the one `score` would find, but for the last bits, in less time.
    ///
    /// - Throws: as `score`.
    public func choose(
        _ prompt: String, among texts: [String], within seconds: Double? = nil
    ) throws(LanguageModelError) -> Scoring {
        try scored(prompt, texts, within: seconds, onlyBest: texts.count <= Self.batchTexts)
    }

    private func scored(
        _ prompt: String, _ texts: [String], within seconds: Double?, onlyBest: Bool
    ) throws(LanguageModelError) -> Scoring {
        // waiting for another call to end counts too
        let ends = seconds.map { Self.monotonic() + Int64(max(0, min($0, 1e6)) * 1e9) } ?? .max
        let result = lock.withLock { _ -> Result<Scoring, LanguageModelError> in
            deadline.pointee = ends
            defer { deadline.pointee = .max }
            do throws(LanguageModelError) { return .success(try scoreLocked(prompt, texts, onlyBest)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func scoreLocked(
        _ prompt: String, _ texts: [String], _ onlyBest: Bool
    ) throws(LanguageModelError) -> Scoring {
        let began = Self.monotonic()
        let tokens = tokenize(prompt, start: true)
        let options = texts.map { tokenize($0, start: false) }
        let longest = options.map(\.count).max() ?? 0
        guard tokens.count > 1, tokens.count + longest < Self.promptTokens else {
            throw LanguageModelError(.tooLong, "a prompt of \(tokens.count) tokens is longer than this model is given")
        }
        let shelf = shelf(for: tokens)
        let kept = shelves[shelf].common(with: tokens.dropLast())
        var start = try prefill(tokens, shelf)
        let filled = Self.monotonic()
        var scores: [ScoredText] = []
        for chunk in stride(from: 0, to: options.count, by: Self.batchTexts) {
            let range = chunk..<min(options.count, chunk + Self.batchTexts)
            if chunk > 0 { start = try prefill(tokens, shelf) }
            let tree = TokenTree(options[range].map { Array($0) })
            let sums = try sums(of: tree, after: tokens, from: start, shelf, onlyBest)
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

    /// The shelf that holds the most of this prompt; the one that was not used for longest, if none holds much.
    private func shelf(for tokens: [llama_token]) -> Int {
        let common = shelves.map { $0.common(with: tokens) }
        let best = common.indices.max { common[$0] < common[$1] } ?? 0
        guard common[best] * 4 < tokens.count else { return best }
        return shelves.indices.min { shelves[$0].usedAt < shelves[$1].usedAt } ?? best
    }

    /// Brings the prompt into memory up to a short tail, at least its last token; returns where the tail begins.
    private func prefill(_ tokens: [llama_token], _ shelf: Int) throws(LanguageModelError) -> Int {
        let memory = llama_get_memory(context)
        let wanted = tokens.count - 1
        var position = shelves[shelf].common(with: tokens.dropLast())
        calls += 1
        shelves[shelf].usedAt = calls
        // some models cannot forget a part: then everything is computed anew
        if !llama_memory_seq_rm(memory, Int32(shelf), Int32(position), -1) {
            forget()
            position = 0
        }
        shelves[shelf].tokens = Array(tokens[0..<position])
        guard wanted - position > Self.tailTokens else { return position }
        while position < wanted {
            let end = min(wanted, position + pieceTokens)
            var batch = llama_batch_init(Int32(end - position), 0, 1)
            defer { llama_batch_free(batch) }
            for index in position..<end {
                batch.add(tokens[index], at: index, sequences: [Int32(shelf)], logits: false)
            }
            try decode(batch)
            position = end
            shelves[shelf].tokens = Array(tokens[0..<position])
        }
        return position
    }

    /// Sums of log-probabilities of the tree's paths: of all in one decode from the prompt's tail on, or, where only the
    /// best is asked for, in as many as it takes to know that no other can be better.
    private func sums(
        of tree: TokenTree, after tokens: [llama_token], from start: Int, _ shelf: Int, _ onlyBest: Bool
    ) throws(LanguageModelError) -> PathSums {
        let memory = llama_get_memory(context)
        let sequences = (0..<Int32(max(1, tree.texts.count))).map { $0 + Int32(Self.shelfCount) }
        defer { for sequence in sequences { _ = llama_memory_seq_rm(memory, sequence, -1, -1) } }
        for sequence in sequences { llama_memory_seq_cp(memory, Int32(shelf), sequence, -1, -1) }
        var sums = PathSums(tree)
        let nodes = onlyBest ? sums.draft(Set(tokens.suffix(Self.hintTokens))) : sums.inner
        try read(nodes, after: tokens, from: start, shelf, into: &sums)
        shelves[shelf].tokens = tokens
        while onlyBest, case let nodes = sums.next, !nodes.isEmpty {
            try read(nodes, after: tokens, from: tokens.count, shelf, into: &sums)
        }
        return sums
    }

    /// Computes nodes of the tree, and the prompt from `start` on before them if there is any left; adds what they
    /// foretell.
    private func read(
        _ nodes: [Int], after tokens: [llama_token], from start: Int, _ shelf: Int, into sums: inout PathSums
    ) throws(LanguageModelError) {
        let first = Int32(Self.shelfCount)
        let paths = max(1, sums.tree.texts.count)
        let tail = tokens.count - start
        guard nodes.count + tail <= Int(Self.batchTokens) else {
            throw LanguageModelError(.tooLong, "the options are too long to score together")
        }
        var batch = llama_batch_init(Int32(nodes.count + tail), 0, Int32(paths + 1))
        defer { llama_batch_free(batch) }
        let root = tokens.count - 1
        for index in start..<tokens.count {
            let everywhere = [Int32(shelf)] + (0..<Int32(paths)).map { $0 + first }
            batch.add(tokens[index], at: index, sequences: everywhere, logits: index == root)
        }
        for index in nodes {
            let node = sums.tree.nodes[index]
            batch.add(
                node.token, at: root + node.depth, sequences: node.paths.map { Int32($0) + first }, logits: true)
        }
        try decode(batch)
        if tail > 0 { spread(sums.tree.roots, from: Int32(tail - 1), into: &sums) }
        for (row, index) in nodes.enumerated() {
            sums.isRead[index] = true
            spread(sums.tree.nodes[index].children, from: Int32(tail + row), into: &sums)
        }
    }

    /// Adds the log-probabilities of `children` after batch row `row` to every path through them.
    private func spread(_ children: [Int], from row: Int32, into sums: inout PathSums) {
        guard let logits = llama_get_logits_ith(context, row) else { return }
        let count = Int(llama_vocab_n_tokens(vocabulary))
        let normalizer = cplatform_log_sum_exp(logits, count)
        for child in children {
            sums.add(Double(logits[Int(sums.tree.nodes[child].token)]) - normalizer, to: child)
        }
    }

    private func decode(_ batch: llama_batch) throws(LanguageModelError) {
        guard Self.monotonic() <= deadline.pointee else {
            throw LanguageModelError(.deadline, "the language model was not ready in time")
        }
        switch llama_decode(context, batch) {
        case 0: return
        case 2:
            keepWhatIsDone()
            throw LanguageModelError(.deadline, "the language model was not ready in time")
        default:
            forget()
            throw LanguageModelError(.engine, "llama.cpp could not compute the next tokens")
        }
    }

    /// After an abort the pieces of the prompts that were done are still good.
    private func keepWhatIsDone() {
        let memory = llama_get_memory(context)
        for sequence in Self.shelfCount..<(Self.shelfCount + Self.batchTexts) {
            _ = llama_memory_seq_rm(memory, Int32(sequence), -1, -1)
        }
        for shelf in shelves.indices
        where !llama_memory_seq_rm(memory, Int32(shelf), Int32(shelves[shelf].tokens.count), -1) {
            return forget()
        }
    }

    /// After a broken call nothing in memory is relied upon.
    private func forget() {
        _ = llama_memory_seq_rm(llama_get_memory(context), -1, -1, -1)
        for shelf in shelves.indices { shelves[shelf].tokens = [] }
    }
}

/// A prompt in memory.
private struct Shelf {
    var tokens: [llama_token] = []
    /// Number of the call that last used it.
    var usedAt = 0

    func common(with other: some Sequence<llama_token>) -> Int {
        zip(tokens, other).prefix { $0 == $1 }.count
    }
}

extension llama_batch {
    fileprivate mutating func add(_ token: llama_token, at position: Int, sequences: [Int32], logits wanted: Bool) {
        let index = Int(n_tokens)
        self.token[index] = token
        pos[index] = Int32(position)
        n_seq_id[index] = Int32(sequences.count)
        for (place, sequence) in sequences.enumerated() { seq_id[index]![place] = sequence }
        logits[index] = wanted ? 1 : 0
        n_tokens += 1
    }
}
