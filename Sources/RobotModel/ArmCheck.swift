/// What an arm's files say that no working arm can be: looked at before a robot is set up with it.
public struct ArmCheck: Sendable {
    /// What keeps it from working, in words; empty = nothing.
    public private(set) var problems: [String] = []
    /// Distances from the pan axis at which it reaches down to the table, metres; nil if it does not.
    public let reach: ClosedRange<Double>?

    /// A gap between the pads that counts as closed, metres.
    private static let closed = 0.003
    /// Heights of the pads' middle that count as at the table, metres.
    private static let atTable = 0.005...0.03
    /// How far the fingers may lean there, radians.
    private static let leaning = 35 * Double.pi / 180
    /// Joint angles of each lifting joint that are tried for the reach.
    private static let steps = 48

    public init(_ arm: ArmModel) {
        reach = Self.reach(of: arm)
        problems += Self.frame(arm) + Self.limits(arm) + Self.masses(arm) + Self.jaw(arm) + Self.strength(arm)
        guard let reach else {
            problems.append(
                "reaches the table nowhere with its fingers down: are the chain's frame (on the table under the pan axis), "
                    + "the links' lengths and the joints' ranges right?")
            return
        }
        for place in arm.workspace.places where !reach.contains(place) {
            problems.append(
                "[workspace] places: at \(place) m it does not reach down to the table, only from "
                    + "\(Self.metres(reach.lowerBound)) to \(Self.metres(reach.upperBound)) m")
        }
    }

    private static func metres(_ length: Double) -> Double { (length * 100).rounded() / 100 }

    /// Places are given from the pan axis: the chain's frame must lie under it.
    private static func frame(_ arm: ArmModel) -> [String] {
        let frames = arm.chain.frames(ChainValues(repeating: 0))
        guard let link = arm.chain.links.firstIndex(where: { $0.joint?.name == arm.jointNames[arm.roles.pan] }) else {
            return []
        }
        let (place, axis) = (frames[link].position, frames[link].direction(arm.chain.steps[link].axis))
        let off = (place.x * place.x + place.y * place.y).squareRoot()
        if abs(axis.z) < 0.99 {
            return ["[roles] pan: the joint \(arm.jointNames[arm.roles.pan]) does not turn about the vertical"]
        }
        guard off > 0.002 else { return [] }
        return [
            "the pan axis is \(Int((off * 1000).rounded())) mm beside the origin of the chain's frame, which must lie under it: "
                + "`foresight-arm --frame world` takes the model's own frame, --frame base the standing body's"
        ]
    }

    private static func limits(_ arm: ArmModel) -> [String] {
        var problems: [String] = []
        for (name, range) in zip(arm.jointNames, arm.ranges) {
            let span = range.upperBound - range.lowerBound
            if span < 0.05 || span > 4 * .pi {
                problems.append("the joint \(name) turns by \(span) rad: its limits are missing, or in degrees")
            }
        }
        for (pose, joints) in [("rest", arm.rest), ("home", arm.home), ("look", arm.look)] {
            for (index, angle) in joints.enumerated() where !arm.ranges[index].contains(angle) {
                problems.append("[poses] \(pose): \(arm.jointNames[index]) at \(angle) rad is outside its limits")
            }
        }
        return problems
    }

    private static func masses(_ arm: ArmModel) -> [String] {
        // what is fixed to a moving link adds to it
        let moving = arm.chain.links.indices.filter { arm.chain.links[$0].joint != nil }
        return moving.compactMap { index in
            let link = arm.chain.links[index]
            let mass = arm.chain.links.indices.filter { arm.chain.isRigid(from: $0, to: index) }
                .reduce(0) { $0 + arm.chain.links[$1].mass }
            return mass > 0
                ? nil : "the link \(link.name) weighs nothing: what gravity asks of its joint cannot be told"
        }
    }

    private static func jaw(_ arm: ArmModel) -> [String] {
        let range = arm.ranges[arm.roles.gripper]
        let openings = [range.lowerBound, range.upperBound].map(arm.jaw.opening(atAngle:))
        var problems: [String] = []
        if let least = openings.min(), least > closed {
            problems.append("its jaws do not close: at the end of the gripper's range \(Int(least * 1000)) mm are left")
        }
        if let most = openings.max(), most < arm.jaw.widest {
            problems.append(
                "[jaw] widest: its jaws open \(Int(most * 1000)) mm at most, not \(Int(arm.jaw.widest * 1000)) mm")
        }
        return problems
    }

    /// Whether the motors hold the arm outstretched.
    private static func strength(_ arm: ArmModel) -> [String] {
        var worst = [Double](repeating: 0, count: arm.jointNames.count)
        for joints in postures(of: arm, steps: 8) {
            var angles = ChainValues(repeating: 0)
            for (index, angle) in joints.enumerated() { angles[index] = angle }
            let torques = arm.chain.gravityTorques(angles)
            for index in worst.indices { worst[index] = max(worst[index], abs(torques[index])) }
        }
        return worst.indices.filter { worst[$0] > arm.servo.effortLimit[$0] }.map {
            "[servo] effort_limit: \(arm.jointNames[$0]) needs \((worst[$0] * 100).rounded() / 100) N·m to hold the arm "
                + "alone, and may give \(arm.servo.effortLimit[$0])"
        }
    }

    private static func reach(of arm: ArmModel) -> ClosedRange<Double>? {
        var found: ClosedRange<Double>?
        let middle = arm.jaw.padHalfLength
        for joints in postures(of: arm, steps: steps) where abs(arm.tilt(joints)) < leaning {
            var angles = ChainValues(repeating: 0)
            for (index, angle) in joints.enumerated() { angles[index] = angle }
            let frame = arm.chain.frames(angles)[arm.fingertip.link]
            let point = frame.point(arm.fingertip.pose.position)
            guard atTable.contains(point.z - middle) else { continue }
            let distance = (point.x * point.x + point.y * point.y).squareRoot()
            found = min(found?.lowerBound ?? distance, distance)...max(found?.upperBound ?? distance, distance)
        }
        return found
    }

    /// All lifting joints but the last through their ranges, the last one such that the fingers point down where it can.
    private static func postures(of arm: ArmModel, steps: Int) -> [[Double]] {
        let first = arm.roles.lifting.dropLast()
        var starts: [[Double]] = [[]]
        for joint in first {
            let range = arm.ranges[joint]
            let angles = (0...steps).map {
                range.lowerBound + Double($0) / Double(steps) * (range.upperBound - range.lowerBound)
            }
            starts = starts.flatMap { start in angles.map { start + [$0] } }
        }
        let last = arm.roles.lifting[arm.roles.lifting.count - 1]
        return starts.map { start in
            var joints = arm.joints(
                bearing: arm.bearing(arm.home), lifting: start + [0], tilt: 0, turn: 0, opening: arm.jaw.widest / 2)
            joints[last] = max(arm.ranges[last].lowerBound, min(arm.ranges[last].upperBound, joints[last]))
            return joints
        }
    }
}
