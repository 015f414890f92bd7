import Foundation
import Physics
import RobotModel
import TestSupport
import Testing

@Suite("A chain taken from a model")
struct ChainTests {
    /// What `foresight-arm so101` writes, and what is kept in Config.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Config/arms").path
    static let kept = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Config/arms/so101.chain.toml").path

    /// Anchors away from the bodies' origins, turned frames, reference angles, fixed bodies, every solid.
    static let crooked = """
        <mujoco>
          <compiler angle="radian"/>
          <worldbody>
            <geom type="plane" size="1 1 0.1"/>
            <body name="bench" pos="0.1 -0.2 0.05" euler="0.1 0.2 0.3">
              <geom name="slab" type="box" size="0.1 0.1 0.01" mass="1"/>
              <body name="first" pos="0.02 0.03 0.1" euler="0.4 -0.2 0.7">
                <joint name="one" axis="0.3 0.5 0.8" pos="0.01 -0.02 0.03" ref="0.25"/>
                <geom name="rod" type="capsule" fromto="0 0 0 0.1 0.02 0.2" size="0.02" mass="0.3"/>
                <body name="plate" pos="0.1 0.02 0.2" euler="1 0 0.4">
                  <geom name="disc" type="cylinder" size="0.05 0.004" mass="0.1"/>
                  <geom name="ball" type="sphere" size="0.02" pos="0 0 0.03" mass="0.05"/>
                  <body name="second" pos="0 0.01 0.05" euler="0 -0.5 0">
                    <joint name="two" axis="1 0 0" pos="0 0.02 -0.01" range="-1 2"/>
                    <geom name="egg" type="ellipsoid" size="0.02 0.03 0.05" mass="0.2"/>
                    <geom name="ghost" type="box" size="0.5 0.5 0.5" contype="0" conaffinity="0" mass="0"/>
                    <site name="tip" pos="0.03 0.02 0.1"/>
                  </body>
                </body>
              </body>
            </body>
          </worldbody>
        </mujoco>
        """

    /// Calls `check` with the chain's frames and MuJoCo's world at random angles.
    private func compare(
        _ chain: KinematicChain, _ model: PhysicsModel, poses: Int,
        _ check: (ChainValues, ChainFrames, Simulation) throws -> Void
    ) throws {
        let world = try Simulation(model)
        var random = SeededGenerator(seed: 15)
        for _ in 0..<poses {
            var angles = ChainValues(repeating: 0)
            for (index, joint) in chain.links.compactMap(\.joint).enumerated() {
                angles[index] = .random(in: joint.lower...joint.upper, using: &random)
                let id = try #require(model.joint(joint.name))
                world[qpos: model.qposAddress(joint: id)] = angles[index]
            }
            world.forward()
            try check(angles, chain.frames(angles), world)
        }
    }

    private func kept() throws -> KinematicChain { try KinematicChain.load(path: Self.kept) }

    private func armModel() throws -> PhysicsModel {
        try PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive)))
    }

    @Test("the kept chain of the built-in arm stands where MuJoCo puts its bodies, in 200 poses")
    func kinematics() throws {
        let chain = try kept()
        let model = try armModel()
        var largest = (metres: 0.0, radians: 0.0)
        try compare(chain, model, poses: 200) { _, frames, world in
            for (index, link) in chain.links.enumerated() {
                let body = try #require(model.body(SceneModel.armPrefix + link.name))
                let pose = world.pose(body: body)
                largest.metres = max(largest.metres, (frames[index].position - pose.position).length)
                let axes = [
                    (frames[index].x, Vector3(1, 0, 0)), (frames[index].y, Vector3(0, 1, 0)),
                    (frames[index].z, Vector3(0, 0, 1)),
                ]
                for (axis, unit) in axes {
                    largest.radians = max(largest.radians, (axis - pose.orientation.rotate(unit)).length)
                }
            }
        }
        #expect(largest.metres < 1e-6 && largest.radians < 1e-6, "\(largest)")
        print("kinematics: at most \(largest.metres) m and \(largest.radians) rad apart")
    }

    @Test("the joints' torques against gravity are MuJoCo's, in 200 poses")
    func gravity() throws {
        for (chain, model) in [
            (try kept(), try armModel()),
            (try PhysicsModel(mjcf: Self.crooked).chain(named: "crooked"), try PhysicsModel(mjcf: Self.crooked)),
        ] {
            var largest = 0.0
            try compare(chain, model, poses: 200) { angles, frames, world in
                let torques = chain.gravityTorques(angles)
                var (difference, size) = (0.0, 0.0)
                for index in 0..<chain.jointCount {
                    let dof = model.dofAddress(joint: try #require(model.joint(chain.jointNames[index])))
                    difference = max(difference, abs(torques[index] - world.bias(dof: dof)))
                    size = max(size, abs(world.bias(dof: dof)))
                }
                largest = max(largest, difference / size)
            }
            #expect(largest < 1e-4, "\(chain.name): \(largest)")
            print("gravity of \(chain.name): at most \(largest) of the largest torque apart")
        }
    }

    @Test("a point's Jacobian is MuJoCo's, also with anchors, turned frames and reference angles")
    func jacobian() throws {
        let model = try PhysicsModel(mjcf: Self.crooked)
        let chain = try model.chain(named: "crooked")
        let link = try #require(chain.links.firstIndex { $0.name == "second" })
        let site = try #require(model.site("tip"))
        let anchor = Vector3(0, 0.02, -0.01)
        let base = try base(of: "bench", in: model)
        try compare(chain, model, poses: 50) { _, frames, world in
            let tip = frames[link].point(Vector3(0.03, 0.02, 0.1) - anchor)
            #expect((base.transform(Pose(position: tip)).position - world.pose(site: site).position).length < 1e-9)
            let columns = chain.jacobian(of: tip, on: link, frames)
            let rows = world.jacobian(site: site).translation
            for joint in 0..<2 {
                let column = Vector3(rows[joint], rows[model.nv + joint], rows[2 * model.nv + joint])
                #expect((base.orientation.rotate(columns[joint]) - column).length < 1e-9)
            }
        }
    }

    /// Where a chain's frame lies in the model's world.
    private func base(of root: String, in model: PhysicsModel) throws -> Pose {
        let world = try Simulation(model)
        world.forward()
        let pose = world.pose(body: try #require(model.body(root)))
        return Pose(position: pose.position, orientation: Quaternion(yaw: pose.orientation.yaw))
    }

    @Test("the chain's frame is the arm's base wherever the arm stands in the model's world, and upright if that is")
    func baseFrame() throws {
        func arm(_ place: String) throws -> KinematicChain {
            try PhysicsModel(
                mjcf: """
                    <mujoco><worldbody><body name="table" pos="1 2 0.7"><geom size="0.1"/>
                    <body name="arm" \(place)><geom size="0.1"/><body name="link" pos="0 0 0.1"><joint name="one" axis="0 1 0"/>
                    <geom size="0.1" pos="0.3 0 0"/></body></body></body></worldbody></mujoco>
                    """
            ).chain(named: "arm", root: "arm")
        }
        let plain = try arm("")
        #expect(plain.links[0].origin == .identity)
        #expect(plain.frames(ChainValues(repeating: 0))[1].position == Vector3(0, 0, 0.1))
        let turned = try arm("pos=\"3 1 0\" euler=\"0 0 120\"")
        #expect(
            (turned.frames(ChainValues(repeating: 0))[1].point(Vector3(0.3, 0, 0)) - Vector3(0.3, 0, 0.1)).length < 1e-9
        )
        // an arm that hangs upside down still has gravity along −z
        let hanging = try arm("euler=\"180 0 0\"")
        #expect((hanging.frames(ChainValues(repeating: 0))[1].position - Vector3(0, 0, -0.1)).length < 1e-9)
    }

    @Test("the kept file is what the generator writes")
    func regenerated() throws {
        let kept = try String(contentsOfFile: Self.kept, encoding: .utf8)
        let written = try PhysicsModel(mjcfFile: Self.folder + "/so101.xml").chain(named: "so101")
            .text(heading: KinematicChain.heading(source: "so101.xml"))
        #expect(kept == written, "write it again: foresight-arm Config/arms/so101.xml -o Config/arms/so101.chain.toml")
    }

    @Test("what is written reads back as the same chain")
    func roundTrip() throws {
        let heading = KinematicChain.heading(source: "crooked")
        let text = try PhysicsModel(mjcf: Self.crooked).chain(named: "crooked").text(heading: heading)
        let read = try KinematicChain.parse(text, file: "crooked.toml")
        #expect(read.text(heading: heading) == text)
        #expect(read.links.map(\.name) == ["bench", "first", "plate", "second"])
        #expect(read.links.map(\.parent) == [nil, 0, 1, 2])
        #expect(read.links[2].joint == nil && read.jointNames == ["one", "two"])
        // what collides with nothing fills nothing
        #expect(read.solids.map(\.name) == ["slab", "rod", "disc", "ball", "egg"])
    }

    @Test("what is no chain is refused with the body's name")
    func refused() {
        let sliding =
            "<mujoco><worldbody><body name='sled'><joint type='slide'/><geom size='0.1'/></body></worldbody></mujoco>"
        let error = #expect(throws: PhysicsError.self) { try PhysicsModel(mjcf: sliding).chain(named: "sled") }
        #expect(error?.description.contains("“sled”") == true)
        let two = "<mujoco><worldbody><body name='a'/><body name='b'/></worldbody></mujoco>"
        let many = #expect(throws: PhysicsError.self) { try PhysicsModel(mjcf: two).chain(named: "two") }
        #expect(many?.description.contains("a, b") == true)
    }

    /// A wedge of a mesh, upright and turned, and round solids; each fixed to a link of its own.
    static let corners = [
        (0.0, 0.0, 0.0), (0.1, 0.01, 0), (0.1, -0.03, 0.02), (0.02, 0.03, 0.05), (0.09, 0.02, 0.04), (0, -0.02, 0.03),
    ].map { Vector3($0.0, $0.1, $0.2) }

    static var meshes: String {
        let vertices = corners.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: "  ")
        return """
            <mujoco>
              <asset><mesh name="wedge" vertex="\(vertices)"/></asset>
              <worldbody>
                <body name="base">
                  <body name="arm" pos="0.1 0 0">
                    <joint name="turn" axis="0 0 1" pos="0.02 0.01 0"/>
                    <geom name="wedge" type="mesh" mesh="wedge" pos="0.01 0.02 0.03" euler="20 30 40" mass="0.1"/>
                    <geom name="long" type="cylinder" size="0.01 0.06" mass="0.1"/>
                    <geom name="flat" type="cylinder" size="0.06 0.01" mass="0.1"/>
                    <geom name="egg" type="ellipsoid" size="0.02 0.03 0.05" mass="0.1"/>
                  </body>
                </body>
              </worldbody>
            </mujoco>
            """
    }

    @Test("the volume around a mesh, a cylinder or an ellipsoid holds all of it, and not much more")
    func enclosing() throws {
        let chain = try PhysicsModel(mjcf: Self.meshes).chain(named: "meshes")
        func volume(_ name: String) throws -> Volume { try #require(chain.solids.first { $0.name == name }).volume }
        func gap(_ point: Vector3, _ volume: Volume) -> Double {
            // in the link's frame, which sits at the joint
            let place = point - Vector3(0.02, 0.01, 0)
            return PlacedVolume(volume).gap(to: PlacedVolume(.capsule(from: place, to: place, radius: 0)))
        }
        func turn(_ axis: Vector3, _ degrees: Double) -> Quaternion {
            Quaternion(axis: axis, angle: degrees * .pi / 180)
        }
        let turned = turn(Vector3(1, 0, 0), 20) * turn(Vector3(0, 1, 0), 30) * turn(Vector3(0, 0, 1), 40)
        let wedge = try volume("wedge")
        let placed = Self.corners.map { Vector3(0.01, 0.02, 0.03) + turned.rotate($0) }
        let gaps = placed.map { gap($0, wedge) }
        #expect(gaps.allSatisfy { $0 <= 0 }, "\(gaps)")
        // the farthest corner touches the surface
        #expect((gaps.max() ?? 1) > -1e-4)
        guard case .capsule = try volume("long"), case .box = try volume("flat") else {
            Issue.record("a rod is a capsule, a disc is a box")
            return
        }
        for step in 0..<200 {
            let (around, along) = (Double(step) * 0.7, Double(step % 20) / 10 - 0.95)
            let (c, s) = (cos(around), sin(around))
            #expect(gap(Vector3(0.01 * c, 0.01 * s, 0.06 * along), try volume("long")) < 1e-9)
            #expect(gap(Vector3(0.06 * c, 0.06 * s, 0.01 * along), try volume("flat")) < 1e-9)
            let width = (1 - along * along).squareRoot()
            #expect(gap(Vector3(0.02 * width * c, 0.03 * width * s, 0.05 * along), try volume("egg")) < 1e-9)
        }
        #expect(gap(Vector3(0, 0, 0.075), try volume("long")) > 0)
    }
}
