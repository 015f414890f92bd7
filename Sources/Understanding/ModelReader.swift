internal import Glibc
public import LanguagePolicy
internal import RobotModel

/// The language model writes the program: decoding is held to the grammar, several texts are followed at a time.
///
/// What the model is asked is the text that it was tuned on, word by word: `scripts/tuning/prompts.py`, format 1.
public struct ModelReader: SentenceReader {
    private let model: LanguageModel
    public var name: String { model.name }
    public let judge: (any KindJudge)?

    /// Texts that are followed at a time.
    private static let width = 3
    /// Most turns of the dialogue that the model is shown.
    private static let largestDialogue = 3
    /// Most characters of a sentence that the model reads, and of all names.
    private static let largestSentence = 600
    private static let largestTable = 900
    /// Most tokens of a program.
    private static let longest = 96
    /// What is left of the share of a program with a distance that was not said.
    private static let miscopied = 0.05
    private static let instruction = "Write what is said as a program."

    public init(_ model: LanguageModel) {
        self.model = model
        judge = ModelKindJudge(model)
    }

    public func read(
        _ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?
    ) -> [ProgramReading] {
        let prompt = Self.prompt(sentence, names: names, turns: turns)
        let written: [WrittenText]
        do throws(LanguageModelError) {
            written = try model.write(
                after: prompt, count: Self.width, longest: Self.longest, within: seconds, allows: Self.allows)
        } catch {
            // plain orders need no model
            return PlainReader().read(sentence, names: names, turns: turns, within: nil).map { reading in
                var reading = reading
                reading.note = "\(error), so it was read by the words alone: \(reading.note)"
                return reading
            }
        }
        var sums: [(program: Program, share: Double)] = []
        let best = written.first?.sum ?? 0
        for text in written {
            guard let program = try? Program(parsing: text.text) else { continue }
            let agrees = Distances.agree(text.text, with: sentence)
            let share = text.share(of: best) * (agrees ? 1 : Self.miscopied)
            if let same = sums.firstIndex(where: { $0.program == program }) {
                sums[same].share += share
            } else {
                sums.append((program, share))
            }
        }
        let all = sums.map(\.share).reduce(0, +)
        return sums.map { ProgramReading($0.program, probability: $0.share / all) }.sorted {
            $0.probability > $1.probability
        }
    }

    /// What the model may write: one space, then a program.
    private static func allows(_ text: String, _ isWhole: Bool) -> Bool {
        guard text.first == " " || text.isEmpty else { return false }
        let program = String(text.dropFirst())
        if program.first?.isWhitespace ?? false || program.contains(where: \.isNewline) || program.contains("  ") {
            return false
        }
        return isWhole ? (try? Program(parsing: program)) != nil : Program.canBegin(with: program)
    }

    /// What the model is asked; its answer is a space and the program.
    package static func prompt(_ sentence: String, names: [String], turns: [DialogueTurn]) -> String {
        beginning(names, turns.suffix(largestDialogue))
            + field("Said", clean(String(sentence.prefix(largestSentence)))) + "Program:"
    }

    static func beginning(_ names: [String], _ turns: some Sequence<DialogueTurn>) -> String {
        var seen: Set<String> = []
        let table = names.map(clean).filter { seen.insert($0).inserted }.joined(separator: ", ")
        var text = instruction + "\n" + field("Table", String(table.prefix(largestTable)))
        for turn in turns {
            text += field("Said", clean(turn.sentence))
            if !turn.program.isEmpty { text += field("Program", turn.program) }
        }
        return text
    }

    static func field(_ label: String, _ text: String) -> String {
        text.isEmpty ? "\(label):\n" : "\(label): \(text)\n"
    }

    /// Every run of white space is one space; control characters are none.
    static func clean(_ text: String) -> String {
        text.split { $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.value < 32 || $0.value == 127 } }
            .joined(separator: " ")
    }
}

extension WrittenText {
    /// How likely it is, as a share of the likeliest.
    fileprivate func share(of best: Double) -> Double { exp(sum - best) }
}
