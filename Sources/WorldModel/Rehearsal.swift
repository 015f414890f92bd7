import Physics
import RobotModel
import Skills
internal import Safeguards

/// One motion, run phase by phase in a batch of drawn worlds, with the guards the body would hold it to.
final class Rehearsal {
    let world: WorldModel
    let motion: SkillMotion
    let belief: Belief
    let drawn: [DrawnWorld]
    let model: PhysicsModel
    /// Is shown each moment that is looked at: seconds since the beginning, the phase, and the world.
    var watch: ((Double, PhaseKind, Simulation) -> Void)?
    let batch: RolloutBatch
    let probe: Simulation
    /// The same scene with what must not be touched, or would fall at a touch, larger than it is; nil if there is none.
    private let sentinel: Simulation?
    /// What would fall at a touch, by name.
    private let unsteady: Set<String>
    /// Of that, what was come close to in each world.
    private(set) var close: [Set<String>]
    /// What is so near to such a thing to begin with that only a true touch counts.
    private var tooNear: Set<[String]> = []
    private(set) var runners: [SkillRunner]
    private(set) var measured: [[Double]]
    /// Set-points in force, radians.
    private(set) var setpoints: [[Double]]
    private(set) var broken: [BrokenGuard?]
    /// What was met without being meant, by the thing's name.
    private(set) var met: [[String: Encounter]]
    private(set) var durations: [Double]
    private(set) var simulatedSeconds = 0.0

    /// Seconds of a control cycle, as the body's usual one: imagined set-points are made as often.
    private static let cycle = 0.01
    /// Seconds a motion is given to settle after its last point: servos lag, and the body, too, waits; found by trial on the
    /// development suite.
    private static let settling = 0.2

    private var joints: Int { world.configuration.joints.count }

    init(_ world: WorldModel, motion: SkillMotion, belief: Belief, drawn: [DrawnWorld]) throws(PhysicsError) {
        self.world = world
        self.motion = motion
        self.belief = belief
        self.drawn = drawn
        let things = belief.things.map { ModelledThing($0, mass: $0.believedMass, fixed: $0.holdsOthers) }
        model = try PhysicsModel(
            mjcf: SceneModel.mjcf(
                world.compiler.arm, things: things, drive: .positionServo(world.compiler.arm.positionServo),
                options: world.options))
        batch = try RolloutBatch(model, worlds: drawn.count, threads: world.threads)
        probe = try Simulation(model)
        let meant = Set(motion.call.involves)
        unsteady = Set(
            belief.things.filter {
                $0.isUnsteady && !$0.forbidden && !meant.contains($0.name) && $0.name != belief.held?.name
            }.map(\.name))
        sentinel = try Self.sentinel(world, belief, unsteady)
        close = drawn.map { _ in [] }
        let count = world.configuration.joints.count
        runners = drawn.map { _ in SkillRunner(motion: motion, jointCount: count) }
        measured = drawn.map { _ in belief.joints }
        setpoints = drawn.map { _ in belief.setpoints ?? belief.joints }
        broken = drawn.map { _ in nil }
        met = drawn.map { _ in [:] }
        durations = drawn.map { _ in 0 }
        try vary()
        for index in drawn.indices { batch.setState(index, start(drawn[index])) }
        tooNear = Set(nearby(believedCoordinates()).map(\.pair))
    }

    private static func sentinel(
        _ world: WorldModel, _ belief: Belief, _ unsteady: Set<String>
    ) throws(PhysicsError) -> Simulation? {
        guard !unsteady.isEmpty || belief.things.contains(where: \.forbidden) else { return nil }
        let things = belief.things.map { thing in
            var larger = thing
            if thing.forbidden {
                larger.shape = thing.shape.grown(by: world.uncertainty.forbiddenMargin)
            } else if unsteady.contains(thing.name) {
                larger.shape = thing.shape.grown(by: world.uncertainty.tracking)
            }
            return ModelledThing(larger, mass: thing.believedMass, fixed: thing.holdsOthers)
        }
        return try Simulation(
            try PhysicsModel(
                mjcf: SceneModel.mjcf(
                    world.compiler.arm, things: things, drive: .positionServo(world.compiler.arm.positionServo),
                    options: world.options)))
    }

    private func believedCoordinates() -> [Double] {
        probe.state = batch.state(0)
        return (0..<model.nq).map { probe[qpos: $0] }
    }

    /// What moves, as in `tooNear`, and what it comes too near to.
    private struct Nearness {
        var pair: [String]
        var bodies: (mover: Int, other: Int)
    }

    /// What comes too near to something forbidden or unsteady at these coordinates.
    private func nearby(_ coordinates: [Double]) -> [Nearness] {
        guard let sentinel else { return [] }
        for (index, value) in coordinates.enumerated() { sentinel[qpos: index] = value }
        sentinel.collide()
        var found: [Nearness] = []
        for (a, b) in sentinel.touchingBodies {
            for (mover, other) in [(a, b), (b, a)] {
                guard let name = thingName(other), unsteady.contains(name) || belief.thing(name)?.forbidden == true
                else { continue }
                if isArm(mover) { found.append(Nearness(pair: ["", name], bodies: (mover, other))) }
                if let carried = thingName(mover), carried == subject {
                    found.append(Nearness(pair: [carried, name], bodies: (mover, other)))
                }
            }
        }
        return found
    }

    private func isArm(_ body: Int) -> Bool { (model.bodyName(body) ?? "").hasPrefix(SceneModel.armPrefix) }

    /// A part of the arm, or a thing, as a person calls it.
    private func partName(_ body: Int) -> String {
        if let name = thingName(body) { return name }
        let name = (model.bodyName(body) ?? "").dropFirst(SceneModel.armPrefix.count)
        return String(name.map { $0 == "_" ? " " : $0 })
    }

    /// Gives every world its own masses, frictions and servo stiffness.
    private func vary() throws(PhysicsError) {
        let bodies = belief.things.compactMap { thing in
            model.body(SceneModel.bodyName(ofThing: thing.name)).map { (thing.name, $0) }
        }
        try batch.vary("body_mass") { world, mass in
            for (name, body) in bodies { mass[body] *= drawn[world].mass[name] ?? 1 }
        }
        try batch.vary("body_inertia") { world, inertia in
            for (name, body) in bodies {
                for axis in 0..<3 { inertia[3 * body + axis] *= drawn[world].mass[name] ?? 1 }
            }
        }
        try batch.vary("geom_friction") { world, friction in
            for (name, body) in bodies {
                for geom in model.geoms(ofBody: body) {
                    friction[3 * geom] = drawn[world].friction[name] ?? Matter.friction
                }
            }
        }
        let perActuator = 10  // mjNGAIN and mjNBIAS
        try batch.vary("actuator_gainprm") { world, gain in
            for joint in 0..<joints { gain[joint * perActuator] *= drawn[world].gain[joint] }
        }
        try batch.vary("actuator_biasprm") { world, bias in
            for joint in 0..<joints {
                for term in 1...2 { bias[joint * perActuator + term] *= drawn[world].gain[joint] }
            }
        }
        batch.refreshConstants()
    }

    /// The believed state with a world's offsets.
    private func start(_ drawn: DrawnWorld) -> [Double] {
        probe.reset()
        for joint in 0..<joints { probe[qpos: joint] = belief.joints[joint] }
        let supports = Dictionary(belief.things.map { ($0.name, $0) }) { first, _ in first }
        for thing in belief.things where !thing.holdsOthers {
            guard let body = model.body(SceneModel.bodyName(ofThing: thing.name)) else { continue }
            probe.setPose(freeBody: body, displaced(thing, in: drawn, among: supports))
        }
        for joint in 0..<joints { probe[ctrl: joint] = (belief.setpoints ?? belief.joints)[joint] }
        probe.forward()
        return probe.state
    }

    /// Where a thing is at the beginning of a world.
    func displaced(_ thing: Thing, in drawn: DrawnWorld, among supports: [String: Thing]) -> Pose {
        var pose = thing.pose
        if let held = belief.held, held.name == thing.name {
            pose = world.compiler.pose(of: held, joints: belief.joints)
        } else if let offset = drawn.offsets[carrier(of: thing, among: supports)] {
            pose.position = pose.position + offset.position
            pose.orientation = offset.orientation * pose.orientation
        }
        return pose
    }

    /// The lowest movable thing of a pile: a pile is displaced as one.
    private func carrier(of thing: Thing, among things: [String: Thing]) -> String {
        let below = things.values.filter {
            !$0.holdsOthers && $0.name != thing.name
                && $0.pose.position.z < thing.pose.position.z - Judgement.below
                && $0.footprintContains(thing.pose.position)
        }
        return below.min { ($0.pose.position.z, $0.name) < ($1.pose.position.z, $1.name) }?.name ?? thing.name
    }

    /// Runs every phase in all worlds that still go on; false if it was left off, for want of time.
    func run(_ limit: ImaginationLimit) throws(PhysicsError) -> Bool {
        while true {
            let going = drawn.indices.filter { broken[$0] == nil }
            var trajectories: [(world: Int, phase: PhaseKind, trajectory: GuardedTrajectory)] = []
            for index in going {
                if let next = runners[index].nextTrajectory(measured: measured[index]) {
                    trajectories.append((index, next.phase, next.trajectory))
                }
            }
            guard let first = trajectories.first else { return true }
            let cycles = Int(((first.trajectory.duration + Self.settling) / Self.cycle).rounded(.up))
            let work = Double(trajectories.count * cycles) * Self.cycle
            let expected = world.pace > 0 ? work / world.pace : 0
            guard limit.secondsLeft > expected else { return false }
            let began = ContinuousClock.now
            try roll(trajectories, cycles: cycles)
            let taken = (ContinuousClock.now - began).inSeconds
            if taken > 0 { world.pace = work / taken }
        }
    }

    private func roll(
        _ trajectories: [(world: Int, phase: PhaseKind, trajectory: GuardedTrajectory)], cycles: Int
    ) throws(PhysicsError) {
        let perCycle = max(1, Int((Self.cycle / world.options.timestep).rounded(.down)))
        // a cycle of 10 ms is not a whole number of steps: time runs on steps
        let steps = Int((Double(cycles) * Self.cycle / world.options.timestep).rounded(.up))
        var controls = [Double](repeating: 0, count: trajectories.count * steps * joints)
        var samplers: [TrajectorySampler] = []
        var ends: [[Double]] = []
        var closings: [Int: (time: Double, found: Clearance.Finding)] = [:]
        for (row, item) in trajectories.enumerated() {
            let sampler = TrajectorySampler(item.trajectory, from: setpoints[item.world])
            let filter = ImaginedFilter(world.configuration.joints, period: Self.cycle)
            let goals = filter.goals(of: sampler, from: setpoints[item.world], cycles: cycles)
            for step in 0..<steps {
                let time = Double(step) * world.options.timestep - drawn[item.world].delay
                let given = time < 0 ? setpoints[item.world] : goals[min(cycles - 1, Int(time / Self.cycle))]
                for joint in 0..<joints { controls[(row * steps + step) * joints + joint] = given[joint] }
            }
            samplers.append(sampler)
            ends.append(goals[cycles - 1])
            closings[row] = closing(goals, from: setpoints[item.world])
        }
        let result = try batch.rollout(trajectories.map(\.world), steps: steps, controls: controls)
        simulatedSeconds += Double(trajectories.count * steps) * world.options.timestep
        for (row, item) in trajectories.enumerated() {
            var last = judge(item, samplers[row], result, row: row, steps: steps, every: perCycle)
            if let (time, found) = closings[row], time < Double(last) * world.options.timestep {
                last = Int(time / world.options.timestep)
                broken[item.world] = breach(found, in: item.phase)
            }
            note(result, row: row, world: item.world, upTo: last)
            durations[item.world] += Double(last) * world.options.timestep
            measured[item.world] = (0..<joints).map { result.qpos(row, step: last, $0) }
            setpoints[item.world] = ends[row]
        }
    }

    /// Cycles between two looks at what the arm comes near to: fewer cost time, with more it comes nearer unseen.
    private static let clearanceStride = 3

    /// When set-points first lead nearer to something than the body allows, seconds, and to what; nil if they do not.
    private func closing(_ goals: [[Double]], from start: [Double]) -> (time: Double, found: Clearance.Finding)? {
        guard let clearance = world.clearance else { return nil }
        var here = clearance.clearance(JointValues(start))
        for cycle in stride(from: 0, to: goals.count, by: Self.clearanceStride) {
            let found = clearance.clearance(JointValues(goals[cycle]))
            guard here.allows(found) else { return (Double(cycle) * Self.cycle, found) }
            here = found
        }
        return nil
    }

    private func breach(_ found: Clearance.Finding, in phase: PhaseKind) -> BrokenGuard {
        BrokenGuard(
            .clearance, phase: phase, joint: world.clearance?.words(pair: found.pair) ?? "", value: found.metres,
            bound: found.kept)
    }

    /// Holds a world to the trajectory's guards; returns the last step before a guard broke, or of the phase.
    private func judge(
        _ item: (world: Int, phase: PhaseKind, trajectory: GuardedTrajectory), _ sampler: TrajectorySampler,
        _ result: RolloutBatch.Trajectory, row: Int, steps: Int, every: Int
    ) -> Int {
        let trajectory = item.trajectory
        var guards = GuardWatch(period: Double(every) * world.options.timestep)
        func breaks(_ found: GuardBreak) {
            broken[item.world] = BrokenGuard(found, phase: item.phase, joint: name(found.joint))
        }
        for step in stride(from: 0, to: steps, by: every) {
            let time = Double(step) * world.options.timestep
            for joint in 0..<joints {
                let found = guards.look(
                    at: joint, error: result.qpos(row, step: step, joint) - sampler.intended(joint, at: time),
                    path: trajectory.pathTolerance[joint], effort: result.force(row, step: step, joint),
                    bound: trajectory.effortBound[joint])
                if let found {
                    breaks(found)
                    return step
                }
            }
        }
        for joint in 0..<joints {
            let error = result.qpos(row, step: steps - 1, joint) - sampler.intended(joint, at: trajectory.duration)
            if let found = GuardWatch.miss(of: joint, error: error, goal: trajectory.goalTolerance[joint]) {
                breaks(found)
                break
            }
        }
        return steps - 1
    }

    private func name(_ joint: Int) -> String { world.configuration.joints[joint].name }

    /// Which things the arm, or what it carries, touches along the way; looked at every `Judgement.look`.
    private func note(_ result: RolloutBatch.Trajectory, row: Int, world index: Int, upTo last: Int) {
        let meant = Set(motion.call.involves)
        let look = max(1, Int(Judgement.look / world.options.timestep))
        let stride = sentinel == nil ? look : max(1, look / Judgement.closerLooks)
        var step = 0
        while step <= last {
            for coordinate in 0..<result.nq { probe[qpos: coordinate] = result.qpos(row, step: step, coordinate) }
            probe.collide()
            let phase = motion.phases[runners[index].next - 1].kind
            if step % look == 0 {
                watch?(durations[index] + Double(step) * world.options.timestep, phase, probe)
            }
            if sentinel != nil {
                let near = nearby((0..<result.nq).map { result.qpos(row, step: step, $0) })
                for near in near where !tooNear.contains(near.pair) {
                    if unsteady.contains(near.pair[1]) {
                        close[index].insert(near.pair[1])
                    } else {
                        meet(near, world: index, phase)
                    }
                }
            }
            for (a, b) in probe.touchingBodies {
                for (mover, other) in [(a, b), (b, a)] {
                    guard let name = thingName(other), !meant.contains(name), belief.held?.name != name else {
                        continue
                    }
                    let carried = thingName(mover).map { $0 == subject } ?? false
                    if isArm(mover) || (carried && (slides || !rests(name))) {
                        meet(name, Encounter(by: partName(mover), phase: phase, distance: 0), world: index)
                    }
                }
            }
            step += stride
        }
    }

    private func meet(_ near: Nearness, world index: Int, _ phase: PhaseKind) {
        let margin = world.uncertainty.forbiddenMargin
        let distance = max(0, probe.distance(bodies: near.bodies, upTo: margin))
        meet(near.pair[1], Encounter(by: partName(near.bodies.mover), phase: phase, distance: distance), world: index)
    }

    /// Keeps the nearest, and of those the first.
    private func meet(_ name: String, _ encounter: Encounter, world index: Int) {
        if let known = met[index][name], known.distance <= encounter.distance { return }
        met[index][name] = encounter
    }

    /// The thing that is carried.
    private var subject: String? {
        motion.call.involves.first ?? belief.held?.name
    }

    /// Whether the subject is pushed along the table: then what it meets, it meets by the arm's doing.
    private var slides: Bool {
        motion.call.skill.slides
    }

    /// Whether the carried thing stood on or against this thing to begin with: that touch is not the arm's doing.
    func rests(_ name: String) -> Bool {
        guard let subject, let carried = belief.thing(subject), let other = belief.thing(name) else { return false }
        return (carried.pose.position - other.pose.position).horizontalLength
            < (carried.shape.extent.horizontalLength + other.shape.extent.horizontalLength) / 2 + Judgement.touching
            && belief.held == nil
    }

    private func thingName(_ body: Int) -> String? {
        guard let name = model.bodyName(body), name.hasPrefix(SceneModel.thingPrefix) else { return nil }
        return String(name.dropFirst(SceneModel.thingPrefix.count))
    }
}
