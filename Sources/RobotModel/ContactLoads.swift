/// What weighs on the joints of a robot: its own links, and a thing of one kilogram in its hand.
///
/// Numbers in configuration order; zero for joints that the kinematic chain does not know. Nothing here allocates.
public struct ContactLoads: Sendable {
    private let chain: KinematicChain?
    /// Of each of the robot's joints in the chain; −1 = none.
    private var places = InlineArray<16, Int>(repeating: -1)
    private let jointCount: Int
    /// Where things are carried.
    private let hand: ChainHand?

    /// - Parameter chain: nil = nothing is known: no loads.
    public init(robot: RobotConfiguration, chain: KinematicChain?) {
        self.chain = chain
        jointCount = min(robot.joints.count, KinematicChain.largestJointCount)
        hand = chain?.hand
        for joint in 0..<jointCount {
            places[joint] = chain?.jointNames.firstIndex(of: robot.joints[joint].name) ?? -1
        }
    }

    /// Whether the chain knows the robot's joint.
    public func knows(_ joint: Int) -> Bool { joint < jointCount && places[joint] >= 0 }

    /// What each motor gives against gravity at `angles`, radians; N·m.
    public func gravity(angles: ChainValues) -> ChainValues {
        guard let chain else { return ChainValues(repeating: 0) }
        return turnedBack(chain.gravityTorques(turned(angles)))
    }

    /// What each motor gives against gravity at `angles` (radians), and the least and most that up to one kilogram in the hand
    /// adds to it, whether the joints gather speed as `intended` or as `measured` (rad/s²); N·m.
    public func torques(
        angles: ChainValues, intended: ChainValues, measured: ChainValues
    ) -> (gravity: ChainValues, least: ChainValues, most: ChainValues) {
        let none = ChainValues(repeating: 0)
        guard let chain else { return (none, none, none) }
        let frames = chain.frames(turned(angles))
        let gravity = turnedBack(chain.gravityTorques(frames))
        guard let hand else { return (gravity, none, none) }
        let columns = chain.jacobian(of: frames[hand.link].point(hand.point), on: hand.link, frames)
        var (least, most) = (none, none)
        let both: InlineArray<2, ChainValues> = [turned(intended), turned(measured)]
        for index in both.indices {
            let accelerations = both[index]
            var pull = Vector3(0, 0, KinematicChain.gravity)
            for place in 0..<chain.jointCount { pull = pull + columns[place] * accelerations[place] }
            for place in 0..<chain.jointCount {
                let torque = columns[place].dot(pull)
                (least[place], most[place]) = (min(least[place], torque), max(most[place], torque))
            }
        }
        return (gravity, turnedBack(least), turnedBack(most))
    }

    private func turned(_ values: ChainValues) -> ChainValues {
        var turned = ChainValues(repeating: 0)
        for joint in 0..<jointCount where places[joint] >= 0 { turned[places[joint]] = values[joint] }
        return turned
    }

    private func turnedBack(_ values: ChainValues) -> ChainValues {
        var back = ChainValues(repeating: 0)
        for joint in 0..<jointCount where places[joint] >= 0 { back[joint] = values[places[joint]] }
        return back
    }
}
