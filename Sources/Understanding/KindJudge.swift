/// Who knows whether a word for a kind fits a thing's name when spelling does not tell: "fruit" and "pear".
public protocol KindJudge: Sendable {
    /// Which of the names belong to the kind, or are another word for it.
    ///
    /// - Parameter isSet: whether all of the kind are meant; one thing that is spoken of is not replaced lightly.
    func members(of kind: String, among names: [String], isSet: Bool) -> [String]
}
