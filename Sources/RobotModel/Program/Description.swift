/// Which things are meant, as it was said: code finds what it denotes in a scene.
public struct Description: Sendable, Hashable {
    /// All that any of these fits, in the order said.
    public var items: [Item]
    /// None of what these fit.
    public var exceptions: [Item]

    public init(_ items: [Item], except exceptions: [Item] = []) {
        self.items = items
        self.exceptions = exceptions
    }

    public init(_ item: Item) { self.init([item]) }
}

/// One noun phrase.
public indirect enum Item: Sendable, Hashable {
    case pronoun(Pronoun)
    case noun(Quantity, Noun)
    /// Bracketed: what follows it belongs to what stands before it.
    case group(Description)
}

public enum Pronoun: String, Sendable, Hashable, CaseIterable { case it, them, that }

/// How many of those that fit.
public enum Quantity: Sendable, Hashable {
    /// The only one that fits.
    case the
    /// One, whichever is easiest.
    case a
    case each
    case no
    case both
    case half
    /// So many, whichever are easiest.
    case number(Int)
    /// So many, and no others fit.
    case exactly(Int)
    case atLeast(Int)
    case atMost(Int)
    /// More than half.
    case most
}

/// What kind of thing, and which of its kind.
public struct Noun: Sendable, Hashable {
    /// Not those spoken of last.
    public var isOther = false
    public var superlative: Superlative?
    /// Its place in the order of the superlative, from 1.
    public var rank = 1
    /// A colour word of `ColorWords`.
    public var color: String?
    /// Lemmas of a kind or a name, in small letters; "thing" = any kind.
    public var words: String
    public var clauses: [Clause] = []

    /// The kind that fits everything.
    public static let anything = "thing"

    public init(_ words: String) { self.words = words }
}

public enum Superlative: String, Sendable, Hashable, CaseIterable {
    case biggest, smallest, tallest, lowest, widest, narrowest, longest, shortest, heaviest, lightest
    case leftmost, rightmost, nearest, farthest, middle, topmost, bottommost

    /// What it is the highest degree of, as people say it of one of several: "the little cup".
    public static let degrees: [String: Superlative] = [
        "big": .biggest, "large": .biggest, "small": .smallest, "little": .smallest, "tiny": .smallest,
        "tall": .tallest,
        "wide": .widest, "narrow": .narrowest, "long": .longest, "short": .shortest, "heavy": .heaviest,
    ]
}

public enum Comparative: String, Sendable, Hashable, CaseIterable {
    case bigger, smaller, taller, lower, wider, narrower, longer, shorter, heavier, lighter
}

/// What else is said of a thing: "that is …".
public struct Clause: Sendable, Hashable {
    public var isDenied: Bool
    public var kind: Kind

    public enum Kind: Sendable, Hashable {
        case at(Place)
        /// Where it was before it was last moved.
        case was(Place)
        case condition(State.Condition)
        case holding(Item)
        case color(String)
        case kind(String)
        case compared(Comparative, Item)
        case nearest(Item)
        case farthest(Item)
        case same(Property, Item)
    }

    public init(_ kind: Kind, isDenied: Bool = false) {
        self.kind = kind
        self.isDenied = isDenied
    }
}
