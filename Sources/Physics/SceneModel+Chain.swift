public import RobotModel

extension SceneModel {
    /// The built-in arm as a kinematic chain, as `Config/arms` keeps it.
    ///
    /// - Throws: `PhysicsError` if MuJoCo does not accept the arm.
    public static func armChain(named name: String) throws(PhysicsError) -> KinematicChain {
        try PhysicsModel(mjcf: mjcf(things: [], drive: .torque(SO101.torqueDrive)))
            .chain(named: name, root: armPrefix + "base", prefix: armPrefix)
    }

    /// What stands at the head of the built-in arm's file.
    public static var armChainHeading: [String] { KinematicChain.heading(source: "so101") }
}

extension KinematicChain {
    /// What stands at the head of a chain's file: what it is, and how to write it again.
    public static func heading(source: String) -> [String] {
        [
            "A kinematic chain: links, joints, masses and the volumes they fill; metres, radians, kilograms.",
            "Written by `foresight-arm \(source)`; write it again instead of changing it by hand.",
        ]
    }
}
