#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Physics
import RobotModel
import Skills

/// One drawn task: a thing, where it shall go, and a body that differs from what is believed.
struct Trial {
    enum Kind: String, CaseIterable, Sendable { case bin, plate, tray, stack }

    var kind: Kind
    var seed: UInt64
    var scene: [ModelledThing] = []
    var goal = Goal.all([])
    var differences = Differences()
    var seen: [Thing] = []
    var calls: [SkillCall] = []

    /// - Parameter shape: the object's shape; nil = a block.
    init(_ kind: Kind, seed: UInt64, shape: Shape? = nil) {
        self.kind = kind
        self.seed = seed
        var random = Seeded(state: seed &* 7919 &+ UInt64(kind.rawValue.utf8.reduce(0) { $0 * 31 + Int($1) }))
        let edge = [0.025, 0.03, 0.035, 0.04][Int(random.next() % 4)]
        let shape = shape ?? .box(x: edge, y: edge, z: edge)
        let object = Self.thing(
            "object", shape, distance: .random(in: 0.15...0.25, using: &random),
            bearing: .random(in: -0.2...1.2, using: &random), yaw: .random(in: -3...3, using: &random))
        let distance = Double.random(in: 0.16...0.25, using: &random)
        let bearing = Double.random(in: -1.2...(-0.75), using: &random)
        let yaw = Double.random(in: -3...3, using: &random)
        let block = [0.03, 0.035][Int(random.next() % 2)]
        let target: Shape =
            switch kind {
            case .bin: .bin(x: 0.10, y: 0.10, z: 0.06)
            case .tray: .tray(x: 0.16, y: 0.12, z: 0.02)
            case .plate: .plate(diameter: 0.14, height: 0.01)
            case .stack: .box(x: block, y: block, z: block)
            }
        let base = Self.thing("target", target, distance: distance, bearing: bearing, yaw: yaw)
        scene = [object, base].map { thing in
            ModelledThing(
                thing, mass: .random(in: 0.02...0.12, using: &random), friction: .random(in: 0.5...1, using: &random),
                fixed: thing.name == "target" && kind != .stack)
        }
        differences = .drawn(&random)
        goal = kind == .bin || kind == .tray ? .inside("object", "target") : .on("object", "target")
        calls = [.pick("object"), .place("object", goal == .inside("object", "target") ? .inside : .on, "target")]
        seen = scene.map { Self.noisy($0.thing, &random) }
    }

    private static func thing(
        _ name: String, _ shape: Shape, distance: Double, bearing: Double, yaw: Double
    ) -> Thing {
        let place = Vector3(distance * cos(bearing), distance * sin(bearing), shape.extent.z / 2)
        return Thing(name: name, shape: shape, pose: Pose(position: place, orientation: Quaternion(yaw: yaw)))
    }

    /// A camera's noise: 2 mm and 1°.
    static func noisy(_ thing: Thing, _ random: inout Seeded) -> Thing {
        var seen = thing
        seen.pose.position = thing.pose.position + Vector3(random.normal(0.002), random.normal(0.002), 0)
        seen.pose.orientation = Quaternion(yaw: random.normal(.pi / 180)) * thing.pose.orientation
        return seen
    }

    /// What went wrong, or nil if the goal is true in the end.
    func run(_ compiler: SkillCompiler, note: ((String) -> Void)? = nil) throws -> String? {
        let body = try TrialBody(scene, arm: compiler.configuration.rest, differences: differences)
        var held: HeldThing?
        for call in calls {
            let motion: SkillMotion
            do {
                motion = try compiler.compile(call, Belief(things: seen, joints: body.joints, held: held))
            } catch { return "\(call): \(error)" }
            if let broken = body.run(motion, note: note) { return broken }
            if case .pick(let name) = call, let thing = seen.first(where: { $0.name == name }) {
                guard motion.isGripping(measured: body.joints) else { return "nothing in the gripper" }
                held = compiler.holding(
                    thing, after: motion, measured: body.joints, correction: body.correction)
                if let held, let note {
                    let true_ = body.believable[0].pose, thought = compiler.pose(of: held, joints: body.joints)
                    note("held: error \(true_.position - thought.position)")
                }
            }
        }
        body.rest(seconds: 1)
        let state = WorldState(things: body.believable, joints: body.joints)
        if goal.isTrue(in: state) { return nil }
        return
            "goal not true: object at \(body.believable[0].pose.position), target at \(body.believable[1].pose.position)"
    }
}
