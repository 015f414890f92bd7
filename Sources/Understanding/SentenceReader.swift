public import RobotModel

/// A sentence and, if anything was meant by it, its program: what a next sentence may lean on.
public struct DialogueTurn: Sendable, Equatable {
    public var sentence: String
    /// In its notation; empty = none.
    public var program: String

    public init(sentence: String, program: String) {
        self.sentence = sentence
        self.program = program
    }
}

/// One way to understand a sentence.
public struct ProgramReading: Sendable, Equatable {
    public var program: Program
    /// Its share among the readings that were found.
    public var probability: Double
    /// What a person should know of how it was read; empty = nothing.
    public var note: String

    public init(_ program: Program, probability: Double, note: String = "") {
        self.program = program
        self.probability = probability
        self.note = note
    }
}

/// Who writes down what a sentence means.
public protocol SentenceReader: Sendable {
    /// As a person is told it.
    var name: String { get }

    /// What a person is told whose sentence was not understood.
    var help: String { get }

    /// Who knows which things belong to a kind that no name tells; nil = names alone.
    var judge: (any KindJudge)? { get }

    /// The ways to understand a sentence, the likeliest first; empty = none was found.
    ///
    /// - Parameters:
    ///   - names: what stands on the table: a vocabulary, no facts.
    ///   - turns: what was said before, oldest first.
    ///   - seconds: time allowed; nil = as long as it takes.
    func read(_ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?) -> [ProgramReading]
}

extension SentenceReader {
    public var help: String { "Say it in other words, or as a program: docs/programs.md." }
    public var judge: (any KindJudge)? { nil }
}
