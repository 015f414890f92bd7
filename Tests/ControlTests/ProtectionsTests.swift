import Control
import Foundation
import RobotModel
import Testing

@Suite("What protects a robot is read once, and checked")
struct ProtectionsTests {
    /// The virtual robot in a folder of its own, with this text as its contact model.
    private func load(_ contact: String?, chain: String = "arms/so101.chain.toml") throws -> Protections {
        let folder = NSTemporaryDirectory() + "protections-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var robot = try ClearanceTests.robot()
        robot.file = folder + "/robot.toml"
        robot.safety.chain = chain.isEmpty ? "" : ClearanceTests.folder + "/" + chain
        try contact?.write(toFile: folder + "/robot.contact.toml", atomically: false, encoding: .utf8)
        return try Protections.load(robot)
    }

    @Test("a chain and a contact model that fit: both are there, with nothing to warn of") func whole() throws {
        let whole = try load(ContactTests.model.text)
        #expect(whole.clearance != nil && whole.contact?.isWatching == true && whole.warnings.isEmpty)
        let joints = VirtualRobot.configuration.joints
        #expect(whole.clearanceWords.hasPrefix("10.0 mm are kept, in "), "\(whole.clearanceWords)")
        #expect(whole.clearanceWords.contains("“rest”"))
        #expect(whole.contactWords(joints: joints).contains("elbow_flex beyond 0."))
        let bare = try load(nil, chain: "")
        #expect(bare.clearance == nil && bare.contact == nil && bare.warnings.isEmpty)
        #expect(
            bare.clearanceWords.contains("[safety] chain") && bare.contactWords(joints: joints).contains("no joint"))
    }

    @Test("files that cannot be used are errors that name them; a contact model that does not fit is a warning")
    func broken() throws {
        #expect { try load(nil, chain: "arms/none.toml") } throws: { "\($0)".contains("none.toml") }
        #expect { try load("margin = 5.0\n") } throws: {
            "\($0)".contains("robot.contact.toml") && "\($0)".contains("remove the file")
        }
        let other = try load(ContactTests.model.text.replacing("elbow_flex", with: "knee"))
        #expect(other.contact?.bound(1) != nil && other.contact?.bound(2) == nil)
        #expect(other.warnings.count == 2 && other.warnings.allSatisfy { $0.contains("calibrate-contact") })
        let none = try load(ContactTests.model.text.replacing("robot = \"so101\"", with: "robot = \"other\""))
        #expect(none.contact == nil && none.warnings.count == 1)
    }
}
