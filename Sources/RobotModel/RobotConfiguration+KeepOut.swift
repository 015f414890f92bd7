/// A volume that the robot may not enter, in the frame of the arm's base.
public struct KeepOut: Sendable, Equatable {
    public var name: String
    public var volume: Volume

    public init(name: String, volume: Volume) {
        self.name = name
        self.volume = volume
    }
}

extension RobotConfiguration {
    /// The `[[keep_out]]` tables.
    static func keepOuts(_ root: inout ConfigurationReader) throws(ConfigurationError) -> [KeepOut] {
        var volumes: [KeepOut] = []
        for var reader in try root.optionalSections("keep_out") {
            let name = try reader.string("name")
            if volumes.contains(where: { $0.name == name }) {
                throw reader.failure("name", "a second volume is named “\(name)”")
            }
            volumes.append(KeepOut(name: name, volume: try volume(&reader)))
            try reader.finish()
        }
        return volumes
    }

    /// A box as a person measures it: its edges, standing upright; a capsule as in a chain's file.
    private static func volume(_ reader: inout ConfigurationReader) throws(ConfigurationError) -> Volume {
        guard try reader.string("shape") == "box" else { return try reader.volume() }
        let yaw = try reader.number("yaw", default: 0, in: -10...10)
        let pose = Pose(position: try reader.vector("centre"), orientation: Quaternion(yaw: yaw))
        let size = try reader.vector("size")
        guard size.x > 0, size.y > 0, size.z > 0 else { throw reader.failure("size", "must be three positive lengths") }
        return .box(pose: pose, half: size * 0.5)
    }

    /// The chain that `[safety] chain` names; nil if it names none.
    ///
    /// - Throws: `ConfigurationError` if it cannot be read, is no chain, or has a joint that this robot has not.
    public func kinematicChain() throws(ConfigurationError) -> KinematicChain? {
        guard !safety.chain.isEmpty else { return nil }
        let chain = try KinematicChain.load(path: resolve(safety.chain))
        _ = try jointIndices(of: chain)
        return chain
    }

    /// For each joint of a chain the index of the joint here that has its name.
    ///
    /// - Throws: `ConfigurationError` naming the joint that this robot has not.
    public func jointIndices(of chain: KinematicChain) throws(ConfigurationError) -> [Int] {
        var indices: [Int] = []
        for name in chain.jointNames {
            guard let index = jointIndex(name), !joints[index].isContinuous else {
                throw ConfigurationError(
                    file: file,
                    problem: "the chain \(safety.chain) has a joint “\(name)”, and no [[joint]] that is no wheel is "
                        + "named so. Is it another arm's chain?")
            }
            indices.append(index)
        }
        return indices
    }
}
