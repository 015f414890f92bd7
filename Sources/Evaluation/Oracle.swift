internal import Plant
package import RobotModel
package import Skills
package import WorldModel

/// Draws worlds with the plant's own masses, frictions, servo gains and delay: only where things stand is not known.
package struct Oracle: WorldSource {
    /// What is drawn where nothing better is known.
    let uncertainty: Uncertainty
    /// Kilograms by name of the thing.
    private var mass: [String: Double] = [:]
    /// Sliding friction by name of the thing.
    private var friction: [String: Double] = [:]
    /// Factor on each servo's stiffness, configuration order.
    private let gain: [Double]
    /// Seconds from set-point to motor.
    private let delay: Double

    package init(_ task: SuiteTask, joints: Int, uncertainty: Uncertainty) {
        let parameters = task.plant.parameters(joints: joints)
        self.uncertainty = uncertainty
        gain = parameters.gainScale
        delay = parameters.delay
        for entry in task.scene.entries {
            mass[entry.thing.name] = entry.mass * parameters.massScale
            friction[entry.thing.name] = entry.friction * parameters.frictionScale
        }
    }

    package func draw(_ belief: Belief, joints: Int, _ random: inout SeededGenerator) -> DrawnWorld {
        var world = uncertainty.draw(belief, joints: joints, &random)
        for thing in belief.things {
            if let kilograms = mass[thing.name] { world.mass[thing.name] = kilograms / thing.believedMass }
            if let known = friction[thing.name] { world.friction[thing.name] = known }
        }
        if gain.count == world.gain.count { world.gain = gain }
        world.delay = delay
        return world
    }
}
