import ArgumentParser
import Glibc
import RobotModel
import Skills
import WorldModel

/// `foresight-bench approximations`: how far the search's two approximations are from what they stand for.
struct Approximations: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures what the search's two approximations cost: plans of a pick and a place on drawn tables.",
        discussion: """
            The search goes on from one good world's end, and multiplies the success of steps. Beside its estimate stand
            the same product with every world going on from its own end, and what comes of plans whose worlds stay the
            same through both steps. Differences between the first two are the one approximation's, between the last
            two the other's. In points of success, means over tables with their standard errors.
            """)

    @Option(help: "Tables drawn.") var tables = 40
    @Option(help: "Worlds that a plan is followed through.") var worlds = 24
    @Option(help: "Seed.") var seed: UInt64 = 1
    @Option(help: "The virtual robot's configuration.") var config = "Config/so101-virtual.toml"

    func validate() throws {
        guard tables > 1, worlds > 1 else { throw ValidationError("the numbers must be two at least") }
    }

    func run() throws {
        let robot = try RobotConfiguration.load(path: config)
        for (name, uncertainty) in [("as the world model draws", Uncertainty()), ("drawn to be hard", Grasps.hard)] {
            let plans = try Plans(robot, uncertainty, worlds: worlds)
            var random = SeededGenerator(seed: seed)
            var rows: [Plans.Shares] = []
            while rows.count < tables { if let row = try plans.shares(&random) { rows.append(row) } }
            print("\(tables) plans, \(worlds) worlds each, \(name), seed \(seed)")
            print("  as the search estimates      \(Self.mean(rows.map(\.searched)))")
            print("  each world from its own end  \(Self.mean(rows.map(\.own)))")
            print("  the same world throughout    \(Self.mean(rows.map(\.joint)))")
            print("  one good world for all       \(Self.mean(rows.map { $0.searched - $0.own }))")
            print("  success multiplied           \(Self.mean(rows.map { $0.own - $0.joint }))")
        }
    }

    /// Points, with the standard error.
    private static func mean(_ values: [Double]) -> String {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count).squareRoot()
        return "\(decimal(100 * mean, digits: 1)) ± \(decimal(100 * spread, digits: 1))"
    }
}

/// Plans of a pick and a place, imagined as the search does and as they might really go.
private final class Plans {
    struct Shares {
        var searched: Double
        var own: Double
        var joint: Double
    }

    /// Always the same world.
    private struct Fixed: WorldSource {
        var world: DrawnWorld
        func draw(_ belief: Belief, joints: Int, _ random: inout SeededGenerator) -> DrawnWorld { world }
    }

    private let usual: WorldModel
    private let single: WorldModel
    private let uncertainty: Uncertainty
    private let worlds: Int

    init(_ robot: RobotConfiguration, _ uncertainty: Uncertainty, worlds: Int) throws {
        usual = try WorldModel(configuration: robot)
        usual.uncertainty = uncertainty
        var one = robot
        one.mind.worlds = 1
        single = try WorldModel(configuration: one)
        single.uncertainty = uncertainty
        self.uncertainty = uncertainty
        self.worlds = worlds
    }

    /// Of a plan on a drawn table; nil where the search finds no motion.
    func shares(_ random: inout SeededGenerator) throws -> Shares? {
        let (belief, target) = table(&random)
        let pick = SkillCall.pick("thing")
        let place = SkillCall.place("thing", target.shape.isContainer ? .inside : .on, "target")
        let goal: Goal = target.shape.isContainer ? .inside("thing", "target") : .on("thing", "target")
        let seed = random.next()
        let first = try usual.imagine(pick, from: belief, goal: goal, seed: seed)
        guard let after = first.worlds.first(where: \.isGood)?.after else { return nil }
        let second = try usual.imagine(place, from: after, goal: goal, seed: seed &+ 1)
        guard second.motion != nil else { return nil }
        let drawn = (0..<worlds).map { _ in
            uncertainty.draw(belief, joints: usual.configuration.joints.count, &random)
        }
        var (picked, own, joint) = (0, 0, 0)
        for (index, world) in drawn.enumerated() {
            single.source = Fixed(world: world)
            let taken = try single.imagine(pick, from: belief, goal: goal, seed: 1)
            guard taken.success > 0, let end = taken.worlds.first(where: \.isGood)?.after else { continue }
            picked += 1
            joint += try single.imagine(place, from: end, goal: goal, seed: 1).success > 0 ? 1 : 0
            single.source = Fixed(world: drawn[(index + worlds / 2) % worlds])
            own += try single.imagine(place, from: end, goal: goal, seed: 1).success > 0 ? 1 : 0
        }
        let all = Double(worlds)
        return Shares(searched: first.success * second.success, own: Double(own) / all, joint: Double(joint) / all)
    }

    private func table(_ random: inout SeededGenerator) -> (Belief, Thing) {
        func stand(_ name: String, _ shape: Shape, distance: ClosedRange<Double>, bearing: ClosedRange<Double>) -> Thing
        {
            let (distance, bearing) = (random.uniform(distance), random.uniform(bearing))
            return Thing(
                name: name, shape: shape,
                pose: Pose(
                    position: Vector3(
                        distance * cos(bearing), distance * sin(bearing), shape.extent.z / 2),
                    orientation: Quaternion(yaw: random.uniform(-3...3))))
        }
        let edge = random.uniform(0.024...0.045)
        let targets: [Shape] = [
            .bin(x: 0.1, y: 0.1, z: 0.06), .tray(x: 0.16, y: 0.12, z: 0.02), .plate(diameter: 0.14, height: 0.01),
            .box(x: 0.035, y: 0.035, z: 0.035),
        ]
        let thing = stand(
            "thing", .box(x: edge, y: edge, z: random.uniform(0.024...0.06)), distance: 0.15...0.25,
            bearing: -0.2...1.2)
        let target = stand(
            "target", targets[Int(random.next() % 4)], distance: 0.16...0.25, bearing: -1.2 ... -0.75)
        return (Belief(things: [thing, target], joints: usual.configuration.home), target)
    }
}
