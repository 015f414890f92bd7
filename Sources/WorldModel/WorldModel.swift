public import Physics
public import RobotModel
public import Skills
internal import Safeguards

/// The imagination: runs a skill in many drawn worlds, before the motors move.
///
/// It knows the arm's model, what the camera told, and stated uncertainties; never the plant. One thread at a time.
public final class WorldModel {
    public let configuration: RobotConfiguration
    public let compiler: SkillCompiler
    /// How unsure the mind is: margins follow from it.
    public var uncertainty = Uncertainty()
    /// What worlds are drawn from; nil = `uncertainty`.
    public var source: (any WorldSource)?
    let worlds: Int
    /// What the body's safety filter keeps; nil if nothing is to be kept.
    let clearance: Clearance?
    let threads: Int
    /// How finely worlds are imagined: `foresight-bench grasps` holds it against 2 ms without sleep.
    public static let usualOptions = SceneOptions(timestep: 0.004, sleeps: true)
    let options: SceneOptions
    /// Simulated seconds of one world that take a second, as last seen; 0 before the first.
    var pace = 0.0
    /// Worlds run together when time is short: what is done by then counts; more use the processors better, and overrun.
    private static let group = 2
    private let clock = ContinuousClock()

    /// - Parameter threads: of the simulation; 0 = one for each processor. Results do not depend on it.
    /// - Throws: `PhysicsError` if the engine does not accept the arm.
    public init(
        configuration: RobotConfiguration, threads: Int = 0, options: SceneOptions = usualOptions
    ) throws(PhysicsError) {
        self.configuration = configuration
        self.options = options
        self.threads = threads
        worlds = configuration.mind.worlds
        compiler = try SkillCompiler(configuration: configuration)
        do throws(ConfigurationError) { clearance = try Clearance(configuration) } catch {
            throw PhysicsError(error.description)
        }
    }

    /// Share of worlds in which a skill must go well for no other way to be tried: seven of eight; with all of eight, one
    /// unlucky world would cost as much time as all other ways.
    public static let wellEnough = 0.85

    /// Tries `call` from `belief` in as many worlds as configured; the same seed gives the same answer.
    ///
    /// - Parameters:
    ///   - styles: ways to try one after another until one goes well; the best of them is returned.
    ///   - limit: when it is reached, the worlds that were run to their end are the answer: perhaps none.
    /// - Throws: `PhysicsError` when a simulation fails.
    public func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, styles: [Style] = [.usual],
        limit: ImaginationLimit = ImaginationLimit()
    ) throws(PhysicsError) -> Imagination {
        let began = clock.now
        var best: Imagination?
        var (simulated, run, isCut) = (0.0, 0, false)
        for style in styles {
            var left = limit
            left.worlds = limit.worlds.map { max(0, $0 - run) }
            let next = try imagine(call, from: belief, goal: goal, seed: seed, style: style, limit: left)
            simulated += next.simulatedSeconds
            run += next.worlds.count
            isCut = isCut || next.isCut
            if best.map({ next.isBetter(than: $0) }) ?? true { best = next }
            // what cannot be done at all cannot be done another way
            guard let best, !isCut, best.failure == nil,
                best.touchesForbidden || best.success < Self.wellEnough || best.closeCalls > 0
            else { break }
        }
        guard var best else {
            return try imagine(call, from: belief, goal: goal, seed: seed, style: .usual, limit: limit)
        }
        best.seconds = (clock.now - began).inSeconds
        best.simulatedSeconds = simulated
        best.worldsRun = run
        best.isCut = isCut
        return best
    }

    private func imagine(
        _ call: SkillCall, from belief: Belief, goal: Goal, seed: UInt64, style: Style, limit: ImaginationLimit
    ) throws(PhysicsError) -> Imagination {
        let motion: SkillMotion
        do {
            motion = try compiler.compile(call, belief, style: style)
        } catch {
            return Imagination(
                call: call, failure: error, worlds: [], motion: nil, style: style, seconds: 0, simulatedSeconds: 0)
        }
        let drawn = draw(belief, seed: seed)
        var imagined = Imagination(
            call: call, failure: nil, worlds: [], motion: motion, style: style, seconds: 0, simulatedSeconds: 0)
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
        return imagined
    }
}

extension WorldModel {
    /// As many worlds as configured; the same seed draws the same.
    func draw(_ belief: Belief, seed: UInt64) -> [DrawnWorld] {
        var random = SeededGenerator(seed: seed)
        let source: any WorldSource = source ?? uncertainty
        return (0..<worlds).map { _ in source.draw(belief, joints: configuration.joints.count, &random) }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
