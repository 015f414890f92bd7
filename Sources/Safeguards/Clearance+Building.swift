public import RobotModel

/// Two parts of which less is asked than of others, and why.
public struct ClearanceException: Sendable, Equatable, CustomStringConvertible {
    /// Names of the two solids.
    public var solids: [String]
    /// Metres they still keep, negative = they may overlap so deep; nil = they are not looked at.
    public var kept: Double?
    public var reason: String

    public var description: String {
        let two = solids.joined(separator: " and ")
        guard let kept else { return "\(two) are not kept apart: \(reason)" }
        return "\(two) keep \(Self.millimetres(kept)): \(reason)"
    }

    public static func millimetres(_ metres: Double) -> String { "\((metres * 10_000).rounded() / 10) mm" }
}

extension Clearance {
    /// How much nearer than in a pose of the configuration two solids may come, metres: joints end a little off.
    private static let slack = PairSurvey.touching

    /// What keeps the robot's arm clear; nil if its configuration names no chain.
    ///
    /// Takes some hundredths of a second: it finds out which pairs can meet at all.
    ///
    /// - Throws: `ConfigurationError` if the chain cannot be used, or if a pose of the configuration is too near to a
    ///   volume to keep out of.
    public init?(_ robot: RobotConfiguration) throws(ConfigurationError) {
        guard let chain = try robot.kinematicChain() else { return nil }
        try self.init(robot, chain, joints: robot.jointIndices(of: chain))
    }

    /// - Parameter joints: the configuration's joint of each joint of the chain.
    /// - Throws: as `init(_:)`.
    public init(_ robot: RobotConfiguration, _ chain: KinematicChain, joints: [Int]) throws(ConfigurationError) {
        let margin = robot.safety.clearance
        let survey = PairSurvey(chain, robot, joints: joints)
        let poses = robot.poses.sorted { $0.key < $1.key }.map { (name: $0.key, angles: robot.spread($0.value)) }
        let placed = poses.map { pose in (pose.name, survey.placed(joints.map { pose.angles[$0] })) }
        var exceptions: [ClearanceException] = []
        var pairs: [(pair: Pair, nearness: Double)] = []
        for found in survey.found {
            let pair = found.pair
            func exempt(_ kept: Double?, _ reason: String) {
                let solids = [pair.near, pair.far].map { $0 < chain.solids.count ? chain.solids[$0].name : "" }
                exceptions.append(ClearanceException(solids: solids, kept: kept, reason: reason))
            }
            var kept = margin
            if pair.near < chain.solids.count {
                if found.alwaysTouches {
                    exempt(nil, "they always touch")
                    continue
                }
                if let reachable = found.nearestReachable, reachable > 0 {
                    // the joints between them cannot bring them together
                    if reachable < margin {
                        exempt(nil, "they come no nearer than \(ClearanceException.millimetres(reachable))")
                    }
                    continue
                }
                let resting = placed.map { (name: $0.0, gap: $0.1[pair.near].gap(to: $0.1[pair.far])) }
                if let nearest = resting.min(by: { $0.gap < $1.gap }), nearest.gap - Self.slack < margin {
                    kept = nearest.gap - Self.slack
                    exempt(kept, "so near are they in “\(nearest.name)”")
                }
            }
            pairs.append((Pair(near: pair.near, far: pair.far, kept: kept), found.meanGap))
        }
        self.init(
            margin: margin, exceptions: exceptions, chain: chain, joints: joints,
            solids: survey.solids, links: survey.links, keepOuts: survey.keepOuts,
            // those that come near the most first: the others then need only a look
            pairs: pairs.sorted { $0.nearness < $1.nearness }.map(\.pair),
            names: chain.solids.map { chain.links[$0.link].name.replacing("_", with: " ") }
                + robot.keepOuts.map(\.name))
        for pose in poses {
            let finding = clearance(JointValues(pose.angles))
            guard !finding.isClear else { continue }
            throw ConfigurationError(
                file: robot.file,
                problem: "in the pose “\(pose.name)” \(words(finding)). Move the pose or the [[keep_out]], "
                    + "or make [safety] clearance (\(margin) m) smaller.")
        }
    }
}
