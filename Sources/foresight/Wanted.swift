import ArgumentParser
import FoundationEssentials
import RobotModel

/// What a person wants: a sentence, or a program on the command line or in a file.
struct Wanted: ParsableArguments {
    @Argument(help: "What to do: \"put the red block in the bin\".") var sentence: String?
    @Option(help: "A program instead of a sentence: 'put each red thing in the bin'.") var program: String?
    @Option(
        help: ArgumentHelp("A file with a program instead of a sentence.", valueName: "path"),
        completion: .file())
    var file: String?

    var isProgram: Bool { sentence == nil }

    /// Most bytes of a sentence.
    private static let largestSentence = 2000

    /// - Throws: `ValidationError` for what says nothing, too much, or what is no program.
    func check() throws {
        guard [sentence, program, file].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("Say what to do: one sentence, or --program, or --file.")
        }
        if let sentence {
            guard sentence.contains(where: \.isLetter) else {
                throw ValidationError(
                    "The sentence is empty: say what to do, for example \"put the red block in the bin\".")
            }
            guard sentence.utf8.count <= Self.largestSentence else {
                throw ValidationError("The sentence is longer than \(Self.largestSentence) bytes.")
            }
        }
        _ = try text()
    }

    /// The sentence, or the program in one line.
    ///
    /// - Throws: `ValidationError` when a file cannot be read or holds no program.
    func text() throws -> String {
        if let sentence { return sentence }
        var text = program ?? ""
        if let file {
            do { text = try String(contentsOfFile: file, encoding: .utf8) } catch {
                throw ValidationError("\(file) cannot be read: is it there, and text in UTF-8?")
            }
            text = text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.drop(while: \.isWhitespace).hasPrefix("#") }.joined(separator: "\n")
        }
        do { return try Program(parsing: text).description } catch {
            throw ValidationError("\(error.description) The notation: docs/programs.md.")
        }
    }
}
