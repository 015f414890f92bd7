public import RobotModel
public import SerialLink
internal import ServoProtocols

/// The tools of each family, and what they know of its models.
public enum MotorTools {
    /// The tool for `family` on an open port, or nil if its motors have no registers.
    public static func make(_ family: MotorFamily, _ port: SerialPort) -> (any MotorTool)? {
        switch family {
        case .feetech: FeetechTool(port)
        case .dynamixel: DynamixelTool(port)
        default: nil
        }
    }

    /// The registers of a family's motors; none for those that have only commands.
    public static func registers(_ family: MotorFamily) -> [MotorRegister] {
        switch family {
        case .feetech: FeetechTool.registers
        case .dynamixel: DynamixelTool.registers
        default: []
        }
    }

    /// The name of the model with this number: "STS3215", or "model 9999" if it is not known.
    public static func modelName(_ number: UInt16, _ family: MotorFamily) -> String {
        switch family {
        case .feetech: FeetechModel.numbered(number)?.name ?? "model \(number)"
        case .dynamixel: DynamixelModel.numbered(number)?.name ?? "model \(number)"
        default: family.usualModel
        }
    }

    /// What is odd about a motor's supply, with what to do.
    static func supplyProblems(_ volts: Double, _ facts: ServoFacts, _ family: MotorFamily) -> [String] {
        guard volts > 0 else { return [] }
        let allowed = facts.allowedVolts ?? family.usualVoltage
        if volts > allowed.upperBound + 0.05 {
            return [
                "its supply is \(volts) V and it bears at most \(allowed.upperBound) V: this is the wrong power brick. "
                    + "Unplug it before the motor burns."
            ]
        }
        if volts < allowed.lowerBound - 0.05 {
            return [
                "its supply is \(volts) V and it needs at least \(allowed.lowerBound) V: a weak or wrong power brick, or "
                    + "a thin cable. Use the supply it is made for."
            ]
        }
        return []
    }
}
