public import Skills

/// A thing that a skill does not mean to touch, and touched, moved or came too near to in an imagined world.
public struct Disturbance: Sendable, Equatable {
    public var thing: String
    /// What did it: a part of the arm, or what it carries; empty when others pushed the thing.
    public var by: String
    /// Of the motion, when it was nearest or touched first; nil as above.
    public var phase: PhaseKind?
    /// Metres by which the thing was moved.
    public var moved: Double
    /// Of what must not be touched: the smallest distance, metres; 0 = touched.
    public var nearest: Double
    /// Metres that are kept from what must not be touched; nil for all other things.
    public var margin: Double?

    package init(
        thing: String, by: String, phase: PhaseKind?, moved: Double, nearest: Double, margin: Double?
    ) {
        (self.thing, self.by, self.phase) = (thing, by, phase)
        (self.moved, self.nearest, self.margin) = (moved, nearest, margin)
    }

    public var isForbidden: Bool { margin != nil }
}

/// Where the arm, or what it carries, met a thing.
struct Encounter: Equatable {
    var by: String
    var phase: PhaseKind
    /// Metres; 0 = touched.
    var distance: Double
}
