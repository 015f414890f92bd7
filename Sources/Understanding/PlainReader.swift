internal import RobotModel

/// Reads plain orders without a language model: what is a program but for a few words becomes one, and nothing else does.
///
/// The only place beside the colours and the notation's own terms where English words are listed.
public struct PlainReader: SentenceReader {
    public let name = "plain orders only, without a language model"

    public let help =
        "Without its language model this robot understands plain orders only, like “put the cup in the bin”."

    public init() {}

    public func read(
        _ sentence: String, names: [String], turns: [DialogueTurn], within seconds: Double?
    ) -> [ProgramReading] {
        guard let program = Self.program(sentence) else { return [] }
        return [ProgramReading(program, probability: 1, note: name)]
    }

    private static func program(_ sentence: String) -> Program? {
        var words = ModelReader.clean(sentence).lowercased().split(separator: " ").map(String.init)
        // what a sentence ends in, and a comma before "then"
        words = words.map { $0.trimmingSuffix { ".!?,".contains($0) } }.filter { !$0.isEmpty && !courtesy.contains($0) }
        for opening in openings where words.starts(with: opening) { words.removeFirst(opening.count) }
        var text = " " + words.joined(separator: " ") + " "
        for (said, meant) in replacements { text = text.replacingAll(" \(said) ", with: " \(meant) ") }
        return orders(text)
    }

    /// A program, if every part of it is one that moves something or asks nothing.
    private static func orders(_ text: String) -> Program? {
        guard case .orders(let statement?, let rules)? = try? Program(parsing: text) else { return nil }
        return statement.isNamed ? .orders(statement, rules: rules) : nil
    }

    private static let courtesy: Set<String> = ["please", "now", "just", "kindly"]
    private static let openings = [
        ["could", "you"], ["can", "you"], ["would", "you"], ["will", "you"], ["robot"], ["i", "want", "you", "to"],
    ]
    private static let replacements = [
        ("and then", "then"), ("after that", "then"), ("first", ""), ("pick up", "hold"), ("pick", "hold"),
        ("lift", "hold"), ("grab", "hold"), ("place", "put"), ("set", "put"), ("lay", "put"), ("drop", "put"),
        ("on top of", "on"), ("onto", "on"), ("into", "in"), ("inside", "in"), ("beside", "next to"),
        ("near", "next to"),
        ("all the", "each"), ("all of the", "each"), ("all", "each"), ("every", "each"), ("everything", "each thing"),
        ("my", "the"), ("this", "the"), ("go home", "home"), ("go to your home position", "home"), ("one", "thing"),
    ]
}

extension Statement {
    /// Whether it is made of the steps that plain orders are made of.
    fileprivate var isNamed: Bool {
        switch self {
        case .step(.put), .step(.hold), .step(.home), .step(.take), .step(.move), .step(.push), .step(.swap): true
        case .sequence(let parts), .together(let parts): parts.allSatisfy(\.isNamed)
        case .otherwise(let first, let second): first.isNamed && second.isNamed
        default: false
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }

    fileprivate func replacingAll(_ said: String, with meant: String) -> String {
        var parts: [Substring] = []
        var rest = self[...]
        while let found = rest.firstRange(of: said) {
            parts.append(rest[..<found.lowerBound])
            // the blank at the end may begin the next
            rest = rest[rest.index(before: found.upperBound)...]
            parts.append(meant.dropLast(1)[...])
        }
        return (parts + [rest]).joined()
    }
}
