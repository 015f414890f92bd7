/// Why a device refused an instruction: the low seven bits of a reply's error byte. Source: facts, section 3.1.
public enum DynamixelError: UInt8, Sendable, CaseIterable {
    case resultFailed = 1
    case unknownInstruction = 2
    case checksum = 3
    case dataRange = 4
    case dataLength = 5
    case dataLimit = 6
    case access = 7

    /// Beside these: register 70 holds a hardware error.
    public static var alertBit: UInt8 { 0x80 }

    /// The refusal in a reply's error byte; nil if there is none, or none that is known.
    public init?(errorByte: UInt8) { self.init(rawValue: errorByte & 0x7F) }

    /// In words, each with what to do.
    public var words: String {
        switch self {
        case .resultFailed: "it could not carry the instruction out (try again)"
        case .unknownInstruction: "it does not know this instruction (its firmware is too old)"
        case .checksum: "the request was damaged on its way (check the cable)"
        case .dataRange: "the value is not one this register can hold, or the bus watchdog has tripped (write 0 to 98)"
        case .dataLength: "the data does not cover its registers (write whole registers)"
        case .dataLimit: "the value is beyond a limit that is set in EEPROM (widen the limit with torque off)"
        case .access: "the register is read-only, or in EEPROM while torque is on (switch torque off first)"
        }
    }
}

/// Register 70: what made a device protect itself. Latched until a reboot. Source: facts, section 3.1.
public struct DynamixelFaults: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let voltage = DynamixelFaults(rawValue: 1 << 0)
    public static let overheated = DynamixelFaults(rawValue: 1 << 2)
    public static let encoder = DynamixelFaults(rawValue: 1 << 3)
    public static let electricalShock = DynamixelFaults(rawValue: 1 << 4)
    public static let overload = DynamixelFaults(rawValue: 1 << 5)

    /// Each fault in words, with the way to clear it.
    public var words: [String] {
        (0..<8).filter { rawValue & 1 << $0 != 0 }.map { bit in
            switch bit {
            case 0: "supply voltage out of range (check the supply, then reboot it: it lets go of its load)"
            case 2: "too hot (let it cool down, then reboot it: it lets go of its load)"
            case 3: "encoder fault (reboot it; if that does not help, it needs repair)"
            case 4: "electrical shock or too little power (check the supply, then reboot it: it lets go of its load)"
            case 5: "overloaded (free the joint, then reboot it: it lets go of its load)"
            default: "unknown hardware error bit \(bit) (reboot it: it lets go of its load)"
            }
        }
    }
}
