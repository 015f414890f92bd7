import Control
import Foundation
import Hardware
import Physics
import Plant
import RobotModel
import Testing

/// Motors of some families, or without a torque constant, do not tell what they give: only the tracking error is left.
@Suite("Contact with motors that tell no effort")
struct ContactWithoutEffortTests {
    private static let model: ContactModel = {
        // swift-format-ignore: the shipped configuration and an arm that touches nothing are known to calibrate
        try! ContactTrial.calibration(seed: 1, tellsEffort: false)
    }()

    private func meet(_ scene: SceneFile, _ motion: ContactMotion, seed: Int) throws -> ContactOutcome {
        let trial = try ContactTrial(
            ContactTests.parameters(seed), scene: scene, seed: UInt64(seed), pose: motion.from, tellsEffort: false)
        var monitor = try ContactTests.monitor(Self.model)
        return trial.run(motion, holding: 1, monitor: &monitor)
    }

    @Test("an obstacle is found by the angle alone, free motion with a payload is none", arguments: [2, 3])
    func obstacles(seed: Int) throws {
        let scenes = try ContactScenes(
            seed: UInt64(seed) &* 0x9E37_79B9, payload: ContactTests.parameters(seed).payload)
        for place in 0..<5 {
            let (motion, scene) = try scenes.obstructedMotion(speed: 1.5)
            let met = try meet(scene, motion, seed: seed)
            let finding = try #require(met.finding, "seed \(seed) place \(place): \(met)")
            #expect(finding.isAngle && finding.bound < 0.36 && finding.residual > finding.bound, "\(finding)")
            #expect(met.overloadedAt == nil, "\(met)")
            let free = try meet(SceneFile(entries: []), motion, seed: seed)
            #expect(free.finding == nil, "without the obstacle, seed \(seed) place \(place): \(free)")
        }
    }

    @Test("the model says so, knows what gravity bends, and words have radians") func words() throws {
        for joint in Self.model.joints {
            #expect(joint.expectation.effortDeviation == 0 && joint.expectation.errorDeviation > 0)
        }
        // the shoulder sags under the arm, whatever its motor tells
        #expect(Self.model.joints[1].expectation.compliance > 0.01, "\(Self.model.joints[1])")
        let robot = VirtualRobot.configuration
        let reason = StopReason(.contact, joint: 1, value: 0.1234, bound: 0.05, isAngle: true)
        let told = reason.description(joints: robot.joints)
        #expect(told.contains("0.123 rad") && told.contains("0.05 rad allowed") && !told.contains("N·m"), "\(told)")
        let monitor = try ContactTests.monitor(Self.model)
        let protections = Protections(clearance: nil, contact: monitor, warnings: [])
        let listed = protections.contactWords(joints: robot.joints)
        #expect(listed.contains("shoulder_lift beyond") && !listed.contains("N·m"), "\(listed)")
        #expect(listed.hasSuffix("gripper not watched"), "\(listed)")
    }

    @Test("a bound beyond which nothing can be is refused in words") func loose() throws {
        let problem = #expect(throws: ContactFitProblem.self) {
            try ContactTrial.calibration(seed: 1, seconds: 20, tellsEffort: false, margin: 50)
        }
        #expect(problem?.description.contains("following_limit") == true, "\(String(describing: problem))")
    }
}
