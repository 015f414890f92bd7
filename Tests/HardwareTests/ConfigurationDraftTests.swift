import Hardware
import RobotModel
import Testing

@Suite("Configurations drafted from what a scan found")
struct ConfigurationDraftTests {
    private func motor(_ id: Int, _ port: String = "/dev/a", _ family: MotorFamily = .feetech, volts: Double = 7.4)
        -> FoundMotor
    {
        FoundMotor(
            port: port, family: family.rawValue, baud: 1_000_000, id: id, model: family.usualModel, firmware: "3.10",
            volts: volts, temperature: 30)
    }

    private func joints(_ found: [FoundMotor], _ arm: ConfigurationDraft.Arm?) throws -> [String: Int] {
        let draft = ConfigurationDraft(name: "robot", found, arm: arm) { $0 }
        let robot = try RobotConfiguration.parse(draft.text, file: "draft.toml")
        return Dictionary(uniqueKeysWithValues: robot.joints.map { ($0.name, $0.id) })
    }

    private func arm(_ servos: [FoundMotor]) throws -> ConfigurationDraft.Arm {
        ConfigurationDraft.Arm(
            model: try #require(try ArmModel.shipped("so101")), name: "so101", chain: "", servos: servos)
    }

    @Test("an arm's joints are its own servos, whatever else was found before and after them")
    func among() throws {
        let six = (1...6).map { motor($0) }
        for found in [six, [motor(0)] + six, six + [motor(9)], [motor(3, "/dev/b", .dynamixel, volts: 12)] + six] {
            let servos = try #require(ConfigurationDraft.usualArm(found))
            #expect(servos == six)
            let joints = try joints(found, arm(servos))
            #expect(joints["shoulder_pan"] == 1 && joints["elbow_flex"] == 3 && joints["gripper"] == 6, "\(joints)")
            #expect(joints.count == found.count)
        }
        for found in [Array(six.dropLast()), six.map { motor($0.id, $0.id < 4 ? "/dev/a" : "/dev/b") }] {
            #expect(ConfigurationDraft.usualArm(found) == nil)
            #expect(try joints(found, nil)["shoulder_pan"] == nil)
        }
    }

    @Test("an arm with other joints than servos is told with both numbers")
    func mismatch() throws {
        let arm = try #require(try ArmModel.shipped("so101"))
        #expect(ConfigurationDraft.mismatch(arm, (1...6).map { motor($0) }) == nil)
        let five = try #require(ConfigurationDraft.mismatch(arm, (1...5).map { motor($0) }))
        #expect(five.contains("6 joints") && five.contains("1, 2, 3, 4, 5"), "\(five)")
        #expect(ConfigurationDraft.mismatch(arm, [])?.contains("no servo answers") == true)
    }
}
