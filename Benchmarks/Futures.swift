import CPlatform
import Glibc
import Physics
import RobotModel
import Skills
import WorldModel

/// How many seconds are simulated in one: futures of the arm with the things on the table, on all processors, beside
/// MuJoCo's own Python rollouts of the same model, from the same states, with the same controls.
enum Futures {
    static let worlds = 64
    static let seconds = 4.0
    static let rounds = 5

    static func measure(_ lab: Lab) async throws -> Figure {
        let scene = try SceneFile.load(path: lab.robot.resolve(lab.robot.virtual.scene))
        let options = WorldModel.usualOptions
        let arm = try lab.robot.arm()
        let mjcf = SceneModel.mjcf(
            arm, things: scene.entries.map { ModelledThing($0) }, drive: .positionServo(arm.positionServo),
            options: options)
        let model = try PhysicsModel(mjcf: mjcf)
        let steps = Int((seconds / options.timestep).rounded())
        let probe = try Simulation(model)
        for (joint, angle) in lab.robot.home.enumerated() { probe[qpos: joint] = angle }
        let state = probe.state
        let controls = controls(home: lab.robot.home, steps: steps, timestep: options.timestep)
        let total = Double(worlds) * seconds
        say("    our batch")
        let ours = try roll(model, state, controls, steps: steps).map { total / $0 }
        var rows = [
            Figure.Row(
                "Foresight", .ours, ours, remark: "\(worlds) futures of \(shown(seconds)) s in \(span(total, ours)) s")
        ]
        if let python = lab.physicsPython {
            say("    MuJoCo's Python rollout")
            try writeBytes(mjcf.utf8, to: lab.folder + "/scene.xml")
            try writeBytes(raw(state), to: lab.folder + "/state.bin")
            try writeBytes(raw(controls), to: lab.folder + "/controls.bin")
            let child = try Child(
                python, [lab.peers + "/rollout.py", lab.folder, "\(worlds)", "\(steps)", "\(rounds)"],
                output: lab.folder + "/rollout.log")
            let theirs = try await child.result(within: 90).split(separator: "\n").compactMap { Double($0) }
                .map { total / $0 }
            guard theirs.count == rounds else { throw Trouble("the rollouts measured nothing: \(child.output)") }
            let ratio = decimal(median(ours) / median(theirs), digits: 2)
            rows.append(
                Figure.Row("mujoco.rollout (Python 4.0.0)", .peer, theirs, remark: "ours is \(ratio) times as fast"))
        }
        rows.append(try imagine(lab, scene))
        var figure = Figure(
            key: "futures", title: "Simulated seconds per second, arm and table, steps of 4 ms",
            unit: "s/s", rows: rows)
        if lab.physicsPython == nil { figure.notes.append("no Python environment: without mujoco.rollout") }
        return figure
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    private static func span(_ total: Double, _ rates: [Double]) -> String { shown(total / median(rates)) }

    /// A whole skill as the mind imagines it: compiled, varied, run and judged.
    private static func imagine(_ lab: Lab, _ scene: SceneFile) throws -> Figure.Row {
        say("    the world model")
        let world = try WorldModel(configuration: lab.robot)
        let belief = Belief(things: scene.entries.map(\.thing), joints: lab.robot.home)
        var rates: [Double] = []
        for seed in 0..<rounds {
            let call = SkillCall.pick("red block")
            let imagined = try world.imagine(call, from: belief, goal: .held("red block"), seed: UInt64(seed))
            rates.append(imagined.simulatedSeconds / imagined.seconds)
        }
        let count = lab.robot.mind.worlds
        return Figure.Row(
            "a pick imagined, \(count) worlds", .part, rates,
            remark: "with compiling, drawing worlds and judging; so \(worlds) futures of \(shown(seconds)) s take"
                + " \(span(Double(worlds) * seconds, rates)) s")
    }

    /// Every future swings its joints about home in its own way, clear of the table.
    private static func controls(home: [Double], steps: Int, timestep: Double) -> [Double] {
        var controls: [Double] = []
        controls.reserveCapacity(worlds * steps * home.count)
        for world in 0..<worlds {
            for step in 0..<steps {
                let time = Double(step) * timestep
                for (joint, angle) in home.enumerated() {
                    let phase = 0.1 * Double(world) + Double(joint)
                    controls.append(angle + 0.3 * (sin(2 * time + phase) - sin(phase)))
                }
            }
        }
        return controls
    }

    /// Seconds each round took.
    private static func roll(
        _ model: PhysicsModel, _ state: [Double], _ controls: [Double], steps: Int
    ) throws -> [Double] {
        let batch = try RolloutBatch(model, worlds: worlds)
        return try (0..<rounds).map { _ in
            for world in 0..<worlds { batch.setState(world, state) }
            let began = cplatform_monotonic_nanoseconds()
            _ = try batch.rollout(Array(0..<worlds), steps: steps, controls: controls)
            return Double(cplatform_monotonic_nanoseconds() - began) * 1e-9
        }
    }

    private static func raw(_ values: [Double]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
}
