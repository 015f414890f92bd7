/// Within what two of a kind are no two: another style has to be another way, and trying both is a waste of time.
enum Alike {
    /// Directions of the jaws, radians: two that differ by less meet the same neighbours.
    static let jaws = 0.4
    /// Spots on a target, metres: about what a thing ends off its spot by anyway, and a little.
    static let spots = 0.015
    /// Places to put something aside, metres: less than a thing's width, they hinder the same.
    static let places = 0.03
    /// Directions of a push, radians: the slants that are tried lie 0.17 apart, every second one is another.
    static let headings = 0.3
    /// Lengths of a push, metres: two steps of those that are tried.
    static let travels = 0.05
    /// Places on a side that is pushed, metres: those that are tried differ by more on all but narrow sides.
    static let besides = 0.01
    /// Joints of two postures, radians: a detour by way of one would only turn there.
    static let postures = 0.12
}
