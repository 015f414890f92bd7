/// The words for colours of the language of programs; one word each, with a shade before it.
public enum ColorWords {
    public static let plain: Set<String> = [
        "red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white", "grey", "gold",
        "silver",
        "turquoise", "violet", "beige", "tan", "navy", "cyan", "magenta", "maroon", "olive", "teal",
    ]
    public static let shades: Set<String> = ["light", "dark", "pale", "bright"]

    /// The colour at the head of words, and how many words it takes; nil if none stands there.
    static func leading(_ words: ArraySlice<String>) -> (color: String, count: Int)? {
        guard let first = words.first else { return nil }
        if plain.contains(first) { return (first, 1) }
        guard shades.contains(first), let next = words.dropFirst().first, plain.contains(next) else { return nil }
        return ("\(first) \(next)", 2)
    }
}
