import Foundation
import RobotModel
import Testing

@Suite("Programs and their notation")
struct ProgramTextTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../docs/programs.md")

    @Test("a program that is printed is read as the same program")
    func roundTrip() throws {
        var random = RandomProgram(seed: 7)
        for _ in 0..<4000 {
            let program = random.program()
            let text = program.description
            let read = try Program(parsing: text)
            // brackets that change nothing may come and go once
            let again = try Program(parsing: read.description)
            #expect(read.description == text && again == read, "\(text)")
        }
    }

    @Test("every example of the reference page is a program, as it is printed")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let verbs = [
            "put ", "take ", "hold ", "move ", "push ", "stack ", "line up", "spread ", "group ", "swap ", "turn ",
            "return ", "ensure ", "ask w", "ask co", "call ", "cannot ", "do not ", "always do", "if the", "for each",
            "wait 3",
        ]
        var count = 0
        // code spans, without those that have a letter for a part of a program
        for span in text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter({
            $0.offset % 2 == 1
        }) {
            let code = String(span.element).replacing("\n", with: " ")
            guard code.split(separator: " ").count > 2, verbs.contains(where: code.hasPrefix),
                !code.contains(/\b[A-Z]\b|STATE|…/)
            else { continue }
            #expect(try Program(parsing: code).description == code)
            count += 1
        }
        #expect(count > 34)
    }

    @Test(
        "what is no program is refused with its place and what was expected there",
        arguments: [
            ("", 1, "what is to be done"), ("put the cup", 12, "a place"), ("put the cup in", 15, "a thing"),
            ("put cup in the bin", 5, "a thing"), ("fly to the moon", 1, "what is to be done"),
            ("put the cup in the bin then", 28, "what is to be done"),
            ("hold the \"red cup", 10, "a closing quotation mark"), ("if the bin is empty home", 21, "“{”"),
            ("put the cup in the bin; hold it", 25, "a rule"), ("move the cup left", 18, "how far"),
            ("put the cup in the bin \u{7}", 24, "a word of a program"),
        ])
    func refused(text: String, position: Int, expected: String) {
        #expect { try Program(parsing: text) } throws: { error in
            guard let error = error as? ProgramError else { return false }
            return error.position == position && error.expected.contains(expected)
        }
    }

    @Test("huge, deep and random texts are refused, and nothing breaks")
    func hostile() throws {
        #expect(throws: ProgramError.self) { try Program(parsing: String(repeating: "put the cup ", count: 2000)) }
        #expect(throws: ProgramError.self) { try Program(parsing: String(repeating: "{ ", count: 500)) }
        #expect(throws: ProgramError.self) {
            try Program(parsing: String(repeating: "not ", count: 500) + "it is held")
        }
        let words = [
            "put", "the", "cup", "in", "and", "then", "{", "}", "(", ")", ";", "that", "is", "each", "except", "2",
            "if",
            "until", "left", "of", "\"", "3.5", "cm", "é", "\u{0}", "ask", "with", "not", "at", "least",
        ]
        var generator = SeededGenerator(seed: 3)
        var programs = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1..<14, using: &generator)
            let text = (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &generator)] }
                .joined(separator: " ")
            if let program = try? Program(parsing: text) {
                programs += 1
                #expect(try Program(parsing: program.description) == program, "\(text)")
            }
        }
        #expect(programs < 2000)
    }

    @Test("whatever a program may begin with can begin one, and what cannot become one cannot")
    func beginnings() throws {
        var random = RandomProgram(seed: 11)
        for _ in 0..<80 {
            let text = random.program().description
            for end in text.indices { #expect(Program.canBegin(with: String(text[..<end])), "\(text[..<end])") }
        }
        for text in [
            "pot", "put cup", "the", "ask wherever", "put the cup in bin", "{ }",
        ] {
            #expect(!Program.canBegin(with: text), "\(text)")
        }
    }
}
