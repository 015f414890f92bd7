/// One number for each joint of a chain, in the chain's order, inside the value itself: radians or N·m.
public typealias ChainValues = InlineArray<16, Double>

/// A robot's links and joints with their masses and the volumes they fill: what forward kinematics, gravity and the
/// check for collisions need, without a physics engine.
///
/// `foresight-arm` writes one from an arm's MJCF; it is kept beside the configuration. The robot's frame, which keep-out
/// volumes are given in, too, lies at the arm's base: x forward, y left, z up, against gravity.
public struct KinematicChain: Sendable, Equatable {
    public static let largestLinkCount = 32
    public static let largestJointCount = 16
    public static let largestSolidCount = 64
    /// Free fall, m/s².
    public static let gravity = 9.81

    public let name: String
    /// Every link after the one that carries it; the first ones stand in the robot's frame.
    public let links: [ChainLink]
    /// What the links fill.
    public let solids: [ChainSolid]
    /// Names of the joints that turn, in the order of their links.
    public let jointNames: [String]
    /// Where it carries things; nil if nothing in it turns.
    public let hand: ChainHand?
    /// What the computations read: numbers only.
    let steps: [ChainStep]

    /// - Parameter hand: nil = about between the fingers.
    /// - Throws: `ConfigurationError`, naming `file`, when the parts are no chain: too many, out of order, named twice,
    ///   without a mass or an axis.
    public init(
        name: String, links: [ChainLink], solids: [ChainSolid], hand: ChainHand? = nil, file: String
    ) throws(ConfigurationError) {
        if let problem = Self.problem(links, solids) { throw ConfigurationError(file: file, problem: problem) }
        self.name = name
        self.links = links
        self.solids = solids
        self.hand = hand ?? ChainHand(of: links, solids)
        jointNames = links.compactMap { $0.joint?.name }
        var joint = -1
        steps = links.map { link in
            if link.joint != nil { joint += 1 }
            return ChainStep(link, joint: joint)
        }
    }

    private static func problem(_ links: [ChainLink], _ solids: [ChainSolid]) -> String? {
        let joints = links.compactMap(\.joint)
        if links.isEmpty { return "has no [[link]]" }
        if links.count > largestLinkCount { return "has \(links.count) links; at most \(largestLinkCount) can be used" }
        if joints.count > largestJointCount {
            return "has \(joints.count) joints that turn; at most \(largestJointCount) can be used"
        }
        if solids.count > largestSolidCount {
            return "has \(solids.count) solids; at most \(largestSolidCount) can be used"
        }
        if let name = twice(links.map(\.name)) { return "a second link is named “\(name)”" }
        if let name = twice(joints.map(\.name)) { return "a second joint is named “\(name)”" }
        if let name = twice(solids.map(\.name)) { return "a second solid is named “\(name)”" }
        for (index, link) in links.enumerated() { if let problem = link.problem(at: index) { return problem } }
        for solid in solids where !links.indices.contains(solid.link) {
            return "the solid “\(solid.name)” is fixed to no link"
        }
        return nil
    }

    private static func twice(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}

/// One rigid link, the joint it turns about, and its mass.
public struct ChainLink: Sendable, Equatable {
    public var name: String
    /// The link that carries it, an index into the chain's links; nil = it stands in the robot's frame.
    public var parent: Int?
    /// Its frame in the one that carries it, at zero angle; a joint turns about this origin.
    public var origin: Pose
    /// What it turns about; nil = it is fixed.
    public var joint: ChainJoint?
    /// Kilograms.
    public var mass: Double
    /// In the link's frame, metres.
    public var centreOfMass: Vector3
    /// xx yy zz xy xz yz about the centre of mass, along the link's axes, kg·m².
    public var inertia: [Double]

    public init(
        name: String, parent: Int?, origin: Pose, joint: ChainJoint?, mass: Double, centreOfMass: Vector3,
        inertia: [Double]
    ) {
        self.name = name
        self.parent = parent
        self.origin = origin
        self.joint = joint
        self.mass = mass
        self.centreOfMass = centreOfMass
        self.inertia = inertia
    }

    func problem(at index: Int) -> String? {
        if let parent, parent < 0 || parent >= index {
            return "the link “\(name)” comes before the one that carries it"
        }
        guard mass >= 0, mass.isFinite, centreOfMass.isFinite, origin.position.isFinite else {
            return "the link “\(name)” has a mass or a place that is not a usable number"
        }
        guard inertia.count == 6, inertia.allSatisfy(\.isFinite) else {
            return "the link “\(name)” needs six numbers as inertia: xx yy zz xy xz yz"
        }
        if let joint, !(joint.axis.length > 1e-6) || !joint.axis.isFinite {
            return "the joint “\(joint.name)” has no axis to turn about"
        }
        return nil
    }
}

/// A joint that turns.
public struct ChainJoint: Sendable, Equatable {
    /// As the configuration names it.
    public var name: String
    /// What it turns about, in its link's frame; a unit vector.
    public var axis: Vector3
    /// Radians.
    public var lower: Double
    /// Radians.
    public var upper: Double

    public init(name: String, axis: Vector3, lower: Double, upper: Double) {
        self.name = name
        self.axis = axis
        self.lower = lower
        self.upper = upper
    }
}

/// A volume that is fixed to a link and encloses a part of it.
public struct ChainSolid: Sendable, Equatable {
    public var name: String
    /// An index into the chain's links.
    public var link: Int
    /// In the link's frame.
    public var volume: Volume

    public init(name: String, link: Int, volume: Volume) {
        self.name = name
        self.link = link
        self.volume = volume
    }
}

/// A link's numbers, without texts: copying one counts no references.
struct ChainStep: Sendable, Equatable {
    /// −1 = the robot's frame.
    var parent: Int
    /// −1 = fixed.
    var joint: Int
    var origin: LinkFrame
    var axis: Vector3
    var mass: Double
    var centreOfMass: Vector3

    init(_ link: ChainLink, joint: Int) {
        parent = link.parent ?? -1
        self.joint = link.joint == nil ? -1 : joint
        origin = LinkFrame(link.origin)
        let axis = link.joint?.axis ?? .zero
        self.axis = link.joint == nil ? .zero : axis * (1 / axis.length)
        mass = link.mass
        centreOfMass = link.centreOfMass
    }
}
