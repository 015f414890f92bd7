/// Why a text is no program: where, what was expected there, and what stands there.
public struct ProgramError: Error, Hashable, CustomStringConvertible {
    /// Characters from the beginning, from 1.
    public var position: Int
    public var expected: String
    /// Empty at the end of the text.
    public var found: String

    public var description: String {
        let what = found.isEmpty ? "the program ends there" : "“\(found)” stands there"
        return "At character \(position) of the program I expected \(expected), but \(what)."
    }
}
