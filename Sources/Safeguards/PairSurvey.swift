internal import RobotModel

/// What can be told once and for all of the pairs that may collide: made when a `Clearance` is built.
struct PairSurvey {
    /// What was found of one pair.
    struct Found {
        /// Indexes into solids, then keep-outs.
        var pair: (near: Int, far: Int)
        /// Metres, over poses all over the joints' ranges.
        var meanGap: Double
        /// They overlap in each of those poses.
        var alwaysTouches: Bool
        /// Metres that they surely keep over the ranges of the two joints between them, 0 where they may touch; nil if there
        /// are more joints, and nobody can tell.
        var nearestReachable: Double?
    }

    /// In their links' frames.
    let solids: [PlacedVolume]
    let links: [Int]
    /// In the robot's frame.
    let keepOuts: [PlacedVolume]
    private(set) var found: [Found] = []
    let chain: KinematicChain
    let ranges: [ClosedRange<Double>]

    private static let samples = 200

    init(_ chain: KinematicChain, _ robot: RobotConfiguration, joints: [Int]) {
        self.chain = chain
        solids = chain.solids.map { PlacedVolume($0.volume) }
        links = chain.solids.map(\.link)
        keepOuts = robot.keepOuts.map { PlacedVolume($0.volume) }
        ranges = joints.map { robot.joints[$0].lower...robot.joints[$0].upper }
        sample()
        for index in found.indices where found[index].pair.near < solids.count {
            let joints = between(found[index].pair).sorted()
            guard joints.count == 2 else { continue }
            found[index].nearestReachable = nearest(found[index].pair, joints: (joints[0], joints[1]))
        }
    }

    /// Solids where they are at these angles of the chain's joints, then the volumes to keep out of.
    func placed(_ angles: [Double]) -> [PlacedVolume] {
        var values = ChainValues(repeating: 0)
        for (index, angle) in angles.enumerated() { values[index] = angle }
        let frames = chain.frames(values)
        return zip(solids, links).map { $0.moved(by: frames[$1]) } + keepOuts
    }

    /// The chain's joints between the robot's frame and a link.
    func carriers(_ link: Int) -> Set<Int> {
        var joints: Set<Int> = []
        var next: Int? = link
        while let index = next {
            if let name = chain.links[index].joint?.name, let joint = chain.jointNames.firstIndex(of: name) {
                joints.insert(joint)
            }
            next = chain.links[index].parent
        }
        return joints
    }

    /// The joints that move one of a pair against the other: none = they are fixed to each other, one = they touch there.
    private func between(_ pair: (near: Int, far: Int)) -> Set<Int> {
        let near = pair.near < solids.count ? carriers(links[pair.near]) : []
        return near.symmetricDifference(carriers(links[pair.far]))
    }

    private var candidates: [(near: Int, far: Int)] {
        solids.indices.flatMap { far in
            let moves = !carriers(links[far]).isEmpty
            let inner = (0..<far).map { ($0, far) }.filter { between($0).count > 1 }
            return inner + (moves ? keepOuts.indices.map { (solids.count + $0, far) } : [])
        }
    }

    private mutating func sample() {
        var random = SeededGenerator(seed: 1)
        let poses = (0..<Self.samples).map { _ in placed(ranges.map { .random(in: $0, using: &random) }) }
        found = candidates.map { pair in
            let gaps = poses.map { $0[pair.near].gap(to: $0[pair.far]) }
            return Found(
                pair: pair, meanGap: gaps.reduce(0, +) / Double(gaps.count), alwaysTouches: gaps.allSatisfy { $0 <= 0 })
        }
    }
}
