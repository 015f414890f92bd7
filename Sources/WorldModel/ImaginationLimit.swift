/// How much may be imagined: until a moment, or so many worlds. Both nil: all worlds, however long it takes.
public struct ImaginationLimit: Sendable {
    public var ends: ContinuousClock.Instant?
    /// Worlds that may still be run; tells where an earlier imagination was cut, so that it can be repeated bit for bit.
    public var worlds: Int?

    public init(ends: ContinuousClock.Instant? = nil, worlds: Int? = nil) {
        self.ends = ends
        self.worlds = worlds
    }

    var isNone: Bool { ends == nil && worlds == nil }
    var secondsLeft: Double { ends.map { (ContinuousClock.now.duration(to: $0)).inSeconds } ?? .infinity }
}
