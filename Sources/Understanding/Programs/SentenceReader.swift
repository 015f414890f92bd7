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

    public init(_ program: Program, probability: Double) {
        self.program = program
        self.probability = probability
    }
}

/// Who writes down what a sentence means.
public protocol SentenceReader: Sendable {
    /// As a person is told it.
    var name: String { get }

    /// The ways to understand a sentence, the likeliest first; empty = none was found.
    ///
    /// - Parameters:
    ///   - names: what stands on the table: a vocabulary, no facts.
    ///   - turns: what was said before, oldest first.
    ///   - seconds: time allowed; nil = as long as it takes.
    func read(_ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?) -> [ProgramReading]
}
