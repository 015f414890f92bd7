public import RobotModel

/// What earlier sentences leave behind for the next: of what was spoken, and where things were.
public struct Dialogue: Sendable, Equatable, Codable {
    /// Names of the things that were spoken of, those of one description together, the last ones last.
    public var mentioned: [[String]] = []
    /// The place that was spoken of last.
    public var place: MentionedPlace?
    /// Names that things were given, in small letters, and what the camera calls them.
    public var given: [String: String] = [:]
    /// Where things stood before they were last moved, by name.
    public var former: [String: FormerPlace] = [:]
    /// Names of the things that the last program moved, in that order.
    public var moved: [String] = []
    /// The last program that moved something, in its notation.
    public var program = ""
    /// Rules that hold from now on, in their notation.
    public var rules: [String] = []

    public struct MentionedPlace: Sendable, Equatable, Codable {
        /// A `Relation`'s word.
        public var relation: String
        public var target: String
    }

    /// A place on the table, metres, and what it stood in or on, if anything.
    public struct FormerPlace: Sendable, Equatable, Codable {
        public var x: Double
        public var y: Double
        public var holder: String?

        public init(x: Double, y: Double, holder: String?) {
            (self.x, self.y, self.holder) = (x, y, holder)
        }
    }

    /// Groups of things that are remembered.
    private static let remembered = 12

    public init() {}

    mutating func mention(_ names: [String]) {
        guard !names.isEmpty else { return }
        mentioned.removeAll { $0 == names }
        mentioned.append(names)
        if mentioned.count > Self.remembered { mentioned.removeFirst(mentioned.count - Self.remembered) }
    }

    /// Of several that would do these were taken.
    mutating func narrow(to chosen: [String]) {
        guard !chosen.isEmpty, let place = mentioned.lastIndex(where: { Set(chosen).isStrictSubset(of: $0) }) else {
            return
        }
        mentioned[place] = chosen
    }

    /// Remembers where a thing stands now, since it is about to be moved.
    public mutating func leave(_ thing: Thing, in state: WorldState) {
        let holder = state.things.first { state.isAt(thing.name, $0.name) }?.name
        former[thing.name] = FormerPlace(x: thing.pose.position.x, y: thing.pose.position.y, holder: holder)
        if !moved.contains(thing.name) { moved.append(thing.name) }
    }
}
