/// What a RoboClaw says is wrong: its answer to command 90. Bits 0…15 are errors, which stop motors; bits 16…31 warnings.
///
/// The layout of firmware 4.2 and later; older ones answer with sixteen bits in another order. Source: facts, 3.5.
public struct RoboClawFaults: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let emergencyStop = RoboClawFaults(rawValue: 0x1)
    public static let temperature = RoboClawFaults(rawValue: 0x2)
    public static let temperature2 = RoboClawFaults(rawValue: 0x4)
    public static let mainVoltageHigh = RoboClawFaults(rawValue: 0x8)
    public static let logicVoltageHigh = RoboClawFaults(rawValue: 0x10)
    public static let logicVoltageLow = RoboClawFaults(rawValue: 0x20)
    public static let speed1 = RoboClawFaults(rawValue: 0x100)
    public static let speed2 = RoboClawFaults(rawValue: 0x200)
    public static let position1 = RoboClawFaults(rawValue: 0x400)
    public static let position2 = RoboClawFaults(rawValue: 0x800)
    public static let current1 = RoboClawFaults(rawValue: 0x1000)
    public static let current2 = RoboClawFaults(rawValue: 0x2000)
    /// What a motor that is held fast leaves behind.
    public static let heldFast: RoboClawFaults = [.speed1, .speed2, .position1, .position2, .current1, .current2]
    public static let mainVoltageLow = RoboClawFaults(rawValue: 0x4000)

    /// The errors alone.
    public var errors: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
    /// Bits that concern the other motor of the device.
    public static func otherMotor(than motor: Int) -> RoboClawFaults {
        motor == 2 ? [.speed1, .position1, .current1] : [.speed2, .position2, .current2]
    }

    /// Each error in words, with the way to clear it.
    public var words: [String] {
        (0..<16).filter { rawValue & 1 << UInt32($0) != 0 }.map(Self.words)
    }

    private static func words(_ bit: Int) -> String {
        switch bit {
        case 0: "emergency stop input (release it; if locked, send its software reset or switch power off and on)"
        case 1: "board too hot (let it cool down)"
        case 2: "second temperature sensor too hot (let it cool down)"
        case 3: "supply voltage too high (lower it, or brake more gently)"
        case 4: "logic voltage too high (check the logic battery)"
        case 5: "logic voltage too low (check the logic battery)"
        case 8, 9: "motor \(bit - 7) does not keep its speed (free the wheel and check its encoder, then arm again)"
        case 10, 11: "motor \(bit - 9) does not keep its position (free the joint, then arm again)"
        case 12, 13: "motor \(bit - 11) draws too much current (free it, then arm again)"
        case 14: "supply voltage too low (charge or replace the battery)"
        default: "unknown error bit \(bit) (see the manual of this firmware)"
        }
    }
}
