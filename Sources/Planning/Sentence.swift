/// A sentence as words, and what of it names things.
struct Sentence {
    let words: [String]

    init(_ text: String) {
        words = text.lowercased().split { !($0.isLetter || $0.isNumber) }.map { Self.stem(String($0)) }
    }

    /// Plural and singular count as one word.
    static func stem(_ word: String) -> String {
        word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }

    /// Words a sentence can hold without naming anything.
    static let common: Set<String> = Set(
        """
        a an the this that it them one please could can would you i we me my your now just so to of at from with for and then
        first next after robot arm gripper hand hey hi hello kindly want like need let s ll d there here some something
        thing object up down over inside in into on onto upon top above table go move put place drop stack set lay bring
        take pick grab grip lift raise hold get give carry transfer throw leave return home rest position back pose away is
        be should goe belong tidy toss slide thank thanks
        """.split(whereSeparator: \.isWhitespace).map { stem(String($0)) })

    /// Words that ask for something to be done.
    static let verbs: Set<String> = Set(
        """
        put place drop stack set lay bring take pick grab grip lift raise hold get give carry transfer throw move go return
        leave toss slide want need belong
        """.split(whereSeparator: \.isWhitespace).map { stem(String($0)) })

    static let prepositions: Set<String> = ["in", "into", "inside", "on", "onto", "upon", "to", "top", "over", "at"]

    var hasVerb: Bool { words.contains { Self.verbs.contains($0) } }
    func contains(_ word: String) -> Bool { words.contains(word) }

    /// Parts that each say one thing to do, in order.
    static func clauses(of text: String) -> [String] {
        let lowered = text.lowercased()
        var parts = [lowered]
        for separator in [", and then ", " and then ", ", then ", "; then ", " then ", "; ", ". "] {
            parts = parts.flatMap { part in part.split(separator: separator).map(String.init) }
        }
        return parts.filter { Sentence($0).words.contains { $0 != "first" } }
    }
}
