internal import CLlama
internal import CPlatform

// Writing held to a test: beams of texts behind a prompt
extension ModelContext {
    /// What is written, and how.
    struct Writing {
        /// How many texts are followed at a time.
        var width: Int
        /// Most tokens of a text.
        var longest: Int
        /// How much less likely than the best a text may be and still be followed, nats.
        var margin: Double
        /// Ends a text; allowed where the test says that the text is whole.
        var end: llama_token
        /// The bytes of a token.
        var piece: (llama_token) -> [UInt8]
        /// Whether a text may begin so, or be that and no more.
        var allows: (_ text: String, _ isWhole: Bool) -> Bool
    }

    struct Beam {
        var bytes: [UInt8] = []
        var sum = 0.0
        var count = 0
        /// The token that was chosen last, which is not computed yet.
        var last: llama_token = 0
        var sequence: Int32 = 0
        /// Row of the batch that foretells what follows.
        var row: Int32 = 0
    }

    /// How many of the likeliest tokens are tried before a text is given up.
    private static let tried = 48

    /// The likeliest texts behind the prompt that pass the test, the best first.
    func write(_ tokens: [llama_token], _ shelf: Int, _ writing: Writing) throws(LanguageModelError) -> [Beam] {
        let start = try prefill(tokens, shelf)
        let memory = llama_get_memory(context)
        let sequences = (0..<Int32(2 * writing.width)).map { $0 + Int32(Self.shelfCount) }
        defer { for sequence in sequences { _ = llama_memory_seq_rm(memory, sequence, -1, -1) } }
        try readPrompt(tokens, from: start, shelf)
        var live = [Beam(sequence: Int32(shelf), row: Int32(tokens.count - start - 1))]
        var done: [Beam] = []
        while !live.isEmpty {
            let ways = live.flatMap { continued($0, writing) }.sorted { $0.sum > $1.sum }
            let best = (ways.prefix(1) + done).map(\.sum).max() ?? 0
            let longer = ways.prefix(writing.width).filter { $0.sum > best - writing.margin }
            done += longer.filter { $0.last == writing.end }
            live = longer.filter { $0.last != writing.end && $0.count < writing.longest }
            let worst = done.count >= writing.width ? done.map(\.sum).min() ?? -.infinity : -.infinity
            live.removeAll { $0.sum <= worst }
            guard !live.isEmpty else { break }
            spread(&live, over: sequences, memory)
            try read(&live, after: tokens.count)
        }
        return done.sorted { $0.sum > $1.sum }
    }

    private func readPrompt(_ tokens: [llama_token], from start: Int, _ shelf: Int) throws(LanguageModelError) {
        var batch = llama_batch_init(Int32(tokens.count - start), 0, 1)
        defer { llama_batch_free(batch) }
        for index in start..<tokens.count {
            batch.add(tokens[index], at: index, sequences: [Int32(shelf)], logits: index == tokens.count - 1)
        }
        try decode(batch)
        keep(tokens, on: shelf)
    }

    /// The ways a text goes on that pass the test, the likeliest first, as many as are followed.
    private func continued(_ beam: Beam, _ writing: Writing) -> [Beam] {
        guard let logits = llama_get_logits_ith(context, beam.row) else { return [] }
        let normalizer = cplatform_log_sum_exp(logits, tokenCount)
        var found: [Beam] = []
        let tokens = likeliest(logits, Self.tried)
        // an end that is allowed is always one of the ways, however unlikely
        for token in tokens.contains(writing.end) ? tokens : tokens + [writing.end] {
            var longer = beam
            longer.sum += Double(logits[Int(token)]) - normalizer
            longer.last = token
            longer.count += 1
            if token == writing.end {
                guard writing.allows(String(decoding: beam.bytes, as: UTF8.self), true) else { continue }
            } else {
                longer.bytes += writing.piece(token)
                // a letter of another script may come in two tokens
                guard longer.bytes.count > beam.bytes.count else { continue }
                if let text = String(validating: longer.bytes, as: UTF8.self), !writing.allows(text, false) { continue }
            }
            found.append(longer)
            if found.count == writing.width { break }
        }
        return found
    }

    /// The tokens with the greatest logits, in order.
    private func likeliest(_ logits: UnsafePointer<Float>, _ count: Int) -> [llama_token] {
        var best: [(logit: Float, token: Int)] = []
        best.reserveCapacity(count + 1)
        for token in 0..<tokenCount where best.count < count || logits[token] > best[best.count - 1].logit {
            let place = best.firstIndex { $0.logit < logits[token] } ?? best.count
            best.insert((logits[token], token), at: place)
            if best.count > count { best.removeLast() }
        }
        return best.map { llama_token($0.token) }
    }

    /// Gives each text a memory of its own: that of what it goes on from.
    private func spread(_ live: inout [Beam], over sequences: [Int32], _ memory: llama_memory_t?) {
        let parents = live.map(\.sequence)
        let free = sequences.filter { !parents.contains($0) }
        for (index, sequence) in zip(live.indices, free) {
            llama_memory_seq_cp(memory, parents[index], sequence, -1, -1)
            live[index].sequence = sequence
        }
        for parent in Set(parents) where sequences.contains(parent) {
            _ = llama_memory_seq_rm(memory, parent, -1, -1)
        }
    }

    private func read(_ live: inout [Beam], after promptTokens: Int) throws(LanguageModelError) {
        var batch = llama_batch_init(Int32(live.count), 0, 1)
        defer { llama_batch_free(batch) }
        for index in live.indices {
            batch.add(
                live[index].last, at: promptTokens + live[index].count - 1, sequences: [live[index].sequence],
                logits: true)
            live[index].row = Int32(index)
        }
        try decode(batch)
    }
}
