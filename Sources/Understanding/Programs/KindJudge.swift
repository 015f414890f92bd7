/// Who knows whether a word for a kind fits a thing's name when spelling does not tell: "fruit" and "pear".
public protocol KindJudge: Sendable {
    /// Which of the names belong to the kind, or are another word for it.
    func members(of kind: String, among names: [String]) -> [String]
}
