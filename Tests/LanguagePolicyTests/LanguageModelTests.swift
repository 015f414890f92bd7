import Foundation
import LanguagePolicy
import Testing

@Suite("The language model on this machine", .serialized)
struct LanguageModelTests {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.deps/models/SmolLM2-135M-Instruct-Q8_0.gguf").path
    static let model = Result { try LanguageModel(path: path) }
    static let prompt = "Instruction: put the red block in the bin\nGoal:"
    static let options = [" red block in bin", " red block on plate", " blue block in bin", " arm at home", " red cup"]

    @Test("texts scored together get the scores they get alone")
    func together() throws {
        let model = try Self.model.get()
        let all = try model.score(Self.prompt, Self.options)
        for (index, option) in Self.options.enumerated() {
            let alone = try model.score(Self.prompt, [option]).scores[0]
            #expect(alone.tokens == all.scores[index].tokens)
            #expect(abs(alone.sum - all.scores[index].sum) < 0.5, "\(option): \(alone.sum) \(all.scores[index].sum)")
        }
    }

    @Test("a text scores as the sum of what each of its tokens adds, whatever stands beside it")
    func parts() throws {
        let model = try Self.model.get()
        let beginnings = [" red", " red block", " red block in", " red block in bin"]
        let sums = try model.score(Self.prompt, beginnings).scores
        #expect(sums.map(\.tokens) == [1, 2, 3, 4])
        for (text, sum) in zip(beginnings, sums) {
            let alone = try model.score(Self.prompt, [text, " arm at home"]).scores[0].sum
            #expect(abs(alone - sum.sum) < 1e-4, "\(text): \(alone) \(sum.sum)")
        }
        // what follows a text is what follows the prompt made longer by it, but for the last bits
        let longer = try model.score(Self.prompt + " red block in", [" bin"]).scores[0].sum
        #expect(abs(sums[3].sum - sums[2].sum - longer) < 0.3, "\(sums) \(longer)")
        let next = try model.score(Self.prompt, (32..<127).map { String(UnicodeScalar($0)) }).scores
        #expect(next.map { $0.sum < 0 ? 1 : 0 }.reduce(0, +) == next.count)
    }

    @Test("the likeliest text is found without reading all, and no bound is below the score it bounds")
    func likeliest() throws {
        let model = try Self.model.get()
        var bounds = 0
        for (number, thing) in ["red block", "blue block", "arm", "red cup", "block in the bin"].enumerated() {
            let prompt = "Instruction: go on with the \(thing), please\nGoal:"
            let options = Self.options + [" put \(thing) on plate", " \(thing)", " blue block on red block \(number)"]
            let all = try model.score(prompt, options).scores
            // with a guess, right or wrong, or none: the same answer
            let chosen = try model.choose(prompt, among: options, guess: number % 3 == 0 ? nil : number).scores
            let best = try #require(all.max { $0.mean < $1.mean })
            let found = try #require(chosen.max { $0.mean < $1.mean })
            // two within the last bits of each other are equal
            #expect(found.text == best.text || best.mean - found.mean < 0.05, "\(found) \(best)")
            #expect(!found.isBound)
            let whole = try model.scoreLittleAtATime(prompt, options).scores
            for (bound, score) in zip(chosen, whole) { #expect(bound.mean > score.mean - 0.05, "\(bound) \(score)") }
            bounds += chosen.count(where: \.isBound)
        }
        #expect(bounds > 0)
        let lone = try model.choose(Self.prompt, among: [" red"]).scores
        #expect(lone.count == 1 && !lone[0].isBound)
    }

    @Test("the same call gives the same bits, and the prompt is not computed again")
    func repeatable() throws {
        let model = try Self.model.get()
        _ = try model.score(Self.prompt, Self.options)
        let first = try model.score(Self.prompt, Self.options)
        let second = try model.score(Self.prompt, Self.options)
        #expect(first.scores == second.scores)
        #expect(second.freshTokens == 1 && second.cachedTokens > 5)
    }

    @Test("two kinds of question asked by turns do not push each other out")
    func byTurns() throws {
        let model = try LanguageModel(path: Self.path)
        let other = "Task: put the red block in the bin\nHolding: nothing\nNext:"
        let first = try model.score(Self.prompt, Self.options)
        let next = try model.score(other, [" pick red block", " go home"])
        #expect(first.cachedTokens == 0 && next.cachedTokens <= 1)
        let firstAgain = try model.score(Self.prompt, Self.options)
        let nextAgain = try model.score(other, [" pick red block", " go home"])
        #expect(firstAgain.freshTokens == 1 && nextAgain.freshTokens == 1)
        for (a, b) in zip(first.scores + next.scores, firstAgain.scores + nextAgain.scores) {
            #expect(abs(a.sum - b.sum) < 0.5, "\(a) \(b)")
        }
        // a third takes the place of the one that was not used for longest
        _ = try model.score("A third question, unlike the others:", [" yes", " no"])
        #expect(try model.score(other, [" go home"]).freshTokens == 1)
        #expect(try model.score(Self.prompt, Self.options).freshTokens > 5)
    }

    @Test("more texts than fit one batch are scored all the same")
    func many() throws {
        let model = try Self.model.get()
        let options = (0..<100).map { " block number \($0)" }
        let scored = try model.score(Self.prompt, options)
        #expect(scored.scores.map(\.text) == options && scored.scores.allSatisfy { $0.sum < 0 && $0.sum.isFinite })
    }

    @Test("likely words score higher than senseless ones")
    func sense() throws {
        let scores = try Self.model.get().score("The capital of France is", [" Paris", " purple"]).scores
        #expect(scores[0].mean > scores[1].mean + 2)
    }

    @Test("a deadline aborts, and the model works afterwards")
    func deadline() throws {
        let model = try Self.model.get()
        let long = String(repeating: "many words that take their time ", count: 60)
        do {
            _ = try model.score(long, Self.options, within: 0.001)
            Issue.record("was faster than a millisecond")
        } catch { #expect(error.kind == .deadline) }
        #expect(try model.score(Self.prompt, Self.options).scores.count == Self.options.count)
    }

    @Test("a prompt too long for one deadline is ready at a later one, piece by piece")
    func pieces() throws {
        let model = try LanguageModel(path: Self.path, pieceTokens: 16)
        let long = String(repeating: "many words that take their time ", count: 25)
        var aborts = 0
        var last: Scoring?
        var allowed = 0.1
        while last == nil, aborts < 60 {
            let began = ContinuousClock.now
            do { last = try model.score(long, Self.options, within: allowed) } catch {
                #expect(error.kind == .deadline)
                aborts += 1
                // a busy machine needs longer for a piece
                allowed *= 1.1
            }
            #expect(ContinuousClock.now - began < .seconds(allowed + 1), "aborted in time")
        }
        #expect(aborts > 0, "the prompt is long enough to be cut")
        let whole = try #require(last)
        #expect(whole.cachedTokens > 0)
        let fresh = try LanguageModel(path: Self.path, pieceTokens: 16).score(long, Self.options)
        for (a, b) in zip(whole.scores, fresh.scores) { #expect(abs(a.sum - b.sum) < 0.5, "\(a) \(b)") }
    }

    @Test("what is not a model is refused in words")
    func notAModel() throws {
        let path = NSTemporaryDirectory() + "not-a-model-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for content in [
            "", "hello, I am no model at all, not even a small one", "GGUF\u{3}\0\0\0cut short, as it were",
        ] {
            try content.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: LanguageModelError.self) { try LanguageModel(path: path) }
        }
        #expect(throws: LanguageModelError.self) { try LanguageModel(path: "/nowhere.gguf") }
    }
}
