public import Physics
public import RobotModel
public import Skills

/// The imagination: runs a skill in many drawn worlds, before the motors move.
///
/// It knows the arm's model, what the camera told, and stated uncertainties; never the plant. One thread at a time.
public final class WorldModel {
    public let configuration: RobotConfiguration
    public let compiler: SkillCompiler
    public var uncertainty = Uncertainty()
    let worlds: Int
    let threads: Int
    let options = SceneOptions(timestep: 0.004)
    private let clock = ContinuousClock()

    /// - Parameter threads: of the simulation; 0 = one for each processor. Results do not depend on it.
    /// - Throws: `PhysicsError` if the engine does not accept the arm.
    public init(configuration: RobotConfiguration, threads: Int = 0) throws(PhysicsError) {
        self.configuration = configuration
        self.threads = threads
        worlds = configuration.mind.worlds
        compiler = try SkillCompiler(configuration: configuration)
    }

    /// Tries `call` from `belief` in as many worlds as configured; the same seed gives the same answer.
    ///
    /// - Throws: `PhysicsError` when a simulation fails.
    public func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64
    ) throws(PhysicsError) -> Imagination {
        let began = clock.now
        let motion: SkillMotion
        do {
            motion = try compiler.compile(call, belief)
        } catch {
            return Imagination(
                call: call, failure: error, worlds: [], motion: nil, seconds: (clock.now - began).inSeconds,
                simulatedSeconds: 0)
        }
        var random = SeededGenerator(seed: seed)
        let drawn = (0..<worlds).map { _ in
            DrawnWorld(uncertainty, things: belief.things, joints: configuration.joints.count, &random)
        }
        let rehearsal = try Rehearsal(self, motion: motion, belief: belief, drawn: drawn)
        try rehearsal.run()
        let outcomes = rehearsal.outcomes(goal: goal)
        return Imagination(
            call: call, failure: nil, worlds: outcomes, motion: motion, seconds: (clock.now - began).inSeconds,
            simulatedSeconds: rehearsal.simulatedSeconds)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
