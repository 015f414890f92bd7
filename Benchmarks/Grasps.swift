import ArgumentParser
import CPlatform
import Physics
import RobotModel
import Skills
import WorldModel

/// `foresight-bench grasps`: whether picks go in the world model's worlds as they go in finely simulated ones.
struct Grasps: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imagines the same picks with steps of 2 ms and as the world model does, and compares the successes.",
        discussion: """
            Things of many shapes and sizes among others, places, turns, masses, frictions, servos and delays are drawn
            by the seed; both ways get the same. What is grasped is also put down: that is told, not judged.
            Exit codes: 0 the difference is within the limit, 1 it is not.
            """)

    @Option(help: "Tables drawn; each is imagined in as many worlds as --worlds says.") var tables = 100
    @Option(help: "Worlds a table.") var worlds = 4
    @Option(help: "Seed.") var seed: UInt64 = 1
    @Option(help: "Points the success rates may differ by.") var limit = 2.0
    @Option(help: "Step of the compared worlds, milliseconds, instead of the world model's.") var step: Double?
    @Flag(help: "The compared worlds do not sleep.") var awake = false
    @Option(help: "The virtual robot's configuration.") var config = "Config/so101-virtual.toml"

    func validate() throws {
        guard tables > 0, worlds > 0, step ?? 1 > 0 else { throw ValidationError("the numbers must be positive") }
    }

    func run() throws {
        var robot = try RobotConfiguration.load(path: config)
        robot.mind.worlds = worlds
        var options = WorldModel.usualOptions
        if let step { options.timestep = step * 1e-3 }
        if awake { options.sleeps = false }
        let fine = try WorldModel(configuration: robot, options: SceneOptions(timestep: 0.002))
        let usual = try WorldModel(configuration: robot, options: options)
        let name = "steps of \(shown(options.timestep * 1e3)) ms\(options.sleeps ? ", rest sleeps" : "")"
        var holds = true
        for group in [("as the world model draws", Uncertainty()), ("drawn to be hard", Self.hard)] {
            fine.uncertainty = group.1
            usual.uncertainty = group.1
            let tallies = try compare(fine, usual, robot)
            print("\(tallies.0.picks) picks on \(tables) tables, \(group.0), seed \(seed)")
            print(tallies.0.line("steps of 2 ms"))
            print(tallies.1.line(name))
            holds = tell(tallies.0, tallies.1) && holds
        }
        if !holds { throw ExitCode(1) }
    }

    /// Slippery, heavy, and not where they are believed to be: here picks do fail.
    static var hard: Uncertainty {
        var hard = Uncertainty()
        hard.position = 0.006
        hard.turn = 0.1
        hard.friction = 0.1...1.1
        hard.mass = 0.5...5
        return hard
    }

    private func compare(
        _ fine: WorldModel, _ usual: WorldModel, _ robot: RobotConfiguration
    ) throws -> (Tally, Tally) {
        var tallies = (Tally(), Tally())
        var random = SeededGenerator(seed: seed)
        var drawn = 0
        while drawn < tables {
            let belief = Belief(things: TableMaker.things(&random), joints: robot.home)
            let call = SkillCall.pick("subject")
            // what cannot be reached, or is walled in, is no pick
            guard (try? usual.compiler.compile(call, belief)) != nil else { continue }
            drawn += 1
            if drawn % 20 == 0 { say("    \(drawn) of \(tables) tables") }
            func imagine(_ world: WorldModel) throws -> Imagination {
                try world.imagine(call, from: belief, goal: .held("subject"), seed: seed &+ UInt64(drawn))
            }
            let seen = try imagine(fine)
            tallies.0.add(seen)
            tallies.1.add(try imagine(usual))
            // from where a good pick ends, both put it down in the same place
            guard let after = seen.worlds.first(where: \.isGood)?.after else { continue }
            func put(_ world: WorldModel) throws -> [ImaginedOutcome] {
                try world.imagine(
                    TableMaker.place(belief.things), from: after, goal: .held("subject"),
                    seed: seed &+ UInt64(drawn)
                ).worlds
            }
            tallies.0.places += try put(fine)
            tallies.1.places += try put(usual)
        }
        return tallies
    }

    /// Prints the differences; whether those of grasping are within the limit.
    private func tell(_ fine: Tally, _ usual: Tally) -> Bool {
        let grasped = usual.share(\.reached) - fine.share(\.reached)
        let faultless = usual.share(\.isGood) - fine.share(\.isGood)
        let placed = usual.placed - fine.placed
        let differing = zip(fine.worlds, usual.worlds).count { $0.reached != $1.reached }
        let times = usual.simulated / usual.seconds / (fine.simulated / fine.seconds)
        print(
            "  differences \(decimal(grasped, digits: 1)) and \(decimal(faultless, digits: 1)) points (limit"
                + " \(shown(limit))), placing \(decimal(placed, digits: 1)); \(differing) picks end otherwise;"
                + " \(decimal(times, digits: 2)) times as fast")
        return max(abs(grasped), abs(faultless)) <= limit
    }
}

/// What came of the picks in one kind of world.
private struct Tally {
    var worlds: [ImaginedOutcome] = []
    var places: [ImaginedOutcome] = []
    var simulated = 0.0
    var seconds = 0.0
    var picks: Int { worlds.count }

    mutating func add(_ imagined: Imagination) {
        worlds += imagined.worlds
        simulated += imagined.simulatedSeconds
        seconds += imagined.seconds
    }

    /// Per cent.
    func share(_ holds: (ImaginedOutcome) -> Bool) -> Double {
        100 * Double(worlds.count { holds($0) }) / Double(max(1, picks))
    }

    /// Per cent of the things put down that came to rest where they should.
    var placed: Double { 100 * Double(places.count { $0.reached }) / Double(max(1, places.count)) }

    func line(_ name: String) -> String {
        "  " + name.padded(to: 30) + "grasped \(decimal(share(\.reached), digits: 1)) %"
            + "   without any fault \(decimal(share(\.isGood), digits: 1)) %"
            + "   placed \(decimal(placed, digits: 1)) % of \(places.count)   \(shown(simulated / seconds)) s/s"
    }
}

/// Draws tables: something to pick, two to four other things, and a tray.
private enum TableMaker {
    static func things(_ random: inout SeededGenerator) -> [Thing] {
        var things = [Thing(name: "subject", shape: shape(&random), pose: Pose(position: .zero))]
        let others = Int.random(in: 2...4, using: &random)
        for index in 0..<others {
            things.append(Thing(name: "other \(index)", shape: shape(&random), pose: Pose(position: .zero)))
        }
        for index in things.indices {
            things[index].pose = pose(things[index].shape, &random)
            for _ in 0..<40 where things[..<index].contains(where: { near($0, things[index]) }) {
                things[index].pose = pose(things[index].shape, &random)
            }
        }
        let tray = Thing(
            name: "tray", shape: .tray(x: 0.14, y: 0.1, z: 0.02),
            pose: Pose(position: Vector3(0.3, random.uniform(-0.25...0.25), 0.01)))
        let kept = things.filter { $0.name == "subject" || !near($0, things[0]) }
        return near(tray, things[0]) ? kept : kept.filter { !near($0, tray) } + [tray]
    }

    /// Onto the first box that is wide and low enough to stack on, else into the tray, else beside the first other.
    static func place(_ things: [Thing]) -> SkillCall {
        let base = things.first { thing in
            if thing.name != "subject", case .box(let x, let y, let z) = thing.shape {
                return min(x, y) > 0.025 && z < 0.05
            }
            return false
        }
        if let base { return .place("subject", .on, base.name) }
        if things.contains(where: { $0.name == "tray" }) { return .place("subject", .inside, "tray") }
        return .place("subject", .beside, things.first { $0.name != "subject" }?.name ?? "tray")
    }

    private static func shape(_ random: inout SeededGenerator) -> Shape {
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1:
            .box(
                x: random.uniform(0.018...0.06), y: random.uniform(0.018...0.05), z: random.uniform(0.018...0.09))
        case 2: .cylinder(diameter: random.uniform(0.02...0.055), height: random.uniform(0.02...0.09))
        default: .sphere(diameter: random.uniform(0.025...0.05))
        }
    }

    private static func pose(_ shape: Shape, _ random: inout SeededGenerator) -> Pose {
        let turn = Quaternion(yaw: random.uniform(-Double.pi...Double.pi))
        let away = Quaternion(yaw: random.uniform(-1.4...1.4)).rotate(Vector3(random.uniform(0.14...0.31), 0, 0))
        return Pose(position: Vector3(away.x, away.y, shape.extent.z / 2), orientation: turn)
    }

    private static func near(_ a: Thing, _ b: Thing) -> Bool {
        (a.pose.position - b.pose.position).horizontalLength
            < (a.shape.extent.horizontalLength + b.shape.extent.horizontalLength) / 2 + 0.012
    }
}
