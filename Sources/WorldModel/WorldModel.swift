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
    /// Simulated seconds of one world that take a second, as last seen; 0 before the first.
    var pace = 0.0
    /// Worlds run together when time is short: what is done by then counts.
    private static let group = 2
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
    /// - Parameter limit: when it is reached, the worlds that were run to their end are the answer: perhaps none.
    /// - Throws: `PhysicsError` when a simulation fails.
    public func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, limit: ImaginationLimit = ImaginationLimit()
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
        let drawn = draw(belief, seed: seed)
        var imagined = Imagination(
            call: call, failure: nil, worlds: [], motion: motion, seconds: 0, simulatedSeconds: 0)
        let wanted = min(worlds, limit.worlds ?? worlds)
        let size = limit.ends == nil ? worlds : Self.group
        while imagined.worlds.count < wanted {
            let group = drawn[imagined.worlds.count..<min(wanted, imagined.worlds.count + size)]
            let rehearsal = try Rehearsal(self, motion: motion, belief: belief, drawn: Array(group))
            let isWhole = try rehearsal.run(limit)
            imagined.simulatedSeconds += rehearsal.simulatedSeconds
            guard isWhole else { break }
            imagined.worlds += rehearsal.outcomes(goal: goal)
        }
        imagined.isCut = imagined.worlds.count < worlds
        imagined.seconds = (clock.now - began).inSeconds
        return imagined
    }
}

extension WorldModel {
    /// As many worlds as configured; the same seed draws the same.
    func draw(_ belief: Belief, seed: UInt64) -> [DrawnWorld] {
        var random = SeededGenerator(seed: seed)
        return (0..<worlds).map { _ in
            DrawnWorld(uncertainty, things: belief.things, joints: configuration.joints.count, &random)
        }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
