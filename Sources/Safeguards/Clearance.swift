public import RobotModel

/// How far the arm keeps from itself and from what it must keep out of.
///
/// Built once from a robot's chain; then asked in every cycle, without memory from the heap. Links that carry each other
/// touch at their joint and are no pair.
public struct Clearance: Sendable {
    /// Metres that every pair keeps, but for `exceptions`.
    public let margin: Double
    /// Pairs that keep less, or nothing, and why.
    public let exceptions: [ClearanceException]
    let chain: KinematicChain
    /// The configuration's joint of each joint of the chain.
    public let joints: [Int]
    /// What the links fill, in their own frames.
    let solids: [PlacedVolume]
    /// The link of each solid.
    let links: [Int]
    /// In the robot's frame.
    let keepOuts: [PlacedVolume]
    let pairs: [Pair]
    public var pairCount: Int { pairs.count }
    /// What a person calls each solid's link, then each volume to keep out of.
    let names: [String]

    /// Two solids, or a solid and a volume to keep out of: indexes into solids, then keep-outs.
    struct Pair: Sendable, Equatable {
        var near: Int
        var far: Int
        /// Metres these two keep.
        var kept: Double
    }

    /// What comes closest to being too near.
    public struct Finding: Sendable, Equatable {
        /// Metres between the two; negative = how deep they overlap; −∞ = the angles are not numbers.
        public var metres: Double
        /// Which two, for `words`; −1 = none.
        public var pair: Int
        /// Metres beyond what the two keep; negative = too near.
        public var reserve: Double

        /// Metres that the two must keep.
        public var kept: Double { reserve.isFinite ? metres - reserve : 0 }

        /// Whether everything keeps what it must.
        public var isClear: Bool { reserve >= 0 }

        /// Whether the arm may go from here to `next`: that is clear, or no worse than here.
        public func allows(_ next: Finding) -> Bool {
            next.isClear || next.reserve > -.infinity && next.reserve >= reserve
        }

        static let unknown = Finding(metres: -.infinity, pair: -1, reserve: -.infinity)
        static let nothing = Finding(metres: .infinity, pair: -1, reserve: .infinity)
    }

    /// What is nearest at these angles, radians in configuration order; allocates nothing.
    public func clearance(_ angles: JointValues) -> Finding {
        var turned = ChainValues(repeating: 0)
        for index in joints.indices {
            let angle = angles[joints[index]]
            guard angle.isFinite else { return .unknown }
            turned[index] = angle
        }
        guard let first = solids.first else { return .nothing }
        let frames = chain.frames(turned)
        var placed = InlineArray<64, PlacedVolume>(repeating: first)
        for index in solids.indices { placed[index] = solids[index].moved(by: frames[links[index]]) }
        var nearest = Finding.nothing
        for index in pairs.indices {
            let pair = pairs[index]
            let far = placed[pair.far]
            let limit = nearest.reserve + pair.kept
            let gap =
                pair.near < solids.count
                ? placed[pair.near].gap(to: far, below: limit)
                : keepOuts[pair.near - solids.count].gap(to: far, below: limit)
            // also what is no number is too near
            if !(gap >= limit) { nearest = Finding(metres: gap, pair: index, reserve: gap - pair.kept) }
        }
        return nearest
    }
}
