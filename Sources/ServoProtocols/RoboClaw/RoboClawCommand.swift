/// The commands of a RoboClaw that are used here.
///
/// Source: facts, section 3.5 (packet serial, firmware 4); numbers as in the manufacturer's Python library.
public enum RoboClawCommand: UInt8, Sendable, CaseIterable {
    case setTimeout = 14, getTimeout = 15
    case encoder1 = 16, encoder2 = 17, speed1 = 18, speed2 = 19
    case resetEncoders = 20
    case version = 21
    case mainVoltage = 24, logicVoltage = 25
    case duty1 = 32, duty2 = 33, dutyBoth = 34
    case setSpeed1 = 35, setSpeed2 = 36, setSpeedBoth = 37
    case pwms = 48, currents = 49
    /// P, I, D, their bound, dead zone, lowest and highest position, four bytes each.
    case positionPID1 = 63, positionPID2 = 64
    case encoders = 78, speedsRaw = 79
    case temperature = 82, temperature2 = 83
    case errors = 90
    case speeds = 108
    case setPosition1 = 119, setPosition2 = 120
    /// Speed, position, and whether to drop what is queued (1).
    case setSpeedPosition1 = 122, setSpeedPosition2 = 123
    case resetEmergencyStop = 200

    /// Bytes behind the command in a request, without checksum.
    public var parameterCount: Int {
        switch self {
        case .setTimeout: 1
        case .duty1, .duty2: 2
        case .dutyBoth, .setSpeed1, .setSpeed2: 4
        case .setSpeedBoth: 8
        case .setPosition1, .setPosition2: 5
        case .setSpeedPosition1, .setSpeedPosition2: 9
        default: 0
        }
    }

    /// Bytes of the reply without checksum; nil if it is only acknowledged, or is a text.
    public var replyCount: Int? {
        switch self {
        case .getTimeout: 1
        case .mainVoltage, .logicVoltage, .temperature, .temperature2: 2
        case .pwms, .currents, .errors: 4
        case .encoder1, .encoder2, .speed1, .speed2: 5
        case .encoders, .speedsRaw, .speeds: 8
        case .positionPID1, .positionPID2: 28
        default: nil
        }
    }

    /// Whether it asks for something: such requests carry no checksum.
    public var isRead: Bool { replyCount != nil || self == .version }
}
