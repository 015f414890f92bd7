/// What a person wants, written down: a small typed program without a name of any thing in it that was not said.
///
/// The notation is controlled English with one way to read it; docs/programs.md is its reference.
public enum Program: Sendable, Hashable {
    /// Something is to be done, or from now on to be kept to.
    case orders(Statement?, rules: [Rule])
    /// Something is asked; nothing moves.
    case question(Query)
    /// Nothing moves, and nothing is asked of the scene.
    case talk(Talk)
    /// What is meant would do harm.
    case harm
    /// Words without a meaning that could be written down.
    case unclear
}

/// What is to be done, and in which order.
public indirect enum Statement: Sendable, Hashable {
    case step(Step)
    /// One after the other.
    case sequence([Statement])
    /// In any order; all true at the end.
    case together([Statement])
    /// Either will do.
    case choice([Statement])
    /// The state is looked at when the statement is reached.
    case conditional(State, then: Statement, otherwise: Statement?)
    /// For each thing that fits when the loop is reached; `it` is that thing in the body.
    case forEach(Description, Statement)
    /// Again and again until it is so.
    case until(State, Statement)
    case repeated(Int, Statement)
    /// The second when the first proves impossible.
    case otherwise(Statement, Statement)
    case careful(Manner, Statement)
}

/// How a motion is made.
public enum Manner: String, Sendable, Hashable, CaseIterable { case gently, slowly }

/// What is kept to, in this program or from now on.
public struct Rule: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case untouched(Description)
        case unmoved(Description)
        case kept(State)
        case manner(Manner)
    }
    public var kind: Kind
    /// Whether it holds for later programs too.
    public var isLasting: Bool

    public init(_ kind: Kind, isLasting: Bool = false) {
        self.kind = kind
        self.isLasting = isLasting
    }
}

/// One thing to do.
public indirect enum Step: Sendable, Hashable {
    case put(Description, Place)
    case take(Description, Removal)
    case hold(Description)
    case release
    case move(Description, Displacement)
    case push(Description, Displacement)
    /// Bottom to top in the order said; a set by the property, the greatest at the bottom.
    case stack(Description, by: Property?)
    case lineUp(Description, by: Property?)
    case spread(Description)
    /// Those of the same property beside each other.
    case group(Description, by: Property)
    case swap(Description, Description)
    case turn(Description, Turn)
    /// To where it was before it was moved.
    case returned(Description)
    case ensure(State)
    case home
    case rest
    case stop
    case undo
    case again
    /// Seconds.
    case wait(Double)
    /// No step of this robot, in the words of the sentence.
    case unsupported(String)
}

/// Where something is, or is to be.
public enum Place: Sendable, Hashable {
    case relation(Relation, Item)
    case between(Item, Item)
    /// At most so far from it, metres between the outlines.
    case within(Double, Item)
    /// At least so far from it, metres between the outlines.
    case beyond(Double, Item)
    case region(Region)
    /// Where a thing is now, or was before.
    case spot(Item, before: Bool)
    /// The place spoken of last.
    case there
    /// Out of the way, wherever there is room.
    case aside
}

/// How one thing stands to another; left and right as the configuration says, the robot's by default.
public enum Relation: String, Sendable, Hashable, CaseIterable {
    // before "in", which it begins with
    case front = "in front of"
    case inside = "in"
    case on
    /// In or on it, as it is made for; beside it if it holds nothing.
    case to
    case beside = "next to"
    case left = "left of"
    case right = "right of"
    case behind
    case away = "away from"
    case under
}

/// A part of the table.
public enum Region: String, Sendable, Hashable, CaseIterable { case left, right, front, back, middle, edge }

public enum Removal: Sendable, Hashable {
    case outOf(Item)
    case off(Item)
    case away
}

public enum Displacement: Sendable, Hashable {
    /// Metres.
    case direction(Direction, Double)
    /// Metres; nil = until they nearly touch.
    case toward(Item, Double?)
    /// Metres; nil = as far as is away from it.
    case from(Item, Double?)
}

public enum Direction: String, Sendable, Hashable, CaseIterable { case left, right, forward, backward, up, down }

public enum Turn: Sendable, Hashable {
    /// Degrees from the robot's x axis.
    case to(Int)
    /// Degrees from how it is, positive to the left.
    case by(Int)
    case along(Item)
}

/// What things are compared by.
public enum Property: String, Sendable, Hashable, CaseIterable { case size, height, width, weight, color, kind }

/// What may be so.
public indirect enum State: Sendable, Hashable {
    case at(Description, Place)
    case condition(Description, Condition)
    /// As a clause says it of a thing: its colour, its kind, how it compares.
    case quality(Description, Clause.Kind)
    /// Nothing but those.
    case only(Description, Place)
    case nothing(Place)
    case count(Description, Comparison, Description)
    case not(State)
    case all([State])
    case any([State])

    public enum Condition: String, Sendable, Hashable, CaseIterable { case empty, clear, held, here, reachable }
    public enum Comparison: String, Sendable, Hashable, CaseIterable { case same = "as many", more, fewer }
}

public enum Query: Sendable, Hashable {
    case what(Description)
    case whereIs(Description)
    case count(Description)
    case property(Property, Description)
    case whether(State)
    case can(Statement)
    case why
    /// What the robot is, does or can do.
    case about
}

public enum Talk: Sendable, Hashable {
    case nothing
    case naming(Description, String)
    case forgetting(String)
}
