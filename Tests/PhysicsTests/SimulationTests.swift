import Physics
import RobotModel
import TestSupport
import Testing

@Suite("The face of MuJoCo")
struct SimulationTests {
    static let mjcf = """
        <mujoco>
          <option timestep="0.002"/>
          <worldbody>
            <geom name="floor" type="plane" size="1 1 0.1"/>
            <body name="box" pos="0 0 0.5"><freejoint/><geom name="cube" type="box" size="0.05 0.05 0.05" mass="0.2"/></body>
            <body name="arm" pos="1 0 1">
              <joint name="hinge" axis="0 1 0" damping="0.1"/>
              <geom type="capsule" fromto="0 0 0 0.3 0 0" size="0.02" mass="0.3"/>
              <site name="tip" pos="0.3 0 0"/>
            </body>
          </worldbody>
          <actuator><position name="hinge" joint="hinge" kp="5"/></actuator>
        </mujoco>
        """

    @Test("a box falls by half g t squared, lands, and weighs on the floor")
    func fall() throws {
        let model = try PhysicsModel(mjcf: Self.mjcf)
        let world = try Simulation(model)
        let box = try #require(model.body("box"))
        world.step(100)
        let fallen = 0.5 - world.pose(body: box).position.z
        #expect(abs(fallen - 0.5 * 9.81 * 0.04) < 0.005)
        world.step(1000)
        #expect(abs(world.pose(body: box).position.z - 0.05) < 0.002)
        let weight = world.contacts.filter { $0.bodies.0 == box || $0.bodies.1 == box }.map(\.normalForce).reduce(0, +)
        #expect(abs(weight - 0.2 * 9.81) < 0.1)
        #expect(!world.isUnstable)
    }

    @Test("the Jacobian of a site agrees with finite differences")
    func jacobian() throws {
        let model = try PhysicsModel(mjcf: Self.mjcf)
        let world = try Simulation(model)
        let joint = try #require(model.joint("hinge"))
        let tip = try #require(model.site("tip"))
        world[qpos: model.qposAddress(joint: joint)] = 0.4
        world.kinematics()
        let column = model.dofAddress(joint: joint)
        let jacobian = world.jacobian(site: tip).translation
        let before = world.pose(site: tip).position
        world[qpos: model.qposAddress(joint: joint)] = 0.4 + 1e-6
        world.kinematics()
        let difference = (world.pose(site: tip).position - before) * 1e6
        #expect(abs(jacobian[column] - difference.x) < 1e-4)
        #expect(abs(jacobian[2 * model.nv + column] - difference.z) < 1e-4)
    }

    @Test("a saved state continues exactly")
    func state() throws {
        let world = try Simulation(PhysicsModel(mjcf: Self.mjcf))
        world.step(50)
        let saved = world.state
        world.step(50)
        let after = world.qpos
        world.state = saved
        world.step(50)
        #expect(world.qpos == after)
    }

    @Test("a batch gives what single worlds give, bit for bit, at one and two threads", arguments: [1, 2])
    func batch(threads: Int) throws {
        let model = try PhysicsModel(mjcf: Self.mjcf)
        let batch = try RolloutBatch(model, worlds: 3, threads: threads)
        try batch.vary("body_mass") { world, mass in mass[2] = 0.3 + 0.1 * Double(world) }
        let controls = (0..<3 * 60).map { Double($0 % 7) * 0.1 }
        let result = try batch.rollout([0, 1, 2], steps: 60, controls: controls)
        let single = try Simulation(model)
        for step in 0..<60 {
            single[ctrl: 0] = controls[step]
            single.step()
            #expect(result.qpos(0, step: step, 7) == single[qpos: 7])
            #expect(result.force(0, step: step, 0) == single.actuatorForce(0))
        }
        #expect(result.qpos(0, step: 59, 7) != result.qpos(2, step: 59, 7))
    }

    @Test("what rests sleeps, and is woken by what falls on it; the same at one thread and two")
    func sleep() throws {
        func thing(_ name: String, _ x: Double, _ z: Double, _ shape: Shape) -> ModelledThing {
            ModelledThing(Thing(name: name, shape: shape, pose: Pose(position: Vector3(x, 0.1, z))), mass: 0.05)
        }
        let cube = Shape.box(x: 0.03, y: 0.03, z: 0.03)
        // a plank balanced on a block, and a block that falls on its end after 0.35 s
        let things = [
            thing("block", 0.3, 0.015, cube), thing("plank", 0.3, 0.035, .box(x: 0.14, y: 0.03, z: 0.01)),
            thing("falls", 0.35, 0.7, cube),
        ]
        let options = SceneOptions(timestep: 0.004, sleeps: true)
        let model = try PhysicsModel(
            mjcf: SceneModel.mjcf(
                .so101, things: things, drive: .positionServo(ArmModel.so101.positionServo), options: options))
        let body = try #require(model.body(SceneModel.bodyName(ofThing: "plank")))
        let plank = model.qposAddress(joint: try #require(model.firstJoint(body: body)))
        func roll(threads: Int) throws -> RolloutBatch.Trajectory {
            let controls = (0..<3 * 250).flatMap { _ in ArmModel.so101.rest }
            return try RolloutBatch(model, worlds: 3, threads: threads).rollout(
                [0, 1, 2], steps: 250, controls: controls)
        }
        let one = try roll(threads: 1)
        func pose(_ step: Int) -> [Double] { (0..<7).map { one.qpos(1, step: step, plank + $0) } }
        #expect(pose(70) == pose(80), "asleep before it is hit")
        #expect(pose(249)[3] < 0.999, "tipped afterwards: \(pose(249))")
        #expect(try roll(threads: 2).positions == one.positions)
    }

    @Test("a ray meets the box, or what lies behind it when the box is left out")
    func ray() throws {
        let model = try PhysicsModel(mjcf: Self.mjcf)
        let world = try Simulation(model)
        let box = try #require(model.body("box"))
        let hit = try #require(world.ray(from: Vector3(0, 0, 2), along: Vector3(0, 0, -1)))
        #expect(model.geomName(hit.geom) == "cube" && abs(hit.distance - 1.45) < 1e-6)
        let behind = try #require(world.ray(from: Vector3(0, 0, 2), along: Vector3(0, 0, -1), excludedBody: box))
        #expect(model.geomName(behind.geom) == "floor" && abs(behind.distance - 2) < 1e-6)
        #expect(world.ray(from: Vector3(0, 0, 2), along: Vector3(0, 0, 1)) == nil)
    }

    @Test(
        "bad models are errors in words",
        arguments: ["", "<mujoco", "<mujoco><worldbody><geom type=\"blob\"/></worldbody></mujoco>"])
    func badModels(text: String) {
        #expect(throws: PhysicsError.self) { try PhysicsModel(mjcf: text) }
    }
}
