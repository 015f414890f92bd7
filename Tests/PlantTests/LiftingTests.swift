import Physics
import Plant
import RobotModel
import Skills
import TestSupport
import Testing

@Suite("Lifting")
struct LiftingTests {
    /// Joints with the pads `opening` apart around a point 0.25 m before the arm, fingers down.
    private static func joints(height: Double, opening: Double) throws -> [Double] {
        let target = GripperTarget(
            point: Vector3(0.25, 0, height), yaw: .pi / 2, opening: opening, tilt: 0...0.6)
        return try #require(try Kinematics(.so101).solve(target)).joints
    }

    /// Height of a cube after the arm has closed on it and gone up a tenth of a metre, metres above where it stood.
    private static func lift(friction: Double, closing: Bool = true) throws -> Double {
        let edge = 0.025
        let cube = Thing(
            name: "cube", shape: .box(x: edge, y: edge, z: edge),
            pose: Pose(position: Vector3(0.25, 0, edge / 2), orientation: Quaternion(yaw: 0)))
        let scene = SceneFile(entries: [SceneFile.Entry(thing: cube, mass: 0.03, friction: friction)])
        let low = try joints(height: 0.015, opening: 0.04)
        let high = try joints(height: 0.115, opening: 0.04)
        let bench = try PlantBench(scene: scene, pose: low)
        func go(_ angles: [Double]) {
            for (joint, angle) in angles.enumerated() where joint < 5 {
                bench.goal(UInt8(joint + 1), 2048 + Int((angle * 4096 / (2 * .pi)).rounded()))
            }
        }
        go(low)
        bench.goal(6, closing ? 1900 : bench.word(6, 56))
        bench.run(seconds: 0.7)
        for step in 1...20 {
            go(zip(low, high).map { $0 + ($1 - $0) * Double(step) / 20 })
            bench.run(seconds: 0.05)
        }
        bench.run(seconds: 0.3)
        return try #require(bench.plant.things.first).pose.position.z - edge / 2
    }

    @Test("a block comes up by friction alone: a rough one does, a slippery one and an open hand leave it")
    func friction() throws {
        let rough = try Self.lift(friction: 0.8)
        #expect(rough > 0.05, "\(rough)")
        let slippery = try Self.lift(friction: 0.01)
        #expect(slippery < 0.02, "\(slippery)")
        let open = try Self.lift(friction: 0.8, closing: false)
        #expect(abs(open) < 0.005, "\(open)")
    }
}
