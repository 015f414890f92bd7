import Foundation
import LanguagePolicy
import RobotModel
import TestSupport
import Testing
import Understanding

@Suite("Grounding sentences with the language model", .serialized)
struct GroundingTests {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.deps/models/SmolLM2-135M-Instruct-Q8_0.gguf").path
    fileprivate static let model = Result { Unhurried(model: try LanguageModel(path: path)) }

    private func understood(_ text: String, _ things: [Thing]) throws -> Grounded {
        Grounder(model: try Self.model.get()).ground(text, things: things).result
    }

    @Test("the sentences of the demo are always understood")
    func demo() throws {
        let sentences: [(String, Goal)] = [
            ("put the red block in the bin", .inside("red block", "bin")),
            ("stack the green block on the blue block", .on("green block", "blue block")),
            ("put the yellow block on the plate", .on("yellow block", "plate")),
            ("move the blue block to the tray", .inside("blue block", "tray")),
        ]
        for (text, goal) in sentences { #expect(try understood(text, Scenes.blocks) == .goal(goal), "\(text)") }
    }

    @Test("at least 95 in 100 simple sentences about many kinds of things are understood")
    func accuracy() throws {
        let grounder = Grounder(model: try Self.model.get())
        var wrong: [String] = []
        for (text, things, goal) in Sentences.simple {
            let result = grounder.ground(text, things: things).result
            if result != .goal(goal) { wrong.append("\(text): \(result)") }
        }
        let right = Sentences.simple.count - wrong.count
        print("grounding: \(right) of \(Sentences.simple.count) simple sentences right")
        #expect(Sentences.simple.count >= 60)
        #expect(right * 100 >= 95 * Sentences.simple.count, "\(wrong.joined(separator: "\n"))")
    }

    @Test(
        "what belongs to a kind that no list has is known by the model",
        arguments: [
            ("all my dinosaurs must sleep in the bin now", ["stegosaurus", "triceratops"]),
            ("put the insects in the bin", ["beetle", "ladybird"]),
            ("all the weapons go in the bin", ["dagger", "sword"]),
        ])
    func kinds(text: String, members: [String]) throws {
        let names = ["stegosaurus", "race car", "dagger", "beetle", "triceratops", "sword", "ladybird"]
        let things =
            names.enumerated().map { index, name in
                Scenes.thing(name, .box(x: 0.03, y: 0.03, z: 0.03), 0.2, 0.18 - 0.06 * Double(index), "tan")
            } + [Scenes.thing("bin", .bin(x: 0.1, y: 0.1, z: 0.06), 0.12, 0.25, "black")]
        guard case .goal(.all(let goals)) = try understood(text, things) else {
            Issue.record("\(try understood(text, things))")
            return
        }
        #expect(Set(goals) == Set(members.map { .inside($0, "bin") }))
    }

    @Test(
        "what is not here is not replaced by what is",
        arguments: [
            "put the banana in the bin", "pick up the purple block", "put the red banana in the bin",
            "put the red block in the washing machine", "stack the orange cube on the blue block",
        ])
    func absent(_ text: String) throws {
        guard case .noSuchThing = try understood(text, Scenes.blocks) else {
            Issue.record("\(try understood(text, Scenes.blocks))")
            return
        }
    }

    @Test(
        "what is no task moves nothing",
        arguments: [
            "", "  ?!", "lege den roten Block in die Kiste", "mets le bloc rouge dans la boîte",
            "pon el bloque rojo en la bandeja", "把红色方块放进箱子", "flibber the wuzzle gronk", "tell me a joke",
            "what is in the bin?", "is the red block in the bin?", "do not put the red block in the bin",
            "don't touch the red block", "the weather is nice today", "put it there", "red block",
            String(repeating: "put the red block in the bin and ", count: 40),
        ])
    func nonsense(_ text: String) throws {
        guard case .notUnderstood(let says) = try understood(text, Scenes.blocks) else {
            Issue.record("\(try understood(text, Scenes.blocks))")
            return
        }
        #expect(says.contains("red block"), "the answer names what it sees: \(says)")
    }

    @Test("words that fit several things equally lead to a question, and the answer is understood")
    func ambiguous() throws {
        guard case .ambiguous(let question, let choices) = try understood("put the block in the bin", Scenes.blocks)
        else {
            Issue.record("no question: \(try understood("put the block in the bin", Scenes.blocks))")
            return
        }
        #expect(choices == ["blue block", "green block", "red block", "yellow block"])
        #expect(question.contains("the blue block"))
        let choose = { (answer: String) in Grounder.choice(answer, among: choices, things: Scenes.blocks) }
        #expect(choose("the blue one") == "blue block")
        #expect(choose("green") == "green block")
        #expect(choose("the red block, please") == "red block")
        #expect(choose("I don't know") == nil)
        #expect(choose("the block") == nil)
        #expect(choose("the purple one") == nil)
    }

    @Test("several clauses become a sequence, and “it” is what was spoken of")
    func clauses() throws {
        let first = try understood(
            "first put the red block in the tray, then stack the green block on it", Scenes.blocks)
        #expect(first == .goal(.then([.inside("red block", "tray"), .on("green block", "red block")])))
        let picked = try understood("pick up the sponge and put it in the waste bin", Scenes.kitchen)
        #expect(picked == .goal(.inside("sponge", "waste bin")))
        let back = try understood("put the lemon in the wooden tray and then go home", Scenes.kitchen)
        #expect(back == .goal(.then([.inside("lemon", "wooden tray"), .armAt("home")])))
    }

    @Test("several things joined or counted together are all meant")
    func together() throws {
        #expect(
            try understood("put the red block and the green block in the bin", Scenes.blocks)
                == .goal(.all([.inside("red block", "bin"), .inside("green block", "bin")])))
        guard case .goal(.all(let goals)) = try understood("put all the blocks in the bin", Scenes.blocks) else {
            Issue.record("not all")
            return
        }
        #expect(Set(goals) == Set(["red", "green", "blue", "yellow"].map { .inside("\($0) block", "bin") }))
    }
}

/// The model without a clock: what it knows does not depend on how busy the machine is.
private struct Unhurried: OptionScorer {
    let model: LanguageModel
    var name: String { model.name }

    func score(_ prompt: String, _ texts: [String], within seconds: Double?) throws(LanguageModelError) -> Scoring {
        try model.score(prompt, texts)
    }
}
