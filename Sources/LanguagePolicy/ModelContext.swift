internal import CLlama
internal import CPlatform

/// What llama.cpp keeps of the prompts it read, and the scores of a tree of tokens behind one of them.
///
/// Used by one call at a time; `LanguageModel` sees to that.
final class ModelContext {
    /// Prompts kept in memory.
    static let shelfCount = 2
    static let batchTokens: UInt32 = 512
    /// Most new tokens of a prompt that are computed together with the texts.
    static let tailTokens = 48

    enum Wanted {
        /// The scores of all texts.
        case all
        /// Which is the likeliest; the guess is read with the prompt.
        case best(guess: Int?)

        var isAll: Bool { if case .all = self { true } else { false } }
    }

    struct Settings {
        var threads: Int
        var pieceTokens: Int
        /// Monotonic nanoseconds after which a computation gives up.
        var deadline: UnsafeMutablePointer<Int64>
        /// Low-rank changes to the weights; nil = none.
        var adapter: OpaquePointer?
    }

    let context: OpaquePointer
    let tokenCount: Int
    private let pieceTokens: Int
    private let deadline: UnsafeMutablePointer<Int64>
    /// The prompts in memory; a shelf's index is its sequence id.
    private var shelves = [Shelf](repeating: Shelf(), count: shelfCount)
    private var calls = 0

    /// - Parameter readsLittle: it is for reading a dozen tokens at a time, where llama.cpp's flash attention, which then
    ///   goes row by row, costs more than it saves; long prompts are read a tenth slower without it.
    /// - Returns: nil when there is not enough memory.
    init?(_ model: OpaquePointer, _ settings: Settings, readsLittle: Bool = false) {
        var parameters = llama_context_default_params()
        parameters.n_ctx = UInt32(Self.shelfCount * LanguageModel.promptTokens) + Self.batchTokens
        parameters.n_batch = Self.batchTokens
        // memory for logits is set aside for a whole piece
        parameters.n_ubatch = readsLittle ? 64 : Self.batchTokens
        parameters.n_seq_max = UInt32(LanguageModel.batchTexts + Self.shelfCount)
        parameters.kv_unified = true
        parameters.flash_attn_type = readsLittle ? LLAMA_FLASH_ATTN_TYPE_DISABLED : LLAMA_FLASH_ATTN_TYPE_AUTO
        parameters.n_threads = Int32(settings.threads)
        parameters.n_threads_batch = Int32(settings.threads)
        parameters.abort_callback = { data in
            guard let data else { return false }
            return LanguageModel.monotonic() > data.assumingMemoryBound(to: Int64.self).pointee
        }
        parameters.abort_callback_data = UnsafeMutableRawPointer(settings.deadline)
        guard let context = llama_init_from_model(model, parameters) else { return nil }
        if var adapter = settings.adapter.map(Optional.some) {
            var scale: Float = 1
            guard llama_set_adapters_lora(context, &adapter, 1, &scale) == 0 else {
                llama_free(context)
                return nil
            }
        }
        self.context = context
        deadline = settings.deadline
        pieceTokens = max(1, min(settings.pieceTokens, Int(Self.batchTokens)))
        tokenCount = Int(llama_vocab_n_tokens(llama_model_get_vocab(model)))
    }

    /// Before the model is.
    func free() { llama_free(context) }

    /// How many of a prompt's tokens are in memory there.
    func kept(of tokens: [llama_token], on shelf: Int) -> Int { shelves[shelf].common(with: tokens.dropLast()) }

    /// The shelf that holds the most of this prompt; the one that was not used for longest, if none holds much.
    func shelf(for tokens: [llama_token]) -> Int {
        let common = shelves.map { $0.common(with: tokens) }
        let best = common.indices.max { common[$0] < common[$1] } ?? 0
        guard common[best] * 4 < tokens.count else { return best }
        return shelves.indices.min { shelves[$0].usedAt < shelves[$1].usedAt } ?? best
    }

    /// Brings the prompt into memory up to a short tail, at least its last token; returns where the tail begins.
    func prefill(_ tokens: [llama_token], _ shelf: Int) throws(LanguageModelError) -> Int {
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
    func sums(
        of tree: TokenTree, after tokens: [llama_token], from start: Int, _ shelf: Int, _ wanted: Wanted
    ) throws(LanguageModelError) -> PathSums {
        let memory = llama_get_memory(context)
        let sequences = (0..<Int32(max(1, tree.texts.count))).map { $0 + Int32(Self.shelfCount) }
        defer { for sequence in sequences { _ = llama_memory_seq_rm(memory, sequence, -1, -1) } }
        for sequence in sequences { llama_memory_seq_cp(memory, Int32(shelf), sequence, -1, -1) }
        var sums = PathSums(tree)
        let nodes: [Int]
        switch wanted {
        case .all: nodes = sums.inner
        case .best(let guess): nodes = sums.draft(guess)
        }
        try read(nodes, after: tokens, from: start, shelf, into: &sums)
        shelves[shelf].tokens = tokens
        while !wanted.isAll, case let nodes = sums.next, !nodes.isEmpty {
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
        let normalizer = cplatform_log_sum_exp(logits, tokenCount)
        for child in children {
            sums.add(Double(logits[Int(sums.tree.nodes[child].token)]) - normalizer, to: child)
        }
    }

    func decode(_ batch: llama_batch) throws(LanguageModelError) {
        guard LanguageModel.monotonic() <= deadline.pointee else {
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

    /// The whole prompt is in memory now.
    func keep(_ tokens: [llama_token], on shelf: Int) { shelves[shelf].tokens = tokens }

    /// After an abort the pieces of the prompts that were done are still good.
    private func keepWhatIsDone() {
        let memory = llama_get_memory(context)
        for sequence in Self.shelfCount..<(Self.shelfCount + LanguageModel.batchTexts) {
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
    mutating func add(_ token: llama_token, at position: Int, sequences: [Int32], logits wanted: Bool) {
        let index = Int(n_tokens)
        self.token[index] = token
        pos[index] = Int32(position)
        n_seq_id[index] = Int32(sequences.count)
        for (place, sequence) in sequences.enumerated() { seq_id[index]![place] = sequence }
        logits[index] = wanted ? 1 : 0
        n_tokens += 1
    }
}
