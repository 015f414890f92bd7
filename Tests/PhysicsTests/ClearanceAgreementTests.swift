import Foundation
import Physics
import RobotModel
import TestSupport
import Testing
import Safeguards

@Suite("Clearance beside MuJoCo")
struct ClearanceAgreementTests {
    static let arm: RobotConfiguration = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Config").path
        // swift-format-ignore: the shipped file is known to load
        var robot = try! RobotConfiguration.load(path: folder + "/so101-virtual.toml")
        robot.safety.chain = "arms/so101.chain.toml"
        return robot
    }()

    /// Bodies whose two joints cannot bring them together: the chain leaves them out.
    static let apart = [("base", "upper_arm"), ("lower_arm", "gripper"), ("wrist", "moving_jaw")]

    /// The smallest distance between bodies that do not carry each other, metres, at most `largest`: of those that can
    /// meet, and of the others.
    private func nearest(_ world: Simulation, upTo largest: Double) -> (meeting: Double, apart: Double) {
        let bodies = (0..<world.model.bodyCount).filter {
            world.model.bodyName($0)?.hasPrefix(SceneModel.armPrefix) == true
        }
        var nearest = (meeting: largest, apart: largest)
        for a in bodies {
            for b in bodies where b > a && world.model.parent(ofBody: b) != a {
                let distance = world.distance(bodies: (a, b), upTo: largest)
                let names = [a, b].map { (world.model.bodyName($0) ?? "").dropFirst(SceneModel.armPrefix.count) }
                if Self.apart.contains(where: { $0.0 == names[0] && $0.1 == names[1] }) {
                    nearest.apart = min(nearest.apart, distance)
                } else {
                    nearest.meeting = min(nearest.meeting, distance)
                }
            }
        }
        return nearest
    }

    @Test("whatever MuJoCo finds overlapping in 300 poses is found, and what is clear for both is equally far")
    func agreement() throws {
        let clearance = try #require(try Clearance(Self.arm))
        let world = try Simulation(
            PhysicsModel(mjcf: SceneModel.mjcf(.so101, things: [], drive: .torque(ArmModel.so101.torqueDrive))))
        var random = SeededGenerator(seed: 300)
        // pairs that keep less: so deep may they overlap
        let allowed = clearance.exceptions.compactMap(\.kept).min() ?? 0
        var (overlapping, tolerated, near, falseAlarms, equal) = (0, 0, 0, 0, 0)
        for _ in 0..<300 {
            let angles = Self.arm.joints.map { Double.random(in: $0.lower...$0.upper, using: &random) }
            for (index, angle) in angles.enumerated() { world[qpos: index] = angle }
            world.collide()
            let (truth, apart) = nearest(world, upTo: 0.05)
            #expect(apart > 0.007)
            let finding = clearance.clearance(JointValues(angles))
            if truth < 0 {
                overlapping += 1
                if finding.isClear { tolerated += 1 }
                #expect(!finding.isClear || truth > allowed, "missed \(truth) m at \(angles)")
                #expect(finding.metres < clearance.margin)
            } else if truth < clearance.margin {
                near += 1
            } else {
                if !finding.isClear { falseAlarms += 1 }
                // those that keep less in rest may be nearer than the one that is found
                if abs(min(finding.metres, 0.05) - truth) < 1e-4 { equal += 1 }
                #expect(finding.metres > truth - 1e-4, "\(finding.metres) m, MuJoCo says \(truth) m")
            }
        }
        print(
            "clearance: \(overlapping) of 300 poses overlap (\(tolerated) tolerated as in rest), \(near) are nearer than "
                + "the margin, \(falseAlarms) false alarms, \(equal) clear poses equally far")
        #expect(overlapping >= 20 && equal >= 100)
        #expect(falseAlarms == 0)
    }
}
